"""The glide path: its knots, what it holds, and the private target under caps and closed doors."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.assets import (
    CASH,
    CORPORATE_BONDS,
    INTL_EQUITY,
    IS_ALTERNATIVE,
    PRIVATE,
    TECH_EQUITY,
    TIPS,
    TREASURIES,
    US_EQUITY,
)
from environment.funds.glide import GlidePath, glide_path
from environment.scenario import build_scenario

PATH = GlidePath(
    young=0.9,
    at_target=0.5,
    final=0.3,
    years_flat=25.0,
    years_after=7.0,
    us_share=0.6,
    corporate_share=0.4,
    tips_share=0.25,
    cash_share=0.05,
    private_share=0.15,
    private_mix=np.array([0.35, 0.1, 0.25, 0.25, 0.05]),
)
MARKETS = np.full(16, 1e12)
MARKETS[[US_EQUITY, TECH_EQUITY]] = 30e12, 10e12
EVERY = frozenset(PRIVATE)
EQUITY = [US_EQUITY, TECH_EQUITY, INTL_EQUITY]


@pytest.mark.parametrize(
    ("years", "equity"),
    [(60, 0.9), (25, 0.9), (12.5, 0.7), (5, 0.58), (0, 0.5), (-3.5, 0.4), (-7, 0.3), (-40, 0.3)],
)
def test_knots_and_straight_lines(years: float, equity: float) -> None:
    assert PATH.equity_share(np.array([years]))[0] == pytest.approx(equity)


def test_the_young_fund_by_hand() -> None:
    """90% equity, 60% of it in the United States at 3 to 1; no linkers and no cash yet."""
    weights = PATH.listed_weights(np.array([30.0]), MARKETS)[0]
    assert weights[EQUITY] == pytest.approx([0.405, 0.135, 0.36])
    assert weights[[TREASURIES, CORPORATE_BONDS, TIPS, CASH]] == pytest.approx([0.06, 0.04, 0.0, 0.0])


def test_the_last_fund_by_hand() -> None:
    """70% bonds, a quarter of them linkers, a twentieth cash; of the rest 40% corporate."""
    weights = PATH.listed_weights(np.array([-7.0]), MARKETS)[0]
    assert weights[EQUITY] == pytest.approx([0.135, 0.045, 0.12])
    expected = [0.7 * 0.7 * 0.6, 0.7 * 0.7 * 0.4, 0.7 * 0.25, 0.7 * 0.05]
    assert weights[[TREASURIES, CORPORATE_BONDS, TIPS, CASH]] == pytest.approx(expected)


def test_linkers_and_cash_come_in_over_the_whole_path() -> None:
    """At the target 25 of its 32 years are over: 25/32 of a quarter and of a twentieth of the bonds."""
    weights = PATH.listed_weights(np.array([0.0]), MARKETS)[0]
    assert weights[[TIPS, CASH]] == pytest.approx(np.array([0.125, 0.025]) * 25 / 32)


@given(st.lists(st.floats(-60.0, 60.0), min_size=1, max_size=9))
def test_everything_is_invested_and_nothing_of_it_in_alternatives(years: list[float]) -> None:
    weights = PATH.listed_weights(np.array(years), MARKETS)
    assert weights.sum(axis=1) == pytest.approx(np.ones(len(years)))
    assert np.all(weights >= 0.0)
    assert not weights[:, IS_ALTERNATIVE].any()


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.frozensets(st.sampled_from(PRIVATE), min_size=1))
def test_private_target_is_the_lower_of_strategy_and_cap(
    cap: float, strategic: float, allowed: frozenset[str]
) -> None:
    target = replace(PATH, private_share=strategic).private_target(cap, allowed)
    closed = [name not in allowed for name in PRIVATE]
    assert target.sum() == pytest.approx(min(strategic, cap))
    assert not target[closed].any()
    assert np.all(target >= 0.0)


def test_strategies_on_offer_keep_their_proportions() -> None:
    """Without real estate and hedge funds 35 to 10 to 25 remain, of 70."""
    allowed = frozenset({"buyout", "venture", "private_credit", "gold"})
    expected = 0.14 * np.array([35, 10, 25, 0, 0]) / 70
    assert PATH.private_target(0.14, allowed) == pytest.approx(expected)
    assert PATH.private_target(1.0, EVERY) == pytest.approx(0.15 * PATH.private_mix)


@pytest.mark.parametrize("allowed", [frozenset[str](), frozenset({"gold", "bitcoin"})])
def test_no_private_strategy_no_target(allowed: frozenset[str]) -> None:
    assert not PATH.private_target(1.0, allowed).any()


def test_the_numbers_reach_the_path() -> None:
    """Each knot comes from its own key."""
    prefix = "funds.target_date"
    scenario = build_scenario("path", "").with_values(
        {
            f"{prefix}.glide.young_equity": 0.8,
            f"{prefix}.glide.at_target_equity": 0.4,
            f"{prefix}.glide.final_equity": 0.2,
            f"{prefix}.glide.years_flat": 20.0,
            f"{prefix}.glide.years_after": 10.0,
            f"{prefix}.private_share": 0.05,
        }
    )
    path = glide_path(scenario)
    assert path.equity_share(np.array([20.0, 10.0, 0.0, -5.0, -10.0])) == pytest.approx(
        [0.8, 0.6, 0.4, 0.3, 0.2]
    )
    assert path.private_target(1.0, EVERY).sum() == pytest.approx(0.05)


def test_bonds_that_are_all_protected_or_cash_leave_nothing_for_the_others() -> None:
    """1 - 0.9 - 0.1 is less than nothing by rounding."""
    path = replace(PATH, tips_share=0.9, cash_share=0.1)
    weights = path.listed_weights(np.array([-7.0]), MARKETS)
    assert weights[0, [TREASURIES, CORPORATE_BONDS]].tolist() == [0.0, 0.0]
