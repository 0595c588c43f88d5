"""The government: which stage its rule on alternatives has reached."""

from typing import Any

from mesa import Agent, Model

CLOSED, GUIDANCE, SAFE_HARBOUR = "closed", "guidance", "safe_harbour"


def policy_stage(month: int, start: int | None, safe_harbour: int | None, end: int | None) -> str:
    """Stage of the rule in a month (economics 25: the order by itself opened nothing).

    Parameters
    ----------
    month, start, safe_harbour, end : int or None
        Simulated months; None means never. ``end`` is the first month in which the door is shut again.

    Returns
    -------
    str
        ``closed``, ``guidance`` or ``safe_harbour``.
    """
    if start is None or month < start or (end is not None and month >= end):
        return CLOSED
    if safe_harbour is not None and month >= safe_harbour:
        return SAFE_HARBOUR
    return GUIDANCE


class Government(Agent[Model[Any, Any]]):
    """Holds the stage that employers can see, and the money it was paid."""

    def __init__(
        self, model: Model[Any, Any], start: int | None, safe_harbour: int | None, end: int | None
    ) -> None:
        super().__init__(model)
        self.start, self.safe_harbour, self.end = start, safe_harbour, end
        self.stage = CLOSED

    def proclaim(self, month: int) -> str:
        """Set and return the stage of the month."""
        self.stage = policy_stage(month, self.start, self.safe_harbour, self.end)
        return self.stage
