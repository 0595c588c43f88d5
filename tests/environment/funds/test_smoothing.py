"""Smoothing: the parameter that gives a quarterly autocorrelation, and prices that trail by a constant."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from environment.funds import book
from environment.funds.smoothing import monthly_smoothing, opening_lag
from environment.menus import reported_volatility
from environment.typing import FloatArray

reported_price = np.vectorize(book.reported_price)


def quarterly_autocorrelation(phi: float) -> float:
    """Of quarterly sums of a first-order autoregression, from its autocovariances phi^|i - j|.

    Summed entry by entry over the two blocks of three months, without the polynomial that is solved.
    """
    months = np.arange(6)
    covariance = phi ** np.abs(months[:, None] - months)
    return float(covariance[:3, 3:].sum() / covariance[:3, :3].sum())


def smoothed_log_returns(phi: float, true: FloatArray) -> FloatArray:
    """Log returns that `reported_price` makes of true ones, shape (paths, months), one path a row."""
    prices = np.exp(np.cumsum(true, axis=1))
    path = np.ones((true.shape[0], true.shape[1] + 1))
    for month in range(true.shape[1]):
        path[:, month + 1] = reported_price(prices[:, month], path[:, month], np.full(true.shape[0], phi))
    return np.diff(np.log(path), axis=1)


@pytest.mark.parametrize(("rho", "phi"), [(0.4, 0.621), (0.5, 0.704), (0.6, 0.776), (0.7, 0.840)])
def test_monthly_parameter_of_the_design(rho: float, phi: float) -> None:
    assert monthly_smoothing(np.array([rho]))[0] == pytest.approx(phi, abs=5e-4)


@given(st.floats(0.0, 0.95))
def test_the_parameter_gives_the_autocorrelation_asked_for(rho: float) -> None:
    phi = float(monthly_smoothing(np.array([rho]))[0])
    assert 0.0 <= phi < 1.0
    assert quarterly_autocorrelation(phi) == pytest.approx(rho, abs=1e-12)


def test_stronger_smoothing_has_a_greater_parameter() -> None:
    phi = monthly_smoothing(np.linspace(0.0, 0.95, 50))
    assert phi[0] == 0.0
    assert np.all(np.diff(phi) > 0.0)


@pytest.mark.parametrize("rho", [0.45, 0.75])
def test_simulated_quarters_have_the_autocorrelation(rho: float) -> None:
    """Of 40,000 quarters of independent true returns; the standard error is below 0.007."""
    phi = float(monthly_smoothing(np.array([rho]))[0])
    true = np.random.default_rng(1).normal(0.008, 0.05, (400, 360))
    quarters = smoothed_log_returns(phi, true)[:, 60:].reshape(400, 100, 3).sum(axis=2)
    measured = np.corrcoef(quarters[:, :-1].ravel(), quarters[:, 1:].ravel())[0, 1]
    assert measured == pytest.approx(rho, abs=0.03)


def test_simulated_volatility_is_that_of_the_menu() -> None:
    """Geltner (1991): the smoothed return has the root of (1 - phi)/(1 + phi) of the volatility."""
    true = np.random.default_rng(2).normal(0.0, 0.05, (400, 360))
    ratio = float(np.std(smoothed_log_returns(0.6, true)[:, 60:]) / np.std(true))
    assert ratio == pytest.approx(0.5, abs=0.005)
    assert reported_volatility(np.array([0.6]))[0] == pytest.approx(0.5)


@given(st.floats(1e-300, 1e300), st.floats(1e-300, 1e300))
def test_without_smoothing_the_reported_price_is_the_true_one(true: float, last: float) -> None:
    """Bit for bit, which a power of one need not give."""
    reported = reported_price(np.array([true]), np.array([last]), np.zeros(1))
    assert reported.tobytes() == np.array([true]).tobytes()


@given(st.floats(0.5, 2.0), st.floats(0.5, 2.0), st.floats(0.0, 0.99))
def test_the_reported_price_lies_between(true: float, last: float, phi: float) -> None:
    """On logs it goes 1 - phi of the way from the last reported price to the true one."""
    reported = reported_price(np.array([true]), np.array([last]), np.array([phi]))[0]
    assert np.log(reported) == pytest.approx((1.0 - phi) * np.log(true) + phi * np.log(last), abs=1e-12)


def trend(phi: float, growth: float, lag: float, months: int) -> FloatArray:
    """True over reported price, month by month, of a price that grows steadily from a given lag."""
    true, reported, smoothing = np.array([lag]), np.ones(1), np.array([phi])
    ratios = np.empty(months)
    for month in range(months):
        true = true * np.exp(growth)
        reported = reported_price(true, reported, smoothing)
        ratios[month] = true[0] / reported[0]
    return ratios


@settings(max_examples=20)
@given(st.floats(0.0, 0.95), st.floats(-0.01, 0.02))
def test_a_fund_opened_at_its_lag_trails_a_trend_for_ever(phi: float, growth: float) -> None:
    lag = float(opening_lag(np.array([phi]), np.array([growth]))[0])
    assert trend(phi, growth, lag, 480) == pytest.approx(np.full(480, lag), rel=1e-12)


def test_any_start_returns_to_the_lag() -> None:
    """phi/(1 - phi) months of growth: 4 months at 0.8, from a start without any lag as from one far off."""
    for start in (1.0, 0.7, 1.6):
        assert trend(0.8, 0.01, start, 300)[-1] == pytest.approx(np.exp(0.04), rel=1e-10)


def test_no_lag_without_smoothing() -> None:
    assert opening_lag(np.zeros(2), np.array([0.01, -0.02])).tolist() == [1.0, 1.0]
