"""Prices of the month: fundamental returns bit for bit, or moved once; gates and estates in a whole world."""

from collections.abc import Mapping

import numpy as np
import pytest

from environment.accounting import ownership
from environment.assets import BUYOUT, CASH, CLASSES, GOLD, PRIVATE, TECH_EQUITY
from environment.funds.book import PRIVATES
from environment.funds.catalogue import PRIVATE_CLASS
from environment.market.constant import monthly_rate
from environment.policy import policy_at
from environment.pricing import grow_markets, targets
from environment.typing import FloatArray
from tests.environment.watching import MOVED, Passed, WatchedWorld, watched
from tests.environment.worlds import LIVELY, scenario

STEADY = {"policy.access": "none", "market.returns": "constant"}


@pytest.mark.parametrize("values", [{}, LIVELY], ids=["defaults", "lively"])
def test_without_impact_returns_are_fundamental_bit_for_bit(values: Mapping[str, object]) -> None:
    """And the prices at which orders are filled are those at which they were valued."""
    world = watched(values)
    for _ in range(24):
        month = world.month()
        prices, before = month.prices, month.terms.before
        fundamental = world.state.path.fundamental[world.state.month - 1]
        assert prices.total.tobytes() == fundamental.tobytes()
        assert not prices.impact.any()
        assert prices.after.reported.tobytes() == before.reported.tobytes()
        assert prices.after.true.tobytes() == before.true.tobytes()


def test_an_index_fund_compounds_its_class_less_its_fee() -> None:
    """Twelve months of technology at 0.1% a year, whoever trades in it."""
    world = watched({"market.returns": "constant"})
    world.run_for(12)
    expected = world.state.scenario.number("market.expected.tech_equity")
    price = world.state.funds.reported[world.state.catalogue.fund("technology")]
    assert price == pytest.approx((1.0 + expected) * (1.0 - 0.001 / 12) ** 12, rel=1e-12)


def test_a_private_fund_compounds_its_sleeve_and_its_assets_less_its_fee() -> None:
    """Nine tenths private, a tenth cash, restored every month; the incentive fee is switched off."""
    world = watched({**STEADY, "funds.evergreen.incentive_fee": 0.0})
    opening = world.state.funds.true[PRIVATES].copy()
    world.run_for(12)
    rates = monthly_rate(world.state.scenario.by_class("market.expected"))
    month = (0.9 * (1.0 + rates[PRIVATE_CLASS]) + 0.1 * (1.0 + rates[CASH])) * (1.0 - 0.0125 / 12)
    assert world.state.funds.true[PRIVATES] == pytest.approx(opening * month**12, rel=1e-12)


def test_private_funds_open_at_the_lag_at_which_they_trail() -> None:
    """In a steady market true over reported price, averaged over a quarter, stays where it began."""
    world = watched(STEADY, savers=30, years=4)
    opening = world.state.funds.true[PRIVATES] / world.state.funds.reported[PRIVATES]
    world.run_for(45)
    ratios = []
    for _ in range(3):
        after = world.month().prices.after
        ratios.append(after.true[PRIVATES] / after.reported[PRIVATES])
    assert np.mean(ratios, axis=0) == pytest.approx(opening, abs=2e-4)


def test_orders_move_prices_once() -> None:
    """Pressure is multiplier x flow / market value, a fall x/(1 - x); returns and assets move by that."""
    world = watched(MOVED)
    largest = 0.0
    for _ in range(12):
        sizes = world.state.market_value.copy()
        month = world.month()
        prices, fundamental = month.prices, world.state.path.fundamental[world.state.month - 1]
        pressure = 20.0 * prices.trades.flow[BUYOUT] / sizes[BUYOUT]
        moved = pressure if pressure >= 0.0 else pressure / (1.0 - pressure)
        assert prices.impact[BUYOUT] == pytest.approx(moved, rel=1e-12, abs=1e-15)
        total = (1.0 + fundamental) * (1.0 + prices.impact) - 1.0
        assert prices.total == pytest.approx(total, abs=1e-15)
        grown = month.terms.before.assets * (1.0 + prices.impact)
        assert prices.after.assets == pytest.approx(grown, rel=1e-15)
        largest = max(largest, float(np.abs(prices.impact).max()))
    assert largest > 0.005


def test_who_only_pays_in_buys_at_the_price_the_orders_made() -> None:
    """Units bought are the month's pay and repaid loan over the moved price, not over that before impact."""
    world = watched(MOVED)
    world.run_for(2)
    savers, gap = world.savers, 0.0
    for _ in range(4):
        units, fund, generation = savers.units.copy(), savers.fund.copy(), savers.generation.copy()
        month = world.month()
        touched = [month.asked.chosen.switch.rows, month.asked.mapping.rows, month.asked.withdrawals.rows]
        touched += [one.rows for one in month.prices.sales.exchanges]
        quiet = (savers.contribution > 0.0) & (savers.generation == generation)
        quiet[np.concatenate(touched)] = False
        quiet &= (savers.fund == fund).all(axis=1)
        bought = savers.slot_values(np.arange(savers.size), month.prices.after.reported)
        bought -= units * month.prices.after.reported[fund]
        assert quiet.sum() > 20
        assert bought.sum(axis=1)[quiet] == pytest.approx(savers.paid_in[quiet], rel=1e-6)
        gap = max(gap, float(np.abs(month.prices.after.reported / month.terms.before.reported - 1.0).max()))
    assert gap > 1e-3


