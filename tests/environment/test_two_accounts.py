"""A saver with a plan and an IRA: orders touch one account, rollovers join them, six slots are enough."""

import math
from collections.abc import Mapping as Dictionary

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from environment import orders, reviews, settlement
from environment.cash import withdrawals
from environment.funds.book import Valuation
from environment.funds.charges import Charges
from environment.life import departures
from environment.orders import Chosen, Exchange, Mapping, Rollover, Switch
from environment.register import buy, sell
from environment.savers import EMPTY, RETIRED, SLOTS, SPLIT, WORKING, Savers
from environment.settlement import Asked
from environment.splits import Split, free_slots
from environment.state import State
from environment.typing import FloatArray
from tests.environment.reviewing import NOBODY, home, opened
from tests.environment.worlds import (
    CATALOGUE,
    PLAIN,
    SLEEVE,
    account,
    give,
    give_ira,
    ones,
    plans,
    rows,
    rows_that_wait,
    table,
)

HOME = int(PLAIN[3])
PRIVATE_FUND, OTHER_PRIVATE = 0, 1
UNSOLD = np.zeros((1, SLOTS))
NO_SWITCH = Switch(rows(), plans(0), np.empty((0, SPLIT), np.int64), np.empty((0, SPLIT)))
NO_MAPPING = Mapping(rows(), rows(), rows())


def mix(wanted: Dictionary[int, float]) -> Split:
    """A split of one row."""
    to_fund, to_share = np.full((1, SPLIT), EMPTY), np.zeros((1, SPLIT))
    to_fund[0, : len(wanted)], to_share[0, : len(wanted)] = list(wanted), list(wanted.values())
    return to_fund, to_share


def even(chosen: list[int]) -> Split:
    """A split of one row in equal shares."""
    return mix(dict.fromkeys(chosen, 1.0 / len(chosen)))


def switch_of(wanted: Dictionary[int, float], *, in_ira: bool) -> Switch:
    """Row 0 wants one of its accounts in this mix."""
    return Switch(rows(0), np.array([in_ira]), *mix(wanted))


def carry_out(savers: Savers, exchange: Exchange) -> None:
    """Fill an exchange at a dollar a unit."""
    proceeds = sell(savers, exchange.rows, exchange.sold, ones(), exchange.from_queue).sum(axis=1)
    dollars_in = exchange.to_share * proceeds[:, None]
    buy(savers, exchange.rows, exchange.in_ira, exchange.to_fund, dollars_in, ones())


def both(savers: Savers) -> tuple[dict[int, float], dict[int, float]]:
    """Units by fund of row 0 in the plan and in the IRA."""
    return account(savers, 0, in_ira=False), account(savers, 0, in_ira=True)


def test_a_mapping_leaves_the_ira_as_it_is() -> None:
    savers = table(1)
    give(savers, 0, {HOME: 70.0})
    give_ira(savers, 0, {HOME: 30.0})
    carry_out(savers, orders.mapped(savers, Mapping(rows(0), rows(HOME), rows(SLEEVE[3])), UNSOLD))
    assert both(savers) == ({SLEEVE[3]: 70.0}, {HOME: 30.0})


@pytest.mark.parametrize("in_ira", [False, True])
def test_a_switch_touches_one_account_only(in_ira: bool) -> None:
    """Both accounts hold the same; one is switched, the other keeps its units and its requests."""
    savers = table(1)
    held = {PRIVATE_FUND: 40.0, 6: 60.0}
    give(savers, 0, held, queued={PRIVATE_FUND: 5.0})
    give_ira(savers, 0, held, queued={PRIVATE_FUND: 5.0})
    switch = switch_of({7: 1.0}, in_ira=in_ira)
    orders.queue_switches(savers, switch, ones(), CATALOGUE)
    carry_out(savers, orders.switched(savers, switch, ones(), UNSOLD, CATALOGUE))
    assert both(savers)[not in_ira] == held
    assert both(savers)[in_ira] == {PRIVATE_FUND: 40.0, 7: 60.0}
    queued = savers.queued[0, savers.fund[0] == PRIVATE_FUND]
    kept = savers.in_ira[0, savers.fund[0] == PRIVATE_FUND] != in_ira
    assert (queued[kept].tolist(), queued[~kept].tolist()) == ([5.0], [40.0])


