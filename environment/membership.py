"""Who is a member of a plan, who contributes to it, and what becomes of the accounts of those who left."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit

from environment.once import once_a_scenario
from environment.rowsets import NOBODY, is_in, union, without
from environment.rules import Ages, Leaving
from environment.savers import RETIRED, SEPARATED, WORKING
from environment.scenario import Scenario
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
    left_with_account = left[savers.holds_plan[left]]
    stopped, ending, contributing, joined = _sort(
        rows,
        ties.member,
        ties.covered,
        (savers.contribution, savers.loan),
        (savers.holds_plan, savers.has_held),
        savers.status,
    )
    cashed, rolled = _left_behind(state, union(left_with_account, ending), ending, leaving)
    savers.holds_plan[without(union(cashed, rolled), contributing)] = False
    new_here = _members_at_work(union(left, hired), savers.holds_plan, savers.status)
    return Moves(union(joined, new_here), rolled, cashed, without(stopped, left))


@njit(cache=True, nogil=True)
def _members_at_work(rows: IntArray, holds_plan: BoolArray, status: IntArray) -> IntArray:
    """Those of rows (n,) who are members of a plan and work, by columns (N,)."""
    found, count = np.empty(rows.size, dtype=np.int64), 0
    for row in rows:
        found[count] = row
        count += holds_plan[row] and status[row] == WORKING
    return found[:count]


@njit(cache=True, nogil=True)
def _sort(
    rows: IntArray,
    member: BoolArray,
    covered: BoolArray,
    flows: tuple[FloatArray, FloatArray],
    held: tuple[BoolArray, BoolArray],
    status: IntArray,
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Set who joins a plan (rows n of columns N), and the status: working, separated or retired.

    Separated are those who have held an account and have no covered job.

    Returns
    -------
    stopped, ending, contributing, joined : IntArray
        Who gives or owes something and no longer contributes, whose membership ends, who contributes, and
        who does so from now on.
    """
    (contribution, loan), (holds_plan, has_held) = flows, held
    stopped, ending, contributing, joined = np.empty((4, rows.size), dtype=np.int64)
    stop = end = contribute = join = 0
    for place in range(rows.size):
        row, contributes = rows[place], member[place] and covered[place]
        stopped[stop] = ending[end] = contributing[contribute] = joined[join] = row
        joins = contributes and not holds_plan[row]
        stop += (contribution[row] > 0.0 or loan[row] > 0.0) and not contributes
        end += holds_plan[row] and not member[place]
        contribute += contributes
        join += joins
        if joins:
            holds_plan[row] = has_held[row] = True
        if status[row] != RETIRED:
            status[row] = SEPARATED if has_held[row] and not covered[place] else WORKING
    return stopped[:stop], ending[:end], contributing[:contribute], joined[:join]


def _left_behind(
    state: State, account: IntArray, ending: IntArray, leaving: Leaving
) -> tuple[IntArray, IntArray]:
    """Which plan accounts are cashed out, and which go to an IRA; those that end cannot stay in the plan."""
    if not account.size:
        return NOBODY, NOBODY
    fate = account_fates(state, account, leaving)
    cashes = (fate == leaving.CASH) & (state.savers.status[account] != RETIRED)
    rolls = ~cashes & ((fate != leaving.KEEP) | is_in(account, ending))
    return account[cashes], account[rolls]


def works_covered(state: State, rows: IntArray) -> BoolArray:
    """Who works for an employer whose plan they may join."""
    return ties_to_plans(state, rows).covered


def ties_to_plans(state: State, rows: IntArray) -> Ties:
    """Membership and covered work by age, plan and personal numbers."""
    savers, people = state.savers, state.savers.people
    chance, member, covered = _tie(
        rows,
        savers.status,
        people.age,
        (people.employer, state.plans.auto_enrolment),
        (people.holding_propensity, people.separation_propensity),
        (state.holding_table, state.eligible_table, state.separation_table),
        state.scenario.whole("savers.retirement_age") - 1,
    )
    return Ties(chance, member, covered)


@njit(cache=True, nogil=True)
def _tie(
    rows: IntArray,
    status: IntArray,
    ages: Ages,
    enrolment: tuple[IntArray, BoolArray],
    propensities: tuple[FloatArray, FloatArray],
    tables: tuple[FloatArray, FloatArray, FloatArray],
    last_working_age: int,
) -> tuple[FloatArray, BoolArray, BoolArray]:
    """Columns of `Ties` in one pass, by columns (N,) and whether a plan enrols automatically (plans,)."""
    (to_hold, to_separate), (holding, eligible, separated) = propensities, tables
    employer, automatic = enrolment
    chance, oldest = np.empty(rows.size), holding.shape[1] - 1
    member, covered = np.empty(rows.size, dtype=np.bool_), np.empty(rows.size, dtype=np.bool_)
    for place in range(rows.size):
        row = rows[place]
        age, retired = ages[row], status[row] == RETIRED
        counts_as = oldest if retired else min(age, last_working_age)
        chance[place] = holding[int(automatic[employer[row]]), counts_as]
        member[place] = to_hold[row] < chance[place]
        stays = not retired and to_separate[row] >= separated[age]
        covered[place] = stays and to_hold[row] < max(eligible[age], chance[place])
    return chance, member, covered


def account_fates(state: State, rows: IntArray, leaving: Leaving) -> IntArray:
    """What savers who leave decide about their plan account, by its balance at prices of the start."""
    scenario, luck = state.scenario, state.luck
    balance = state.savers.plan_values(rows, state.funds.reported) / state.level
    cash, roll = luck.uniform_streams(("leaving.cash_out", "leaving.roll_over"), state.month, rows)
    return leaving.account_fate(
        balance, cash, roll, *_cash_out_shares(scenario), scenario.number("careers.rollover_share")
    )


@once_a_scenario
def _cash_out_shares(scenario: Scenario) -> tuple[FloatArray, FloatArray]:
    """Balances between the bands, USD of the start, and the share in each band that cashes out."""
    bounds = scenario.numbers("careers.cash_out.below_usd", BALANCE_BOUNDS)
    return bounds, scenario.numbers("careers.cash_out.share", BALANCE_BANDS)
