"""What a fund pays of what it is asked: gates, liquid sleeves and pro-rata queues."""

from typing import NamedTuple

import numpy as np
from numba import njit

from environment.assets import CASH
from environment.funds.book import PRIVATES, FundBook, Valuation
from environment.funds.catalogue import PRIVATE_CLASS
from environment.once import once_a_scenario
from environment.scenario import Scenario
from environment.typing import FloatArray, IntArray

MONTHS_A_QUARTER = 3
ROUNDING = 1e-12  # of a fund's units: a gate that has paid its cap has nothing left but this


class GateTerms(NamedTuple):
    """Terms of redemption of the evergreen funds.

    Attributes
    ----------
    monthly, quarterly : float
        Caps, shares of the units at the start of the month and of the quarter.
    sale_limit : float
        Share of its private assets that a fund can sell in a month.
    dilution : float
        Share of the true price that those who stay may lose in a month to those who leave.
    """

    monthly: float
    quarterly: float
    sale_limit: float
    dilution: float


@once_a_scenario
def gate_terms(scenario: Scenario) -> GateTerms:
    """Terms of a scenario."""
    return GateTerms(
        monthly=scenario.number("funds.gate.monthly"),
        quarterly=scenario.number("funds.gate.quarterly"),
        sale_limit=scenario.number("funds.private_sale_limit"),
        dilution=scenario.number("funds.gate.dilution"),
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


@njit(cache=True, nogil=True)
def can_raise(assets: FloatArray, share_sold: float, own_class: IntArray, in_cash: int) -> FloatArray:
    """USD each private fund can raise: its cash and a share of the assets of its own class, shape (5,)."""
    raised = np.empty(own_class.size)
    for fund in range(own_class.size):
        raised[fund] = max(assets[fund, in_cash] + share_sold * assets[fund, own_class[fund]], 0.0)
    return raised


def gate_limit(book: FundBook, valuation: Valuation, terms: GateTerms) -> FloatArray:
    """Most units each private fund redeems this month, shape (5,).

    The lowest of the monthly cap on units at the month's start, what the quarterly cap has left, what the
    fund can raise, which is its cash and what it can sell of its private assets, at the reported price,
    and what is fair to those who stay.
    """
    worth = (valuation.assets, valuation.true, valuation.reported)
    quarter = (book.quarter_units, book.quarter_paid)
    caps = (terms.monthly, terms.quarterly, terms.sale_limit, terms.dilution)
    limit: FloatArray = _gate_limit(book.units, worth, quarter, caps, PRIVATE_CLASS, CASH)
    return limit


@njit(cache=True, nogil=True, error_model="numpy")
def _gate_limit(
    units: FloatArray,
    worth: tuple[FloatArray, FloatArray, FloatArray],
    quarter: tuple[FloatArray, FloatArray],
    terms: tuple[float, float, float, float],
    own_class: IntArray,
    in_cash: int,
) -> FloatArray:
    """As `gate_limit`, of assets, true and reported prices; terms are those of `GateTerms`."""
    (assets, true, reported), (monthly, quarterly, sale_limit, dilution) = worth, terms
    raised = can_raise(assets, sale_limit, own_class, in_cash) / reported[: own_class.size]
    fair = fair_limit(units, true, reported, dilution, own_class.size)
    return _limit(units, np.minimum(raised, fair), quarter, (monthly, quarterly))


@njit(cache=True, nogil=True)
def fair_limit(
    units: FloatArray, true: FloatArray, reported: FloatArray, dilution: float, privates: int
) -> FloatArray:
    """Units that private funds can redeem at their reported price and be fair to those who stay, shape (5,).

    Whoever leaves at a reported price above the true one is paid by those who stay. A fund suspends what
    would take more than a share of the true price from them in a month; else a run on a stale price would
    leave the last units nothing. A fund that is paid at its true price can redeem all.

    Parameters
    ----------
    units, true, reported : FloatArray, shape (K,)
        Outstanding, and their prices; private funds come first.
    dilution : float
        That share, above 0.
    privates : int
        Number of private funds.
    """
    limit = units[:privates].copy()
    for fund in range(privates):
        gap = reported[fund] - (1.0 - dilution) * true[fund]
        if gap > dilution * true[fund]:
            limit[fund] *= dilution * true[fund] / gap
    return limit


@njit(cache=True, nogil=True)
def _limit(
    units: FloatArray,
    means: FloatArray,
    quarter: tuple[FloatArray, FloatArray],
    caps: tuple[float, float],
) -> FloatArray:
    """Most units redeemed, (5,): at most the means (5,), and within the caps of month and quarter."""
    (quarter_units, quarter_paid), (monthly, quarterly) = quarter, caps
    limit = np.zeros(means.size)
    for fund in range(means.size):
        room = quarterly * quarter_units[fund] - quarter_paid[fund]
        most = min(monthly * units[fund], room, means[fund])
        if most > ROUNDING * units[fund]:
            limit[fund] = most
    return limit


def start_quarter(book: FundBook, month: int) -> None:
    """Open a new quarter of the gate: month 1 starts one, and every third month after it."""
    if (month - 1) % MONTHS_A_QUARTER == 0:
        book.quarter_units = book.units[PRIVATES].copy()
        book.quarter_paid = np.zeros_like(book.quarter_paid)


def payable_within_quarter(book: FundBook, month: int, terms: GateTerms) -> FloatArray:
    """Units paid in the three months after ``month``, at the terms and means of the day, shape (5,)."""
    quarter, caps = (book.quarter_units, book.quarter_paid), (terms.monthly, terms.quarterly)
    means = (min(1.0, MONTHS_A_QUARTER * terms.sale_limit), PRIVATE_CLASS, CASH)
    payable: FloatArray = _payable(book.units, book.assets, book.reported, quarter, caps, means, month)
    return payable


@njit(cache=True, nogil=True, error_model="numpy")
def _payable(
    units: FloatArray,
    assets: FloatArray,
    reported: FloatArray,
    quarter: tuple[FloatArray, FloatArray],
    caps: tuple[float, float],
    means: tuple[float, IntArray, int],
    month: int,
) -> FloatArray:
    (quarter_units, quarter_paid), (monthly, quarterly) = quarter, caps
    raised = can_raise(assets, *means)
    payable = np.empty(raised.size)
    months_left = (MONTHS_A_QUARTER - month) % MONTHS_A_QUARTER
    for fund in range(raised.size):
        room = max(0.0, quarterly * quarter_units[fund] - quarter_paid[fund])
        this_quarter = min(months_left * monthly * units[fund], room)
        next_quarter = min((MONTHS_A_QUARTER - months_left) * monthly, quarterly) * units[fund]
        payable[fund] = min(this_quarter + next_quarter, raised[fund] / reported[fund])
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


@njit(cache=True, nogil=True)
def frozen_of_holdings(
    waiting: FloatArray,
    payable: FloatArray,
    paid: FloatArray,
    units: FloatArray,
    reported: FloatArray,
    held: FloatArray,
) -> FloatArray:
    """Share of a holding in each fund that its owner, asking alone, could not cash within three months, (K,).

    Of a private fund it is what queue and caps leave unpaid by then; of a daily fund nothing while it pays
    in full, else its private part.

    Parameters
    ----------
    waiting, payable : FloatArray, shape (5,)
        Units of the private funds that were asked back and not paid, and that are paid by then.
    paid : FloatArray, shape (K,)
        Share of the month's redemptions that each fund paid.
    units, reported : FloatArray, shape (K,)
        Units outstanding and their price.
    held : FloatArray, shape (K, 5)
        Units of the private funds held by each fund.
    """
    frozen = np.zeros(units.size)
    frozen[: waiting.size] = frozen_share(waiting, payable)
    for fund in range(waiting.size, units.size):
        if paid[fund] < 1.0:
            inside = 0.0
            for private in range(waiting.size):
                inside += held[fund, private] * reported[private]
            frozen[fund] = min(inside / max(units[fund] * reported[fund], 1e-300), 1.0)
    return frozen
