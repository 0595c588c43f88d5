"""Loops over the slots of one account: what stays in it, and what lies above the mix wanted of it.

Holdings are the arrays (N, 6) of the register: fund (-1 for none), units, account. A mix is a pair of arrays
(n, 5): funds wanted (-1 where unused) and shares. Row k of every array (n, ...) belongs to ``rows[k]``.
"""

import numpy as np
from numba import njit

from environment.savers import EMPTY, Savers
from environment.typing import BoolArray, FloatArray, IntArray

ROUNDING = 1e-12  # above the wanted value by less is what was wanted

Holdings = tuple[IntArray, FloatArray, BoolArray]
Mix = tuple[IntArray, FloatArray]


def holdings_of(savers: Savers) -> Holdings:
    """The columns of the register that say what savers hold."""
    return savers.fund, savers.units, savers.in_ira


@njit(cache=True, nogil=True)
def staying_funds(
    fund: IntArray,
    in_ira: BoolArray,
    rows: IntArray,
    emptied: BoolArray,
    bought: BoolArray,
    unsold: BoolArray,
    slow: BoolArray,
) -> tuple[IntArray, IntArray]:
    """Funds in slots that selling an account does not empty: slow ones, and those of the other account.

    Parameters
    ----------
    fund, in_ira : shape (N, 6)
    rows : IntArray, shape (n,)
    emptied, bought : BoolArray, shape (n,)
        The account that is sold, and the account that buys with the money.
    unsold : BoolArray, shape (n,)
        Whose account is not sold, so that all of it stays.
    slow : BoolArray, shape (K,)
        Funds that cannot be sold at once.

    Returns
    -------
    own, staying : IntArray, shape (n, 6)
        Those in the account that buys, and those in both; -1 for none.
    """
    own = np.full((rows.size, fund.shape[1]), EMPTY)
    staying = np.full((rows.size, fund.shape[1]), EMPTY)
    for order in range(rows.size):
        row = rows[order]
        for slot in range(fund.shape[1]):
            held, account = fund[row, slot], in_ira[row, slot]
            if held >= 0 and (slow[held] or unsold[order] or account != emptied[order]):
                staying[order, slot] = held
                if account == bought[order]:
                    own[order, slot] = held
    return own, staying


@njit(cache=True, nogil=True)
def owns_any(units: FloatArray, in_ira: BoolArray, rows: IntArray) -> tuple[BoolArray, BoolArray]:
    """Whether some rows own units in any account, and in the plan, shape (n,) each."""
    anywhere = np.zeros(rows.size, dtype=np.bool_)
    in_plan = np.zeros(rows.size, dtype=np.bool_)
    for order in range(rows.size):
        row = rows[order]
        for slot in range(units.shape[1]):
            owned = units[row, slot] > 0.0
            anywhere[order] |= owned
            in_plan[order] |= owned and not in_ira[row, slot]
    return anywhere, in_plan


@njit(cache=True, nogil=True)
def queue_above(
    holdings: Holdings,
    queued: FloatArray,
    rows: IntArray,
    account: BoolArray,
    mix: Mix,
    prices: FloatArray,
    is_private: BoolArray,
) -> None:
    """Queue the private units of an account above what its wanted mix says, instead of what was queued.

    Parameters
    ----------
    holdings : Holdings
    queued : FloatArray, shape (N, 6)
        Changed in place.
    rows : IntArray, shape (n,)
    account : BoolArray, shape (n,)
    mix : Mix
    prices : FloatArray, shape (K,)
    is_private : BoolArray, shape (K,)
    """
    fund, units, in_ira = holdings
    values = np.zeros(fund.shape[1])
    for order in range(rows.size):
        row = rows[order]
        for slot in range(fund.shape[1]):
            held = fund[row, slot]
            own = held >= 0 and in_ira[row, slot] == account[order]
            values[slot] = units[row, slot] * prices[held] if own else 0.0
        total = _total(values)
        for slot in range(fund.shape[1]):
            held = fund[row, slot]
            if held >= 0 and in_ira[row, slot] == account[order] and is_private[held]:
                wanted = _wanted_share(mix, order, held) * total
                above = _share_above(values[slot], wanted) * units[row, slot]
                if above > 0.0 or queued[row, slot] > 0.0:  # a zero over a zero would take memory for it
                    queued[row, slot] = above


