"""Prices of the month: before impact, and those that the month's orders make."""

from typing import NamedTuple

import numpy as np
from numba import njit

from environment import settlement
from environment.assets import PRIVATE
from environment.funds.book import PRIVATES, Valuation, value
from environment.funds.charges import (
    Charges,
    FeeTerms,
    age_marks,
    due_charges,
    management_charge,
    performance_charge,
    performance_owed,
    within_means,
)
from environment.funds.gates import gate_terms
from environment.funds.planning import Targets, plan_trades
from environment.funds.requests import left_after_impact
from environment.funds.trading import Orders, Trades
from environment.market.impact import class_impacts, total_return
from environment.market.size import covering, grown, scenario_payout
from environment.once import once_a_scenario
from environment.scenario import Scenario
from environment.settlement import Asked, Sales, Terms
from environment.state import State
from environment.sums import all_equal
from environment.typing import BoolArray, FloatArray


class Prices(NamedTuple):
    """The orders of the month and the prices they made.

    Attributes
    ----------
    sales : Sales
        What savers sell.
    orders : Orders
        The same and their purchases as the funds see them, valued before impact.
    estates_paid : FloatArray, shape (K,)
        Units of the estates that are paid.
    paid : FloatArray, shape (K,)
        Share of redemptions each fund pays.
    trades : Trades
    impact, total : FloatArray, shape (16,)
        Price impact and total return of every class.
    breakdown : BoolArray, shape (16,)
        Classes whose orders exceeded what the market could bear.
    charges : Charges
        What funds can pay of the month's fees at those prices.
    after : Valuation
    """

    sales: Sales
    orders: Orders
    estates_paid: FloatArray
    paid: FloatArray
    trades: Trades
    impact: FloatArray
    total: FloatArray
    breakdown: BoolArray
    charges: Charges
    after: Valuation


def fundamental(state: State) -> FloatArray:
    """Fundamental return of every class this month, shape (16,)."""
    returns: FloatArray = state.path.fundamental[state.month - 1]
    return returns


def charged_before_impact(state: State, terms: FeeTerms) -> tuple[Charges, Valuation]:
    """Fees that managers are due this month, and the funds after them, before anybody trades."""
    funds, fee_cap = state.funds, state.policy.fee_cap
    management = management_charge(terms, fee_cap)
    before = value_before_impact(state, management)
    age_marks(funds, before)
    owed = performance_owed(funds, before, terms, state.month)
    taken = performance_charge(owed, terms, fee_cap)
    charges = due_charges(management, taken, owed, before)
    if all_equal(charges.total, management):
        return charges, before
    return charges, value_before_impact(state, charges.total)


def value_before_impact(state: State, charge: FloatArray) -> Valuation:
    """Funds after this month's fundamental returns and given fees, before anybody trades."""
    funds, ahead = state.funds, float(state.active_return[state.month - 1])
    returns, active = fundamental(state), state.catalogue.active
    assets, notional = _after_returns(funds.assets, returns, state.listed_targets, active, ahead)
    return value(funds, assets, charge, notional)


@njit(cache=True, nogil=True)
def _after_returns(
    assets: FloatArray, returns: FloatArray, listed: FloatArray, active: int, ahead: float
) -> tuple[FloatArray, FloatArray]:
    """Assets, (K, 16), after returns, and the growth of every fund's target portfolio with them, (K,).

    The latter prices the funds that nobody holds.
    """
    return _grown(assets, returns, active, ahead), _notional(listed, returns, active, ahead)


