"""The market of two regimes: log returns, the short rate and inflation put together month by month."""

import math

import numpy as np

from environment.assets import CASH
from environment.luck import Luck
from environment.market.path import MarketPath
from environment.market.rates import innovation_of_yearly_sum, reverting, stationary_deviation
from environment.market.regimes import Regimes
from environment.market.shocks import INFLATION, joint_shocks
from environment.scenario import Scenario
from environment.typing import FloatArray

_MONTHS = 12.0


def switching_path(scenario: Scenario, luck: Luck) -> MarketPath:
    """The path of one replication; a shorter run is the beginning of a longer one.

    Log returns have mean ln(1 + market.expected) / 12 and standard deviation market.volatility / root 12 in
    the long run. Those of cash are a twelfth of the short rate in logs plus a shock.
    """
    regimes = Regimes.of(scenario)
    turbulent = regimes.states(luck, scenario.months)
    degrees = scenario.number("market.regimes.tail_degrees")
    shocks = joint_shocks(luck, regimes, turbulent, degrees, short_rate_share(scenario))
    means = np.log1p(scenario.by_class("market.expected"))
    deviations = scenario.by_class("market.volatility") / math.sqrt(_MONTHS)
    rate = _log_short_rate(scenario, luck, means[CASH])
    returns = means / _MONTHS + deviations * shocks[:, :INFLATION]
    returns[:, CASH] += (rate - means[CASH]) / _MONTHS
    return MarketPath(
        fundamental=np.expm1(returns),
        inflation=np.expm1(_log_inflation(scenario, shocks[:, INFLATION])),
        short_rate=np.expm1(rate),
        turbulent=turbulent,
    )


def short_rate_share(scenario: Scenario) -> float:
    """Share of the long-run variance of monthly cash returns that is the short rate's.

    Above 1 when the rate alone moves cash by more than `market.volatility.cash`; 1 when that volatility is 0.
    """
    persistence = scenario.number("market.short_rate.persistence")
    rate = stationary_deviation(_rate_innovation(scenario), persistence) / _MONTHS
    cash = scenario.number("market.volatility.cash") / math.sqrt(_MONTHS)
    return (rate / cash) ** 2 if cash > 0.0 else 1.0


def _rate_innovation(scenario: Scenario) -> float:
    """Standard deviation of a month's shock to the short rate in logs, a year."""
    return scenario.number("market.short_rate.volatility") / math.sqrt(_MONTHS)


def _log_short_rate(scenario: Scenario, luck: Luck, mean: float) -> FloatArray:
    """ln(1 + short rate) at which each month begins, shape (months,): the first begins at the opening's."""
    months = np.arange(1, scenario.months + 1)
    opening = math.log1p(scenario.number("market.short_rate.start")) - mean
    shocks = _rate_innovation(scenario) * luck.normal_grid("market.short_rate", months, np.array([0]))[:, 0]
    at_the_end = reverting(shocks, scenario.number("market.short_rate.persistence"), opening)
    return mean + np.concatenate(([opening], at_the_end))[:-1]


def _log_inflation(scenario: Scenario, shocks: FloatArray) -> FloatArray:
    """Log change of the price level in each month, shape (months,), from shocks of variance 1.

    The month before the first has the mean.
    """
    persistence = scenario.number("market.inflation.persistence")
    innovation = innovation_of_yearly_sum(scenario.number("market.inflation.volatility"), persistence)
    mean = math.log1p(scenario.number("market.inflation.mean")) / _MONTHS
    return mean + reverting(innovation * shocks, persistence, 0.0)
