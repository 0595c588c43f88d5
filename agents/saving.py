"""How much of their pay savers put aside."""

import numpy as np
import numpy.typing as npt
from numba import njit

AGE_BAND_STARTS = np.array([25, 35, 45, 55, 65])
OLDEST_BAND_START = 65
_BAND_OF_AGE = np.searchsorted(AGE_BAND_STARTS, np.arange(OLDEST_BAND_START + 1), side="right")


@njit(cache=True, nogil=True)
def deferral_rate(
    age: npt.NDArray[np.integer], taste: npt.NDArray[np.float64], band_rates: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Share of pay a contributing saver defers: the usual rate of their age band times their own taste.

    People save more of their pay as they age and differ a great deal at every age. The rule takes the first
    from the published averages by age band and the second from one factor a person, fixed for life.

    Parameters
    ----------
    age : integers, shape (rows,)
        Age last birthday.
    taste : shape (rows,), > 0
        Personal factor; its mean over savers is 1.
    band_rates : shape (6,), 0 to 1
        Average deferral rate in the age bands <25, 25-34, 35-44, 45-54, 55-64, 65+.

    Returns
    -------
    shape (rows,), 0 to 1
        Share of pay a year, before the limits of the law. Nobody defers more than all of their pay.
    """
    rate = np.empty(taste.size)
    for row in range(taste.size):
        band = _BAND_OF_AGE[min(age[row], OLDEST_BAND_START)]
        rate[row] = min(band_rates[band] * taste[row], 1.0)
    return rate


@njit(cache=True, nogil=True)
def desired_deferral(
    age: npt.NDArray[np.integer],
    taste: npt.NDArray[np.float64],
    pay: npt.NDArray[np.float64],
    reference_pay: float,
    band_rates: npt.NDArray[np.float64],
    pay_elasticity: float,
) -> npt.NDArray[np.float64]:
    """Share of pay a saver who chooses defers: that of age and taste, rising with pay.

    Band rate x taste x (pay / reference)^elasticity.

    Parameters
    ----------
    age, taste, band_rates
        As in `deferral_rate`.
    pay : shape (rows,), >= 0
        USD a year.
    reference_pay : float, > 0
        Pay at which the usual rate of the band holds, USD a year; it moves with the wage index.
    pay_elasticity : float, >= 0
        Relative rise of the rate for a relative rise of pay; 0 leaves pay out.

    Returns
    -------
    shape (rows,), 0 to 1
        Share of pay a year, before the limits of the law.
    """
    return np.asarray(deferral_rate(age, taste * (pay / reference_pay) ** pay_elasticity, band_rates))


def enrolment_rate(
    default: npt.NDArray[np.float64], desired: npt.NDArray[np.float64], passive: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """Deferral rate on joining a plan: the plan's default for the passive, the own wish for the others.

    Madrian and Shea (2001) found about three quarters of those enrolled automatically at the default rate.

    Parameters
    ----------
    default : shape (rows,), 0 to 1
        Rate at which the plan enrols.
    desired : shape (rows,), 0 to 1
        As from `desired_deferral`.
    passive : shape (rows,)
        Who takes what the plan sets; only automatic plans set a rate.

    Returns
    -------
    shape (rows,), 0 to 1
    """
    return np.where(passive, default, desired)


@njit(cache=True, nogil=True)
def next_rate(
    rate: npt.NDArray[np.float64],
    desired: npt.NDArray[np.float64],
    at_default: npt.NDArray[np.bool_],
    revises: npt.NDArray[np.bool_],
    escalates: npt.NDArray[np.bool_],
    step: npt.NDArray[np.float64] | float,
    ceiling: float,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Deferral rate of the coming year.

    Those at the default stay there, a step higher where the plan escalates, until they revise. Those who
    have chosen follow their own wish as it changes with age and pay. Nobody goes back to a default in the
    same plan.

    Parameters
    ----------
    rate, desired : shape (rows,), 0 to 1
        Rate of the past year, and that of `desired_deferral` now.
    at_default, revises, escalates : shape (rows,)
        Who has never chosen, who does so now, and whose plan raises the rate by itself.
    step : shape (rows,) or one for all, >= 0
        Rise since then of the escalated rate, in shares of pay.
    ceiling : float, 0 to 1
        Rate at which escalation ends; a default above it stays as it is.

    Returns
    -------
    rate : shape (rows,), 0 to 1
    at_default : shape (rows,)
    """
    stays = at_default & ~revises
    escalated = np.where(escalates, np.maximum(rate, np.minimum(rate + step, ceiling)), rate)
    return np.where(stays, escalated, desired), stays
