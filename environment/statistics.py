"""Inequality and quantiles of a weighted population: pure functions on arrays.

Every measure takes `values`, shape (n,), and optional `weights` of the same shape (none: every value counts
once). Entries of weight 0 count for nothing. An empty group has no statistics: the answer is nan, as it is
for a share or an index of a total of zero. Gini, Theil and shares are meant for values >= 0.

Quantiles of a sample are those of numpy and pandas: the k-th of n sorted values sits at (k - 1)/(n - 1) and
the function is linear between them (Hyndman and Fan 1996, type 7). With weights each value sits at the middle
of its weight, stretched so that the smallest is quantile 0 and the largest quantile 1; equal weights give
type 7 again.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from environment.typing import FloatArray, IntArray


@dataclass(frozen=True)
class Distribution:
    """A sample sorted once, for those who want several of its statistics.

    Attributes
    ----------
    values : FloatArray, shape (n,)
        Ascending, in any unit.
    weights : FloatArray, shape (n,)
        In the order of `values`, > 0.
    """

    values: FloatArray
    weights: FloatArray

    @classmethod
    def of(cls, values: FloatArray, weights: FloatArray | None = None) -> Self:
        """Sort a sample; `weights` (>= 0) default to one each.

        Raises
        ------
        ValueError
            If `weights` has another shape than `values`.
        """
        values = np.asarray(values, dtype=np.float64)
        if weights is None:
            return cls(np.sort(values), np.broadcast_to(1.0, values.shape))
        weights = np.asarray(weights, dtype=np.float64)
        if weights.shape != values.shape:
            raise ValueError(f"weights have shape {weights.shape}, values {values.shape}")
        order = np.argsort(values, kind="stable")
        order = order[weights[order] > 0.0]
        return cls(values[order], weights[order])

    def mean(self) -> float:
        """Weighted mean, in the unit of the values."""
        return weighted_mean(self.values, self.weights)

    def quantile(self, share: float) -> float:
        """Value below which `share` (0 to 1) of the population lies, by the convention of the module."""
        if len(self.values) == 0:
            return np.nan
        middle = np.cumsum(self.weights) - self.weights / 2.0
        start, span = middle[0], middle[-1] - middle[0]
        return float(np.interp(start + share * span, middle, self.values))

    def lorenz(self) -> tuple[FloatArray, FloatArray]:
        """Points of the Lorenz curve (Lorenz 1905), which is linear between them.

        Returns
        -------
        tuple of FloatArray
            Cumulative share of the population, poorest first, and the share of the total they hold: shape (n
            + 1,) each, from 0 to 1. Both are nan beyond the first point when the total is zero.
        """
        return self._curve

    @cached_property
    def _curve(self) -> tuple[FloatArray, FloatArray]:
        return _as_shares(_from_zero(self.weights)), _as_shares(_from_zero(self.weights * self.values))

    def gini(self) -> float:
        """Gini coefficient, 0 (equal) to 1: twice the area between the diagonal and the Lorenz curve.

        No small-sample correction: two people, one of whom holds everything, give 1/2.
        """
        population, held = self.lorenz()
        if len(population) == 1:
            return np.nan
        # A Lorenz curve never lies above the diagonal; rounding may put it there by one part in 1e16.
        return _not_negative(1.0 - 2.0 * float(np.trapezoid(held, population)))

    def theil(self) -> float:
        """Theil's T index (Theil 1967), 0 to ln n: mean of (x/m) ln(x/m), m the mean and 0 ln 0 = 0."""
        mean = self.mean()
        if not mean > 0.0:
            return np.nan
        ratio = self.values / mean
        return _not_negative(weighted_mean(_x_log_x(ratio), self.weights))

    def bottom_share(self, share: float) -> float:
        """Share of the total held by the poorest `share` (0 to 1) of the population, off the Lorenz curve."""
        population, held = self.lorenz()
        if len(population) == 1:
            return np.nan
        return float(np.interp(share, population, held))

    def top_share(self, share: float) -> float:
        """Share of the total held by the richest `share` (0 to 1) of the population, off the Lorenz curve."""
        return 1.0 - self.bottom_share(1.0 - share)


def weighted_mean(values: FloatArray, weights: FloatArray | None = None) -> float:
    """Mean of `values` with `weights`; nan when there is nobody or no weight."""
    if weights is None:
        weights = np.ones_like(values, dtype=np.float64)
    total = float(np.sum(weights))
    return float(np.sum(values * weights)) / total if total > 0.0 else np.nan


def quantile(values: FloatArray, share: float, weights: FloatArray | None = None) -> float:
    """Value below which `share` (0 to 1) of the population lies."""
    return Distribution.of(values, weights).quantile(share)


def median(values: FloatArray, weights: FloatArray | None = None) -> float:
    """Value in the middle of the population."""
    return quantile(values, 0.5, weights)


def lorenz(values: FloatArray, weights: FloatArray | None = None) -> tuple[FloatArray, FloatArray]:
    """Cumulative shares of population and total, shape (n + 1,) each: see `Distribution.lorenz`."""
    return Distribution.of(values, weights).lorenz()


def gini(values: FloatArray, weights: FloatArray | None = None) -> float:
    """Gini coefficient without small-sample correction: see `Distribution.gini`."""
    return Distribution.of(values, weights).gini()


def theil(values: FloatArray, weights: FloatArray | None = None) -> float:
    """Theil's T index: see `Distribution.theil`."""
    return Distribution.of(values, weights).theil()


def theil_between(values: FloatArray, groups: IntArray, weights: FloatArray | None = None) -> float:
    """Part of Theil's T that lies between groups, the rest lying within them (Theil 1967, chapter 4).

    Parameters
    ----------
    values : FloatArray, shape (n,)
        Amounts >= 0 in any unit.
    groups : IntArray, shape (n,)
        Number (>= 0) of each entry's group; numbers that nobody has are no groups.
    weights : FloatArray, shape (n,), optional
        Weights >= 0.

    Returns
    -------
    float
        Theil's T of a population in which everybody has the mean of their group.
    """
    if weights is None:
        weights = np.ones_like(values, dtype=np.float64)
    people = np.bincount(groups, weights=weights)
    held = np.bincount(groups, weights=weights * values)
    present = people > 0.0
    return theil(held[present] / people[present], people[present])


def top_share(values: FloatArray, share: float, weights: FloatArray | None = None) -> float:
    """Share of the total held by the richest `share` (0 to 1) of the population."""
    return Distribution.of(values, weights).top_share(share)


def bottom_share(values: FloatArray, share: float, weights: FloatArray | None = None) -> float:
    """Share of the total held by the poorest `share` (0 to 1) of the population."""
    return Distribution.of(values, weights).bottom_share(share)


def _from_zero(steps: FloatArray) -> FloatArray:
    """Running sums, shape (n + 1,), the first of which is 0."""
    sums = np.zeros(len(steps) + 1)
    np.cumsum(steps, out=sums[1:])
    return sums


def _as_shares(cumulative: FloatArray) -> FloatArray:
    """The same array in shares of its last value."""
    total = float(cumulative[-1])
    if total > 0.0:
        cumulative /= total
        return cumulative
    return np.concatenate(([0.0], np.full(len(cumulative) - 1, np.nan)))


def _x_log_x(ratio: FloatArray) -> FloatArray:
    logs = np.where(ratio > 0.0, ratio, 1.0)
    np.log(logs, out=logs)
    logs *= ratio
    return logs


def _not_negative(index: float) -> float:
    return index if np.isnan(index) else max(0.0, index)
