"""Sets of row numbers as ascending arrays; numpy's own set functions hash, which is dear on short arrays."""

import numpy as np

from environment.typing import BoolArray, IntArray


def is_in(rows: IntArray, others: IntArray) -> BoolArray:
    """Which rows are among others, both ascending, shape of ``rows``."""
    if not others.size:
        return np.zeros(rows.shape, dtype=np.bool_)
    place = np.minimum(np.searchsorted(others, rows), others.size - 1)
    found: BoolArray = others[place] == rows
    return found


def without(rows: IntArray, others: IntArray) -> IntArray:
    """Rows that are not among others, both ascending."""
    left: IntArray = rows[~is_in(rows, others)]
    return left


def union(*parts: IntArray) -> IntArray:
    """Rows of any part, ascending, each once."""
    rows = np.sort(np.concatenate(parts))
    first = np.ones(rows.size, dtype=np.bool_)
    first[1:] = rows[1:] != rows[:-1]
    return rows[first]
