"""People who take over the rows of the dead."""

from collections.abc import Mapping
from dataclasses import dataclass

from environment.persons import Persons
from environment.rowsets import NOBODY
from environment.savers import Savers
from environment.typing import FloatArray, IntArray

type Columns = Mapping[str, FloatArray | IntArray]
"""Columns of `Savers` by name, for some rows."""


@dataclass(frozen=True, slots=True)
class Successors:
    """People who take over rows in the course of a calendar year, with all that luck gives them.

    Attributes
    ----------
    year : int
    rows : IntArray, shape (n,)
        In order, and so in the order of birth months.
    people : Persons
    traits : mapping of str to array
        Their columns in `Savers`.
    """

    year: int
    rows: IntArray
    people: Persons
    traits: Columns

    def within(self, block: IntArray) -> IntArray:
        """Those of their rows that lie between the first and the last of a block, (n,) in order."""
        return self.rows[self._places(block)] if block.size else NOBODY

    def _places(self, rows: IntArray) -> slice:
        """Where they are from the first to the last of rows, (n,) in order, n > 0."""
        start, stop = self.rows.searchsorted((rows[0], rows[-1] + 1)).tolist()
        return slice(start, stop)

    def take_over(self, savers: Savers, rows: IntArray) -> None:
        """Give them their rows: (n,) in order, n > 0, all that come from the first to the last of them."""
        some = self._places(rows)
        savers.replace_people(rows, self.people.part(some))
        set_columns(savers, rows, {name: column[some] for name, column in self.traits.items()})


def set_columns(savers: Savers, rows: IntArray, columns: Columns) -> None:
    """Set some columns of some rows."""
    for name, values in columns.items():
        getattr(savers, name)[rows] = values
