"""The cycle of crypto: exact without crashes, and falls like those of the record with them."""

import math

import numpy as np
import pytest

from environment.assets import BITCOIN, BROAD_CRYPTO, CASH, CLASSES
from environment.luck import Luck
from environment.market import market_path
from environment.market.crypto import CryptoCycle, crypto_direction
from environment.scenario import build_scenario
from environment.typing import FloatArray

DEFAULTS = build_scenario("defaults", "")
CRYPTO = [BITCOIN, BROAD_CRYPTO]


@pytest.fixture(scope="module")
def logs() -> FloatArray:
    """Log returns of bitcoin, shape (200, 480)."""
    scenario = DEFAULTS.with_values({"run.years": 40})
    paths = [market_path(scenario, Luck(7, replication)) for replication in range(200)]
    return np.log1p([path.fundamental[:, BITCOIN] for path in paths])


def falls(logs: FloatArray) -> list[float]:
    """Depth of each fall by more than half of a peak; it ends when the price has doubled from its low."""
    depths: list[float] = []
    price, peak, low, falling = 0.0, 0.0, 0.0, False
    for change in logs.tolist():
        price += change
        if falling:
            low = min(low, price)
            if price >= low + math.log(2.0):
                depths.append(1.0 - math.exp(low - peak))
                peak, falling = price, False
        else:
            peak = max(peak, price)
            low, falling = price, price <= peak - math.log(2.0)
    return depths


def test_without_crashes_nothing_depends_on_the_cycle() -> None:
    without = {"market.crypto.crash_hazard": 0.0}
    one = market_path(DEFAULTS.with_values(without), Luck(1, 0))
    flat = market_path(DEFAULTS.with_values({"market.crypto.mean_gap": 0.0}), Luck(1, 0))
    other = market_path(DEFAULTS.with_values({**without, "market.crypto.recovery": 0.5}), Luck(1, 0))
    assert one.fundamental.tobytes() == flat.fundamental.tobytes() == other.fundamental.tobytes()


def test_the_cycle_moves_crypto_alone_and_cash_with_it() -> None:
    # Cash takes its correlations with crypto from crypto's shocks.
    without = DEFAULTS.with_values({"market.crypto.crash_hazard": 0.0})
    changed = np.any(
        market_path(DEFAULTS, Luck(1, 0)).fundamental != market_path(without, Luck(1, 0)).fundamental, axis=0
    )
    assert np.flatnonzero(changed).tolist() == [CASH, *CRYPTO]


def test_the_direction_is_that_of_the_two_classes() -> None:
    assert np.flatnonzero(crypto_direction(len(CLASSES) + 1)).tolist() == CRYPTO


def test_the_default_cycle_takes_four_years_a_quarter_of_them_a_crash() -> None:
    cycle = CryptoCycle.of(DEFAULTS)
    assert 1.0 / DEFAULTS.number("market.crypto.crash_hazard") == pytest.approx(36.0, abs=0.5)
    assert 1.0 / DEFAULTS.number("market.crypto.recovery") == pytest.approx(12.0, abs=0.1)
    assert cycle.chain.share == pytest.approx(0.25, abs=0.003)


def test_falls_are_as_deep_as_those_on_record(logs: FloatArray) -> None:
    # On record: -94% (2011), -85% (2013-15), -84% (2017-18), -63% (2020), -77% (2021-22): median 84%.
    depths = [depth for path in logs for depth in falls(path)]
    assert np.median(depths) == pytest.approx(0.84, abs=0.03)
    assert np.mean(np.array(depths) > 0.7) > 0.5
    years_between = logs.size / 12.0 / len(depths)
    assert 3.0 < years_between < 7.0


def test_years_spread_as_the_calendar_returns_on_record(logs: FloatArray) -> None:
    # 2015 to 2024, approximate: their logs have a standard deviation of 1.1.
    on_record = np.log1p(np.array([35, 125, 1331, -73, 94, 303, 60, -64, 155, 121]) / 100.0)
    assert on_record.std(ddof=1) == pytest.approx(1.1, abs=0.05)
    assert logs.reshape(200, 40, 12).sum(axis=2).std() == pytest.approx(1.1, abs=0.15)


def test_most_months_stand_more_than_a_fifth_below_the_high(logs: FloatArray) -> None:
    # On record 80% of days, until May 2021.
    prices = logs.cumsum(axis=1)
    highs = np.maximum.accumulate(np.maximum(prices, 0.0), axis=1)
    assert np.mean(prices - highs < math.log(0.8)) == pytest.approx(0.8, abs=0.1)
