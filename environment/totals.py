"""Sums over savers that every month needs: what flows in, pay, benefits, how many retired own something."""

from typing import NamedTuple

import numpy as np
from numba import njit

from environment.savers import RETIRED, SLOTS, Savers
from environment.typing import BoolArray, FloatArray, IntArray


class Totals(NamedTuple):
    """Sums over savers, not weighted.

    Attributes
    ----------
    contribution, loan_payment, own_contribution, match : float
        USD that flow into plans this month: all but loan payments, these, and of the first the parts.
    pay, benefit_real : float
        USD a year; real USD of Social Security a month.
    retired, holding : float
        How many of the retired hold or have held an account, and how many of these own something.
    """

    contribution: float
    loan_payment: float
    own_contribution: float
    match: float
    pay: float
    benefit_real: float
    retired: float
    holding: float


def sum_savers(savers: Savers, rows: IntArray) -> FloatArray:
    """What `Totals` says of some rows, shape (8,)."""
    money = (savers.contribution, savers.loan_payment, savers.own_contribution, savers.match)
    income, lives = (savers.pay, savers.benefit_real), (savers.status, savers.has_held)
    sums: FloatArray = _sum_savers(rows, money, income, lives, savers.units)
    return sums


@njit(cache=True, nogil=True)
def _sum_savers(
    rows: IntArray,
    money: tuple[FloatArray, FloatArray, FloatArray, FloatArray],
    income: tuple[FloatArray, FloatArray],
    lives: tuple[IntArray, BoolArray],
    units: FloatArray,
) -> FloatArray:
    contribution, loan_payment, own, match = money
    pay, benefit = income
    status, has_held = lives
    paid_in, repaid, deferred, matched, earned, received, retired, holding = np.zeros(8)
    for row in rows:
        paid_in += contribution[row]
        repaid += loan_payment[row]
        deferred += own[row]
        matched += match[row]
        earned += pay[row]
        received += benefit[row]
        if status[row] == RETIRED and has_held[row]:
            retired += 1.0
            for slot in range(SLOTS):
                if units[row, slot] > 0.0:
                    holding += 1.0
                    break
    return np.array([paid_in, repaid, deferred, matched, earned, received, retired, holding])
