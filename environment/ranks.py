"""Quantiles of many groups of a sample that overlap, after one sort of each of the smallest.

A sample is kept in runs: one group of the finest division after the other, each in ascending order. A larger
group is a union of runs, and the value of a rank in it is found without putting the runs together.
"""

from itertools import pairwise

import numpy as np
from numba import njit

from environment.typing import BoolArray, FloatArray, IntArray


def sorted_by_group(groups: IntArray, values: FloatArray, size: int) -> tuple[FloatArray, IntArray]:
    """Values in runs, one a group.

    Parameters
    ----------
    groups : IntArray, shape (n,)
        0 to size - 1.
    values : FloatArray, shape (n,)
        No nan.
    size : int

    Returns
    -------
    ascending : FloatArray, shape (n,)
        The values of group 0 in ascending order, then those of group 1, and so on.
    starts : IntArray, shape (size + 1,)
        Where the run of each group starts, and n.
    """
    starts = np.zeros(size + 1, dtype=np.int64)
    np.cumsum(np.bincount(groups, minlength=size), out=starts[1:])
    ascending = _by_group(groups, values, starts)
    for start, end in pairwise(starts.tolist()):
        ascending[start:end].sort()
    return ascending, starts


@njit(cache=True, nogil=True)
def _by_group(groups: IntArray, values: FloatArray, starts: IntArray) -> FloatArray:
    placed, free = np.empty_like(values), starts.copy()
    for entry in range(values.size):
        group = groups[entry]
        placed[free[group]] = values[entry]
        free[group] += 1
    return placed


@njit(cache=True, nogil=True)
def quantiles_of_unions(
    ascending: FloatArray, starts: IntArray, unions: BoolArray, shares: FloatArray
) -> FloatArray:
    """Quantiles of unions of runs, linear between order statistics, shape (s, u); nan where a union is empty.

    The k-th of n values, counted from 0, is the quantile k/(n - 1) (Hyndman and Fan 1996, type 7).

    Parameters
    ----------
    ascending, starts
        Runs, as `sorted_by_group` returns them.
    unions : BoolArray, shape (u, size)
        Which groups each union is made of.
    shares : FloatArray, shape (s,)
        Quantiles wanted, 0 to 1.
    """
    found = np.full((shares.size, unions.shape[0]), np.nan)
    for union in range(unions.shape[0]):
        runs = np.flatnonzero(unions[union])
        first, last = starts[runs], starts[runs + 1]
        size = (last - first).sum()
        for place in range(shares.size if size else 0):
            position = shares[place] * (size - 1)
            rank = int(position)
            low = _value_of_rank(ascending, first, last, rank)
            high = _value_of_rank(ascending, first, last, rank + 1) if rank + 1 < size else low
            found[place, union] = (high - low) * (position - rank) + low
    return found


@njit(cache=True, nogil=True)
def _end_of_lower(ascending: FloatArray, first: int, last: int, limit: float, or_equal: bool) -> int:
    """Where the values below a limit, or equal to it, end in ascending[first:last]."""
    while first < last:
        middle = (first + last) // 2
        if ascending[middle] < limit or (or_equal and ascending[middle] == limit):
            first = middle + 1
        else:
            last = middle
    return first


@njit(cache=True, nogil=True)
def _value_of_rank(ascending: FloatArray, first: IntArray, last: IntArray, rank: int) -> float:
    """Value of a rank, the lowest being 0, in the union of ascending[first[i]:last[i]] over all i.

    The middle of the longest run parts every run into what lies below it, equals it and lies above it; the
    search goes on in the part that has the rank.
    """
    if first.size == 1:
        return float(ascending[first[0] + rank])
    first, last = first.copy(), last.copy()
    below, above = np.empty_like(first), np.empty_like(first)
    while True:
        longest = np.argmax(last - first)
        middle = ascending[(first[longest] + last[longest]) // 2]
        for run in range(first.size):
            below[run] = _end_of_lower(ascending, first[run], last[run], middle, False)
            above[run] = _end_of_lower(ascending, below[run], last[run], middle, True)
        lower, upper = (below - first).sum(), (above - first).sum()
        if rank < lower:
            last[:] = below
        elif rank >= upper:
            rank -= int(upper)
            first[:] = above
        else:
            return float(middle)
