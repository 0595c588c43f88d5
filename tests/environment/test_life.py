"""Birthdays: who dies, joins, leaves and retires, and that none of it depends on policy."""

from dataclasses import fields

import numpy as np
import pytest

from environment.demography import holding_by_age
from environment.life import (
    departures,
    grow_older,
    holding_chances,
    move_to_ira,
    set_pay,
    set_status,
    set_traits,
    take_over,
)
from environment.model import World
from environment.persons import Persons
from environment.savers import EMPTY, RETIRED, SEPARATED, WORKING
from environment.state import State
from tests.environment.worlds import DEFAULTS, LIVELY, give, rows, world

MANY = 6000


def at_age(age: int, savers: int = MANY) -> State:
    """People who are all of one age, have never held an account and own nothing."""
    state = world(savers=savers, years=8).state
    table = state.savers
    table.people.age[:] = age
    table.status[:], table.holds_plan[:], table.has_held[:] = WORKING, False, False
    table.fund[:], table.units[:], table.late_career_pay_real[:] = EMPTY, 0.0, 0.0
    return state


@pytest.fixture(scope="module")
def everybody() -> State:
    """A large world at its opening, which the tests leave as it is."""
    return world(savers=20_000, years=1).state


def test_a_birthday_adds_a_year_and_at_65_people_retire() -> None:
    state = at_age(30, 20)
    savers = state.savers
    savers.people.age[:3] = 63, 64, 65
    savers.pay[:] = 1000.0
    assert grow_older(state, rows(0, 1, 2, 3)).tolist() == [1]
    assert savers.age[:5].tolist() == [64, 65, 66, 31, 30]
    assert savers.status[:4].tolist() == [WORKING, RETIRED, WORKING, WORKING]
    assert savers.pay[:4].tolist() == [1000.0, 0.0, 1000.0, 1000.0]


def test_the_age_of_retirement_is_a_parameter() -> None:
    one = world({"savers.retirement_age": 60}, savers=300)
    one.run_for(24)
    savers = one.savers
    np.testing.assert_array_equal(savers.status == RETIRED, savers.age >= 60)


def test_working_people_at_the_opening_become_a_year_older_each_year() -> None:
    one = world(savers=300)
    before = one.savers.age.copy()
    one.run_for(24)
    alive = one.savers.generation == 0
    np.testing.assert_array_equal(one.savers.age[alive], before[alive] + 2)
    assert set(one.savers.age[~alive].tolist()) <= {22, 23, 24}
    assert (~alive).sum() > 3


def test_an_entrant_is_22_works_and_owns_nothing() -> None:
    state = at_age(80, 20)
    savers = state.savers
    savers.weight = 1.0
    give(savers, 4, {6: 100.0})
    give(savers, 5, {6: 100.0})
    savers.status[:], savers.withdrawal[:], savers.has_held[:] = RETIRED, 50.0, True
    state.month = 15
    birth_month = savers.people.birth_month.copy()
    take_over(state, rows(4))
    assert savers.age[[4, 5]].tolist() == [22, 80]
    assert savers.people.birth_year[4] == 2026 - 22
    assert savers.people.birth_month[4] == birth_month[4]
    assert savers.wealth[[4, 5]].tolist() == [0.0, 100.0]
    assert savers.withdrawal[[4, 5]].tolist() == [0.0, 50.0]
    assert savers.status[[4, 5]].tolist() == [WORKING, RETIRED]
    assert savers.has_held[[4, 5]].tolist() == [False, True]
    assert savers.generation[[4, 5]].tolist() == [1, 0]


def test_what_the_dead_leave_is_a_copy_that_their_heirs_in_the_row_do_not_change() -> None:
    state = at_age(80, 20)
    give(state.savers, 4, {6: 100.0, 2: 5.0})
    left = departures(state, rows(4))
    take_over(state, rows(4))
    assert left.units[0, :2].tolist() == [100.0, 5.0]
    assert left.fund[0, :3].tolist() == [6, 2, EMPTY]
    assert (left.saver.tolist(), left.generation.tolist()) == ([4], [0])
    assert state.savers.identity(rows(4)).tolist() == [24]


