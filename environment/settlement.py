"""From requests to filled orders: who is paid, what is sold for it, and the fills at the month's prices."""

from typing import NamedTuple

import numpy as np

from environment import orders as ask
from environment.assets import PRIVATE
from environment.books import MonthFees
from environment.cash import Cash, Withdrawals, pay_out, sold_for_cash
from environment.funds.book import PRIVATES, Valuation
from environment.funds.charges import Charges
from environment.funds.gates import gate_limit, gate_terms
from environment.funds.requests import asked_of_all, direct_paid_share, excess_held, gate_share
from environment.funds.trading import Orders
from environment.life import Departures
from environment.once import once_a_scenario
from environment.orders import Chosen, Exchange, Mapping
from environment.policy import NO_LIMIT
from environment.register import invest_contributions, sell_and_buy
from environment.reviews import exchange_within_cap
from environment.rowsets import union
from environment.savers import SLOTS, Savers
from environment.scenario import Scenario
from environment.state import State
from environment.sums import (
    add_amounts_of,
    add_groups,
    add_purchases,
    add_sold,
    all_equal,
    contributions_by_fund,
    rows_unpaid,
    rows_with_any,
    sum_by_fund,
)
from environment.typing import FloatArray, IntArray


class Asked(NamedTuple):
    """What savers and their plans ask for in a month, and who died."""

    withdrawals: Withdrawals
    chosen: Chosen
    mapping: Mapping
    departed: Departures


