"""One month on the books: who owned the funds, flows of savers, and what they are posted as."""

from typing import NamedTuple

import numpy as np
from numba import njit

from environment import books as ledger
from environment.audit import check_assets, check_units, check_wealth
from environment.books import FeeShares, MonthFees, Ownership, post_fees, share_fees
from environment.cash import Cash, taken_early
from environment.funds.book import Valuation, claim_on_privates
from environment.funds.charges import Charges
from environment.life import Departures
from environment.reading import totals
from environment.settlement import units_left
from environment.state import State
from environment.sums import holding_values
from environment.totals import Totals
from environment.typing import FloatArray


class MonthAccount(NamedTuple):
    """Savers' month in USD, weighted to the population; the residual is relative to wealth."""

    contributions: float
    withdrawals: float
    bequests: float
    fees: float
    gains: float
    unmet: float
    stale_loss: float
    wealth: float
    residual: float
    totals: Totals
    management_by_manager: FloatArray
    performance_by_manager: FloatArray


class MonthFlows(NamedTuple):
    """What went into savers' accounts and came out of them in a month, USD weighted to the population.

    Attributes
    ----------
    contributions : float
        All that flowed in, less what went back to employers for want of vesting.
    deferral, match, plan, repaid : float
        Of it the savers' deferrals, the employers' match, both with other employers' money, repaid loans.
    withdrawals : float
        Money to spend and new loans.
    spent, penalty, lent : float
        The two apart, and in between the addition to tax for what of the money to spend is early.
    forfeited, keeping, unmet, bequests : float
        Money of employers, record-keeping fees, spending missed because money is frozen, what the dead leave.
    """

    contributions: float
    deferral: float
    match: float
    plan: float
    repaid: float
    withdrawals: float
    spent: float
    penalty: float
    lent: float
    forfeited: float
    keeping: float
    unmet: float
    bequests: float


type _Owned = tuple[FloatArray, FloatArray, FloatArray, FloatArray]


def ownership(state: State) -> Ownership:
    """Who owns the funds now; the book replaces these columns, so that they stay what they are."""
    funds = state.funds
    return Ownership(
        savers=funds.savers,
        estates=funds.estates,
        outside=funds.outside,
        units=funds.units,
        held=funds.held,
        reported=funds.reported,
        true=funds.true,
    )


def close_month(
    state: State,
    own: Ownership,
    after: Valuation,
    fees: MonthFees,
    departed: Departures,
    cash: Cash,
) -> MonthAccount:
    """Post every flow of the month, check what can be checked, and return the savers' account.

    Parameters
    ----------
    state : State
        After the fills.
    own : Ownership
        At the month's start; those who own then bear the month's fees and gains.
    after : Valuation
        Prices at which orders were filled.
    fees : MonthFees
    departed : Departures
    cash : Cash

    Raises
    ------
    BooksError
        When units, assets or the change of savers' wealth are not what the flows say.
    """
    check_units(state, own)
    check_assets(state, own, after)
    management, performance = fees.management, fees.performance
    fund_fees = _sum(management) + _sum(performance)
    opening, gains = _gains((own.savers, own.estates, own.outside), own.reported, after.reported)
    change = gains[ledger.OWNERS.index(ledger.SAVERS)]
    sums = totals(state.standing, state.savers)
    flows = month_flows(state, sums, cash, departed, after)
    wealth = float(state.funds.savers @ after.reported)
    moved = flows.contributions - flows.withdrawals - flows.bequests - flows.keeping + change
    residual = check_wealth(state, opening, moved, wealth)
    _post_contributions(state.books, flows)
    _post_payments(state, flows)
    for owner, usd in zip(ledger.OWNERS, gains, strict=True):
        state.books.revalue(owner, usd)
    post_fees(state.books, management, "management_fee")
    post_fees(state.books, performance, "performance_fee")
    return MonthAccount(
        contributions=flows.contributions,
        withdrawals=flows.withdrawals,
        bequests=flows.bequests,
        fees=fund_fees + flows.keeping,
        gains=change + fund_fees,
        unmet=flows.unmet,
        stale_loss=_post_stale_trades(state, own, after, departed),
        wealth=wealth,
        residual=residual,
        totals=sums,
        management_by_manager=np.add.reduce(management.by_owner),
        performance_by_manager=np.add.reduce(performance.by_owner),
    )


def month_fees(own: Ownership, after: Valuation, charges: Charges) -> MonthFees:
    """Fees of the month as charged at the prices of its fills."""
    management = share_fees(own, charges.management * after.gross)
    performance = share_fees(own, charges.performance * after.gross)
    return MonthFees(management, performance, management.per_unit + performance.per_unit)


def _sum(shares: FeeShares) -> float:
    usd: list[float] = shares.by_owner[ledger.OWNERS.index(ledger.SAVERS)].tolist()
    return sum(usd)


def month_flows(state: State, sums: Totals, cash: Cash, departed: Departures, after: Valuation) -> MonthFlows:
    """Count what went into accounts and came out of them; early withdrawals bear section 72(t)."""
    savers, weight = state.savers, state.savers.weight
    plan, repaid = sums.contribution, sums.loan_payment
    spent, lent, forfeited, keeping, unmet = _sum_cash(
        cash.spent, cash.lent, cash.forfeited, cash.fees, cash.unmet
    )
    # What the retired draw by standing order is all theirs to spend, without a penalty.
    spent += float(state.standing.drawn @ after.reported)
    return MonthFlows(
        contributions=weight * (plan + repaid - forfeited),
        deferral=weight * sums.own_contribution,
        match=weight * sums.match,
        plan=weight * plan,
        repaid=weight * repaid,
        withdrawals=weight * (spent + lent),
        spent=weight * spent,
        penalty=state.scenario.number("tax.early_penalty") * weight * float(taken_early(savers, cash).sum()),
        lent=weight * lent,
        forfeited=weight * forfeited,
        keeping=weight * keeping,
        unmet=weight * unmet,
        bequests=weight * float(holding_values(departed.fund, departed.units, after.reported).sum()),
    )


