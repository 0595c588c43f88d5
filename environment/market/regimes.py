"""Two regimes of the market: calm and turbulent months (Hamilton 1989).

One state holds for all classes. In standard deviations of the month, class c earns above its mean

    s_c = d b_c + v z_c,

where d (the tilt) and v (the scale) are those of the month's state, b_c is the correlation of the class
with U.S. equity, and z has covariance Omega. With p the share of turbulent months and g the gap between the
means of U.S. equity in calm and in turbulent months, d is p g in calm and -(1 - p) g in turbulent months,
and v is such that (1 - p) v_calm^2 + p v_turbulent^2 = 1. Then E s = 0 and, by the law of total covariance,

    Cov s = k b b' + Omega,        k = p (1 - p) g^2,

so that Omega = C - k b b' makes the unconditional correlation C itself. Omega is positive semidefinite for
k <= 1: b is the column of C at U.S. equity, where C has a 1, so C - b b' is the Schur complement of that
entry, and Omega is that plus (1 - k) b b'.
"""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np

from environment.luck import Luck
from environment.market.chain import Chain
from environment.scenario import Scenario
from environment.typing import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class Regimes:
    """The two states of the market and what they do to returns.

    Attributes
    ----------
    stay_calm, stay_turbulent
        Chance that a month is followed by one of the same state, in [0, 1).
    volatility_ratio
        Standard deviation in turbulent months over that in calm ones, >= 1.
    gap
        Mean log return of U.S. equity in calm less that in turbulent months, in its monthly standard
        deviations (g of the module).
    """

    stay_calm: float
    stay_turbulent: float
    volatility_ratio: float
    gap: float

    @classmethod
    def of(cls, scenario: Scenario) -> Self:
        """The regimes of a scenario, whose gap (a year, in yearly volatilities) is root 12 times `gap`."""
        return cls(
            stay_calm=scenario.number("market.regimes.stay_calm"),
            stay_turbulent=scenario.number("market.regimes.stay_turbulent"),
            volatility_ratio=scenario.number("market.regimes.volatility_ratio"),
            gap=scenario.number("market.regimes.mean_gap") / math.sqrt(12.0),
        )

    @property
    def chain(self) -> Chain:
        """The chain of calm (first) and turbulent (second) months."""
        return Chain(self.stay_calm, self.stay_turbulent)

    @property
    def turbulent_share(self) -> float:
        """Share of turbulent months in the long run (p of the module)."""
        return self.chain.share

    @property
    def between(self) -> float:
        """Share of the variance of U.S. equity that lies between the states' means (k of the module)."""
        return self.chain.variance(self.gap)

    def within(self, correlation: FloatArray, leader: int) -> FloatArray:
        """Covariance of the shocks within a state (Omega of the module), in the shape of `correlation`.

        `leader` is the row of U.S. equity in the matrix.
        """
        tilt = correlation[leader]
        return correlation - self.between * np.outer(tilt, tilt)

    def tilts(self, turbulent: BoolArray) -> FloatArray:
        """Departure of U.S. equity's mean in each month (d of the module), in the shape of `turbulent`."""
        return self.chain.departures(self.gap, turbulent)

    def scales(self, turbulent: BoolArray) -> FloatArray:
        """Standard deviation of the shocks in each month (v of the module), in the shape of `turbulent`."""
        calm = 1.0 / math.sqrt(1.0 + self.turbulent_share * (self.volatility_ratio**2 - 1.0))
        return np.where(turbulent, self.volatility_ratio * calm, calm)

    def states(self, luck: Luck, months: int) -> BoolArray:
        """Whether each month is turbulent, shape (months,); the opening is drawn from the long-run shares."""
        return self.chain.states(luck, "market.regime", months)
