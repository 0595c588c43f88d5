"""Eight funds with invented holdings: five private, an index, two target-date funds."""

from typing import NamedTuple

import numpy as np

from environment.assets import CASH, CLASSES, GOLD, PRIVATE, TREASURIES, US_EQUITY
from environment.funds.book import PRIVATES, FundBook, Valuation, open_fund_book, value
from environment.funds.catalogue import PRIVATE_CLASS
from environment.funds.planning import Targets
from environment.funds.trading import Orders
from environment.typing import FloatArray

INDEX, PLAIN, SLEEVE, SIZE = 5, 6, 7, 8
ROWS = np.arange(len(PRIVATE))
UNCHANGED = np.ones(SIZE)


class Case(NamedTuple):
    """A book, its value at the month's fundamental returns, its fees, and what it is asked."""

    book: FundBook
    before: Valuation
    fees: FloatArray
    orders: Orders


def listed_targets() -> FloatArray:
    """Gold for the index fund, 60/40 for both target-date funds, shape (8, 16)."""
    targets = np.zeros((SIZE, len(CLASSES)))
    targets[ROWS, PRIVATE_CLASS] = 1.0
    targets[INDEX, GOLD] = 1.0
    targets[PLAIN:, US_EQUITY], targets[PLAIN:, TREASURIES] = 0.6, 0.4
    return targets


def targets(private: float = 0.15, sleeve: float = 0.1, limit: float = 0.02) -> Targets:
    """Targets of the eight funds; the sleeve variant wants all five strategies alike."""
    shares = np.zeros((SIZE, len(PRIVATE)))
    shares[SLEEVE] = private / len(PRIVATE)
    return Targets(listed=listed_targets(), private=shares, liquid_sleeve=sleeve, sale_limit=limit)


def random_book(draw: np.random.Generator) -> FundBook:
    """Funds whose units all have owners and whose assets are units x true price, at stale reported prices."""
    smoothing = np.zeros(SIZE)
    smoothing[PRIVATES] = draw.uniform(0.0, 0.9, len(PRIVATE))
    book = open_fund_book(SIZE, smoothing)
    book.units = draw.uniform(1.0, 10.0, SIZE)
    book.reported[PRIVATES] = draw.uniform(0.8, 1.5, len(PRIVATE))
    liquid = draw.uniform(0.02, 0.3, len(PRIVATE))
    worth = book.units[PRIVATES] * book.reported[PRIVATES] * draw.uniform(0.8, 1.3, len(PRIVATE))
    book.assets[ROWS, PRIVATE_CLASS] = worth * (1.0 - liquid)
    book.assets[ROWS, CASH] = worth * liquid
    book.assets[INDEX, GOLD] = draw.uniform(1.0, 10.0)
    book.assets[PLAIN:, [US_EQUITY, TREASURIES]] = draw.uniform(1.0, 10.0, (2, 2))
    book.held[SLEEVE] = draw.uniform(0.0, 0.3, len(PRIVATE)) * book.units[PRIVATES]
    total = book.assets.sum(axis=1) + book.held @ book.reported[PRIVATES]
    book.true = total / book.units
    book.reported[INDEX:] = book.true[INDEX:]
    free = book.units.copy()
    free[PRIVATES] -= book.held.sum(axis=0)
    book.estates, book.outside = 0.1 * free, np.where(np.arange(SIZE) < len(PRIVATE), 0.4, 0.0) * free
    book.savers = free - book.estates - book.outside
    book.quarter_units = book.units[PRIVATES].copy()
    return book


def random_case(seed: int) -> Case:
    """A month of random returns, fees and orders that the funds are able to pay."""
    draw = np.random.default_rng(seed)
    book = random_book(draw)
    fees = draw.uniform(0.0, 0.003, SIZE)
    assets = book.assets * (1.0 + draw.uniform(-0.1, 0.1, len(CLASSES)))
    before = value(book, assets, fees, UNCHANGED)
    held_out = book.held * draw.uniform(0.0, 0.05, len(PRIVATE))
    cash = before.assets[PRIVATES, CASH] / before.reported[PRIVATES]
    units_out = np.empty(SIZE)
    units_out[PRIVATES] = held_out.sum(axis=0) + draw.uniform(0.0, 0.5, len(PRIVATE)) * cash
    direct = before.assets.sum(axis=1) / before.reported
    units_out[INDEX:] = draw.uniform(0.0, 0.7, 3) * direct[INDEX:]
    orders = Orders(dollars_in=draw.uniform(0.0, 4.0, SIZE), units_out=units_out, held_out=held_out)
    return Case(book, before, fees, orders)


def moved(case: Case, impact: FloatArray) -> Valuation:
    """Value after a price impact on every class, shape (16,)."""
    return value(case.book, case.before.assets * (1.0 + impact), case.fees, UNCHANGED)


def random_impact(seed: int, size: float = 0.2) -> FloatArray:
    """Impacts of either sign, shape (16,)."""
    return np.random.default_rng(seed).uniform(-size, size, len(CLASSES))
