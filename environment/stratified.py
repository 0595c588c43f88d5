"""Draws of the opening that are spread evenly among people who are alike, and their inversion."""

import numpy as np
from numba import njit

from environment.demography import Whole
from environment.luck import Luck
from environment.typing import FloatArray, IntArray

OPENING = 0  # the month of the opening
GROUP = 20  # rows of like people among whom a draw of the opening is spread evenly


def spread(luck: Luck, stream: str, order: IntArray) -> FloatArray:
    """Uniforms on (0, 1), one in each of k equal intervals for every k rows next to each other in `order`."""
    rows = np.arange(order.size)
    place, within = luck.uniform(stream, OPENING, rows), luck.uniform(stream, OPENING, rows, number=1)
    return _spread(order, place, within)


@njit(cache=True, nogil=True)
def _spread(order: IntArray, draw: FloatArray, within: FloatArray) -> FloatArray:
    """Give each row of a group the interval of the rank of its draw, and there the place `within`."""
    chances = np.empty(order.size)
    of_group = np.empty(GROUP)
    for first in range(0, order.size, GROUP):
        size = min(GROUP, order.size - first)
        for member in range(GROUP):
            of_group[member] = draw[order[first + member]] if member < size else np.inf
        for member in range(size):
            rank = 0
            for other in range(GROUP):
                rank += of_group[other] < of_group[member]
            chances[order[first + member]] = (rank + within[first + rank]) / size
    return chances


def spread_over_all(luck: Luck, stream: str, order: IntArray) -> FloatArray:
    """As `spread`, with all rows as one group."""
    rows = np.arange(order.size)
    shuffled = luck.uniform(stream, OPENING, rows)[order].argsort()
    chances = np.empty(order.size)
    chances[order[shuffled]] = (rows + luck.uniform(stream, OPENING, rows, number=1)) / order.size
    return chances


def by_kind(kind: Whole, order: IntArray) -> IntArray:
    """Rows by their kind, a small whole number, those of a kind as they stand in `order`."""
    sorted_rows: IntArray = order[kind.astype(np.int16)[order].argsort(kind="stable")]
    return sorted_rows


def inverse(shares: FloatArray, chance: FloatArray) -> IntArray:
    """Index into `shares` by inversion of their cumulative sums."""
    return place(shares.cumsum()[:-1], chance)


def place(ends: FloatArray, chance: FloatArray) -> IntArray:
    """Which of the intervals on (0, 1) between their ends each chance falls in."""
    found: IntArray = ends.searchsorted(chance, side="right")
    return found
