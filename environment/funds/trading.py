"""What funds buy and sell to meet their orders and reach their targets (accounting.md lines 6 to 11)."""

from dataclasses import dataclass

import numpy as np
from numba import njit

from environment.assets import CASH
from environment.funds.book import PRIVATES, FundBook, Valuation, owed_by_issuer
from environment.funds.catalogue import PRIVATE_CLASS
from environment.typing import FloatArray, IntArray

NEGLIGIBLE = 1e-9  # of a fund's assets: below it a purchase is rounding, not an order


@dataclass(frozen=True, slots=True)
class Targets:
    """What funds ought to hold.

    Attributes
    ----------
    listed : FloatArray, shape (K, 16)
        Class weights of what is held directly, rows summing to 1; unused for private funds.
    private : FloatArray, shape (K, 5)
        Share of the whole fund to be in each private fund; purchases stop there.
    liquid_sleeve : float
        Share of a private fund's assets to be in cash.
    sale_limit : float
        Share of its private assets that a private fund can sell in a month.
    """

    listed: FloatArray
    private: FloatArray
    liquid_sleeve: float
    sale_limit: float


@dataclass(frozen=True, slots=True)
class Orders:
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


@dataclass(frozen=True, slots=True)
class Trades:
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
        total: FloatArray = self.net.sum(axis=0)
        return total


def plan_trades(
    book: FundBook, before: Valuation, fee_share: FloatArray, orders: Orders, targets: Targets
) -> Trades:
    """Trades that reach the targets exactly at prices before impact.

    Daily funds decide first, since what they put into private funds is money those receive.
    """
    cash = orders.dollars_in - orders.units_out * before.reported - fee_share * before.gross
    flows, prices = (cash, orders.held_out), before.reported[PRIVATES]
    into_private = _into_private(before.assets, flows, book.held, targets.private, prices)
    terms = (targets.liquid_sleeve, targets.sale_limit, CASH)
    net = _net_purchases(before.assets, cash, into_private, targets.listed, terms, PRIVATE_CLASS)
    shares = _as_shares(net, into_private, before.assets, targets.listed, CASH)
    return Trades(*shares, net=net)


@njit(cache=True, nogil=True)
def _into_private(
    assets: FloatArray,
    flows: tuple[FloatArray, FloatArray],
    held: FloatArray,
    wanted: FloatArray,
    prices: FloatArray,
) -> FloatArray:
    """USD that every fund puts into private funds, (K, 5); adds to the cash what those pay and receive.

    Parameters
    ----------
    assets : FloatArray, shape (K, 16)
    flows : tuple of FloatArray
        Cash, (K,), changed in place, and private units that funds are paid for, (K, 5).
    held, wanted : FloatArray, shape (K, 5)
        Private units before that, and the share of the whole fund to be in each private fund.
    prices : FloatArray, shape (5,)
    """
    cash, held_out = flows
    into_private = np.zeros(held.shape)
    for fund in range(held.shape[0]):
        whole = 0.0
        for private in range(held.shape[1]):
            cash[fund] += held_out[fund, private] * prices[private]
            whole += (held[fund, private] - held_out[fund, private]) * prices[private]
        for place in range(assets.shape[1]):
            whole += assets[fund, place]
        whole += cash[fund]
        for private in range(held.shape[1]):
            if wanted[fund, private] > 0.0:
                kept = (held[fund, private] - held_out[fund, private]) * prices[private]
                into_private[fund, private] = max(0.0, wanted[fund, private] * whole - kept)
    for fund in range(held.shape[0]):
        for private in range(held.shape[1]):
            cash[private] += into_private[fund, private]
    return into_private


@njit(cache=True, nogil=True)
def _net_purchases(
    assets: FloatArray,
    cash: FloatArray,
    into_private: FloatArray,
    listed: FloatArray,
    terms: tuple[float, float, int],
    own_class: IntArray,
) -> FloatArray:
    """Purchases of each class, (K, 16): towards the listed weights, and of private funds to their sleeve.

    Parameters
    ----------
    assets, listed : FloatArray, shape (K, 16)
    cash : FloatArray, shape (K,)
        USD to spend, negative where it is owed.
    into_private : FloatArray, shape (K, 5)
    terms : tuple
        Liquid sleeve, limit on private sales, and place of cash among the classes.
    own_class : IntArray, shape (5,)
        Class of each private fund.
    """
    sleeve, sale_limit, in_cash = terms
    net = np.zeros(assets.shape)
    for fund in range(own_class.size):
        private, liquid = assets[fund, own_class[fund]], assets[fund, in_cash]
        wanted = (1.0 - sleeve) * (private + liquid + cash[fund]) - private
        bought = max(wanted, -sale_limit * private)
        # A sleeve that cannot pay what is due leaves no choice: fees and redemptions come before the limit.
        bought = max(min(bought, liquid + cash[fund]), -private)
        net[fund, own_class[fund]] = bought
        net[fund, in_cash] = cash[fund] - bought
    for fund in range(own_class.size, cash.size):
        direct = cash[fund]
        for place in range(assets.shape[1]):
            direct += assets[fund, place]
        for private_fund in range(own_class.size):
            direct -= into_private[fund, private_fund]
        for place in range(assets.shape[1]):
            net[fund, place] = listed[fund, place] * direct - assets[fund, place]
    return net


@njit(cache=True, nogil=True)
def _as_shares(
    net: FloatArray, into_private: FloatArray, assets: FloatArray, listed: FloatArray, in_cash: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Shares of holdings sold, (K, 16), and of cash spent on classes, (K, 16), and private funds, (K, 5)."""
    sell, buy, buy_private = np.zeros(net.shape), np.zeros(net.shape), np.zeros(into_private.shape)
    privates = into_private.shape[1]
    for fund in range(net.shape[0]):
        spent, size = 0.0, 0.0
        for place in range(net.shape[1]):
            size += abs(assets[fund, place])
            spent += max(net[fund, place], 0.0)
            if net[fund, place] < 0.0 and assets[fund, place] > 0.0:
                sell[fund, place] = min(-net[fund, place] / assets[fund, place], 1.0)
        for private in range(privates):
            spent += into_private[fund, private]
        if spent > NEGLIGIBLE * size:
            for place in range(net.shape[1]):
                buy[fund, place] = max(net[fund, place], 0.0) / spent
            for private in range(privates):
                buy_private[fund, private] = into_private[fund, private] / spent
        elif fund < privates:
            buy[fund, in_cash] = 1.0
        else:
            buy[fund] = listed[fund]
    return sell, buy, buy_private


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
    prices = after.reported
    cash = orders.dollars_in - orders.units_out * prices - fees
    into_private = _raise_cash(after.assets, cash, trades.sell, trades.buy_private, orders.held_out, prices)
    invested: FloatArray = into_private.sum(axis=0)
    book.assets = _spend(after.assets, trades.sell, cash, trades.buy, CASH)
    book.held = book.held - orders.held_out + into_private / prices[PRIVATES]
    dollars_in = orders.dollars_in.copy()
    dollars_in[PRIVATES] += invested
    book.units = book.units + dollars_in / prices - orders.units_out
    book.reported = prices.copy()
    book.paid_up = owed_by_issuer(book, book.assets, prices)
    book.assets[:, CASH] += book.paid_up
    book.quarter_paid = book.quarter_paid + orders.units_out[PRIVATES]
    return invested


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
