"""Counts of savers, each in one pass over their rows."""

import numpy as np
import numpy.typing as npt
from numba import njit

from environment.typing import BoolArray, FloatArray, IntArray


@njit(cache=True, nogil=True)
def count_members(
    employer: npt.NDArray[np.int32], units: FloatArray, in_ira: BoolArray, employers: int
) -> IntArray:
    """How many savers have money in the plan of each employer, shape (employers,).

    Parameters
    ----------
    employer : array of int32, shape (N,)
    units, in_ira : shape (N, 6)
        Holdings by slot, and whether the slot belongs to the IRA.
    employers : int
    """
    members = np.zeros(employers, dtype=np.int64)
    for row in range(employer.size):
        for slot in range(units.shape[1]):
            if units[row, slot] > 0.0 and not in_ira[row, slot]:
                members[employer[row]] += 1
                break
    return members
