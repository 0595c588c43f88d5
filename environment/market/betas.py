"""How gold and crypto answer to unexpected inflation: an estimate and its standard error.

A beta is what a class earns in a year per unit of the year's unexpected inflation, beyond what the table of
correlations gives it. It is known with an error only, so each replication draws its own, normal around the
estimate: whether a class protects purchasing power is then a result with its uncertainty.
"""

import math

import numpy as np

from environment.assets import index
from environment.luck import Luck
from environment.scenario import Scenario
from environment.typing import FloatArray, IntArray

HEDGES = ("gold", "bitcoin", "broad_crypto")
"""The classes with a beta of their own."""

_TINY = 1e-6  # what correlations within rounding of each other leave of a standard deviation


def drawn_betas(scenario: Scenario, luck: Luck) -> FloatArray:
    """Beta of each of `HEDGES` in this replication, shape (3,), from the stream "market.inflation_beta"."""
    rows = np.array([index(name) for name in HEDGES])
    estimates = scenario.numbers("market.inflation_beta", HEDGES)
    errors = scenario.numbers("market.inflation_beta.error", HEDGES)
    return estimates + errors * luck.normal("market.inflation_beta", 0, rows)


def answering(
    shocks: FloatArray, correlation: FloatArray, row: int, kept: IntArray, gain: float
) -> FloatArray:
    """Shocks of one class made to covary with those of inflation by `gain` more, shape (months,).

    Only the parts of the class and of inflation that are orthogonal to the classes `kept` are turned towards
    each other, so that variance 1 and the correlations with these classes stay. What `gain` asks for beyond
    a correlation of 1 of these parts is had from the whole shocks, and the other correlations shrink.

    Parameters
    ----------
    shocks
        Of the classes and of inflation (last), of variance 1, shape (months, n).
    correlation
        Theirs in the long run, shape (n, n).
    row
        The class.
    kept
        Rows of the classes with which its correlations stay.
    gain
        Standard deviations that the class gains per one of inflation; the correlation stays in [-1, 1].
        At 0 its shocks come back to the last bit.
    """
    pair = np.array([row, -1])
    weights = np.linalg.pinv(correlation[np.ix_(kept, kept)]) @ correlation[np.ix_(kept, pair)]
    left = correlation[np.ix_(pair, pair)] - correlation[np.ix_(pair, kept)] @ weights
    own, other = np.sqrt(np.maximum(np.diagonal(left), 0.0))
    parts = shocks[:, pair] - np.einsum("mk,kp->mp", shocks[:, kept], weights)
    answered, now = shocks[:, row], float(correlation[row, -1])
    if own * other > _TINY:
        before = min(max(float(left[0, 1]) / (own * other), -1.0), 1.0)
        target = min(max(before + gain / (own * other), -1.0), 1.0)
        keep, add = turned(before, target)
        answered = answered + (keep - 1.0) * parts[:, 0] + add * own / other * parts[:, 1]
        gain -= (target - before) * own * other
        now += (target - before) * own * other
    keep, add = turned(now, min(max(now + gain, -1.0), 1.0))
    return keep * answered + add * shocks[:, -1]


def turned(correlation: float, target: float) -> tuple[float, float]:
    """Weights x and y for which x s + y u has variance 1 and the correlation `target` with u.

    s and u have variance 1 and the given `correlation`, so that x^2 (1 - correlation^2) = 1 - target^2 and
    x correlation + y = target; x is 1 and y is 0 if s has the correlation already.
    """
    if abs(correlation) >= 1.0 or target == correlation:
        return 1.0, 0.0
    keep = math.sqrt((1.0 - target**2) / (1.0 - correlation**2))
    return keep, target - keep * correlation
