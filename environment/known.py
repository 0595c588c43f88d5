"""What is known of those who stand, all together, by month of birth.

Those with a birthday act, so that the sums of their month of birth begin anew and no rounding builds up.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from environment.drawing import Drawers, nobody_draws
from environment.savers import SLOTS, SPLIT, Savers
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


def add_rows(known: Known, savers: Savers, rows: IntArray, sign: int) -> None:
    """Add some rows to what is known of those with their month of birth, or take them away.

    Parameters
    ----------
    known : Known
        Changed in place.
    savers : Savers
    rows : IntArray, shape (n,)
    sign : int
        1 or -1.
    """
    by_fund = (known.units, known.flow, known.slots)
    register = (savers.fund, savers.units, savers.split_fund, savers.split_share)
    _add_by_fund(
        rows, savers.people.birth_month, sign, by_fund, register, savers.contribution, savers.loan_payment
    )
    for group, some in by_group(savers, rows):
        known.totals[group] += sign * sum_savers(savers, some)


@njit(cache=True, nogil=True)
def _add_by_fund(
    rows: IntArray,
    birth_month: npt.NDArray[np.uint8],
    sign: int,
    by_fund: tuple[FloatArray, FloatArray, IntArray],
    register: tuple[IntArray, FloatArray, IntArray, FloatArray],
    contribution: FloatArray,
    loan_payment: FloatArray,
) -> None:
    """Units, flow and slots of some rows, each to its month of birth and fund."""
    all_units, flow, slots = by_fund
    fund, units, split_fund, split_share = register
    for row in rows:
        group = birth_month[row] - 1
        for slot in range(SLOTS):
            held = fund[row, slot]
            if held >= 0:
                all_units[group, held] += sign * units[row, slot]
                slots[group, held] += sign
        paid_in = contribution[row] + loan_payment[row]
        if paid_in > 0.0:
            for choice in range(SPLIT):
                wanted = split_fund[row, choice]
                if wanted >= 0:
                    flow[group, wanted] += sign * split_share[row, choice] * paid_in


def by_group(savers: Savers, rows: IntArray) -> Iterator[tuple[int, IntArray]]:
    """Rows by month of birth, from 0; rows lie in the order of these months."""
    ends = savers.people.birth_month[rows].searchsorted(np.arange(1, GROUPS + 2))
    for group, (first, last) in enumerate(itertools.pairwise(ends.tolist())):
        if last > first:
            yield group, rows[first:last]
