"""The savers' table: values, accounts, sums, and rows that change hands."""

from dataclasses import fields

import numpy as np

from environment.luck import Luck
from environment.persons import Persons, entrants
from environment.savers import EMPTY, RETIRED, Savers
from tests.environment.worlds import CATALOGUE, DEFAULTS, give, rows, rows_that_wait, table

TRAITS = ("perception_bias", "caution", "literacy_quintile", "plain_fund")  # drawn anew, not cleared
WORLD = ("people", "book", "weight", "generation")


def lived_in() -> Savers:
    """Savers of whom nothing is at its first value."""
    savers = table(4)
    for field in fields(Savers):
        if field.name not in WORLD:
            column = getattr(savers, field.name)
            column[:] = True if column.dtype == bool else 2
    savers.units[:] = 7.0
    return savers


def test_the_wealth_of_a_row_is_units_times_reported_price() -> None:
    savers = table(3)
    give(savers, 0, {3: 10.0, 8: 4.0})
    give(savers, 2, {CATALOGUE.size - 1: 1.0})
    savers.book.reported[[3, 8, CATALOGUE.size - 1]] = 2.0, 0.5, 9.0
    np.testing.assert_array_equal(savers.wealth, [22.0, 0.0, 9.0])
    assert [savers.wealth[row] for row in range(3)] == [22.0, 0.0, 9.0]


def test_an_empty_slot_is_worth_nothing_whatever_the_last_fund_costs() -> None:
    savers = table(1)
    savers.book.reported[-1] = 1e12
    assert savers.wealth[0] == 0.0


def test_plan_and_ira_are_told_apart_by_slot() -> None:
    savers = table(1)
    give(savers, 0, {3: 10.0, 8: 4.0})
    savers.in_ira[0, 1] = True
    assert (savers.wealth[0], savers.ira[0]) == (14.0, 4.0)


def test_a_person_keeps_a_number_that_nobody_else_ever_has() -> None:
    savers = table(5)
    seen = [savers.identity(np.arange(5))]
    for generation in range(1, 4):
        savers.generation[:] = generation
        seen.append(savers.identity(np.arange(5)))
    assert np.unique(np.concatenate(seen)).size == 20
    assert seen[0].tolist() == [0, 1, 2, 3, 4]
    assert seen[1].tolist() == [5, 6, 7, 8, 9]


def test_rows_with_anything_in_a_slot_are_found() -> None:
    savers = table(4)
    savers.queued[1, 5], savers.queued[3, 0] = 1e-9, 2.0
    assert rows_that_wait(savers).tolist() == [1, 3]


def test_a_row_that_changes_hands_keeps_nothing_of_the_dead() -> None:
    """Every column, also one added later, is as in a table where nobody owns anything."""
    savers, fresh = lived_in(), table(4)
    fresh.holds_plan[:] = False
    successors = entrants(DEFAULTS, Luck(9, 0), rows(7), rows(1), rows(2), rows(2010), np.array([0.0, 1.0]))
    savers.replace_people(rows(1), successors)
    for field in fields(Savers):
        if field.name not in (*WORLD, *TRAITS):
            np.testing.assert_array_equal(
                getattr(savers, field.name)[1], getattr(fresh, field.name)[1], err_msg=field.name
            )
    for field in fields(Persons):
        assert getattr(savers.people, field.name)[1] == getattr(successors, field.name)[0], field.name
    assert savers.generation.tolist() == [0, 1, 0, 0]
    assert savers.status.tolist() == [RETIRED, 0, RETIRED, RETIRED]
    assert savers.fund[1].tolist() == [EMPTY] * 6
    assert (savers.units[[0, 2, 3]] == 7.0).all()


def test_a_new_year_forgets_the_year_and_not_the_life() -> None:
    savers = lived_in()
    savers.start_year()
    for name in ("fees", "plan_real", "ira_real", "benefit_real", "unmet", "traded"):
        assert not getattr(savers, f"year_{name}").any()
    for name in ("fees_paid", "withdrawn", "spent_real", "unmet_months", "gated_months"):
        assert (getattr(savers, name) == 2).all()


def test_age_and_literacy_are_those_of_the_persons() -> None:
    savers = table(3)
    savers.people.age[:] = 30, 40, 50
    assert savers.age.tolist() == [30, 40, 50]
    np.testing.assert_array_equal(savers.literacy, savers.people.literacy)
    savers.replace_people(
        rows(0), entrants(DEFAULTS, Luck(2, 0), rows(3), rows(0), rows(1), rows(2012), np.array([1.0]))
    )
    assert savers.literacy[0] == savers.people.literacy[0]
