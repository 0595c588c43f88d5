"""A market without luck: every class earns its expected return every month."""

import numpy as np

from environment.assets import CASH
from environment.market.path import MarketPath
from environment.scenario import Scenario
from environment.typing import FloatArray


def constant_path(scenario: Scenario) -> MarketPath:
    """Every month of every class pays (1 + r)^(1/12) - 1, prices rise likewise, cash pays the short rate."""
    months = scenario.months
    expected = scenario.by_class("market.expected")
    inflation = np.array([scenario.number("market.inflation.mean")])
    return MarketPath(
        fundamental=np.tile(monthly_rate(expected), (months, 1)),
        inflation=np.tile(monthly_rate(inflation), months),
        short_rate=np.full(months, expected[CASH]),
        turbulent=np.zeros(months, dtype=np.bool_),
    )


def monthly_rate(yearly: FloatArray) -> FloatArray:
    """The simple rate a month that compounds to `yearly` (simple, a year, above -1) over twelve months."""
    return np.asarray((1.0 + yearly) ** (1.0 / 12.0) - 1.0, dtype=np.float64)
