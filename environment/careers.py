"""Working lives: changes of job, time between jobs, what is lost or owed on leaving.

Who leaves which employer when never depends on policy.
"""

import numpy as np
from numba import njit

from environment.demography import AGES, age_band, by_age_band
from environment.once import once_a_scenario
from environment.rules import Ages, Leaving
from environment.savers import RETIRED, SEPARATED, WORKING
from environment.scenario import Scenario
from environment.standing import wake
from environment.state import State
from environment.typing import FloatArray, IntArray


def end_spells(state: State) -> IntArray:
    """One month nearer to the next job; returns the rows that start one now."""
    savers = state.savers
    hired = _count_down(state.standing.between_jobs, savers.months_out)
    wake(state.standing, savers, hired)
    savers.status[hired] = WORKING
    return hired


@njit(cache=True, nogil=True)
def _count_down(rows: IntArray, months_out: IntArray) -> IntArray:
    """Take a month off all of some rows that are above zero; returns the rows that come to zero."""
    ending = [0 for _ in range(0)]  # empty, of whole numbers
    for row in rows:
        if months_out[row] > 0:
            months_out[row] -= 1
            if months_out[row] == 0:
                ending.append(row)
    return np.array(ending, dtype=np.int64)


def leave_jobs(state: State, rows: IntArray, leaving: Leaving) -> IntArray:
    """Those who change their job this year: a new employer, perhaps after some months without one.

    Returns
    -------
    IntArray
        Rows that left an employer today.
    """
    savers, scenario, luck = state.savers, state.scenario, state.luck
    rows = _employed(rows, savers.status, savers.months_out)
    hazards, spells = _hazards(scenario), _spells(scenario)
    draw = luck.uniform("job.change", state.month, rows)
    left = rows[leaving.changes_job(draw, savers.people.age[rows], hazards)]
    if not left.size:
        return left
    forfeit(state, left)
    streams = "job.employer", "job.spell", "job.spell_length"
    of_employer, happens, length = luck.uniform_streams(streams, state.month, left)
    find_employers(state, left, of_employer)
    months = leaving.spell_months(happens, length, *spells)
    savers.months_out[left] = months
    savers.status[left[months > 0]] = SEPARATED
    return left


@once_a_scenario
def _hazards(scenario: Scenario) -> FloatArray:
    """Chance of a change of job in a year by age band, shape (6,)."""
    return by_age_band(scenario, "careers.job_change")


@once_a_scenario
def _spells(scenario: Scenario) -> tuple[float, float, int]:
    """Chance, mean and greatest length in months of a spell without a job."""
    return (
        scenario.number("careers.unemployment.chance"),
        scenario.number("careers.unemployment.mean_months"),
        scenario.whole("careers.unemployment.most_months"),
    )


@njit(cache=True, nogil=True)
def _employed(rows: IntArray, status: IntArray, months_out: IntArray) -> IntArray:
    """Those of rows (n,) who have a job that a plan covers, by columns (N,)."""
    found, count = np.empty(rows.size, dtype=np.int64), 0
    for row in rows:
        found[count] = row
        count += status[row] == WORKING and months_out[row] == 0
    return found[:count]


def find_employers(state: State, rows: IntArray, draw: FloatArray) -> None:
    """A new employer for those who left the last, by the sizes of plans."""
    savers = state.savers
    _hire(rows, draw, state.plans.share, savers.people.employer, savers.tenure)


@njit(cache=True, nogil=True)
def _hire(rows: IntArray, draw: FloatArray, shares: FloatArray, employer: IntArray, tenure: IntArray) -> None:
    """Give rows (n,) the employer in whose part of the shares (plans,) their draw (n,) falls."""
    ends = shares.cumsum()
    for place in range(rows.size):
        found = np.searchsorted(ends[:-1], ends[-1] * draw[place], side="right")
        employer[rows[place]] = found
        tenure[rows[place]] = 0


def forfeit(state: State, rows: IntArray) -> None:
    """What is not vested of the employer's money goes back on leaving (section 411(a)).

    Gains on that money are left with the saver; what is frozen is not taken. Who retires owns it all.
    """
    if not rows.size:
        return
    savers = state.savers
    rows = rows[(savers.employer_money[rows] > 0.0) & (savers.status[rows] != RETIRED)]
    if not rows.size:
        return
    savers.forfeiture[rows] = unvested(state, rows)
    savers.employer_money[rows] = 0.0


def unvested(state: State, rows: IntArray) -> FloatArray:
    """Employer's money that would go back if the saver left now, shape (n,), USD an account."""
    savers = state.savers
    due: FloatArray = _unvested(
        rows, savers.tenure, savers.people.employer, savers.employer_money, state.plans.vesting
    )
    return due


@njit(cache=True, nogil=True)
def _unvested(
    rows: IntArray, tenure: IntArray, employer: IntArray, employer_money: FloatArray, vesting: FloatArray
) -> FloatArray:
    """What `unvested` says of rows (n,), by columns (N,) and shares owned (plans, years)."""
    due, last = np.empty(rows.size), vesting.shape[1] - 1
    for place in range(rows.size):
        row = rows[place]
        due[place] = (1.0 - vesting[employer[row], min(tenure[row], last)]) * employer_money[row]
    return due


def stop_work(state: State, rows: IntArray) -> None:
    """Retirement: no more pay, no next job."""
    savers = state.savers
    savers.status[rows] = RETIRED
    savers.pay[rows] = 0.0
    savers.months_out[rows] = 0
    savers.frozen_lump[rows] = 0.0


def opening_tenure(state: State, rows: IntArray) -> IntArray:
    """Completed years with the employer at the opening, as the changes of jobs by age sustain them."""
    stays = 1.0 - by_age_band(state.scenario, "careers.job_change")[age_band(AGES)]
    draw = state.luck.uniform("opening.tenure", state.month, rows)
    first = state.scenario.whole("population.entry_age")
    return _years_stayed(draw, state.savers.people.age[rows], stays, first)


@njit(cache=True, nogil=True)
def _years_stayed(draw: FloatArray, ages: Ages, stays: FloatArray, first: int) -> IntArray:
    """Years back from each age, at most to the first, while the chance of having stayed is above the draw."""
    years = np.zeros(ages.size, dtype=np.int64)
    for row in range(ages.size):
        age, stayed = ages[row], 1.0
        while age > first:
            stayed *= stays[age]
            if draw[row] >= stayed:
                break
            age -= 1
        years[row] = max(ages[row] - age, 0)
    return years
