"""What is known of those who stand, all together, by month of birth.

Those with a birthday act, so that the sums of their month of birth begin anew and no rounding builds up.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from environment.drawing import Drawers, nobody_draws
from environment.savers import Savers
from environment.sums import contributions_by_fund, count_by_fund
from environment.totals import Totals, sum_savers
from environment.typing import FloatArray, IntArray

GROUPS = 12  # months of birth


@dataclass(slots=True)
class Known:
    """What is known of those who stand, by month of birth, not weighted.

    Attributes
    ----------
    units, flow : FloatArray, shape (12, K)
        Units they hold, and USD a month they put into each fund.
    slots : IntArray, shape (12, K)
        Their slots that hold each fund.
    totals : FloatArray, shape (12, 8)
        As `Totals`.
    drawers : list of 12 Drawers
    """

    units: FloatArray
    flow: FloatArray
    slots: IntArray
    totals: FloatArray
    drawers: list[Drawers]


def nothing_known(funds: int) -> Known:
    """Nobody stands."""
    return Known(
        units=np.zeros((GROUPS, funds)),
        flow=np.zeros((GROUPS, funds)),
        slots=np.zeros((GROUPS, funds), dtype=np.int64),
        totals=np.zeros((GROUPS, len(Totals._fields))),
        drawers=[nobody_draws() for _ in range(GROUPS)],
    )


def add_rows(known: Known, group: int, savers: Savers, rows: IntArray, sign: int) -> None:
    """Add some rows of one month of birth to what is known of it, or take them away."""
    funds = known.units.shape[1]
    units, slots = count_by_fund(savers.fund, savers.units, rows, funds)
    split, money = (savers.split_fund, savers.split_share), (savers.contribution, savers.loan_payment)
    known.units[group] += sign * units
    known.slots[group] += sign * slots
    known.flow[group] += sign * contributions_by_fund(rows, *split, *money, funds)
    known.totals[group] += sign * sum_savers(savers, rows)


def by_group(savers: Savers, rows: IntArray) -> Iterator[tuple[int, IntArray]]:
    """Rows by month of birth, from 0; rows lie in the order of these months."""
    ends = savers.people.birth_month[rows].searchsorted(np.arange(1, GROUPS + 2))
    for group, (first, last) in enumerate(itertools.pairwise(ends.tolist())):
        if last > first:
            yield group, rows[first:last]
