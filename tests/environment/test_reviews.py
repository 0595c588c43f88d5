"""Reviews of plans and savers: which doors open, what a cap binds, and what stays as it is."""

from collections.abc import Mapping

import numpy as np
import pytest

from environment.model import World
from environment.orders import Exchange
from environment.policy import NO_LIMIT, policy_at
from environment.pricing import value_before_impact
from environment.reviews import (
    alternative_share,
    as_split,
    exchange_within_cap,
    has_account,
    keep_splits_within_cap,
    open_plans,
    set_enrolment,
    shut_doors,
    switch_to,
)
from environment.savers import EMPTY, SLOTS
from environment.splits import Split
from environment.state import State
from environment.typing import FloatArray, IntArray
from tests.environment.worlds import CATALOGUE, LIVELY, PLAIN, SLEEVE, give, rows, world

FROM_START: Mapping[str, object] = {"policy.start": "2025-01"}


def opened(values: Mapping[str, object] | None = None) -> State:
    """A world in its first month, levers in force, whose rows 0 to 9 are working members of plan 0."""
    state = world({**FROM_START, **(values or {})}, savers=20).state
    savers = state.savers
    savers.people.employer[:10], savers.holds_plan[:10], savers.contribution[:10] = 0, True, 100.0
    savers.people.employer[10:] = 1
    state.month, state.policy = 1, policy_at(state.scenario, 1)
    return state


def home(state: State, row: int = 0) -> int:
    return int(state.plain_default(rows(row))[0])


def split_of(state: State, row: int = 0) -> dict[int, float]:
    """Where the new money of a row goes."""
    funds, shares = state.savers.split_fund[row], state.savers.split_share[row]
    return {int(fund): float(share) for fund, share in zip(funds, shares, strict=True) if fund != EMPTY}


def set_split(state: State, row: int, wanted: Mapping[int, float]) -> None:
    state.savers.split_fund[row], state.savers.split_share[row] = EMPTY, 0.0
    state.savers.split_fund[row, : len(wanted)] = list(wanted)
    state.savers.split_share[row, : len(wanted)] = list(wanted.values())
    state.savers.wanted_fund[row] = state.savers.split_fund[row]
    state.savers.wanted_share[row] = state.savers.split_share[row]


def wish(*funds: int) -> Split:
    """One saver's wish: some funds in equal shares."""
    return as_split(np.array([funds]), np.full((1, len(funds)), 1.0 / len(funds)))


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
    mapping = open_plans(state, rows(0))
    assert (state.plans.open[0], state.plans.sleeve_default[0]) == (menu, sleeve)
    assert not state.plans.open[1:].any()
    assert not state.plans.sleeve_default[1:].any()
    assert state.menu_open(np.arange(20)).tolist() == [menu] * 10 + [False] * 10
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
    mapping = open_plans(state, rows(0))
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
    assert open_plans(state, rows(0)).rows.size == 0
    assert np.isin(list(split_of(state)), SLEEVE).all()


def test_an_ira_is_bound_to_no_plan() -> None:
    state = opened()
    fund = home(state)
    state.savers.holds_plan[0] = False
    give(state.savers, 0, {fund: 10.0})
    set_split(state, 0, {fund: 1.0})
    assert 0 not in open_plans(state, rows(0)).rows
    assert split_of(state) == {fund: 1.0}
    assert not state.menu_open(rows(0)).any()
    assert state.plan_default(rows(0)).tolist() == [fund]


def test_a_door_that_shuts_sends_new_money_to_the_plain_fund_and_moves_nothing_held() -> None:
    state = opened()
    open_plans(state, rows(0))
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
    assert not state.menu_open(rows(0)).any()


def test_passive_members_start_in_the_default_and_others_where_they_chose() -> None:
    state = opened()
    open_plans(state, rows(0))
    chosen = as_split(np.array([[6, 7], [6, 7]]), np.full((2, 2), 0.5))
    set_enrolment(state, rows(0, 1), chosen, np.array([True, False]))
    assert split_of(state, 0) == {int(state.plan_default(rows(0))[0]): 1.0}
    assert split_of(state, 1) == {6: 0.5, 7: 0.5}


