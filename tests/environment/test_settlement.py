"""From requests to fills: the gate is the same for all, and only frozen money makes spending unmet."""

from collections.abc import Mapping

import numpy as np
import pytest

from environment.cash import Withdrawals
from environment.funds.book import PRIVATES, Valuation
from environment.funds.charges import Charges, within_means
from environment.life import departures
from environment.orders import NO_ROLLOVER, Chosen, Exchange, Switch, single_choice
from environment.orders import Mapping as Mapped
from environment.savers import SLOTS, Savers
from environment.settlement import (
    Asked,
    Sales,
    Terms,
    agree_terms,
    daily_paid_share,
    dollars_before_impact,
    excess_of_funds,
    fill,
    fund_orders,
    private_gate,
    scale_sales,
    units_sold,
    waiting,
)
from environment.state import State
from environment.sums import sum_by_fund
from environment.typing import FloatArray
from tests.environment.worlds import (
    CATALOGUE,
    LIVELY,
    PLAIN,
    SLEEVE,
    give,
    holding,
    marks,
    ones,
    plans,
    rows,
    rows_that_wait,
    table,
    world,
)

SIZE = CATALOGUE.size
HOME = int(PLAIN[3])


def prices(reported: FloatArray | None = None, assets: FloatArray | None = None) -> Valuation:
    """Funds at one moment, of a dollar a unit if nothing is said."""
    assets = np.zeros((SIZE, 16)) if assets is None else assets
    reported = ones() if reported is None else reported
    return Valuation(assets=assets, gross=assets.sum(axis=1), true=reported, reported=reported)


def asking(asked: dict[int, list[float]]) -> Withdrawals:
    """Withdrawals of some rows, with the units they ask of private funds by slot."""
    count = len(asked)
    units = np.zeros((count, SLOTS))
    for line, amounts in enumerate(asked.values()):
        units[line, : len(amounts)] = amounts
    return Withdrawals(rows(*asked), np.zeros((count, 4)), np.ones((count, SLOTS), dtype=np.bool_), units)


def sales(withdrawals: Withdrawals, for_cash: FloatArray | None = None, *exchanges: Exchange) -> Sales:
    """Sales of a month."""
    cash = np.zeros_like(withdrawals.asked) if for_cash is None else for_cash
    return Sales(withdrawals=withdrawals, for_cash=cash, exchanges=exchanges, prices=ones())


def gate(paid: Mapping[int, float] | None = None) -> FloatArray:
    """Share that each fund pays: all of it but for some funds."""
    shares = ones()
    for fund, share in (paid or {}).items():
        shares[fund] = share
    return shares


def only(fund: int, amount: float) -> FloatArray:
    """An amount for one fund, shape (K,)."""
    return np.where(marks(fund), amount, 0.0)


@pytest.fixture
def state() -> State:
    """A world whose savers have been replaced by rows that the tests fill; its private funds stay."""
    state = world(savers=20).state
    savers = state.savers
    savers.fund[:], savers.units[:], savers.contribution[:], savers.holds_plan[:] = -1, 0.0, 0.0, True
    savers.in_ira[:], savers.loan_payment[:] = False, 0.0
    return state


NO_CHARGES = Charges(np.zeros(SIZE), np.zeros(SIZE), np.zeros(SIZE))
NO_MAPPING = Mapped(rows(), rows(), rows())
NO_SWITCH = Switch(rows(), plans(0), np.empty((0, 5), np.int64), np.empty((0, 5)))
NO_CHOICE = Chosen(NO_ROLLOVER, NO_SWITCH, NO_SWITCH)


def test_units_sold_are_the_weighted_sum_by_fund() -> None:
    savers = table(3)
    savers.weight = 10.0
    give(savers, 0, {2: 5.0, 8: 5.0})
    give(savers, 2, {8: 5.0})
    sold = np.zeros((2, SLOTS))
    sold[0, :2], sold[1, 0] = [1.0, 2.0], 4.0
    found = units_sold(savers, rows(0, 2), sold, SIZE)
    assert {fund: found[fund] for fund in np.flatnonzero(found)} == {2: 10.0, 8: 60.0}


def test_dollars_by_fund_leave_out_what_goes_nowhere() -> None:
    found = sum_by_fund(np.array([[3, -1], [3, 4]]), np.array([[1.0, 99.0], [2.0, 5.0]]), 6)
    assert found.tolist() == [0.0, 0.0, 0.0, 3.0, 5.0, 0.0]


def waits(savers: Savers, asked: dict[int, list[float]], paid: FloatArray) -> list[int]:
    wanted = asking(asked)
    spending, queueing = units_sold(savers, wanted.rows, wanted.asked, SIZE), rows_that_wait(savers)
    terms = Terms(NO_CHARGES, prices(), paid, np.zeros((SIZE, 5)), spending, queueing)
    found: list[int] = waiting(savers, wanted, terms).tolist()
    return found


