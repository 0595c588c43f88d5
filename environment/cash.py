"""Cash out of accounts: fees, forfeitures, withdrawals and loans, in the order in which they are paid."""

from typing import NamedTuple

import numpy as np
from numba import njit

from environment.funds.catalogue import Catalogue
from environment.law import AGE_WITHOUT_PENALTY, penalised
from environment.register import sell
from environment.savers import SLOTS, WORKING, Savers
from environment.state import State
from environment.typing import BoolArray, FloatArray, IntArray
from environment.withdrawing import (
    FEE,
    FORFEITURE,
    LOAN,
    SPENDING,
    cash_wanted,
    sold_from_slots,
    split_proceeds,
    unmet_spending,
)


class Withdrawals(NamedTuple):
    """Cash wanted from accounts this month.

    Attributes
    ----------
    rows : IntArray, shape (n,)
    due : FloatArray, shape (n, 4)
        USD due as record-keeping fee, forfeiture, spending (infinite for all there is) and loan.
    source : BoolArray, shape (n, 6)
        Slots that pay: those of the plan before retirement, all of them after.
    asked : FloatArray, shape (n, 6)
        Units asked of private funds, pro rata to what they are of these slots.
    """

    rows: IntArray
    due: FloatArray
    source: BoolArray
    asked: FloatArray


class Cash(NamedTuple):
    """What withdrawals brought, USD an account, shape (n,) each.

    Attributes
    ----------
    rows : IntArray
    spent, from_ira : FloatArray
        Money to spend, with the tax on it, and how much of it the IRA paid.
    fees, forfeited, lent : FloatArray
        Record-keeping fee, money that goes back to the employer, loan to the saver.
    unmet : FloatArray
        Spending not paid because money is frozen.
    """

    rows: IntArray
    spent: FloatArray
    from_ira: FloatArray
    fees: FloatArray
    forfeited: FloatArray
    lent: FloatArray
    unmet: FloatArray


def cash_due(state: State, prices: FloatArray) -> Withdrawals:
    """All cash that savers want or owe this month, with what of it is asked of private funds.

    Parameters
    ----------
    state : State
    prices : FloatArray, shape (K,)
        Reported prices before impact.
    """
    rows, fees = state.standing.acting, record_keeping_due(state)
    return withdrawals(state.savers, rows, fees, prices, state.catalogue)


def withdrawals(
    savers: Savers, rows: IntArray, fees: FloatArray, prices: FloatArray, catalogue: Catalogue
) -> Withdrawals:
    """All cash that is due to and from some rows this month, with the part asked of private funds.

    Parameters
    ----------
    savers : Savers
    rows : IntArray, shape (m,)
        In order; nobody else wants or owes any.
    fees : FloatArray, shape (m,)
        Record-keeping fee due this month, USD an account.
    prices : FloatArray, shape (K,)
        Reported prices before impact.
    catalogue : Catalogue
    """
    wanting, due, source, asked = cash_wanted(
        rows,
        (fees, savers.forfeiture, savers.withdrawal, savers.borrowing),
        (savers.lump, savers.frozen_lump),
        (savers.fund, savers.units, savers.queued, savers.in_ira),
        savers.status,
        catalogue.is_private,
        prices,
    )
    return Withdrawals(rows=wanting, due=due, source=source, asked=asked)


def sold_for_cash(
    savers: Savers, wanted: Withdrawals, prices: FloatArray, paid: FloatArray, catalogue: Catalogue
) -> FloatArray:
    """Units sold for withdrawals, shape (n, 6): what private funds pay, and the rest from listed holdings.

    Parameters
    ----------
    savers : Savers
    wanted : Withdrawals
    prices, paid : FloatArray, shape (K,)
        Prices before impact; share of requests each fund pays.
    catalogue : Catalogue
    """
    return sold_from_slots(
        (savers.fund, savers.units),
        wanted.rows,
        wanted.source,
        wanted.due,
        wanted.asked,
        (catalogue.is_private, paid, prices),
    )


def record_keeping_due(state: State) -> FloatArray:
    """Record-keeping fee of those who act, shape (n,), USD an account: due from members whose birthday it is.

    A sum a head that moves with prices, and a share of the plan balance that is higher in small plans.
    """
    savers, plans, month = state.savers, state.plans, state.calendar_month
    due: FloatArray = _record_keeping(
        state.standing.acting,
        (state.block_ends[month - 1], state.block_ends[month]),
        (savers.alive, savers.holds_plan, savers.people.employer),
        (savers.fund, savers.units, savers.in_ira),
        state.funds.reported,
        plans.record_keeping_usd,
        plans.asset_fee,
        state.level,
    )
    return due


