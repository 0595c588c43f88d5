"""Bond returns against the price of a zero-coupon bond, and yields against their closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.luck import Luck
from environment.market.bonds import (
    Bond,
    bond_returns,
    convexity,
    income_share,
    shock_correlations,
)
from environment.market.correlation import correlations


def test_a_month_in_numbers() -> None:
    # 6% a year for a month, duration 4, half a point up and then down: 0.005 - 0.02 + 20 / 2 x 0.000025.
    returns = bond_returns(np.array([0.06, 0.065, 0.06]), 4.0)
    assert returns == pytest.approx([0.005 - 0.02 + 0.00025, 0.065 / 12.0 + 0.02 + 0.00025], abs=1e-15)


@given(st.floats(1.0, 30.0), st.floats(-0.01, 0.01))
def test_at_a_yield_of_zero_the_price_is_that_of_a_zero_coupon_bond(duration: float, change: float) -> None:
    price = (1.0 + change) ** -duration - 1.0
    # The remainder of the second-order expansion.
    third = duration * (duration + 1.0) * (duration + 2.0) / 6.0 * abs(change) ** 3
    assert abs(bond_returns(np.array([0.0, change]), duration)[0] - price) <= third * 1.6 + 1e-14


def test_steady_yields_pay_their_twelfth_and_no_duration_is_cash() -> None:
    assert bond_returns(np.full(5, 0.048), 7.0) == pytest.approx(np.full(4, 0.004))
    assert bond_returns(np.array([0.024, 0.5, 0.012]), 0.0) == pytest.approx([0.002, 0.5 / 12.0])
    assert convexity(0.0) == 0.0


@given(st.lists(st.floats(-6.0, 100.0), min_size=2, max_size=6).map(np.array), st.floats(0.0, 30.0))
def test_no_bond_loses_more_than_everything(yields: np.ndarray, duration: float) -> None:
    assert np.all(bond_returns(yields, duration) > -1.0)


def test_yields_start_where_they_start_and_tend_to_the_long_run() -> None:
    bond = Bond(4.0, 0.99, math.log(1.039) / 12.0, 0.0094)
    yields = bond.yields(np.zeros(2400), 0.08)
    mean = bond.long_run_yield
    assert yields[0] == 0.08
    assert yields[24] - mean == pytest.approx((0.08 - mean) * 0.99**24)
    assert yields[-1] == pytest.approx(mean, rel=1e-6)
    # Without volatility the yield is that of the compound return.
    calm = Bond(4.0, 0.99, math.log(1.039) / 12.0, 0.0).long_run_yield
    assert (1.0 + calm / 12.0) ** 12 == pytest.approx(1.039, rel=1e-12)


def test_a_yield_never_takes_half_the_price_in_a_month() -> None:
    absurd = Bond(0.1, 0.9, 0.003, 0.8)
    yields = absurd.yields(np.array([50.0, -50.0, 50.0]), 0.04)
    assert yields.min() == -6.0
    assert yields.max() > 6.0
    assert np.all(bond_returns(yields, 0.1) > -1.0)


def test_a_good_shock_lowers_the_yield_by_the_deviation_over_the_duration() -> None:
    bond = Bond(5.0, 0.0, 0.004, 0.01)
    mean = bond.long_run_yield
    change = bond.yields(np.array([1.0]), mean)[1] - mean
    assert change == pytest.approx(-bond.shock_deviation, rel=1e-12)
    # Without persistence a = 1/12 + D, and the two parts share the variance.
    assert bond.shock_deviation == pytest.approx(0.01 / math.hypot(5.0, 5.0 + 1.0 / 12.0))


@pytest.mark.parametrize(("duration", "persistence"), [(4.0, 0.995), (1.0, 0.9), (20.0, 0.99)])
def test_returns_have_the_mean_and_the_volatility_asked_for(duration: float, persistence: float) -> None:
    bond = Bond(duration, persistence, 0.003, 0.012)
    warm, months = 2000, 60_000
    shocks = Luck(1, 0).normal("a", 0, np.arange(warm + months))
    yields = bond.yields(shocks, bond.long_run_yield)[warm:]
    assert len(yields) == months + 1
    logs = np.log1p(bond_returns(yields, duration))
    share = income_share(duration, persistence)
    # What is left without the two terms of first order, whose mean is 0, shows the convexity.
    income = 1.0 / 12.0 + duration * (1.0 - persistence)
    first = income * (yields[:-1] - bond.long_run_yield)
    first += duration * bond.shock_deviation * shocks[warm:][: len(logs)]
    assert (logs - first).mean() == pytest.approx(0.003, abs=3e-6)
    spread = math.sqrt(2.0 / months * (1.0 + share**2 * (1.0 + persistence**2) / (1.0 - persistence**2)))
    assert logs.var() == pytest.approx(0.012**2, rel=4.5 * spread + 0.005)


def test_without_duration_nothing_is_taken_from_the_shocks() -> None:
    matrix = correlations().matrix
    assert income_share(0.0, 0.99) == 0.0
    assert np.array_equal(shock_correlations(matrix, np.zeros(len(matrix))), matrix)


@given(st.floats(0.001, 30.0), st.floats(0.001, 30.0), st.floats(0.0, 0.9999))
def test_shocks_and_yields_together_have_the_correlations(first: float, second: float, f: float) -> None:
    shares = np.array([income_share(first, f), income_share(second, f), 0.0])
    asked = np.array([[1.0, 0.3, -0.1], [0.3, 1.0, 0.05], [-0.1, 0.05, 1.0]])
    shocks = shock_correlations(asked, shares)
    assert np.linalg.eigvalsh(shocks)[0] > -1e-9
    if shares.max() < 0.5:
        # cov = D_i D_j s_i s_j rho + a_i a_j s_i s_j rho / (1 - f^2), added up from the law of the yields.
        durations = np.array([first, second])
        deviations = [Bond(d, f, 0.0, 1.0).shock_deviation for d in durations]
        income = 1.0 / 12.0 + durations * (1.0 - f)
        covariance = (
            np.prod(deviations) * (np.prod(durations) + np.prod(income) / (1.0 - f * f)) * shocks[0, 1]
        )
        assert covariance == pytest.approx(0.3, abs=1e-9)
        assert durations[0] * deviations[0] * shocks[0, 2] == pytest.approx(-0.1, abs=1e-9)
