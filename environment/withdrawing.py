"""Loops over the slots of savers who want cash: what is due and asked of whom, what is sold, who gets what.

What a saver owes or is paid adds even and odd places apart, in the order of `sums.row_sums`.
"""

import numpy as np
from numba import njit

from environment.savers import RETIRED, SLOTS
from environment.typing import BoolArray, FloatArray, IntArray

FEE, FORFEITURE, SPENDING, LOAN = range(4)  # what cash is wanted for, in the order in which it is paid
ROUNDING = 1e-9  # share of what was due below which a shortfall is rounding

Wishes = tuple[FloatArray, FloatArray, FloatArray, FloatArray]
Lumps = tuple[FloatArray, FloatArray]


@njit(cache=True, nogil=True)
def cash_wanted(
    acting: IntArray,
    wishes: Wishes,
    lumps: Lumps,
    holdings: tuple[IntArray, FloatArray, FloatArray, BoolArray],
    status: IntArray,
    private: BoolArray,
    prices: FloatArray,
) -> tuple[IntArray, FloatArray, BoolArray, FloatArray]:
    """Who wants cash, what for, which slots pay and what is asked of private funds.

    Parameters
    ----------
    acting : IntArray, shape (m,)
        Rows that may want cash, in order.
    wishes : tuple of FloatArray, shape (m,) and three times (N,)
        USD due as fee, forfeiture, planned withdrawal and loan.
    lumps : tuple of FloatArray, shape (N,) each
        USD wanted at once, infinite for all there is; what is frozen of an earlier one.
    holdings : (IntArray, FloatArray, FloatArray, BoolArray), shape (N, 6) each
        Fund, units, units asked back already, whether in the IRA.
    status : IntArray, shape (N,)
        All slots pay for the retired; only the plan pays for others.
    private : BoolArray, shape (K,)
    prices : FloatArray, shape (K,)

    Returns
    -------
    rows, due, source, asked
        As in `cash.Withdrawals`.
    """
    fund, units, queued, in_ira = holdings
    rows, fees, late = _who_wants(acting, wishes, lumps)
    due = _dues(fees, wishes, lumps, rows, late)
    source = _sources(rows, late, fund, in_ira, status, private)
    return rows, due, source, _asked(rows, due, source, (fund, units, queued), private, prices)


@njit(cache=True, nogil=True)
def _who_wants(acting: IntArray, wishes: Wishes, lumps: Lumps) -> tuple[IntArray, FloatArray, BoolArray]:
    """Rows that want cash, their fees, and who has nothing but an old lump sum to be paid, shape (n,) each.

    What is left of an old lump sum is for private funds alone to pay, in months without other needs.
    """
    fees, forfeiture, withdrawal, borrowing = wishes
    lump, frozen = lumps
    rows, late = np.empty(fees.size, dtype=np.int64), np.empty(fees.size, dtype=np.bool_)
    due, count = np.empty(fees.size), 0
    for place in range(fees.size):
        row = acting[place]
        wanted = fees[place] + forfeiture[row] + withdrawal[row] + lump[row] + borrowing[row]
        if wanted > 0.0 or frozen[row] > 0.0:
            rows[count], due[count], late[count] = row, fees[place], wanted == 0.0
            count += 1
    return rows[:count].copy(), due[:count].copy(), late[:count].copy()


@njit(cache=True, nogil=True)
def _dues(fees: FloatArray, wishes: Wishes, lumps: Lumps, rows: IntArray, late: BoolArray) -> FloatArray:
    """USD due by purpose, shape (n, 4); spending is the withdrawal and the lump sum."""
    _, forfeiture, withdrawal, borrowing = wishes
    lump, frozen = lumps
    due = np.empty((rows.size, 4))
    for place in range(rows.size):
        row = rows[place]
        due[place, FEE] = fees[place]
        due[place, FORFEITURE] = forfeiture[row]
        due[place, SPENDING] = frozen[row] if late[place] else withdrawal[row] + lump[row]
        due[place, LOAN] = borrowing[row]
    return due


@njit(cache=True, nogil=True)
def _sources(
    rows: IntArray,
    late: BoolArray,
    fund: IntArray,
    in_ira: BoolArray,
    status: IntArray,
    private: BoolArray,
) -> BoolArray:
    """Slots that pay, shape (n, 6); of who has nothing but an old lump sum to be paid, the private ones."""
    source = np.empty((rows.size, fund.shape[1]), dtype=np.bool_)
    for place in range(rows.size):
        row = rows[place]
        for slot in range(SLOTS):
            pays = status[row] == RETIRED or not in_ira[row, slot]
            if late[place]:
                pays &= fund[row, slot] >= 0 and private[fund[row, slot]]
            source[place, slot] = pays
    return source


