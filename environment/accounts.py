"""What is due to and from accounts: contributions each payday, fees once a year, withdrawals as planned."""

import numpy as np

from environment.savers import WORKING
from environment.settlement import Cash
from environment.state import MONTHS_A_YEAR, State
from environment.typing import BoolArray, FloatArray, IntArray


def set_contributions(
    state: State, rows: IntArray, rates: FloatArray, own: FloatArray, match: FloatArray
) -> None:
    """Contribution a month from now to the next birthday, for those who work and hold a plan account.

    Parameters
    ----------
    state : State
    rows : IntArray, shape (n,)
    rates : FloatArray, shape (n,)
        Wanted deferral, share of pay.
    own, match : FloatArray, shape (n,)
        USD a year within the limits of the law.
    """
    savers = state.savers
    pays = savers.holds_plan[rows] & (savers.status[rows] == WORKING)
    savers.deferral_rate[rows] = np.where(pays, rates, 0.0)
    savers.own_contribution[rows] = np.where(pays, own, 0.0) / MONTHS_A_YEAR
    savers.contribution[rows] = np.where(pays, own + match, 0.0) / MONTHS_A_YEAR


def pay_in(state: State) -> None:
    """Payday: what flows in is added to what each saver has put in so far."""
    savers = state.savers
    savers.contributed += savers.contribution
    savers.spent_real -= savers.contribution / state.level


def record_keeping_due(state: State) -> FloatArray:
    """Record-keeping fee of plan members whose birthday it is, shape (N,), USD an account."""
    savers = state.savers
    rows = state.birthday_rows()
    rows = rows[savers.holds_plan[rows]]
    due = np.zeros(savers.size)
    due[rows] = state.plans.record_keeping_usd[savers.people.employer[rows]] * state.level
    return due


def index_withdrawals(state: State, rows: IntArray) -> None:
    """At a birthday, restate the planned withdrawal in the dollars of the day."""
    savers = state.savers
    savers.withdrawal[rows] = savers.withdrawal_real[rows] * state.level


def remember_cash(state: State, cash: Cash, unpaid: BoolArray) -> None:
    """Add what was withdrawn, charged and missed to each saver's life.

    Parameters
    ----------
    state : State
    cash : Cash
    unpaid : BoolArray, shape (N,)
        Who has a request that waits at the month's end.
    """
    savers, rows = state.savers, cash.rows
    savers.withdrawn[rows] += cash.spent
    savers.spent_real[rows] += cash.spent / state.level
    savers.year_withdrawn_real[rows] += cash.spent / state.level
    savers.fees_paid[rows] += cash.fees
    savers.year_fees[rows] += cash.fees
    missed = cash.unmet > 0.0
    savers.unmet_months[rows] += missed
    savers.year_unmet[rows] += missed
    savers.gated_months += unpaid
