"""Interpolation by cubics that have the value and the slope of both points between which they run (Hermite).

The error is at most h^4 / 384 times the greatest fourth derivative, where h is the distance of the points.
"""

import functools

import numpy as np
from numba import njit
from scipy.special import ndtr

from environment.typing import FloatArray

NORMAL_REACH = 9  # standard deviations that the table of the normal distribution covers, both ways
NORMAL_STEPS = 128  # of that table a standard deviation


@njit(cache=True, nogil=True)
def cubic(left: float, left_slope: float, right: float, right_slope: float, part: float) -> float:
    """Value between two points.

    Parameters
    ----------
    left, right
        Values at the points.
    left_slope, right_slope
        Slopes there, in units of the value a step from point to point.
    part
        Of the step, from the left, 0 to 1.
    """
    rise, rest = right - left, 1.0 - part
    return left + part * (rise + rest * (rest * (left_slope - rise) + part * (rise - right_slope)))


@njit(cache=True, nogil=True)
def in_table(value: FloatArray, slope: FloatArray, place: float) -> float:
    """Value so many steps from the first of m points; beyond the ends that of the end.

    Parameters
    ----------
    value, slope : shape (m,)
        As in `cubic`.
    place
        Steps.
    """
    inside = min(max(place, 0.0), value.size - 1.0)
    point = min(int(inside), value.size - 2)
    return cubic(value[point], slope[point], value[point + 1], slope[point + 1], inside - point)


@functools.cache
def normal_table() -> tuple[FloatArray, FloatArray]:
    """Values and slopes of the standard normal distribution function for `in_table`.

    The place of x is (x + `NORMAL_REACH`) `NORMAL_STEPS`. The error is below 2e-11.
    """
    score = np.arange(-NORMAL_REACH * NORMAL_STEPS, NORMAL_REACH * NORMAL_STEPS + 1) / NORMAL_STEPS
    density = np.exp(-0.5 * score**2) / np.sqrt(2.0 * np.pi)
    return ndtr(score), density / NORMAL_STEPS
