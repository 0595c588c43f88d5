"""Loans that workers take from their own plan accounts and pay back to them."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MONTHS_A_YEAR = 12
MOST_OF_VESTED = 0.5  # Internal Revenue Code 72(p)(2)(A)(ii)


def asks_loan(draw: Floats, hazard: float, has_loan: Bools) -> Bools:
    """Who takes a loan this year; nobody has two at a time.

    Parameters
    ----------
    draw : shape (rows,), 0 to 1
        Uniform draws.
    hazard : float, 0 to 1
        Chance a year of those without a loan.
    has_loan : shape (rows,)
        Who still owes on a loan.

    Returns
    -------
    shape (rows,)
    """
    return (draw < hazard) & ~has_loan


def loan_amount(vested_balance: Floats, share_wanted: float, most_usd: float) -> Floats:
    """What is lent: the wanted share of the vested balance, at most half of it and at most a sum.

    Section 72(p)(2)(A) of the Internal Revenue Code. Its floor of 10,000 USD under the half is left
    out, since a loan above half would need other security than the account.

    Parameters
    ----------
    vested_balance : shape (rows,), >= 0
        USD.
    share_wanted : float, 0 to 1
        Share of the vested balance.
    most_usd : float, >= 0
        Greatest loan, USD of the day; the law does not index it.

    Returns
    -------
    shape (rows,), USD
    """
    return np.minimum(min(share_wanted, MOST_OF_VESTED) * vested_balance, most_usd)


def level_payment(loan: Floats, rate_a_year: float, years: float) -> Floats:
    """Equal payment a month that pays a loan off with interest.

    loan x i / (1 - (1 + i)^-n) with i a twelfth of the yearly rate and n = 12 x years; loan / n without
    interest. Payments go to the borrower's own account.

    Parameters
    ----------
    loan : shape (rows,), >= 0
        USD.
    rate_a_year : float, >= 0
        Interest a year, compounded monthly.
    years : float, > 0
        Time to the last payment.

    Returns
    -------
    shape (rows,), USD a month
    """
    months, rate = MONTHS_A_YEAR * years, rate_a_year / MONTHS_A_YEAR
    if rate == 0.0:
        return loan / months
    payment: Floats = loan * (rate / -np.expm1(-months * np.log1p(rate)))
    return payment
