"""What funds are asked to do, what they decide, and how it is carried out (accounting.md lines 6 to 11)."""

from typing import NamedTuple

import numpy as np
from numba import njit

from environment.assets import CASH
from environment.funds.book import PRIVATES, FundBook, Valuation, owed_by_issuer
from environment.sums import over_groups
from environment.typing import FloatArray


class Orders(NamedTuple):
    """What funds are asked to do this month, weighted.

    Attributes
    ----------
    dollars_in : FloatArray, shape (K,)
        USD of savers' purchases.
    units_out : FloatArray, shape (K,)
        Units redeemed for savers and estates, and in private funds also for other funds.
    held_out : FloatArray, shape (K, 5)
        Units of private funds that fund k is paid for.
    """

    dollars_in: FloatArray
    units_out: FloatArray
    held_out: FloatArray


class Trades(NamedTuple):
    """Decided trades: shares of holdings sold, and shares in which the cash is spent.

    Attributes
    ----------
    sell : FloatArray, shape (K, 16)
        Share of each holding sold, 0 to 1.
    buy : FloatArray, shape (K, 16)
        Share of the cash spent on each class.
    buy_private : FloatArray, shape (K, 5)
        Share of the cash spent on each private fund; with ``buy`` a row sums to 1.
    net : FloatArray, shape (K, 16)
        Net purchases of each fund in USD, valued before impact.
    """

    sell: FloatArray
    buy: FloatArray
    buy_private: FloatArray
    net: FloatArray

    @property
    def flow(self) -> FloatArray:
        """Net purchases of each class by all funds, shape (16,), USD before impact."""
        total: FloatArray = over_groups(self.net)
        return total


def settle(book: FundBook, after: Valuation, fees: FloatArray, orders: Orders, trades: Trades) -> FloatArray:
    """Carry out the trades at the prices they made; changes the book.

    Parameters
    ----------
    book : FundBook
        Changed in place: assets, units, held units, prices.
    after : Valuation
        Assets and prices after impact.
    fees : FloatArray, shape (K,)
        USD charged this month.
    orders : Orders
        With ``dollars_in`` as filled.
    trades : Trades

    Returns
    -------
    FloatArray, shape (5,)
        USD that funds put into the private funds.
    """
    prices, asked = after.reported, (orders.dollars_in, orders.units_out, orders.held_out)
    decided = (trades.sell, trades.buy, trades.buy_private)
    book.assets, book.held, book.units, invested = _settled(
        after.assets, book.held, book.units, prices, fees, asked, decided, CASH
    )
    book.reported = prices.copy()
    book.paid_up = owed_by_issuer(book, book.assets, prices)
    book.assets[:, CASH] += book.paid_up
    book.quarter_paid = book.quarter_paid + orders.units_out[PRIVATES]
    return invested


@njit(cache=True, nogil=True, error_model="numpy")
def _settled(
    assets: FloatArray,
    held: FloatArray,
    units: FloatArray,
    prices: FloatArray,
    fees: FloatArray,
    asked: tuple[FloatArray, FloatArray, FloatArray],
    decided: tuple[FloatArray, FloatArray, FloatArray],
    in_cash: int,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Assets, units of private funds held and own units after trades, and USD put into private funds, (5,).

    Asked are the columns of `Orders`, decided the shares of `Trades`.
    """
    dollars_in, units_out, held_out = asked
    sell, buy, buy_private = decided
    cash = dollars_in - units_out * prices - fees
    into_private = _raise_cash(assets, cash, sell, buy_private, held_out, prices)
    after, invested = _spend(assets, sell, cash, buy, in_cash), np.zeros(held.shape[1])
    holds, outstanding = held - held_out, np.empty(units.size)
    for fund in range(units.size):
        for private in range(invested.size):
            invested[private] += into_private[fund, private]
            holds[fund, private] += into_private[fund, private] / prices[private]
    for fund in range(units.size):
        dollars = dollars_in[fund]
        if fund < invested.size:
            dollars += invested[fund]
        outstanding[fund] = units[fund] + dollars / prices[fund] - units_out[fund]
    return after, holds, outstanding, invested


@njit(cache=True, nogil=True)
def _raise_cash(
    assets: FloatArray,
    cash: FloatArray,
    sell: FloatArray,
    buy_private: FloatArray,
    held_out: FloatArray,
    prices: FloatArray,
) -> FloatArray:
    """USD put into private funds, (K, 5); leaves in the cash, (K,), after sales what is for the classes."""
    into_private = np.zeros(held_out.shape)
    for fund in range(cash.size):
        for private in range(held_out.shape[1]):
            cash[fund] += held_out[fund, private] * prices[private]
        for place in range(assets.shape[1]):
            cash[fund] += sell[fund, place] * assets[fund, place]
        for private in range(held_out.shape[1]):
            into_private[fund, private] = buy_private[fund, private] * max(cash[fund], 0.0)
    for fund in range(cash.size):
        for private in range(held_out.shape[1]):
            cash[fund] -= into_private[fund, private]
            cash[private] += into_private[fund, private]
    return into_private


@njit(cache=True, nogil=True)
def _spend(
    assets: FloatArray, sell: FloatArray, cash: FloatArray, buy: FloatArray, in_cash: int
) -> FloatArray:
    """Assets after sales, and after cash is spent in given shares or a deficit is covered, shape (K, 16).

    A deficit is what a fall in the price of what was sold left unpaid. It comes from all holdings; where
    they do not suffice, which can only be for fees, the fund owes it as negative cash.

    Parameters
    ----------
    assets, sell, buy : FloatArray, shape (K, 16)
    cash : FloatArray, shape (K,)
        USD left for the classes, whose number ``in_cash`` is cash.
    """
    left = np.empty(assets.shape)
    for fund in range(cash.size):
        total, bought, deficit = 0.0, 0.0, max(-cash[fund], 0.0)
        for place in range(assets.shape[1]):
            left[fund, place] = assets[fund, place] * (1.0 - sell[fund, place])
            total += left[fund, place]
            bought += buy[fund, place]
        total = max(total, 0.0)
        sold = min(deficit, total) / total if total > 0.0 else 0.0
        spent = max(cash[fund], 0.0) / bought if bought > 0.0 else 0.0
        for place in range(assets.shape[1]):
            left[fund, place] = left[fund, place] * (1.0 - sold) + buy[fund, place] * spent
        left[fund, in_cash] -= max(deficit - total, 0.0)
    return left
