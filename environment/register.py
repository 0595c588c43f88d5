"""The unit register: buying into a saver's slots, selling out of them, charging fees on them."""

import numpy as np
from numba import njit

from environment.savers import EMPTY, SLOTS, SPLIT, Savers
from environment.typing import BoolArray, FloatArray, IntArray

ROUNDING = 1e-12  # of a holding: what is left below it is no unit but rounding


class RegisterError(RuntimeError):
    """A saver would need more slots than there are: orders were not fitted before they were filled."""


PLAN, IRA = False, True  # the two accounts of a saver, as `Savers.in_ira` marks them


def buy(
    savers: Savers,
    rows: IntArray,
    in_ira: BoolArray,
    funds: IntArray,
    dollars: FloatArray,
    prices: FloatArray,
) -> FloatArray:
    """Buy units at given prices.

    Parameters
    ----------
    savers : Savers
        Changed in place.
    rows : IntArray, shape (n,)
    in_ira : BoolArray, shape (n,)
        The account that buys.
    funds : IntArray, shape (n, m)
        Funds to buy, -1 where unused.
    dollars : FloatArray, shape (n, m)
        USD an account.
    prices : FloatArray, shape (K,)

    Returns
    -------
    FloatArray, shape (K,)
        USD that flowed into each fund, weighted.

    Raises
    ------
    RegisterError
        When a row has no slot left.
    """
    flows = np.zeros(prices.size)
    register = (savers.fund, savers.units, savers.in_ira)
    missed = _buy(register, rows, in_ira, funds, dollars, prices, flows)
    return _weighted(savers, flows, missed)


def invest_contributions(savers: Savers, rows: IntArray, prices: FloatArray) -> FloatArray:
    """Buy what this month's payments of rows, (n,), pay for, by their splits; returns and raises as `buy`."""
    flows = np.zeros(prices.size)
    register, split = (savers.fund, savers.units, savers.in_ira), (savers.split_fund, savers.split_share)
    missed = _invest(rows, register, split, savers.contribution, savers.loan_payment, prices, flows)
    return _weighted(savers, flows, missed)


def _weighted(savers: Savers, flows: FloatArray, missed: int) -> FloatArray:
    if missed:
        raise RegisterError(f"{missed} orders found no free slot")
    return savers.weight * flows


type _Register = tuple[IntArray, FloatArray, BoolArray]  # fund, units and in_ira of all savers, (N, 6) each


@njit(cache=True, nogil=True)
def _buy(
    register: _Register,
    rows: IntArray,
    account: BoolArray,
    funds: IntArray,
    dollars: FloatArray,
    prices: FloatArray,
    flows: FloatArray,
) -> int:
    """Place every purchase in a slot and add it to the flow of its fund; returns how many found no slot."""
    fund, units, in_ira = register
    missed = 0
    for order in range(rows.size):
        row = rows[order]
        for choice in range(funds.shape[1]):
            wanted, amount = funds[order, choice], dollars[order, choice]
            if wanted < 0 or amount <= 0.0:
                continue
            slot = _slot(fund, in_ira, row, wanted, account[order])
            if slot < 0:
                missed += 1
                continue
            fund[row, slot] = wanted
            in_ira[row, slot] = account[order]
            units[row, slot] += amount / prices[wanted]
            flows[wanted] += amount
    return missed


@njit(cache=True, nogil=True)
def _invest(
    rows: IntArray,
    register: _Register,
    split: tuple[IntArray, FloatArray],
    contribution: FloatArray,
    loan_payment: FloatArray,
    prices: FloatArray,
    flows: FloatArray,
) -> int:
    """As `_buy`, of what rows pay into their plans by their splits: one pass, and no list of who pays."""
    fund, units, in_ira = register
    funds, shares = split
    missed = 0
    for row in rows:
        paid_in = contribution[row] + loan_payment[row]
        if paid_in <= 0.0:
            continue
        for choice in range(SPLIT):
            wanted, amount = funds[row, choice], shares[row, choice] * paid_in
            if wanted < 0 or amount <= 0.0:
                continue
            slot = _slot(fund, in_ira, row, wanted, PLAN)
            if slot < 0:
                missed += 1
                continue
            fund[row, slot] = wanted
            in_ira[row, slot] = PLAN
            units[row, slot] += amount / prices[wanted]
            flows[wanted] += amount
    return missed


@njit(cache=True, nogil=True)
def _slot(fund: IntArray, in_ira: BoolArray, row: int, wanted: int, account: bool) -> int:
    free = -1
    for slot in range(SLOTS):
        if fund[row, slot] == wanted and in_ira[row, slot] == account:
            return slot
        if fund[row, slot] < 0 and free < 0:
            free = slot
    return free


def move_to_ira(savers: Savers, rows: IntArray, marked: BoolArray) -> None:
    """Move holdings of the plan to the IRA in kind; what the IRA holds of the same fund is joined to them.

    Parameters
    ----------
    savers : Savers
        Changed in place.
    rows : IntArray, shape (n,)
    marked : BoolArray, shape (n, 6)
        Slots that move.
    """
    _move_to_ira(savers.fund, savers.units, savers.queued, savers.in_ira, rows, marked)


