"""What a fund pays of what it is asked: gates, liquid sleeves and pro-rata queues."""

from dataclasses import dataclass

import numpy as np
from numba import njit

from environment.assets import CASH
from environment.funds.book import PRIVATES, FundBook, Valuation
from environment.funds.catalogue import PRIVATE_CLASS
from environment.scenario import Scenario
from environment.typing import FloatArray, IntArray

MONTHS_A_QUARTER = 3
ROUNDING = 1e-12  # of a fund's units: a gate that has paid its cap has nothing left but this


@dataclass(frozen=True, slots=True)
class GateTerms:
    """Terms of redemption of the evergreen funds.

    Attributes
    ----------
    monthly, quarterly : float
        Caps, shares of the units at the start of the month and of the quarter.
    sale_limit : float
        Share of its private assets that a fund can sell in a month.
    """

    monthly: float
    quarterly: float
    sale_limit: float


def gate_terms(scenario: Scenario) -> GateTerms:
    """Terms of a scenario."""
    return GateTerms(
        monthly=scenario.number("funds.gate.monthly"),
        quarterly=scenario.number("funds.gate.quarterly"),
        sale_limit=scenario.number("funds.private_sale_limit"),
    )


@njit(cache=True, nogil=True)
def paid_share(asked: FloatArray, limit: FloatArray) -> FloatArray:
    """Share of the units asked that is paid, the same for all who ask.

    Parameters
    ----------
    asked, limit : FloatArray, shape (n,)
        Units, not negative.

    Returns
    -------
    FloatArray, shape (n,)
        min(1, limit / asked); 1 where nothing is asked.
    """
    share = np.ones(asked.size)
    for fund in range(asked.size):
        if asked[fund] > 0.0:
            share[fund] = min(1.0, limit[fund] / asked[fund])
    return share


def gate_limit(book: FundBook, valuation: Valuation, terms: GateTerms) -> FloatArray:
    """Most units each private fund redeems this month, shape (5,).

    The lower of the monthly cap on units at the month's start, what the quarterly cap has left, and what
    the fund can raise: its cash and what it can sell of its private assets, at the reported price.
    """
    units = book.units[PRIVATES]
    quarter = terms.quarterly * book.quarter_units - book.quarter_paid
    means = can_raise(valuation.assets, terms.sale_limit, PRIVATE_CLASS, CASH)
    raised = means / valuation.reported[PRIVATES]
    limit = np.minimum(np.minimum(terms.monthly * units, quarter), raised)
    return np.where(limit > ROUNDING * units, limit, 0.0)


def start_quarter(book: FundBook, month: int) -> None:
    """Open a new quarter of the gate: month 1 starts one, and every third month after it."""
    if (month - 1) % MONTHS_A_QUARTER == 0:
        book.quarter_units = book.units[PRIVATES].copy()
        book.quarter_paid = np.zeros_like(book.quarter_paid)


@njit(cache=True, nogil=True)
def can_raise(assets: FloatArray, share_sold: float, own_class: IntArray, in_cash: int) -> FloatArray:
    """USD each private fund can raise: its cash and a share of the assets of its own class, shape (5,)."""
    raised = np.empty(own_class.size)
    for fund in range(own_class.size):
        raised[fund] = max(assets[fund, in_cash] + share_sold * assets[fund, own_class[fund]], 0.0)
    return raised


def payable_within_quarter(book: FundBook, month: int, terms: GateTerms) -> FloatArray:
    """Units paid in the three months after ``month``, at the terms and means of the day, shape (5,)."""
    means = can_raise(book.assets, min(1.0, MONTHS_A_QUARTER * terms.sale_limit), PRIVATE_CLASS, CASH)
    quarter = (book.quarter_units, book.quarter_paid)
    caps = (terms.monthly, terms.quarterly)
    payable: FloatArray = _payable(book.units, book.reported, means, quarter, month, caps)
    return payable


@njit(cache=True, nogil=True, error_model="numpy")
def _payable(
    units: FloatArray,
    reported: FloatArray,
    means: FloatArray,
    quarter: tuple[FloatArray, FloatArray],
    month: int,
    caps: tuple[float, float],
) -> FloatArray:
    payable, (quarter_units, quarter_paid), (monthly, quarterly) = np.empty(means.size), quarter, caps
    months_left = (MONTHS_A_QUARTER - month) % MONTHS_A_QUARTER
    for fund in range(means.size):
        room = max(0.0, quarterly * quarter_units[fund] - quarter_paid[fund])
        this_quarter = min(months_left * monthly * units[fund], room)
        next_quarter = min((MONTHS_A_QUARTER - months_left) * monthly, quarterly) * units[fund]
        payable[fund] = min(this_quarter + next_quarter, means[fund] / reported[fund])
    return payable


@njit(cache=True, nogil=True)
def frozen_share(queue: FloatArray, payable: FloatArray) -> FloatArray:
    """Share of a holding that one saver, asking alone, would not be paid within three months.

    It is 1 where nothing can be paid, whether or not anybody queues.

    Parameters
    ----------
    queue : FloatArray, shape (n,)
        Units queued already; they are paid pro rata.
    payable : FloatArray, shape (n,)
        Units that are paid within three months.
    """
    share = 1.0 - paid_share(queue, payable)
    share[~(payable > 0.0)] = 1.0
    return share
