"""The retired whose monthly withdrawal is a standing order: what they sell each month, all together."""

from dataclasses import dataclass

import numpy as np
from numba import njit

from environment.law import AGE_WITHOUT_PENALTY
from environment.savers import EMPTY, RETIRED, SLOTS, Savers
from environment.typing import BoolArray, FloatArray, IntArray

FEWEST_WITHDRAWALS = 2.0  # below so many the account may run out: such a saver is looked at every month
ENOUGH_FOR_A_YEAR = 3.0  # withdrawals an account must hold beyond a year's for its order to stand
YEAR = 12.0


@dataclass(frozen=True, slots=True)
class Drawers:
    """Retired savers with a birthday in the same month who draw by a standing order.

    Attributes
    ----------
    rows : IntArray, shape (n,)
        In order.
    fund, units : shape (n, 6)
        What they hold now; nothing for who has been woken.
    withdrawal : FloatArray, shape (n,)
        USD a month.
    """

    rows: IntArray
    fund: IntArray
    units: FloatArray
    withdrawal: FloatArray


def nobody_draws() -> Drawers:
    """No drawers."""
    return Drawers(np.zeros(0, np.int64), np.zeros((0, SLOTS), np.int16), np.zeros((0, SLOTS)), np.zeros(0))


def drawers_of(savers: Savers, rows: IntArray) -> Drawers:
    """Drawers as the register has them."""
    return Drawers(rows, savers.fund[rows], savers.units[rows], savers.withdrawal[rows])


def stop(drawers: Drawers, rows: IntArray) -> None:
    """Forget what some rows draw, who go through the plain month from now on."""
    if not drawers.rows.size:
        return
    places = drawers.rows.searchsorted(rows)
    places = np.minimum(places, drawers.rows.size - 1)
    places = places[drawers.rows[places] == rows]
    drawers.fund[places], drawers.units[places], drawers.withdrawal[places] = EMPTY, 0.0, 0.0


def can_draw(savers: Savers, rows: IntArray, slow: BoolArray, prices: FloatArray) -> BoolArray:
    """Whose withdrawal needs no look from month to month, shape (n,).

    They are retired and too old for a penalty, hold none but funds that pay at once, and have enough for more
    than a year.

    Parameters
    ----------
    savers : Savers
    rows : IntArray, shape (n,)
    slow : BoolArray, shape (K,)
        Funds that may not pay at once.
    prices : FloatArray, shape (K,)
    """
    ages, flows = savers.people.age[rows], (savers.contribution, savers.loan_payment, savers.withdrawal)
    able: BoolArray = (savers.status[rows] == RETIRED) & (ages >= AGE_WITHOUT_PENALTY)
    _keep_able(able, rows, flows, savers.fund, savers.units, slow, prices)
    return able


@njit(cache=True, nogil=True)
def _keep_able(
    able: BoolArray,
    rows: IntArray,
    flows: tuple[FloatArray, FloatArray, FloatArray],
    fund: IntArray,
    units: FloatArray,
    slow: BoolArray,
    prices: FloatArray,
) -> None:
    """Clear the marks of those who pay in, hold a slow fund or may run out."""
    contribution, loan_payment, withdrawal = flows
    for place in range(rows.size):
        row, value = rows[place], 0.0
        if not able[place]:
            continue
        for slot in range(SLOTS):
            held = fund[row, slot]
            if held >= 0:
                able[place] &= not slow[held]
                value += units[row, slot] * prices[held]
        able[place] &= contribution[row] + loan_payment[row] == 0.0
        able[place] &= value > (YEAR + ENOUGH_FOR_A_YEAR) * withdrawal[row]


@njit(cache=True, nogil=True)
def sell_for_month(
    fund: IntArray, units: FloatArray, withdrawal: FloatArray, prices: FloatArray, sold: FloatArray
) -> BoolArray:
    """Sell a month's withdrawals of drawers (n,); those who have too little left are left out, and marked.

    Parameters
    ----------
    fund, units : shape (n, 6)
        Holdings; units change.
    withdrawal : FloatArray, shape (n,)
        USD.
    prices : FloatArray, shape (K,)
        At which sales are sized.
    sold : FloatArray, shape (K,)
        Units sold are added to it.
    """
    low = np.zeros(withdrawal.size, dtype=np.bool_)
    for place in range(withdrawal.size):
        if withdrawal[place] <= 0.0:
            continue
        value = 0.0
        for slot in range(SLOTS):
            if fund[place, slot] >= 0:
                value += units[place, slot] * prices[fund[place, slot]]
        if value < FEWEST_WITHDRAWALS * withdrawal[place]:
            low[place] = True
            continue
        share = withdrawal[place] / value
        for slot in range(SLOTS):
            if fund[place, slot] >= 0:
                sold[fund[place, slot]] += share * units[place, slot]
                units[place, slot] -= share * units[place, slot]
    return low
