"""Price impact: its closed form, its symmetry, and who is moved by whose flow."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.assets import BITCOIN, CLASSES, GOLD, TECH_EQUITY, US_EQUITY
from environment.market.impact import class_impacts, price_change, total_return
from environment.typing import FloatArray

COUNT = len(CLASSES)
NOTHING = np.zeros(COUNT)
VALUES = np.full(COUNT, 1e12)
VALUES[[US_EQUITY, TECH_EQUITY]] = 30e12, 10e12
FLOWS = st.lists(st.floats(-1e12, 1e12), min_size=COUNT, max_size=COUNT).map(np.array)


def multipliers(**given_values: float) -> FloatArray:
    """Multipliers of 0 but for the classes named."""
    return np.array([given_values.get(name, 0.0) for name in CLASSES])


@pytest.mark.parametrize(
    ("multiplier", "flow", "expected"),
    [(5.0, 1.0, 0.05), (5.0, -1.0, -0.05 / 1.05), (1.0, -100.0, -0.5), (118.0, 1.0, 1.18), (5.0, 0.0, 0.0)],
)
def test_the_contract_in_numbers(multiplier: float, flow: float, expected: float) -> None:
    change = price_change(np.array(multiplier), np.array(flow), np.array(100.0))
    assert float(change) == pytest.approx(expected, abs=1e-15)


@given(st.floats(0.0, 1000.0), st.floats(0.0, 1e15), st.floats(1e6, 1e16))
def test_a_sale_undoes_the_purchase_of_the_same_size(multiplier: float, flow: float, value: float) -> None:
    up = float(price_change(np.array(multiplier), np.array(flow), np.array(value)))
    down = float(price_change(np.array(multiplier), np.array(-flow), np.array(value)))
    assert up >= 0.0
    assert -1.0 < down <= 0.0
    assert (1.0 + up) * (1.0 + down) == pytest.approx(1.0, rel=1e-4)


def test_a_multiplier_of_zero_gives_a_plain_zero() -> None:
    changes = price_change(np.zeros(3), np.array([-5.0, 0.0, 5.0]), np.ones(3))
    assert np.all(changes == 0.0)
    assert not np.any(np.signbit(changes))


@pytest.mark.parametrize(("multiplier", "value"), [(-1.0, 1.0), (1.0, 0.0), (1.0, -1.0)])
def test_impossible_markets_are_refused(multiplier: float, value: float) -> None:
    with pytest.raises(ValueError, match=r"multiplier must be|market value must be"):
        price_change(np.array(multiplier), np.array(1.0), np.array(value))


@given(FLOWS)
def test_without_multipliers_total_returns_are_fundamental_returns(flows: FloatArray) -> None:
    impact = class_impacts(NOTHING, flows, NOTHING, VALUES)
    fundamental = np.linspace(-0.4, 0.5, COUNT)
    total = total_return(fundamental, impact.price_change)
    assert total.tobytes() == fundamental.tobytes()
    assert not np.any(impact.breakdown)


@given(FLOWS)
def test_expected_purchases_move_nothing(flows: FloatArray) -> None:
    impact = class_impacts(np.full(COUNT, 5.0), flows, flows / VALUES, VALUES)
    assert np.allclose(impact.price_change, 0.0, atol=1e-12)


def test_only_the_surprise_moves_prices() -> None:
    flows, expected = NOTHING.copy(), NOTHING.copy()
    flows[GOLD], expected[GOLD] = 3e10, 0.01
    impact = class_impacts(multipliers(gold=2.0), flows, expected, VALUES)
    assert impact.price_change[GOLD] == pytest.approx(2.0 * (0.03 - 0.01))


def test_the_united_states_classes_move_together() -> None:
    flows = NOTHING.copy()
    flows[US_EQUITY] = 0.4e12
    impact = class_impacts(multipliers(us_equity=5.0), flows, NOTHING, VALUES)
    assert impact.price_change[[US_EQUITY, TECH_EQUITY]] == pytest.approx([0.05, 0.05])
    assert np.count_nonzero(impact.price_change) == 2


def test_technology_answers_to_its_excess_flow() -> None:
    market = multipliers(us_equity=5.0, tech_equity=1.0)
    both = [US_EQUITY, TECH_EQUITY]
    in_proportion, tilted = NOTHING.copy(), NOTHING.copy()
    in_proportion[both] = 0.3e12, 0.1e12
    tilted[both] = 0.0, 0.4e12
    even = class_impacts(market, in_proportion, NOTHING, VALUES).price_change
    assert even[both] == pytest.approx([0.05, 0.05])
    # 0.4 of 40 trillion moves both by 5%; 0.3 trillion more than its quarter is 3% of technology.
    uneven = class_impacts(market, tilted, NOTHING, VALUES).price_change
    assert uneven[both] == pytest.approx([0.05, 0.08])


@pytest.mark.parametrize(("flow", "broken"), [(25e9, True), (-25e9, True), (15e9, False)])
def test_a_market_that_breaks_down_is_flagged(flow: float, broken: bool) -> None:
    # Bitcoin at multiplier 118 against 2.3 trillion: 1% of it is more than the price.
    flows, values = NOTHING.copy(), VALUES.copy()
    flows[BITCOIN], values[BITCOIN] = flow, 2.3e12
    impact = class_impacts(multipliers(bitcoin=118.0), flows, NOTHING, values)
    assert impact.breakdown[BITCOIN] == broken
    assert np.count_nonzero(impact.breakdown) == broken
    assert impact.price_change[BITCOIN] > -1.0


def test_returns_compound() -> None:
    assert total_return(np.array([0.1, -0.2]), np.array([0.05, -0.5])) == pytest.approx([0.155, -0.6])


@pytest.mark.parametrize(("flow", "factor"), [(VALUES[GOLD], 1e3), (-VALUES[GOLD], 1e-3)])
def test_no_month_moves_a_price_more_than_a_thousandfold(flow: float, factor: float) -> None:
    flows = NOTHING.copy()
    flows[GOLD] = flow
    impact = class_impacts(multipliers(gold=1e6), flows, NOTHING, VALUES)
    assert 1.0 + impact.price_change[GOLD] == pytest.approx(factor)
    assert impact.breakdown[GOLD]


def test_impact_carries_no_market_out_of_what_markets_are_worth() -> None:
    """It stops at 1e19 and 1,000 USD, and does nothing for a market that is beyond by its returns."""
    values, multiplier = np.full(COUNT, 1e12), np.full(COUNT, 1e6)
    values[:4] = 1e18, 1e20, 1e4, 1e2
    up = class_impacts(multiplier, values, NOTHING, values).price_change[:4]
    down = class_impacts(multiplier, -values, NOTHING, values).price_change[:4]
    assert 1.0 + up[1:] == pytest.approx([1.0, 1e3, 1e3])
    assert 1.0 + down[1:] == pytest.approx([1e-3, 0.1, 1.0])
