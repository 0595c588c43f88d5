"""Money wanted from a plan before retirement: loans, hardship, cash-outs (sections 72(p), 401(k)(2)(B))."""

import numpy as np
from numba import njit

from environment.books import GOVERNMENT, HOUSEHOLDS
from environment.careers import unvested
from environment.cash import Cash
from environment.rules import Borrowing, Hardship
from environment.state import MONTHS_A_YEAR, State
from environment.typing import BoolArray, FloatArray, IntArray
from environment.withdrawing import ROUNDING


def ask(state: State, rows: IntArray, hardship: Hardship, borrowing: Borrowing) -> None:
    """Hardship withdrawals of those who contribute, once a year, and new loans of the others among them."""
    rows = rows[state.savers.contribution[rows] > 0.0]
    if not rows.size:
        return
    of_hardship, of_loan = state.luck.uniform_streams(("hardship", "loan"), state.month, rows)
    ask_hardship(state, rows, of_hardship, hardship)
    ask_loans(state, rows, of_loan, borrowing)


def ask_hardship(state: State, rows: IntArray, draw: FloatArray, hardship: Hardship) -> None:
    """Hardship withdrawals of contributors."""
    savers, scenario = state.savers, state.scenario
    rows = rows[hardship.asks_hardship(draw, scenario.number("careers.hardship.hazard"))]
    if not rows.size:
        return
    share = scenario.number("careers.hardship.share_of_pay")
    savers.lump[rows] += hardship.hardship_amount(savers.pay[rows], vested(state, rows), share)


def vested(state: State, rows: IntArray) -> FloatArray:
    """What savers would keep of their plan account if they left now, shape (n,), USD an account."""
    balance = state.savers.plan_values(rows, state.funds.reported)
    return np.maximum(balance - unvested(state, rows), 0.0)


def cash_out(state: State, rows: IntArray) -> None:
    """Ask for all there is in the plan; what is frozen waits until private funds pay it."""
    state.savers.lump[rows] = np.inf


def ask_loans(state: State, rows: IntArray, draw: FloatArray, borrowing: Borrowing) -> None:
    """New loans of contributors who have none and want nothing else."""
    savers, scenario = state.savers, state.scenario
    rows = rows[borrowing.asks_loan(draw, scenario.number("careers.loan.hazard"), savers.loan[rows] > 0.0)]
    rows = rows[savers.lump[rows] == 0.0]
    if not rows.size:
        return
    share, most = scenario.number("careers.loan.share_wanted"), scenario.number("careers.loan.most_usd")
    savers.borrowing[rows] = borrowing.loan_amount(vested(state, rows), share, most)


def lend(state: State, cash: Cash, borrowing: Borrowing) -> None:
    """What was lent becomes a debt to the own account, paid back from pay with interest."""
    savers, scenario = state.savers, state.scenario
    savers.borrowing[cash.rows] = 0.0
    (lent,) = cash.lent.nonzero()
    if not lent.size:
        return
    rows, amounts = cash.rows[lent], cash.lent[lent]
    rate, years = scenario.number("careers.loan.rate"), scenario.number("careers.loan.years")
    savers.loan[rows] = amounts
    savers.loan_payment[rows] = borrowing.level_payment(amounts, rate, years)


def repay(state: State) -> None:
    """Payday: interest accrues, a payment is made; the last one pays what is left."""
    savers = state.savers
    rate = state.scenario.number("careers.loan.rate") / MONTHS_A_YEAR
    _repay(state.standing.acting, savers.loan, savers.loan_payment, rate)


@njit(cache=True, nogil=True)
def _repay(rows: IntArray, loan: FloatArray, payment: FloatArray, rate: float) -> None:
    """A month of the debts and payments, (N,) each, of some rows, at an interest rate a month."""
    for row in rows:
        if loan[row] != 0.0:
            owed = loan[row] * (1.0 + rate)
            # What rounding would leave of a debt belongs to its last payment.
            payment[row] = owed if owed <= (1.0 + ROUNDING) * payment[row] else payment[row]
            loan[row] = owed - payment[row]
        elif payment[row] != 0.0:
            payment[row] = 0.0


def default_loans(state: State, rows: IntArray) -> None:
    """Debts of those who left the employer are written off, and taxed as if paid out (section 72(p)(1))."""
    savers = state.savers
    rows = rows[savers.loan[rows] > 0.0]
    if not rows.size:
        return
    owed = savers.weight * float(savers.loan[rows].sum())
    savers.loan[rows] = 0.0
    savers.loan_payment[rows] = 0.0
    tax = state.scenario.number("tax.withdrawal") * owed
    state.books.post(HOUSEHOLDS, GOVERNMENT, "deemed_distribution_tax", tax)


def still_wanted(state: State, cash: Cash) -> None:
    """What is frozen of a lump sum waits for private funds; what an employer could not take is let go.

    Nothing waits any more once it has been paid, or once no private units are left in the plan.
    """
    savers = state.savers
    _keep_wanting(
        cash.rows,
        (cash.spent, cash.unmet),
        (savers.lump, savers.frozen_lump, savers.forfeiture, savers.withdrawal),
        (savers.fund, savers.in_ira),
        state.catalogue.is_private,
    )


@njit(cache=True, nogil=True)
def _keep_wanting(
    rows: IntArray,
    cash: tuple[FloatArray, FloatArray],
    wishes: tuple[FloatArray, FloatArray, FloatArray, FloatArray],
    holdings: tuple[IntArray, BoolArray],
    private: BoolArray,
) -> None:
    """What `still_wanted` says: rows with spending paid and missed are (n,), the columns (N,) or (N, 6)."""
    spent, unmet = cash
    lump, frozen, forfeiture, withdrawal = wishes
    fund, in_ira = holdings
    for place in range(rows.size):
        row, left = rows[place], 0.0
        if lump[row] > 0.0:
            left = frozen[row] + min(lump[row], unmet[place])
        elif frozen[row] > 0.0:
            left = max(frozen[row] - (spent[place] if withdrawal[row] == 0.0 else 0.0), 0.0)
        keeps_private = False
        if left > 0.0:
            for slot in range(fund.shape[1]):
                held = fund[row, slot]
                keeps_private |= held >= 0 and private[held] and not in_ira[row, slot]
        frozen[row] = left if keeps_private and left > ROUNDING * frozen[row] else 0.0
        lump[row] = forfeiture[row] = 0.0
