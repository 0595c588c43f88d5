"""What each saver has put in and taken out so far."""

from numba import njit

from environment.cash import Cash
from environment.state import MONTHS_A_YEAR, State
from environment.typing import FloatArray, IntArray


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
    """Payday: what flows in is added to what those who act have put in so far."""
    savers = state.savers
    flows = (savers.match, savers.contribution, savers.loan_payment)
    so_far = (savers.employer_money, savers.contributed, savers.spent_real)
    _pay_in(state.standing.acting, flows, so_far, state.level)


@njit(cache=True, nogil=True)
def _pay_in(
    rows: IntArray,
    flows: tuple[FloatArray, FloatArray, FloatArray],
    sums: tuple[FloatArray, FloatArray, FloatArray],
    level: float,
) -> None:
    """Add match, contribution and loan payment of rows to employer's money, contributed and spent."""
    match, contribution, loan_payment = flows
    employer_money, contributed, spent_real = sums
    for row in rows:
        paid_in = contribution[row] + loan_payment[row]
        employer_money[row] += match[row]
        contributed[row] += paid_in
        spent_real[row] -= paid_in / level


def remember_cash(state: State, cash: Cash, waiting: IntArray) -> None:
    """Add what was withdrawn, charged and missed to each saver's life.

    Parameters
    ----------
    state : State
    cash : Cash
    waiting : IntArray, shape (n,)
        Rows with a request that waits at the month's end.
    """
    savers = state.savers
    _remember(
        cash.rows,
        (cash.spent, cash.from_ira, cash.fees, cash.forfeited, cash.lent, cash.unmet),
        (savers.withdrawn, savers.contributed, savers.spent_real, savers.fees_paid),
        (savers.year_ira_real, savers.year_plan_real, savers.year_fees),
        (savers.unmet_months, savers.year_unmet),
        state.level,
    )
    savers.gated_months[waiting] += 1


@njit(cache=True, nogil=True)
def _remember(
    rows: IntArray,
    cash: tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray, FloatArray],
    life: tuple[FloatArray, FloatArray, FloatArray, FloatArray],
    year: tuple[FloatArray, FloatArray, FloatArray],
    months: tuple[IntArray, IntArray],
    level: float,
) -> None:
    """Add the cash of some rows, (n,) each as in `Cash`, to their sums over life and year, (N,) each."""
    spent, from_ira, fees, forfeited, lent, unmet = cash
    withdrawn, contributed, spent_real, fees_paid = life
    year_ira_real, year_plan_real, year_fees = year
    unmet_months, year_unmet = months
    for place in range(rows.size):
        row, taken = rows[place], spent[place] + lent[place]
        if taken > 0.0:
            withdrawn[row] += taken
            year_ira_real[row] += from_ira[place] / level
            year_plan_real[row] += (spent[place] - from_ira[place]) / level
        if forfeited[place] > 0.0:
            contributed[row] -= forfeited[place]
        if taken + forfeited[place] > 0.0:
            spent_real[row] += (taken + forfeited[place]) / level
        if fees[place] > 0.0:
            fees_paid[row] += fees[place]
            year_fees[row] += fees[place]
        if unmet[place] > 0.0:
            unmet_months[row] += 1
            year_unmet[row] += 1