def test_people_join_while_their_number_lies_below_the_chance_of_their_age() -> None:
    state = at_age(22)
    savers, people = state.savers, state.savers.people
    joined = set_status(state, np.arange(MANY))
    holds = people.holding_propensity < holding_chances(state, np.arange(MANY))
    np.testing.assert_array_equal(savers.holds_plan, holds)
    np.testing.assert_array_equal(joined, np.flatnonzero(holds))
    share = holding_by_age(DEFAULTS)[22]
    assert joined.size / MANY == pytest.approx(share, abs=4.5 * np.sqrt(share * (1 - share) / MANY))
    assert set_status(state, np.arange(MANY)).size == 0


def test_at_65_the_plan_of_seven_in_ten_holders_moves_to_an_ira_in_kind() -> None:
    """The share is that of the fall of the chances; 0.70 of those who hold at 64 (docs/population.md)."""
    state = at_age(64)
    savers, everyone = state.savers, np.arange(MANY)
    savers.people.separation_propensity[:] = 1.0
    holders = set_status(state, everyone)
    for row in holders:
        give(savers, int(row), {6: 10.0, 8: 5.0})
    worth, held = savers.wealth.copy(), savers.holds_plan.copy()
    grow_older(state, everyone)
    assert set_status(state, everyone).size == 0
    moved = held & ~savers.holds_plan
    share = moved[holders].mean()
    chances = holding_by_age(DEFAULTS)
    expected = 1.0 - chances[65] / chances[64]
    assert expected == pytest.approx(0.70, abs=0.01)
    assert share == pytest.approx(expected, abs=4.5 * np.sqrt(0.7 * 0.3 / holders.size))
    np.testing.assert_array_equal(savers.wealth, worth)
    np.testing.assert_array_equal(savers.ira, np.where(moved, worth, 0.0))
    assert (savers.status == RETIRED).all()


def test_an_ira_is_for_life() -> None:
    state = at_age(40, 20)
    savers = state.savers
    savers.people.holding_propensity[:], savers.people.separation_propensity[:] = 0.0, 1.0
    savers.has_held[0], savers.holds_plan[0] = True, False
    joined = set_status(state, rows(0, 1))
    assert joined.tolist() == [1]
    assert savers.holds_plan[:2].tolist() == [False, True]


def test_only_those_who_have_held_an_account_are_separated() -> None:
    """Rows: left the employer, stayed, never joined, moved to an IRA."""
    state = at_age(60, 20)
    savers, people = state.savers, state.savers.people
    people.holding_propensity[:4] = 0.0, 0.0, 1.0, 1.0
    people.separation_propensity[:4] = 0.0, 1.0, 0.0, 1.0
    savers.holds_plan[:4] = True, True, False, True
    savers.has_held[:4] = True, True, False, True
    assert set_status(state, rows(0, 1, 2, 3)).size == 0
    assert savers.status[:4].tolist() == [SEPARATED, WORKING, WORKING, SEPARATED]
    assert savers.holds_plan[:4].tolist() == [True, True, False, False]


def test_a_rollover_takes_every_slot_along() -> None:
    state = at_age(60, 20)
    state.savers.holds_plan[:] = True
    give(state.savers, 0, {6: 1.0, 3: 2.0}, queued={3: 2.0})
    move_to_ira(state, rows(0))
    assert state.savers.in_ira[0].all()
    assert not state.savers.in_ira[1].any()
    assert not state.savers.holds_plan[0]
    assert state.savers.queued[0, 1] == 2.0


def test_the_error_of_perception_shrinks_with_literacy_and_is_right_on_average(everybody: State) -> None:
    savers = everybody.savers
    noise = DEFAULTS.number("savers.perception_noise")
    standard = savers.perception_bias / (noise * (1.0 - savers.literacy))
    error = 1.0 / np.sqrt(standard.size)
    assert abs(standard.mean()) < 4.5 * error
    assert standard.std() == pytest.approx(1.0, abs=4.5 * error)
    assert abs(np.corrcoef(standard, savers.literacy)[0, 1]) < 4.5 * error


