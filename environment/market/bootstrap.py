"""The stationary bootstrap of Politis and Romano (1994): history in blocks of random length and order."""

import numpy as np

from environment.luck import Luck
from environment.typing import IntArray

_STREAM = "market.bootstrap"


def stationary_rows(luck: Luck, months: int, length: int, block: float) -> IntArray:
    """Which of `length` observed months each simulated month repeats, shape (months,), from 0.

    Every month continues the block of the month before, going round from the last observed month to the
    first, or with probability 1 / `block` begins a new one at any observed month, all equally likely. So a
    month is any of the observed ones with the same chance, blocks have a geometric length with mean `block`,
    and a covariance between months h apart is (1 - 1 / block)^h times that of the history going round.

    Parameters
    ----------
    luck
        Draws from the stream "market.bootstrap" (row 0: whether a block begins, row 1: where).
    months
        Simulated months, >= 0; a shorter run is the beginning of a longer one.
    length
        Observed months, >= 1.
    block
        Mean length of a block in months, >= 1.
    """
    draws = luck.uniform_grid(_STREAM, np.arange(1, months + 1), np.array([0, 1]))
    begins = draws[:, 0] * block < 1.0
    begins[:1] = True
    drawn = np.minimum((draws[:, 1] * length).astype(np.int64), length - 1)
    month = np.arange(months)
    begun = np.maximum.accumulate(np.where(begins, month, 0))
    return np.asarray((drawn[begun] + month - begun) % length, dtype=np.int64)
