"""Sums over savers' slots, in the order of the rows: the same bits whatever else runs."""

import numpy as np
from numba import njit

from environment.slots import SLOTS, SPLIT
from environment.typing import BoolArray, FloatArray, IntArray


def row_sums(values: FloatArray) -> FloatArray:
    """Sum of each row of an array (n, m) with few columns; numpy's own sum is slow on short rows."""
    totals: FloatArray = np.einsum("ij->i", values)
    return totals


@njit(cache=True, nogil=True)
def sum_by_fund(fund: IntArray, amounts: FloatArray, funds: int) -> FloatArray:
    """Sum of amounts (n, m) by fund (n, m), shape (funds,); -1 is no fund."""
    totals = np.zeros(funds)
    for row in range(fund.shape[0]):
        for slot in range(fund.shape[1]):
            if fund[row, slot] >= 0:
                totals[fund[row, slot]] += amounts[row, slot]
    return totals


@njit(cache=True, nogil=True)
def count_by_fund(
    fund: IntArray, amounts: FloatArray, rows: IntArray, funds: int
) -> tuple[FloatArray, IntArray]:
    """As `sum_by_fund`, of the slots (N, m) of some rows (n,), and the number of these slots."""
    totals, slots = np.zeros(funds), np.zeros(funds, dtype=np.int64)
    for row in rows:
        for slot in range(SLOTS):
            if fund[row, slot] >= 0:
                totals[fund[row, slot]] += amounts[row, slot]
                slots[fund[row, slot]] += 1
    return totals, slots


@njit(cache=True, nogil=True)
def sum_rows_by_fund(fund: IntArray, rows: IntArray, amounts: FloatArray, funds: int) -> FloatArray:
    """As `sum_by_fund`, of amounts (n, m) of some rows (n,)."""
    totals = np.zeros(funds)
    for place in range(rows.size):
        for slot in range(SLOTS):
            held = fund[rows[place], slot]
            if held >= 0:
                totals[held] += amounts[place, slot]
    return totals


@njit(cache=True, nogil=True)
def add_sold(totals: FloatArray, rows: IntArray, fund: IntArray, sold: FloatArray, weight: float) -> None:
    """Add to totals (K,) a weight times the units sold (n, m) by rows (n,), of funds (N, m)."""
    totals += weight * sum_rows_by_fund(fund, rows, sold, totals.size)


@njit(cache=True, nogil=True)
def over_groups(by_group: FloatArray) -> FloatArray:
    """Sum over groups (g, m), one after the other, shape (m,)."""
    totals: FloatArray = by_group[0].copy()
    for group in range(1, by_group.shape[0]):
        for place in range(totals.size):
            totals[place] += by_group[group, place]
    return totals


@njit(cache=True, nogil=True)
def add_groups(totals: FloatArray, by_group: FloatArray, weight: float) -> None:
    """Add to totals (K,) a weight times the sum over groups (g, K)."""
    totals += weight * over_groups(by_group)


@njit(cache=True, nogil=True)
def add_amounts_of(totals: FloatArray, rows: IntArray, others: IntArray, amounts: FloatArray) -> None:
    """Add to the totals (n, m) of rows (n,) the amounts (k, m) of those who are among others (k,), sorted."""
    for place in range(rows.size):
        there = np.searchsorted(others, rows[place])
        if there < others.size and others[there] == rows[place]:
            for slot in range(totals.shape[1]):
                totals[place, slot] += amounts[there, slot]


@njit(cache=True, nogil=True)
def add_purchases(
    totals: FloatArray,
    rows: IntArray,
    fund: IntArray,
    sold: FloatArray,
    to_fund: IntArray,
    to_share: FloatArray,
    prices: FloatArray,
) -> None:
    """Add to totals (K,) what the units sold (n, m) by rows (n,), of funds (N, m), put into others (n, k)."""
    for place in range(rows.size):
        amount = 0.0
        for slot in range(SLOTS):
            held = fund[rows[place], slot]
            if held >= 0:
                amount += sold[place, slot] * prices[held]
        for slot in range(SPLIT):
            if to_fund[place, slot] >= 0:
                totals[to_fund[place, slot]] += to_share[place, slot] * amount


