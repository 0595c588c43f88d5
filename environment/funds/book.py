"""What every fund owns and owes, and what its units are worth."""

from dataclasses import dataclass

import numpy as np

from environment.assets import CASH, CLASSES, PRIVATE
from environment.funds.smoothing import reported_price
from environment.typing import FloatArray

PRIVATES = slice(0, len(PRIVATE))


@dataclass(slots=True)
class FundBook:
    """State of all K funds; dollars and units are weighted to the population.

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


@dataclass(frozen=True, slots=True)
class Valuation:
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
    gross = assets.sum(axis=1)
    owed = owed_by_issuer(book, gross, book.reported)
    if owed.any():
        assets = assets.copy()
        assets[:, CASH] += owed
        gross = gross + owed
    true = _price(book, gross, fee_share, notional)
    reported = _reported(book, true)
    if book.held.any():  # private funds, which hold no other funds, come first
        gross = gross + book.held @ reported[PRIVATES]
        true = _price(book, gross, fee_share, notional)
        reported = _reported(book, true)
    return Valuation(assets=assets, gross=gross, true=true, reported=reported)


def owed_by_issuer(book: FundBook, gross: FloatArray, price: FloatArray) -> FloatArray:
    """USD with which the issuer of a wrap makes the market value of a fund its book value, shape (K,).

    It is owed once assets, ``gross``, are below the promised share of units at the reported price.
    """
    value_at_book = book.units * price
    due = (book.promised > 0.0) & (gross < book.promised * value_at_book)
    return np.where(due, value_at_book - gross, 0.0)


def _reported(book: FundBook, true: FloatArray) -> FloatArray:
    smoothed = reported_price(true, book.reported * book.trend, book.smoothing)
    return np.where(book.promised > 0.0, np.maximum(smoothed, book.reported), smoothed)


def _price(book: FundBook, gross: FloatArray, fee_share: FloatArray, notional: FloatArray) -> FloatArray:
    held = book.units > 0.0
    untouched = book.true * notional
    prices = np.divide(gross, book.units, out=untouched, where=held)
    net: FloatArray = prices * (1.0 - fee_share)
    return net


def look_through(book: FundBook, listed_weights: FloatArray) -> FloatArray:
    """Share of every fund's reported value in each class, shape (K, 16), rows summing to 1.

    Private funds count with their true class weights at the reported price; a fund that owns nothing
    counts with its target weights.
    """
    direct = book.assets.sum(axis=1)
    inside = np.divide(book.assets, direct[:, None], out=listed_weights.copy(), where=direct[:, None] > 0.0)
    private_value = book.held * book.reported[PRIVATES]
    total = direct + private_value.sum(axis=1)
    mixed = book.assets + private_value @ inside[PRIVATES]
    shares = np.divide(mixed, total[:, None], out=inside.copy(), where=total[:, None] > 0.0)
    shares[PRIVATES] = inside[PRIVATES]
    return shares


def savers_claim_on_privates(book: FundBook) -> FloatArray:
    """Units of the private funds that belong to savers, directly or through target-date funds, shape (5,)."""
    share = np.divide(book.savers, book.units, out=np.zeros_like(book.units), where=book.units > 0.0)
    claim: FloatArray = book.savers[PRIVATES] + share @ book.held
    return claim


def held_by_funds(book: FundBook) -> FloatArray:
    """Units of every fund that other funds hold, shape (K,)."""
    held = np.zeros_like(book.units)
    held[PRIVATES] = book.held.sum(axis=0)
    return held
