"""Who must be looked at every month: wishes and requests that wait, debts that end, spells without a job."""

import numpy as np
from numba import njit

from environment.savers import Savers
from environment.typing import BoolArray, FloatArray, IntArray

YEAR = 12  # months; no row stands for longer


def acts_every_month(savers: Savers, rows: IntArray, loan_rate: float) -> BoolArray:
    """Who wants or waits for cash, or pays back the last of a loan within a year, shape (n,).

    Parameters
    ----------
    savers : Savers
    rows : IntArray, shape (n,)
    loan_rate : float
        Interest on loans, a month.
    """
    wishes = (savers.lump, savers.frozen_lump, savers.forfeiture, savers.borrowing)
    acts: BoolArray = _acts(rows, wishes, savers.loan, savers.loan_payment, loan_rate, savers.queued)
    return acts


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
        for slot in range(queued.shape[1]):
            acts[place] |= queued[row, slot] > 0.0
        if loan[row] > 0.0 or payment[row] > 0.0:
            owed = loan[row]
            for _ in range(YEAR):
                owed = owed * (1.0 + rate) - payment[row]
            acts[place] |= owed * (1.0 + rate) <= payment[row]
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