@njit(cache=True, nogil=True)
def sell_above(
    holdings: Holdings,
    already_sold: FloatArray,
    rows: IntArray,
    account: BoolArray,
    mix: Mix,
    prices: FloatArray,
    is_private: BoolArray,
) -> tuple[FloatArray, FloatArray]:
    """Listed units of an account above its wanted mix, and how their proceeds fill what is below it.

    Parameters
    ----------
    holdings : Holdings
    already_sold : FloatArray, shape (n, 6)
        Units sold already.
    rows : IntArray, shape (n,)
    account : BoolArray, shape (n,)
    mix : Mix
    prices : FloatArray, shape (K,)
    is_private : BoolArray, shape (K,)

    Returns
    -------
    sold : FloatArray, shape (n, 6)
        Units.
    to_share : FloatArray, shape (n, 5)
        Shares of the proceeds by fund of the mix; those of the mix where nothing is below it.
    """
    fund, units, in_ira = holdings
    to_fund, to_share = mix[0], mix[1].copy()
    sold = np.zeros((rows.size, fund.shape[1]))
    values = np.zeros(fund.shape[1])
    funds = np.full(fund.shape[1], EMPTY)
    short = np.zeros(to_fund.shape[1])
    for order in range(rows.size):
        row = rows[order]
        for slot in range(fund.shape[1]):
            own = fund[row, slot] >= 0 and in_ira[row, slot] == account[order]
            funds[slot] = fund[row, slot] if own else EMPTY
            left = max(units[row, slot] - already_sold[order, slot], 0.0)
            values[slot] = left * prices[funds[slot]] if own else 0.0
        total = _total(values)
        for slot in range(fund.shape[1]):
            held = funds[slot]
            if held >= 0 and not is_private[held]:
                left = max(units[row, slot] - already_sold[order, slot], 0.0)
                wanted = _wanted_share(mix, order, held) * total
                sold[order, slot] = _share_above(values[slot], wanted) * left
                values[slot] -= sold[order, slot] * prices[held]
        all_short = 0.0
        for choice in range(short.size):
            kept = _value_in(funds, values, to_fund[order, choice])
            short[choice] = max(to_share[order, choice] * total - kept, 0.0)
            all_short += short[choice]
        if all_short > 0.0:
            for choice in range(short.size):
                to_share[order, choice] = short[choice] / all_short
    return sold, to_share


@njit(cache=True, nogil=True)
def plan_values(
    holdings: Holdings, rows: IntArray, prices: FloatArray, share: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Value of the plan account, and the part of it in what ``share``, shape (K,), counts, shape (n,)."""
    fund, units, in_ira = holdings
    total, inside = np.zeros(rows.size), np.zeros(rows.size)
    values, parts = np.zeros(fund.shape[1]), np.zeros(fund.shape[1])
    for order in range(rows.size):
        row = rows[order]
        for slot in range(fund.shape[1]):
            held = fund[row, slot]
            own = held >= 0 and not in_ira[row, slot]
            values[slot] = units[row, slot] * prices[held] if own else 0.0
            parts[slot] = values[slot] * share[held] if own else 0.0
        total[order], inside[order] = _total(values), _total(parts)
    return total, inside


@njit(cache=True, nogil=True)
def _wanted_share(mix: Mix, order: int, fund: int) -> float:
    """Share of a fund in one row of a mix."""
    to_fund, to_share = mix
    share = 0.0
    for choice in range(to_fund.shape[1]):
        if to_fund[order, choice] == fund:
            share += to_share[order, choice]
    return share


@njit(cache=True, nogil=True)
def _value_in(funds: IntArray, values: FloatArray, fund: int) -> float:
    """Value of the slots that hold a fund; none of what is no fund."""
    total = 0.0
    for slot in range(funds.size):
        if fund >= 0 and funds[slot] == fund:
            total += values[slot]
    return total


@njit(cache=True, nogil=True)
def _share_above(value: float, wanted: float) -> float:
    """Share of a value above what is wanted of it, 0 where there is none."""
    return (value - wanted) / value if value > wanted * (1.0 + ROUNDING) else 0.0


@njit(cache=True, nogil=True)
def _total(values: FloatArray) -> float:
    """Sum of an even number of slots, every other one apart, in the order of `row_sums`."""
    even, odd = 0.0, 0.0
    for slot in range(0, values.size, 2):
        even += values[slot]
        odd += values[slot + 1]
    return even + odd
