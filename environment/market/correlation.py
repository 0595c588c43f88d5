"""Correlation matrices: the nearest valid one, and a root that also takes a singular one.

A matrix put together from several sources, with rounded entries, need not be positive semidefinite: it
would give some portfolio a negative variance. It is replaced by the nearest correlation matrix in the
Frobenius norm.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from environment.assets import CLASSES
from environment.parameters import number_lines
from environment.typing import FloatArray, IntArray

_TABLE = "correlations.csv"
_TOLERANCE = 1e-12
_MOST_ROUNDS = 10_000
_MOST_TAKEN = 0.95


@dataclass(frozen=True, slots=True)
class Repair:
    """A correlation matrix made valid.

    Attributes
    ----------
    matrix
        The nearest correlation matrix, shape (n, n).
    largest_change
        The largest absolute difference between an entry of it and of the original, 0 if that was valid.
    """

    matrix: FloatArray
    largest_change: float


@cache
def correlations() -> Repair:
    """The bundled correlations of the classes and of inflation (last), shape (17, 17), made valid; read-only.

    Raises
    ------
    ValueError
        If the rows and columns of the table are not the classes and inflation in their order, or if it is no
        table of correlations.
    """
    header, *lines = (line.split(",") for line in number_lines(_TABLE))
    names = [*CLASSES, "inflation"]
    if header[1:] != names or [line[0] for line in lines] != names:
        raise ValueError(f"rows and columns of {_TABLE} must be {', '.join(names)}")
    repaired = repair(np.array([line[1:] for line in lines], dtype=np.float64))
    repaired.matrix.flags.writeable = False
    return repaired


def repair(matrix: FloatArray) -> Repair:
    """The nearest correlation matrix to `matrix` (n, n), with the size of the repair.

    Raises
    ------
    ValueError
        If `matrix` is not square, symmetric, with a diagonal of ones and entries between -1 and 1.
    """
    _check(matrix)
    nearest = nearest_correlation(matrix)
    return Repair(nearest, float(np.max(np.abs(nearest - matrix))))


def nearest_correlation(matrix: FloatArray) -> FloatArray:
    """The correlation matrix nearest to a symmetric matrix in the Frobenius norm.

    Alternating projections onto the positive semidefinite matrices and the matrices of unit diagonal, with
    Dykstra's correction of the first (Higham 2002, "Computing the nearest correlation matrix", algorithm 3.3
    with equal weights). A matrix that is a correlation matrix already is returned unchanged.

    Parameters
    ----------
    matrix
        Symmetric, shape (n, n).
    """
    smallest = np.linalg.eigvalsh(matrix)[0]
    if smallest >= 0.0 and np.all(np.diagonal(matrix) == 1.0):
        return matrix.copy()
    current = matrix.copy()
    correction = np.zeros_like(matrix)
    for _ in range(_MOST_ROUNDS):
        previous = current
        shifted = current - correction
        semidefinite = _nearest_semidefinite(shifted)
        correction = semidefinite - shifted
        current = semidefinite.copy()
        np.fill_diagonal(current, 1.0)
        if np.max(np.abs(current - previous)) < _TOLERANCE:
            break
    return _with_unit_diagonal(semidefinite)


def semidefinite_root(matrix: FloatArray, order: IntArray) -> FloatArray:
    """A root R of a positive semidefinite matrix: R R' = matrix.

    Cholesky's elimination, taking the rows in the given order, so that the k-th of them depends on the first
    k columns of that order alone. A row with no variance of its own left gets no column of its own, so that
    a singular matrix has a root too.

    Parameters
    ----------
    matrix
        Symmetric, shape (n, n).
    order
        A permutation of 0..n-1, shape (n,).
    """
    remaining = matrix.copy()
    root = np.zeros_like(matrix)
    for pivot in order:
        variance = remaining[pivot, pivot]
        if variance > _TOLERANCE:
            root[:, pivot] = remaining[:, pivot] / np.sqrt(variance)
            remaining -= np.outer(root[:, pivot], root[:, pivot])
        remaining[pivot, :] = 0.0
        remaining[:, pivot] = 0.0
    return root


def without(covariance: FloatArray, direction: FloatArray, variance: float) -> tuple[FloatArray, float]:
    """What is left of a covariance S when an independent part v d d' is taken out of it, and v.

    S - v d d' is positive semidefinite for v up to 1 / (d' S^-1 d), the variance of the combination of unit
    loading on d that the rest can least hedge; v is `variance`, or 0.95 of that bound if it is smaller: a
    covariance that was regular stays so, and another part can still be taken out of it.

    Parameters
    ----------
    covariance
        S, positive semidefinite, shape (n, n).
    direction
        d, shape (n,).
    variance
        Asked for, >= 0. At 0 the covariance is left as it is, to the last bit.
    """
    if variance == 0.0:
        return covariance, 0.0
    eigenvalues, vectors = np.linalg.eigh(covariance)
    weights = np.einsum("ij,i->j", vectors, direction) ** 2
    bound = 1.0 / float(np.sum(weights / np.maximum(eigenvalues, _TOLERANCE)))
    taken = min(variance, _MOST_TAKEN * bound)
    return covariance - taken * np.outer(direction, direction), taken


def _check(matrix: FloatArray) -> None:
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"a correlation matrix is square, not of shape {matrix.shape}")
    if not np.array_equal(matrix, matrix.T):
        raise ValueError("a correlation matrix is symmetric")
    if not np.all(np.diagonal(matrix) == 1.0):
        raise ValueError("the diagonal of a correlation matrix is 1")
    if not np.all(np.abs(matrix) <= 1.0):
        raise ValueError("a correlation lies between -1 and 1")


def _nearest_semidefinite(matrix: FloatArray) -> FloatArray:
    """The matrix with its negative eigenvalues set to zero."""
    eigenvalues, vectors = np.linalg.eigh(matrix)
    positive = (vectors * np.maximum(eigenvalues, 0.0)) @ vectors.T
    return np.asarray(0.5 * (positive + positive.T), dtype=np.float64)


def _with_unit_diagonal(matrix: FloatArray) -> FloatArray:
    """Rows and columns scaled so that the diagonal is exactly 1, which keeps a matrix semidefinite."""
    scale = 1.0 / np.sqrt(np.diagonal(matrix))
    scaled = matrix * np.outer(scale, scale)
    np.fill_diagonal(scaled, 1.0)
    return np.asarray(scaled, dtype=np.float64)
