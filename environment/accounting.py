"""One month on the books: flows of savers, the checks of every fund, and the residual."""

from dataclasses import dataclass

import numpy as np

from environment import books as ledger
from environment.books import BooksError, FeeShares, MonthFees, Ownership, post_fees, share_fees
from environment.cash import Cash, taken_early
from environment.funds.book import PRIVATES, Valuation, held_by_funds, savers_claim_on_privates
from environment.funds.charges import Charges
from environment.life import Departures
from environment.settlement import units_left
from environment.state import State
from environment.typing import BoolArray, FloatArray

TOLERANCE = 1e-9  # of wealth, or of a fund's assets
UNITS_TOLERANCE = 1e-12  # of units outstanding


@dataclass(frozen=True, slots=True)
class MonthAccount:
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
    management_by_manager: FloatArray
    performance_by_manager: FloatArray


@dataclass(frozen=True, slots=True)
class MonthFlows:
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


def ownership(state: State) -> Ownership:
    """Who owns the funds now."""
    funds = state.funds
    return Ownership(
        savers=funds.savers.copy(),
        estates=funds.estates.copy(),
        outside=funds.outside.copy(),
        units=funds.units.copy(),
        held=funds.held.copy(),
        reported=funds.reported.copy(),
        true=funds.true.copy(),
    )


def check_units(state: State, own: Ownership) -> None:
    """Count the units that savers hold, and check that every unit outstanding is somebody's.

    Raises
    ------
    BooksError
        When units outstanding and units held differ by more than 1e-12 of what was outstanding.
    """
    funds = state.funds
    funds.savers = state.savers.units_by_fund(state.catalogue.size)
    held = funds.savers + funds.estates + funds.outside + held_by_funds(funds)
    right = np.abs(held - funds.units) <= UNITS_TOLERANCE * np.maximum(own.units, held)
    if not right.all():  # asked this way round, what is not a number is wrong too
        raise BooksError(f"month {state.month}: the units of {_names(state, ~right)} are not all somebody's")
    # The register is the truth from here on, so that the rounding of many sums cannot build up.
    funds.units = held


def check_assets(state: State, own: Ownership, after: Valuation) -> None:
    """Set true prices after trades; first check that trades at reported prices explain all assets.

    What the issuer of a wrap has paid in is explained too.

    Raises
    ------
    BooksError
        When assets differ from units x true price before the trades plus units issued x reported price
        by more than 1e-9 of themselves, or of a dollar where they are less.
    """
    funds = state.funds
    assets = funds.assets.sum(axis=1) + funds.held @ funds.reported[PRIVATES]
    expected = own.units * after.true + (funds.units - own.units) * funds.reported
    expected = np.where(own.units > 0.0, expected, funds.units * funds.reported) + funds.paid_up
    scale = np.maximum(np.maximum(after.gross, assets), np.maximum(own.units * own.reported, 1.0))
    right = np.abs(assets - expected) <= TOLERANCE * scale
    if not right.all():
        raise BooksError(f"month {state.month}: the assets of {_names(state, ~right)} do not match its units")
    held = funds.units > 0.0
    # Rounding may leave a grain of units without assets; what is worth nothing keeps its price.
    funds.true = np.divide(assets, funds.units, out=after.true.copy(), where=held & (assets > 0.0))
    funds.assets[~held] = 0.0


