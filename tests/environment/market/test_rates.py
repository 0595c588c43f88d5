"""Autoregressions against their closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.luck import Luck
from environment.market.rates import (
    innovation_of_yearly_sum,
    reverting,
    stationary_deviation,
    year_per_shock,
    yearly_sum_autocorrelation,
)


def test_without_shocks_a_departure_decays_geometrically() -> None:
    departures = reverting(np.zeros(24), 0.9, 0.02)
    assert np.allclose(departures, 0.02 * 0.9 ** np.arange(1, 25), rtol=1e-12)


def test_a_single_shock_decays_geometrically() -> None:
    shocks = np.zeros(6)
    shocks[2] = 1.0
    assert np.allclose(reverting(shocks, 0.5, 0.0), [0.0, 0.0, 1.0, 0.5, 0.25, 0.125])


def test_no_months_give_no_departures() -> None:
    assert reverting(np.zeros(0), 0.9, 1.0).shape == (0,)


def test_the_stationary_deviation_is_that_of_a_long_path() -> None:
    shocks = 0.3 * Luck(1, 0).normal("a", 0, np.arange(200_000))
    departures = reverting(shocks, 0.8, 0.0)
    # The variance of n months has relative standard error root(2 / n (1 + phi^2) / (1 - phi^2)).
    error = math.sqrt(2.0 / 200_000 * (1.0 + 0.64) / (1.0 - 0.64))
    assert departures.var() == pytest.approx(stationary_deviation(0.3, 0.8) ** 2, rel=4.5 * error)


@given(st.floats(0.0, 0.99))
def test_the_yearly_sum_has_the_variance_asked_for(persistence: float) -> None:
    # The sum of twelve months from the autocovariances v phi^|i - j|, added one by one.
    variance = stationary_deviation(innovation_of_yearly_sum(0.02, persistence), persistence) ** 2
    lags = np.abs(np.subtract.outer(np.arange(12), np.arange(12)))
    assert variance * np.sum(persistence**lags) == pytest.approx(0.02**2, rel=1e-9)


def test_without_persistence_the_month_has_a_twelfth_of_the_variance() -> None:
    assert innovation_of_yearly_sum(0.12, 0.0) == pytest.approx(0.12 / math.sqrt(12.0))


@given(st.floats(-0.99, 0.99))
def test_consecutive_years_correlate_as_their_months_do(memory: float) -> None:
    lags = np.abs(np.subtract.outer(np.arange(24), np.arange(24)))
    months = memory**lags
    covariance, variance = months[:12, 12:].sum(), months[:12, :12].sum()
    assert yearly_sum_autocorrelation(memory) == pytest.approx(covariance / variance, rel=1e-9, abs=1e-12)


def test_years_that_do_not_vary_have_no_correlation() -> None:
    assert yearly_sum_autocorrelation(-1.0) == 0.0


def test_a_shock_in_every_month_adds_what_is_left_of_each_by_the_end_of_the_year() -> None:
    assert year_per_shock(0.0) == 12.0
    assert year_per_shock(0.936) == pytest.approx(reverting(np.ones(12), 0.936, 0.0).sum())
