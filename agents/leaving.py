"""How savers leave an employer: how often, how long without pay, and what becomes of the account."""

import numpy as np
import numpy.typing as npt
from numba import njit

from agents.saving import AGE_BAND_STARTS

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

KEEP, ROLL, CASH = 0, 1, 2

_LAST_AGE = 119
_BAND_OF_AGE = np.searchsorted(AGE_BAND_STARTS, np.arange(_LAST_AGE + 1), side="right")


@njit(cache=True, nogil=True)
def changes_job(draw: Floats, age: npt.NDArray[np.integer], hazard_by_band: Floats) -> Bools:
    """Who leaves the employer this year.

    A worker with at most twelve months of tenure has come from elsewhere within the year, so the share of
    such workers at an age (Bureau of Labor Statistics, January 2016) serves as the chance of a change in a
    year.

    Parameters
    ----------
    draw : shape (rows,), 0 to 1
        Uniform draws.
    age : integers, shape (rows,)
        Age last birthday.
    hazard_by_band : shape (6,), 0 to 1
        Chance a year in the age bands <25, 25-34, 35-44, 45-54, 55-64, 65+.

    Returns
    -------
    shape (rows,)
    """
    left = np.empty(draw.size, dtype=np.bool_)
    for row in range(draw.size):
        left[row] = draw[row] < hazard_by_band[_BAND_OF_AGE[min(age[row], _LAST_AGE)]]
    return left


@njit(cache=True, nogil=True)
def spell_months(
    draw_happens: Floats, draw_length: Floats, chance: float, mean_months: float, most: int
) -> Ints:
    """Months without pay between two jobs.

    With the given chance there is a spell, whose length is geometric on 1, 2, ...: each month ends it with
    the chance 1 / mean. It is cut at the longest, so that its mean is m (1 - (1 - 1/m)^most).

    Parameters
    ----------
    draw_happens, draw_length : shape (rows,), 0 to 1, both ends left out
        Uniform draws.
    chance : float, 0 to 1
        Share of job changes with a spell.
    mean_months : float, >= 1
        Mean length before the cut.
    most : int, >= 1
        Longest spell, months.

    Returns
    -------
    shape (rows,), 0 to most
        Whole months; 0 for those who go straight to the next job.
    """
    months = np.zeros(draw_happens.size, dtype=np.int64)
    # A mean of one month ends every spell after the first.
    log_stay = np.log(1.0 - 1.0 / mean_months) if mean_months > 1.0 else -np.inf
    for row in range(draw_happens.size):
        if draw_happens[row] < chance:
            months[row] = int(min(1.0 + np.floor(np.log(draw_length[row]) / log_stay), float(most)))
    return months


@njit(cache=True, nogil=True)
def account_fate(
    balance_real: Floats,
    draw_cash: Floats,
    draw_roll: Floats,
    bounds: Floats,
    cash_out_shares: Floats,
    rollover_share: float,
) -> Ints:
    """What becomes of the plan account of somebody who leaves: kept, rolled over, or cashed out.

    The smaller the balance, the more often it is cashed out (Alight; record-keepers). Of the rest a share
    goes to an IRA, and the others leave the money in a plan, the old one or the next.

    Parameters
    ----------
    balance_real : shape (rows,), >= 0
        Balance in USD of the start, since the bounds move with prices.
    draw_cash, draw_roll : shape (rows,), 0 to 1
        Uniform draws.
    bounds : shape (bands - 1,), rising
        Balances between the bands, USD of the start; a balance at a bound belongs to the band above.
    cash_out_shares : shape (bands,), 0 to 1
        Share of leavers in each band who cash out.
    rollover_share : float, 0 to 1
        Share of those who do not cash out that moves to an IRA.

    Returns
    -------
    shape (rows,)
        `KEEP`, `ROLL` or `CASH`.
    """
    fate = np.full(balance_real.size, KEEP)
    for row in range(balance_real.size):
        band = np.searchsorted(bounds, balance_real[row], side="right")
        if draw_cash[row] < cash_out_shares[band]:
            fate[row] = CASH
        elif draw_roll[row] < rollover_share:
            fate[row] = ROLL
    return fate
