"""Reviews of plans and savers: which doors open, who starts where, and what stays as it is."""

import numpy as np
import pytest

from environment import orders
from environment.model import World
from environment.register import buy
from environment.reviews import (
    has_account,
    open_plans,
    set_enrolment,
    shut_doors,
    switch_to,
)
from environment.rowsets import is_in
from environment.savers import EMPTY, SLOTS
from environment.splits import as_split, free_slots
from environment.typing import IntArray
from tests.environment.reviewing import NOBODY, home, opened, set_split, split_of, wish
from tests.environment.worlds import (
    CATALOGUE,
    LIVELY,
    NO_LEAKS,
    QUIET,
    SLEEVE,
    account,
    give,
    give_ira,
    iras,
    ones,
    plans,
    rows,
    world,
)


def test_picks_become_a_split_whose_last_column_is_free() -> None:
    funds, shares = as_split(np.array([[3, 6, -1, -1]]), np.array([[0.5, 0.5, 0.0, 0.0]]))
    assert funds.tolist() == [[3, 6, -1, -1, -1]]
    assert shares.tolist() == [[0.5, 0.5, 0.0, 0.0, 0.0]]


@pytest.mark.parametrize(
    ("access", "menu", "sleeve"),
    [("menu", True, False), ("default", False, True), ("all", True, True)],
)
def test_a_plan_opens_what_the_law_allows_and_no_other_plan_does(
    access: str, menu: bool, sleeve: bool
) -> None:
    state = opened({"policy.access": access})
    plain = state.plan_default(np.arange(20))
    mapping = open_plans(state, rows(0), rows())
    assert (state.plans.open[0], state.plans.sleeve_default[0]) == (menu, sleeve)
    assert not state.plans.open[1:].any()
    assert not state.plans.sleeve_default[1:].any()
    assert state.menu_open(np.arange(20), plans(20)).tolist() == [menu] * 10 + [False] * 10
    default = state.plan_default(np.arange(20))
    assert np.isin(default[:10], SLEEVE).tolist() == [sleeve] * 10
    np.testing.assert_array_equal(default[10:], plain[10:])
    assert (mapping.rows.size > 0) == sleeve


def test_the_default_maps_with_balances_and_new_money() -> None:
    state = opened()
    savers, fund = state.savers, home(state)
    sleeve = int(state.catalogue.with_sleeve(rows(fund))[0])
    set_split(state, 0, {6: 0.5, fund: 0.5})
    set_split(state, 1, {6: 1.0})
    give(savers, 0, {fund: 10.0})
    give(savers, 1, {6: 10.0})
    mapping = open_plans(state, rows(0), rows())
    assert split_of(state, 0) == {6: 0.5, sleeve: 0.5}
    assert split_of(state, 1) == {6: 1.0}
    assert 0 in mapping.rows
    assert 1 not in mapping.rows
    assert mapping.rows.max() < 10
    np.testing.assert_array_equal(mapping.to_fund, state.catalogue.with_sleeve(mapping.from_fund))


def test_without_mapping_only_new_money_follows() -> None:
    state = opened({"employers.map_default": False})
    fund = home(state)
    set_split(state, 0, {fund: 1.0})
    give(state.savers, 0, {fund: 10.0})
    assert open_plans(state, rows(0), rows()).rows.size == 0
    assert np.isin(list(split_of(state)), SLEEVE).all()


def test_an_ira_is_bound_to_no_plan() -> None:
    state = opened()
    fund = home(state)
    state.savers.holds_plan[0] = False
    give(state.savers, 0, {fund: 10.0})
    set_split(state, 0, {fund: 1.0})
    assert 0 not in open_plans(state, rows(0), rows()).rows
    assert split_of(state) == {fund: 1.0}
    assert not state.menu_open(rows(0), iras(1)).any()
    assert state.plan_default(rows(0)).tolist() == [fund]


def test_a_free_ira_has_a_menu_of_its_own_whatever_plans_offer() -> None:
    state = opened({"savers.free_ira": True, "policy.access": "none"})
    assert not state.menu_open(rows(0), plans(1)).any()
    assert state.menu_open(rows(0), iras(1)).all()


def test_who_starts_in_a_plan_this_month_has_nothing_mapped() -> None:
    state = opened()
    for row in (0, 1):
        set_split(state, row, {home(state, row): 1.0})
        give(state.savers, row, {home(state, row): 10.0})
    mapping = open_plans(state, rows(0), rows(1))
    assert is_in(rows(0, 1), mapping.rows).tolist() == [True, False]
    assert split_of(state, 1) == {home(state, 1): 1.0}