def test_what_private_funds_pay_stays_in_its_account() -> None:
    savers = table(1)
    give(savers, 0, {PRIVATE_FUND: 40.0}, queued={PRIVATE_FUND: 40.0})
    give_ira(savers, 0, {PRIVATE_FUND: 10.0, OTHER_PRIVATE: 8.0}, queued={PRIVATE_FUND: 10.0})
    half = np.where(CATALOGUE.is_private, 0.5, 1.0)
    for exchange in orders.paid_queue(
        savers,
        rows_that_wait(savers),
        half,
        lambda some: np.full(some.size, HOME),
    ):
        assert exchange.rows.tolist() == [0]
        carry_out(savers, exchange)
    assert both(savers) == (
        {PRIVATE_FUND: 20.0, HOME: 20.0},
        {PRIVATE_FUND: 5.0, OTHER_PRIVATE: 8.0, HOME: 5.0},
    )


def test_a_rollover_sells_what_pays_daily_and_buys_the_mix_of_the_ira() -> None:
    """Ten dollars of the index fund are sold for cash this month; private units are not for sale."""
    savers = table(1)
    give(savers, 0, {PRIVATE_FUND: 50.0, 6: 40.0, HOME: 70.0})
    give_ira(savers, 0, {7: 11.0, PRIVATE_FUND: 3.0})
    cash = np.where(savers.fund[[0]] == 6, 10.0, 0.0)
    order = Rollover(rows(0), *mix({8: 0.75, 7: 0.25}))
    exchange = orders.rolled_over(savers, order, cash, CATALOGUE)
    assert exchange.in_ira.tolist() == [True]
    carry_out(savers, exchange)
    assert both(savers) == ({PRIVATE_FUND: 50.0, 6: 10.0}, {7: 36.0, PRIVATE_FUND: 3.0, 8: 75.0})


@pytest.fixture(name="state", scope="module")
def state_of_the_module() -> State:
    """A small world, of which the tests use row 0 alone."""
    return opened({"funds.gate.monthly": 0.02})


def anew(state: State) -> Savers:
    """The savers with nothing in any account; row 0 works and is a member of a plan that is not open."""
    savers = state.savers
    savers.fund[:], savers.wanted_fund[:], savers.split_fund[:] = EMPTY, EMPTY, EMPTY
    for column in (savers.units, savers.queued, savers.split_share, savers.wanted_share, savers.contribution):
        column[:] = 0.0
    for column in (savers.loan_payment, savers.withdrawal, savers.lump, savers.borrowing, savers.forfeiture):
        column[:] = 0.0
    savers.in_ira[:], savers.status[0], savers.holds_plan[:] = False, WORKING, False
    savers.holds_plan[0] = True
    savers.weight = 1.0
    state.plans.open[:], state.plans.sleeve_default[:] = False, False
    state.funds.reported[:] = 1.0
    return savers


@pytest.mark.parametrize(("passive", "bought"), [(True, None), (False, {6: 30.0, 7: 30.0})])
def test_a_rollover_moves_private_units_in_kind_and_the_rest_into_the_mix(
    state: State, passive: bool, bought: dict[int, float] | None
) -> None:
    """The passive take the plain target-date fund, whatever the default of the plan."""
    savers = anew(state)
    state.plans.sleeve_default[:] = True
    give(savers, 0, {PRIVATE_FUND: 40.0, 8: 60.0}, queued={PRIVATE_FUND: 10.0})
    give_ira(savers, 0, {PRIVATE_FUND: 5.0})
    rollover = reviews.roll_over(state, rows(0), even([6, 7]), np.array([passive]))
    assert both(savers) == ({8: 60.0}, {PRIVATE_FUND: 45.0})
    carry_out(savers, orders.rolled_over(savers, rollover, UNSOLD, CATALOGUE))
    assert both(savers) == ({}, {PRIVATE_FUND: 45.0, **(bought or {home(state): 60.0})})
    assert savers.queued[0].sum() == 10.0


def test_nobody_rolls_over_nothing(state: State) -> None:
    savers = anew(state)
    give(savers, 0, {PRIVATE_FUND: 40.0, 8: 60.0})
    rollover = reviews.roll_over(state, rows(), (NOBODY.to_fund, NOBODY.to_share), np.zeros(0, np.bool_))
    exchange = orders.rolled_over(savers, rollover, np.empty((0, SLOTS)), CATALOGUE)
    assert rollover.rows.size == exchange.rows.size == 0
    assert both(savers) == ({PRIVATE_FUND: 40.0, 8: 60.0}, {})


