"""Splits of new money: merging a fund into another, keeping to a cap, keeping to six slots.

A split is a pair (funds, shares) of arrays (n, 5): at most four chosen funds, and in the last column
the plain target-date fund, which takes what may not go where it was wanted. A fund stands in one column.
The loops work row by row on a copy of the split.
"""

import itertools
from collections.abc import Sequence

import numpy as np
from numba import njit

from environment.savers import EMPTY, SLOTS, SPLIT
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
    after = split[0].copy(), split[1].copy()
    _move_to_plain(*after, moved, plain)
    return after


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
    after = split[0].copy(), split[1].copy()
    _keep_to_cap(*after, alternative, room, plain)
    return after


def free_slots(staying: IntArray, plain: IntArray) -> IntArray:
    """Slots for further funds, shape (n,), beside one in each account for the plain target-date fund.

    Parameters
    ----------
    staying : IntArray, shape (n, m)
        Funds that keep a slot of either account, -1 for none.
    plain : IntArray, shape (n,)
    """
    room: IntArray = _free_slots(staying, plain)
    return room


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
    funds, shares, dropped = _fit_slots(*split, staying, room, plain)
    return (funds, shares), int(dropped)


def cut(split: Split, sizes: Sequence[int]) -> list[Split]:
    """A split in parts of so many rows."""
    ends = list(itertools.accumulate(sizes, initial=0))
    return [(split[0][start:end], split[1][start:end]) for start, end in itertools.pairwise(ends)]


def as_split(funds: IntArray, shares: FloatArray) -> Split:
    """Split (n, 5) from picks (n, m), m at most four; the last column is kept for the plain default."""
    return _widened(funds, shares)


def with_default(chosen: Split, default: IntArray, passive: BoolArray) -> Split:
    """Everything in the default for the passive, their own choice for the others.

    Parameters
    ----------
    chosen : (IntArray, FloatArray), shapes (m, 5)
        Of those of n savers who are not passive, in order.
    default : IntArray, shape (n,)
    passive : BoolArray, shape (n,)
    """
    funds, shares = _with_default(*chosen, default, passive)
    return funds, shares


def put(fund: IntArray, share: FloatArray, rows: IntArray, split: Split) -> None:
    """Put splits into the rows of two columns, shapes (N, 5)."""
    _put(fund, share, rows, *split)


def replace_fund(split: Split, from_fund: IntArray, to_fund: IntArray) -> Split:
    """Put one fund in the place of another, row by row; shapes (n,)."""
    return np.where(split[0] == from_fund[:, None], to_fund[:, None], split[0]), split[1]


@njit(cache=True, nogil=True)
def _take_off(funds: IntArray, shares: FloatArray, row: int, moved: FloatArray, plain: int) -> None:
    """Take ``moved``, shape (5,), off the columns of one row and give it to the plain fund."""
    last = SPLIT - 1
    extra, place = 0.0, last
    for column in range(SPLIT):
        shares[row, column] -= moved[column]
        extra += moved[column]
        if funds[row, column] == plain and place == last:
            place = column
    if extra > 0.0:
        shares[row, place] += extra
        funds[row, place] = plain
    for column in range(SPLIT):
        if not shares[row, column] > 0.0:
            funds[row, column] = EMPTY
            shares[row, column] = 0.0


@njit(cache=True, nogil=True)
def _move_to_plain(funds: IntArray, shares: FloatArray, moved: FloatArray, plain: IntArray) -> None:
    for row in range(funds.shape[0]):
        _take_off(funds, shares, row, moved[row], plain[row])


@njit(cache=True, nogil=True)
def _keep_to_cap(
    funds: IntArray, shares: FloatArray, alternative: FloatArray, room: FloatArray, plain: IntArray
) -> None:
    moved = np.zeros(SPLIT)
    for row in range(funds.shape[0]):
        total = 0.0
        for column in range(SPLIT):
            if funds[row, column] >= 0:
                total += alternative[funds[row, column]] * shares[row, column]
        kept = room[row] / total if total > room[row] + ROUNDING else 1.0
        for column in range(SPLIT):
            counts = funds[row, column] >= 0 and alternative[funds[row, column]] > 0.0
            moved[column] = (1.0 - kept) * shares[row, column] if counts else 0.0
        _take_off(funds, shares, row, moved, plain[row])


@njit(cache=True, nogil=True)
def _free_slots(staying: IntArray, plain: IntArray) -> IntArray:
    room = np.full(staying.shape[0], SLOTS - 2)
    for row in range(staying.shape[0]):
        for slot in range(staying.shape[1]):
            if staying[row, slot] >= 0 and staying[row, slot] != plain[row]:
                room[row] -= 1
    return room


@njit(cache=True, nogil=True)
def _fit_slots(
    funds: IntArray, shares: FloatArray, staying: IntArray, room: IntArray, plain: IntArray
) -> tuple[IntArray, FloatArray, int]:
    funds, shares = funds.copy(), shares.copy()
    moved = np.zeros(SPLIT)
    dropped = 0
    for row in range(funds.shape[0]):
        new = 0
        for column in range(SPLIT - 1):
            chosen = funds[row, column]
            needs_slot = chosen >= 0 and chosen != plain[row] and not _stands_in(staying, row, chosen)
            new += needs_slot
            over = needs_slot and new > room[row]
            moved[column] = shares[row, column] if over else 0.0
            dropped += over
        _take_off(funds, shares, row, moved, plain[row])
    return funds, shares, dropped


@njit(cache=True, nogil=True)
def _widened(funds: IntArray, shares: FloatArray) -> tuple[IntArray, FloatArray]:
    split = np.full((funds.shape[0], SPLIT), EMPTY), np.zeros((funds.shape[0], SPLIT))
    for row in range(funds.shape[0]):
        for column in range(funds.shape[1]):
            split[0][row, column] = funds[row, column]
            split[1][row, column] = shares[row, column]
    return split


@njit(cache=True, nogil=True)
def _with_default(
    chosen_funds: IntArray, chosen_shares: FloatArray, default: IntArray, passive: BoolArray
) -> tuple[IntArray, FloatArray]:
    funds = np.full((default.size, SPLIT), EMPTY)
    shares = np.zeros((default.size, SPLIT))
    active = 0
    for row in range(default.size):
        if passive[row]:
            funds[row, 0], shares[row, 0] = default[row], 1.0
        else:
            funds[row] = chosen_funds[active]
            shares[row] = chosen_shares[active]
            active += 1
    return funds, shares


@njit(cache=True, nogil=True)
def _put(fund: IntArray, share: FloatArray, rows: IntArray, funds: IntArray, shares: FloatArray) -> None:
    for order in range(rows.size):
        for column in range(funds.shape[1]):
            fund[rows[order], column] = funds[order, column]
            share[rows[order], column] = shares[order, column]


@njit(cache=True, nogil=True)
def _stands_in(funds: IntArray, row: int, fund: int) -> bool:
    """Whether a fund stands in any column of a row."""
    found = False
    for column in range(funds.shape[1]):
        found |= funds[row, column] == fund
    return found