def test_only_those_wait_whose_own_fund_did_not_pay_in_full() -> None:
    savers = table(4)
    give(savers, 0, {0: 10.0})
    give(savers, 1, {1: 10.0})
    give(savers, 2, {8: 10.0})
    give(savers, 3, {2: 10.0}, queued={2: 1.0})
    asked = {0: [1.0], 1: [1.0], 2: [0.0]}
    assert waits(savers, asked, gate()) == [3]
    assert waits(savers, asked, gate({1: 0.99})) == [1, 3]
    assert waits(savers, asked, gate({0: 0.0, 1: 0.0, 2: 0.0})) == [0, 1, 3]


def test_a_gate_pays_savers_estates_and_funds_the_same_share(state: State) -> None:
    """Fund 0 is asked four times what its gate of 2% lets out, fund 1 a quarter of it."""
    savers, funds = state.savers, state.funds
    before = prices(assets=funds.assets)
    savers.weight = 1.0
    limit = 0.02 * funds.units[:2]
    funds.quarter_units = funds.units[PRIVATES].copy()
    give(savers, 0, {0: limit[0], 1: limit[1]}, queued={0: limit[0]})
    give(savers, 1, {0: limit[0], 1: limit[1]})
    funds.estates[0] = limit[0]
    held_asked = np.zeros_like(funds.held)
    held_asked[SLEEVE[0], 0] = limit[0]
    nobody = departures(state, rows())
    requests = Asked(asking({1: [limit[0], 0.25 * limit[1]]}), NO_CHOICE, NO_MAPPING, nobody)
    asked = agree_terms(state, requests, NO_CHARGES, before)
    assert asked.queueing.tolist() == [0]
    np.testing.assert_allclose(asked.paid[:2], [1.0 / 3.0, 1.0], rtol=1e-12)  # without the funds' request
    paid = private_gate(state, before, asked.spending_asked + only(0, limit[0]), held_asked)
    np.testing.assert_allclose(paid[:2], [0.25, 1.0], rtol=1e-12)
    assert (paid[5:] == 1.0).all()


def test_a_gate_never_pays_more_than_the_liquid_sleeve_holds(state: State) -> None:
    """Where nothing private can be sold within a month."""
    funds = state.funds
    state.scenario = state.scenario.with_values({"funds.private_sale_limit": 0.0})
    state.savers.weight = 1.0
    assets = funds.assets.copy()
    assets[0] *= 0.001 * funds.units[0] / assets[0].sum() / 0.1
    funds.quarter_units = funds.units[PRIVATES].copy()
    asked = 0.02 * funds.units[0]
    give(state.savers, 0, {0: asked})
    paid = private_gate(state, prices(assets=assets), only(0, asked), np.zeros_like(funds.held))
    assert paid[0] == pytest.approx(0.05)


@pytest.mark.parametrize("paid_before", [0.05, 0.05 * (1.0 - 1e-15)])
def test_a_gate_that_has_paid_its_quarter_pays_nothing_not_even_a_rounding(
    state: State, paid_before: float
) -> None:
    funds = state.funds
    funds.quarter_units = funds.units[PRIVATES].copy()
    funds.quarter_paid = paid_before * funds.quarter_units
    paid = private_gate(state, prices(assets=funds.assets), only(0, 1.0), np.zeros_like(funds.held))
    assert paid[0] == 0.0


def sleeve_of(state: State, private: float) -> tuple[int, Valuation]:
    """A target-date fund of 100 dollars with so much in buyout funds, and its valuation."""
    fund = int(SLEEVE[0])
    state.funds.held[fund, 0] = private
    gross = np.zeros(SIZE)
    gross[fund] = 100.0
    return fund, Valuation(np.zeros((SIZE, 16)), gross, ones(), ones())


@pytest.mark.parametrize(("private", "asked"), [(5.2, 0.0), (5.7, 0.0), (5.8, 0.55), (20.0, 14.75)])
def test_a_target_date_fund_asks_back_what_exceeds_its_strategy_beyond_the_tolerance(
    state: State, private: float, asked: float
) -> None:
    """The strategy is 15% private, 35% of it buyout: 5.25 of 100 dollars; the tolerance is a tenth."""
    fund, before = sleeve_of(state, private)
    expected = np.zeros_like(state.funds.held)
    expected[fund, 0] = asked
    np.testing.assert_allclose(excess_of_funds(state, before), expected, atol=1e-12)


def test_a_cap_or_a_shut_door_makes_no_fund_sell() -> None:
    shut = world({"policy.cap": 0.01, "policy.start": "2025-01"}, savers=20)
    shut.run_for(1)
    _, before = sleeve_of(shut.state, 5.25)
    assert not excess_of_funds(shut.state, before).any()


def test_a_fund_without_private_holdings_is_never_suspended(state: State) -> None:
    assets = np.zeros((SIZE, 16))
    assets[HOME, 0] = 100.0
    asked = np.zeros(SIZE)
    asked[HOME] = 100.0 * (1.0 + 1e-15)
    assert (daily_paid_share(state, prices(assets=assets), np.zeros(SIZE), asked) == 1.0).all()


