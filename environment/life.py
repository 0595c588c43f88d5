"""Birthdays: deaths and entrants, a year older, new pay, joining a plan, moving to an IRA, retirement."""

from dataclasses import dataclass

import numpy as np

from environment.demography import death_probabilities, dies
from environment.payroll import pay_shocks, yearly_pay
from environment.persons import entrants
from environment.savers import RETIRED, SEPARATED, WORKING
from environment.state import MONTHS_A_YEAR, State
from environment.typing import BoolArray, FloatArray, IntArray

LATE_CAREER_YEARS = 5


@dataclass(frozen=True, slots=True)
class Departures:
    """Those who died this month, and what they leave.

    Attributes
    ----------
    saver, birth_year, birth_month, generation, literacy_quintile : IntArray, shape (d,)
    literacy, spent_real, year_fees : FloatArray, shape (d,)
    has_held : BoolArray, shape (d,)
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
        fund=savers.fund[rows],
        units=savers.units[rows],
    )


def deaths_and_entrants(state: State, rows: IntArray) -> tuple[Departures, IntArray]:
    """Let those die whose year was their last; a new person of entry age takes each row over.

    Parameters
    ----------
    state : State
    rows : IntArray
        Rows whose birthday it is.

    Returns
    -------
    departed : Departures
    survivors : IntArray
        Rows that live on.
    """
    people = state.savers.people
    improvement = state.scenario.number("population.mortality_improvement")
    probabilities = death_probabilities(improvement, state.month / MONTHS_A_YEAR)
    dead = dies(state.luck, state.month, rows, people.sex[rows], people.age[rows], probabilities)
    gone = departures(state, rows[dead])
    take_over(state, rows[dead])
    return gone, rows[~dead]


def take_over(state: State, rows: IntArray) -> None:
    """Give rows to entrants of this month."""
    savers = state.savers
    birth_month = savers.people.birth_month[rows]
    birth_year = np.full(rows.size, state.calendar_year - state.scenario.whole("population.entry_age"))
    savers.replace_people(
        rows,
        entrants(state.scenario, state.luck, state.month, rows, birth_month, birth_year, state.plans.share),
    )
    set_traits(state, rows)


def set_traits(state: State, rows: IntArray) -> None:
    """Target-date fund, literacy quintile by the cuts of the opening, error of perception, caution.

    Risk aversion is log-normal over people (Kimball, Sahm and Shapiro 2008, table 3).
    """
    savers = state.savers
    birth_year = savers.people.birth_year[rows].astype(np.int64)
    retirement = state.scenario.whole("savers.retirement_age")
    savers.plain_fund[rows] = state.catalogue.plain_default(birth_year, retirement)
    cuts = state.literacy_cuts
    savers.literacy_quintile[rows] = np.searchsorted(cuts, savers.literacy[rows], side="right")
    noise = state.scenario.number("savers.perception_noise")
    error = state.luck.normal("perception", state.month, rows)
    spread = state.scenario.number("savers.risk_aversion_spread")
    savers.caution[rows] = np.exp(spread * state.luck.normal("caution", state.month, rows))
    savers.perception_bias[rows] = noise * (1.0 - savers.literacy[rows]) * error


def grow_older(state: State, rows: IntArray) -> IntArray:
    """A birthday: one year older; those who reach the age stop working.

    Returns
    -------
    IntArray
        Rows that retired today.
    """
    savers = state.savers
    savers.people.age[rows] += 1
    retirement = state.scenario.whole("savers.retirement_age")
    retired: IntArray = rows[savers.people.age[rows] == retirement]
    savers.status[retired] = RETIRED
    savers.pay[retired] = 0.0
    return retired


def set_pay(state: State, rows: IntArray, fresh_shocks: bool = True) -> None:
    """Pay of the year for those who work, and its place in the late career."""
    savers, people = state.savers, state.savers.people
    rows = rows[savers.status[rows] != RETIRED]
    if fresh_shocks:
        permanent, transitory = pay_shocks(state.luck, state.month, rows, people.education[rows])
        people.log_permanent_pay[rows] += permanent
        people.transitory_pay[rows] = transitory
    savers.pay[rows] = yearly_pay(
        state.scenario.number("pay.scale"),
        people.education[rows],
        people.age[rows],
        people.log_permanent_pay[rows],
        people.transitory_pay[rows],
        float(state.wage_index[state.month]),
    )
    late = rows[people.age[rows] >= state.scenario.whole("savers.retirement_age") - LATE_CAREER_YEARS]
    savers.late_career_pay_real[late] += savers.pay[late] / state.level


def holding_chances(state: State, rows: IntArray) -> FloatArray:
    """Chance of holding a plan account by age and plan."""
    people = state.savers.people
    auto = state.plans.auto_enrolment[people.employer[rows]].astype(np.int64)
    chances: FloatArray = state.holding_table[auto, people.age[rows]]
    return chances


def set_status(state: State, rows: IntArray) -> IntArray:
    """Who holds a plan account at their age, and who has left the employer; returns who joined a plan today.

    A person holds while a personal number lies below the chance of their age (economics 16): the chance
    rises as people join and falls as accounts move to IRAs, most at retirement.
    """
    savers, people = state.savers, state.savers.people
    holds = people.holding_propensity[rows] < holding_chances(state, rows)
    working = savers.status[rows] != RETIRED
    separated = people.separation_propensity[rows] < state.separation_table[people.age[rows]]
    joined: IntArray = rows[holds & ~separated & ~savers.has_held[rows] & working]
    savers.holds_plan[joined] = True
    savers.has_held[joined] = True
    move_to_ira(state, rows[~holds & savers.holds_plan[rows]])
    left = savers.has_held[rows] & (separated | ~savers.holds_plan[rows])
    savers.status[rows] = np.where(working, np.where(left, SEPARATED, WORKING), RETIRED)
    return joined


def move_to_ira(state: State, rows: IntArray) -> None:
    """Roll whole plan accounts over in kind."""
    savers = state.savers
    savers.holds_plan[rows] = False
    savers.in_ira[rows] = True
