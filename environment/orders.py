"""What savers ask for in a month, before anything is priced.

Sales are in units and purchases in dollars (economics 6). What a private fund pays is known only after
its gate, so a request for private units comes first and the sale of listed holdings is sized after it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit

from environment.funds.catalogue import Catalogue
from environment.mixes import holdings_of, queue_above, sell_above
from environment.register import IRA, PLAN
from environment.savers import EMPTY, SLOTS, SPLIT, Savers
from environment.typing import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Look:
    """Savers who look at the menu of one of their accounts.

    Attributes
    ----------
    rows : IntArray, shape (n,)
    in_ira : BoolArray, shape (n,)
        Which of their accounts.
    stream : str
        Of the luck of their tastes.
    """

    rows: IntArray
    in_ira: BoolArray
    stream: str


@dataclass(frozen=True, slots=True)
class Switch:
    """Savers who want a whole account in a new mix.

    Attributes
    ----------
    rows : IntArray, shape (n,)
    in_ira : BoolArray, shape (n,)
        Which of their accounts.
    to_fund : IntArray, shape (n, 5)
        Funds wanted, -1 where unused.
    to_share : FloatArray, shape (n, 5)
        Shares, rows summing to 1.
    """

    rows: IntArray
    in_ira: BoolArray
    to_fund: IntArray
    to_share: FloatArray


@dataclass(frozen=True, slots=True)
class Mapping:
    """Savers whose plan replaces one fund by another.

    Attributes
    ----------
    rows, from_fund, to_fund : IntArray, shape (n,)
    """

    rows: IntArray
    from_fund: IntArray
    to_fund: IntArray


@dataclass(frozen=True, slots=True)
class Rollover:
    """Savers who leave a plan and take their money to an IRA.

    What daily funds hold is sold and bought anew by the mix of the IRA; private units have moved in kind.

    Attributes
    ----------
    rows : IntArray, shape (n,)
    to_fund : IntArray, shape (n, 5)
    to_share : FloatArray, shape (n, 5)
    """

    rows: IntArray
    to_fund: IntArray
    to_share: FloatArray


NO_MAPPING = Mapping(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64))
NO_ROLLOVER = Rollover(np.empty(0, np.int64), np.empty((0, SPLIT), np.int64), np.empty((0, SPLIT)))


@dataclass(frozen=True, slots=True)
class Chosen:
    """What savers chose to do with what they hold.

    Attributes
    ----------
    rollover : Rollover
        From plans to IRAs.
    transfer : Switch
        From plan to plan, of savers with a new job.
    switch : Switch
        Of savers who looked at the menu.
    """

    rollover: Rollover
    transfer: Switch
    switch: Switch


class Exchange(NamedTuple):
    """Units sold out of slots whose proceeds buy other funds at once.

    Attributes
    ----------
    rows : IntArray, shape (n,)
    in_ira : BoolArray, shape (n,)
        The account that buys.
    sold : FloatArray, shape (n, 6)
        Units by slot.
    to_fund : IntArray, shape (n, 5)
    to_share : FloatArray, shape (n, 5)
        Shares of the proceeds, rows summing to 1.
    from_queue : bool
        Whether the units had been asked back and are paid now.
    keeps_cap : bool
        Whether the cap binds what is bought.
    """

    rows: IntArray
    in_ira: BoolArray
    sold: FloatArray
    to_fund: IntArray
    to_share: FloatArray
    from_queue: bool = False
    keeps_cap: bool = False


def slot_marks(savers: Savers, rows: IntArray, marks: BoolArray) -> BoolArray:
    """Which slots hold a fund that is marked, shape (n, 6)."""
    funds = savers.fund[rows]
    held: BoolArray = marks[funds] & (funds != EMPTY)
    return held


def queue_switches(savers: Savers, switch: Switch, prices: FloatArray, catalogue: Catalogue) -> None:
    """Ask back the private units that switching savers no longer want, instead of what they asked before."""
    holdings, mix = holdings_of(savers), (switch.to_fund, switch.to_share)
    queue_above(holdings, savers.queued, switch.rows, switch.in_ira, mix, prices, catalogue.is_private)


def paid_queue(
    savers: Savers, queueing: IntArray, paid: FloatArray, plain_default: Callable[[IntArray], IntArray]
) -> list[Exchange]:
    """Queued units that are paid now; the money goes to the plain target-date fund of the same account.

    Parameters
    ----------
    savers : Savers
    queueing : IntArray, shape (q,)
        Rows that have asked back any units.
    paid : FloatArray, shape (K,)
        Share of requests that each fund pays.
    plain_default : callable
        Plain target-date fund of rows.

    Returns
    -------
    list of Exchange
        Of the plan and of the IRA.
    """
    sold = paid[savers.fund[queueing]] * savers.queued[queueing]
    exchanges = []
    for account in (PLAN, IRA):
        own = np.where(savers.in_ira[queueing] == account, sold, 0.0)
        paid_now = own.any(axis=1)
        rows = queueing[paid_now]
        to_fund, to_share = single_choice(plain_default(rows))
        exchanges.append(
            Exchange(rows, np.full(rows.size, account), own[paid_now], to_fund, to_share, from_queue=True)
        )
    return exchanges


def switched(
    savers: Savers, switch: Switch, prices: FloatArray, already_sold: FloatArray, catalogue: Catalogue
) -> Exchange:
    """Listed holdings above the wanted mix, sold to buy what is below it.

    Parameters
    ----------
    savers : Savers
    switch : Switch
    prices : FloatArray, shape (K,)
        Reported prices before impact.
    already_sold : FloatArray, shape (n, 6)
        Units these rows sell for cash or are paid for this month.
    catalogue : Catalogue
    """
    holdings, mix = holdings_of(savers), (switch.to_fund, switch.to_share)
    sold, to_share = sell_above(
        holdings, already_sold, switch.rows, switch.in_ira, mix, prices, catalogue.is_private
    )
    return Exchange(switch.rows, switch.in_ira, sold, switch.to_fund, to_share, keeps_cap=True)


def mapped(savers: Savers, mapping: Mapping, already_sold: FloatArray) -> Exchange:
    """Everything the plan holds in the replaced fund, sold to buy its successor."""
    rows = mapping.rows
    sold = _left_in(rows, mapping.from_fund, savers.fund, savers.units, savers.in_ira, already_sold)
    to_fund, to_share = single_choice(mapping.to_fund)
    return Exchange(rows, np.full(rows.size, PLAN), sold, to_fund, to_share)


def rolled_over(
    savers: Savers, rollover: Rollover, already_sold: FloatArray, catalogue: Catalogue
) -> Exchange:
    """Everything the plan holds in daily funds, sold to buy the mix of the IRA."""
    rows = rollover.rows
    sold = _daily_left(rows, savers.fund, savers.units, savers.in_ira, already_sold, catalogue.is_private)
    return Exchange(rows, np.full(rows.size, IRA), sold, rollover.to_fund, rollover.to_share)


@njit(cache=True, nogil=True)
def _left_in(
    rows: IntArray,
    wanted: IntArray,
    fund: IntArray,
    units: FloatArray,
    in_ira: BoolArray,
    already_sold: FloatArray,
) -> FloatArray:
    """Units that the plan has in one fund, (n,), and that are not sold yet, shape (n, 6).

    Rounding may not make them less than none.
    """
    left = np.zeros((rows.size, fund.shape[1]))
    for place in range(rows.size):
        row = rows[place]
        for slot in range(SLOTS):
            if fund[row, slot] == wanted[place] and not in_ira[row, slot]:
                left[place, slot] = max(units[row, slot] - already_sold[place, slot], 0.0)
    return left


@njit(cache=True, nogil=True)
def _daily_left(
    rows: IntArray,
    fund: IntArray,
    units: FloatArray,
    in_ira: BoolArray,
    already_sold: FloatArray,
    private: BoolArray,
) -> FloatArray:
    """As `_left_in`, of all daily funds."""
    left = np.zeros((rows.size, fund.shape[1]))
    for place in range(rows.size):
        row = rows[place]
        for slot in range(SLOTS):
            held = fund[row, slot]
            if held >= 0 and not in_ira[row, slot] and not private[held]:
                left[place, slot] = max(units[row, slot] - already_sold[place, slot], 0.0)
    return left


@njit(cache=True, nogil=True)
def single_choice(funds: IntArray) -> tuple[IntArray, FloatArray]:
    """Split (n, 5) that puts everything into one fund."""
    to_fund = np.full((funds.size, SPLIT), EMPTY, dtype=np.int64)
    to_share = np.zeros((funds.size, SPLIT))
    to_fund[:, 0] = funds
    to_share[:, 0] = 1.0
    return to_fund, to_share
