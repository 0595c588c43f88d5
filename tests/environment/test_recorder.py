"""What is observed each month, against what the world shows and against closed forms."""

import numpy as np
import pandas as pd
import pytest

from environment.assets import CASH, CLASSES, IS_ALTERNATIVE, TECH_EQUITY, US_EQUITY
from environment.funds.book import PRIVATES
from environment.model import World
from environment.reading import totals
from environment.recorder import exhausted_share, frozen_by_fund, holdings_by_class
from environment.savers import RETIRED
from environment.typing import FloatArray
from experiments.load import load_scenario
from tests.runs import BUSY

SMALL = (*BUSY, "run.savers=200", "run.years=2", "run.start=2025-04")


@pytest.fixture(scope="module")
def world() -> World:
    """Two busy years from April 2025."""
    ran = World(load_scenario("open-access", SMALL), handles=False)
    ran.run_for(24)
    return ran


@pytest.fixture(name="opening")
def world_at_its_opening() -> World:
    return World(load_scenario("open-access", SMALL), handles=False)


def by_class(world: World, name: str) -> FloatArray:
    """A column of the classes as months x classes, shape (24, 16)."""
    columns = world.record.tables["classes"].columns()
    return np.asarray(columns[name], dtype=np.float64).reshape(-1, len(CLASSES))


def equity_returns(world: World) -> FloatArray:
    """Returns of listed US equity: every month's at the market values with which it began."""
    values = np.vstack(
        (world.state.scenario.by_class("market.size_usd"), by_class(world, "market_value_usd"))
    )
    pair = [US_EQUITY, TECH_EQUITY]
    weights = values[:-1, pair] / values[:-1, pair].sum(axis=1, keepdims=True)
    returns: FloatArray = (by_class(world, "total_return")[:, pair] * weights).sum(axis=1)
    return returns


def test_the_months_have_their_dates(world: World) -> None:
    monthly = world.record.tables["monthly"].columns()
    assert monthly["month"].tolist() == list(range(1, 25))
    assert monthly["date"][[0, 8, 9, 23]].tolist() == ["2025-04", "2025-12", "2026-01", "2027-03"]
    np.testing.assert_array_equal(monthly["inflation"], world.state.path.inflation)


def test_reported_returns_of_classes_are_smoothed_on_logs(world: World) -> None:
    """A share 1 - phi of the log return and phi of the last reported one, which opens at the trend."""
    smoothing, total = world.record.smoothing, by_class(world, "total_return")
    last = np.log1p(world.state.scenario.by_class("market.expected")) / 12.0
    for month, reported in zip(total, by_class(world, "reported_return"), strict=True):
        last = (1.0 - smoothing) * np.log1p(month) + smoothing * last
        expected = np.where(smoothing == 0.0, month, np.expm1(last))
        np.testing.assert_allclose(reported, expected, rtol=1e-9, atol=1e-15)


def test_the_equity_index_is_that_of_the_two_classes_at_market_weight(world: World) -> None:
    expected = np.concatenate(([1.0], np.cumprod(1.0 + equity_returns(world))))
    np.testing.assert_allclose(world.record.equity_index, expected, rtol=1e-12)


def test_the_excess_gain_is_that_of_the_money_that_was_there(world: World) -> None:
    """Holdings at the start of the month times total return over listed equity, alternatives only."""
    holdings = np.vstack((np.zeros(len(CLASSES)), by_class(world, "holdings_usd")[:-1]))
    excess = by_class(world, "total_return") - equity_returns(world)[:, None]
    expected = (holdings * excess)[:, IS_ALTERNATIVE].sum(axis=1)
    monthly = world.record.tables["monthly"].columns()
    np.testing.assert_allclose(monthly["excess_gain_usd"], expected, rtol=1e-9, atol=1.0)
    assert np.abs(expected).max() > 1e9


def test_a_market_on_its_trend_reports_the_truth() -> None:
    """Smoothing keeps a steady return as it is: the reported price trails by a constant."""
    scenario = load_scenario("closed-door", ("run.savers=20", "run.years=1", "market.returns=constant"))
    steady = World(scenario, handles=False)
    steady.run_for(12)
    assert (steady.record.smoothing > 0.0).any()
    np.testing.assert_allclose(
        by_class(steady, "reported_return"), by_class(steady, "total_return"), rtol=1e-9
    )


def test_reported_returns_catch_up_with_true_ones(world: World) -> None:
    """The logs of reported and true returns differ by the change of the lag, which smoothing bounds."""
    reported, true = (np.log1p(by_class(world, name)) for name in ("reported_return", "total_return"))
    phi = world.record.smoothing
    lagged = np.vstack((np.log1p(world.state.scenario.by_class("market.expected")) / 12.0, reported[:-1]))
    np.testing.assert_allclose(reported, (1.0 - phi) * true + phi * lagged, atol=1e-12)


