"""Whatever the allowed values, the market stays finite and no class loses more than everything."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from environment.assets import CLASSES, US_EQUITY
from environment.luck import Luck
from environment.market import market_path
from environment.parameters import parameters
from environment.typing import FloatArray
from tests.environment.market.paths import DEFAULTS

GROUPS = (
    "market.expected.",
    "market.volatility.",
    "market.regimes.",
    "market.inflation",
    "market.short_rate.",
    "market.bonds.",
    "market.crypto.",
)


def bounds() -> dict[str, tuple[float, float]]:
    """Smallest and greatest value of every number of the process."""
    found: dict[str, tuple[float, float]] = {}
    for key, parameter in parameters().items():
        if key.startswith(GROUPS) and parameter.range is not None:
            low, high = parameter.range
            assert not isinstance(low, str)
            assert not isinstance(high, str)
            found[key] = low, high
    return found


BOUNDS = bounds()


def values(low: float, high: float) -> st.SearchStrategy[float]:
    """The ends of a range, and what lies between them."""
    return st.sampled_from([float(low), float(high)]) | st.floats(low, high)


def assert_sound(changes: FloatArray) -> None:
    assert np.all(np.isfinite(changes))
    assert np.all(changes > -1.0)


@settings(deadline=None, max_examples=100)
@given(
    st.fixed_dictionaries({}, optional={key: values(*bound) for key, bound in BOUNDS.items()}),
    st.integers(0, 1000),
)
def test_every_allowed_market_is_finite(changed: dict[str, object], replication: int) -> None:
    path = market_path(DEFAULTS.with_values({**changed, "run.years": 5}), Luck(1, replication))
    assert path.fundamental.shape == (60, len(CLASSES))
    assert_sound(path.fundamental)
    assert_sound(path.inflation)
    assert np.all(np.isfinite(path.short_rate))


def test_the_wildest_market_of_all_is_finite() -> None:
    wild: dict[str, object] = {key: high for key, (_, high) in BOUNDS.items()}
    wild |= {"market.regimes.tail_degrees": 2.1, "market.regimes.stay_turbulent": 0.0}
    path = market_path(DEFAULTS.with_values(wild), Luck(1, 0))
    assert_sound(path.fundamental)
    assert_sound(path.inflation)
    # Volatility and duration at their greatest, everything else at its least.
    least: dict[str, object] = {key: low for key, (low, _) in BOUNDS.items()}
    for key, (_, high) in BOUNDS.items():
        if key.startswith(("market.volatility", "market.bonds.duration")):
            least[key] = high
    assert_sound(market_path(DEFAULTS.with_values(least), Luck(1, 0)).fundamental)


def test_no_month_multiplies_or_divides_a_price_by_more_than_ten_thousand() -> None:
    wild: dict[str, object] = {f"market.volatility.{name}": 3.0 for name in CLASSES}
    wild |= {"market.regimes.tail_degrees": 2.1, "market.regimes.volatility_ratio": 20.0}
    paths = [market_path(DEFAULTS.with_values(wild), Luck(1, replication)) for replication in range(5)]
    equity = np.array([path.fundamental[:, US_EQUITY] for path in paths])
    assert equity.min() == pytest.approx(1e-4 - 1.0, rel=1e-12)
    assert equity.max() == pytest.approx(1e4 - 1.0, rel=1e-12)
