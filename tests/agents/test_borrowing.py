"""Loans from the own account: the limits of the law, annuities, and how many have one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.borrowing import asks_loan, level_payment, loan_amount
from environment.parameters import parameters


def number(key: str) -> float:
    value = parameters()[key].value
    assert isinstance(value, float | int)
    return float(value)


def test_only_those_without_a_loan_take_one() -> None:
    draws = (np.arange(1000) + 0.5) / 1000
    assert asks_loan(draws, 0.04, np.zeros(1000, dtype=bool)).mean() == pytest.approx(0.04)
    assert not asks_loan(draws, 1.0, np.ones(1000, dtype=bool)).any()
    assert not asks_loan(draws, 0.0, np.zeros(1000, dtype=bool)).any()


def test_nobody_borrows_more_than_half_or_50_000_dollars() -> None:
    balances = np.array([0.0, 8_000.0, 100_000.0, 400_000.0])
    np.testing.assert_array_equal(loan_amount(balances, 0.9, 50_000.0), [0.0, 4_000.0, 50_000.0, 50_000.0])
    np.testing.assert_array_equal(loan_amount(balances, 0.25, 50_000.0), [0.0, 2_000.0, 25_000.0, 50_000.0])
    assert not loan_amount(balances, 0.0, 50_000.0).any()


def test_the_payment_is_that_of_annuity_tables() -> None:
    """10,000 USD over five years: 202.76 a month at 8%, 188.71 at 5%, and 166.67 without interest."""
    loan = np.array([10_000.0])
    assert level_payment(loan, 0.08, 5)[0] == pytest.approx(202.76, abs=0.005)
    assert level_payment(loan, 0.05, 5)[0] == pytest.approx(188.71, abs=0.005)
    assert level_payment(loan, 0.0, 5)[0] == 10_000.0 / 60


@given(st.floats(0.0, 1.0), st.integers(1, 5), st.floats(1.0, 50_000.0))
def test_the_last_payment_leaves_nothing(rate: float, years: int, loan: float) -> None:
    payment, owed = float(level_payment(np.array([loan]), rate, years)[0]), loan
    for _ in range(12 * years):
        owed = owed * (1.0 + rate / 12.0) - payment
    assert owed == pytest.approx(0.0, abs=1e-8 * loan)


def test_a_little_interest_is_hardly_more_than_none() -> None:
    loan = np.array([30_000.0])
    assert level_payment(loan, 1e-9, 5)[0] == pytest.approx(500.0, abs=1e-4)


# Of those who change jobs 39% cash out (docs/working-life.md) and a share of the others rolls over: their new
# account is empty when they may ask. Who is in hardship asks for no loan on the same birthday.
CASH_OUTS = 0.39
WITHOUT_ACCOUNT = CASH_OUTS + (1.0 - CASH_OUTS) * number("careers.rollover_share")
NOT_IN_HARDSHIP = 1.0 - number("careers.hardship.hazard")


def share_with_a_loan(hazard: float, job_changes: np.ndarray, years: int) -> np.ndarray:
    """Share of workers with a loan at the ages 22 to 64; a job change or the last payment ends it."""
    shares, left = [], np.zeros(years)
    for age in range(22, 65):
        change = job_changes[np.searchsorted([25, 35, 45, 55], age, "right")]
        left = np.append(0.0, left[:-1]) * (1.0 - change)
        can_ask = NOT_IN_HARDSHIP * (1.0 - left.sum() - WITHOUT_ACCOUNT * change)
        left[0] = hazard * can_ask
        shares.append(left.sum())
    return np.array(shares)


def test_thirteen_per_cent_have_a_loan_outstanding() -> None:
    """13% of participants; contributors below 65 by band 9/30/27/20/14% in the opening of the model."""
    bands = ("under_25", "25_34", "35_44", "45_54", "55_64")
    changes = np.array([number(f"careers.job_change.{band}") for band in bands])
    shares = share_with_a_loan(number("careers.loan.hazard"), changes, int(number("careers.loan.years")))
    by_band = [
        shares[low - 22 : high - 22].mean()
        for low, high in [(22, 25), (25, 35), (35, 45), (45, 55), (55, 65)]
    ]
    assert np.average(by_band, weights=[0.09, 0.30, 0.27, 0.20, 0.14]) == pytest.approx(0.13, abs=0.005)


def test_the_fitted_hazard_follows_from_the_mean_time_of_a_loan() -> None:
    """A loan lasts D = (1 - (1 - q)^5) / q years if q change jobs a year, and s of workers have one when

    s / D = h (1 - d) (1 - s + s / D - q m), with d in hardship and m of the changers without an account.
    """
    change = np.array([0.09, 0.30, 0.27, 0.20, 0.14]) @ [0.508, 0.289, 0.171, 0.124, 0.102]
    lasts = (1.0 - (1.0 - change) ** 5) / change
    can_ask = NOT_IN_HARDSHIP * (0.87 + 0.13 / lasts - change * WITHOUT_ACCOUNT)
    assert number("careers.loan.hazard") == pytest.approx(0.13 / lasts / can_ask, abs=0.001)
