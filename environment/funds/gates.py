"""What a fund pays of what it is asked: gates, liquid sleeves and pro-rata queues."""

import numpy as np

from environment.assets import CASH
from environment.funds.book import PRIVATES, FundBook, Valuation
from environment.typing import FloatArray

MONTHS_A_QUARTER = 3
ROUNDING = 1e-12  # of a fund's units: a gate that has paid its cap has nothing left but this


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


def gate_limit(book: FundBook, valuation: Valuation, monthly_cap: float, quarterly_cap: float) -> FloatArray:
    """Most units each private fund redeems this month, shape (5,).

    The lower of the monthly cap on units at the month's start, what the quarterly cap has left, and
    what the fund's cash can buy back at the reported price.
    """
    units = book.units[PRIVATES]
    quarter = quarterly_cap * book.quarter_units - book.quarter_paid
    cash = valuation.assets[PRIVATES, CASH] / valuation.reported[PRIVATES]
    limit = np.minimum(np.minimum(monthly_cap * units, quarter), cash)
    return np.where(limit > ROUNDING * units, limit, 0.0)


def start_quarter(book: FundBook, month: int) -> None:
    """Open a new quarter of the gate: month 1 starts one, and every third month after it."""
    if (month - 1) % MONTHS_A_QUARTER == 0:
        book.quarter_units = book.units[PRIVATES].copy()
        book.quarter_paid = np.zeros_like(book.quarter_paid)


def payable_within_quarter(
    book: FundBook, month: int, monthly_cap: float, quarterly_cap: float
) -> FloatArray:
    """Units the caps pay in the three months after ``month``, at the terms of the day, shape (5,)."""
    units = book.units[PRIVATES]
    left_in_quarter = (MONTHS_A_QUARTER - month) % MONTHS_A_QUARTER
    quarter = np.maximum(0.0, quarterly_cap * book.quarter_units - book.quarter_paid)
    this_quarter = np.minimum(left_in_quarter * monthly_cap * units, quarter)
    next_quarter = np.minimum(
        (MONTHS_A_QUARTER - left_in_quarter) * monthly_cap * units, quarterly_cap * units
    )
    return this_quarter + next_quarter


def frozen_share(queue: FloatArray, payable: FloatArray) -> FloatArray:
    """Share of a holding that one saver, asking alone, would not be paid within three months.

    It is 1 where the caps pay nothing, whether or not anybody queues.

    Parameters
    ----------
    queue : FloatArray
        Units queued already; they are paid pro rata.
    payable : FloatArray
        Units the caps pay within three months.
    """
    return np.where(payable > 0.0, 1.0 - paid_share(queue, payable), 1.0)
