"""Savers whose month follows from their standing orders alone, and those who act.

Between two acts of a saver the dollars that flow into each fund, or out of an account, are the same every
month. A month of such a saver costs next to nothing, and the row is settled when somebody touches it. Who has
a birthday, a wish or a request that waits acts, and goes through the plain month.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from environment.books import UNITS_TOLERANCE, BooksError
from environment.drawing import can_draw, drawers_of, nobody_draws, sell_for_month, stop
from environment.known import GROUPS, Known, add_rows, by_group, nothing_known
from environment.rowsets import NOBODY, is_in, union
from environment.savers import Savers
from environment.settling import Sums, add_month, columns_of, moved_far, no_sums, settle
from environment.sums import over_groups
from environment.typing import BoolArray, FloatArray, IntArray, TinyArray
from environment.watching import acts_every_month, rows_between_jobs

FEW_SAVERS = 5_000
"""Up to here all act every month: sums of their own would cost as much as they save."""

ACTS = -1  # in `settled`: nothing is left to settle
LEAST_LEFT = 1 / 8  # of the units once held; below it the rounding of differences counts: all are counted


@dataclass(slots=True)
class Standing:
    """Who acts this month, and what is known of all others together.

    Attributes
    ----------
    acting : IntArray
        Rows that act this month, in order; all others stand.
    between_jobs : IntArray
        Rows that wait for their next job.
    settled : TinyArray, shape (N,)
        Months since the last settlement of all rows up to which a row is settled; -1 for who acts.
    known : Known
    sums : Sums
        The months since that settlement.
    most : FloatArray, shape (K,)
        Most units that those who stand held since then, not weighted.
    sold : FloatArray, shape (12, K)
        Units sold this month by standing orders, by month of birth, not weighted.
    slow : BoolArray, shape (K,)
        Funds that may not pay at once.
    loan_rate : float
        Interest on loans, a month.
    months : int
        Months since the last settlement of all rows.
    """

    acting: IntArray
    between_jobs: IntArray
    settled: TinyArray
    known: Known
    sums: Sums
    most: FloatArray
    sold: FloatArray
    slow: BoolArray
    loan_rate: float
    months: int = field(default=0)

    @property
    def nobody_stands(self) -> bool:
        """Whether all savers act."""
        return self.acting.size == self.settled.size

    @property
    def flow(self) -> FloatArray:
        """USD a month that those who stand put into each fund, shape (K,), not weighted."""
        flow: FloatArray = over_groups(self.known.flow)
        return flow

    @property
    def drawn(self) -> FloatArray:
        """Units sold this month by standing orders, shape (K,), not weighted."""
        drawn: FloatArray = over_groups(self.sold)
        return drawn


def all_act(savers: int, slow: BoolArray, loan_rate: float) -> Standing:
    """Everybody acts."""
    funds = slow.size
    return Standing(
        acting=np.arange(savers),
        between_jobs=NOBODY,
        settled=np.full(savers, ACTS, dtype=np.int8),
        known=nothing_known(funds),
        sums=no_sums(funds),
        most=np.zeros(funds),
        sold=np.zeros((GROUPS, funds)),
        slow=slow,
        loan_rate=loan_rate,
    )


def wake_block(standing: Standing, savers: Savers, block: IntArray) -> None:
    """Let all with a birthday this month act: settle them up to the month before, and forget their sums.

    Parameters
    ----------
    standing, savers : Standing, Savers
        Changed in place.
    block : IntArray, shape (n,)
        Rows of one month of birth, all of them and in order.
    """
    if standing.nobody_stands or not block.size:
        return
    _settle(standing, savers, block)
    standing.settled[block] = ACTS
    standing.acting = union(standing.acting, block)
    known, group = standing.known, savers.people.birth_month[block[0]] - 1
    known.units[group] = known.flow[group] = known.slots[group] = known.totals[group] = 0
    known.drawers[group] = nobody_draws()


def wake(standing: Standing, savers: Savers, rows: IntArray) -> None:
    """Let some rows act this month: settle them up to the month before, and take them out of the sums.

    Parameters
    ----------
    standing, savers : Standing, Savers
        Changed in place.
    rows : IntArray, shape (n,)
        In order; who acts already stays as they are.
    """
    rows = rows[standing.settled[rows] != ACTS]
    if not rows.size:
        return
    _settle(standing, savers, rows)
    standing.settled[rows] = ACTS
    standing.acting = union(standing.acting, rows)
    known = standing.known
    add_rows(known, savers, rows, -1)
    for group, some in by_group(savers, rows):
        stop(known.drawers[group], some)
    gone = known.slots == 0
    known.units[gone] = known.flow[gone] = 0.0
    if (over_groups(known.units) < LEAST_LEFT * standing.most).any():
        settle_all(standing, savers)


def draw(standing: Standing, savers: Savers, prices: FloatArray) -> None:
    """Sell what the retired draw by standing order; who has too little left acts from now on.

    Parameters
    ----------
    standing, savers : Standing, Savers
        Changed in place.
    prices : FloatArray, shape (K,)
        At which sales are sized.
    """
    if standing.nobody_stands:
        return
    low = []
    standing.sold.fill(0.0)
    for sold, one in zip(standing.sold, standing.known.drawers, strict=True):
        low.append(one.rows[sell_for_month(one.fund, one.units, one.withdrawal, prices, sold)])
    wake(standing, savers, union(*low))


def advance(
    standing: Standing,
    savers: Savers,
    sized: FloatArray,
    filled: FloatArray,
    fee_per_unit: FloatArray,
    level: float,
) -> None:
    """A month of those who stand: fees on what they hold, then what they buy and sell.

    Parameters
    ----------
    standing, savers : Standing, Savers
        Changed in place.
    sized, filled : FloatArray, shape (K,)
        Prices at which sales were sized and orders filled.
    fee_per_unit : FloatArray, shape (K,)
        Fees that these prices took from a unit, USD.
    level : float
        Price level relative to the opening.
    """
    if standing.nobody_stands:
        return
    if moved_far(standing.sums, standing.months, filled):
        settle_all(standing, savers)
    standing.months += 1
    add_month(standing.sums, standing.months, sized, filled, fee_per_unit, level)
    standing.known.units += standing.known.flow / filled - standing.sold
    _see_most(standing)


def rest(standing: Standing, savers: Savers, block: IntArray) -> None:
    """At the month's end, let all stand who need not act next month.

    Parameters
    ----------
    standing, savers : Standing, Savers
        Changed in place.
    block : IntArray, shape (n,)
        Rows with a birthday this month: only theirs are the withdrawals that may stand.
    """
    acting = standing.acting
    standing.between_jobs = rows_between_jobs(union(standing.between_jobs, acting), savers.months_out)
    if savers.size <= FEW_SAVERS:
        return
    acts = acts_every_month(savers, acting, standing.loan_rate)
    draws = np.flatnonzero(~acts & (savers.withdrawal[acting] > 0.0))
    able = is_in(acting[draws], block)
    able &= can_draw(savers, acting[draws], standing.slow, savers.book.reported)
    acts[draws[~able]] = True
    resting, standing.acting = acting[~acts], acting[acts]
    standing.settled[resting] = standing.months
    add_rows(standing.known, savers, resting, 1)
    for group, some in by_group(savers, acting[draws[able]]):
        standing.known.drawers[group] = drawers_of(savers, some)
    _see_most(standing)


def settle_all(standing: Standing, savers: Savers) -> None:
    """Settle all who stand, count what they hold one by one, and start new running sums.

    Raises
    ------
    BooksError
        When units counted and known differ by more than 1e-12 of the most held in the meantime.
    """
    if standing.nobody_stands and not standing.months:
        return
    rows = np.flatnonzero(standing.settled != ACTS)
    _settle(standing, savers, rows)
    standing.settled[rows] = standing.months = 0
    standing.sums = no_sums(standing.slow.size)
    counted = nothing_known(standing.slow.size)
    add_rows(counted, savers, rows, 1)
    units, known = over_groups(counted.units), over_groups(standing.known.units)
    wrong = ~(np.abs(units - known) <= UNITS_TOLERANCE * np.maximum(units, standing.most))
    if wrong.any():
        raise BooksError(f"units of funds {np.flatnonzero(wrong).tolist()} are not those that savers hold")
    standing.known = replace(counted, drawers=standing.known.drawers)
    standing.most = units


def _settle(standing: Standing, savers: Savers, rows: IntArray) -> None:
    since, columns = standing.settled, columns_of(savers)
    settle(columns, rows, since, standing.months, standing.sums, standing.loan_rate)


def _see_most(standing: Standing) -> None:
    np.maximum(standing.most, over_groups(standing.known.units), out=standing.most)
