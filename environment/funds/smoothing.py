"""Reported prices of private funds: appraisal smoothing on logs (Geltner 1991; economics 10)."""

import numpy as np

from environment.typing import FloatArray


def monthly_smoothing(quarterly: FloatArray) -> FloatArray:
    """Monthly smoothing parameter that gives a wanted quarterly autocorrelation.

    Solves (phi + 2 phi^2 + 3 phi^3 + 2 phi^4 + phi^5) / (3 + 4 phi + 2 phi^2) = rho, the first-order
    autocorrelation of quarterly sums of an AR(1) smoothed monthly return.

    Parameters
    ----------
    quarterly : FloatArray
        rho, autocorrelation of quarterly reported returns, 0 to 1 (exclusive).

    Returns
    -------
    FloatArray
        phi of the same shape; exactly 0 where rho is 0.
    """
    return np.array([_solve(float(rho)) for rho in quarterly])


def _solve(rho: float) -> float:
    if rho == 0.0:
        return 0.0
    roots = np.roots([1.0, 2.0, 3.0, 2.0 - 2.0 * rho, 1.0 - 4.0 * rho, -3.0 * rho])
    # The coefficients change sign once, so that one real root, the greatest, is positive (Descartes).
    greatest = roots[np.abs(roots.imag) < 1e-9].real.max()
    return max(0.0, float(greatest))


def opening_lag(phi: FloatArray, monthly_growth: FloatArray) -> FloatArray:
    """True over reported price at which a smoothed fund trails a steady trend for ever.

    Parameters
    ----------
    phi : FloatArray
        Monthly smoothing.
    monthly_growth : FloatArray
        Expected log growth of the true price a month.

    Returns
    -------
    FloatArray
        exp(phi / (1 - phi) x growth); 1 where phi is 0.
    """
    return np.exp(phi / (1.0 - phi) * monthly_growth)
