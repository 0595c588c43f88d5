"""What managers charge in a month: management fees, and incentive fees at the end of a quarter."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit

from environment.funds.book import PRIVATES, FundBook, Valuation
from environment.funds.fees import incentive_fee
from environment.funds.gates import MONTHS_A_QUARTER
from environment.scenario import Scenario
from environment.typing import FloatArray

MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class FeeTerms:
    """Terms of all funds.

    Attributes
    ----------
    management : FloatArray, shape (K,)
        Share of assets a year.
    incentive, hurdle, catch_up : float
        Of the private funds: share of the profit, hurdle a year, catch-up share.
    """

    management: FloatArray
    incentive: float
    hurdle: float
    catch_up: float


class Charges(NamedTuple):
    """Fees of a month as shares of gross assets, shape (K,) each; ``owed`` is performance before a cap."""

    management: FloatArray
    performance: FloatArray
    owed: FloatArray

    @property
    def total(self) -> FloatArray:
        """Both together."""
        return self.management + self.performance


def fee_terms(scenario: Scenario, management: FloatArray) -> FeeTerms:
    """Terms of a scenario, given the management fee of every fund."""
    return FeeTerms(
        management=management,
        incentive=scenario.number("funds.evergreen.incentive_fee"),
        hurdle=scenario.number("funds.evergreen.hurdle"),
        catch_up=scenario.number("funds.evergreen.catch_up"),
    )


def management_charge(terms: FeeTerms, fee_cap: float) -> FloatArray:
    """Management fee of a month, within the cap on all fees."""
    charge: FloatArray = np.minimum(terms.management, fee_cap) / MONTHS_A_YEAR
    return charge


def within_means(charge: FloatArray, charged: FloatArray, before: Valuation) -> FloatArray:
    """Charge that every fund can pay out of what it holds directly, shape (K,).

    An incentive fee is owed by the reported price, which may stand above what a fund is worth.

    A target-date fund whose listed holdings are gone owns units of private funds alone, which no manager
    takes in payment.

    Parameters
    ----------
    charge, charged : FloatArray, shape (K,)
        Shares of gross assets: to be charged, and charged already.
    before : Valuation
    """
    within: FloatArray = _within_means(charge, charged, before.assets, before.gross)
    return within


def due_charges(
    management: FloatArray, performance: FloatArray, owed: FloatArray, before: Valuation
) -> Charges:
    """Charges that every fund can pay out of what it holds directly, the management fee first.

    Parameters
    ----------
    management, performance, owed : FloatArray, shape (K,)
        Shares of gross assets: to be charged, and the incentive fee before a cap.
    before : Valuation
    """
    due, taken = _due(management, performance, before.assets, before.gross)
    return Charges(management=due, performance=taken, owed=owed)


@njit(cache=True, nogil=True)
def _due(
    management: FloatArray, performance: FloatArray, assets: FloatArray, gross: FloatArray
) -> FloatArray:
    """Management and performance fees within means, (2, K)."""
    due = np.zeros((2, management.size))
    due[0] = _within_means(management, due[1], assets, gross)
    due[1] = _within_means(performance, due[0], assets, gross)
    return due


@njit(cache=True, nogil=True)
def _within_means(
    charge: FloatArray, charged: FloatArray, assets: FloatArray, gross: FloatArray
) -> FloatArray:
    within = np.empty(charge.size)
    for fund in range(charge.size):
        direct = 0.0
        for place in range(assets.shape[1]):
            direct += assets[fund, place]
        most = max(direct, 0.0) / gross[fund] if gross[fund] > 0.0 else 1.0
        within[fund] = min(charge[fund], max(most - charged[fund], 0.0))
    return within


def performance_owed(book: FundBook, before: Valuation, terms: FeeTerms, month: int) -> FloatArray:
    """Incentive fee owed as a share of gross assets, shape (K,); zero but at the end of a quarter.

    The profit is what the reported price has gained on its high-water mark; the hurdle grows with the
    time since that mark was set. A reported price far above the true one shows a profit that was lost
    already: the fee is never more than the manager's share of all that the fund is worth.
    """
    share = np.zeros(book.units.size)
    if month % MONTHS_A_QUARTER or terms.incentive == 0.0:
        return share
    growth = (1.0 + terms.hurdle) ** (book.months_since_mark / MONTHS_A_YEAR) - 1.0
    fee = incentive_fee(before.reported[PRIVATES], book.high_water, growth, terms.incentive, terms.catch_up)
    gross = before.gross[PRIVATES]
    owed = np.divide(fee * book.units[PRIVATES], gross, out=np.zeros_like(fee), where=gross > 0.0)
    share[PRIVATES] = np.minimum(owed, terms.incentive)
    return share


def performance_charge(owed: FloatArray, terms: FeeTerms, fee_cap: float) -> FloatArray:
    """What the cap on all fees leaves of the incentive fee of a quarter; the rest is waived, shape (K,)."""
    if fee_cap == 1.0:
        return owed
    room = np.maximum(0.0, fee_cap - terms.management) / MONTHS_A_YEAR * MONTHS_A_QUARTER
    return np.minimum(owed, room)


def age_marks(book: FundBook, before: Valuation) -> None:
    """One more month for the hurdle; a fund that nobody owns starts afresh, for its gains are nobody's."""
    _age_marks(book.months_since_mark, book.high_water, book.units, before.reported)


@njit(cache=True, nogil=True)
def _age_marks(months: FloatArray, high_water: FloatArray, units: FloatArray, reported: FloatArray) -> None:
    for fund in range(months.size):
        if units[fund] > 0.0:
            months[fund] += 1.0
        else:
            months[fund], high_water[fund] = 0.0, reported[fund]


def mark_high_water(book: FundBook, before: Valuation, owed: FloatArray) -> None:
    """When a fee was owed the reported price of that moment, less what was taken, is the new mark.

    Parameters
    ----------
    book : FundBook
        Marks are changed in place.
    before : Valuation
        After fees and before impact: an impact of the same month is no part of what was paid for.
    owed : FloatArray, shape (K,)
        Incentive fees owed as shares of gross assets; what a cap waives is not collected later.
    """
    _mark_high_water(book.months_since_mark, book.high_water, owed, before.reported)


@njit(cache=True, nogil=True)
def _mark_high_water(
    months: FloatArray, high_water: FloatArray, owed: FloatArray, reported: FloatArray
) -> None:
    for fund in range(months.size):
        if owed[fund] > 0.0:
            months[fund], high_water[fund] = 0.0, np.maximum(high_water[fund], reported[fund])