def test_caution_is_log_normal_with_median_one(everybody: State) -> None:
    caution = np.log(everybody.savers.caution)
    spread = DEFAULTS.number("savers.risk_aversion_spread")
    assert np.median(caution) == pytest.approx(0.0, abs=4.5 * 1.2533 * spread / np.sqrt(caution.size))
    assert caution.std() == pytest.approx(spread, abs=4.5 * spread / np.sqrt(2.0 * caution.size))
    assert (world({"savers.risk_aversion_spread": 0.0}, savers=20).savers.caution == 1.0).all()


def test_quintiles_are_fifths_of_the_holders_and_rise_with_literacy(everybody: State) -> None:
    savers = everybody.savers
    shares = np.bincount(savers.literacy_quintile[savers.has_held]) / savers.has_held.sum()
    np.testing.assert_allclose(shares, 0.2, atol=0.001)
    ordered = savers.literacy_quintile[np.argsort(savers.literacy)]
    assert np.all(np.diff(ordered) >= 0)


def test_traits_of_a_successor_are_drawn_anew() -> None:
    state = at_age(30, 20)
    before = state.savers.caution.copy()
    state.month = 7
    set_traits(state, rows(3))
    changed = state.savers.caution != before
    assert np.flatnonzero(changed).tolist() == [3]


def test_late_career_pay_is_the_real_pay_of_the_five_years_before_retirement() -> None:
    state = at_age(57, 200)
    savers, everyone = state.savers, np.arange(200)
    expected = np.zeros(200)
    for year in range(8):
        state.month = 12 * year + 1
        grow_older(state, everyone)
        set_pay(state, everyone)
        if 60 <= 58 + year < 65:
            expected += savers.pay / state.level
    assert (savers.age == 65).all()
    assert expected.min() > 0.0
    np.testing.assert_allclose(savers.late_career_pay_real, expected, rtol=1e-12)


def test_pay_changes_only_for_those_who_work() -> None:
    state = at_age(50, 50)
    state.savers.status[:25], state.savers.pay[:] = RETIRED, 0.0
    permanent = state.savers.people.log_permanent_pay.copy()
    set_pay(state, np.arange(50))
    assert not state.savers.pay[:25].any()
    assert state.savers.pay[25:].min() > 0.0
    np.testing.assert_array_equal(state.savers.people.log_permanent_pay[:25], permanent[:25])
    assert (state.savers.people.log_permanent_pay[25:] != permanent[25:]).all()


def fate(one: World) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]]:
    """What may not depend on policy: who is alive, who they are, what they earn and what they put in."""
    savers = one.savers
    own = (
        "generation",
        "status",
        "holds_plan",
        "has_held",
        "literacy_quintile",
        "perception_bias",
        "caution",
        "pay",
        "deferral_rate",
        "contribution",
        "late_career_pay_real",
    )
    people = {field.name: getattr(savers.people, field.name) for field in fields(Persons)}
    return {
        name: column.copy()
        for name, column in (people | {name: getattr(savers, name) for name in own}).items()
    }


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"policy.cap": 0.1, "policy.disclosure": 1.0},
        {"policy.access": "default", "policy.liquid_sleeve": 0.5, "policy.fee_cap": 0.005},
    ],
)
def test_births_deaths_pay_and_literacy_never_depend_on_policy(changes: dict[str, object]) -> None:
    shut = world({**LIVELY, "policy.access": "none"}, savers=400)
    lively = world({**LIVELY, **changes}, savers=400)
    assert shut.savers.weight == lively.savers.weight
    for month in range(25):
        if month:
            shut.run_for(1)
            lively.run_for(1)
        left, right = fate(shut), fate(lively)
        for name, column in left.items():
            np.testing.assert_array_equal(column, right[name], err_msg=f"{name}, month {month}")
    assert shut.savers.generation.max() > 0
    np.testing.assert_array_equal(shut.state.path.fundamental, lively.state.path.fundamental)
    assert (shut.savers.wealth != lively.savers.wealth).any()


def test_nobody_retired_puts_anything_in() -> None:
    one = world(savers=600)
    for _ in range(24):
        one.run_for(1)
        savers = one.savers
        retired = savers.age >= 65
        assert not savers.contribution[retired].any()
        np.testing.assert_array_equal(savers.status == RETIRED, retired)
        assert not savers.contribution[~savers.holds_plan].any()
        assert not savers.contribution[savers.status == SEPARATED].any()
