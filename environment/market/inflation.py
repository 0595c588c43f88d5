"""Inflation of two regimes, low and high, and what they do to bonds.

The log change of the price level in a month is

    ln(1 + mean) / 12  +  h / 12  +  x,

where h, a rate a year, is -p g in low and (1 - p) g in high inflation, p the share of months of high
inflation and g the gap, and x a first-order autoregression. The sum of twelve months has variance
v_h + v_x, so that x has what the regimes leave of `market.inflation.volatility`.

In high inflation bonds move more with equity. With z the shocks of the month and e that of U.S. equity, of
variance 1, the shock of bond class c is z_c + t l_c e, where t is -p G in low and (1 - p) G in high
inflation, and l_c is the correlation of the class with treasuries. The covariance of z without the part
E[t^2] l l' keeps the long-run correlations as they are.
"""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np

from environment.market.bonds import BOND_ROWS
from environment.market.chain import Chain
from environment.market.rates import (
    innovation_of_yearly_sum,
    reverting,
    year_per_shock,
    yearly_sum_autocorrelation,
    yearly_sum_variance,
)
from environment.scenario import Scenario
from environment.typing import BoolArray, FloatArray

_MONTHS = 12.0


@dataclass(frozen=True, slots=True)
class Inflation:
    """The law of inflation.

    Attributes
    ----------
    mean
        Compound inflation a year.
    volatility
        Standard deviation of the sum of twelve months' log changes in the long run.
    persistence
        Of the autoregression, in [0, 1).
    chain
        Low (first) and high (second) inflation.
    mean_gap
        Inflation in months of high inflation less that in months of low inflation, in logs a year, >= 0.
    """

    mean: float
    volatility: float
    persistence: float
    chain: Chain
    mean_gap: float

    @classmethod
    def of(cls, scenario: Scenario) -> Self:
        """The inflation of a scenario."""
        return cls(
            mean=scenario.number("market.inflation.mean"),
            volatility=scenario.number("market.inflation.volatility"),
            persistence=scenario.number("market.inflation.persistence"),
            chain=Chain(
                scenario.number("market.inflation.regimes.stay_low"),
                scenario.number("market.inflation.regimes.stay_high"),
            ),
            mean_gap=scenario.number("market.inflation.regimes.mean_gap"),
        )

    @property
    def gap(self) -> float:
        """The gap g, a year: `mean_gap`, or what alone has all of `volatility` if that is less."""
        widest = self._yearly_deviation(1.0)
        return min(self.mean_gap, self.volatility / widest) if widest > 0.0 else self.mean_gap

    @property
    def innovation(self) -> float:
        """Standard deviation of a month's unexpected inflation within a regime: the shock of x."""
        within = self.volatility * math.sqrt(1.0 - self._share_of_regimes)
        return innovation_of_yearly_sum(within, self.persistence)

    @property
    def surprise_variance(self) -> float:
        """Variance of what an autoregression of yearly inflation on that of the year before leaves.

        volatility^2 (1 - rho^2), where rho is the correlation of the inflation of two consecutive years: that
        of the regimes and that of the autoregression of months, weighted by their shares of the variance.
        """
        share = self._share_of_regimes
        of_regimes = yearly_sum_autocorrelation(self.chain.memory)
        within = yearly_sum_autocorrelation(self.persistence)
        return self.volatility**2 * (1.0 - (share * of_regimes + (1.0 - share) * within) ** 2)

    def response(self, beta: float) -> float:
        """What a class has to earn in a month per unit of the month's shock to inflation, in logs.

        A regression of yearly returns on unexpected inflation u, the residual of yearly inflation on that of
        the year before, then finds `beta`. Only the shocks of the year itself are in both, with variance s^2
        and the weights of `year_per_shock`, so that beta Var(u) = response s^2 sum w. At s = 0 there is no
        shock to answer to, and the response is 0.
        """
        if self.innovation == 0.0:
            return 0.0
        # Divided one by one: the square of an absurdly small deviation would be 0.
        per_shock = beta * self.surprise_variance / year_per_shock(self.persistence)
        return per_shock / self.innovation / self.innovation

    def log_changes(self, high: BoolArray, shocks: FloatArray) -> FloatArray:
        """Log change of the price level in each month, shape (months,); the month before the first has x = 0.

        Parameters
        ----------
        high
            Whether each month is one of high inflation, shape (months,).
        shocks
            Of the joint draw, of variance 1, shape (months,).
        """
        tilts = -self.chain.departures(self.gap, high) / _MONTHS
        within = reverting(self.innovation * shocks, self.persistence, 0.0)
        return math.log1p(self.mean) / _MONTHS + within + tilts

    @property
    def _share_of_regimes(self) -> float:
        """Share of the variance of twelve months' inflation that lies between the regimes, in [0, 1]."""
        if self.volatility == 0.0:
            return 0.0
        return min((self._yearly_deviation(self.gap) / self.volatility) ** 2, 1.0)

    def _yearly_deviation(self, gap: float) -> float:
        """Standard deviation of the sum of twelve months of h / 12 under a gap a year."""
        monthly = self.chain.variance(gap / _MONTHS)
        return math.sqrt(monthly * yearly_sum_variance(self.chain.memory))


def bond_loading(correlation: FloatArray, treasuries: int) -> FloatArray:
    """How much of the swing of treasuries each row takes (l of the module), shape (n,): 0 but for bonds."""
    loading = np.zeros(len(correlation))
    loading[BOND_ROWS] = correlation[treasuries, BOND_ROWS]
    return loading
