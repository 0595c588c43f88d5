"""Generations: who dies and who takes over, drawn for all birthdays to come in the calendar year."""

from dataclasses import fields

import numpy as np
import pytest

from agents import claiming, retiring
from environment.demography import death_probabilities
from environment.generations import draw_plans, draw_successors, settle_generations
from environment.life import deaths_and_entrants, departures
from environment.persons import Persons
from environment.rowsets import NOBODY
from environment.savers import EMPTY, RETIRED, WORKING
from environment.state import State
from tests.environment.living import alike, chance_error
from tests.environment.worlds import give, rows, world


def at_age(age: int, savers: int) -> State:
    """People who are all of one age, have never held an account and own nothing."""
    state = alike(age, savers)
    state.month = 0
    return state


def hand_over(state: State, row: int) -> None:
    """Give a row to somebody who enters this month."""
    coming = draw_successors(state, rows(row), rows(state.month), retiring, claiming)
    coming.take_over(state.savers, rows(row))


@pytest.mark.parametrize(
    ("savers", "gone", "least"), [(6_000, 0, 20), (6_000, 2_000, 5), (40_000, 0, 200), (20, 0, 0)]
)
def test_those_who_die_in_a_year_are_those_whom_each_month_would_have_drawn(
    savers: int, gone: int, least: int
) -> None:
    """Part of a year is left at the opening: who has had a birthday does not die again; rows may be empty."""
    state = world({"population.mortality_improvement": 0.05}, savers=savers, years=3).state
    people, state.month = state.savers.people, 1
    first = state.birthday_block()[:1].sum()
    state.savers.alive[first : first + gone] = False
    year, improvement = state.calendar_year, state.scenario.number("population.mortality_improvement")
    coming = settle_generations(state, retiring, claiming)
    assert coming is settle_generations(state, retiring, claiming), "drawn once a year"
    died: list[int] = []
    while state.calendar_year == year:
        born = state.birthday_rows()
        chance = death_probabilities(improvement, state.month / 12)[people.sex[born], people.age[born]]
        dead = born[state.luck.uniform("death", state.month, born) < chance]
        assert coming.within(born).tolist() == dead.tolist()
        died += dead.tolist()
        state.month += 1
    assert coming.rows.tolist() == died
    assert len(died) >= least
    assert settle_generations(state, retiring, claiming).year == year + 1


def test_a_successor_does_not_depend_on_who_else_enters() -> None:
    state = at_age(80, 20)
    together = draw_successors(state, rows(3, 4, 9), rows(2, 2, 5), retiring, claiming)
    alone = draw_successors(state, rows(4), rows(2), retiring, claiming)
    for field in fields(Persons):
        assert getattr(together.people, field.name)[1] == getattr(alone.people, field.name)[0]
    assert {name: column[1] for name, column in together.traits.items()} == {
        name: column[0] for name, column in alone.traits.items()
    }
    assert together.within(NOBODY).size == 0
    assert together.within(np.arange(4, 9)).tolist() == [4]


def test_an_entrant_is_22_works_and_owns_nothing() -> None:
    state = at_age(80, 20)
    savers = state.savers
    savers.weight = 1.0
    give(savers, 4, {6: 100.0})
    give(savers, 5, {6: 100.0})
    savers.status[:], savers.withdrawal[:], savers.has_held[:] = RETIRED, 50.0, True
    state.month = 15
    birth_month = savers.people.birth_month.copy()
    hand_over(state, 4)
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
    hand_over(state, 4)
    assert left.units[0, :2].tolist() == [100.0, 5.0]
    assert left.fund[0, :3].tolist() == [6, 2, EMPTY]
    assert (left.saver.tolist(), left.generation.tolist()) == ([4], [0])
    assert state.savers.identity(rows(4)).tolist() == [24]


def test_traits_of_a_successor_are_drawn_anew() -> None:
    state = at_age(30, 20)
    before = state.savers.caution.copy()
    state.month = 7
    hand_over(state, 3)
    changed = state.savers.caution != before
    assert np.flatnonzero(changed).tolist() == [3]


def test_in_a_closed_population_nobody_takes_the_rows_of_the_dead() -> None:
    one = world({"population.mode": "closed"}, savers=800)
    state, savers = one.state, one.savers
    savers.people.age[:] = 119
    state.month = 1
    born = state.birthday_rows()
    coming = settle_generations(state, retiring, claiming)
    departed, survivors, entered = deaths_and_entrants(state, born, coming)
    assert departed.saver.tolist() == born.tolist()
    assert survivors.size == entered.size == 0
    assert state.birthday_rows().size == 0
    assert savers.alive.sum() == 800 - born.size
    assert not savers.units[born].any()
    assert not savers.generation.any()


def test_people_plan_to_claim_around_the_age_of_the_parameters() -> None:
    assert (world(savers=50, years=0).savers.planned_claim == 65).all()
    spread = world({"retirement.claim_spread": 2}, savers=4_000, years=1).state
    everybody = np.arange(4_000)
    plans = draw_plans(spread, np.zeros(4_000, dtype=np.int64), everybody, retiring, claiming)
    shares = np.bincount(plans["planned_claim"].astype(np.int64) - 63, minlength=5) / 4_000
    np.testing.assert_array_less(np.abs(shares - 0.2), chance_error(0.2, 4_000))
