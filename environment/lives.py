"""A month in the lives of savers: deaths and births, birthdays, jobs, membership of plans, retirement."""

import numpy as np

from environment import accounts, careers, deferrals, life, membership, needs, retirement
from environment.cash import Cash
from environment.generations import settle_generations
from environment.life import Departures
from environment.membership import Moves
from environment.rowsets import union, without
from environment.rules import Rules
from environment.savers import RETIRED
from environment.standing import rest, settle_all
from environment.state import State
from environment.typing import FloatArray, IntArray


def live_on(state: State, rules: Rules) -> tuple[Departures, Moves]:
    """Everything that happens to people before anybody decides about money; none of it depends on policy.

    The one exception is the rule of retirement, under which people stop when they can afford it.

    Returns
    -------
    departed : Departures
        Those who died, and what they leave.
    moves : Moves
        Whose tie to a plan changed.
    """
    coming = settle_generations(state, rules.retiring, rules.claiming)
    departed, survivors, born = life.deaths_and_entrants(state, state.birthday_rows(), coming)
    life.grow_older(state, survivors)
    retired = retirement.retire(state, survivors, rules.retiring)
    hired = careers.end_spells(state)
    left = careers.leave_jobs(state, without(survivors, hired), rules.leaving)
    life.set_pay(state, survivors, born)
    life.resume_pay(state, hired)
    moves = membership.settle(state, union(survivors, born, hired), left, hired, rules.leaving)
    careers.forfeit(state, moves.stopped)
    needs.default_loans(state, union(left, moves.stopped))
    needs.cash_out(state, moves.cashed)
    retirement.start_retirement(state, retired, rules.spending)
    return departed, moves


def ask_for_money(state: State, frozen: FloatArray, rules: Rules) -> None:
    """At a birthday: hardship, loans, Social Security, and what the retired plan to take this year.

    Parameters
    ----------
    state : State
    frozen : FloatArray, shape (K,)
        Share of a holding in each fund that could not be paid out within three months.
    rules : Rules
    """
    rows = state.birthday_rows()
    needs.ask(state, rows, rules.hardship, rules.borrowing)
    retirement.claim(state, rows, frozen, rules.claiming)
    retirement.plan_year(state, rows, rules.spending)


def remember_money(state: State, cash: Cash, waiting: IntArray, benefit_real: float, rules: Rules) -> None:
    """What the month's cash means for each life: income, debts, needs that remain; then the year's account.

    Parameters
    ----------
    state : State
    cash : Cash
    waiting : IntArray, shape (n,)
        Rows with a request that waits at the month's end.
    benefit_real : float
        Social Security of all savers this month, real USD, not weighted.
    rules : Rules
    """
    accounts.remember_cash(state, cash, waiting)
    needs.lend(state, cash, rules.borrowing)
    needs.still_wanted(state, cash)
    retirement.pay_benefits(state, benefit_real)
    rest(state.standing, state.savers, state.birthday_block())
    if state.ends_year:
        settle_all(state.standing, state.savers)
        retirement.close_year(state)


def start(state: State, rules: Rules) -> None:
    """Lives at the opening, when balances are invested: deferrals, Social Security, withdrawals under way."""
    savers = state.savers
    rows = np.arange(savers.size)
    deferrals.open_rates(state, rows, rules.saving, rules.matching)
    retired = rows[savers.status == RETIRED]
    retirement.start_retirement(state, retired, rules.spending)
    retirement.open_claims(state)
    retirement.plan_year(state, retired, rules.spending)
