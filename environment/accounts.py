"""What each saver has put in and taken out so far."""

from environment.cash import Cash
from environment.state import MONTHS_A_YEAR, State
from environment.typing import BoolArray, FloatArray, IntArray


def set_contributions(
    state: State, rows: IntArray, own: FloatArray, match: FloatArray, nonelective: FloatArray
) -> None:
    """Contribution a month from now to the next birthday.

    Parameters
    ----------
    state : State
    rows : IntArray, shape (n,)
        Who works and is a member of a plan.
    own, match, nonelective : FloatArray, shape (n,)
        USD a year within the limits of the law: of the saver, and of the employer with and without condition.
    """
    savers = state.savers
    savers.own_contribution[rows] = own / MONTHS_A_YEAR
    savers.match[rows] = match / MONTHS_A_YEAR
    savers.contribution[rows] = (own + match + nonelective) / MONTHS_A_YEAR


def pay_in(state: State) -> None:
    """Payday: what flows in is added to what each saver has put in so far."""
    savers = state.savers
    savers.employer_money += savers.match
    paid_in = savers.paid_in
    savers.contributed += paid_in
    savers.spent_real -= paid_in / state.level


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
    taken = cash.spent + cash.lent
    savers.withdrawn[rows] += taken
    savers.contributed[rows] -= cash.forfeited
    savers.spent_real[rows] += (taken + cash.forfeited) / state.level
    savers.year_ira_real[rows] += cash.from_ira / state.level
    savers.year_plan_real[rows] += (cash.spent - cash.from_ira) / state.level
    savers.fees_paid[rows] += cash.fees
    savers.year_fees[rows] += cash.fees
    missed = cash.unmet > 0.0
    savers.unmet_months[rows] += missed
    savers.year_unmet[rows] += missed
    savers.gated_months += unpaid
