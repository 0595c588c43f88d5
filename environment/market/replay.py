"""Markets made of observed months: history as it was, and its stationary bootstrap.

U.S. equity without technology earns what the S&P composite did, treasuries what the ten-year yield gives
their duration, gold and the price level move as they did, cash earns the bill rate. Of the other classes
there is no such history: with z the departures of the observed series,

    ln(1 + r_c) = ln(1 + expected_c) / 12 + volatility_c / root 12 (B_c z + e_c),

where B is the regression that the correlations imply and e its residual, new in every replication.
"""

import math

import numpy as np

from environment.assets import CASH, CLASSES, GOLD, TREASURIES, US_EQUITY
from environment.calendar import parse_month
from environment.contradictions import followed
from environment.luck import Luck
from environment.market.bootstrap import stationary_rows
from environment.market.correlation import correlations
from environment.market.history import LEADERS, History
from environment.market.path import MarketPath
from environment.market.regression import following_shocks, regression
from environment.scenario import Scenario
from environment.typing import FloatArray, IntArray

OBSERVED = (US_EQUITY, TREASURIES, GOLD, CASH)
"""Classes whose returns were observed."""

FOLLOWERS = np.array([row for row in range(len(CLASSES)) if row not in OBSERVED])
"""Classes whose returns follow from the departures of the observed series and a residual."""

_MONTHS = 12.0


def history_path(scenario: Scenario, luck: Luck) -> MarketPath:
    """The bundled months in their order from `market.history_start` on, going round at the end."""
    history = _history(scenario)
    start = parse_month(followed(scenario.values, "market.history_start")) - history.first
    return _path(scenario, luck, history, (start + np.arange(scenario.months)) % len(history))


def bootstrap_path(scenario: Scenario, luck: Luck) -> MarketPath:
    """Blocks of the bundled months in random order; a shorter run is the beginning of a longer one."""
    history = _history(scenario)
    block = scenario.number("market.bootstrap.block_months")
    return _path(scenario, luck, history, stationary_rows(luck, scenario.months, len(history), block))


def _history(scenario: Scenario) -> History:
    """The months that are used."""
    first = parse_month(scenario.text("market.history.from"))
    return History.since(first, scenario.number("market.bonds.duration.treasuries"))


def _path(scenario: Scenario, luck: Luck, history: History, rows: IntArray) -> MarketPath:
    """The market that repeats the given months of history, shape (months,)."""
    returns = np.empty((len(rows), len(CLASSES)))
    returns[:, FOLLOWERS] = _following(scenario, luck, history.departures[rows])
    inflation, short_rate = history.inflation, history.short_rate
    series = {US_EQUITY: history.equity, TREASURIES: history.treasuries, GOLD: history.gold}
    series[CASH] = history.cash
    if scenario.text("market.history.means") == "expected":
        expected = scenario.by_class("market.expected")
        short_rate = _moved(short_rate, float(expected[CASH]), 1.0)
        inflation = _moved(inflation, scenario.number("market.inflation.mean"), _MONTHS)
        series = {row: _moved(one, float(expected[row]), _MONTHS) for row, one in series.items()}
    for row, one in series.items():
        returns[:, row] = one[rows]
    return MarketPath(
        fundamental=returns,
        inflation=inflation[rows],
        short_rate=short_rate[rows],
        turbulent=np.zeros(len(rows), dtype=np.bool_),
    )


def _following(scenario: Scenario, luck: Luck, departures: FloatArray) -> FloatArray:
    """Simple returns of the `FOLLOWERS`, shape (months, 12), from departures of shape (months, 4)."""
    months = np.arange(1, len(departures) + 1)
    normal = luck.normal_grid("market.residual", months, FOLLOWERS)
    coefficients, residual = regression(correlations().matrix, LEADERS, FOLLOWERS)
    shocks = following_shocks(coefficients, residual, departures, normal)
    means = np.log1p(scenario.by_class("market.expected")[FOLLOWERS]) / _MONTHS
    deviations = scenario.by_class("market.volatility")[FOLLOWERS] / math.sqrt(_MONTHS)
    return np.asarray(np.expm1(means + deviations * shocks), dtype=np.float64)


def _moved(series: FloatArray, mean: float, a_year: float) -> FloatArray:
    """Simple rates whose mean in logs is moved to ln(1 + `mean`) / `a_year`."""
    logs = np.log1p(series)
    return np.expm1(logs - logs.mean() + math.log1p(mean) / a_year)
