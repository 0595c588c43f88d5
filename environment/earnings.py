"""The record of earnings that Social Security keeps of every saver, and the benefits it makes of it."""

import numpy as np

from environment import social_security
from environment.opening_careers import opening_career
from environment.social_security import Career
from environment.state import MONTHS_A_YEAR, State
from environment.typing import FloatArray, IntArray


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
    since_indexing = state.savers.people.age[rows] - social_security.INDEXING_AGE
    months = state.month - MONTHS_A_YEAR * np.maximum(since_indexing, 0)
    level = state.wage_index[np.maximum(months, 0)]
    covered = social_security.covered_earnings(earned, state.law.taxable_maximum, level)
    set_career(state, rows, social_security.with_year(career_of(state, rows), covered))


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
    year_of_62 = state.savers.people.birth_year[rows] + social_security.ELIGIBLE_AGE
    return social_security.benefits(
        state.scenario,
        career_of(state, rows),
        year_of_62,
        claim_age,
        state.wages_at_year_end,
        state.price_at_year_end,
    )