@njit(cache=True, nogil=True)
def _record_keeping(
    acting: IntArray,
    block: tuple[int, int],
    ties: tuple[BoolArray, BoolArray, IntArray],
    holdings: tuple[IntArray, FloatArray, BoolArray],
    prices: FloatArray,
    usd: FloatArray,
    asset_fee: FloatArray,
    level: float,
) -> FloatArray:
    """Fees due from the members of plans among the rows of a block, from one to before another, who all act.

    Ties are whether they live, whether they hold a plan, and which, by whose fees, (P,), they pay.
    """
    (alive, holds_plan, employer), (fund, units, in_ira) = ties, holdings
    due = np.zeros(acting.size)
    for place in range(np.searchsorted(acting, block[0]), np.searchsorted(acting, block[1])):
        row = acting[place]
        if not (alive[row] and holds_plan[row]):
            continue
        plan, balance = employer[row], 0.0
        for slot in range(SLOTS):
            if fund[row, slot] >= 0 and not in_ira[row, slot]:
                balance += units[row, slot] * prices[fund[row, slot]]
        due[place] = usd[plan] * level + asset_fee[plan] * balance
    return due


def taken_early(savers: Savers, cash: Cash) -> FloatArray:
    """What of the money spent bears the addition to tax for early withdrawals, shape (n,), USD an account.

    Who has left the employer at 55 or later is exempt for the plan, and for the plan alone. Before retirement
    a lump sum of all there is, or what had been frozen of one, comes from a plan that was left.
    """
    people, wishes = (savers.people.age, savers.status), (savers.lump, savers.frozen_lump)
    early: FloatArray = _taken_early(cash.rows, cash.spent, cash.from_ira, people, wishes)
    return early


_penalised = njit(cache=True, nogil=True)(penalised)


@njit(cache=True, nogil=True)
def _taken_early(
    rows: IntArray,
    spent: FloatArray,
    from_ira: FloatArray,
    people: tuple[IntArray, IntArray],
    wishes: tuple[FloatArray, FloatArray],
) -> FloatArray:
    (age, status), (lump, frozen) = people, wishes
    young = _spending_below(AGE_WITHOUT_PENALTY, spent, rows, age)
    who = rows[young]
    left = (status[who] != WORKING) | np.isinf(lump[who]) | (frozen[who] > 0.0)
    of_plan, early = _penalised(age[who], left), np.zeros(rows.size)
    for one, place in enumerate(young):
        from_plan = spent[place] - from_ira[place] if of_plan[one] else 0.0
        early[place] = from_plan + from_ira[place]
    return early


@njit(cache=True, nogil=True)
def _spending_below(limit: int, spent: FloatArray, rows: IntArray, age: IntArray) -> IntArray:
    """Places among rows (n,) with money spent (n,) at an age, by a column (N,), below a limit."""
    found, count = np.empty(rows.size, dtype=np.int64), 0
    for place in range(rows.size):
        if spent[place] > 0.0 and age[rows[place]] < limit:
            found[count] = place
            count += 1
    return found[:count].copy()


def pay_out(
    savers: Savers, wanted: Withdrawals, for_cash: FloatArray, before: FloatArray, prices: FloatArray
) -> Cash:
    """Sell units for cash and pay what is due; spending that is missing because money is frozen is unmet.

    Parameters
    ----------
    savers : Savers
        Changed in place.
    wanted : Withdrawals
    for_cash : FloatArray, shape (n, 6)
        Units sold, by slot.
    before, prices : FloatArray, shape (K,)
        Reported prices at which the sales were sized, and at which they fill.
    """
    rows, due = wanted.rows, wanted.due
    plans = (savers.withdrawal, savers.lump, savers.frozen_lump)
    unmet = unmet_spending((savers.fund, savers.units), rows, wanted.source, due, for_cash, before, plans)
    proceeds = sell(savers, rows, for_cash, prices)
    parts, from_ira = split_proceeds(due, proceeds, savers.in_ira, rows)
    return Cash(
        rows=rows,
        spent=parts[:, SPENDING],
        from_ira=from_ira,
        fees=parts[:, FEE],
        forfeited=parts[:, FORFEITURE],
        lent=parts[:, LOAN],
        unmet=unmet,
    )
