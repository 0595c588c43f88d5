"""From requests to filled orders: who is paid, what is sold for it, and the fills at the month's prices."""

from dataclasses import dataclass, replace

import numpy as np

from environment import orders as ask
from environment.books import MonthFees
from environment.cash import Cash, Withdrawals, pay_out, sold_for_cash
from environment.funds.book import PRIVATES, Valuation
from environment.funds.charges import Charges
from environment.funds.gates import gate_limit, gate_terms, paid_share
from environment.funds.trading import Orders
from environment.life import Departures
from environment.orders import Chosen, Exchange, Mapping
from environment.register import buy, invest_contributions, sell
from environment.reviews import exchange_within_cap
from environment.savers import Savers
from environment.state import State
from environment.sums import row_sums, sum_by_fund, sum_rows_by_fund, sum_shares_by_fund
from environment.typing import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Asked:
    """What savers and their plans ask for in a month, and who died."""

    withdrawals: Withdrawals
    chosen: Chosen
    mapping: Mapping
    departed: Departures


@dataclass(frozen=True, slots=True)
class Terms:
    """What managers decide on in a month.

    Attributes
    ----------
    charges : Charges
    before : Valuation
        Funds after those charges, before anybody trades.
    paid : FloatArray, shape (K,)
        Share of requests that private funds pay; 1 for the others.
    held_asked : FloatArray, shape (K, 5)
        Private units that target-date funds ask back.
    """

    charges: Charges
    before: Valuation
    paid: FloatArray
    held_asked: FloatArray

    @property
    def held_out(self) -> FloatArray:
        """Private units that target-date funds are paid, shape (K, 5)."""
        paid: FloatArray = self.held_asked * self.paid[PRIVATES]
        return paid


@dataclass(frozen=True, slots=True)
class Sales:
    """All that savers sell this month, sized but not yet filled.

    Attributes
    ----------
    withdrawals : Withdrawals
    for_cash : FloatArray, shape (n, 6)
        Units sold for them, by slot.
    exchanges : tuple of Exchange
        Paid queue, rollovers, transfers, switches and mappings, in the order in which they are filled.
    prices : FloatArray, shape (K,)
        Reported prices before impact, by which they were sized.
    """

    withdrawals: Withdrawals
    for_cash: FloatArray
    exchanges: tuple[Exchange, ...]
    prices: FloatArray


@dataclass(frozen=True, slots=True)
class Filled:
    """What the fills brought: cash of withdrawals, USD put into each private fund, shape (5,), and fees."""

    cash: Cash
    into_private: FloatArray
    fees: MonthFees


def waiting(savers: Savers, sales: Sales, paid: FloatArray) -> BoolArray:
    """Who has a request that a private fund did not pay in full this month, shape (N,)."""
    waits = np.zeros(savers.size, dtype=np.bool_)
    waits[savers.rows_with(savers.queued)] = True
    asked, rows = sales.withdrawals.asked, sales.withdrawals.rows
    if asked.any():
        waits[rows] |= (asked * (1.0 - paid[savers.fund[rows]]) > 0.0).any(axis=1)
    return waits


def units_sold(savers: Savers, rows: IntArray, sold: FloatArray, funds: int) -> FloatArray:
    """Units sold by fund, shape (funds,), weighted."""
    totals: FloatArray = savers.weight * sum_rows_by_fund(savers.fund, rows, sold, funds)
    return totals


def units_left(savers: Savers, departed: Departures, funds: int) -> FloatArray:
    """Units of every fund that the dead leave, shape (funds,), weighted."""
    totals: FloatArray = savers.weight * sum_by_fund(departed.fund, departed.units, funds)
    return totals


def excess_of_funds(state: State, before: Valuation) -> FloatArray:
    """Private units that target-date funds ask back, shape (K, 5).

    A fund asks when a strategy is above its strategic share by more than the tolerance. A cap or a door
    that closes binds its purchases and forces no sale.
    """
    strategic = state.private_targets(1.0, frozenset(state.scenario.texts("policy.classes")))
    tolerance = state.scenario.number("funds.target_date.tolerance")
    held, prices = state.funds.held, before.reported[PRIVATES]
    wanted = strategic * before.gross[:, None]
    asks = held * prices > (1.0 + tolerance) * wanted
    return np.where(asks & (held > 0.0), held - wanted / prices, 0.0)


def private_gate(state: State, before: Valuation, wanted: Withdrawals, held_asked: FloatArray) -> FloatArray:
    """Share of requests that each fund pays, shape (K,); 1 for funds that pay daily."""
    asked = state.savers.queued_by_fund(state.catalogue.size)
    asked += units_sold(state.savers, wanted.rows, wanted.asked, state.catalogue.size)
    asked += state.funds.estates
    private = asked[PRIVATES] + held_asked.sum(axis=0)
    limit = gate_limit(state.funds, before, gate_terms(state.scenario))
    paid = np.ones(state.catalogue.size)
    paid[PRIVATES] = paid_share(private, limit)
    return paid


