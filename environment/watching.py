"""Who must be looked at every month: wishes that wait, first purchases, debts that end, time out of work."""

import numpy as np
from numba import njit

from environment.savers import SLOTS, SPLIT, Savers
from environment.typing import BoolArray, FloatArray, IntArray
from environment.withdrawing import ROUNDING

YEAR = 12  # months; no row stands for longer


def acts_every_month(savers: Savers, rows: IntArray, loan_rate: float) -> BoolArray:
    """Who wants or waits for cash, ends a loan within a year, or buys a fund for the first time, shape (n,).

    Parameters
    ----------
    savers : Savers
    rows : IntArray, shape (n,)
    loan_rate : float
        Interest on loans, a month.
    """
    wishes = (savers.lump, savers.frozen_lump, savers.forfeiture, savers.borrowing)
    acts: BoolArray = _acts(rows, wishes, savers.loan, savers.loan_payment, loan_rate, savers.queued)
    register, split = (savers.fund, savers.in_ira), (savers.split_fund, savers.split_share)
    _mark_first_purchases(acts, rows, register, split, savers.contribution, savers.loan_payment)
    return acts


@njit(cache=True, nogil=True)
def _mark_first_purchases(
    acts: BoolArray,
    rows: IntArray,
    register: tuple[IntArray, BoolArray],
    split: tuple[IntArray, FloatArray],
    contribution: FloatArray,
    loan_payment: FloatArray,
) -> None:
    """Mark those of rows (n,) who buy a fund of which their plan holds nothing: a purchase opens its slot."""
    (fund, in_ira), (split_fund, split_share) = register, split
    for place in range(rows.size):
        row = rows[place]
        paid_in = contribution[row] + loan_payment[row]
        for choice in range(SPLIT if paid_in > 0.0 else 0):
            wanted = split_fund[row, choice]
            if wanted < 0 or split_share[row, choice] * paid_in <= 0.0:
                continue
            held = False
            for slot in range(SLOTS):
                held |= fund[row, slot] == wanted and not in_ira[row, slot]
            acts[place] |= not held


@njit(cache=True, nogil=True)
def _acts(
    rows: IntArray,
    wishes: tuple[FloatArray, FloatArray, FloatArray, FloatArray],
    loan: FloatArray,
    payment: FloatArray,
    rate: float,
    queued: FloatArray,
) -> BoolArray:
    lump, frozen_lump, forfeiture, borrowing = wishes
    acts = np.empty(rows.size, dtype=np.bool_)
    for place in range(rows.size):
        row = rows[place]
        acts[place] = lump[row] + frozen_lump[row] + forfeiture[row] + borrowing[row] > 0.0
        for slot in range(SLOTS):
            acts[place] |= queued[row, slot] > 0.0
        if loan[row] > 0.0 or payment[row] > 0.0:
            owed = loan[row]
            for _ in range(YEAR):
                owed = owed * (1.0 + rate) - payment[row]
            acts[place] |= owed * (1.0 + rate) <= (1.0 + ROUNDING) * payment[row]
    return acts


@njit(cache=True, nogil=True)
def rows_between_jobs(rows: IntArray, months_out: IntArray) -> IntArray:
    """Which of some rows wait for their next job."""
    found, count = np.empty(rows.size, dtype=np.int64), 0
    for row in rows:
        if months_out[row] > 0:
            found[count] = row
            count += 1
    return found[:count].copy()
