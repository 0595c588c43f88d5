"""Rules of spending: a constant real withdrawal, a need, guardrails, required distributions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.spending import at_least_required, guardrails, need_less_income, real_withdrawal
from environment.parameters import parameters

ARTICLE = {"upper": 1.2, "lower": 0.8, "cut": 0.1, "raise_": 0.1}


def planned(last: float, wealth: float, initial_rate: float, **rails: float) -> float:
    rules = {**ARTICLE, **rails}
    return float(guardrails(np.array([last]), np.array([wealth]), initial_rate, **rules)[0])


def test_four_per_cent_of_300_000_dollars_is_1_000_a_month() -> None:
    np.testing.assert_allclose(real_withdrawal(np.array([300_000.0, 0.0]), 0.04), [1000.0, 0.0], rtol=1e-15)


def test_twelve_months_are_the_yearly_share() -> None:
    balances = np.geomspace(1.0, 1e7, 20)
    np.testing.assert_allclose(12.0 * real_withdrawal(balances, 0.07), 0.07 * balances, rtol=1e-15)
    assert not real_withdrawal(balances, 0.0).any()


def test_accounts_pay_what_social_security_leaves_of_the_need() -> None:
    need, benefit = np.array([60_000.0, 60_000.0, 20_000.0]), np.array([24_000.0, 0.0, 24_000.0])
    np.testing.assert_allclose(need_less_income(need, benefit), [3_000.0, 5_000.0, 0.0], rtol=1e-15)


def test_the_rails_of_five_per_cent_are_four_and_six() -> None:
    """50,000 USD a year after 5% of a million: cut above 6% of wealth, raised below 4%, kept between."""
    last = 50_000.0 / 12.0
    assert planned(last, 833_000.0, 0.05) == pytest.approx(45_000.0 / 12.0)
    assert planned(last, 834_000.0, 0.05) == last
    assert planned(last, 1_249_000.0, 0.05) == last
    assert planned(last, 1_251_000.0, 0.05) == pytest.approx(55_000.0 / 12.0)


def test_an_empty_account_only_cuts() -> None:
    assert planned(1_000.0, 0.0, 0.05) == pytest.approx(900.0)
    assert planned(0.0, 0.0, 0.05) == 0.0


@given(st.floats(0.0, 1e5), st.floats(0.0, 1e7), st.floats(0.0, 1.0))
def test_without_cuts_and_raises_the_withdrawal_is_constant(last: float, wealth: float, rate: float) -> None:
    assert planned(last, wealth, rate, cut=0.0, raise_=0.0) == last


def test_the_rails_of_the_model_are_those_of_the_article() -> None:
    keys = {"upper": "upper", "lower": "lower", "cut": "cut", "raise_": "raise"}
    assert {name: parameters()[f"savers.guardrails.{key}"].value for name, key in keys.items()} == ARTICLE


def test_the_required_distribution_is_a_floor_and_alone_where_nothing_is_planned() -> None:
    required = np.array([0.0, 12_000.0, 36_000.0])
    np.testing.assert_array_equal(
        at_least_required(np.full(3, 2_000.0), required), [2_000.0, 2_000.0, 3_000.0]
    )
    np.testing.assert_array_equal(at_least_required(np.zeros(3), required), [0.0, 1_000.0, 3_000.0])