@njit(cache=True, nogil=True)
def _move_to_ira(
    fund: IntArray,
    units: FloatArray,
    queued: FloatArray,
    in_ira: BoolArray,
    rows: IntArray,
    marked: BoolArray,
) -> None:
    for order in range(rows.size):
        row = rows[order]
        for slot in range(SLOTS):
            if not marked[order, slot] or fund[row, slot] < 0 or in_ira[row, slot]:
                continue
            there = _slot(fund, in_ira, row, fund[row, slot], True)
            if there >= 0 and fund[row, there] == fund[row, slot]:
                units[row, there] += units[row, slot]
                units[row, slot] = 0.0
                if queued[row, slot] > 0.0:
                    queued[row, there] += queued[row, slot]
                    queued[row, slot] = 0.0
                fund[row, slot] = EMPTY
            else:
                in_ira[row, slot] = True


def sell(
    savers: Savers, rows: IntArray, sold: FloatArray, prices: FloatArray, from_queue: bool = False
) -> FloatArray:
    """Take units out of slots and free the slots that are empty.

    Parameters
    ----------
    savers : Savers
        Changed in place.
    rows : IntArray, shape (n,), each at most once
    sold : FloatArray, shape (n, 6)
        Units, never more than are held.
    prices : FloatArray, shape (K,)
    from_queue : bool
        Whether these units were asked back before; others leave the request as it was.

    Returns
    -------
    FloatArray, shape (n, 6)
        USD an account, by slot.
    """
    return _sell(savers.fund, savers.units, savers.queued, rows, sold, prices, from_queue)


@njit(cache=True, nogil=True)
def _sell(
    fund: IntArray,
    units: FloatArray,
    queued: FloatArray,
    rows: IntArray,
    sold: FloatArray,
    prices: FloatArray,
    from_queue: bool,
) -> FloatArray:
    proceeds = np.zeros(sold.shape)
    for order in range(rows.size):
        row = rows[order]
        for slot in range(SLOTS):
            held = fund[row, slot]
            if held < 0:
                continue
            proceeds[order, slot] = sold[order, slot] * prices[held]
            left = units[row, slot] - sold[order, slot]
            if left <= ROUNDING * units[row, slot]:
                left = 0.0
                fund[row, slot] = EMPTY
            units[row, slot] = left
            if queued[row, slot] > 0.0:  # a zero over a zero would take memory for it
                waiting = queued[row, slot] - (sold[order, slot] if from_queue else 0.0)
                queued[row, slot] = min(max(waiting, 0.0), left)
    return proceeds


def sell_and_buy(
    savers: Savers,
    rows: IntArray,
    in_ira: BoolArray,
    sold: FloatArray,
    mix: tuple[IntArray, FloatArray],
    prices: FloatArray,
    from_queue: bool,
) -> FloatArray:
    """As `sell`, then as `buy` with what that brings, by a mix of funds and shares, (n, m) each."""
    flows = np.zeros(prices.size)
    register = (savers.fund, savers.units, savers.in_ira)
    missed = _sell_and_buy(register, savers.queued, rows, in_ira, sold, mix, prices, from_queue, flows)
    return _weighted(savers, flows, missed)


@njit(cache=True, nogil=True)
def _sell_and_buy(
    register: _Register,
    queued: FloatArray,
    rows: IntArray,
    account: BoolArray,
    sold: FloatArray,
    mix: tuple[IntArray, FloatArray],
    prices: FloatArray,
    from_queue: bool,
    flows: FloatArray,
) -> int:
    """As `_sell` and `_buy`; proceeds add even and odd slots apart, in the order of `sums.row_sums`."""
    (fund, units, _), (to_fund, to_share) = register, mix
    proceeds, dollars = _sell(fund, units, queued, rows, sold, prices, from_queue), np.empty(to_share.shape)
    for order in range(rows.size):
        even = proceeds[order, 0] + proceeds[order, 2] + proceeds[order, 4]
        odd = proceeds[order, 1] + proceeds[order, 3] + proceeds[order, 5]
        dollars[order] = to_share[order] * (even + odd)
    return _buy(register, rows, account, to_fund, dollars, prices, flows)


def charge(savers: Savers, rows: IntArray, fee_per_unit: FloatArray) -> None:
    """Remember the fees that this month's prices took from rows, (n,), USD an account."""
    _charge(rows, savers.fund, savers.units, fee_per_unit, savers.fees_paid, savers.year_fees)


@njit(cache=True, nogil=True)
def _charge(
    rows: IntArray,
    fund: IntArray,
    units: FloatArray,
    fee_per_unit: FloatArray,
    fees_paid: FloatArray,
    year_fees: FloatArray,
) -> None:
    """Fees of rows; an empty slot has no units, and asking whether it is empty takes longer."""
    for row in rows:
        fees = 0.0
        for slot in range(SLOTS):
            fees += units[row, slot] * fee_per_unit[max(fund[row, slot], 0)]
        fees_paid[row] += fees
        year_fees[row] += fees
