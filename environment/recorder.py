"""The recorder: what is observed each month and each year, as columns."""

from collections.abc import Sequence

import numpy as np
from numba import njit

from environment.accounting import MonthAccount
from environment.adequacy import ended_lives
from environment.assets import CLASSES, IS_ALTERNATIVE, IS_PRIVATE, TECH_EQUITY, US_EQUITY
from environment.calendar import format_month
from environment.demography import age_band
from environment.events import MonthEvents
from environment.funds.book import PRIVATES, share_owned, usd_by_class
from environment.funds.gates import frozen_of_holdings, gate_terms, payable_within_quarter
from environment.funds.smoothing import monthly_smoothing
from environment.life import Departures
from environment.pricing import Prices, fundamental, grow_markets
from environment.record import House, Record, no_flows
from environment.state import MONTHS_A_YEAR, State
from environment.sums import holding_values
from environment.tables import Value
from environment.totals import Totals
from environment.typing import BoolArray, FloatArray
from environment.yearly import life_rows, observe_year

CLASS_NAMES = np.array(CLASSES)


def start_record(state: State, replication: int, managers: Sequence[House]) -> Record:
    """Record of a world at its opening, after balances are invested."""
    smoothing = np.zeros(len(CLASSES))
    smoothing[IS_PRIVATE] = monthly_smoothing(state.scenario.by_private("funds.smoothing"))
    opening = state.funds.units[PRIVATES] * state.funds.reported[PRIVATES]
    record = Record(
        replication=replication,
        managers=managers,
        smoothing=smoothing,
        log_reported=np.log1p(state.scenario.by_class("market.expected")) / MONTHS_A_YEAR,
        holdings=holdings_by_class(state),
        private_flows=[(opening, no_flows())],
        frozen=np.zeros(state.catalogue.size),
    )
    observe_year(record, state, 0)
    return record


