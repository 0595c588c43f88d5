"""Employers: what they offer, and when they open their plan to alternatives."""

from typing import Any

import numpy as np
import numpy.typing as npt
from mesa import Agent, Model

from agents.government import CLOSED

Floats = npt.NDArray[np.float64]


def opens_plan(
    stage: str, hazards: dict[str, float], factor: Floats | float, draw: Floats | float
) -> npt.NDArray[np.bool_]:
    """Which yearly reviews open a plan: a hazard that depends on the stage of the rule and on size.

    Parameters
    ----------
    stage : str
        Stage of the rule that employers see.
    hazards : dict of str to float
        Probability a year by stage; a stage without an entry has none.
    factor : Floats or float, shape (n,)
        Reasons to open of employers of this size, a factor on the hazard; 1 leaves it, 0 never opens.
        The product counts as at most 1.
    draw : Floats or float, shape (n,)
        Uniform draws, 0 to 1.

    Returns
    -------
    Bools, shape (n,)
    """
    hazard = 0.0 if stage == CLOSED else hazards.get(stage, 0.0)
    return np.less(draw, np.minimum(np.multiply(factor, hazard), 1.0))


class Employer(Agent[Model[Any, Any]]):
    """One plan type: a size class of employers with the same rules.

    Attributes
    ----------
    row : int
        Position in the plan tables.
    size_share : float
        Share of all covered workers in such plans.
    auto_enrolment : bool
        New workers are enrolled unless they object.
    review_month : int
        Calendar month of the yearly review, 1 to 12.
    open_factor : float
        Factor on the hazard of opening, >= 0; 1 opens as the stage alone says.
    open_since : int or None
        Simulated month in which the plan opened to alternatives.
    """

    def __init__(
        self,
        model: Model[Any, Any],
        row: int,
        size_share: float,
        auto_enrolment: bool,
        review_month: int,
        open_factor: float = 1.0,
    ) -> None:
        super().__init__(model)
        self.row, self.size_share, self.review_month = row, size_share, review_month
        self.auto_enrolment, self.open_factor = auto_enrolment, open_factor
        self.open_since: int | None = None

    def open_plan(self, month: int) -> None:
        """Open the plan to alternatives, once and for all."""
        self.open_since = month
