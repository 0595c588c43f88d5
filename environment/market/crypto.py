"""The cycle of crypto: long build-ups and short crashes that bitcoin and the other tokens share.

In monthly standard deviations each earns p g above its mean in a build-up and (1 - p) g below it in a crash,
where p is the share of months of a crash. The part p (1 - p) g^2 of the variance lies between the states;
taken out of the covariance of the shocks it leaves mean, volatility and correlations as they are.
"""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np

from environment.assets import BITCOIN, BROAD_CRYPTO
from environment.market.chain import Chain
from environment.scenario import Scenario
from environment.typing import FloatArray


@dataclass(frozen=True, slots=True)
class CryptoCycle:
    """The two states of crypto.

    Attributes
    ----------
    chain
        Build-up (first) and crash (second).
    gap
        Mean log return in a build-up less that in a crash, in monthly standard deviations (g of the module).
    """

    chain: Chain
    gap: float

    @classmethod
    def of(cls, scenario: Scenario) -> Self:
        """The cycle of a scenario, whose gap (a year, in yearly volatilities) is root 12 times `gap`."""
        hazard = scenario.number("market.crypto.crash_hazard")
        recovery = scenario.number("market.crypto.recovery")
        gap = scenario.number("market.crypto.mean_gap") / math.sqrt(12.0)
        return cls(Chain(1.0 - hazard, 1.0 - recovery), gap)

    @property
    def between(self) -> float:
        """Share of the variance that the cycle asks for: p (1 - p) g^2."""
        return self.chain.variance(self.gap)


def crypto_direction(size: int) -> FloatArray:
    """1 in the rows of the two crypto classes and 0 elsewhere, shape (size,)."""
    direction = np.zeros(size)
    direction[[BITCOIN, BROAD_CRYPTO]] = 1.0
    return direction