def test_a_new_plan_has_the_slots_that_the_ira_leaves(state: State) -> None:
    """The IRA of a saver who rolls over buys two funds: with the plain funds, two of the wish fit."""
    anew(state)
    give(state.savers, 0, {8: 60.0, 9: 10.0})
    dropped = state.orders_dropped
    rollover = reviews.roll_over(state, rows(0), even([6, 7]), np.array([False]))
    reviews.set_enrolment(state, rows(0), even([10, 11, 12, 13]), np.array([False]), rollover)
    used = state.savers.split_fund[0]
    assert used[used != EMPTY].tolist() == [10, 11, home(state)]
    assert state.savers.split_share[0].sum() == 1.0
    assert state.orders_dropped - dropped == 2


def test_money_brought_from_the_last_plan_follows_the_new_choice(state: State) -> None:
    """Daily funds are sold for the new mix, private units stay, and so does the IRA."""
    savers = anew(state)
    give(savers, 0, {PRIVATE_FUND: 40.0, 8: 60.0})
    give_ira(savers, 0, {7: 5.0})
    transfer = reviews.set_enrolment(state, rows(0), even([9, 10]), np.array([False]), NOBODY)
    exchange = orders.switched(savers, transfer, ones(), UNSOLD, CATALOGUE)
    carry_out(savers, exchange)
    assert both(savers) == ({PRIVATE_FUND: 40.0, 9: 30.0, 10: 30.0}, {7: 5.0})
    assert savers.queued[0].sum() == 0.0


def test_who_cashes_out_brings_nothing_along(state: State) -> None:
    savers = anew(state)
    give(savers, 0, {8: 60.0})
    savers.lump[0] = math.inf
    assert reviews.set_enrolment(state, rows(0), even([9]), np.array([False]), NOBODY).rows.size == 0


def test_a_sleeve_that_may_not_pay_keeps_its_slot_through_a_rollover(state: State) -> None:
    anew(state)
    sleeve = int(state.catalogue.with_sleeve(rows(home(state)))[0])
    give(state.savers, 0, {sleeve: 60.0, 8: 10.0})
    rollover = reviews.roll_over(state, rows(0), even([6, 7, 9, 10]), np.array([False]))
    assert rollover.to_fund[0].tolist() == [6, 7, 9, EMPTY, home(state)]


@pytest.mark.parametrize(
    ("in_plan", "in_ira", "room"),
    [
        ([], [], 4),
        ([HOME], [HOME], 4),
        ([6, 7], [], 2),
        ([6], [6], 2),
        ([6, 7], [6, 7], 0),
        ([0, 1, 2, 3, 4], [], -1),
    ],
)
def test_each_account_keeps_a_slot_for_its_plain_fund(
    state: State, in_plan: list[int], in_ira: list[int], room: int
) -> None:
    savers = anew(state)
    plain = home(state)
    give(savers, 0, {plain if fund == HOME else fund: 1.0 for fund in in_plan})
    give_ira(savers, 0, {plain if fund == HOME else fund: 1.0 for fund in in_ira})
    assert free_slots(savers.fund[[0]], state.plain_default(rows(0))).tolist() == [room]


WISHES = st.lists(st.sampled_from([-2, -1, *range(14)]), min_size=1, max_size=4, unique=True)
GATES, SUSPENSIONS = st.sampled_from([0.0, 0.3, 1.0]), st.sampled_from([0.0, 0.5, 1.0])
ACTS = st.sampled_from(["nothing", "switch", "enrol", "leave", "change", "open", "spend", "all", "retire"])
LIVES = st.lists(st.tuples(ACTS, WISHES, WISHES, st.booleans(), GATES, SUSPENSIONS), min_size=1, max_size=14)


def wish_of(state: State, chosen: list[int]) -> Split:
    """A wish: -1 stands for the saver's plain target-date fund, -2 for its successor with a sleeve."""
    plain = home(state)
    own = {-1: plain, -2: int(state.catalogue.with_sleeve(rows(plain))[0])}
    return even([own.get(fund, fund) for fund in chosen])


