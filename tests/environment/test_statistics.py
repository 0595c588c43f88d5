"""Inequality and quantiles against closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from environment.statistics import (
    Distribution,
    bottom_share,
    gini,
    lorenz,
    median,
    quantile,
    theil,
    theil_between,
    top_share,
    weighted_mean,
)
from environment.typing import FloatArray

PEOPLE = 200_000
MIDDLES = (np.arange(PEOPLE) + 0.5) / PEOPLE

amounts = st.lists(st.floats(0.0, 1e6), min_size=1, max_size=30).filter(lambda values: sum(values) > 1e-3)
whole_weights = st.integers(1, 5)


def pareto(index: float) -> FloatArray:
    """Quantiles of a Pareto distribution with least value 1, one for every person."""
    return np.asarray((1.0 - MIDDLES) ** (-1.0 / index))


def log_normal(sigma: float) -> FloatArray:
    """Quantiles of a log-normal distribution, one for every person."""
    return np.asarray(np.exp(sigma * ndtri(MIDDLES)))


@pytest.mark.parametrize("index", [2.5, 3.0, 5.0])
def test_pareto(index: float) -> None:
    """Gini 1/(2a - 1), Theil ln((a - 1)/a) + 1/(a - 1), top share q^(1 - 1/a)."""
    values = Distribution.of(pareto(index))
    assert values.gini() == pytest.approx(1.0 / (2.0 * index - 1.0), rel=5e-3)
    assert values.theil() == pytest.approx(math.log((index - 1.0) / index) + 1.0 / (index - 1.0), rel=2e-2)
    assert values.top_share(0.1) == pytest.approx(0.1 ** (1.0 - 1.0 / index), rel=5e-3)
    assert values.bottom_share(0.5) == pytest.approx(1.0 - 0.5 ** (1.0 - 1.0 / index), rel=5e-3)


def test_uniform() -> None:
    """The Gini of 1, 3, 5, ... is (n^2 - 1)/(3 n^2), 1/3 in the limit; the bottom half holds a quarter."""
    values = np.arange(1.0, 2000.0, 2.0)
    assert gini(values) == pytest.approx((1000**2 - 1) / (3 * 1000**2), rel=1e-12)
    assert bottom_share(values, 0.5) == pytest.approx(0.25, rel=1e-12)


@pytest.mark.parametrize("sigma", [0.5, 1.0, 1.65])
def test_log_normal(sigma: float) -> None:
    """Gini erf(sigma/2), Theil sigma^2/2, median 1."""
    values = log_normal(sigma)
    assert gini(values) == pytest.approx(math.erf(sigma / 2.0), rel=2e-3)
    assert theil(values) == pytest.approx(sigma**2 / 2.0, rel=5e-3)
    assert median(values) == pytest.approx(1.0, rel=1e-4)


def test_one_of_two_holds_everything() -> None:
    """No small-sample correction: 1/2, not 1; Theil ln 2, with 0 ln 0 = 0."""
    values = np.array([1.0, 0.0])
    assert gini(values) == 0.5
    assert theil(values) == pytest.approx(math.log(2.0))
    assert top_share(values, 0.5) == 1.0
    assert top_share(values, 0.1) == pytest.approx(0.2)


def test_two_weighted_points() -> None:
    """A share p of the people with a share s of the money has Gini p - s."""
    values, weights = np.array([1.0, 9.0]), np.array([3.0, 1.0])
    assert gini(values, weights) == pytest.approx(0.75 - 0.25)
    population, held = lorenz(values, weights)
    assert population == pytest.approx([0.0, 0.75, 1.0])
    assert held == pytest.approx([0.0, 0.25, 1.0])


def test_equality_is_exactly_zero() -> None:
    """Rounding never makes equal incomes unequal, nor an index negative."""
    for people in range(1, 50):
        values = np.full(people, 0.1)
        assert 0.0 <= gini(values) < 1e-14
        assert 0.0 <= theil(values) < 1e-14


@given(amounts)
def test_gini_is_half_the_relative_mean_difference(values: list[float]) -> None:
    """Gini's own definition, over all pairs (Gini 1912)."""
    array = np.array(values)
    difference = np.abs(array[:, None] - array[None, :]).mean()
    assert gini(array) == pytest.approx(difference / (2.0 * array.mean()), abs=1e-9)


