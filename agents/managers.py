"""Fund managers: what they charge and what they have earned."""

from typing import Any

from mesa import Agent, Model


class Manager(Agent[Model[Any, Any]]):
    """A house that manages some funds and collects their fees.

    Attributes
    ----------
    name, strategy : str
        House and what it manages.
    management_fees, performance_fees : float
        USD of the current year.
    """

    def __init__(self, model: Model[Any, Any], name: str, strategy: str) -> None:
        super().__init__(model)
        self.name, self.strategy = name, strategy
        self.management_fees = 0.0
        self.performance_fees = 0.0

    def collect(self, management: float, performance: float) -> None:
        """Add a month's fees, USD."""
        self.management_fees += management
        self.performance_fees += performance

    def close_year(self) -> tuple[float, float]:
        """Return the year's management and performance fees and start a new year."""
        year = (self.management_fees, self.performance_fees)
        self.management_fees = self.performance_fees = 0.0
        return year