@njit(cache=True, nogil=True)
def contributions_by_fund(
    rows: IntArray,
    fund: IntArray,
    shares: FloatArray,
    contribution: FloatArray,
    loan_payment: FloatArray,
    funds: int,
) -> FloatArray:
    """What rows (n,) pay into plans, contributions and loan payments (N,), by shares and funds (N, m)."""
    totals = np.zeros(funds)
    for row in rows:
        amount = contribution[row] + loan_payment[row]
        if amount != 0.0:
            for slot in range(SPLIT):
                if fund[row, slot] >= 0:
                    totals[fund[row, slot]] += shares[row, slot] * amount
    return totals


@njit(cache=True, nogil=True)
def account_values(fund: IntArray, units: FloatArray, rows: IntArray, per_unit: FloatArray) -> FloatArray:
    """Sum over the slots (N, m) of some rows (n,) of units times something a unit of each fund."""
    totals = np.zeros(rows.size)
    for place in range(rows.size):
        row = rows[place]
        for slot in range(SLOTS):
            if fund[row, slot] >= 0:
                totals[place] += units[row, slot] * per_unit[fund[row, slot]]
    return totals


@njit(cache=True, nogil=True)
def holding_values(fund: IntArray, units: FloatArray, per_unit: FloatArray) -> FloatArray:
    """As `account_values`, of holdings (n, m) that are nobody's row."""
    totals = np.zeros(fund.shape[0])
    for place in range(fund.shape[0]):
        for slot in range(SLOTS):
            if fund[place, slot] >= 0:
                totals[place] += units[place, slot] * per_unit[fund[place, slot]]
    return totals


@njit(cache=True, nogil=True)
def marked_values(
    fund: IntArray, units: FloatArray, marked: BoolArray, rows: IntArray, per_unit: FloatArray
) -> FloatArray:
    """As `account_values`, over the slots that are marked, shape (n, m)."""
    totals = np.zeros(rows.size)
    for place in range(rows.size):
        row = rows[place]
        for slot in range(SLOTS):
            if marked[place, slot] and fund[row, slot] >= 0:
                totals[place] += units[row, slot] * per_unit[fund[row, slot]]
    return totals


@njit(cache=True, nogil=True)
def plan_values(
    fund: IntArray, units: FloatArray, in_ira: BoolArray, rows: IntArray, per_unit: FloatArray
) -> FloatArray:
    """As `account_values`, over the slots (N, m) that are not in the IRA."""
    totals = np.zeros(rows.size)
    for place in range(rows.size):
        row = rows[place]
        for slot in range(fund.shape[1]):
            if not in_ira[row, slot] and fund[row, slot] >= 0:
                totals[place] += units[row, slot] * per_unit[fund[row, slot]]
    return totals


@njit(cache=True, nogil=True)
def rows_with_any(rows: IntArray, amounts: FloatArray) -> IntArray:
    """Which of some rows (n,) have any entry of amounts (N, m) above zero."""
    found, count = np.empty(rows.size, dtype=np.int64), 0
    for row in rows:
        for slot in range(SLOTS):
            if amounts[row, slot] > 0.0:
                found[count] = row
                count += 1
                break
    return found[:count].copy()


@njit(cache=True, nogil=True)
def rows_unpaid(rows: IntArray, asked: FloatArray, fund: IntArray, paid: FloatArray) -> IntArray:
    """Which of some rows (n,) asked units (n, 6) of a fund (N, 6) that pays a share (K,) below 1."""
    found, count = np.empty(rows.size, dtype=np.int64), 0
    for place in range(rows.size):
        for slot in range(SLOTS):
            if asked[place, slot] > 0.0 and paid[fund[rows[place], slot]] < 1.0:
                found[count] = rows[place]
                count += 1
                break
    return found[:count].copy()


@njit(cache=True, nogil=True)
def all_equal(amounts: FloatArray, others: FloatArray | float) -> bool:
    """Whether all amounts (n,) are the same as others (n,), or as one number."""
    return bool((amounts == others).all())


@njit(cache=True, nogil=True)
def any_positive(amounts: FloatArray) -> BoolArray:
    """Whether any entry of each row (n, m) is above zero."""
    found = np.zeros(amounts.shape[0], dtype=np.bool_)
    for row in range(amounts.shape[0]):
        for slot in range(amounts.shape[1]):
            found[row] |= amounts[row, slot] > 0.0
    return found
