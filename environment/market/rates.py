"""First-order autoregressions of the month: the short rate and inflation."""

import math

import numpy as np

from environment.typing import FloatArray


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


def innovation_of_yearly_sum(yearly: float, persistence: float) -> float:
    """Standard deviation of the shocks for which sums over twelve months have standard deviation `yearly`.

    With v the long-run variance of the month, that of the sum is v (12 + 2 sum of (12 - h) persistence^h over
    h = 1 to 11), and v is the variance of the shocks over 1 - persistence^2.
    """
    lags = np.arange(1, 12)
    months = 12.0 + 2.0 * float(np.sum((12 - lags) * persistence**lags))
    return yearly / math.sqrt(months) * math.sqrt(1.0 - persistence**2)
