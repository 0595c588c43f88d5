"""The books: every transfer has a payer, a payee and a name; every sector's account closes."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numba import njit

from environment.assets import PRIVATE
from environment.typing import FloatArray

SAVERS, EMPLOYERS, HOUSEHOLDS = "savers", "employers", "households"
ESTATES, GOVERNMENT, RECORD_KEEPERS = "estates", "government", "record_keepers"
OUTSIDE, INDEX_HOUSE = "outside_investors", "index_house"
MANAGERS = (*(f"{name}_house" for name in PRIVATE), INDEX_HOUSE)

OWNERS = (SAVERS, ESTATES, OUTSIDE)

FEE_FLOWS = ("management_fee", "performance_fee", "record_keeping_fee")
UNITS_TOLERANCE = 1e-12  # of units outstanding

VALUATION_FLOW = "stale_price"  # moves claims on a reserve, not reported money

Flow = tuple[str, str, str]


class BooksError(RuntimeError):
    """An account does not close."""


@dataclass(slots=True)
class Books:
    """Transfers of the current year, and the running account of every sector, USD weighted.

    Attributes
    ----------
    year : dict
        USD by (payer, payee, flow) since the year began.
    accounts : dict
        What each sector has received less what it has paid since the opening.
    revaluation : dict
        Gains of each sector on what it holds since the opening.
    """

    year: defaultdict[Flow, float] = field(default_factory=lambda: defaultdict(float))
    accounts: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    revaluation: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    def post(self, payer: str, payee: str, flow: str, usd: float) -> None:
        """Post a transfer of reported money."""
        if usd == 0.0:
            return
        self.year[payer, payee, flow] += usd
        self.accounts[payer] -= usd
        self.accounts[payee] += usd

    def post_valuation(self, payer: str, payee: str, usd: float) -> None:
        """Post what a trade at a stale price moves between owners of a fund, in true value."""
        if usd < 0.0:
            payer, payee, usd = payee, payer, -usd
        if usd:
            self.year[payer, payee, VALUATION_FLOW] += usd

    def revalue(self, sector: str, usd: float) -> None:
        """Post a gain of a sector on its own holdings."""
        self.revaluation[sector] += usd

    def closing(self, sector: str, opening: float) -> float:
        """Opening, plus flows, plus revaluation."""
        return opening + self.accounts[sector] + self.revaluation[sector]

    def close_year(self) -> list[tuple[str, str, str, float]]:
        """Rows payer, payee, flow, USD of the year, sorted, and a fresh year."""
        rows = [(*flow, usd) for flow, usd in sorted(self.year.items())]
        self.year.clear()
        return rows


class Ownership(NamedTuple):
    """Who owned the funds when the month began, weighted units.

    Attributes
    ----------
    savers, estates, outside, units : FloatArray, shape (K,)
    held : FloatArray, shape (K, 5)
    reported, true : FloatArray, shape (K,)
        Prices at that time.
    """

    savers: FloatArray
    estates: FloatArray
    outside: FloatArray
    units: FloatArray
    held: FloatArray
    reported: FloatArray
    true: FloatArray


class FeeShares(NamedTuple):
    """Fees of a month by owner and manager, and a unit.

    Attributes
    ----------
    per_unit : FloatArray, shape (K,)
        All fees that touched a unit of each fund, with those of funds inside it.
    by_owner : FloatArray, shape (3, 6)
        USD by owner and manager, in the order of ``OWNERS`` and ``MANAGERS``.
    """

    per_unit: FloatArray
    by_owner: FloatArray


def share_fees(own: Ownership, fees: FloatArray) -> FeeShares:
    """Split a month's fees over those who owned the funds.

    Parameters
    ----------
    own : Ownership
    fees : FloatArray, shape (K,)
        USD charged to each fund.
    """
    return FeeShares(*_share_fees((own.savers, own.estates, own.outside), own.units, own.held, fees))


@njit(cache=True, nogil=True)
def _share_fees(
    owners: tuple[FloatArray, FloatArray, FloatArray], units: FloatArray, held: FloatArray, fees: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Fees a unit, (K,), and by owner and manager, (3, 6): private houses and that of other funds."""
    savers, estates, outside = owners
    privates = held.shape[1]
    per_unit, paid = np.zeros(units.size), np.zeros((3, privates + 1))
    for fund in range(units.size):
        if units[fund] > 0.0:
            rate = fees[fund] / units[fund]
            per_unit[fund] = rate
            for private in range(privates):  # private funds come first, so that their rates are known
                inside = held[fund, private] / units[fund] * per_unit[private]
                if inside != 0.0:
                    per_unit[fund] += inside
                    paid[0, private] += savers[fund] * inside
                    paid[1, private] += estates[fund] * inside
                    paid[2, private] += outside[fund] * inside
            manager = min(fund, privates)
            paid[0, manager] += savers[fund] * rate
            paid[1, manager] += estates[fund] * rate
            paid[2, manager] += outside[fund] * rate
    return per_unit, paid


class MonthFees(NamedTuple):
    """Management and performance fees of a month, each split over owners and managers.

    Attributes
    ----------
    management, performance : FeeShares
    per_unit : FloatArray, shape (K,)
        All fees that touched a unit of each fund, USD.
    """

    management: FeeShares
    performance: FeeShares
    per_unit: FloatArray


def post_fees(books: Books, shares: FeeShares, flow: str) -> None:
    """Post fees from their owners to the managers; they run through unit prices, so owners revalue."""
    for owner, amounts in zip(OWNERS, shares.by_owner.tolist(), strict=True):
        for manager, usd in zip(MANAGERS, amounts, strict=True):
            if usd:
                books.post(owner, manager, flow, usd)
        books.revalue(owner, sum(amounts))