class Terms(NamedTuple):
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
    spending_asked : FloatArray, shape (K,)
        Private units asked for withdrawals, weighted.
    queueing : IntArray, shape (q,)
        Savers with units that were asked back and not yet paid.
    """

    charges: Charges
    before: Valuation
    paid: FloatArray
    held_asked: FloatArray
    spending_asked: FloatArray
    queueing: IntArray

    @property
    def held_out(self) -> FloatArray:
        """Private units that target-date funds are paid, shape (K, 5)."""
        paid: FloatArray = self.held_asked * self.paid[PRIVATES]
        return paid


class Sales(NamedTuple):
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


class Filled(NamedTuple):
    """What the fills brought: cash of withdrawals, USD put into each private fund, shape (5,), and fees."""

    cash: Cash
    into_private: FloatArray
    fees: MonthFees


def agree_terms(state: State, asked: Asked, charges: Charges, before: Valuation) -> Terms:
    """What private funds pay of all that is asked of them."""
    savers, wanted = state.savers, asked.withdrawals
    queueing = rows_with_any(state.standing.acting, savers.queued)
    queue = queued_by_fund(state, queueing)
    spending = units_sold(savers, wanted.rows, wanted.asked, state.catalogue.size)
    held_asked = excess_of_funds(state, before)
    return Terms(
        charges=charges,
        before=before,
        paid=private_gate(state, before, queue + spending, held_asked),
        held_asked=held_asked,
        spending_asked=spending,
        queueing=queueing,
    )


def queued_by_fund(state: State, queueing: IntArray) -> FloatArray:
    """Units that savers have asked back of each fund and not been paid, shape (K,), weighted.

    Parameters
    ----------
    state : State
    queueing : IntArray, shape (q,)
        Rows that have asked back any.
    """
    if not queueing.size:
        return np.zeros(state.catalogue.size)
    return units_sold(state.savers, queueing, state.savers.queued[queueing], state.catalogue.size)


def waiting(savers: Savers, wanted: Withdrawals, terms: Terms) -> IntArray:
    """Rows with a request that a private fund did not pay in full this month, in order."""
    waits = rows_with_any(terms.queueing, savers.queued)
    return union(waits, rows_unpaid(wanted.rows, wanted.asked, savers.fund, terms.paid))


def units_sold(savers: Savers, rows: IntArray, sold: FloatArray, funds: int) -> FloatArray:
    """Units sold by fund, shape (funds,), weighted."""
    totals = np.zeros(funds)
    add_sold(totals, rows, savers.fund, sold, savers.weight)
    return totals


def units_left(savers: Savers, departed: Departures, funds: int) -> FloatArray:
    """Units of every fund that the dead leave, shape (funds,), weighted."""
    if not departed.saver.size:
        return np.zeros(funds)
    totals: FloatArray = sum_by_fund(departed.fund, departed.units, funds)
    totals *= savers.weight
    return totals


def excess_of_funds(state: State, before: Valuation) -> FloatArray:
    """Private units that target-date funds ask back, shape (K, 5).

    A fund asks when a strategy is above its strategic share by more than the tolerance. A cap or a door
    that closes binds its purchases and forces no sale.
    """
    classes, tolerance = _strategy(state.scenario)
    strategic = state.private_targets(NO_LIMIT, classes)
    held = state.funds.held
    excess: FloatArray = excess_held(held, before.reported, before.gross, strategic, tolerance)
    return excess


@once_a_scenario
def _strategy(scenario: Scenario) -> tuple[frozenset[str], float]:
    """Classes that target-date funds are meant to hold, and how far above that they may be."""
    return frozenset(scenario.texts("policy.classes")), scenario.number("funds.target_date.tolerance")


def private_gate(state: State, before: Valuation, asked: FloatArray, held_asked: FloatArray) -> FloatArray:
    """Share of requests that each fund pays, shape (K,); 1 for funds that pay daily.

    Parameters
    ----------
    state : State
    before : Valuation
    asked : FloatArray, shape (K,)
        Units that savers ask for, weighted.
    held_asked : FloatArray, shape (K, 5)
        Units that target-date funds ask back.
    """
    limit = gate_limit(state.funds, before, gate_terms(state.scenario))
    paid: FloatArray = gate_share(asked, state.funds.estates, held_asked, limit)
    return paid


def size_sales(state: State, terms: Terms, asked: Asked) -> Sales:
    """Size everything that is sold, once it is known what private funds pay."""
    savers, catalogue, prices = state.savers, state.catalogue, terms.before.reported
    wanted, chosen, mapping = asked.withdrawals, asked.chosen, asked.mapping
    for_cash = sold_for_cash(savers, wanted, prices, terms.paid, catalogue)
    exchanges = []
    if terms.queueing.size:
        exchanges = ask.paid_queue(savers, terms.queueing, terms.paid, state.plain_default)
    first = [(wanted.rows, for_cash), *((one.rows, one.sold) for one in exchanges)]
    if (rows := chosen.rollover.rows).size:
        exchanges.append(ask.rolled_over(savers, chosen.rollover, _sold_by(rows, first), catalogue))
    for mix in (chosen.transfer, chosen.switch):
        if mix.rows.size:
            exchange = ask.switched(savers, mix, prices, _sold_by(mix.rows, first), catalogue)
            exchanges.append(exchange_within_cap(state, exchange, prices))
    if mapping.rows.size:
        exchanges.append(ask.mapped(savers, mapping, _sold_by(mapping.rows, first)))
    some = tuple(one for one in exchanges if one.rows.size)
    return Sales(withdrawals=wanted, for_cash=for_cash, exchanges=some, prices=prices)


def _sold_by(rows: IntArray, sales: list[tuple[IntArray, FloatArray]]) -> FloatArray:
    """Units that rows, (n,), sell by slot in all of some sales, whose rows are in order, shape (n, 6)."""
    total = np.zeros((rows.size, SLOTS))
    for sellers, sold in sales:
        if sellers.size:
            add_amounts_of(total, rows, sellers, sold)
    return total


def redeemed(state: State, sales: Sales, departed: Departures) -> FloatArray:
    """Units asked of daily funds and paid by private funds for savers and estates, shape (K,), weighted."""
    savers, size = state.savers, state.catalogue.size
    total = units_sold(savers, sales.withdrawals.rows, sales.for_cash, size)
    add_groups(total, state.standing.sold, savers.weight)
    for exchange in sales.exchanges:
        add_sold(total, exchange.rows, savers.fund, exchange.sold, savers.weight)
    daily = slice(len(PRIVATE), size)
    total[daily] += (units_left(savers, departed, size) + state.funds.estates)[daily]
    return total


def daily_paid_share(state: State, before: Valuation, charged: FloatArray, asked: FloatArray) -> FloatArray:
    """Share of redemptions a daily fund can pay out of what it holds directly, shape (K,)."""
    paid: FloatArray = direct_paid_share(
        asked, before.assets, before.gross, charged, before.reported, state.funds.held
    )
    return paid


def scale_sales(state: State, sales: Sales, share: FloatArray) -> Sales:
    """Sales after funds that cannot pay in full have paid their share.

    What a suspended fund holds in alternatives then stays, and leaves a switch less room under the cap.
    """
    if all_equal(share, 1.0):
        return sales
    fund = state.savers.fund
    paid = [one._replace(sold=one.sold * share[fund[one.rows]]) for one in sales.exchanges]
    exchanges = tuple(exchange_within_cap(state, one, sales.prices) for one in paid)
    for_cash = sales.for_cash * share[fund[sales.withdrawals.rows]]
    return sales._replace(for_cash=for_cash, exchanges=exchanges)


def dollars_before_impact(state: State, before: Valuation, sales: Sales) -> FloatArray:
    """USD that savers put into each fund, valued before impact, shape (K,), weighted."""
    savers, size = state.savers, state.catalogue.size
    split, money = (savers.split_fund, savers.split_share), (savers.contribution, savers.loan_payment)
    total = state.standing.flow + contributions_by_fund(state.standing.acting, *split, *money, size)
    for one in sales.exchanges:
        add_purchases(total, one.rows, savers.fund, one.sold, one.to_fund, one.to_share, before.reported)
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
        mix = one.to_fund, one.to_share
        dollars_in += sell_and_buy(savers, one.rows, one.in_ira, one.sold, mix, prices, one.from_queue)
    add_groups(dollars_in, state.standing.known.flow, savers.weight)
    return cash, dollars_in + invest_contributions(savers, state.standing.acting, prices)


def fund_orders(dollars: FloatArray, units_out: FloatArray, held_out: FloatArray) -> Orders:
    """Orders as the funds see them: what other funds are paid is also a redemption of the private funds."""
    return Orders(dollars, asked_of_all(units_out, held_out), held_out)
