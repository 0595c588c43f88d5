"""Sets of row numbers as ascending arrays, each row once.

numpy's own set functions hash or sort; two sorted sets need to be walked through but once.
"""

import numpy as np
from numba import njit

from environment.typing import BoolArray, IntArray

NOBODY = np.zeros(0, dtype=np.int64)


def is_in(rows: IntArray, others: IntArray) -> BoolArray:
    """Which rows are among others, shape of ``rows``."""
    found = np.zeros(rows.size, dtype=np.bool_)
    if rows.size and others.size:
        _mark(found, rows, others)
    return found


def without(rows: IntArray, others: IntArray) -> IntArray:
    """Rows that are not among others."""
    if not rows.size or not others.size:
        return rows
    left: IntArray = rows[~is_in(rows, others)]
    return left


def union(*parts: IntArray) -> IntArray:
    """Rows of any part, each once."""
    whole, *others = [part for part in parts if part.size] or [NOBODY]
    for other in others:
        merged = np.empty(whole.size + other.size, dtype=np.int64)
        whole = merged[: _merge(merged, whole, other)]
    return whole


@njit(cache=True, nogil=True)
def _mark(found: BoolArray, rows: IntArray, others: IntArray) -> None:
    """Mark the rows that are among others, in one walk through both."""
    other = 0
    for place in range(rows.size):
        while other < others.size and others[other] < rows[place]:
            other += 1
        found[place] = other < others.size and others[other] == rows[place]


@njit(cache=True, nogil=True)
def _merge(merged: IntArray, one: IntArray, other: IntArray) -> int:
    """Fill `merged` with the rows of both sets in one walk through them; returns how many there are."""
    here = there = count = 0
    while here < one.size or there < other.size:
        if there == other.size or (here < one.size and one[here] <= other[there]):
            row = one[here]
            there += there < other.size and other[there] == row
            here += 1
        else:
            row = other[there]
            there += 1
        merged[count] = row
        count += 1
    return count