@njit(cache=True, nogil=True)
def _sum_cash(
    spent: FloatArray, lent: FloatArray, forfeited: FloatArray, fees: FloatArray, unmet: FloatArray
) -> tuple[float, float, float, float, float]:
    """Sum of each column, (n,), in one pass."""
    all_spent, all_lent, back, keeping, missed = 0.0, 0.0, 0.0, 0.0, 0.0
    for row in range(spent.size):
        all_spent += spent[row]
        all_lent += lent[row]
        back += forfeited[row]
        keeping += fees[row]
        missed += unmet[row]
    return all_spent, all_lent, back, keeping, missed


def _post_contributions(books: ledger.Books, flows: MonthFlows) -> None:
    nonelective = flows.plan - flows.deferral - flows.match
    books.post(ledger.EMPLOYERS, ledger.SAVERS, "deferral", flows.deferral)
    books.post(ledger.EMPLOYERS, ledger.SAVERS, "match", flows.match)
    books.post(ledger.EMPLOYERS, ledger.SAVERS, "nonelective", nonelective)
    books.post(ledger.SAVERS, ledger.EMPLOYERS, "forfeiture", flows.forfeited)
    books.post(ledger.HOUSEHOLDS, ledger.SAVERS, "loan_repayment", flows.repaid)


def _post_payments(state: State, flows: MonthFlows) -> None:
    """Post what leaves accounts; withdrawals pay a flat tax, and a penalty before 59 1/2."""
    books = state.books
    tax = state.scenario.number("tax.withdrawal") * flows.spent
    books.post(ledger.SAVERS, ledger.GOVERNMENT, "withdrawal_tax", tax)
    books.post(ledger.SAVERS, ledger.GOVERNMENT, "early_penalty", flows.penalty)
    books.post(ledger.SAVERS, ledger.HOUSEHOLDS, "withdrawal", flows.spent - tax - flows.penalty)
    books.post(ledger.SAVERS, ledger.HOUSEHOLDS, "loan", flows.lent)
    books.post(ledger.SAVERS, ledger.RECORD_KEEPERS, "record_keeping_fee", flows.keeping)
    books.post(ledger.SAVERS, ledger.ESTATES, "bequest", flows.bequests)


@njit(cache=True, nogil=True)
def _gains(
    owners: tuple[FloatArray, FloatArray, FloatArray], last: FloatArray, now: FloatArray
) -> tuple[float, tuple[float, float, float]]:
    """Wealth of the first owner at last month's prices, (K,), and what prices brought to each of them."""
    savers, estates, outside = owners
    opening, gained, inherited, abroad = 0.0, 0.0, 0.0, 0.0
    for fund in range(now.size):
        growth = now[fund] - last[fund]
        opening += savers[fund] * last[fund]
        gained += savers[fund] * growth
        inherited += estates[fund] * growth
        abroad += outside[fund] * growth
    return opening, (gained, inherited, abroad)


def _post_stale_trades(state: State, own: Ownership, after: Valuation, departed: Departures) -> float:
    """Post and return what trades at stale prices took from savers' claims on the reserves, USD.

    Private units of the dead pass in kind with their claim; that is a bequest and no trade.
    """
    funds = state.funds
    loss, outside = _lost_at_stale_prices(
        (own.savers, own.outside, own.units, own.held),
        (funds.savers, funds.outside, funds.units, funds.held),
        units_left(state.savers, departed, own.units.size),
        (after.true, after.reported),
        (funds.true, funds.reported),
    )
    state.books.post_valuation(ledger.SAVERS, ledger.OUTSIDE, -outside)
    state.books.post_valuation(ledger.SAVERS, ledger.ESTATES, loss + outside)
    return loss


@njit(cache=True, nogil=True)
def _lost_at_stale_prices(
    before: _Owned,
    now: _Owned,
    inherited: FloatArray,
    prices_before: tuple[FloatArray, FloatArray],
    prices_now: tuple[FloatArray, FloatArray],
) -> tuple[float, float]:
    """USD that trades took from the claims on reserves of savers and of outside investors.

    Parameters
    ----------
    before, now : tuple of FloatArray
        Units of savers, of outside investors and of all, (K,), and units of private funds held by funds,
        (K, 5), before the trades and after them.
    inherited : FloatArray, shape (K,)
        Units of savers before that pass to estates.
    prices_before, prices_now : tuple of FloatArray, shape (K,)
        True and reported prices.
    """
    (savers, abroad, units, held), (savers_now, abroad_now, units_now, held_now) = before, now
    (true, reported), (true_now, reported_now) = prices_before, prices_now
    claim, claim_now = (
        claim_on_privates(savers, units, held),
        claim_on_privates(savers_now, units_now, held_now),
    )
    lost, lost_abroad = 0.0, 0.0
    for private in range(claim.size):
        gap = true[private] - reported[private]
        gap_now = true_now[private] - reported_now[private]
        lost += (claim[private] - inherited[private]) * gap - claim_now[private] * gap_now
        lost_abroad += abroad[private] * gap - abroad_now[private] * gap_now
    return lost, lost_abroad
