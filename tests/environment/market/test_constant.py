"""A market without luck."""

import numpy as np
import pytest

from environment.assets import CASH, CLASSES
from environment.luck import Luck
from environment.market import market_path
from environment.market.constant import monthly_rate
from environment.scenario import build_scenario

SCENARIO = build_scenario("defaults", "").with_values({"market.returns": "constant", "run.years": 5})


def test_every_class_compounds_to_its_expected_return() -> None:
    path = market_path(SCENARIO, Luck(1, 0))
    assert path.fundamental.shape == (60, len(CLASSES))
    yearly = np.prod(1.0 + path.fundamental[12:24], axis=0) - 1.0
    assert yearly == pytest.approx(SCENARIO.by_class("market.expected"), rel=1e-12)
    us_equity = SCENARIO.number("market.expected.us_equity")
    assert path.fundamental[7, 0] == (1.0 + us_equity) ** (1.0 / 12.0) - 1.0


def test_prices_and_the_short_rate_are_constant_too() -> None:
    path = market_path(SCENARIO, Luck(1, 0))
    inflation = SCENARIO.number("market.inflation.mean")
    assert np.prod(1.0 + path.inflation[:12]) == pytest.approx(1.0 + inflation, rel=1e-12)
    assert np.all(path.short_rate == SCENARIO.by_class("market.expected")[CASH])
    assert not np.any(path.turbulent)


def test_luck_is_without_effect() -> None:
    one, other = market_path(SCENARIO, Luck(1, 0)), market_path(SCENARIO, Luck(2, 3))
    assert np.array_equal(one.fundamental, other.fundamental)


def test_monthly_rates_compound() -> None:
    assert monthly_rate(np.array([0.0, 1.0, -0.5]))[0] == 0.0
    assert (1.0 + monthly_rate(np.array([0.0, 1.0, -0.5]))) ** 12 == pytest.approx([1.0, 2.0, 0.5])
