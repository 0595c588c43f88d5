"""What every fund owns and owes, and what its units are worth."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit

from environment.assets import CASH, CLASSES, PRIVATE
from environment.typing import FloatArray

PRIVATES = slice(0, len(PRIVATE))


@dataclass(slots=True)
class FundBook:
    """State of all K funds; dollars and units are weighted to the population.

    Within a month columns of units and prices are replaced and never changed in place, so that whoever keeps
    one keeps that moment.

    Attributes
    ----------
    units : FloatArray, shape (K,)
        Units outstanding.
    reported, true : FloatArray, shape (K,)
        Price a unit, USD: the one people trade at, and true assets over units.
    assets : FloatArray, shape (K, 16)
        USD held directly in every class.
    held : FloatArray, shape (K, 5)
        Units of the private funds held by fund k.
    savers, estates, outside : FloatArray, shape (K,)
        Units owned by savers, by the estates of the dead and by outside investors, at the month's end.
    smoothing : FloatArray, shape (K,)
        Monthly smoothing of the reported price, 0 for funds valued daily.
    trend : FloatArray, shape (K,)
        Growth a month that a smoothed reported price has without news: the expected one of stable value,
        else 1.
    promised : FloatArray, shape (K,)
        Share of book value under which the issuer of a wrap pays the rest of it, and under which the
        reported price never falls from month to month; 0 for funds without a wrap.
    paid_up : FloatArray, shape (K,)
        USD that the issuer of a wrap paid in after the month's trades.
    high_water : FloatArray, shape (5,)
        Reported price above which a private fund earns an incentive fee.
    months_since_mark : FloatArray, shape (5,)
        Months over which the hurdle has grown since that price was set.
    quarter_units, quarter_paid : FloatArray, shape (5,)
        Units at the start of the quarter and units redeemed since.
    """

    units: FloatArray
    reported: FloatArray
    true: FloatArray
    assets: FloatArray
    held: FloatArray
    savers: FloatArray
    estates: FloatArray
    outside: FloatArray
    smoothing: FloatArray
    trend: FloatArray
    promised: FloatArray
    paid_up: FloatArray
    high_water: FloatArray
    months_since_mark: FloatArray
    quarter_units: FloatArray
    quarter_paid: FloatArray


class Valuation(NamedTuple):
    """Funds at one moment of the month.

    Attributes
    ----------
    assets : FloatArray, shape (K, 16)
        USD by class.
    gross : FloatArray, shape (K,)
        Assets and private funds held at reported prices, before this month's fees.
    true, reported : FloatArray, shape (K,)
        Prices a unit after fees.
    """

    assets: FloatArray
    gross: FloatArray
    true: FloatArray
    reported: FloatArray


def open_fund_book(size: int, smoothing: FloatArray) -> FundBook:
    """Book of funds that own nothing yet, all priced at one dollar."""
    privates = len(PRIVATE)
    return FundBook(
        units=np.zeros(size),
        reported=np.ones(size),
        true=np.ones(size),
        assets=np.zeros((size, len(CLASSES))),
        held=np.zeros((size, privates)),
        savers=np.zeros(size),
        estates=np.zeros(size),
        outside=np.zeros(size),
        smoothing=smoothing,
        trend=np.ones(size),
        promised=np.zeros(size),
        paid_up=np.zeros(size),
        high_water=np.ones(privates),
        months_since_mark=np.zeros(privates),
        quarter_units=np.zeros(privates),
        quarter_paid=np.zeros(privates),
    )


def value(book: FundBook, assets: FloatArray, fee_share: FloatArray, notional: FloatArray) -> Valuation:
    """Prices of all funds for given assets (accounting.md lines 2, 3 and 10).

    A wrap whose market value has fallen under its promised share of book value is paid up first.

    Parameters
    ----------
    book : FundBook
        Units and last month's prices.
    assets : FloatArray, shape (K, 16)
        USD by class at this month's prices.
    fee_share : FloatArray, shape (K,)
        Share of gross assets charged this month.
    notional : FloatArray, shape (K,)
        Gross growth of the target portfolio; prices a fund that nobody holds.

    Returns
    -------
    Valuation
    """
    terms = (book.smoothing, book.trend, book.promised)
    topped_up, figures = _value(
        assets, book.held, book.units, book.true, book.reported, terms, fee_share, notional, CASH
    )
    return Valuation(topped_up, *figures)


def owed_by_issuer(book: FundBook, assets: FloatArray, price: FloatArray) -> FloatArray:
    """USD with which the issuer of a wrap makes the market value of a fund its book value, shape (K,).

    It is owed once assets, (K, 16), are below the promised share of units at the reported price, (K,).
    """
    owed: FloatArray = _owed(book.promised, book.units, assets, price)
    return owed


@njit(cache=True, nogil=True)
def _owed(promised: FloatArray, units: FloatArray, assets: FloatArray, price: FloatArray) -> FloatArray:
    owed = np.zeros(units.size)
    for fund in range(units.size):
        if promised[fund] > 0.0:
            gross, at_book = 0.0, units[fund] * price[fund]
            for place in range(assets.shape[1]):
                gross += assets[fund, place]
            if gross < promised[fund] * at_book:
                owed[fund] = at_book - gross
    return owed


@njit(cache=True, nogil=True, error_model="numpy")
def _value(
    assets: FloatArray,
    held: FloatArray,
    units: FloatArray,
    last_true: FloatArray,
    last_reported: FloatArray,
    terms: tuple[FloatArray, FloatArray, FloatArray],
    fee_share: FloatArray,
    notional: FloatArray,
    in_cash: int,
) -> tuple[FloatArray, FloatArray]:
    """Assets after issuers have paid, (K, 16), and gross assets, true and reported prices, (3, K).

    Terms are the smoothing, the trend and the promised share of every fund; what has a promise never falls.
    """
    phi, trend, promised = terms
    owed, figures = _owed(promised, units, assets, last_reported), np.empty((3, units.size))
    if owed.any():
        assets = assets.copy()
        assets[:, in_cash] += owed
    gross, true, reported = figures
    for fund in range(units.size):
        worth = 0.0
        for place in range(assets.shape[1]):
            worth += assets[fund, place]
        for private in range(held.shape[1]):  # private funds, which hold no other funds, come first
            if held[fund, private] != 0.0:
                worth += held[fund, private] * reported[private]
        gross[fund] = worth
        price = worth / units[fund] if units[fund] > 0.0 else last_true[fund] * notional[fund]
        true[fund] = price * (1.0 - fee_share[fund])
        reported[fund] = reported_price(true[fund], last_reported[fund] * trend[fund], phi[fund])
        if promised[fund] > 0.0:
            reported[fund] = max(reported[fund], last_reported[fund])
    return assets, figures


@njit(cache=True, nogil=True)
def reported_price(true_price: float, last_reported: float, phi: float) -> float:
    """Reported price T^(1 - phi) x R^phi; exactly the true price where phi is 0.

    R is the last reported price, grown by its trend where a fund has one.
    """
    if phi == 0.0:
        return true_price
    smoothed: float = true_price ** (1.0 - phi) * last_reported**phi
    return smoothed


def look_through(book: FundBook, listed_weights: FloatArray) -> FloatArray:
    """Share of every fund's reported value in each class, shape (K, 16), rows summing to 1.

    Private funds count with their true class weights at the reported price; a fund that owns nothing
    counts with its target weights.
    """
    shares: FloatArray = _look_through(book.assets, book.held, book.reported, listed_weights)
    return shares


@njit(cache=True, nogil=True)
def _look_through(
    assets: FloatArray, held: FloatArray, reported: FloatArray, weights: FloatArray
) -> FloatArray:
    shares = weights.copy()
    for fund in range(assets.shape[0]):
        total, holds = 0.0, False
        for place in range(assets.shape[1]):
            total += assets[fund, place]
        for private in range(held.shape[1]):
            total += held[fund, private] * reported[private]
            holds |= held[fund, private] != 0.0
        if total > 0.0:
            for place in range(assets.shape[1]):
                usd = assets[fund, place]
                if holds:
                    for private in range(held.shape[1]):
                        usd += held[fund, private] * reported[private] * shares[private, place]
                shares[fund, place] = usd / total
    return shares


def usd_by_class(book: FundBook, owned: FloatArray, listed_weights: FloatArray) -> FloatArray:
    """Reported value of an owner's units, (K,), by class as `look_through` sees it, shape (16,)."""
    usd: FloatArray = _usd_by_class(owned, book.assets, book.held, book.reported, listed_weights)
    return usd