def test_holdings_by_class_are_those_of_the_funds(opening: World) -> None:
    """All money in the S&P 500 fund is in the two US classes at market weight."""
    state = opening.state
    wealth = float(state.funds.savers @ state.funds.reported)
    assert holdings_by_class(state).sum() == pytest.approx(wealth)
    fund = state.catalogue.fund("sp500")
    state.funds.savers[:] = 0.0
    state.funds.savers[fund] = 1_000.0
    held = holdings_by_class(state)
    size = state.scenario.by_class("market.size_usd")[[US_EQUITY, TECH_EQUITY]]
    np.testing.assert_allclose(held[[US_EQUITY, TECH_EQUITY]], 1_000.0 * size / size.sum(), rtol=1e-9)
    assert held.sum() == pytest.approx(1_000.0)


def test_half_of_the_retired_have_nothing_left(opening: World) -> None:
    savers = opening.savers
    rows = np.flatnonzero((savers.status == RETIRED) & savers.has_held)
    assert rows.size > 4
    orders = opening.state.standing
    assert exhausted_share(totals(orders, savers)) == 0.0
    savers.units[rows[: rows.size // 2]] = 0.0
    assert exhausted_share(totals(orders, savers)) == pytest.approx((rows.size // 2) / rows.size)
    savers.has_held[rows] = False
    assert np.isnan(exhausted_share(totals(orders, savers)))


@pytest.mark.parametrize(
    ("month", "paid_before", "frozen"),
    [
        (3, 0.0, 1.0 - 0.02 / 0.1),  # a new quarter, whose cap of 2% is below three months of 1%
        (1, 0.0, 1.0 - (0.02 + 0.01) / 0.1),  # two months of 1% in this quarter, one in the next
        (1, 0.015, 1.0 - (0.005 + 0.01) / 0.1),  # the quarter's cap has 0.5% left
    ],
)
def test_frozen_is_what_queue_and_caps_leave_unpaid(
    opening: World, month: int, paid_before: float, frozen: float
) -> None:
    """A queue of a tenth of the units, a cap of 1% a month and 2% a quarter."""
    state, size = opening.state, opening.state.catalogue.size
    state.month = month
    state.funds.units[PRIVATES] = state.funds.quarter_units[:] = 1_000.0
    state.funds.quarter_paid[:] = 1_000.0 * paid_before
    state.funds.assets[PRIVATES, CASH] = 1_000.0
    assert not frozen_by_fund(state, np.ones(size), np.zeros(5)).any()
    told = frozen_by_fund(state, np.ones(size), np.full(5, 100.0))
    np.testing.assert_allclose(told[PRIVATES], frozen)
    assert not told[PRIVATES.stop :].any()


def test_a_daily_fund_that_cannot_pay_freezes_its_private_part(opening: World) -> None:
    state = opening.state
    fund, paid = state.catalogue.sleeve.start, np.ones(state.catalogue.size)
    state.funds.units[fund], state.funds.reported[fund] = 100.0, 2.0
    state.funds.held[fund, 0], state.funds.reported[0] = 30.0, 2.0
    assert frozen_by_fund(state, paid, np.zeros(5))[fund] == 0.0
    paid[fund] = 0.9
    assert frozen_by_fund(state, paid, np.zeros(5))[fund] == pytest.approx(0.3)


def test_wealth_at_65_is_counted_in_the_month_of_the_birthday(opening: World) -> None:
    """The ages before and after each month tell whose turn it is."""
    total = 0.0
    for _ in range(24):
        before, generation = opening.savers.age, opening.savers.generation.copy()
        opening.run_for(1)
        turned = (opening.savers.age == 65) & (before == 64) & (generation == opening.savers.generation)
        total += opening.savers.wealth[turned].sum() / opening.state.level
    assert opening.record.at_65[1] == pytest.approx(total)
    assert total > 0.0
    assert 0.0 <= opening.record.at_65[0] <= total


def test_returns_of_managers_are_those_of_their_funds() -> None:
    """Behind a closed door nobody trades private funds, so a year's return is the growth of their prices."""
    closed = World(load_scenario("closed-door", ("run.savers=50", "run.years=1")), handles=False)
    true, reported = closed.state.funds.true.copy(), closed.state.funds.reported.copy()
    closed.run_for(12)
    funds, managers = closed.state.funds, closed.record.tables["managers"].columns()
    np.testing.assert_allclose(1.0 + managers["net_return"][:5], (funds.true / true)[PRIVATES])
    np.testing.assert_allclose(1.0 + managers["reported_return"][:5], (funds.reported / reported)[PRIVATES])


def test_no_money_is_managed_twice(world: World) -> None:
    """What a target-date fund has in private funds is theirs."""
    funds, managers = world.state.funds, world.record.tables["managers"].columns()
    owned = (funds.savers + funds.estates + funds.outside) @ funds.reported
    assert managers["aum_usd"][managers["year"] == 2].sum() == pytest.approx(owned)
    assert funds.held.sum() > 0.0


def test_the_books_of_the_months_can_be_read_as_a_table(world: World) -> None:
    monthly = pd.DataFrame(world.record.tables["monthly"].columns())
    assert len(monthly) == 24
    assert monthly.notna().all(axis=None)
