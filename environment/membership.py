"""Who is a member of a plan, who contributes to it, and what becomes of the accounts of those who left."""

from dataclasses import dataclass

import numpy as np

from environment.rowsets import is_in, union, without
from environment.rules import Leaving
from environment.savers import RETIRED, SEPARATED, WORKING
from environment.state import State
from environment.typing import BoolArray, FloatArray, IntArray

BALANCE_BOUNDS = ("tiny", "small", "modest", "middle", "large")
BALANCE_BANDS = (*BALANCE_BOUNDS, "largest")


@dataclass(frozen=True, slots=True)
class Moves:
    """Rows whose tie to a plan changed this month.

    Attributes
    ----------
    enrolled : IntArray
        Who starts to contribute to a plan: those who joined one, or came to it with a new job.
    rolled : IntArray
        Whose plan account goes to an IRA.
    cashed : IntArray
        Whose plan account is cashed out.
    stopped : IntArray
        Who contributed, or owes a loan, and no longer contributes, without a change of jobs.
    """

    enrolled: IntArray
    rolled: IntArray
    cashed: IntArray
    stopped: IntArray


def settle(state: State, rows: IntArray, left: IntArray, hired: IntArray, leaving: Leaving) -> Moves:
    """Settle membership and status, and decide what becomes of accounts that are left behind.

    A person is a member while a personal number lies below the chance of their age and plan (economics 16),
    and has left covered work for good once another lies below the chance of separation. So membership stays
    in balance whatever savers do with their accounts, and never depends on policy.

    Parameters
    ----------
    state : State
    rows : IntArray
        Whose birthday it is, or who starts a job.
    left, hired : IntArray
        Who left an employer today, with a new job or without; who starts a job after some months without.
    leaving : Leaving
    """
    savers = state.savers
    rows = rows[savers.months_out[rows] == 0]
    holds = is_member(state, rows)
    contributes = holds & works_covered(state, rows)
    tied = (savers.contribution[rows] > 0.0) | (savers.loan[rows] > 0.0)
    stopped = without(rows[tied & ~contributes], left)
    cashed, rolled = _left_behind(state, union(left, rows[~holds]), rows[~holds], leaving)
    savers.holds_plan[without(union(cashed, rolled), rows[contributes])] = False
    joined = rows[contributes & ~savers.holds_plan[rows]]
    savers.holds_plan[joined] = True
    savers.has_held[joined] = True
    _set_status(state, rows)
    new_here = union(left, hired)
    new_here = new_here[savers.holds_plan[new_here] & (savers.status[new_here] == WORKING)]
    return Moves(union(joined, new_here), rolled, cashed, stopped)


def _left_behind(
    state: State, rows: IntArray, ending: IntArray, leaving: Leaving
) -> tuple[IntArray, IntArray]:
    """Whose plan accounts are cashed out, and whose go to an IRA; those that end cannot stay in the plan."""
    savers = state.savers
    account = rows[savers.holds_plan[rows]]
    fate = account_fates(state, account, leaving)
    cashes = (fate == leaving.CASH) & (savers.status[account] != RETIRED)
    rolls = ~cashes & ((fate != leaving.KEEP) | is_in(account, ending))
    return account[cashes], account[rolls]


def _set_status(state: State, rows: IntArray) -> None:
    """Working, separated for those who have held an account and have no covered job, or retired."""
    savers = state.savers
    apart = savers.has_held[rows] & ~works_covered(state, rows)
    status = np.where(apart, SEPARATED, WORKING)
    savers.status[rows] = np.where(savers.status[rows] == RETIRED, RETIRED, status)


def is_member(state: State, rows: IntArray) -> BoolArray:
    """Who is a member of the plan of their employer, or was when they left it."""
    member: BoolArray = state.savers.people.holding_propensity[rows] < holding_chances(state, rows)
    return member


def holding_chances(state: State, rows: IntArray) -> FloatArray:
    """Chance of being a member by age and plan; after retirement that of the retired."""
    people = state.savers.people
    auto = state.plans.auto_enrolment[people.employer[rows]].astype(np.int64)
    retired = state.savers.status[rows] == RETIRED
    last_working_age = state.scenario.whole("savers.retirement_age") - 1
    age = np.where(retired, state.holding_table.shape[1] - 1, np.minimum(people.age[rows], last_working_age))
    chances: FloatArray = state.holding_table[auto, age]
    return chances


def works_covered(state: State, rows: IntArray) -> BoolArray:
    """Who works for an employer whose plan they may join."""
    people = state.savers.people
    age = people.age[rows]
    here = people.separation_propensity[rows] >= state.separation_table[age]
    reach = np.maximum(state.eligible_table[age], holding_chances(state, rows))
    working = state.savers.status[rows] != RETIRED
    covered: BoolArray = here & working & (people.holding_propensity[rows] < reach)
    return covered


def account_fates(state: State, rows: IntArray, leaving: Leaving) -> IntArray:
    """What savers who leave decide about their plan account, by its balance at prices of the start."""
    scenario, luck = state.scenario, state.luck
    balance = state.savers.plan_values(rows, state.funds.reported) / state.level
    return leaving.account_fate(
        balance,
        luck.uniform("leaving.cash_out", state.month, rows),
        luck.uniform("leaving.roll_over", state.month, rows),
        scenario.numbers("careers.cash_out.below_usd", BALANCE_BOUNDS),
        scenario.numbers("careers.cash_out.share", BALANCE_BANDS),
        scenario.number("careers.rollover_share"),
    )
