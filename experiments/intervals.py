"""Mean over replications with its 95% interval, from Student's t (Student 1908)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from environment.typing import FloatArray

CONFIDENCE = 0.95
"""Probability that the interval covers the mean of all possible replications."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Mean over replications and the ends of its interval.

    Attributes
    ----------
    value : float or None
        The mean; None where no replication has a value.
    low, high : float or None
        Ends of the interval; None with fewer than two values.
    """

    value: float | None
    low: float | None
    high: float | None

    def as_dict(self) -> dict[str, float | None]:
        """`{value, low, high}`, as in summary.json and verdict.json."""
        return {"value": self.value, "low": self.low, "high": self.high}


def interval(values: npt.ArrayLike) -> Interval:
    """Mean and 95% interval of one figure.

    Parameters
    ----------
    values : array_like, shape (replications,)
        The figure in each replication; nan marks a replication that has no such figure, which is left out.

    Returns
    -------
    Interval
        See `mean_and_half_width`, with None for nan.
    """
    mean, half = mean_and_half_width(np.asarray(values, dtype=np.float64))
    value = _number(mean)
    if value is None or np.isnan(half):
        return Interval(value, None, None)
    return Interval(value, float(mean - half), float(mean + half))


def mean_and_half_width(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Mean over the first axis and half the width of its 95% interval.

    Parameters
    ----------
    values : FloatArray, shape (replications, ...)
        One row a replication, nan where it has no value.

    Returns
    -------
    tuple of FloatArray
        Arrays of shape `values.shape[1:]`: the mean, nan without a value, and t(0.975, n - 1) s / sqrt(n)
        with s the sample standard deviation of the n values, nan when n < 2.
    """
    from scipy.special import stdtrit

    present = np.isfinite(values)
    count = present.sum(axis=0)
    mean = np.where(present, values, 0.0).sum(axis=0) / np.where(count > 0, count, np.nan)
    squares = np.where(present, values - mean, 0.0) ** 2
    freedom = np.where(count > 1, count - 1.0, np.nan)
    error = np.sqrt(squares.sum(axis=0) / freedom / np.where(count > 1, count, np.nan))
    return mean, stdtrit(freedom, 0.5 + CONFIDENCE / 2.0) * error


def _number(value: FloatArray) -> float | None:
    return None if np.isnan(value) else float(value)
