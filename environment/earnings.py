"""The record of earnings that Social Security keeps of every saver, and the benefits it makes of it."""

import numpy as np

from environment import social_security
from environment.demography import AGES, Whole
from environment.opening_careers import opening_career
from environment.social_security import ELIGIBLE_AGE, Career
from environment.state import MONTHS_A_YEAR, State
from environment.typing import FloatArray, IntArray

_MONTHS_SINCE_INDEXING = MONTHS_A_YEAR * np.maximum(AGES - social_security.INDEXING_AGE, 0)  # by age


def career_of(state: State, rows: IntArray) -> Career:
    """Record of some rows, a copy."""
    savers = state.savers
    return Career(savers.career_years[rows], savers.career_earnings[rows], savers.career_squares[rows])


def set_career(state: State, rows: IntArray, career: Career) -> None:
    """Replace the record of some rows."""
    savers = state.savers
    savers.career_years[rows] = career.years
    savers.career_earnings[rows] = career.earnings
    savers.career_squares[rows] = career.squares


def remember_earnings(state: State, rows: IntArray, earned: FloatArray) -> None:
    """Add a year's pay to the record: up to the taxable maximum, indexed until 60.

    Parameters
    ----------
    state : State
    rows : IntArray, shape (n,)
    earned : FloatArray, shape (n,)
        USD of the year that begins.
    """
    savers = state.savers
    level = _levels_by_age(state)[savers.people.age[rows]]
    record = savers.career_years, savers.career_earnings, savers.career_squares
    social_security.add_year(*record, rows, earned, state.law.taxable_maximum, level)


def _levels_by_age(state: State) -> FloatArray:
    """Level of wages that pay of the year is held against by age, shape (120,): from 60 on that at 60."""
    months = np.maximum(state.month - _MONTHS_SINCE_INDEXING, 0)
    levels: FloatArray = state.wage_index[months]
    return levels


def open_careers(state: State, rows: IntArray) -> None:
    """Records at the opening, as a career along the profile of each person would have left them."""
    savers, people = state.savers, state.savers.people
    career = opening_career(
        state.scenario,
        people.education[rows],
        people.age[rows],
        savers.retirement_age[rows],
        people.log_permanent_pay[rows],
    )
    set_career(state, rows, career)


def benefits(state: State, rows: IntArray, claim_age: FloatArray) -> FloatArray:
    """Social Security a month if claimed at these ages, USD of the start, shape (n,)."""
    if not rows.size:
        return np.zeros(0)
    career, laws = career_of(state, rows), _laws(state, state.savers.people.birth_year[rows] + ELIGIBLE_AGE)
    return social_security.benefits(state.scenario, career, laws, claim_age)


def _laws(state: State, year_of_62: Whole) -> FloatArray:
    """Law of the cohort of each person, shape (4, n), n > 0, as `social_security.benefits` takes it."""
    years = year_of_62.tolist()
    first = min(years)
    laws = np.empty((4, max(years) - first + 1))
    for year in dict.fromkeys(years):
        laws[:, year - first] = _law_of_cohort(state, year)
    of_persons: FloatArray = laws.take(year_of_62 - first, axis=1)
    return of_persons


def _law_of_cohort(state: State, year: int) -> tuple[float, ...]:
    """Law of those who turn 62 in a year; it is looked up once, since from that year on it stays the same."""
    if year not in state.known_cohorts:
        law = social_security.law_of_cohort(state.scenario, year, state.wages_at_year_end)
        found = *law, state.price_at_year_end(year - 1)
        if year > state.calendar_year:
            return found
        state.known_cohorts[year] = found
    return state.known_cohorts[year]