def test_the_default_maps_in_the_plan_and_not_in_the_ira() -> None:
    """Row 0 holds the same fund in both accounts; row 1 holds it in an IRA alone."""
    state = opened()
    for row in (0, 1):
        give(state.savers, row, {})
        give_ira(state.savers, row, {home(state, row): 7.0})
    plain, sleeve = home(state), int(state.catalogue.with_sleeve(rows(home(state)))[0])
    buy(state.savers, rows(0), plans(1), rows(plain)[None], np.array([[10.0]]), ones())
    mapping = open_plans(state, rows(0), rows())
    assert is_in(rows(0, 1), mapping.rows).tolist() == [True, False]
    only = orders.Mapping(rows(0), rows(plain), rows(sleeve))
    exchange = orders.mapped(state.savers, only, np.zeros((1, SLOTS)))
    assert exchange.sold.sum() == 10.0
    assert exchange.in_ira.tolist() == [False]


def test_who_has_no_slot_for_a_successor_stays_in_the_plain_fund() -> None:
    """Four funds, and one for the plain fund of either account: no seventh is left for the sleeve."""
    state = opened()
    fund = home(state)
    set_split(state, 0, {fund: 1.0})
    give(state.savers, 0, {fund: 10.0, 0: 1.0, 1: 1.0})
    give_ira(state.savers, 0, {fund: 10.0, 2: 1.0, 3: 1.0})
    assert free_slots(state.savers.fund[[0]], state.plain_default(rows(0))).tolist() == [0]
    assert 0 not in open_plans(state, rows(0), rows()).rows
    assert split_of(state) == {fund: 1.0}


def test_a_door_that_shuts_sends_new_money_to_the_plain_fund_and_moves_nothing_held() -> None:
    state = opened()
    open_plans(state, rows(0), rows())
    fund, sleeve = home(state), int(state.catalogue.with_sleeve(rows(home(state)))[0])
    set_split(state, 0, {0: 0.25, 13: 0.25, sleeve: 0.25, 6: 0.25})
    give(state.savers, 0, {0: 5.0, sleeve: 7.0})
    held = state.savers.units.copy()
    still_open = state.policy
    shut = opened({"policy.access": "none"}).policy
    shut_doors(state, still_open)
    assert split_of(state) == {0: 0.25, 13: 0.25, sleeve: 0.25, 6: 0.25}
    state.policy = shut
    shut_doors(state, still_open)
    assert split_of(state) == {6: 0.25, fund: 0.75}
    np.testing.assert_array_equal(state.savers.units, held)
    assert state.plan_default(rows(0)).tolist() == [fund]
    assert not state.menu_open(rows(0), plans(1)).any()


def test_passive_members_start_in_the_default_and_others_where_they_chose() -> None:
    state = opened()
    open_plans(state, rows(0), rows())
    set_enrolment(state, rows(0, 1), wish(6, 7), np.array([True, False]), NOBODY)
    assert split_of(state, 0) == {int(state.plan_default(rows(0))[0]): 1.0}
    assert split_of(state, 1) == {6: 0.5, 7: 0.5}


@pytest.mark.parametrize(
    ("lump", "frozen", "stays"),
    [(0.0, 0.0, False), (50.0, 0.0, True), (0.0, 50.0, True), (np.inf, 0.0, False)],
)
def test_money_that_waits_for_a_hardship_withdrawal_keeps_its_slots(
    lump: float, frozen: float, stays: bool
) -> None:
    """It is not brought along to the new plan, unlike all other money but what is cashed out."""
    state = opened()
    give(state.savers, 0, {6: 100.0, 7: 100.0, home(state): 100.0, 0: 100.0})
    state.savers.lump[0], state.savers.frozen_lump[0] = lump, frozen
    chosen = as_split(np.array([[8, 9, 10]]), np.full((1, 3), 1 / 3))
    brought = set_enrolment(state, rows(0), chosen, np.array([False]), NOBODY)
    assert brought.rows.tolist() == ([] if lump or frozen else [0])
    kept = {8: 1 / 3, home(state): 2 / 3} if stays else {8: 1 / 3, 9: 1 / 3, 10: 1 / 3}
    assert split_of(state, 0) == pytest.approx(kept)
    assert state.orders_dropped == (2 if stays else 0)