def decide(state: State, act: str, wish: Split, other: Split, passive: bool) -> tuple[Mapping, Chosen]:
    """What row 0 does in a month, in the order of the month."""
    savers, mapping, rollover, switch = state.savers, NO_MAPPING, NOBODY, NO_SWITCH
    transfer = NO_SWITCH
    is_passive, works = np.array([passive]), savers.status[0] == WORKING
    joins = (act == "enrol" and works) or (act == "change" and works)
    if act == "open":
        mapping = reviews.open_plans(state, rows(int(savers.people.employer[0])), rows())
    if act in ("leave", "change") and savers.holds_plan[0]:
        savers.holds_plan[0] = act == "change" and works
        rollover = reviews.roll_over(state, rows(0), other, is_passive)
    if joins:
        savers.holds_plan[0] = True
        transfer = reviews.set_enrolment(state, rows(0), wish, is_passive, rollover)
    if act == "retire":
        savers.status[0] = RETIRED
    if act == "switch":
        in_ira = ~savers.holds_plan[:1]
        switch = reviews.switch_to(state, rows(0), in_ira, other)
    savers.contribution[0] = 100.0 * (savers.holds_plan[0] and savers.status[0] == WORKING)
    savers.lump[0] = {"spend": 30.0, "all": math.inf}.get(act, 0.0)
    return mapping, Chosen(rollover, transfer, switch)


def settle(state: State, asked: tuple[Mapping, Chosen], paid: float, pays_daily: float) -> FloatArray:
    """Settle a month at a dollar a unit; private funds and sleeves pay a part. Returns the cash of row 0."""
    mapping, chosen = asked
    savers, before = state.savers, Valuation(np.zeros((ones().size, 16)), ones(), ones(), ones())
    orders.queue_switches(savers, chosen.switch, ones(), CATALOGUE)
    due = withdrawals(savers, np.arange(savers.size), np.zeros(savers.size), ones(), CATALOGUE)
    gate = np.where(CATALOGUE.is_private, paid, 1.0)
    nobody = departures(state, rows())
    free, queueing = Charges(*np.zeros((3, ones().size))), rows_that_wait(savers)
    terms = settlement.Terms(free, before, gate, np.zeros_like(state.funds.held), 0.0 * ones(), queueing)
    sales = settlement.size_sales(state, terms, Asked(due, chosen, mapping, nobody))
    daily = ones()
    daily[SLEEVE] = pays_daily
    cash, _ = settlement.fill(state, settlement.scale_sales(state, sales, daily), before, ones())
    return cash.spent


@settings(deadline=None, max_examples=300)
@given(LIVES)
def test_six_slots_are_enough_whatever_a_saver_does(
    state: State, life: list[tuple[str, list[int], list[int], bool, float, float]]
) -> None:
    """Joining, leaving, changing employers, switching, mapping, spending, with gates that pay all or nothing.

    No order finds the register full, no fund has two slots in an account, and every dollar is accounted for.
    """
    savers = anew(state)
    for act, chosen, other, passive, paid, pays_daily in life:
        wish, instead = wish_of(state, chosen), wish_of(state, other)
        asked = decide(state, act, wish, instead, passive)
        if savers.contribution[0] and not savers.split_share[0].any():
            reviews.set_enrolment(state, rows(0), wish, np.array([passive]), asked[1].rollover)
        before = float(savers.units[0].sum())
        spent = settle(state, asked, paid, pays_daily)
        expected = before + savers.contribution[0] - spent.sum()
        assert savers.units[0].sum() == pytest.approx(expected, rel=1e-9, abs=1e-6)
        both(savers)
        assert (savers.queued[0] <= savers.units[0]).all()


def test_rounding_in_what_was_sold_for_cash_leaves_nothing_to_switch(state: State) -> None:
    """An account of which cash took a shade more than it held orders no trade and no number that is none."""
    savers = anew(state)
    give(savers, 0, {8: 60.0, 9: 1e-3})
    sold = savers.units[[0]] * (1.0 + 1e-15)
    switch = reviews.switch_to(state, rows(0), np.array([False]), even([9, 10]))
    mapping = Mapping(rows(0), rows(8), rows(6))
    rollover = Rollover(rows(0), switch.to_fund, switch.to_share)
    for exchange in (
        orders.switched(savers, switch, ones(), sold, CATALOGUE),
        orders.mapped(savers, mapping, sold),
        orders.rolled_over(savers, rollover, sold, CATALOGUE),
    ):
        assert (exchange.sold == 0.0).all()
        assert np.isfinite(exchange.to_share).all()
