"""What happened to funds and managers in a month beyond the books."""

from typing import NamedTuple

import numpy as np
from numba import njit

from environment.books import MANAGERS, Ownership
from environment.pricing import Prices
from environment.settlement import Filled, Terms, queued_by_fund
from environment.state import State
from environment.typing import FloatArray


class MonthEvents(NamedTuple):
    """What happened in the month beyond the books.

    Attributes
    ----------
    waiting : FloatArray, shape (5,)
        Units of the private funds in the queue at the month's end.
    unpaid_usd, paid_usd : float
        Requests to private funds that wait at the month's end, and redemptions they paid.
    private_in, private_out : FloatArray, shape (5,)
        USD paid into and out of each private fund.
    fee_per_unit : FloatArray, shape (K,)
        USD of fees that touched a unit of each fund.
    manager_growth : FloatArray, shape (6, 2)
        One plus the month's return of each manager's funds, true and reported.
    """

    waiting: FloatArray
    unpaid_usd: float
    paid_usd: float
    private_in: FloatArray
    private_out: FloatArray
    fee_per_unit: FloatArray
    manager_growth: FloatArray


def month_events(state: State, own: Ownership, terms: Terms, prices: Prices, filled: Filled) -> MonthEvents:
    """What private funds were asked and paid, and how every manager's funds grew."""
    after, funds = prices.after, state.funds
    asked = (
        queued_by_fund(state, terms.queueing),
        funds.estates,
        terms.spending_asked,
        prices.orders.units_out,
    )
    waiting, paid_out, unpaid, paid = _waiting(asked, terms.held_asked, terms.paid, after.reported)
    return MonthEvents(
        waiting=waiting,
        unpaid_usd=unpaid,
        paid_usd=paid,
        private_in=filled.into_private,
        private_out=paid_out,
        fee_per_unit=filled.fees.per_unit,
        manager_growth=_growth(own.units, own.true, own.reported, after.true, after.reported, len(MANAGERS)),
    )


@njit(cache=True, nogil=True)
def _waiting(
    asked: tuple[FloatArray, FloatArray, FloatArray, FloatArray],
    held_asked: FloatArray,
    paid: FloatArray,
    reported: FloatArray,
) -> tuple[FloatArray, FloatArray, float, float]:
    """Private units not paid, (5,), redemptions paid in USD, (5,), and in USD requests unpaid and paid.

    Asked are units, (K,): in the queue, of estates, for withdrawals, which do not queue, and all that were
    paid; held_asked, (K, 5), is what funds asked back. Of all this a fund pays a share, (K,).
    """
    queued, estates, spending, units_out = asked
    waiting, paid_out = np.zeros(held_asked.shape[1]), np.zeros(held_asked.shape[1])
    unpaid, all_paid = 0.0, 0.0
    for private in range(waiting.size):
        waiting[private] = queued[private] + estates[private]
        for fund in range(held_asked.shape[0]):
            waiting[private] += held_asked[fund, private] - held_asked[fund, private] * paid[private]
        missed = spending[private] * (1.0 - paid[private])
        unpaid += (waiting[private] + missed) * reported[private]
        paid_out[private] = units_out[private] * reported[private]
        all_paid += paid_out[private]
    return waiting, paid_out, unpaid, all_paid


@njit(cache=True, nogil=True, error_model="numpy")
def _growth(
    units: FloatArray,
    last_true: FloatArray,
    last_reported: FloatArray,
    true: FloatArray,
    reported: FloatArray,
    managers: int,
) -> FloatArray:
    """One plus the return of each manager's funds, (6, 2), true and reported, from units and prices, (K,).

    All but the private funds, which have a manager each, are of the last manager; what it reports is true.
    """
    growth, started, ended = np.ones((managers, 2)), 0.0, 0.0
    for fund in range(managers - 1):
        growth[fund, 0] = true[fund] / last_true[fund]
        growth[fund, 1] = reported[fund] / last_reported[fund]
    for fund in range(managers - 1, units.size):
        started += units[fund] * last_reported[fund]
        ended += units[fund] * reported[fund]
    if started > 0.0:
        growth[managers - 1] = ended / started
    return growth
