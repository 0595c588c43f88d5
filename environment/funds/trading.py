"""What funds buy and sell to meet their orders and reach their targets (accounting.md lines 6 to 11)."""

from dataclasses import dataclass

import numpy as np

from environment.assets import CASH
from environment.funds.book import PRIVATES, FundBook, Valuation, owed_by_issuer
from environment.funds.catalogue import PRIVATE_CLASS
from environment.typing import FloatArray

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
    prices = before.reported[PRIVATES]
    direct = before.assets.sum(axis=1)
    cash = orders.dollars_in - orders.units_out * before.reported - fee_share * before.gross
    cash += orders.held_out @ prices
    kept = (book.held - orders.held_out) * prices
    wanted = targets.private * (direct + cash + kept.sum(axis=1))[:, None]
    into_private = np.maximum(0.0, wanted - kept) * (targets.private > 0.0)
    cash[PRIVATES] += into_private.sum(axis=0)
    net = targets.listed * (direct + cash - into_private.sum(axis=1))[:, None] - before.assets
    net[PRIVATES] = _private_fund_trades(before.assets[PRIVATES], cash[PRIVATES], targets)
    return _as_shares(net, into_private, before.assets, targets)


def _private_fund_trades(assets: FloatArray, cash: FloatArray, targets: Targets) -> FloatArray:
    """Purchases of each private fund, shape (5, 16): towards its sleeve, private sales limited."""
    rows = np.arange(PRIVATE_CLASS.size)
    private, liquid = assets[rows, PRIVATE_CLASS], assets[:, CASH]
    wanted = (1.0 - targets.liquid_sleeve) * (private + liquid + cash) - private
    bought = np.maximum(wanted, -targets.sale_limit * private)
    # A sleeve that cannot pay what is due leaves no choice: fees and redemptions come before the limit.
    bought = np.maximum(np.minimum(bought, liquid + cash), -private)
    net = np.zeros_like(assets)
    net[rows, PRIVATE_CLASS] = bought
    net[:, CASH] = cash - bought
    return net


def _as_shares(net: FloatArray, into_private: FloatArray, assets: FloatArray, targets: Targets) -> Trades:
    sales = np.maximum(-net, 0.0)
    purchases = np.maximum(net, 0.0)
    sell = np.divide(sales, assets, out=np.zeros_like(net), where=assets > 0.0)
    spent = purchases.sum(axis=1) + into_private.sum(axis=1)
    spends = spent > NEGLIGIBLE * np.abs(assets).sum(axis=1)
    buy = targets.listed.copy()
    buy[PRIVATES] = 0.0
    buy[PRIVATES, CASH] = 1.0
    buy = np.divide(purchases, spent[:, None], out=buy, where=spends[:, None])
    buy_private = np.divide(
        into_private, spent[:, None], out=np.zeros_like(into_private), where=spends[:, None]
    )
    return Trades(sell=np.minimum(sell, 1.0), buy=buy, buy_private=buy_private, net=net)


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
    cash += orders.held_out @ prices[PRIVATES] + (trades.sell * after.assets).sum(axis=1)
    into_private = trades.buy_private * np.maximum(cash, 0.0)[:, None]
    invested = into_private.sum(axis=0)
    cash[PRIVATES] += invested
    kept = after.assets * (1.0 - trades.sell)
    book.assets = _spend(kept, cash - into_private.sum(axis=1), trades.buy)
    book.held = book.held - orders.held_out + into_private / prices[PRIVATES]
    dollars_in = orders.dollars_in.copy()
    dollars_in[PRIVATES] += invested
    book.units = book.units + dollars_in / prices - orders.units_out
    book.reported = prices.copy()
    book.paid_up = owed_by_issuer(book, book.assets.sum(axis=1), prices)
    book.assets[:, CASH] += book.paid_up
    book.quarter_paid = book.quarter_paid + orders.units_out[PRIVATES]
    return invested


def _spend(kept: FloatArray, cash: FloatArray, buy: FloatArray) -> FloatArray:
    """Assets after cash is spent in given shares, or after a deficit is covered.

    A deficit is what a fall in the price of what was sold left unpaid. It comes from all holdings; where
    they do not suffice, which can only be for fees, the fund owes it as negative cash.

    Parameters
    ----------
    kept, buy : FloatArray, shape (K, 16)
    cash : FloatArray, shape (K,)
        USD left for the classes.
    """
    share = buy.sum(axis=1)
    buy = np.divide(buy, share[:, None], out=np.zeros_like(buy), where=share[:, None] > 0.0)
    total, deficit = np.maximum(kept.sum(axis=1), 0.0), np.maximum(-cash, 0.0)
    sold = np.divide(np.minimum(deficit, total), total, out=np.zeros_like(cash), where=total > 0.0)
    assets = kept * (1.0 - sold)[:, None] + buy * np.maximum(cash, 0.0)[:, None]
    assets[:, CASH] -= np.maximum(deficit - total, 0.0)
    return assets
