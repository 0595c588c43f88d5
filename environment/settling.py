"""Bringing savers up to date whose months followed from their standing orders.

What flows in each month buys units by a running sum of one over the price, and pays fees by two more; what is
drawn each month is worked out month by month, since it comes from all funds of an account together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit

from environment.blocks import in_blocks
from environment.savers import SLOTS, SPLIT, Savers
from environment.typing import BoolArray, FloatArray, IntArray, TinyArray

MONTHS = 12  # at most, from one settlement of all rows to the next
FURTHEST = 8.0  # times or part of its first price: beyond it the rounding of a sum of earlier months counts

ORDERS = (
    "fund",
    "in_ira",
    "split_fund",
    "split_share",
    "contribution",
    "loan_payment",
    "match",
    "benefit_real",
    "withdrawal",
)
"""Columns of `Savers` that say what happens each month."""

SETTLED = (
    "units",
    "fees_paid",
    "year_fees",
    "contributed",
    "spent_real",
    "employer_money",
    "loan",
    "year_benefit_real",
    "withdrawn",
    "year_ira_real",
    "year_plan_real",
)
"""Columns that lag behind until a row is settled."""


@dataclass(slots=True)
class Sums:
    """The months since all rows were settled last; row m of each is month m, row 0 the settlement.

    Attributes
    ----------
    bought : FloatArray, shape (13, K)
        Units that a dollar a month has bought: the sum of 1 / price.
    fees : FloatArray, shape (13, K)
        Fees a unit so far, USD.
    fees_on_bought : FloatArray, shape (13, K)
        Fees on what a dollar a month had bought, USD: the sum of fee a unit x ``bought`` of the month before.
    real : FloatArray, shape (13,)
        A dollar a month in USD of the start: the sum of 1 / price level.
    sized, filled : FloatArray, shape (13, K)
        Prices of the month at which sales are sized and filled.
    level : FloatArray, shape (13,)
        Price level relative to the opening.
    """

    bought: FloatArray
    fees: FloatArray
    fees_on_bought: FloatArray
    real: FloatArray
    sized: FloatArray
    filled: FloatArray
    level: FloatArray


def no_sums(funds: int) -> Sums:
    """Before the first month."""
    by_fund, single = np.zeros((5, MONTHS + 1, funds)), np.zeros((2, MONTHS + 1))
    return Sums(by_fund[0], by_fund[1], by_fund[2], single[0], by_fund[3], by_fund[4], single[1])


def add_month(
    sums: Sums, month: int, sized: FloatArray, filled: FloatArray, fee_per_unit: FloatArray, level: float
) -> None:
    """Add a month: fees on what was held before it, then what is bought at the prices of its fills."""
    last = month - 1
    sums.bought[month] = sums.bought[last] + 1.0 / filled
    sums.fees[month] = sums.fees[last] + fee_per_unit
    sums.fees_on_bought[month] = sums.fees_on_bought[last] + fee_per_unit * sums.bought[last]
    sums.real[month] = sums.real[last] + 1.0 / level
    sums.sized[month], sums.filled[month], sums.level[month] = sized, filled, level


def moved_far(sums: Sums, months: int, filled: FloatArray) -> bool:
    """Whether a price has left the range in which differences of the sums so far are exact enough."""
    if not months:
        return False
    first = sums.filled[1]
    return bool(((filled > FURTHEST * first) | (FURTHEST * filled < first)).any())


def columns_of(savers: Savers) -> dict[str, Any]:
    """All columns that settling reads or writes."""
    return {name: getattr(savers, name) for name in (*ORDERS, *SETTLED)}


def settle(
    columns: Mapping[str, Any],
    rows: IntArray,
    settled_to: TinyArray,
    month: int,
    sums: Sums,
    loan_rate: float,
) -> None:
    """Bring rows up to a month, in place.

    Parameters
    ----------
    columns : mapping of str to array, shape (N, ...)
        The columns of ``ORDERS`` and ``SETTLED``.
    rows : IntArray, shape (n,)
    settled_to : TinyArray, shape (N,)
        Month up to which each row is settled; -1 where there is nothing to settle.
    month : int
    sums : Sums
    loan_rate : float
        Interest on loans, a month.
    """
    in_blocks(lambda part: _settle_block(columns, rows[part], settled_to, month, sums, loan_rate), rows.size)


def _settle_block(
    columns: Mapping[str, Any],
    rows: IntArray,
    settled_to: TinyArray,
    month: int,
    sums: Sums,
    loan_rate: float,
) -> None:
    get = columns.__getitem__
    fees = (get("fees_paid"), get("year_fees"))
    _settle_payments(
        rows,
        settled_to,
        month,
        sums.real,
        (get("contribution"), get("loan_payment"), get("match"), get("benefit_real")),
        (get("contributed"), get("spent_real"), get("employer_money"), get("year_benefit_real")),
        (get("loan"), loan_rate),
    )
    _settle_holdings(
        rows,
        settled_to,
        month,
        (sums.bought, sums.fees, sums.fees_on_bought),
        (get("fund"), get("in_ira"), get("units")),
        (get("split_fund"), get("split_share")),
        (get("contribution"), get("loan_payment"), get("withdrawal")),
        fees,
    )
    _settle_drawings(
        rows,
        settled_to,
        month,
        (sums.fees, sums.sized, sums.filled, sums.level),
        (get("fund"), get("in_ira"), get("units")),
        get("withdrawal"),
        fees,
        (get("withdrawn"), get("spent_real"), get("year_ira_real"), get("year_plan_real")),
    )


@njit(cache=True, nogil=True)
def _settle_payments(
    rows: IntArray,
    settled_to: TinyArray,
    month: int,
    real: FloatArray,
    flows: tuple[FloatArray, FloatArray, FloatArray, FloatArray],
    lives: tuple[FloatArray, FloatArray, FloatArray, FloatArray],
    loans: tuple[FloatArray, float],
) -> None:
    """What flowed in, loans paid back in it, and Social Security."""
    contribution, loan_payment, match, benefit = flows
    contributed, spent_real, employer_money, year_benefit_real = lives
    loan, rate = loans
    for row in rows:
        since = settled_to[row]
        passed = month - since
        if since < 0 or passed == 0:
            continue
        year_benefit_real[row] += passed * benefit[row]
        paid_in = contribution[row] + loan_payment[row]
        if paid_in > 0.0:
            contributed[row] += passed * paid_in
            spent_real[row] -= paid_in * (real[month] - real[since])
            employer_money[row] += passed * match[row]
        if loan[row] > 0.0:
            for _ in range(passed):
                loan[row] = loan[row] * (1.0 + rate) - loan_payment[row]


@njit(cache=True, nogil=True)
def _settle_holdings(
    rows: IntArray,
    settled_to: TinyArray,
    month: int,
    sums: tuple[FloatArray, FloatArray, FloatArray],
    register: tuple[IntArray, BoolArray, FloatArray],
    split: tuple[IntArray, FloatArray],
    flows: tuple[FloatArray, FloatArray, FloatArray],
    charged: tuple[FloatArray, FloatArray],
) -> None:
    """Units that were bought, and fees on them and on what was held, of all who draw nothing."""
    bought, fees, fees_on_bought = sums
    fund, in_ira, units = register
    split_fund, split_share = split
    contribution, loan_payment, withdrawal = flows
    fees_paid, year_fees = charged
    for row in rows:
        since, charge = settled_to[row], 0.0
        if since < 0 or since == month or withdrawal[row] > 0.0:
            continue
        for slot in range(SLOTS):
            held = fund[row, slot]
            if held >= 0:
                charge += units[row, slot] * (fees[month, held] - fees[since, held])
        paid_in = contribution[row] + loan_payment[row]
        for choice in range(SPLIT if paid_in > 0.0 else 0):
            wanted, amount = split_fund[row, choice], split_share[row, choice] * paid_in
            if wanted < 0 or amount <= 0.0:
                continue
            later = fees_on_bought[month, wanted] - fees_on_bought[since, wanted]
            earlier = bought[since, wanted] * (fees[month, wanted] - fees[since, wanted])
            charge += amount * (later - earlier)
            for slot in range(SLOTS):
                if fund[row, slot] == wanted and not in_ira[row, slot]:
                    units[row, slot] += amount * (bought[month, wanted] - bought[since, wanted])
                    break
        fees_paid[row] += charge
        year_fees[row] += charge


@njit(cache=True, nogil=True)
def _settle_drawings(
    rows: IntArray,
    settled_to: TinyArray,
    month: int,
    months: tuple[FloatArray, FloatArray, FloatArray, FloatArray],
    register: tuple[IntArray, BoolArray, FloatArray],
    withdrawal: FloatArray,
    charged: tuple[FloatArray, FloatArray],
    lives: tuple[FloatArray, FloatArray, FloatArray, FloatArray],
) -> None:
    """What the retired drew: the same share of every holding, by its value when the sale was sized."""
    fees, sized, filled, level = months
    fund, in_ira, units = register
    fees_paid, year_fees = charged
    withdrawn, spent_real, year_ira_real, year_plan_real = lives
    for row in rows:
        if withdrawal[row] <= 0.0 or settled_to[row] < 0:
            continue
        charge = 0.0
        for now in range(settled_to[row] + 1, month + 1):
            value = 0.0
            for slot in range(SLOTS):
                held = fund[row, slot]
                if held >= 0:
                    charge += units[row, slot] * (fees[now, held] - fees[now - 1, held])
                    value += units[row, slot] * sized[now, held]
            if value <= 0.0:
                break
            share, spent, from_ira = withdrawal[row] / value, 0.0, 0.0
            for slot in range(SLOTS):
                held = fund[row, slot]
                if held >= 0:
                    sold = share * units[row, slot]
                    units[row, slot] -= sold
                    spent += sold * filled[now, held]
                    from_ira += sold * filled[now, held] if in_ira[row, slot] else 0.0
            withdrawn[row] += spent
            spent_real[row] += spent / level[now]
            year_ira_real[row] += from_ira / level[now]
            year_plan_real[row] += (spent - from_ira) / level[now]
        fees_paid[row] += charge
        year_fees[row] += charge
