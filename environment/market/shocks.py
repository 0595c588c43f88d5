"""The month's joint shocks of the sixteen classes and of inflation, in standard deviations."""

import math

import numpy as np

from environment.assets import CASH, CLASSES, US_EQUITY
from environment.luck import Luck
from environment.market.correlation import correlations, semidefinite_root
from environment.market.regimes import Regimes
from environment.market.tails import mixing_variance
from environment.typing import BoolArray, FloatArray

INFLATION = len(CLASSES)
"""Row of inflation in the joint shocks, after the classes."""

# Cash comes last: its shock answers to those of all others, and nothing else depends on its own.
_ORDER = np.array([row for row in range(INFLATION + 1) if row != CASH] + [CASH])


def joint_shocks(
    luck: Luck, regimes: Regimes, turbulent: BoolArray, tail_degrees: float, rate_share: float
) -> FloatArray:
    """Departures of the classes and of inflation (last) from their means, shape (months, 17).

    Every column has mean 0 and, in the long run, variance 1, that of cash without the share of the short
    rate; together they have the bundled correlations.

    Parameters
    ----------
    luck
        Draws from the streams "market.shock" (row: the class) and "market.tail".
    regimes, turbulent
        The two states, and which of them holds in each month, shape (months,).
    tail_degrees
        Degrees of freedom of the Student t within a state, above 2.
    rate_share
        As in `shock_root`.
    """
    months = np.arange(1, len(turbulent) + 1)
    correlation = correlations().matrix
    root = shock_root(correlation, regimes, rate_share)
    normal = luck.normal_grid("market.shock", months, np.arange(INFLATION + 1))
    tail = mixing_variance(luck.uniform_grid("market.tail", months, np.array([0])), tail_degrees)
    # einsum adds in one fixed order, which a threaded matrix product need not.
    within = np.sqrt(tail) * np.einsum("mk,ck->mc", normal, root)
    between = np.outer(regimes.tilts(turbulent), correlation[US_EQUITY])
    shocks: FloatArray = between + regimes.scales(turbulent)[:, np.newaxis] * within
    return shocks


def shock_root(correlation: FloatArray, regimes: Regimes, rate_share: float) -> FloatArray:
    """Root of the covariance of the shocks within a state, shape (17, 17).

    Parameters
    ----------
    correlation
        Valid correlations of the classes and inflation (last), shape (17, 17).
    regimes
        The two states.
    rate_share
        Share of the variance of cash returns that is the short rate's, >= 0. The shock of cash has what is
        left. If its correlations with the other shocks need more than that, all of them shrink in
        proportion until it is enough.
    """
    within = regimes.within(correlation, US_EQUITY)
    root = semidefinite_root(within, _ORDER)
    root[CASH] = _with_variance(root[CASH], CASH, within[CASH, CASH] - rate_share)
    return root


def _with_variance(row: FloatArray, own: int, variance: float) -> FloatArray:
    """A row of a root with another variance: the entry `own` adapts, down to 0, then the others shrink."""
    adapted = row.copy()
    adapted[own] = 0.0
    explained = float(np.sum(adapted**2))
    variance = max(variance, 0.0)
    if explained > variance:
        return adapted * math.sqrt(variance / explained)
    adapted[own] = math.sqrt(variance - explained)
    return adapted
