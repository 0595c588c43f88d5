"""Stable value: a crediting rate that spreads gaps over a duration, trades at book, an issuer who pays."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from environment.assets import CASH, TREASURIES
from environment.funds.book import FundBook, open_fund_book, value
from environment.funds.stable_value import expected_growth, smoothing_of_duration, wrap
from environment.scenario import Scenario
from tests.environment.watching import watched
from tests.environment.worlds import CATALOGUE, DEFAULTS, LIVELY

FUND = CATALOGUE.fund("stable_value")
FREE = np.zeros(CATALOGUE.size)


def wrapped(scenario: Scenario = DEFAULTS, units: float = 100.0) -> FundBook:
    """A fund of treasuries at a dollar a unit."""
    book = open_fund_book(CATALOGUE.size, np.zeros(CATALOGUE.size))
    wrap(scenario, CATALOGUE, book)
    book.units[FUND] = book.assets[FUND, TREASURIES] = units
    return book


def month(book: FundBook, bonds: float) -> float:
    """Crediting rate of a month in which the bonds earn a simple return; changes the book."""
    last = book.reported[FUND]
    funds = value(book, book.assets * (1.0 + bonds), FREE, np.ones(CATALOGUE.size))
    book.assets, book.reported, book.true = funds.assets, funds.reported, funds.true
    return float(book.reported[FUND] / last - 1.0)


@pytest.mark.parametrize(
    ("years", "phi"), [(3.0, 35 / 36), (1.0, 11 / 12), (1 / 12, 0.0), (0.01, 0.0), (0.0, 0.0)]
)
def test_a_gap_is_spread_over_the_duration(years: float, phi: float) -> None:
    assert smoothing_of_duration(years) == pytest.approx(phi, abs=1e-15)


def test_the_crediting_rate_is_expected_yield_and_a_36th_of_the_gap() -> None:
    book, growth = wrapped(), math.log(expected_growth(DEFAULTS, CATALOGUE.stable_mix))
    for bonds in (0.01, -0.02, 0.005, 0.0):
        last = math.log(book.reported[FUND])
        rate = month(book, bonds)
        gap = math.log(book.true[FUND]) - last - growth
        assert math.log1p(rate) == pytest.approx(growth + gap / 36.0, rel=1e-9)


def test_bonds_that_earn_what_is_expected_leave_no_gap() -> None:
    """A tenth cash, the rest half treasuries and half corporate bonds, less the fee of 0.4%."""
    expected = {
        name: DEFAULTS.number(f"market.expected.{name}") for name in ("cash", "treasuries", "corporate_bonds")
    }
    net = 0.1 * expected["cash"] + 0.45 * (expected["treasuries"] + expected["corporate_bonds"]) - 0.004
    book = wrapped()
    for _ in range(60):
        assert month(book, (1.0 + net) ** (1 / 12) - 1.0) == pytest.approx((1.0 + net) ** (1 / 12) - 1.0)
    assert book.true[FUND] == pytest.approx(book.reported[FUND], rel=1e-12)


def test_another_yield_is_credited_in_the_end() -> None:
    """The rate tends to what the bonds earn, by a 36th of the distance a month."""
    book, growth = wrapped(), math.log(expected_growth(DEFAULTS, CATALOGUE.stable_mix))
    yields = 2.0 * growth
    for passed in range(1, 400):
        rate = math.log1p(month(book, math.expm1(yields)))
        assert rate - yields == pytest.approx((growth - yields) * (35 / 36) ** passed, abs=1e-12)
    ahead = math.log(book.true[FUND] / book.reported[FUND])
    assert ahead == pytest.approx(35.0 * (yields - growth), rel=1e-3)


@settings(max_examples=50)
@given(st.lists(st.floats(-0.6, 0.6), min_size=1, max_size=24))
def test_book_value_never_falls_and_the_market_never_stays_under_the_promise(returns: list[float]) -> None:
    book = wrapped()
    for bonds in returns:
        last = book.reported[FUND]
        assert month(book, bonds) >= 0.0
        assert book.true[FUND] >= 0.5 * last * (1.0 - 1e-12)


def test_the_issuer_pays_up_to_book_value_in_cash() -> None:
    book = wrapped()
    assert month(book, -0.45) == 0.0
    assert book.assets[FUND].sum() == pytest.approx(55.0)
    growth = expected_growth(DEFAULTS, CATALOGUE.stable_mix)
    assert 1.0 + month(book, -0.2) == pytest.approx(growth ** (35 / 36))  # 44 of 100: the issuer pays 56
    assert book.assets[FUND, [TREASURIES, CASH]] == pytest.approx([44.0, 56.0])
    assert book.true[FUND] == pytest.approx(1.0)


def test_leavers_who_have_taken_more_than_there_was_are_the_issuers_loss() -> None:
    """Nine in ten leave at a dollar when a unit is worth 80 cents: the issuer pays that too."""
    book = wrapped()
    month(book, -0.2)
    book.units[FUND] -= 90.0
    book.assets[FUND, CASH] = -10.0
    book.assets[FUND, TREASURIES] = 0.0
    month(book, 0.0)
    assert book.assets[FUND].sum() == pytest.approx(10.0)


def test_up_to_a_month_of_duration_it_is_a_bond_fund_at_market_value() -> None:
    book = wrapped(DEFAULTS.with_values({"funds.stable_value.duration": 1 / 12}))
    for bonds in (0.01, -0.9, 0.3):
        assert month(book, bonds) == pytest.approx(bonds)
        assert book.reported[FUND] == book.true[FUND]


def test_in_a_world_trades_at_book_leave_the_reserve_to_those_who_stay() -> None:
    """Units x (true - reported) is what it was before anybody traded, and prices part."""
    one = watched({**LIVELY, "funds.stable_value.cash_share": 0.0, "savers.risk_aversion": 3.0})
    gaps = []
    for _ in range(24):
        passed, funds = one.month(), one.state.funds
        after = passed.prices.after
        reserve = passed.own.units[FUND] * (after.true[FUND] - after.reported[FUND])
        kept = funds.units[FUND] * (funds.true[FUND] - funds.reported[FUND])
        assert kept == pytest.approx(reserve, abs=1e-9 * funds.units[FUND])
        assert funds.reported[FUND] >= passed.own.reported[FUND]
        gaps.append(abs(funds.true[FUND] / funds.reported[FUND] - 1.0))
    assert max(gaps) > 0.005