@given(st.lists(st.tuples(st.floats(0.01, 1e6), whole_weights), min_size=1, max_size=20))
def test_a_weight_is_as_many_people(pairs: list[tuple[float, int]]) -> None:
    """Whole weights give what so many copies give, in every measure but the quantiles."""
    values, weights = np.array([pair[0] for pair in pairs]), np.array([pair[1] for pair in pairs])
    weighted = Distribution.of(values, weights.astype(np.float64))
    repeated = Distribution.of(values.repeat(weights))
    assert weighted.mean() == pytest.approx(repeated.mean())
    assert weighted.gini() == pytest.approx(repeated.gini(), abs=1e-9)
    assert weighted.theil() == pytest.approx(repeated.theil(), abs=1e-9)
    assert weighted.top_share(0.1) == pytest.approx(repeated.top_share(0.1))
    assert weighted.bottom_share(0.5) == pytest.approx(repeated.bottom_share(0.5))


@given(amounts, st.floats(0.001, 1000.0))
def test_scale_does_not_matter(values: list[float], factor: float) -> None:
    """Inequality is the same in dollars and in cents."""
    array = np.array(values)
    assert gini(factor * array) == pytest.approx(gini(array), abs=1e-9)
    assert theil(factor * array) == pytest.approx(theil(array), abs=1e-9)


@given(st.lists(st.tuples(st.floats(0.01, 1e4), st.integers(0, 3), whole_weights), min_size=1, max_size=30))
def test_theil_decomposes(rows: list[tuple[float, int, int]]) -> None:
    """Total = between + sum over groups of their share of the money x Theil within (Theil 1967)."""
    values, weights = np.array([row[0] for row in rows]), np.array([float(row[2]) for row in rows])
    groups = np.array([row[1] for row in rows])
    within = 0.0
    for group in np.unique(groups):
        own = groups == group
        held = np.sum(values[own] * weights[own]) / np.sum(values * weights)
        within += held * theil(values[own], weights[own])
    assert theil_between(values, groups, weights) + within == pytest.approx(theil(values, weights), abs=1e-9)


def test_theil_between_two_groups() -> None:
    """Two groups of equal size with means 1 and 3: (1/4) ln(1/2) + (3/4) ln(3/2), whatever is within."""
    values, groups = np.array([0.0, 2.0, 3.0, 3.0]), np.array([1, 1, 4, 4])
    assert theil_between(values, groups) == pytest.approx(0.25 * math.log(0.5) + 0.75 * math.log(1.5))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30), st.floats(0.0, 1.0))
def test_quantiles_are_those_of_numpy(values: list[float], share: float) -> None:
    """Without weights, and with equal ones, the convention is type 7 of Hyndman and Fan (1996)."""
    array = np.array(values)
    expected = np.quantile(array, share)
    assert quantile(array, share) == pytest.approx(expected, abs=1e-6)
    assert quantile(array, share, np.full(len(array), 0.3)) == pytest.approx(expected, abs=1e-6)


def test_weighted_quantile() -> None:
    """Weights 1, 2, 1 have middles at 1/2, 2 and 7/2: a quarter of the way is halfway to the second."""
    values, weights = np.array([30.0, 10.0, 20.0]), np.array([1.0, 1.0, 2.0])
    assert quantile(values, 0.0, weights) == 10.0
    assert quantile(values, 0.25, weights) == pytest.approx(15.0)
    assert median(values, weights) == pytest.approx(20.0)
    assert quantile(values, 1.0, weights) == 30.0


def test_weight_zero_counts_for_nothing() -> None:
    """Somebody without weight moves no statistic."""
    values, weights = np.array([1.0, 2.0, 100.0]), np.array([1.0, 1.0, 0.0])
    assert gini(values, weights) == gini(np.array([1.0, 2.0]))
    assert quantile(values, 1.0, weights) == 2.0
    assert weighted_mean(values, weights) == 1.5


def test_empty_groups_have_no_statistics() -> None:
    """Nobody, or nobody with weight, gives nan without a warning."""
    for weights in (None, np.array([])):
        nobody = Distribution.of(np.array([]), weights)
        figures = [nobody.mean(), nobody.quantile(0.5), nobody.gini(), nobody.theil(), nobody.top_share(0.1)]
        assert all(math.isnan(figure) for figure in figures)
    assert math.isnan(weighted_mean(np.array([1.0]), np.array([0.0])))
    assert math.isnan(theil_between(np.array([]), np.array([], dtype=np.int64)))


def test_a_total_of_zero_has_no_shares() -> None:
    """If nobody owns anything, inequality is undefined, while mean and median are zero."""
    nothing = Distribution.of(np.zeros(5))
    assert nothing.mean() == 0.0
    assert nothing.quantile(0.5) == 0.0
    assert all(math.isnan(figure) for figure in [nothing.gini(), nothing.theil(), nothing.bottom_share(0.5)])


def test_weights_of_another_length_are_refused() -> None:
    """A misaligned column is an error, not a broadcast."""
    with pytest.raises(ValueError, match="weights have shape"):
        gini(np.ones(3), np.ones(2))
