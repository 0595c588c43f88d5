"""What savers ask for in a month, before anything is priced.

Sales are in units and purchases in dollars (economics 6). What a private fund pays is known only after
its gate, so a request for private units comes first and the sale of listed holdings is sized after it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from environment.funds.catalogue import Catalogue
from environment.savers import EMPTY, SPLIT, Savers
from environment.sums import row_sums
from environment.typing import BoolArray, FloatArray, IntArray

ROUNDING = 1e-12  # above the wanted value by less is what was wanted


@dataclass(frozen=True, slots=True)
class Switch:
    """Savers who want their whole account in a new mix.

    Attributes
    ----------
    rows : IntArray, shape (n,)
    to_fund : IntArray, shape (n, 5)
        Funds wanted, -1 where unused.
    to_share : FloatArray, shape (n, 5)
        Shares, rows summing to 1.
    """

    rows: IntArray
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
class Withdrawals:
    """Cash wanted from accounts this month.

    Attributes
    ----------
    rows : IntArray, shape (n,)
    planned, fee : FloatArray, shape (n,)
        USD to spend, and record-keeping fee due.
    asked : FloatArray, shape (n, 6)
        Units asked of private funds, pro rata to what they are of the account.
    """

    rows: IntArray
    planned: FloatArray
    fee: FloatArray
    asked: FloatArray


@dataclass(frozen=True, slots=True)
class Exchange:
    """Units sold out of slots whose proceeds buy other funds at once.

    Attributes
    ----------
    rows : IntArray, shape (n,)
    sold : FloatArray, shape (n, 6)
        Units by slot.
    to_fund : IntArray, shape (n, 5)
    to_share : FloatArray, shape (n, 5)
        Shares of the proceeds, rows summing to 1.
    from_queue : bool
        Whether the units had been asked back and are paid now.
    """

    rows: IntArray
    sold: FloatArray
    to_fund: IntArray
    to_share: FloatArray
    from_queue: bool = False


def slot_marks(savers: Savers, rows: IntArray, marks: BoolArray) -> BoolArray:
    """Which slots hold a fund that is marked, shape (n, 6)."""
    funds = savers.fund[rows]
    held: BoolArray = marks[funds] & (funds != EMPTY)
    return held


def withdrawals(savers: Savers, fees: FloatArray, prices: FloatArray, catalogue: Catalogue) -> Withdrawals:
    """Planned spending and record-keeping fees due, with the part asked of private funds.

    Parameters
    ----------
    savers : Savers
    fees : FloatArray, shape (N,)
        Record-keeping fee due this month, USD an account.
    prices : FloatArray, shape (K,)
        Reported prices before impact.
    catalogue : Catalogue
    """
    rows = np.flatnonzero((savers.withdrawal > 0.0) | (fees > 0.0))
    total = savers.account_values(rows, prices)
    wanted = np.minimum(savers.withdrawal[rows] + fees[rows], total)
    share = np.divide(wanted, total, out=np.zeros_like(total), where=total > 0.0)
    private = slot_marks(savers, rows, catalogue.is_private)
    unqueued = savers.units[rows] - savers.queued[rows]
    asked = np.where(private, np.minimum(share[:, None] * savers.units[rows], unqueued), 0.0)
    return Withdrawals(rows=rows, planned=savers.withdrawal[rows], fee=fees[rows], asked=asked)


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
    rows = wanted.rows
    funds = savers.fund[rows]
    from_private = paid[funds] * wanted.asked
    listed = np.where(slot_marks(savers, rows, catalogue.is_private), 0.0, savers.units[rows])
    listed_value = row_sums(listed * prices[funds])
    due = wanted.planned + wanted.fee - row_sums(from_private * prices[funds])
    share = np.divide(due, listed_value, out=np.zeros_like(due), where=listed_value > 0.0)
    sold: FloatArray = from_private + np.clip(share, 0.0, 1.0)[:, None] * listed
    return sold


def queue_switches(savers: Savers, switch: Switch, prices: FloatArray, catalogue: Catalogue) -> None:
    """Ask back the private units that switching savers no longer want, instead of what they asked before."""
    rows = switch.rows
    values = savers.slot_values(rows, prices)
    excess = _excess_share(savers, switch, values)
    private = slot_marks(savers, rows, catalogue.is_private)
    savers.queued[rows] = np.where(private, excess * savers.units[rows], savers.queued[rows])


def paid_queue(savers: Savers, paid: FloatArray, plain_default: Callable[[IntArray], IntArray]) -> Exchange:
    """Queued units that are paid now; the money goes to the saver's plain target-date fund."""
    rows = savers.rows_with(savers.queued)
    sold = paid[savers.fund[rows]] * savers.queued[rows]
    to_fund, to_share = single_choice(plain_default(rows))
    return Exchange(rows=rows, sold=sold, to_fund=to_fund, to_share=to_share, from_queue=True)


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
    rows = switch.rows
    funds = savers.fund[rows]
    left = savers.units[rows] - already_sold
    values = left * prices[funds]
    listed = ~slot_marks(savers, rows, catalogue.is_private)
    sold = np.where(listed, _excess_share(savers, switch, values) * left, 0.0)
    held = _value_by_choice(funds, values - sold * prices[funds], switch.to_fund)
    short = np.maximum(switch.to_share * row_sums(values)[:, None] - held, 0.0)
    total = short.sum(axis=1, keepdims=True)
    to_share = np.divide(short, total, out=switch.to_share.copy(), where=total > 0.0)
    return Exchange(rows=rows, sold=sold, to_fund=switch.to_fund, to_share=to_share)


def mapped(savers: Savers, mapping: Mapping, already_sold: FloatArray) -> Exchange:
    """Everything in the replaced fund, sold to buy its successor."""
    from_slot = savers.fund[mapping.rows] == mapping.from_fund[:, None]
    sold = np.where(from_slot, savers.units[mapping.rows] - already_sold, 0.0)
    to_fund, to_share = single_choice(mapping.to_fund)
    return Exchange(rows=mapping.rows, sold=sold, to_fund=to_fund, to_share=to_share)


def single_choice(funds: IntArray) -> tuple[IntArray, FloatArray]:
    """Split (n, 5) that puts everything into one fund."""
    to_fund = np.full((funds.size, SPLIT), EMPTY, dtype=np.int64)
    to_share = np.zeros((funds.size, SPLIT))
    to_fund[:, 0] = funds
    to_share[:, 0] = 1.0
    return to_fund, to_share


def _excess_share(savers: Savers, switch: Switch, values: FloatArray) -> FloatArray:
    """Share of every slot above what the switch wants of its fund, shape (n, 6)."""
    funds = savers.fund[switch.rows]
    same = (funds[:, :, None] == switch.to_fund[:, None, :]) & (funds != EMPTY)[:, :, None]
    wanted = (same * switch.to_share[:, None, :]).sum(axis=2) * row_sums(values)[:, None]
    above = values > wanted * (1.0 + ROUNDING)
    share: FloatArray = np.divide(values - wanted, values, out=np.zeros_like(values), where=above)
    return share


def _value_by_choice(funds: IntArray, values: FloatArray, to_fund: IntArray) -> FloatArray:
    """Value already held in each wanted fund, shape (n, 5)."""
    same = (funds[:, :, None] == to_fund[:, None, :]) & (to_fund != EMPTY)[:, None, :]
    held: FloatArray = (same * values[:, :, None]).sum(axis=1)
    return held