def test_a_sleeve_counts_with_its_strategic_share_or_the_cap_and_an_alternative_whole() -> None:
    share = alternative_share(opened())
    np.testing.assert_allclose(share[SLEEVE], 0.15)
    np.testing.assert_allclose(share[:5], 0.9)  # a tenth of an evergreen fund is its liquid sleeve
    assert share[[CATALOGUE.fund("gold"), CATALOGUE.fund("bitcoin")]].tolist() == [1.0, 1.0]
    assert not share[PLAIN].any()
    np.testing.assert_allclose(alternative_share(opened({"policy.cap": 0.1}))[SLEEVE], 0.1)


def test_new_money_keeps_to_the_cap_and_above_it_buys_no_alternative() -> None:
    state = opened({"policy.cap": 0.2})
    for row, gold in enumerate((0.0, 20.0, 20.001)):
        give(state.savers, row, {12: gold, 6: 100.0 - gold} if gold else {6: 100.0})
        set_split(state, row, {12: 0.5, 6: 0.5})
    keep_splits_within_cap(state, rows(0, 1, 2))
    for row in (0, 1):
        assert split_of(state, row) == pytest.approx({12: 0.2, 6: 0.5, home(state, row): 0.3})
    assert split_of(state, 2) == {6: 0.5, home(state, 2): 0.5}


def test_a_wish_that_the_cap_turned_away_comes_back_when_there_is_room() -> None:
    """A tenth over the cap of a fifth buys nothing; at a tenth of the account it buys a fifth again."""
    state = opened({"policy.cap": 0.2})
    set_split(state, 0, {12: 0.5, 6: 0.5})
    for gold, bought in (
        (30.0, {6: 0.5, home(state, 0): 0.5}),
        (10.0, {12: 0.2, 6: 0.5, home(state, 0): 0.3}),
    ):
        state.savers.fund[0] = EMPTY
        give(state.savers, 0, {12: gold, 6: 100.0 - gold})
        keep_splits_within_cap(state, rows(0))
        assert split_of(state, 0) == pytest.approx(bought)


def test_the_cap_binds_plans_and_not_iras() -> None:
    state = opened({"policy.cap": 0.2})
    state.savers.holds_plan[1] = False
    for row in (0, 1):
        give(state.savers, row, {6: 100.0})
    in_plan, in_ira = switch_to(state, rows(0), wish(12, 13)), switch_to(state, rows(1), wish(12, 13))
    assert in_plan.to_share[0].tolist() == pytest.approx([0.1, 0.1, 0.0, 0.0, 0.8])
    assert in_ira.to_share[0].tolist() == pytest.approx([0.5, 0.5, 0.0, 0.0, 0.0])


def test_a_cap_of_one_leaves_every_wish_as_it_is() -> None:
    state = opened({"policy.cap": 1.0})
    give(state.savers, 0, {6: 100.0})
    assert state.policy.cap == NO_LIMIT
    assert switch_to(state, rows(0), wish(0, 13)).to_share[0].tolist() == [0.5, 0.5, 0.0, 0.0, 0.0]


def test_a_switch_sets_new_money_too_and_is_counted() -> None:
    state = opened()
    give(state.savers, 0, {6: 100.0})
    switch_to(state, rows(0), wish(7, 8))
    assert split_of(state) == {7: 0.5, 8: 0.5}
    assert state.savers.year_traded[:2].tolist() == [1, 0]


def test_choices_without_a_slot_go_to_the_plain_fund_and_are_counted() -> None:
    state = opened()
    give(state.savers, 0, dict.fromkeys(range(5), 10.0))
    switch = switch_to(state, rows(0), wish(6, 0, 7))
    assert switch.to_fund[0, [1, 4]].tolist() == [0, home(state)]
    assert switch.to_share[0].tolist() == pytest.approx([0.0, 1 / 3, 0.0, 0.0, 2 / 3])
    assert state.orders_dropped == 2


