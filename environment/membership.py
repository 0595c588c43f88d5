"""Who is a member of a plan, who contributes to it, and what becomes of the accounts of those who left."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit

from environment.rowsets import is_in, union, without
from environment.rules import Ages, Leaving
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


class Ties(NamedTuple):
    """What ties people to the plan of their employer.

    Attributes
    ----------
    chance : FloatArray, shape (n,)
        Chance of being a member by age and plan; after retirement that of the retired.
    member : BoolArray, shape (n,)
        Who is a member of the plan of their employer, or was when they left it.
    covered : BoolArray, shape (n,)
        Who works for an employer whose plan they may join.
    """

    chance: FloatArray
    member: BoolArray
    covered: BoolArray


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
    ties = ties_to_plans(state, rows)
    contributes, in_plan = ties.member & ties.covered, savers.holds_plan[rows]
    tied = (savers.contribution[rows] > 0.0) | (savers.loan[rows] > 0.0)
    stopped = without(rows[tied & ~contributes], left)
    cashed, rolled = _left_behind(state, left, rows[in_plan & ~ties.member], leaving)
    savers.holds_plan[without(union(cashed, rolled), rows[contributes])] = False
    joined = rows[contributes & ~in_plan]
    savers.holds_plan[joined] = True
    savers.has_held[joined] = True
    _set_status(state, rows, ties.covered)
    new_here = union(left, hired)
    new_here = new_here[savers.holds_plan[new_here] & (savers.status[new_here] == WORKING)]
    return Moves(union(joined, new_here), rolled, cashed, stopped)


def _left_behind(
    state: State, left: IntArray, ending: IntArray, leaving: Leaving
) -> tuple[IntArray, IntArray]:
    """Whose plan accounts are cashed out, and whose go to an IRA; those that end cannot stay in the plan."""
    savers = state.savers
    account = union(left[savers.holds_plan[left]], ending)
    fate = account_fates(state, account, leaving)
    cashes = (fate == leaving.CASH) & (savers.status[account] != RETIRED)
    rolls = ~cashes & ((fate != leaving.KEEP) | is_in(account, ending))
    return account[cashes], account[rolls]


def _set_status(state: State, rows: IntArray, covered: BoolArray) -> None:
    """Working, separated for those who have held an account and have no covered job, or retired."""
    savers = state.savers
    before = savers.status[rows]
    status = np.where(savers.has_held[rows] & ~covered, SEPARATED, WORKING)
    savers.status[rows] = np.where(before == RETIRED, RETIRED, status)


def works_covered(state: State, rows: IntArray) -> BoolArray:
    """Who works for an employer whose plan they may join."""
    return ties_to_plans(state, rows).covered


def ties_to_plans(state: State, rows: IntArray) -> Ties:
    """Membership and covered work by age, plan and personal numbers."""
    people = state.savers.people
    ties = Ties(np.empty(rows.size), np.empty(rows.size, dtype=np.bool_), np.empty(rows.size, dtype=np.bool_))
    retired = state.savers.status[rows] == RETIRED
    persons = people.age, people.employer, people.holding_propensity, people.separation_propensity
    tables = state.holding_table, state.eligible_table, state.separation_table, state.plans.auto_enrolment
    last_working_age = state.scenario.whole("savers.retirement_age") - 1
    _tie((ties.chance, ties.member, ties.covered), rows, retired, persons, tables, last_working_age)
    return ties


@njit(cache=True, nogil=True)
def _tie(
    ties: tuple[FloatArray, BoolArray, BoolArray],
    rows: IntArray,
    retired: BoolArray,
    persons: tuple[Ages, Ages, FloatArray, FloatArray],
    tables: tuple[FloatArray, FloatArray, FloatArray, BoolArray],
    last_working_age: int,
) -> None:
    """Fill the columns of `Ties` in one pass; `retired` is by place, the columns of persons by row."""
    chance, member, covered = ties
    ages, employer, holding_propensity, separation_propensity = persons
    holding, eligible, separated, automatic = tables
    for place in range(rows.size):
        row = rows[place]
        age = ages[row]
        oldest = holding.shape[1] - 1
        counts_as = oldest if retired[place] else min(age, last_working_age)
        chance[place] = holding[int(automatic[employer[row]]), counts_as]
        member[place] = holding_propensity[row] < chance[place]
        reach = max(eligible[age], chance[place])
        stays = not retired[place] and separation_propensity[row] >= separated[age]
        covered[place] = stays and holding_propensity[row] < reach


def account_fates(state: State, rows: IntArray, leaving: Leaving) -> IntArray:
    """What savers who leave decide about their plan account, by its balance at prices of the start."""
    scenario, luck = state.scenario, state.luck
    balance = state.savers.plan_values(rows, state.funds.reported) / state.level
    cash, roll = luck.uniform_streams(("leaving.cash_out", "leaving.roll_over"), state.month, rows)
    return leaving.account_fate(
        balance,
        cash,
        roll,
        scenario.numbers("careers.cash_out.below_usd", BALANCE_BOUNDS),
        scenario.numbers("careers.cash_out.share", BALANCE_BANDS),
        scenario.number("careers.rollover_share"),
    )
