"""How gold and crypto answer to unexpected inflation: an estimate and its standard error.

A beta is what a class earns in a year per unit of the year's unexpected inflation, beyond what the table of
correlations gives it. It is known with an error only, so each replication draws its own, normal around the
estimate: whether a class protects purchasing power is then a result with its uncertainty.
"""

import math

import numpy as np

from environment.assets import index
from environment.luck import Luck
from environment.market.rates import surprise_per_shock
from environment.scenario import Scenario
from environment.typing import FloatArray

HEDGES = ("gold", "bitcoin", "broad_crypto")
"""The classes with a beta of their own."""


def drawn_betas(scenario: Scenario, luck: Luck) -> FloatArray:
    """Beta of each of `HEDGES` in this replication, shape (3,), from the stream "market.inflation_beta"."""
    rows = np.array([index(name) for name in HEDGES])
    estimates = scenario.numbers("market.inflation_beta", HEDGES)
    errors = scenario.numbers("market.inflation_beta.error", HEDGES)
    return estimates + errors * luck.normal("market.inflation_beta", 0, rows)


def loading(beta: float, innovation: float, deviation: float, persistence: float) -> float:
    """Standard deviations that a class gains per one of the month's inflation shock, in [-1, 1].

    A year's regression of returns on unexpected inflation gives `beta` when the month's is beta over
    `surprise_per_shock`, for one shock moves the prices of all later months of the year.

    Parameters
    ----------
    beta
        Log return of a year per unit of its unexpected inflation.
    innovation
        Standard deviation of the month's shock to inflation.
    deviation
        Standard deviation of the month's log return of the class; at 0 the loading is 0.
    persistence
        Of inflation, in [0, 1).
    """
    if deviation == 0.0:
        return 0.0
    return min(max(beta / surprise_per_shock(persistence) * innovation / deviation, -1.0), 1.0)


def loaded(shocks: FloatArray, inflation: FloatArray, correlation: float, weight: float) -> FloatArray:
    """Shocks a s + b u of variance 1, of shocks s and inflation shocks u of variance 1; s exactly if b = 0.

    1 = a^2 + b^2 + 2 a b rho gives a = root(1 - b^2 (1 - rho^2)) - b rho.

    Parameters
    ----------
    shocks, inflation
        s and u, shape (months,).
    correlation
        Theirs in the long run, rho.
    weight
        b, in [-1, 1].
    """
    own = math.sqrt(1.0 - weight**2 * (1.0 - correlation**2)) - weight * correlation
    return own * shocks + weight * inflation