@njit(cache=True, nogil=True)
def _usd_by_class(
    owned: FloatArray, assets: FloatArray, held: FloatArray, reported: FloatArray, weights: FloatArray
) -> FloatArray:
    shares, usd = _look_through(assets, held, reported, weights), np.zeros(weights.shape[1])
    for fund in range(owned.size):
        for place in range(usd.size):
            usd[place] += owned[fund] * reported[fund] * shares[fund, place]
    return usd


@njit(cache=True, nogil=True)
def claim_on_privates(owned: FloatArray, units: FloatArray, held: FloatArray) -> FloatArray:
    """Units of the private funds that an owner has, directly or through funds, shape (5,).

    Parameters
    ----------
    owned, units : FloatArray, shape (K,)
        Units of the owner and of all owners.
    held : FloatArray, shape (K, 5)
        Units of the private funds held by each fund.
    """
    claim = owned[: held.shape[1]].copy()
    for fund in range(units.size):
        if units[fund] > 0.0:
            for private in range(held.shape[1]):
                claim[private] += owned[fund] / units[fund] * held[fund, private]
    return claim


@njit(cache=True, nogil=True)
def share_owned(owned: FloatArray, units: FloatArray, held: FloatArray) -> FloatArray:
    """Share of each fund that belongs to an owner, directly or through other funds, shape (K,).

    Arguments are those of `claim_on_privates`.
    """
    claim, share = claim_on_privates(owned, units, held), np.zeros(units.size)
    for fund in range(units.size):
        if units[fund] > 0.0:
            share[fund] = (claim[fund] if fund < claim.size else owned[fund]) / units[fund]
    return share
