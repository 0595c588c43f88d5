"""The regression that a correlation matrix implies, and its residual."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from environment.luck import normal_of
from environment.market.correlation import correlations
from environment.market.history import LEADERS
from environment.market.regression import following_shocks, regression
from environment.market.replay import FOLLOWERS
from environment.typing import FloatArray


def matrix_of(entries: list[float]) -> FloatArray:
    """A positive definite correlation matrix of six rows made of thirty-six numbers."""
    root = np.array(entries).reshape(6, 6)
    covariance = root @ root.T + 0.1 * np.eye(6)
    scale = 1.0 / np.sqrt(np.diagonal(covariance))
    return np.asarray(covariance * np.outer(scale, scale), dtype=np.float64)


def test_one_leader_and_one_follower() -> None:
    matrix = np.array([[1.0, 0.6], [0.6, 1.0]])
    coefficients, residual = regression(matrix, np.array([0]), np.array([1]))
    assert coefficients == pytest.approx(0.6)
    assert residual == pytest.approx(1.0 - 0.36)


@given(st.lists(st.floats(-1.0, 1.0), min_size=36, max_size=36))
def test_regression_and_residual_make_up_the_matrix(entries: list[float]) -> None:
    matrix = matrix_of(entries)
    leaders, followers = np.array([4, 0]), np.array([1, 5, 2, 3])
    coefficients, residual = regression(matrix, leaders, followers)
    among, between = matrix[np.ix_(leaders, leaders)], matrix[np.ix_(followers, leaders)]
    np.testing.assert_allclose(coefficients @ among, between, atol=1e-12)
    whole = coefficients @ among @ coefficients.T + residual
    np.testing.assert_allclose(whole, matrix[np.ix_(followers, followers)], atol=1e-12)
    assert np.array_equal(residual, residual.T)
    assert np.linalg.eigvalsh(residual).min() > -1e-12


def test_the_bundled_matrix_leaves_every_class_something_of_its_own() -> None:
    _, residual = regression(correlations().matrix, LEADERS, FOLLOWERS)
    own = np.diagonal(residual)
    assert np.all((own > 0.0) & (own <= 1.0))


@settings(max_examples=20)
@given(st.lists(st.floats(-1.0, 1.0), min_size=36, max_size=36))
def test_shocks_have_the_correlations_of_the_matrix(entries: list[float]) -> None:
    matrix = matrix_of(entries)
    leaders, followers = np.array([0, 1]), np.array([2, 3, 4, 5])
    # Draws of exactly unit covariance give exact covariances, whatever their number.
    draws = normal_of((np.arange(240.0).reshape(40, 6) * 0.6180339887498949 + 0.1) % 1.0)
    exact = np.linalg.qr(draws - draws.mean(axis=0))[0] * np.sqrt(40.0)
    z = exact[:, :2] @ np.linalg.cholesky(matrix[:2, :2]).T
    shocks = following_shocks(*regression(matrix, leaders, followers), z, exact[:, 2:])
    together = np.column_stack([z, shocks])
    np.testing.assert_allclose(together.T @ together / 40.0, matrix, atol=1e-10)