def check_wealth(state: State, opening: float, moved: float, wealth: float) -> float:
    """Residual of the savers' account relative to wealth, which must be no more than rounding.

    Parameters
    ----------
    state : State
    opening, wealth : float
        Wealth at the month's start and end, USD.
    moved : float
        Flows and gains of the month, USD.

    Raises
    ------
    BooksError
        When the residual exceeds 1e-9.
    """
    residual = (wealth - opening - moved) / max(wealth, opening, 1.0)
    if not abs(residual) <= TOLERANCE:
        raise BooksError(f"month {state.month}: the wealth of savers is {residual:g} of itself off its flows")
    return residual


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
    growth = after.reported - own.reported
    change = float(own.savers @ growth)
    flows = month_flows(state, cash, departed, after)
    wealth = float(state.funds.savers @ after.reported)
    moved = flows.contributions - flows.withdrawals - flows.bequests - flows.keeping + change
    residual = check_wealth(state, float(own.savers @ own.reported), moved, wealth)
    _post_contributions(state.books, flows)
    _post_payments(state, flows)
    _post_gains(state, own, growth)
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
        management_by_manager=sum(management.by_owner.values(), np.zeros(len(ledger.MANAGERS))),
        performance_by_manager=sum(performance.by_owner.values(), np.zeros(len(ledger.MANAGERS))),
    )


def month_fees(own: Ownership, after: Valuation, charges: Charges) -> MonthFees:
    """Fees of the month as charged at the prices of its fills."""
    return MonthFees(
        management=share_fees(own, charges.management * after.gross),
        performance=share_fees(own, charges.performance * after.gross),
    )


def _sum(shares: FeeShares) -> float:
    return float(shares.by_owner[ledger.SAVERS].sum())


def month_flows(state: State, cash: Cash, departed: Departures, after: Valuation) -> MonthFlows:
    """Count what went into accounts and came out of them; early withdrawals bear section 72(t)."""
    savers, weight = state.savers, state.savers.weight
    spent, lent, forfeited = (float(column.sum()) for column in (cash.spent, cash.lent, cash.forfeited))
    return MonthFlows(
        contributions=weight * (float(savers.paid_in.sum()) - forfeited),
        deferral=weight * float(savers.own_contribution.sum()),
        match=weight * float(savers.match.sum()),
        plan=weight * float(savers.contribution.sum()),
        repaid=weight * float(savers.loan_payment.sum()),
        withdrawals=weight * (spent + lent),
        spent=weight * spent,
        penalty=state.scenario.number("tax.early_penalty") * weight * float(taken_early(savers, cash).sum()),
        lent=weight * lent,
        forfeited=weight * forfeited,
        keeping=weight * float(cash.fees.sum()),
        unmet=weight * float(cash.unmet.sum()),
        bequests=weight * float((departed.units * after.reported[departed.fund]).sum()),
    )


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


def _post_gains(state: State, own: Ownership, change: FloatArray) -> None:
    owners = {ledger.SAVERS: own.savers, ledger.ESTATES: own.estates, ledger.OUTSIDE: own.outside}
    for sector, units in owners.items():
        state.books.revalue(sector, float(units @ change))


def _post_stale_trades(state: State, own: Ownership, after: Valuation, departed: Departures) -> float:
    """Post and return what trades at stale prices took from savers' claims on the reserves, USD.

    Private units of the dead pass in kind with their claim; that is a bequest and no trade.
    """
    funds = state.funds
    inherited = units_left(state.savers, departed, own.units.size)[PRIVATES]
    share = np.divide(own.savers, own.units, out=np.zeros_like(own.savers), where=own.units > 0.0)
    before_trades = own.savers[PRIVATES] - inherited + share @ own.held
    gap_before = after.true[PRIVATES] - after.reported[PRIVATES]
    gap_after = funds.true[PRIVATES] - funds.reported[PRIVATES]
    loss = float(before_trades @ gap_before - savers_claim_on_privates(funds) @ gap_after)
    outside = float(own.outside[PRIVATES] @ gap_before - funds.outside[PRIVATES] @ gap_after)
    state.books.post_valuation(ledger.SAVERS, ledger.OUTSIDE, -outside)
    state.books.post_valuation(ledger.SAVERS, ledger.ESTATES, loss + outside)
    return loss


def _names(state: State, wrong: BoolArray) -> str:
    return ", ".join(name for name, bad in zip(state.catalogue.names, wrong, strict=True) if bad)
