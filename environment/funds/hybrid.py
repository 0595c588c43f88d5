"""A fund of crypto, shares and bonds held to a target volatility.

Its risky part is crypto and United States shares in fixed proportions, its safe part treasuries and corporate
bonds; each block is held at market weights. Every month the fund holds so much of the risky part that the
volatility forecast for the whole is the target, and less where the share of crypto would exceed a cap.
"""

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

from environment.assets import (
    BITCOIN,
    BROAD_CRYPTO,
    CLASSES,
    CORPORATE_BONDS,
    TECH_EQUITY,
    TREASURIES,
    US_EQUITY,
)
from environment.scenario import Scenario
from environment.typing import FloatArray

MONTHS_A_YEAR = 12
CRYPTO = (BITCOIN, BROAD_CRYPTO)


@dataclass(frozen=True)
class VolatilityTarget:
    """The rule by which the fund is invested.

    Attributes
    ----------
    target : float
        Volatility a year.
    crypto_share, crypto_cap : float
        Share of crypto in the risky part, and its greatest share of the fund.
    blocks : FloatArray, shape (3, 16)
        1 for the classes of shares, of crypto and of bonds.
    covariance : FloatArray, shape (months + 1, 16, 16)
        Forecast of monthly log returns after each month, the first at the opening.
    """

    target: float
    crypto_share: float
    crypto_cap: float
    blocks: FloatArray
    covariance: FloatArray

    def weights(self, known_months: int, market_value: FloatArray) -> FloatArray:
        """Class weights, shape (16,), summing to 1.

        Parameters
        ----------
        known_months : int
            Months of the run whose returns are known.
        market_value : FloatArray, shape (16,)
            USD; splits each block.
        """
        covariance = self.covariance[known_months]
        parts, moments = _parts(self.blocks * market_value, self.crypto_share, covariance)
        risky = risky_share(*moments, self.target)
        if self.crypto_share * risky > self.crypto_cap:
            risky = self.crypto_cap / self.crypto_share
        weights: FloatArray = risky * parts[0] + (1.0 - risky) * parts[1]
        return weights


@njit(cache=True, nogil=True)
def _parts(
    blocks: FloatArray, crypto_share: float, covariance: FloatArray
) -> tuple[FloatArray, tuple[float, float, float]]:
    """Class weights of the risky and the safe part, shape (2, 16), and their moments a year.

    The moments are the variance of the risky part, the covariance of the two and the variance of the safe
    part. Blocks, shape (3, 16), are in USD; the covariance is that of a month.
    """
    parts = np.zeros((2, blocks.shape[1]))
    shares = ((0, 1.0 - crypto_share), (0, crypto_share), (1, 1.0))
    for block in range(3):
        part, share = shares[block]
        total = blocks[block].sum()
        for one in range(blocks.shape[1]):
            parts[part, one] += share * blocks[block, one] / total
    risky, joint, safe = 0.0, 0.0, 0.0
    for one in range(blocks.shape[1]):
        for other in range(blocks.shape[1]):
            joint_move = MONTHS_A_YEAR * covariance[one, other]
            risky += parts[0, one] * joint_move * parts[0, other]
            joint += parts[0, one] * joint_move * parts[1, other]
            safe += parts[1, one] * joint_move * parts[1, other]
    return parts, (risky, joint, safe)


def risky_share(risky: float, joint: float, safe: float, target: float) -> float:
    """Greatest share x of the risky part, 0 to 1, at which volatility is the target.

    Solves x^2 risky + 2 x (1 - x) joint + (1 - x)^2 safe = target^2. It is 1 where even the risky part alone
    is calmer than the target, and the share of least variance where nothing is calm enough.

    Parameters
    ----------
    risky, joint, safe : float
        Variances a year of the two parts, and their covariance.
    target : float
        Volatility a year.
    """
    goal = target * target
    if risky <= goal:
        return 1.0
    curve = risky - 2.0 * joint + safe
    if curve <= 0.0:  # the two parts move as one, above the target
        return 0.0
    slope = safe - joint
    inside = slope * slope - curve * (safe - goal)
    return min(max((slope + math.sqrt(max(inside, 0.0))) / curve, 0.0), 1.0)


def forecasts(long_run: FloatArray, returns: FloatArray, memory: float) -> FloatArray:
    """Forecast covariance after each month: S(t) = memory S(t-1) + (1 - memory) r r', r being log returns.

    Exponentially weighted moving average of RiskMetrics (J.P. Morgan 1996), which takes means as 0; it starts
    from the long run and stays there with memory 1.

    Parameters
    ----------
    long_run : FloatArray, shape (16, 16)
        Covariance of monthly log returns.
    returns : FloatArray, shape (months, 16)
        Simple returns.
    memory : float
        0 to 1.

    Returns
    -------
    FloatArray, shape (months + 1, 16, 16)
    """
    logs = np.log1p(returns)
    covariance = np.empty((len(returns) + 1, *long_run.shape))
    covariance[0] = long_run
    for month, log in enumerate(logs):
        covariance[month + 1] = memory * covariance[month] + (1.0 - memory) * (log[:, None] * log)
    return covariance


def volatility_target(scenario: Scenario, correlation: FloatArray, returns: FloatArray) -> VolatilityTarget:
    """Rule of a scenario; it holds the crypto that may be chosen, both classes where none may.

    Parameters
    ----------
    scenario : Scenario
    correlation : FloatArray, shape (16, 16)
    returns : FloatArray, shape (months, 16)
        Fundamental returns of the run; each month's weights use those of the months before it.
    """
    volatility = scenario.by_class("market.volatility") / math.sqrt(MONTHS_A_YEAR)
    chosen = scenario.text("policy.access") in ("menu", "all") or scenario.switch("savers.free_ira")
    allowed = scenario.texts("policy.classes") if chosen else ()
    crypto = [one for one in CRYPTO if CLASSES[one] in allowed] or list(CRYPTO)
    blocks = np.zeros((3, len(CLASSES)))
    for block, members in enumerate(([US_EQUITY, TECH_EQUITY], crypto, [TREASURIES, CORPORATE_BONDS])):
        blocks[block, members] = 1.0
    return VolatilityTarget(
        target=scenario.number("funds.hybrid.volatility_target"),
        crypto_share=scenario.number("funds.hybrid.crypto_share"),
        crypto_cap=scenario.number("funds.hybrid.crypto_cap"),
        blocks=blocks,
        covariance=forecasts(
            correlation * np.outer(volatility, volatility), returns, scenario.number("funds.hybrid.memory")
        ),
    )
