"""Market values: growth at the rate of nominal product, and room for what savers hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.market.constant import monthly_rate
from environment.market.size import covering, grown, net_payout, scenario_payout
from environment.scenario import build_scenario


def test_a_market_that_earns_what_is_expected_grows_with_the_economy() -> None:
    scenario = build_scenario("defaults", "").with_values({"market.nominal_growth": 0.045})
    returns = monthly_rate(scenario.by_class("market.expected"))
    opening = scenario.by_class("market.size_usd")
    values = opening
    for _ in range(12):
        values = grown(values, returns, scenario_payout(scenario))
    assert values / opening == pytest.approx(np.full(16, 1.045), rel=1e-12)


def test_who_earns_less_than_growth_issues_and_who_earns_more_pays_out() -> None:
    payout = net_payout(np.array([0.02, 0.045, 0.07]), 0.045)
    assert payout[0] < 0.0
    assert payout[1] == 0.0
    assert payout[2] == pytest.approx(1.0 - (1.045 / 1.07) ** (1.0 / 12.0))


def test_a_month_of_growth() -> None:
    assert grown(np.array([100.0]), np.array([0.10]), np.array([0.02])) == pytest.approx([100.0 * 1.1 * 0.98])


@given(st.lists(st.floats(0.0, 1e15), min_size=4, max_size=4).map(np.array))
def test_savers_never_hold_more_than_there_is(holdings: np.ndarray) -> None:
    values = np.array([1.0, 1e6, 1e12, 1e14])
    covered = covering(values, holdings)
    assert np.all(covered.market_values >= holdings)
    assert np.array_equal(covered.market_values > values, covered.newly_issued)
    assert np.array_equal(covered.market_values[~covered.newly_issued], values[~covered.newly_issued])
