"""What a fund pays of what it is asked: gates, liquid sleeves and pro-rata queues."""

from dataclasses import dataclass

import numpy as np

from environment.assets import CASH
from environment.funds.book import PRIVATES, FundBook, Valuation
from environment.funds.catalogue import PRIVATE_CLASS
from environment.scenario import Scenario
from environment.typing import FloatArray

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


def paid_share(asked: FloatArray, limit: FloatArray) -> FloatArray:
    """Share of the units asked that is paid, the same for all who ask.

    Parameters
    ----------
    asked, limit : FloatArray
        Units, not negative.

    Returns
    -------
    FloatArray
        min(1, limit / asked); 1 where nothing is asked.
    """
    return np.minimum(1.0, np.divide(limit, asked, out=np.ones_like(asked), where=asked > 0.0))


def gate_limit(book: FundBook, valuation: Valuation, terms: GateTerms) -> FloatArray:
    """Most units each private fund redeems this month, shape (5,).

    The lower of the monthly cap on units at the month's start, what the quarterly cap has left, and what
    the fund can raise: its cash and what it can sell of its private assets, at the reported price.
    """
    units = book.units[PRIVATES]
    quarter = terms.quarterly * book.quarter_units - book.quarter_paid
    raised = can_raise(valuation.assets, terms.sale_limit) / valuation.reported[PRIVATES]
    limit = np.minimum(np.minimum(terms.monthly * units, quarter), raised)
    return np.where(limit > ROUNDING * units, limit, 0.0)


def start_quarter(book: FundBook, month: int) -> None:
    """Open a new quarter of the gate: month 1 starts one, and every third month after it."""
    if (month - 1) % MONTHS_A_QUARTER == 0:
        book.quarter_units = book.units[PRIVATES].copy()
        book.quarter_paid = np.zeros_like(book.quarter_paid)


def can_raise(assets: FloatArray, share_sold: float) -> FloatArray:
    """USD each private fund can raise: its cash and a share of its private assets, shape (5,)."""
    rows = np.arange(PRIVATE_CLASS.size)
    raised: FloatArray = assets[PRIVATES, CASH] + share_sold * assets[rows, PRIVATE_CLASS]
    return np.maximum(raised, 0.0)


def payable_within_quarter(book: FundBook, month: int, terms: GateTerms) -> FloatArray:
    """Units paid in the three months after ``month``, at the terms and means of the day, shape (5,)."""
    units = book.units[PRIVATES]
    monthly_cap, quarterly_cap = terms.monthly, terms.quarterly
    left_in_quarter = (MONTHS_A_QUARTER - month) % MONTHS_A_QUARTER
    quarter = np.maximum(0.0, quarterly_cap * book.quarter_units - book.quarter_paid)
    this_quarter = np.minimum(left_in_quarter * monthly_cap * units, quarter)
    next_quarter = np.minimum(
        (MONTHS_A_QUARTER - left_in_quarter) * monthly_cap * units, quarterly_cap * units
    )
    means = can_raise(book.assets, min(1.0, MONTHS_A_QUARTER * terms.sale_limit)) / book.reported[PRIVATES]
    payable: FloatArray = np.minimum(this_quarter + next_quarter, means)
    return payable


def frozen_share(queue: FloatArray, payable: FloatArray) -> FloatArray:
    """Share of a holding that one saver, asking alone, would not be paid within three months.

    It is 1 where nothing can be paid, whether or not anybody queues.

    Parameters
    ----------
    queue : FloatArray
        Units queued already; they are paid pro rata.
    payable : FloatArray
        Units that are paid within three months.
    """
    return np.where(payable > 0.0, 1.0 - paid_share(queue, payable), 1.0)
