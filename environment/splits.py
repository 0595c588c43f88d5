"""Splits of new money: merging a fund into another, keeping to a cap, keeping to six slots.

A split is a pair (funds, shares) of arrays (n, 5): at most four chosen funds, and in the last column
the plain target-date fund, which takes what may not go where it was wanted. A fund stands in one column.
"""

import numpy as np

from environment.savers import EMPTY
from environment.typing import BoolArray, FloatArray, IntArray

Split = tuple[IntArray, FloatArray]

ROUNDING = 1e-12  # above a cap by less is within it


def move_to_plain(split: Split, moved: FloatArray, plain: IntArray) -> Split:
    """Move parts of a split to the plain target-date fund.

    Parameters
    ----------
    split : (IntArray, FloatArray), shapes (n, 5)
    moved : FloatArray, shape (n, 5)
        Share taken off each column.
    plain : IntArray, shape (n,)
        Plain target-date fund of each saver.

    Returns
    -------
    (IntArray, FloatArray)
        A new split; columns left with nothing are unused.
    """
    funds, shares = split[0].copy(), split[1] - moved
    extra = moved.sum(axis=1)
    chosen_already = funds[:, :-1] == plain[:, None]
    shares[:, :-1] += np.where(chosen_already, extra[:, None], 0.0)
    into_last = (extra > 0.0) & ~chosen_already.any(axis=1)
    shares[into_last, -1] += extra[into_last]
    funds[into_last, -1] = plain[into_last]
    return np.where(shares > 0.0, funds, EMPTY), np.where(shares > 0.0, shares, 0.0)


def forbid(split: Split, forbidden: BoolArray, plain: IntArray) -> Split:
    """Move everything that goes into forbidden funds, shape (K,), to the plain target-date fund."""
    marked = forbidden[split[0]] & (split[0] != EMPTY)
    return move_to_plain(split, np.where(marked, split[1], 0.0), plain)


def keep_to_cap(split: Split, alternative: FloatArray, room: FloatArray, plain: IntArray) -> Split:
    """Scale down what a split puts into alternatives to the room under the cap (economics 23).

    Parameters
    ----------
    split : (IntArray, FloatArray), shapes (n, 5)
    alternative : FloatArray, shape (K,)
        Share of each fund in alternatives, looked through.
    room : FloatArray, shape (n,)
        Greatest share of the split in alternatives, 0 to 1.
    plain : IntArray, shape (n,)
    """
    inside = np.where(split[0] != EMPTY, alternative[split[0]], 0.0)
    total = (inside * split[1]).sum(axis=1)
    kept = np.divide(room, total, out=np.ones_like(room), where=total > room + ROUNDING)
    moved = np.where(inside > 0.0, (1.0 - kept)[:, None] * split[1], 0.0)
    return move_to_plain(split, moved, plain)


def fit_slots(split: Split, staying: IntArray, room: IntArray, plain: IntArray) -> tuple[Split, int]:
    """Drop the last choices of those who would need more slots than there are.

    Parameters
    ----------
    split : (IntArray, FloatArray), shapes (n, 5)
    staying : IntArray, shape (n, 6)
        Funds of the account that may stay for a while, -1 where there is none; they have a slot already.
    room : IntArray, shape (n,)
        Slots for further funds, beside one for the plain target-date fund.
    plain : IntArray, shape (n,)

    Returns
    -------
    split : (IntArray, FloatArray)
    dropped : int
        Orders that went to the plain fund instead.
    """
    chosen = split[0][:, :-1]
    held = (chosen[:, :, None] == staying[:, None, :]).any(axis=2)
    new = (chosen != EMPTY) & ~held & (chosen != plain[:, None])
    over = new & (np.cumsum(new, axis=1) > room[:, None])
    moved = np.zeros_like(split[1])
    moved[:, :-1] = np.where(over, split[1][:, :-1], 0.0)
    return move_to_plain(split, moved, plain), int(over.sum())


def replace_fund(split: Split, from_fund: IntArray, to_fund: IntArray) -> Split:
    """Put one fund in the place of another, row by row; shapes (n,)."""
    return np.where(split[0] == from_fund[:, None], to_fund[:, None], split[0]), split[1]
