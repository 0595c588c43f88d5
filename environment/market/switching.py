"""The market of regimes: log returns, yields, the short rate and inflation put together month by month."""

import math

import numpy as np

from environment.assets import CASH, CLASSES, TIPS, index
from environment.luck import Luck
from environment.market.betas import HEDGES, answering, drawn_betas
from environment.market.bonds import BONDS, Bond, bond_returns, income_share, shock_correlations
from environment.market.correlation import correlations
from environment.market.crypto import CryptoCycle
from environment.market.inflation import Inflation
from environment.market.path import MarketPath
from environment.market.rates import reverting, stationary_deviation
from environment.market.regimes import Regimes
from environment.market.shocks import INFLATION, Movers, Structure, joint_shocks
from environment.market.states import States
from environment.scenario import Scenario
from environment.typing import FloatArray, IntArray

_MONTHS = 12.0
_FURTHEST = math.log(10_000.0)
_MOST_RATE = 1e6  # deviations of cash in one of the rate: from 1 on nothing is left to the shock of cash

# With these gold and crypto keep their correlations as they answer to inflation. Cash is not among them, for
# its shock has less than the table's correlations where the short rate needs the room.
_KEPT: IntArray = np.array([index(name) for name in CLASSES if name not in HEDGES and name != "cash"])


def switching_path(scenario: Scenario, luck: Luck) -> MarketPath:
    """The path of one replication; a shorter run is the beginning of a longer one.

    Log returns have mean ln(1 + market.expected) / 12 and standard deviation market.volatility / root 12 in
    the long run. Those of cash are a twelfth of the short rate in logs plus a shock; classes with a duration
    earn what their yield makes.
    """
    inflation = Inflation.of(scenario)
    movers = scenario_movers(scenario)
    states = States.drawn(luck, movers.regimes, inflation, movers.cycle, scenario.months)
    shocks = joint_shocks(
        luck, scenario_structure(scenario), movers, states, scenario.number("market.regimes.tail_degrees")
    )
    _answer_to_inflation(scenario, luck, inflation, shocks)
    means = np.log1p(scenario.by_class("market.expected"))
    rate = _log_short_rate(scenario, luck, means[CASH])
    returns = means / _MONTHS + _deviations(scenario) * shocks[:, :INFLATION]
    returns[:, CASH] += (rate - means[CASH]) / _MONTHS
    fundamental = _simple(returns)
    price_level = _simple(inflation.log_changes(states.high_inflation, shocks[:, INFLATION]))
    _earn_yields(scenario, shocks, price_level, fundamental)
    return MarketPath(
        fundamental=fundamental,
        inflation=price_level,
        short_rate=np.expm1(rate),
        turbulent=states.turbulent,
    )


def scenario_movers(scenario: Scenario) -> Movers:
    """What moves the shocks of a scenario from month to month."""
    return Movers(
        regimes=Regimes.of(scenario),
        cycle=CryptoCycle.of(scenario),
        inflation=Inflation.of(scenario).chain,
        correlation_gap=scenario.number("market.inflation.regimes.correlation_gap"),
    )


def scenario_structure(scenario: Scenario) -> Structure:
    """The covariance of a scenario's shocks, taken apart."""
    return Structure.of(_correlation(scenario), scenario_movers(scenario), short_rate_share(scenario))


def scenario_bond(scenario: Scenario, name: str) -> Bond:
    """The law of one class's yield; that of `tips` is real, so that inflation comes off its growth."""
    growth = math.log1p(scenario.number(f"market.expected.{name}"))
    if index(name) == TIPS:
        growth -= math.log1p(scenario.number("market.inflation.mean"))
    return Bond(
        duration=scenario.number(f"market.bonds.duration.{name}"),
        persistence=scenario.number("market.bonds.persistence"),
        growth=growth / _MONTHS,
        deviation=scenario.number(f"market.volatility.{name}") / math.sqrt(_MONTHS),
    )


def short_rate_share(scenario: Scenario) -> float:
    """Share of the long-run variance of monthly cash returns that is the short rate's.

    Above 1 when the rate alone moves cash by more than `market.volatility.cash`; 1 when that volatility is 0.
    """
    persistence = scenario.number("market.short_rate.persistence")
    rate = stationary_deviation(_rate_innovation(scenario), persistence) / _MONTHS
    cash = scenario.number("market.volatility.cash") / math.sqrt(_MONTHS)
    return min(rate / cash, _MOST_RATE) ** 2 if cash > 0.0 else 1.0


def _correlation(scenario: Scenario) -> FloatArray:
    """Correlations of the shocks for which returns have those of the table, shape (17, 17)."""
    shares = np.zeros(INFLATION + 1)
    persistence = scenario.number("market.bonds.persistence")
    for name in BONDS:
        duration = scenario.number(f"market.bonds.duration.{name}")
        shares[index(name)] = income_share(duration, persistence)
    return shock_correlations(correlations().matrix, shares)


def _simple(log_changes: FloatArray) -> FloatArray:
    """Simple changes, above -1. No month multiplies or divides a price by more than 10,000.

    The bound keeps absurd volatilities finite; at the defaults it is beyond 40 standard deviations.
    """
    return np.asarray(np.expm1(np.clip(log_changes, -_FURTHEST, _FURTHEST)), dtype=np.float64)


def _deviations(scenario: Scenario) -> FloatArray:
    """Standard deviations of monthly log returns, shape (16,)."""
    return scenario.by_class("market.volatility") / math.sqrt(_MONTHS)


def _answer_to_inflation(scenario: Scenario, luck: Luck, inflation: Inflation, shocks: FloatArray) -> None:
    """Give gold and crypto the betas of this replication; `shocks` (months, 17) is changed in place."""
    deviations, correlation, before = _deviations(scenario), _correlation(scenario), shocks.copy()
    for name, beta in zip(HEDGES, drawn_betas(scenario, luck).tolist(), strict=True):
        row = index(name)
        if deviations[row] > 0.0:
            gain = inflation.response(beta) * inflation.innovation / float(deviations[row])
            shocks[:, row] = answering(before, correlation, row, _KEPT, gain)


def _earn_yields(
    scenario: Scenario, shocks: FloatArray, price_level: FloatArray, fundamental: FloatArray
) -> None:
    """Put bond returns from yields into `fundamental` (months, 16), for every class that has a duration."""
    for name in BONDS:
        bond = scenario_bond(scenario, name)
        if bond.duration == 0.0:
            continue
        row = index(name)
        yields = bond.yields(shocks[:, row], scenario.number(f"market.bonds.yield_start.{name}"))
        fundamental[:, row] = bond_returns(yields, bond.duration)
        if row == TIPS:
            fundamental[:, row] += price_level + fundamental[:, row] * price_level


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