def queue_everything(world: WatchedWorld) -> None:
    """Every saver asks back every private unit."""
    savers = world.savers
    private = world.state.catalogue.is_private[savers.fund] & (savers.fund >= 0)
    savers.queued[:] = np.where(private, savers.units, 0.0)


def test_a_run_on_private_funds_is_paid_five_percent_a_quarter() -> None:
    """2% of the units a month and 5% a quarter, everybody the same share, however long the queue."""
    world = watched({**LIVELY, "savers.inertia": 0.0, "employers.map_default": False}, savers=300, years=3)
    world.run_for(15)
    world.state.scenario = world.state.scenario.with_values({"savers.inertia": 1.0})
    bound = 0
    for _ in range(5):
        funds = world.state.funds
        started, paid = funds.units[PRIVATES].copy(), np.zeros(len(PRIVATE))
        for _ in range(3):
            queue_everything(world)
            units = funds.units[PRIVATES].copy()
            month = world.month()
            out = month.prices.orders.units_out[PRIVATES]
            assert np.all(out <= 0.02 * units * (1.0 + 1e-12))
            paid += out
            check_shares(world, month)
        assert np.all(paid <= 0.05 * started * (1.0 + 1e-12))
        bound += int((paid > 0.0499 * started).sum())
    assert bound >= 5


def check_shares(world: WatchedWorld, month: Passed) -> None:
    """Everybody in a queue is paid the same share of it: what was paid over what was asked, fund by fund."""
    savers = world.savers
    queues = [one for one in month.prices.sales.exchanges if one.from_queue]
    for queue in queues:
        fund = savers.fund[queue.rows]
        left = savers.queued[queue.rows]
        asked = queue.sold + left
        own = savers.in_ira[queue.rows] == queue.in_ira[:, None]
        waiting = (left > 0.0) & (fund >= 0) & world.state.catalogue.is_private[fund] & own
        share = queue.sold[waiting] / asked[waiting]
        assert share == pytest.approx(month.terms.paid[fund[waiting]], rel=1e-9)
    assert len(queues) <= 2


def test_the_gate_pays_the_least_of_queue_caps_and_cash() -> None:
    """In every fund and month, from the units asked, the caps of the scenario and the cash before fees.

    Nothing private can be sold in a month, so that a fund raises no more than its cash.
    """
    nothing_sold = {"funds.liquid_sleeve": 0.02, "funds.private_sale_limit": 0.0}
    world = watched({**LIVELY, **nothing_sold}, savers=300)
    binding = set()
    for _ in range(24):
        funds = world.state.funds
        first = world.state.month % 3 == 0
        quarter = funds.units[PRIVATES].copy() if first else funds.quarter_units.copy()
        paid_before = np.zeros(len(PRIVATE)) if first else funds.quarter_paid.copy()
        month = world.month()
        units, before, paid = month.own.units[PRIVATES], month.terms.before, month.terms.paid[PRIVATES]
        limits = np.stack(
            (
                0.02 * units,
                0.05 * quarter - paid_before,
                before.assets[PRIVATES, CASH] / before.reported[PRIVATES],
            )
        )
        out = month.prices.orders.units_out[PRIVATES]
        rationed = paid < 1.0
        assert np.all(out <= limits.min(axis=0) * (1.0 + 1e-9) + 1e-6)
        assert out[rationed] == pytest.approx(limits.min(axis=0)[rationed], rel=1e-9, abs=1e-6)
        binding |= set(limits.argmin(axis=0)[rationed].tolist())
    assert binding == {0, 1, 2}


def test_estates_are_paid_what_the_funds_pay_and_keep_the_rest() -> None:
    """Units of the dead in private funds pass in kind and queue; of daily funds they are paid at once."""
    world = watched(LIVELY, savers=2000)
    private = world.state.catalogue.is_private
    seen = 0
    for _ in range(24):
        before = world.state.funds.estates.copy()
        month = world.month()
        left = np.zeros(before.size)
        held = month.departed.fund >= 0
        np.add.at(left, month.departed.fund[held], world.savers.weight * month.departed.units[held])
        expected = np.where(private, before * (1.0 - month.prices.paid) + left, 0.0)
        assert world.state.funds.estates == pytest.approx(expected, rel=1e-12)
        seen += int((before * (1.0 - month.prices.paid)).any()) + int(left[private].any())
    assert seen > 2


