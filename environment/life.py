"""Birthdays: deaths and entrants, a year older, new pay."""

from dataclasses import dataclass

import numpy as np
from numba import njit

from environment.earnings import remember_earnings
from environment.payroll import pay_profiles, pay_shocks, set_yearly_pay
from environment.rowsets import NOBODY, union, without
from environment.savers import RETIRED, WORKING
from environment.state import MONTHS_A_YEAR, State
from environment.successors import Successors
from environment.typing import BoolArray, FloatArray, IntArray

LATE_CAREER_YEARS = 5


@dataclass(frozen=True, slots=True)
class Departures:
    """Those who died this month, and what they leave.

    Attributes
    ----------
    saver, birth_year, birth_month, generation, literacy_quintile : IntArray, shape (d,)
    literacy, spent_real, year_fees : FloatArray, shape (d,)
    has_held, retired, exhausted : BoolArray, shape (d,)
    shortfall_value : FloatArray, shape (d,)
    fund : IntArray, shape (d, 6)
    units : FloatArray, shape (d, 6)
    """

    saver: IntArray
    birth_year: IntArray
    birth_month: IntArray
    generation: IntArray
    literacy_quintile: IntArray
    literacy: FloatArray
    spent_real: FloatArray
    year_fees: FloatArray
    has_held: BoolArray
    retired: BoolArray
    exhausted: BoolArray
    shortfall_value: FloatArray
    fund: IntArray
    units: FloatArray


def departures(state: State, rows: IntArray) -> Departures:
    """Copy of what rows are and hold."""
    savers = state.savers
    return Departures(
        saver=savers.identity(rows),
        birth_year=savers.people.birth_year[rows].astype(np.int64),
        birth_month=savers.people.birth_month[rows].astype(np.int64),
        generation=savers.generation[rows],
        literacy_quintile=savers.literacy_quintile[rows],
        literacy=savers.literacy[rows],
        spent_real=savers.spent_real[rows],
        year_fees=savers.year_fees[rows],
        has_held=savers.has_held[rows],
        retired=savers.status[rows] == RETIRED,
        exhausted=savers.exhausted[rows],
        shortfall_value=savers.shortfall_value[rows],
        fund=savers.fund[rows],
        units=savers.units[rows],
    )


def deaths_and_entrants(
    state: State, rows: IntArray, coming: Successors
) -> tuple[Departures, IntArray, IntArray]:
    """Let those die whose year was their last; in an open population a new person takes each row over.

    Parameters
    ----------
    state : State
    rows : IntArray
        Rows whose birthday it is, of the living.
    coming : Successors
        Of the calendar year.

    Returns
    -------
    departed : Departures
    survivors : IntArray
        Rows that live on.
    born : IntArray
        Rows that a new person has taken over.
    """
    dead = coming.within(rows)
    gone = departures(state, dead)
    if not dead.size:
        return gone, rows, NOBODY
    survivors = without(rows, dead)
    if state.scenario.text("population.mode") == "open":
        coming.take_over(state.savers, dead)
        return gone, survivors, dead
    state.savers.alive[dead] = False
    state.savers.clear(dead)
    return gone, survivors, NOBODY


def grow_older(state: State, rows: IntArray) -> None:
    """A birthday: one year older, and one more with the employer for those who have one."""
    savers = state.savers
    _grow_older(rows, savers.people.age, savers.tenure, savers.status, savers.months_out)


@njit(cache=True, nogil=True)
def _grow_older(
    rows: IntArray, age: IntArray, tenure: IntArray, status: IntArray, months_out: IntArray
) -> None:
    """Add a year to the age of rows (n,), and to the tenure of those among them who work."""
    for row in rows:
        age[row] += 1
        tenure[row] += status[row] == WORKING and months_out[row] == 0


def set_pay(state: State, rows: IntArray, newcomers: IntArray) -> None:
    """Pay of the year for those who work, its place in the late career and in the record of Social Security.

    Who is between jobs has no pay until the next, and earns the rest of the year.

    Parameters
    ----------
    state : State
    rows : IntArray
        Whose birthday it is, and brings new shocks.
    newcomers : IntArray
        Who enters today, with the pay drawn for them.
    """
    savers, people = state.savers, state.savers.people
    rows = rows[savers.status[rows] != RETIRED]
    permanent, transitory = pay_shocks(state.luck, state.month, rows, people.education[rows])
    people.log_permanent_pay[rows] += permanent
    people.transitory_pay[rows] = transitory
    rows = union(rows, newcomers)
    resume_pay(state, rows)
    late = people.age[rows] >= late_career_starts(state, rows)
    earned = _earned(rows, late, savers.months_out, savers.pay, savers.late_career_pay_real, state.level)
    remember_earnings(state, rows, earned)


@njit(cache=True, nogil=True)
def _earned(
    rows: IntArray,
    late: BoolArray,
    months_out: IntArray,
    pay: FloatArray,
    late_career_pay_real: FloatArray,
    level: float,
) -> FloatArray:
    """What rows (n,) earn in the year; it is added to their late career where it counts there (n,)."""
    earned = np.empty(rows.size)
    for place in range(rows.size):
        row = rows[place]
        months = max(MONTHS_A_YEAR - months_out[row], 0)
        earned[place] = months / MONTHS_A_YEAR * pay[row]
        if months < MONTHS_A_YEAR:
            pay[row] = 0.0
        if late[place]:
            late_career_pay_real[row] += earned[place] / level
    return earned


def resume_pay(state: State, rows: IntArray) -> None:
    """Pay at the rate of the year."""
    if not rows.size:
        return
    people = state.savers.people
    kinds, personal = (people.education, people.age), (people.log_permanent_pay, people.transitory_pay)
    level = state.scenario.number("pay.scale") * float(state.wage_index[state.month])
    set_yearly_pay(state.savers.pay, rows, kinds, personal, pay_profiles().log_profile, level)


def late_career_starts(state: State, rows: IntArray) -> IntArray:
    """Age from which pay counts as that of the late career, shape (n,).

    Under the rule of retirement nobody knows the age beforehand: it starts five years before the first.
    """
    if state.scenario.text("savers.retirement.kind") == "rule":
        return np.full(rows.size, state.scenario.whole("savers.retirement.earliest") - LATE_CAREER_YEARS)
    first: IntArray = state.savers.retirement_age[rows] - LATE_CAREER_YEARS
    return first