@njit(cache=True, nogil=True)
def _after_impact(
    assets: FloatArray,
    returns: tuple[FloatArray, FloatArray],
    listed: FloatArray,
    active: int,
    ahead: float,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Total returns, (16,), and as `_after_returns`, of fundamental returns and of impact, (16,).

    The assets have had the fundamental returns already.
    """
    fundamental_return, impact = returns
    total = total_return(fundamental_return, impact)
    return total, _grown(assets, impact, active, 0.0), _notional(listed, total, active, ahead)


@njit(cache=True, nogil=True)
def _grown(assets: FloatArray, returns: FloatArray, active: int, ahead: float) -> FloatArray:
    """Assets, (K, 16), after the return of every class, the active fund's being ahead of them by a return."""
    grown = np.empty(assets.shape)
    for fund in range(assets.shape[0]):
        for place in range(assets.shape[1]):
            grown[fund, place] = assets[fund, place] * (1.0 + returns[place])
            if fund == active:
                grown[fund, place] *= 1.0 + ahead
    return grown


@njit(cache=True, nogil=True)
def _notional(listed: FloatArray, returns: FloatArray, active: int, ahead: float) -> FloatArray:
    """One plus what portfolios, (K, 16), earn; the arguments are those of `_grown`."""
    growth = np.empty(listed.shape[0])
    for fund in range(growth.size):
        earned = 0.0
        for place in range(returns.size):
            earned += listed[fund, place] * returns[place]
        growth[fund] = 1.0 + earned
    growth[active] *= 1.0 + ahead
    return growth


def make_prices(state: State, asked: Asked, terms: Terms) -> Prices:
    """Size the sales, let the funds decide their trades, and let net orders move prices once."""
    before, charged, held_out = terms.before, terms.charges.total, terms.held_out
    sales = settlement.size_sales(state, terms, asked)
    wanted = settlement.redeemed(state, sales, asked.departed)
    daily = settlement.daily_paid_share(state, before, charged, wanted)
    sales = settlement.scale_sales(state, sales, daily)
    paid = terms.paid * daily
    units_out = _units_out(wanted, daily, paid, state.funds.estates, len(PRIVATE))
    dollars = settlement.dollars_before_impact(state, before, sales)
    orders = settlement.fund_orders(dollars, units_out, held_out)
    trades = plan_trades(state.funds, before, charged, orders, targets(state))
    multipliers, expected = _impact_terms(state.scenario)
    moved = class_impacts(multipliers, trades.flow, expected, state.market_value)
    total, assets, notional = _after_impact(
        before.assets,
        (fundamental(state), moved.price_change),
        state.listed_targets,
        state.catalogue.active,
        float(state.active_return[state.month - 1]),
    )
    charges, after = charged_after_impact(state, terms.charges, assets, notional)
    left = paid_after_impact(state, after, charges.total, orders)
    if not all_equal(left, 1.0):
        sales, paid = settlement.scale_sales(state, sales, left), paid * left
        orders = settlement.fund_orders(dollars, units_out * left, held_out * left[PRIVATES])
    return Prices(
        sales=sales,
        orders=orders,
        estates_paid=paid * state.funds.estates,
        paid=paid,
        trades=trades,
        impact=moved.price_change,
        total=total,
        breakdown=moved.breakdown,
        charges=charges,
        after=after,
    )


@once_a_scenario
def _impact_terms(scenario: Scenario) -> tuple[FloatArray, FloatArray]:
    """Multipliers and expected flows of the classes, shape (16,), as `class_impacts` takes them."""
    return scenario.by_class("market.impact"), scenario.by_class("market.expected_flow")


@njit(cache=True, nogil=True)
def _units_out(
    wanted: FloatArray, daily: FloatArray, paid: FloatArray, estates: FloatArray, privates: int
) -> FloatArray:
    """Units redeemed, (K,): the share daily funds pay of those wanted, and of estates in private funds."""
    out = np.empty(wanted.size)
    for fund in range(wanted.size):
        out[fund] = wanted[fund] * daily[fund]
        if fund < privates:
            out[fund] += paid[fund] * estates[fund]
    return out


def charged_after_impact(
    state: State, charges: Charges, assets: FloatArray, notional: FloatArray
) -> tuple[Charges, Valuation]:
    """Fees that funds can pay at the prices their trades have made, and the funds at those prices.

    Parameters
    ----------
    state : State
    charges : Charges
        Decided before impact.
    assets : FloatArray, shape (K, 16)
        USD by class after impact.
    notional : FloatArray, shape (K,)
        Growth of the target portfolios with it.
    """
    after = value(state.funds, assets, charges.total, notional)
    management = within_means(charges.management, charges.performance, after)
    if all_equal(management, charges.management):
        return charges, after
    less = charges._replace(management=management)
    return less, value(state.funds, assets, less.total, notional)


def paid_after_impact(state: State, after: Valuation, charged: FloatArray, orders: Orders) -> FloatArray:
    """Share of the redemptions agreed on that funds can pay at the prices after impact, shape (K,).

    A fund whose listed holdings fell more than its price pays what they are worth now, and no more; a
    private fund of which impact has made the reported price stale pays what is fair to those who stay.
    """
    funds, dilution = state.funds, gate_terms(state.scenario).dilution
    worth = (after.assets, after.gross, after.true, after.reported)
    left: FloatArray = left_after_impact(orders.units_out, worth, charged, funds.held, funds.units, dilution)
    return left


def targets(state: State) -> Targets:
    """What funds ought to hold under the law of the month."""
    scenario, policy = state.scenario, state.policy
    return Targets(
        listed=state.listed_targets,
        private=state.private_targets(policy.cap if policy.opens_default else 0.0, policy.classes),
        liquid_sleeve=max(scenario.number("funds.liquid_sleeve"), policy.liquid_sleeve),
        sale_limit=scenario.number("funds.private_sale_limit"),
    )


def grow_markets(state: State, total: FloatArray, holdings: FloatArray) -> BoolArray:
    """Market values at the month's end; returns the classes of which savers want more than there was."""
    payout = scenario_payout(state.scenario)
    covered = covering(grown(state.market_value, total, payout), holdings)
    state.market_value = covered.market_values
    return covered.newly_issued


def pay_estates(state: State, asked: Asked, prices: Prices) -> None:
    """Estates are paid what the funds pay, and take over in kind what the dead could not sell."""
    left = settlement.units_left(state.savers, asked.departed, prices.paid.size)
    state.funds.estates = _left_to_estates(
        state.funds.estates, prices.estates_paid, left, prices.paid, len(PRIVATE)
    )


@njit(cache=True, nogil=True)
def _left_to_estates(
    estates: FloatArray, estates_paid: FloatArray, left: FloatArray, paid: FloatArray, privates: int
) -> FloatArray:
    """Units of estates, (K,), less those that are paid, with what the dead left and was not paid."""
    owned = np.empty(estates.size)
    for fund in range(estates.size):
        unsold = left[fund] if fund < privates else left[fund] * (1.0 - paid[fund])
        owned[fund] = estates[fund] - estates_paid[fund] + unsold
    return owned
