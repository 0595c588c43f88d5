"""Intervals over replications against the printed table of Student's t."""

import math

import numpy as np
import pytest

from experiments.intervals import Interval, interval, mean_and_half_width

T_TABLE = {2: 12.706, 3: 4.303, 5: 2.776, 8: 2.365, 11: 2.228, 31: 2.042}
"""Two-sided 95% points of Student's t by number of values (degrees of freedom + 1), from printed tables."""


@pytest.mark.parametrize("count", T_TABLE)
def test_half_width_is_that_of_the_table(count: int) -> None:
    """Half width = t s / sqrt(n); the sample variance of 0, 1, ..., n - 1 is n(n + 1)/12."""
    values = np.arange(count, dtype=np.float64)
    deviation = math.sqrt(count * (count + 1) / 12.0)
    found = interval(values)
    assert found.value == pytest.approx((count - 1) / 2.0)
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    assert found.high - found.value == pytest.approx(T_TABLE[count] * deviation / math.sqrt(count), rel=3e-4)
    assert found.value - found.low == pytest.approx(found.high - found.value)


def test_one_replication_has_no_interval() -> None:
    """One value says nothing about spread."""
    assert interval([3.5]) == Interval(3.5, None, None)


def test_replications_without_the_figure_are_left_out() -> None:
    """nan is a figure that does not exist, not a zero."""
    assert interval([1.0, math.nan, 3.0]) == interval([1.0, 3.0])
    assert interval([math.nan, 2.0]) == Interval(2.0, None, None)
    assert interval([math.nan]) == Interval(None, None, None)
    assert interval([]) == Interval(None, None, None)


def test_no_spread_no_width() -> None:
    """Differences that are exactly zero in every replication stay exactly zero."""
    assert interval([0.0] * 8) == Interval(0.0, 0.0, 0.0)


def test_as_dict() -> None:
    """The three keys of contract files."""
    assert interval([2.0]).as_dict() == {"value": 2.0, "low": None, "high": None}


def test_arrays_are_treated_column_by_column() -> None:
    """Each column has its own count of values."""
    values = np.array([[1.0, 5.0], [3.0, np.nan]])
    mean, half = mean_and_half_width(values)
    assert mean == pytest.approx([2.0, 5.0])
    assert half[0] == pytest.approx(12.706, rel=1e-4)
    assert np.isnan(half[1])
