"""The state: calendar, law and prices of the year, birthdays, defaults, menus."""

import numpy as np
import pytest

from environment.social_security import taxable_maximum
from environment.state import State
from tests.environment.worlds import LIVELY, world


def at(month: int, values: dict[str, object] | None = None) -> State:
    """A small world of three years that stands at a month."""
    state = world({"run.start": "2025-04", **(values or {})}, savers=60, years=3).state
    state.month = month
    return state


@pytest.mark.parametrize(
    ("month", "calendar", "year", "ends"),
    [
        (0, 3, 2025, True),
        (1, 4, 2025, False),
        (9, 12, 2025, False),
        (10, 1, 2026, False),
        (12, 3, 2026, True),
    ],
)
def test_the_calendar_of_a_month(month: int, calendar: int, year: int, ends: bool) -> None:
    state = at(month)
    assert (state.calendar_month, state.calendar_year, state.ends_year) == (calendar, year, ends)


def test_prices_and_wages_at_the_end_of_a_calendar_year() -> None:
    """The run starts in April 2025: December 2025 is month 9, December 2026 month 21, and before is 1."""
    state = at(23)
    state.price_level[:], state.wage_index[:] = 1.0 + np.arange(37), 100.0 + np.arange(37)
    assert [state.price_at_year_end(year) for year in (2020, 2024, 2025, 2026)] == [1.0, 1.0, 10.0, 22.0]
    assert [state.wages_at_year_end(year) for year in (2024, 2025, 2026)] == [100.0, 109.0, 121.0]
    # A year that has not ended is known as far as it has come.
    assert state.price_at_year_end(2027) == state.level == 24.0


def test_the_law_changes_with_the_calendar_year_and_follows_prices() -> None:
    state = at(1)
    state.price_level[:] = 1.0
    assert (state.law.year, state.law.limits.elective_deferral) == (2025, 23_500.0)
    assert state.law is state.law, "looked up once a year"
    state.month = 9
    assert state.law.year == 2025
    state.month = 10
    assert (state.law.year, state.law.limits.elective_deferral) == (2026, 24_500.0)
    state.price_level[10:22] = 1.0
    state.price_level[21:], state.month = 1.1, 22
    assert (state.law.year, state.law.limits.elective_deferral) == (2027, 26_500.0)


def test_the_taxable_maximum_follows_wages() -> None:
    state = at(22)
    expected = taxable_maximum(state.scenario, 2027, state.wages_at_year_end)
    assert state.law.taxable_maximum == expected
    assert expected > 184_500.0


def test_birthdays_are_those_of_the_living_in_the_month() -> None:
    state = at(0)
    savers, seen = state.savers, []
    savers.alive[::7] = False
    for month in range(1, 13):
        state.month = month
        rows = state.birthday_rows()
        assert (savers.people.birth_month[rows] == state.calendar_month).all()
        seen += rows.tolist()
    assert sorted(seen) == np.flatnonzero(savers.alive).tolist()


def test_a_default_has_the_sleeve_where_the_plan_took_it_and_the_law_allows_it() -> None:
    """Rows: member of a plan with the sleeve, of one without, and no member of the first."""
    one = world({**LIVELY, "policy.access": "default"}, savers=20)
    one.run_for(1)
    state, savers = one.state, one.savers
    savers.people.employer[:3], savers.holds_plan[:3] = (0, 1, 0), (True, True, False)
    state.plans.sleeve_default[:2] = True, False
    plain, default = state.plain_default(np.arange(3)), state.plan_default(np.arange(3))
    assert default.tolist() == [state.catalogue.with_sleeve(plain)[0], plain[1], plain[2]]
    shut = world({"policy.access": "none"}, savers=20).state
    shut.plans.sleeve_default[:] = True
    rows = np.arange(20)
    np.testing.assert_array_equal(shut.plan_default(rows), shut.plain_default(rows))


@pytest.mark.parametrize("free", [False, True])
def test_the_menu_of_a_plan_is_its_own_and_that_of_an_ira_what_the_scenario_says(free: bool) -> None:
    one = world({**LIVELY, "savers.free_ira": free}, savers=20)
    one.run_for(1)
    state = one.state
    state.plans.open[:2] = True, False
    state.savers.people.employer[:4] = 0, 1, 0, 1
    offered = state.menu_open(np.arange(4), np.array([False, False, True, True]))
    assert offered.tolist() == [True, False, free, free]
