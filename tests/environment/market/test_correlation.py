"""Repair of correlation matrices, against published examples and the conditions of a nearest point."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.assets import CLASSES, US_EQUITY
from environment.market.correlation import (
    correlations,
    nearest_correlation,
    repair,
    semidefinite_root,
    without,
)
from environment.typing import FloatArray


def entries(size: int) -> st.SearchStrategy[list[float]]:
    """The entries above the diagonal of a matrix of that size."""
    count = size * (size - 1) // 2
    return st.lists(st.floats(-1.0, 1.0), min_size=count, max_size=count)


def symmetric(size: int, above: list[float]) -> FloatArray:
    """A symmetric matrix with a diagonal of ones."""
    matrix = np.eye(size)
    matrix[np.triu_indices(size, 1)] = above
    return matrix + matrix.T - np.eye(size)


def test_higham_2002_first_example() -> None:
    given_matrix = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 1.0]])
    published = [[1.0, 0.7607, 0.1573], [0.7607, 1.0, 0.7607], [0.1573, 0.7607, 1.0]]
    assert np.allclose(nearest_correlation(given_matrix), published, atol=5e-5)
    assert np.linalg.norm(nearest_correlation(given_matrix) - given_matrix) == pytest.approx(0.5278, abs=5e-5)


def test_higham_2002_second_difference() -> None:
    given_matrix = 2.0 * np.eye(4) - np.eye(4, k=1) - np.eye(4, k=-1)
    published = [
        [1.0, -0.8084, 0.1916, 0.1068],
        [-0.8084, 1.0, -0.6562, 0.1916],
        [0.1916, -0.6562, 1.0, -0.8084],
        [0.1068, 0.1916, -0.8084, 1.0],
    ]
    assert np.allclose(nearest_correlation(given_matrix), published, atol=5e-5)


def test_three_certain_opposites_in_closed_form() -> None:
    # By symmetry the nearest matrix has equal entries, and three variables allow none below -1/2.
    given_matrix = symmetric(3, [-1.0, -1.0, -1.0])
    assert np.allclose(nearest_correlation(given_matrix), symmetric(3, [-0.5, -0.5, -0.5]), atol=1e-9)


@given(entries(5))
def test_the_repaired_matrix_is_a_correlation_matrix(above: list[float]) -> None:
    matrix = nearest_correlation(symmetric(5, above))
    assert np.all(np.diagonal(matrix) == 1.0)
    assert np.array_equal(matrix, matrix.T)
    assert np.linalg.eigvalsh(matrix)[0] > -1e-12


@given(entries(5))
def test_no_nearby_correlation_matrix_is_nearer(above: list[float]) -> None:
    given_matrix = symmetric(5, above)
    nearest = nearest_correlation(given_matrix)
    distance = np.linalg.norm(nearest - given_matrix)
    for other in (np.eye(5), np.ones((5, 5)), nearest**2):
        mixed = 0.99 * nearest + 0.01 * other
        assert np.linalg.norm(mixed - given_matrix) >= distance - 1e-9


@given(entries(4))
def test_a_valid_matrix_is_left_alone(above: list[float]) -> None:
    valid = symmetric(4, [0.3 * entry for entry in above])
    repaired = repair(valid)
    assert np.array_equal(repaired.matrix, valid)
    assert repaired.largest_change == 0.0


def test_the_size_of_a_repair_is_reported() -> None:
    given_matrix = symmetric(3, [1.0, 0.0, 1.0])
    assert repair(given_matrix).largest_change == pytest.approx(1.0 - 0.7607, abs=5e-5)


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        (np.ones((2, 3)), "square"),
        (np.array([[1.0, 0.5], [0.4, 1.0]]), "symmetric"),
        (np.array([[1.0, 0.5], [0.5, 0.9]]), "diagonal"),
        (np.array([[1.0, 1.5], [1.5, 1.0]]), "between -1 and 1"),
    ],
)
def test_what_is_no_table_of_correlations_is_refused(matrix: FloatArray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        repair(matrix)


@given(entries(5), st.permutations(range(5)))
def test_a_root_squares_to_its_matrix_in_any_order(above: list[float], order: list[int]) -> None:
    matrix = nearest_correlation(symmetric(5, above))
    root = semidefinite_root(matrix, np.array(order))
    assert np.allclose(root @ root.T, matrix, atol=1e-5)
    later = root[np.ix_(order, order)]
    assert np.array_equal(later, np.tril(later))


def test_a_singular_matrix_has_a_root() -> None:
    assert np.array_equal(semidefinite_root(np.ones((3, 3)), np.arange(3)), np.eye(3)[[0, 0, 0]])


@given(st.integers(0, 2), st.floats(0.0, 4.0))
def test_a_part_is_taken_out_as_far_as_it_can_be_independent(row: int, variance: float) -> None:
    # Of one variable it is what the others leave unexplained: the reciprocal of the inverse's diagonal.
    matrix = symmetric(3, [0.6, -0.2, 0.1])
    direction = np.eye(3)[row]
    left, taken = without(matrix, direction, variance)
    assert taken == pytest.approx(min(variance, 0.95 / np.linalg.inv(matrix)[row, row]), rel=1e-9)
    assert np.allclose(left + taken * np.outer(direction, direction), matrix)
    assert np.linalg.eigvalsh(left)[0] > 0.0


def test_of_a_singular_matrix_only_what_it_contains_is_taken() -> None:
    # Three copies of one variable: it can be taken out up to the share, but no one of them alone.
    left, taken = without(np.ones((3, 3)), np.ones(3), 5.0)
    assert taken == pytest.approx(0.95)
    assert np.allclose(left, 0.05)
    assert without(np.ones((3, 3)), np.eye(3)[0], 5.0)[1] == pytest.approx(0.0, abs=1e-9)


def test_taking_nothing_leaves_every_bit() -> None:
    matrix = correlations().matrix
    assert np.array_equal(without(matrix, np.ones(len(matrix)), 0.0)[0], matrix)


def test_the_bundled_table_covers_the_classes_and_inflation() -> None:
    bundled = correlations()
    assert bundled.matrix.shape == (len(CLASSES) + 1, len(CLASSES) + 1)
    # A published table rounded to two decimals is valid, or nearly.
    assert bundled.largest_change < 0.02
    # J.P. Morgan LTCMA 2024: U.S. equity and gold 0.03, U.S. equity and inflation 0.01.
    assert bundled.matrix[US_EQUITY, CLASSES.index("gold")] == pytest.approx(0.03, abs=0.01)
    assert bundled.matrix[US_EQUITY, -1] == pytest.approx(0.01, abs=0.01)