@njit(cache=True, nogil=True)
def _asked(
    rows: IntArray,
    due: FloatArray,
    source: BoolArray,
    holdings: tuple[IntArray, FloatArray, FloatArray],
    private: BoolArray,
    prices: FloatArray,
) -> FloatArray:
    """Units asked of private funds, shape (n, 6): the share of what is due in what the source is worth.

    Holdings are fund, units and units asked back already; all else is as in `sold_from_slots`.
    """
    fund, units, queued = holdings
    asked, all_due = np.zeros(source.shape), _totals(due)
    for place in range(rows.size):
        row, total, any_private = rows[place], 0.0, False
        for slot in range(SLOTS):
            if source[place, slot] and fund[row, slot] >= 0:
                total += units[row, slot] * prices[fund[row, slot]]
                any_private |= private[fund[row, slot]]
        if not any_private or total <= 0.0:
            continue
        share = min(all_due[place], total) / total
        for slot in range(SLOTS):
            if source[place, slot] and fund[row, slot] >= 0 and private[fund[row, slot]]:
                asked[place, slot] = min(share * units[row, slot], units[row, slot] - queued[row, slot])
    return asked


@njit(cache=True, nogil=True)
def _totals(due: FloatArray) -> FloatArray:
    """Sum of what is due to each saver, by purpose (n, 4), shape (n,)."""
    totals = np.empty(due.shape[0])
    for place in range(totals.size):
        totals[place] = (due[place, 0] + due[place, 2]) + (due[place, 1] + due[place, 3])
    return totals


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
    rows : IntArray, shape (n,)
    source : BoolArray, shape (n, 6)
        Slots that pay.
    due : FloatArray, shape (n, 4)
        USD wanted by purpose; infinite for all there is.
    asked : FloatArray, shape (n, 6)
        Units asked of private funds.
    terms : (BoolArray, FloatArray, FloatArray), shape (K,) each
        Private funds, share of requests each fund pays, prices.
    """
    fund, units = holdings
    private, paid, prices = terms
    sold, all_due = np.zeros(source.shape), _totals(due)
    for place in range(rows.size):
        row, left, listed = rows[place], all_due[place], 0.0
        for slot in range(SLOTS):
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
        for slot in range(SLOTS):
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


@njit(cache=True, nogil=True)
def unmet_spending(
    holdings: tuple[IntArray, FloatArray],
    rows: IntArray,
    source: BoolArray,
    due: FloatArray,
    sold: FloatArray,
    prices: FloatArray,
    plans: tuple[FloatArray, FloatArray, FloatArray],
) -> FloatArray:
    """Spending that is missing because money is frozen, shape (n,), USD.

    Loans are paid last, so that what is missing is missing there first. A lump sum is missed once: nothing is
    unmet for those who are paid no more than what was frozen of one.

    Parameters
    ----------
    holdings, rows, source, due
        As in `sold_from_slots`, before the sale.
    sold : FloatArray, shape (n, 6)
        Units sold.
    prices : FloatArray, shape (K,)
        At which the sales were sized.
    plans : tuple of FloatArray, shape (N,) each
        Planned withdrawal, lump sum, and what is frozen of an earlier one.
    """
    fund, units = holdings
    withdrawal, lump, frozen = plans
    unmet, all_due = np.zeros(rows.size), _totals(due)
    for place in range(rows.size):
        row, value, even, odd = rows[place], 0.0, 0.0, 0.0
        if frozen[row] > 0.0 and withdrawal[row] + lump[row] == 0.0:
            continue
        for slot in range(SLOTS):
            held = fund[row, slot]
            if held < 0:
                continue
            if source[place, slot]:
                value += units[row, slot] * prices[held]
            if slot % 2:
                odd += sold[place, slot] * prices[held]
            else:
                even += sold[place, slot] * prices[held]
        payable = min(all_due[place], value)
        missing = payable - (even + odd)
        if missing > ROUNDING * payable:
            unmet[place] = min(max(missing - due[place, LOAN], 0.0), due[place, SPENDING])
    return unmet


@njit(cache=True, nogil=True)
def split_proceeds(
    due: FloatArray, proceeds: FloatArray, in_ira: BoolArray, rows: IntArray
) -> tuple[FloatArray, FloatArray]:
    """What sales brought by purpose, shape (n, 4), and the part of the IRA in what was spent, shape (n,).

    Parameters
    ----------
    due : FloatArray, shape (n, 4)
    proceeds : FloatArray, shape (n, 6)
        USD by slot.
    in_ira : BoolArray, shape (N, 6)
    rows : IntArray, shape (n,)
    """
    received, from_ira = np.zeros(rows.size), np.zeros(rows.size)
    for place in range(rows.size):
        row, even, odd, even_ira, odd_ira = rows[place], 0.0, 0.0, 0.0, 0.0
        for slot in range(0, SLOTS, 2):
            even += proceeds[place, slot]
            odd += proceeds[place, slot + 1]
            even_ira += proceeds[place, slot] if in_ira[row, slot] else 0.0
            odd_ira += proceeds[place, slot + 1] if in_ira[row, slot + 1] else 0.0
        received[place] = even + odd
        from_ira[place] = even_ira + odd_ira
    paid = paid_in_order(due, received)
    for place in range(rows.size):
        if received[place] > 0.0:
            from_ira[place] *= paid[place, SPENDING] / received[place]
    return paid, from_ira