def size_sales(state: State, before: Valuation, paid: FloatArray, asked: Asked) -> Sales:
    """Size everything that is sold, once it is known what private funds pay."""
    savers, catalogue, prices = state.savers, state.catalogue, before.reported
    wanted, chosen, mapping = asked.withdrawals, asked.chosen, asked.mapping
    for_cash = sold_for_cash(savers, wanted, prices, paid, catalogue)
    sold = np.zeros_like(savers.units)
    sold[wanted.rows] += for_cash
    exchanges = ask.paid_queue(savers, paid, state.plain_default)
    for queue in exchanges:
        sold[queue.rows] += queue.sold
    rollover = chosen.rollover
    exchanges.append(ask.rolled_over(savers, rollover, sold[rollover.rows], catalogue))
    for mix in (chosen.transfer, chosen.switch):
        exchange = ask.switched(savers, mix, prices, sold[mix.rows], catalogue)
        exchanges.append(exchange_within_cap(state, exchange, prices))
    exchanges.append(ask.mapped(savers, mapping, sold[mapping.rows]))
    some = tuple(one for one in exchanges if one.rows.size)
    return Sales(withdrawals=wanted, for_cash=for_cash, exchanges=some, prices=prices)


def redeemed(state: State, sales: Sales, departed: Departures) -> FloatArray:
    """Units asked of daily funds and paid by private funds for savers and estates, shape (K,), weighted."""
    savers, size = state.savers, state.catalogue.size
    total = units_sold(savers, sales.withdrawals.rows, sales.for_cash, size)
    for exchange in sales.exchanges:
        total += units_sold(savers, exchange.rows, exchange.sold, size)
    left = units_left(savers, departed, size)
    return total + np.where(state.catalogue.is_private, 0.0, left + state.funds.estates)


def daily_paid_share(state: State, before: Valuation, charged: FloatArray, asked: FloatArray) -> FloatArray:
    """Share of redemptions a daily fund can pay out of what it holds directly, shape (K,)."""
    direct = np.maximum(before.assets.sum(axis=1) - charged * before.gross, 0.0)
    # A fund without private holdings owns what it owes; its own rounding must not suspend it.
    limit = np.where(state.funds.held.sum(axis=1) > 0.0, direct / before.reported, np.inf)
    return np.where(state.catalogue.is_private, 1.0, paid_share(asked, limit))


def scale_sales(state: State, sales: Sales, share: FloatArray) -> Sales:
    """Sales after funds that cannot pay in full have paid their share.

    What a suspended fund holds in alternatives then stays, and leaves a switch less room under the cap.
    """
    if (share == 1.0).all():
        return sales
    fund = state.savers.fund
    paid = [replace(one, sold=one.sold * share[fund[one.rows]]) for one in sales.exchanges]
    exchanges = tuple(exchange_within_cap(state, one, sales.prices) for one in paid)
    for_cash = sales.for_cash * share[fund[sales.withdrawals.rows]]
    return replace(sales, for_cash=for_cash, exchanges=exchanges)


def dollars_before_impact(state: State, before: Valuation, sales: Sales) -> FloatArray:
    """USD that savers put into each fund, valued before impact, shape (K,), weighted."""
    savers, size = state.savers, state.catalogue.size
    total = sum_shares_by_fund(savers.split_fund, savers.split_share, savers.paid_in, size)
    for one in sales.exchanges:
        dollars = row_sums(one.sold * before.reported[savers.fund[one.rows]])
        total += sum_shares_by_fund(one.to_fund, one.to_share, dollars, size)
    return savers.weight * total


def fill(state: State, sales: Sales, before: Valuation, prices: FloatArray) -> tuple[Cash, FloatArray]:
    """Fill every order of savers at the price it made.

    Returns
    -------
    cash : Cash
    dollars_in : FloatArray, shape (K,)
        USD put into each fund, weighted.
    """
    savers = state.savers
    cash = pay_out(savers, sales.withdrawals, sales.for_cash, before.reported, prices)
    dollars_in = np.zeros(prices.size)
    for one in sales.exchanges:
        proceeds = row_sums(sell(savers, one.rows, one.sold, prices, one.from_queue))
        dollars_in += buy(savers, one.rows, one.in_ira, one.to_fund, one.to_share * proceeds[:, None], prices)
    return cash, dollars_in + invest_contributions(savers, prices)


def fund_orders(dollars: FloatArray, units_out: FloatArray, held_out: FloatArray) -> Orders:
    """Orders as the funds see them: what other funds are paid is also a redemption of the private funds."""
    out = units_out.copy()
    out[PRIVATES] += held_out.sum(axis=0)
    return Orders(dollars_in=dollars, units_out=out, held_out=held_out)
