"""Interpolation by cubics against the functions that it stands for."""

import numpy as np
import pytest
from scipy.special import ndtr

from environment.cubics import NORMAL_REACH, NORMAL_STEPS, cubic, in_table, normal_table


def test_a_cubic_is_met_exactly() -> None:
    """x^3 - 2 x between 1 and 3, with slopes a step of 2."""
    slope = [2.0 * (3.0 * x**2 - 2.0) for x in (1.0, 3.0)]
    for part in (0.0, 0.25, 0.5, 1.0):
        x = 1.0 + 2.0 * part
        assert cubic(-1.0, slope[0], 21.0, slope[1], part) == pytest.approx(x**3 - 2.0 * x, abs=1e-13)


def test_a_table_is_met_at_its_points_and_ends_beyond_them() -> None:
    value, slope = np.array([1.0, 4.0, 2.0]), np.array([0.5, 0.0, -3.0])
    found = [in_table(value, slope, place) for place in (-5.0, 0.0, 1.0, 2.0, 7.0)]
    assert found == [1.0, 1.0, 4.0, 2.0, 2.0]


def test_the_normal_distribution_function() -> None:
    score = np.random.default_rng(1).uniform(-8.0, 8.0, 5_000)
    table = normal_table()
    found = np.array([in_table(*table, (NORMAL_REACH + one) * NORMAL_STEPS) for one in score.tolist()])
    assert abs(found - ndtr(score)).max() < 2e-11