def observe_month(
    record: Record, state: State, prices: Prices, account: MonthAccount, events: MonthEvents
) -> None:
    """Take the month's row, and at the end of a year the year's rows."""
    equity = _equity_return(state, prices.total)
    excess = _excess_gain(record, prices.total - equity)
    record.frozen = frozen_by_fund(state, prices.paid, events.waiting)
    record.holdings = holdings_by_class(state)
    _count(record.newly_issued, grow_markets(state, prices.total, record.holdings))
    record.growth = record.growth * events.manager_growth
    record.private_flows.append((events.private_in, events.private_out))
    record.equity_index.append(record.equity_index[-1] * (1.0 + equity))
    _count(record.breakdowns, prices.breakdown)
    record.tables["monthly"].add(**_month_row(record, state, account, events), excess_gain_usd=excess)
    _class_rows(record, state, prices)
    _watch_65(record, state)
    if state.month % MONTHS_A_YEAR == 0:
        observe_year(record, state, state.month // MONTHS_A_YEAR)
        state.savers.start_year()


def remember_departed(record: Record, state: State, departed: Departures, events: MonthEvents) -> None:
    """Keep the account of lives that ended this month: wealth at its prices, fees up to it."""
    if not departed.saver.size:
        return
    wealth = holding_values(departed.fund, departed.units, state.funds.reported)
    record.lives.append(life_rows(state, departed, wealth))
    counted = departed.retired & departed.has_held
    record.ended += ended_lives(
        departed.literacy_quintile, counted, departed.shortfall_value, departed.exhausted
    )
    fees = departed.year_fees + holding_values(departed.fund, departed.units, events.fee_per_unit)
    completed = state.calendar_year - departed.birth_year - 1
    np.add.at(record.fees_of_departed, (age_band(completed), departed.literacy_quintile), fees)


def _month_row(record: Record, state: State, account: MonthAccount, events: MonthEvents) -> dict[str, Value]:
    month = state.month
    frozen = float((state.funds.savers * state.funds.reported) @ record.frozen)
    return {
        "replication": record.replication,
        "month": month,
        "date": format_month(state.scenario.start + month - 1),
        "inflation": float(state.path.inflation[month - 1]),
        "short_rate": float(state.path.short_rate[month - 1]),
        "policy_stage": state.stage,
        "contributions_usd": account.contributions,
        "withdrawals_usd": account.withdrawals,
        "bequests_usd": account.bequests,
        "fees_usd": account.fees,
        "gains_usd": account.gains,
        "wealth_usd": account.wealth,
        "private_share": _share(_sum_marked(record.holdings, IS_PRIVATE), account.wealth),
        "alternatives_share": _share(_sum_marked(record.holdings, IS_ALTERNATIVE), account.wealth),
        "frozen_share": _share(frozen, account.wealth),
        "unmet_spending_usd": account.unmet,
        "exhausted_share": exhausted_share(account.totals),
        "gated_requests_usd": events.unpaid_usd,
        "redemptions_paid_usd": events.paid_usd,
        "stale_loss_usd": account.stale_loss,
        "wage_bill_usd": state.savers.weight * account.totals.pay,
        "social_security_usd": state.savers.weight * account.totals.benefit_real * state.level,
        "ledger_residual": account.residual,
    }


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0.0 else float("nan")


def _class_rows(record: Record, state: State, prices: Prices) -> None:
    reported, record.log_reported = _reported(prices.total, record.smoothing, record.log_reported)
    funds = state.funds
    record.tables["classes"].extend(
        replication=record.replication,
        month=state.month,
        asset_class=CLASS_NAMES,
        total_return=prices.total,
        fundamental_return=fundamental(state),
        impact_return=prices.impact,
        reported_return=reported,
        flow_usd=share_owned(funds.savers, funds.units, funds.held) @ prices.trades.net,
        holdings_usd=record.holdings,
        market_value_usd=state.market_value,
    )


@njit(cache=True, nogil=True)
def _reported(total: FloatArray, smoothing: FloatArray, last: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Reported return of each class, (16,), and its log, from true returns and the last reported log."""
    reported, log_reported = total.copy(), np.empty(total.size)
    for place in range(total.size):
        log_true = np.log1p(total[place])
        log_reported[place] = (1.0 - smoothing[place]) * log_true + smoothing[place] * last[place]
        if smoothing[place] != 0.0:
            reported[place] = np.expm1(log_reported[place])
    return reported, log_reported


def holdings_by_class(state: State) -> FloatArray:
    """Savers' holdings by class at reported value, shape (16,), USD weighted, summing to wealth."""
    return usd_by_class(state.funds, state.funds.savers, state.listed_targets)


def _equity_return(state: State, total: FloatArray) -> float:
    """Return of listed US equity at the market weights with which the month began."""
    us, tech = float(state.market_value[US_EQUITY]), float(state.market_value[TECH_EQUITY])
    return (us * float(total[US_EQUITY]) + tech * float(total[TECH_EQUITY])) / (us + tech)


def _excess_gain(record: Record, excess: FloatArray) -> float:
    """What savers' alternatives earned before fees over listed equity on the same money, USD."""
    return float(_sum_marked(record.holdings * excess, IS_ALTERNATIVE))


@njit(cache=True, nogil=True)
def _sum_marked(usd: FloatArray, marked: BoolArray) -> float:
    """Sum of the amounts, (16,), of the classes that are marked, (16,)."""
    total = 0.0
    for place in range(usd.size):
        if marked[place]:
            total += usd[place]
    return total


def _watch_65(record: Record, state: State) -> None:
    """Frozen and total real wealth of those who turn 65 this month."""
    savers = state.savers
    rows = state.birthday_rows()
    rows = rows[savers.people.age[rows] == 65]
    rows = rows[savers.has_held[rows]]
    if not rows.size:
        return
    real_price = state.funds.reported / state.level
    record.at_65[0] += float(savers.account_values(rows, real_price * record.frozen).sum())
    record.at_65[1] += float(savers.account_values(rows, real_price).sum())


def _count(months: dict[str, int], marked: BoolArray) -> None:
    for position in marked.nonzero()[0]:
        months[CLASSES[position]] = months.get(CLASSES[position], 0) + 1


def frozen_by_fund(state: State, paid: FloatArray, waiting: FloatArray) -> FloatArray:
    """Share of a holding in each fund that its owner, asking alone, could not cash within three months, (K,).

    Parameters
    ----------
    state : State
    paid : FloatArray, shape (K,)
        Share of the month's redemptions that each fund paid.
    waiting : FloatArray, shape (5,)
        Units of the private funds that savers, estates and other funds asked back and were not paid.
    """
    funds = state.funds
    payable = payable_within_quarter(funds, state.month, gate_terms(state.scenario))
    frozen: FloatArray = frozen_of_holdings(waiting, payable, paid, funds.units, funds.reported, funds.held)
    return frozen


def exhausted_share(sums: Totals) -> float:
    """Share of retired savers who have had an account in which nothing is left; nan when there are none."""
    return 1.0 - sums.holding / sums.retired if sums.retired else float("nan")
