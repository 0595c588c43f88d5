"""Draws of the opening that are spread evenly among people who are alike, and their inversion."""

import numpy as np

from environment.luck import Luck
from environment.typing import FloatArray, IntArray

OPENING = 0  # the month of the opening
GROUP = 20  # rows of like people among whom a draw of the opening is spread evenly


def spread(luck: Luck, stream: str, order: IntArray, group: int = GROUP) -> FloatArray:
    """Uniforms on (0, 1), one in each of k equal intervals for every k rows next to each other in `order`."""
    rows = np.arange(order.size)
    first = rows - rows % group
    size = np.minimum(group, order.size - first)
    shuffled = np.lexsort((luck.uniform(stream, OPENING, rows)[order], first))
    chances = np.empty(order.size)
    chances[order[shuffled]] = (rows - first + luck.uniform(stream, OPENING, rows, number=1)) / size
    return chances


def inverse(shares: FloatArray, chance: FloatArray) -> IntArray:
    """Index into `shares` by inversion of their cumulative sums."""
    return place(shares.cumsum()[:-1], chance)


def place(ends: FloatArray, chance: FloatArray) -> IntArray:
    """Which of the intervals on (0, 1) between their ends each chance falls in."""
    found: IntArray = ends.searchsorted(chance, side="right")
    return found
