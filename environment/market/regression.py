"""Shocks of the classes that were not observed: the regression that a correlation matrix implies."""

import numpy as np

from environment.market.correlation import semidefinite_root
from environment.typing import FloatArray, IntArray


def regression(
    correlation: FloatArray, leaders: IntArray, followers: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Coefficients B and residual covariance R of some rows of a correlation matrix on others.

    With C the matrix, B = C_fl C_ll^-1 and R = C_ff - B C_lf, so that B z + e has the correlations C_ff and
    with z the correlations C_fl, if z has the correlations C_ll and e, unrelated to z, the covariance R.

    Parameters
    ----------
    correlation
        Positive semidefinite, shape (n, n).
    leaders, followers
        Rows of the matrix, shapes (l,) and (f,); that of the leaders must be positive definite.

    Returns
    -------
    tuple of FloatArray
        B of shape (f, l) and R of shape (f, f).
    """
    among = correlation[np.ix_(leaders, leaders)]
    between = correlation[np.ix_(leaders, followers)]
    coefficients = np.linalg.solve(among, between).T
    residual = correlation[np.ix_(followers, followers)] - np.einsum("fl,lg->fg", coefficients, between)
    return coefficients, np.asarray(0.5 * (residual + residual.T), dtype=np.float64)


def following_shocks(
    coefficients: FloatArray, residual: FloatArray, departures: FloatArray, normal: FloatArray
) -> FloatArray:
    """Shocks B z + e of the followers, shape (months, f).

    Parameters
    ----------
    coefficients, residual
        As `regression` returns them.
    departures
        z, shape (months, l).
    normal
        Independent standard normal draws, of which e is made, shape (months, f).
    """
    root = semidefinite_root(residual, np.arange(len(residual)))
    explained = np.einsum("ml,fl->mf", departures, coefficients)
    return np.asarray(explained + np.einsum("mk,fk->mf", normal, root), dtype=np.float64)
