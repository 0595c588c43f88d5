"""Money wanted from a plan before retirement: loans, hardship, cash-outs (sections 72(p), 401(k)(2)(B))."""

import numpy as np

from environment.books import GOVERNMENT, HOUSEHOLDS
from environment.careers import unvested
from environment.cash import Cash
from environment.orders import slot_marks
from environment.rules import Borrowing, Hardship
from environment.state import MONTHS_A_YEAR, State
from environment.typing import FloatArray, IntArray


def ask_hardship(state: State, rows: IntArray, hardship: Hardship) -> None:
    """Hardship withdrawals of those who contribute, once a year."""
    savers, scenario = state.savers, state.scenario
    rows = rows[savers.contribution[rows] > 0.0]
    draw = state.luck.uniform("hardship", state.month, rows)
    rows = rows[hardship.asks_hardship(draw, scenario.number("careers.hardship.hazard"))]
    share = scenario.number("careers.hardship.share_of_pay")
    savers.lump[rows] += hardship.hardship_amount(savers.pay[rows], vested(state, rows), share)


def vested(state: State, rows: IntArray) -> FloatArray:
    """What savers would keep of their plan account if they left now, shape (n,), USD an account."""
    balance = state.savers.plan_values(rows, state.funds.reported)
    return np.maximum(balance - unvested(state, rows), 0.0)


def cash_out(state: State, rows: IntArray) -> None:
    """Ask for all there is in the plan; what is frozen waits until private funds pay it."""
    state.savers.lump[rows] = np.inf


def ask_loans(state: State, rows: IntArray, borrowing: Borrowing) -> None:
    """New loans of those who contribute and have none."""
    savers, scenario = state.savers, state.scenario
    rows = rows[(savers.contribution[rows] > 0.0) & (savers.lump[rows] == 0.0)]
    draw = state.luck.uniform("loan", state.month, rows)
    hazard = scenario.number("careers.loan.hazard")
    rows = rows[borrowing.asks_loan(draw, hazard, savers.loan[rows] > 0.0)]
    share, most = scenario.number("careers.loan.share_wanted"), scenario.number("careers.loan.most_usd")
    savers.borrowing[rows] = borrowing.loan_amount(vested(state, rows), share, most)


def lend(state: State, cash: Cash, borrowing: Borrowing) -> None:
    """What was lent becomes a debt to the own account, paid back from pay with interest."""
    savers, scenario = state.savers, state.scenario
    lent = cash.lent > 0.0
    rows, amounts = cash.rows[lent], cash.lent[lent]
    rate, years = scenario.number("careers.loan.rate"), scenario.number("careers.loan.years")
    savers.loan[rows] = amounts
    savers.loan_payment[rows] = borrowing.level_payment(amounts, rate, years)
    savers.borrowing[cash.rows] = 0.0


def repay(state: State) -> None:
    """Payday: interest accrues, a payment is made; the last one pays what is left."""
    savers = state.savers
    savers.loan_payment[savers.loan == 0.0] = 0.0
    rows = np.flatnonzero(savers.loan)
    rate = state.scenario.number("careers.loan.rate") / MONTHS_A_YEAR
    owed = savers.loan[rows] * (1.0 + rate)
    paid = np.minimum(savers.loan_payment[rows], owed)
    savers.loan_payment[rows] = paid
    savers.loan[rows] = owed - paid


def default_loans(state: State, rows: IntArray) -> None:
    """Debts of those who left the employer are written off, and taxed as if paid out (section 72(p)(1))."""
    savers = state.savers
    rows = rows[savers.loan[rows] > 0.0]
    owed = savers.weight * float(savers.loan[rows].sum())
    savers.loan[rows] = 0.0
    savers.loan_payment[rows] = 0.0
    tax = state.scenario.number("tax.withdrawal") * owed
    state.books.post(HOUSEHOLDS, GOVERNMENT, "deemed_distribution_tax", tax)


def still_wanted(state: State, cash: Cash) -> None:
    """What is frozen of a lump sum waits for private funds; what an employer could not take is let go.

    Nothing waits any more once it has been paid, or once no private units are left in the plan.
    """
    savers, rows = state.savers, cash.rows
    asked = savers.lump[rows] > 0.0
    late = ~asked & (savers.withdrawal[rows] == 0.0)
    paid = np.where(late, cash.spent, 0.0)
    missed = np.where(asked, np.minimum(savers.lump[rows], cash.unmet), 0.0)
    left = np.maximum(savers.frozen_lump[rows] - paid, 0.0) + missed
    private = slot_marks(savers, rows, state.catalogue.is_private) & ~savers.in_ira[rows]
    savers.frozen_lump[rows] = np.where(private.any(axis=1), left, 0.0)
    savers.lump[rows] = savers.forfeiture[rows] = 0.0
