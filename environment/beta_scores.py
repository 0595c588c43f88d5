"""Quantiles of Beta distributions at standard normal scores, from a table instead of one inversion each."""

import functools
import math

import numpy as np
from numba import njit
from scipy.special import betaincinv, betaln, ndtr

from environment.cubics import in_table
from environment.typing import FloatArray

_REACH = 8  # standard deviations of the score that the table covers; beyond, the quantile of its end
_STEPS = 64  # of the table a standard deviation
_LEAST = 1e-300  # a smaller share counts as this


def beta_quantiles(first: float, second: float, score: FloatArray) -> FloatArray:
    """Quantile of a Beta distribution at the probability of each standard normal score.

    The logarithm of the odds of the quantile is a smooth function of the score, interpolated from 64 points
    a standard deviation. The error of the quantile is below 1e-10 with parameters from 0.3 to 10 and below
    2e-5 where nearly everybody knows all or nothing.

    Parameters
    ----------
    first, second
        Parameters of the distribution, above 0.
    score : shape (rows,)

    Returns
    -------
    shape (rows,), 0 to 1
    """
    return _interpolated(np.asarray(score, dtype=np.float64), *_log_odds(first, second))


@functools.lru_cache(maxsize=16)
def _log_odds(first: float, second: float) -> tuple[FloatArray, FloatArray]:
    """Logarithm of the odds of the quantile and its slope a step, for `in_table`."""
    score = np.arange(-_REACH * _STEPS, _REACH * _STEPS + 1) / _STEPS
    share = np.log(np.maximum(betaincinv(first, second, ndtr(score)), _LEAST))
    rest = np.log(np.maximum(betaincinv(second, first, ndtr(-score)), _LEAST))
    log_density = -0.5 * score**2 - 0.5 * np.log(2.0 * np.pi)
    # d(log odds) = d(quantile) / (quantile (1 - quantile)), and the two densities give d(quantile).
    slope = np.exp(log_density + betaln(first, second) - first * share - second * rest)
    return share - rest, slope / _STEPS


@njit(cache=True, nogil=True)
def _interpolated(score: FloatArray, log_odds: FloatArray, slope: FloatArray) -> FloatArray:
    """Share of log odds on the cubics through the table."""
    share = np.empty(score.size)
    for row in range(score.size):
        found = in_table(log_odds, slope, (score[row] + _REACH) * _STEPS)
        share[row] = 1.0 / (1.0 + math.exp(-found))
    return share
