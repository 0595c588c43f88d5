"""Reading a world in which some rows lag behind: what is read is settled, and nothing changes."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from environment.savers import Savers
from environment.settling import SETTLED, columns_of, settle
from environment.standing import ACTS, Standing
from environment.sums import count_by_fund, over_groups
from environment.totals import Totals, sum_savers
from environment.typing import FloatArray, IntArray


def units_of_savers(standing: Standing, savers: Savers) -> FloatArray:
    """Units that savers hold of each fund, shape (K,), weighted; those who act are counted."""
    counted, _ = count_by_fund(savers.fund, savers.units, standing.acting, standing.slow.size)
    total: FloatArray = savers.weight * (over_groups(standing.known.units) + counted)
    return total


def totals(standing: Standing, savers: Savers) -> Totals:
    """Sums over all savers this month."""
    known = over_groups(standing.known.totals)
    return Totals(*(known + sum_savers(savers, standing.acting)).tolist())


def settled(standing: Standing, savers: Savers) -> Savers:
    """The table as it is once every row is settled: itself, or with copies of the columns that lag behind."""
    if standing.nobody_stands or not standing.months:
        return savers
    copies = {name: getattr(savers, name).copy() for name in SETTLED}
    rows = np.flatnonzero(standing.settled != ACTS)
    columns = columns_of(savers) | copies
    settle(columns, rows, standing.settled, standing.months, standing.sums, standing.loan_rate)
    return replace(savers, **copies)


def settled_row(standing: Standing, savers: Savers, row: int) -> dict[str, Any]:
    """What one row has in the columns that lag behind, once it is settled."""
    only, first = slice(row, row + 1), np.zeros(1, dtype=np.int64)
    columns = {name: column[only].copy() for name, column in columns_of(savers).items()}
    settle(columns, first, standing.settled[only], standing.months, standing.sums, standing.loan_rate)
    return {name: columns[name][0] for name in SETTLED}


def drawn_by(standing: Standing, savers: Savers, row: int, prices: FloatArray) -> FloatArray:
    """Units that one row sells by standing order this month at prices (K,), by slot, shape (6,)."""
    units: FloatArray = settled_row(standing, savers, row)["units"]
    value = float(units @ prices[savers.fund[row]])
    if standing.settled[row] == ACTS or value == 0.0:
        return np.zeros_like(units)
    share: float = savers.withdrawal[row] / value
    return share * units


@dataclass(frozen=True, slots=True)
class Accounts:
    """The savers' table as a view of one row reads it."""

    standing: Standing
    savers: Savers

    @property
    def age(self) -> IntArray:
        """Age at the last birthday, shape (N,), years."""
        return self.savers.people.age

    @property
    def literacy(self) -> FloatArray:
        """Share of literacy questions right, shape (N,)."""
        return self.savers.literacy

    @property
    def pay(self) -> FloatArray:
        """Pay, shape (N,), USD a year."""
        return self.savers.pay

    def wealth_of(self, row: int) -> float:
        """Wealth of one row at reported prices, USD."""
        units = settled_row(self.standing, self.savers, row)["units"]
        return float(units @ self.savers.book.reported[self.savers.fund[row]])

    def fees_of(self, row: int) -> float:
        """Fees of one row over the life so far, USD."""
        return float(settled_row(self.standing, self.savers, row)["fees_paid"])
