"""A saver as an agent: a view of one row of the savers' table, for looking at and for teaching."""

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from mesa import Agent, Model

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Table(Protocol):
    """The savers' table as a view of one row sees it."""

    @property
    def age(self) -> Ints:
        """Age at the last birthday, shape (N,), years."""

    @property
    def literacy(self) -> Floats:
        """Share of literacy questions right, shape (N,)."""

    @property
    def pay(self) -> Floats:
        """Pay, shape (N,), USD a year."""

    def wealth_of(self, row: int) -> float:
        """Wealth of one row, USD."""

    def fees_of(self, row: int) -> float:
        """Fees of one row over the life so far, USD."""


class Saver(Agent[Model[Any, Any]]):
    """One saver; every value is read from the table when asked for.

    Parameters
    ----------
    model : Model
    table : Table
        The savers' table of the world.
    row : int
        Row of the table, 0 to N - 1. When a person dies an entrant takes the row over.
    """

    def __init__(self, model: Model[Any, Any], table: Table, row: int) -> None:
        super().__init__(model)
        self._table, self.row = table, int(row)

    @property
    def age(self) -> int:
        """Age at the last birthday, years."""
        return int(self._table.age[self.row])

    @property
    def literacy(self) -> float:
        """Share of literacy questions right."""
        return float(self._table.literacy[self.row])

    @property
    def pay(self) -> float:
        """Pay, USD a year."""
        return float(self._table.pay[self.row])

    @property
    def wealth(self) -> float:
        """Plan and IRA at reported prices, USD."""
        return float(self._table.wealth_of(self.row))

    @property
    def fees_paid(self) -> float:
        """Fees over the life so far, USD."""
        return float(self._table.fees_of(self.row))
