"""How funds decide their trades: to meet orders and to reach targets (accounting.md lines 6 to 8)."""

from typing import NamedTuple

import numpy as np
from numba import njit

from environment.assets import CASH
from environment.funds.book import FundBook, Valuation
from environment.funds.catalogue import PRIVATE_CLASS
from environment.funds.trading import Orders, Trades
from environment.typing import FloatArray, IntArray

NEGLIGIBLE = 1e-9  # of a fund's assets: below it a purchase is rounding, not an order


class Targets(NamedTuple):
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


def plan_trades(
    book: FundBook, before: Valuation, fee_share: FloatArray, orders: Orders, targets: Targets
) -> Trades:
    """Trades that reach the targets exactly at prices before impact.

    Daily funds decide first, since what they put into private funds is money those receive.
    """
    asked = (orders.dollars_in, orders.units_out, orders.held_out)
    worth = (before.reported, before.gross, fee_share)
    terms = (targets.liquid_sleeve, targets.sale_limit, CASH)
    return Trades(
        *_plan(before.assets, book.held, asked, worth, targets.listed, targets.private, terms, PRIVATE_CLASS)
    )


@njit(cache=True, nogil=True)
def _plan(
    assets: FloatArray,
    held: FloatArray,
    asked: tuple[FloatArray, FloatArray, FloatArray],
    worth: tuple[FloatArray, FloatArray, FloatArray],
    listed: FloatArray,
    wanted: FloatArray,
    terms: tuple[float, float, int],
    own_class: IntArray,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Trades as `Trades` has them.

    Parameters
    ----------
    assets, listed : FloatArray, shape (K, 16)
    held, wanted : FloatArray, shape (K, 5)
    asked : tuple of FloatArray
        The columns of `Orders`.
    worth : tuple of FloatArray, shape (K,)
        Reported prices, gross assets and the share of them that is charged.
    terms, own_class
        As in `_net_purchases`.
    """
    dollars_in, units_out, held_out = asked
    reported, gross, fee_share = worth
    cash = dollars_in - units_out * reported - fee_share * gross
    into_private = _into_private(assets, (cash, held_out), held, wanted, reported)
    net = _net_purchases(assets, cash, into_private, listed, terms, own_class)
    sell, buy, buy_private = _as_shares(net, into_private, assets, listed, terms[2])
    return sell, buy, buy_private, net


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