def test_a_fund_with_private_holdings_pays_out_of_what_it_holds_directly(state: State) -> None:
    fund = int(SLEEVE[0])
    assets = np.zeros((SIZE, 16))
    assets[fund, 0] = 80.0
    state.funds.held[fund, 0] = 20.0
    before = Valuation(assets, assets.sum(axis=1) + only(fund, 20.0), ones(), 2.0 * ones())
    charged = only(fund, 0.1)  # ten dollars of fees come first
    for asked, paid in [(35.0, 1.0), (50.0, 0.7), (350.0, 0.1)]:
        share = daily_paid_share(state, before, charged, only(fund, asked))
        assert share[fund] == pytest.approx(paid)
        assert (np.delete(share, fund) == 1.0).all()


def test_a_fund_with_nothing_of_its_own_left_can_charge_nothing() -> None:
    own, privately = np.zeros((SIZE, 16)), only(int(SLEEVE[0]), 90.0) + only(int(SLEEVE[1]), 100.0)
    own[SLEEVE[0], 0], own[HOME, 0] = 10.0, 100.0
    before = Valuation(own, own.sum(axis=1) + privately, ones(), ones())
    for charge in (0.001, 0.3):
        paid = within_means(np.full(SIZE, charge), np.zeros(SIZE), before)
        assert paid[SLEEVE[:2]].tolist() == [min(charge, 0.1), 0.0]
        assert paid[HOME] == charge


def test_a_freeze_that_lasts_leaves_no_fund_in_debt() -> None:
    """Everybody leaves target-date funds whose private funds never pay."""
    frozen = {"funds.gate.monthly": 0.0, "savers.advert_weight": 1.0, "savers.choice_noise": 0.3}
    one = world({**LIVELY, **frozen, "policy.access": "default", "savers.single_default_share": 0.0}, years=6)
    suspended = 0
    for _ in range(24):
        one.run_for(3)
        funds = one.state.funds
        assert funds.assets.min() > -1.0  # of some hundred billions
        own, private = funds.assets.sum(axis=1), funds.held @ funds.reported[PRIVATES]
        suspended += int(((private > 0.0) & (own < 0.01 * private)).sum())
    assert suspended > 0


def test_sales_of_a_suspended_fund_are_scaled_and_the_others_are_not(state: State) -> None:
    give(state.savers, 0, {int(SLEEVE[0]): 10.0, 8: 10.0})
    sold = np.array([[4.0, 4.0, 0.0, 0.0, 0.0, 0.0]])
    both = sales(
        asking({0: []}), sold, Exchange(rows(0), plans(1), sold, *single_choice(rows(7)), from_queue=True)
    )
    assert scale_sales(state, both, ones()) is both
    scaled = scale_sales(state, both, np.where(np.arange(SIZE) == SLEEVE[0], 0.5, 1.0))
    assert scaled.for_cash[0, :2].tolist() == [2.0, 4.0]
    assert scaled.exchanges[0].sold[0, :2].tolist() == [2.0, 4.0]
    assert scaled.exchanges[0].from_queue


def test_fills_move_every_dollar_from_sales_and_pay_into_funds(state: State) -> None:
    savers = state.savers
    savers.weight = 3.0
    give(savers, 0, {0: 50.0}, queued={0: 20.0})
    give(savers, 1, {8: 40.0})
    savers.contribution[1], savers.split_fund[1], savers.split_share[1] = 100.0, -1, 0.0
    savers.split_fund[1, 0], savers.split_share[1, 0] = 9, 1.0
    paid = np.zeros((1, SLOTS))
    paid[0, 0] = 20.0
    from_queue = Exchange(rows(0), plans(1), paid, *single_choice(rows(HOME)), from_queue=True)
    switch = Exchange(rows(1), plans(1), savers.units[[1]].copy(), *single_choice(rows(7)))
    month = sales(asking({}), None, from_queue, switch)
    after = 2.0 * ones()
    into = dollars_before_impact(state, prices(), month)
    assert {fund: into[fund] for fund in np.flatnonzero(into)} == {HOME: 60.0, 7: 120.0, 9: 300.0}
    _, dollars = fill(state, month, prices(), after)
    assert {fund: dollars[fund] for fund in np.flatnonzero(dollars)} == {HOME: 120.0, 7: 240.0, 9: 300.0}
    assert holding(savers, 0) == {0: 30.0, HOME: 20.0}
    assert holding(savers, 1) == {7: 40.0, 9: 50.0}
    assert not savers.queued.any()


def test_what_other_funds_are_paid_is_a_redemption_too() -> None:
    held_out = np.zeros((SIZE, 5))
    held_out[SLEEVE[0], 1], held_out[SLEEVE[1], 1] = 3.0, 4.0
    units_out = only(1, 10.0) + only(8, 10.0)
    orders = fund_orders(ones(), units_out, held_out)
    assert orders.units_out[1] == 17.0
    assert orders.units_out[8] == 10.0
    assert units_out[1] == 10.0
