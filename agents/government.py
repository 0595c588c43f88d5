"""The government: which stage its rule on alternatives has reached."""

from typing import Any

from mesa import Agent, Model

CLOSED, GUIDANCE, SAFE_HARBOUR = "closed", "guidance", "safe_harbour"


def policy_stage(month: int, allowed: bool, safe_harbour: int | None) -> str:
    """Stage of the rule in a month (economics 25: the order by itself opened nothing).

    Parameters
    ----------
    month : int
        Simulated month.
    allowed : bool
        Whether anything may be offered in that month.
    safe_harbour : int or None
        First month of the safe harbour; None means never.

    Returns
    -------
    str
        ``closed``, ``guidance`` or ``safe_harbour``.
    """
    if not allowed:
        return CLOSED
    return SAFE_HARBOUR if safe_harbour is not None and month >= safe_harbour else GUIDANCE


class Government(Agent[Model[Any, Any]]):
    """Holds the stage of its rule that employers can see.

    Attributes
    ----------
    safe_harbour : int or None
        Simulated month from which a safe harbour protects employers; None means never.
    stage : str
        Stage proclaimed last.
    """

    def __init__(self, model: Model[Any, Any], safe_harbour: int | None) -> None:
        super().__init__(model)
        self.safe_harbour, self.stage = safe_harbour, CLOSED

    def proclaim(self, month: int, allowed: bool) -> str:
        """Set and return the stage of the month."""
        self.stage = policy_stage(month, allowed, self.safe_harbour)
        return self.stage