def test_a_daily_fund_that_cannot_pay_suspends_pro_rata() -> None:
    """Nothing but private funds inside: nobody is paid, nothing is sold, and dollars still close."""
    world = watched({**LIVELY, "funds.target_date.private_share": 0.9, "savers.inertia": 0.5}, savers=300)
    suspended = 0
    for _ in range(24):
        month = world.month()
        daily = ~world.state.catalogue.is_private
        suspended += int((month.prices.paid[daily] < 1.0).sum())
        out, paid = month.prices.orders.units_out[daily], month.prices.paid[daily]
        direct = np.maximum(month.terms.before.assets.sum(axis=1) / month.terms.before.reported, 0.0)[daily]
        assert np.all(out[paid < 1.0] <= direct[paid < 1.0] * (1.0 + 1e-9))
        assert abs(month.account.residual) < 1e-12
    assert suspended > 0


def wanted(values: Mapping[str, object]) -> FloatArray:
    """Private targets of the oldest sleeve fund in the first month of a scenario."""
    world = watched({"policy.start": "2025-01", **values}, savers=30, years=1)
    world.state.policy = policy_at(world.state.scenario, 1)
    everything = targets(world.state)
    assert not everything.private[: world.state.catalogue.sleeve.start].any()
    shares: FloatArray = everything.private[world.state.catalogue.sleeve.start]
    return shares


def test_what_the_law_lets_funds_want() -> None:
    """15% by strategy; the lower cap; nothing without access to defaults or without a private class."""
    assert wanted({}) == pytest.approx(0.15 * np.array([0.35, 0.1, 0.25, 0.25, 0.05]))
    assert wanted({"policy.access": "default", "policy.cap": 0.05}).sum() == pytest.approx(0.05)
    assert not wanted({"policy.access": "menu"}).any()
    assert not wanted({"policy.access": "none"}).any()
    assert not wanted({"policy.classes": ("gold", "bitcoin")}).any()
    assert wanted({"policy.classes": ("gold", "venture")}) == pytest.approx([0.0, 0.15, 0.0, 0.0, 0.0])


@pytest.mark.parametrize(("own", "floor", "sleeve"), [(0.1, 0.0, 0.1), (0.1, 0.15, 0.15), (0.3, 0.15, 0.3)])
def test_the_liquid_sleeve_has_a_floor(own: float, floor: float, sleeve: float) -> None:
    values = {"policy.start": "2025-01", "funds.liquid_sleeve": own, "policy.liquid_sleeve": floor}
    world = watched({**STEADY, **values}, savers=30, years=1)
    world.run_for(12)
    assert targets(world.state).liquid_sleeve == sleeve
    assets = world.state.funds.assets[PRIVATES]
    assert assets[:, CASH] == pytest.approx(sleeve * assets.sum(axis=1), rel=1e-9)


def test_markets_grow_with_nominal_product_and_cover_what_savers_hold() -> None:
    """At its expected return a market grows 4.5% a year; what savers want beyond it is newly issued."""
    world = watched(STEADY, savers=30, years=1)
    state, total = world.state, monthly_rate(world.state.scenario.by_class("market.expected"))
    start, holdings = state.market_value.copy(), np.zeros(len(CLASSES))
    for _ in range(12):
        assert not grow_markets(state, total, holdings).any()
    assert state.market_value == pytest.approx(1.045 * start)
    holdings[GOLD] = 2.0 * state.market_value[GOLD]
    issued = grow_markets(state, total, holdings)
    assert np.flatnonzero(issued).tolist() == [GOLD]
    assert state.market_value[GOLD] == holdings[GOLD]


def test_prices_do_not_depend_on_the_number_of_real_accounts() -> None:
    """A weight multiplies dollars and units alike and drops out of prices."""
    small, large = (
        watched({"policy.access": "none", "population.perimeter_usd": usd}, savers=100)
        for usd in (8.7e12, 17.4e12)
    )
    for world in (small, large):
        world.run_for(12)
    assert small.state.funds.reported == pytest.approx(large.state.funds.reported, rel=1e-12)
    assert ownership(large.state).savers == pytest.approx(2.0 * ownership(small.state).savers, rel=1e-9)


def test_technology_is_in_two_funds_at_one_price() -> None:
    """The S&P 500 fund earns its two classes at the market weights with which the month began."""
    world = WatchedWorld(scenario({}, savers=100, years=1), handles=False)
    sizes = world.state.market_value.copy()
    month = world.month()
    fund = world.state.catalogue.fund("sp500")
    returns = world.state.path.fundamental[0]
    weights = sizes[[0, TECH_EQUITY]] / sizes[[0, TECH_EQUITY]].sum()
    expected = (1.0 + weights @ returns[[0, TECH_EQUITY]]) * (1.0 - 0.0004 / 12)
    assert month.prices.after.reported[fund] == pytest.approx(expected, rel=1e-12)
