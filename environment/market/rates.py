"""First-order autoregressions of the month: the short rate and inflation."""

import math

import numpy as np

from environment.typing import FloatArray

_TINY = 1e-9


def reverting(shocks: FloatArray, persistence: float, opening: float) -> FloatArray:
    """Departures from the mean d(t) = persistence d(t-1) + shocks(t), with d(0) = opening.

    With normal shocks this is the mean-reverting rate of Vasicek (1977) seen once a month.

    Parameters
    ----------
    shocks
        One a month, shape (months,).
    persistence
        Share of a departure that is left a month later, in [0, 1).
    opening
        Departure in the month before the first.
    """
    departures = np.empty_like(shocks)
    departure = opening
    for month, shock in enumerate(shocks.tolist()):
        departure = persistence * departure + shock
        departures[month] = departure
    return departures


def stationary_deviation(innovation: float, persistence: float) -> float:
    """Standard deviation in the long run, of departures whose shocks have standard deviation `innovation`."""
    return innovation / math.sqrt(1.0 - persistence**2)


def yearly_sum_variance(memory: float) -> float:
    """Variance of the sum of twelve months of variance 1 and autocorrelation memory^h at lag h.

    12 + 2 sum of (12 - h) memory^h over h = 1 to 11.
    """
    lags = np.arange(1, 12)
    return 12.0 + 2.0 * float(np.sum((12 - lags) * memory**lags))


def innovation_of_yearly_sum(yearly: float, persistence: float) -> float:
    """Standard deviation of the shocks for which sums over twelve months have standard deviation `yearly`.

    The long-run variance of the month is that of the shocks over 1 - persistence^2.
    """
    return yearly / math.sqrt(yearly_sum_variance(persistence)) * math.sqrt(1.0 - persistence**2)


def yearly_sum_autocorrelation(memory: float) -> float:
    """Correlation of the sums of two consecutive years of months with autocorrelation memory^h at lag h.

    Their covariance is the sum of (12 - |k|) memory^(12 + k) over k = -11 to 11. Where months alternate, with
    a memory of -1, years do not vary, and the correlation is taken for 0.
    """
    shifts = np.arange(-11, 12)
    covariance = float(np.sum((12 - np.abs(shifts)) * memory ** (12 + shifts)))
    variance = yearly_sum_variance(memory)
    return covariance / variance if variance > _TINY else 0.0


def year_per_shock(persistence: float) -> float:
    """What a shock in every month of a year, each of size 1, adds to the sum of the year's departures.

    Departures are as in `reverting`. The shock of the month with i months of the year left, itself included,
    adds (1 - persistence^i) / (1 - persistence); the result is their sum over i = 1 to 12.
    """
    return float(np.sum(np.cumsum(persistence ** np.arange(12))))
