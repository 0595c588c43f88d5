"""Loops over the slots of savers who want cash: what is asked of whom, what is sold, who gets what."""

import numpy as np
from numba import njit

from environment.typing import BoolArray, FloatArray, IntArray


@njit(cache=True, nogil=True)
def asked_of_private(
    holdings: tuple[IntArray, FloatArray, FloatArray],
    rows: IntArray,
    source: BoolArray,
    due: FloatArray,
    private: BoolArray,
    prices: FloatArray,
) -> FloatArray:
    """Units asked of private funds, shape (n, 6): the share of what is due in what the source is worth.

    Parameters
    ----------
    holdings : (IntArray, FloatArray, FloatArray), shape (N, 6) each
        Fund, units, units asked back already.
    rows : IntArray, shape (n,)
    source : BoolArray, shape (n, 6)
        Slots that pay.
    due : FloatArray, shape (n,)
        USD wanted; infinite for all there is.
    private : BoolArray, shape (K,)
    prices : FloatArray, shape (K,)
    """
    fund, units, queued = holdings
    asked = np.zeros(source.shape)
    for place in range(rows.size):
        row, total, any_private = rows[place], 0.0, False
        for slot in range(fund.shape[1]):
            if source[place, slot] and fund[row, slot] >= 0:
                total += units[row, slot] * prices[fund[row, slot]]
                any_private |= private[fund[row, slot]]
        if not any_private or total <= 0.0:
            continue
        share = min(due[place], total) / total
        for slot in range(fund.shape[1]):
            if source[place, slot] and fund[row, slot] >= 0 and private[fund[row, slot]]:
                free = units[row, slot] - queued[row, slot]
                asked[place, slot] = min(share * units[row, slot], free)
    return asked


@njit(cache=True, nogil=True)
def sold_from_slots(
    holdings: tuple[IntArray, FloatArray],
    rows: IntArray,
    source: BoolArray,
    due: FloatArray,
    asked: FloatArray,
    terms: tuple[BoolArray, FloatArray, FloatArray],
) -> FloatArray:
    """Units sold for cash, shape (n, 6): what private funds pay of what was asked, the rest pro rata.

    Parameters
    ----------
    holdings : (IntArray, FloatArray), shape (N, 6) each
        Fund and units.
    rows, source, due
        As in `asked_of_private`.
    asked : FloatArray, shape (n, 6)
        Units asked of private funds.
    terms : (BoolArray, FloatArray, FloatArray), shape (K,) each
        Private funds, share of requests each fund pays, prices.
    """
    fund, units = holdings
    private, paid, prices = terms
    sold = np.zeros(source.shape)
    for place in range(rows.size):
        row, left, listed = rows[place], due[place], 0.0
        for slot in range(fund.shape[1]):
            held = fund[row, slot]
            if held < 0 or not source[place, slot]:
                continue
            if private[held]:
                sold[place, slot] = paid[held] * asked[place, slot]
                left -= sold[place, slot] * prices[held]
            else:
                listed += units[row, slot] * prices[held]
        if listed <= 0.0:
            continue
        share = min(max(left / listed, 0.0), 1.0)
        for slot in range(fund.shape[1]):
            held = fund[row, slot]
            if held >= 0 and source[place, slot] and not private[held]:
                sold[place, slot] = share * units[row, slot]
    return sold


@njit(cache=True, nogil=True)
def paid_in_order(due: FloatArray, received: FloatArray) -> FloatArray:
    """Split of what sales brought, (n,), over what was due, first column first, shape as ``due``.

    The price of the fill may bring more than was sized: that is for the last purpose that wanted money.
    """
    paid = np.zeros(due.shape)
    for row in range(due.shape[0]):
        left, last = received[row], due.shape[1] - 1
        for purpose in range(due.shape[1]):
            if due[row, purpose] > 0.0:
                paid[row, purpose] = min(due[row, purpose], left)
                left -= paid[row, purpose]
                last = purpose
        paid[row, last] += left
    return paid
