"""A figure of a replication, as the name says where it lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from environment.tables import Column
from environment.typing import BoolArray, FloatArray
from experiments.outcomes.schema import TIMES, ZERO_WITHOUT_ROW

if TYPE_CHECKING:
    from experiments.replication import Columns, Replication

type Value = str | int | float | bool
type Filter = tuple[str, Value]
"""A column and the value that it must have."""

REDUCERS = ("last", "first", "mean", "sum", "min", "max")
OF_ONE_MOMENT = ("last", "first")
_OF_MOMENTS = (*TIMES, "date")
_CLOSE = 1e-9  # of a share that was written with all its digits


@dataclass(frozen=True, slots=True)
class Outcome:
    """One figure of a replication; made by `experiments.outcomes.parse_outcome`.

    Attributes
    ----------
    name : str
        As written.
    unit : str
        Of the column or headline; empty where there is none.
    table : str
        File stem of the table, empty for a headline.
    column : str
        The column, or the headline.
    filters : tuple of Filter
        Rows that count; keys with a row ``all`` are among them in any case.
    reducer : str
        One of ``REDUCERS``: how the rows become one figure.
    """

    name: str
    unit: str
    table: str
    column: str
    filters: tuple[Filter, ...]
    reducer: str

    def of(self, replication: "Replication") -> float:
        """The figure of a replication; nan where there is none.

        ``last`` and ``first`` look at the last and the first month or year of the table, within filters on
        time: a figure that is missing then is missing, whatever it was at another time. The other reducers
        leave missing values out. A flow without a row in the ledger is 0.
        """
        if not self.table:
            return float(replication.headlines[self.column])
        columns = replication.tables[self.table]
        rows = self._moments(columns)
        if not rows.any():
            return float("nan")
        rows &= _matching(columns, [one for one in self.filters if one[0] not in _OF_MOMENTS])
        values = columns[self.column][rows].astype(np.float64)
        if not values.size and self.table in ZERO_WITHOUT_ROW and self.reducer in (*OF_ONE_MOMENT, "sum"):
            return 0.0
        return _reduced(values[~np.isnan(values)], self.reducer)

    def _moments(self, columns: "Columns") -> BoolArray:
        """Rows of the months or years that count."""
        rows = _matching(columns, [one for one in self.filters if one[0] in _OF_MOMENTS])
        if self.reducer in OF_ONE_MOMENT and rows.any():
            for name in TIMES:
                if name in columns:
                    time = columns[name]
                    rows &= time == (time[rows].max() if self.reducer == "last" else time[rows].min())
        return rows


def _matching(columns: "Columns", filters: Sequence[Filter]) -> BoolArray:
    rows = np.ones(next(iter(columns.values())).shape, dtype=np.bool_)
    for name, value in filters:
        rows &= _equal(columns[name], value)
    return rows


def _equal(column: Column, value: Value) -> BoolArray:
    if isinstance(value, float):
        return np.abs(column - value) <= _CLOSE
    equal: BoolArray = column == value
    return equal


def _reduced(known: FloatArray, reducer: str) -> float:
    """One figure of the values that are known, (n,)."""
    if not known.size:
        return float("nan")
    match reducer:
        case "mean":
            return float(known.mean())
        case "sum":
            return float(known.sum())
        case "min":
            return float(known.min())
        case "max":
            return float(known.max())
        case _:
            (value,) = known.tolist()
            return float(value)