def test_a_switch_buys_alternatives_only_into_the_room_that_unsold_ones_leave() -> None:
    """Of 1,000 dollars 80 stay in a private fund, 72 of them in alternatives: a cap of 20% leaves 128."""
    state = opened({"policy.cap": 0.2})
    give(state.savers, 0, {0: 80.0, 6: 920.0})
    sold = np.zeros((1, SLOTS))
    sold[0, 1] = 920.0
    before = value_before_impact(state, np.zeros(state.catalogue.size))
    state.funds.reported = before.reported
    wanted = Exchange(rows(0), sold, rows(12, 6, -1, -1, -1)[None], np.array([[0.5, 0.5, 0.0, 0.0, 0.0]]))
    total = state.savers.wealth_of(0)
    bought = exchange_within_cap(state, wanted, before)
    gold = float(bought.to_share[0, 0] * 920.0 * before.reported[6])
    unsold = 80.0 * before.reported[0] * alternative_share(state)[0]
    assert gold + unsold == pytest.approx(0.2 * total)
    assert bought.to_share[0].sum() == pytest.approx(1.0)
    assert bought.to_fund[0].tolist() == [12, 6, -1, -1, home(state)]


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
    one = world({**LIVELY, "savers.inertia": 1.0, "policy.access": "menu", "employers.map_default": False})
    before = one.savers.split_fund.copy(), one.savers.generation.copy(), one.savers.has_held.copy()
    one.run_for(24)
    stayed = (one.savers.generation == before[1]) & before[2]
    assert stayed.sum() > 100
    np.testing.assert_array_equal(one.savers.split_fund[stayed], before[0][stayed])
    groups = one.record.tables["groups"].columns()
    assert np.nanmax(groups["traded_share"]) == 0.0


def share_in_alternatives(one: World, counted: FloatArray, units: FloatArray, funds: IntArray) -> FloatArray:
    """Share of every account in alternatives when each fund counts as given, at the prices of now."""
    value = units * one.state.funds.reported[funds]
    total = value.sum(axis=1)
    inside = (value * counted[funds]).sum(axis=1)
    return np.divide(inside, total, out=np.zeros_like(total), where=total > 0.0)


@pytest.mark.parametrize("gate", [0.02, 0.0])
def test_no_purchase_takes_a_plan_account_over_the_cap(gate: float) -> None:
    """What a saver carried over may have drifted above the cap; what is bought never takes it further."""
    cap = 0.1
    one = world(
        {
            **LIVELY,
            "policy.cap": cap,
            "savers.choice_noise": 0.3,
            "funds.gate.monthly": gate,
            "employers.record_keeping_fee_usd.small": 0.0,
            "employers.record_keeping_fee_usd.large": 0.0,
        },
    )
    savers, bought = one.savers, 0
    one.run_for(1)
    for _ in range(23):
        funds, units, generation = savers.fund.copy(), savers.units.copy(), savers.generation.copy()
        counted = alternative_share(one.state)
        one.run_for(1)
        saves = savers.holds_plan & (savers.withdrawal == 0.0) & (savers.generation == generation)
        birthday = np.zeros(savers.size, dtype=np.bool_)
        birthday[one.state.birthday_rows()] = True
        drifted = share_in_alternatives(one, counted, units, funds)
        after = share_in_alternatives(one, counted, savers.units, savers.fund)
        bought += int((saves & (after > drifted + 1e-6)).sum())
        # Between birthdays a split stays as it was set while the liquid part of private funds moves a little.
        slack = np.where(birthday, 1e-9, 0.02 * cap)
        assert np.all(after[saves] <= np.maximum(drifted, cap)[saves] + slack[saves])
    assert bought > 50


def test_a_cap_forces_no_sale() -> None:
    """The cap comes in the second year; those who do not look keep what they hold above it."""
    values = {**LIVELY, "savers.inertia": 0.5, "policy.cap": 0.02, "policy.cap_start": "2026-01"}
    fees = {f"employers.record_keeping_fee_usd.{size}": 0.0 for size in ("small", "large")}
    one = world({**values, **fees, "policy.access": "menu"})
    savers = one.savers
    one.run_for(12)
    alternative = one.state.catalogue.is_alternative[savers.fund] & (savers.fund != EMPTY)
    funds, units, generation = savers.fund.copy(), savers.units.copy(), savers.generation.copy()
    waits = (savers.queued > 0.0).any(axis=1)
    one.run_for(11)
    kept = savers.holds_plan & (savers.withdrawal == 0.0) & (savers.generation == generation) & ~waits
    kept &= (savers.year_traded == 0) & alternative.any(axis=1)
    assert kept.sum() > 10
    still = alternative[kept]
    np.testing.assert_array_equal(savers.fund[kept][still], funds[kept][still])
    assert np.all(savers.units[kept][still] >= units[kept][still])