def test_a_switch_sets_new_money_too_and_is_counted() -> None:
    state = opened()
    give(state.savers, 0, {6: 100.0})
    switch_to(state, rows(0), plans(1), wish(7, 8))
    assert split_of(state) == {7: 0.5, 8: 0.5}
    assert state.savers.year_traded[:2].tolist() == [1, 0]


def test_choices_without_a_slot_go_to_the_plain_fund_and_are_counted() -> None:
    state = opened()
    give(state.savers, 0, dict.fromkeys(range(5), 10.0))
    switch = switch_to(state, rows(0), plans(1), wish(6, 0, 7))
    assert switch.to_fund[0, [1, 4]].tolist() == [0, home(state)]
    assert switch.to_share[0].tolist() == pytest.approx([0.0, 1 / 3, 0.0, 0.0, 2 / 3])
    assert state.orders_dropped == 2


def test_whoever_owns_something_or_pays_in_has_something_to_decide() -> None:
    state = opened()
    state.savers.units[:], state.savers.contribution[:] = 0.0, 0.0
    state.savers.units[1, 5], state.savers.contribution[2] = 1e-9, 1.0
    assert has_account(state, np.arange(4)).tolist() == [False, True, True, False]


def held_by_account(one: World) -> tuple[IntArray, IntArray]:
    """Funds held in plans and funds held in IRAs, anywhere."""
    savers = one.savers
    held = savers.fund != EMPTY
    return np.unique(savers.fund[held & ~savers.in_ira]), np.unique(savers.fund[held & savers.in_ira])


@pytest.mark.parametrize("access", ["none", "menu", "default", "all"])
def test_access_permits_only_what_it_says(access: str) -> None:
    one = world({**LIVELY, "policy.access": access})
    one.run_for(24)
    menu, sleeves = one.state.catalogue.is_alternative, np.isin(np.arange(CATALOGUE.size), SLEEVE)
    in_plans, in_iras = held_by_account(one)
    everywhere = np.union1d(in_plans, in_iras)
    assert menu[in_plans].any() == (access in ("menu", "all"))
    assert sleeves[in_plans].any() == (access in ("default", "all"))
    assert menu[everywhere].any() <= (access in ("menu", "all"))
    assert sleeves[everywhere].any() <= (access in ("default", "all"))
    private = one.state.funds.held.sum() > 0.0
    assert private == (access in ("default", "all"))


def test_only_the_allowed_classes_are_bought() -> None:
    one = world({**LIVELY, "policy.classes": ["gold", "venture"]})
    one.run_for(24)
    held = np.union1d(*held_by_account(one))
    alternatives = held[one.state.catalogue.is_alternative[held]]
    assert alternatives.tolist() == [1, CATALOGUE.fund("gold")]
    assert one.state.funds.held.sum(axis=0).nonzero()[0].tolist() == [1]


def test_with_full_inertia_nobody_moves_by_choice() -> None:
    one = world(
        {**LIVELY, **QUIET, "savers.inertia": 1.0, "policy.access": "menu", "employers.map_default": False}
    )
    before = one.savers.split_fund.copy(), one.savers.generation.copy(), one.savers.has_held.copy()
    one.run_for(24)
    stayed = (one.savers.generation == before[1]) & before[2]
    assert stayed.sum() > 100
    np.testing.assert_array_equal(one.savers.split_fund[stayed], before[0][stayed])
    groups = one.record.tables["groups"].columns()
    assert np.nanmax(groups["traded_share"]) == 0.0


@pytest.mark.parametrize("gate", [0.02, 0.0])
def test_a_restless_world_never_runs_out_of_slots(gate: float) -> None:
    """Half of the savers change their job every year, roll over, choose for themselves, and choose much."""
    restless: dict[str, object] = dict.fromkeys(NO_LEAKS, 0.0)
    restless |= {name: 0.5 for name in NO_LEAKS if name.startswith("careers.job_change.")}
    restless |= {"careers.rollover_share": 1.0, "savers.free_ira": True, "savers.single_default_share": 0.0}
    restless |= {"funds.gate.monthly": gate, "savers.choice_noise": 0.3}
    one = world({**LIVELY, **restless}, savers=400, years=3)
    one.run_for(36)
    held, ira = one.savers.fund != EMPTY, one.savers.in_ira
    two = (held & ira).any(axis=1) & (held & ~ira).any(axis=1)
    assert two.sum() > 50
    assert held[two].sum(axis=1).max() == SLOTS
    for row in np.flatnonzero(two).tolist():
        for in_ira in (False, True):
            account(one.savers, row, in_ira=in_ira)
