"""Following single savers: every transfer that touched a row, and what happened to who had it.

A follower only looks. It draws no luck and changes no number, so a followed world is the same world.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from environment.cash import taken_early
from environment.milestones import Milestone, milestones, plan_rules, shares_held
from environment.portraits import IRA, PLAN, Portrait, nobody, portrait
from environment.pricing import Prices
from environment.reading import drawn_by
from environment.savers import EMPTY, Savers
from environment.settlement import Asked, Filled
from environment.state import State
from environment.transfers import (
    PaidOut,
    RowMonth,
    Trade,
    Transfer,
    check_units,
    check_wealth,
    transfers_of_dying,
    transfers_of_living,
)
from environment.typing import FloatArray, IntArray

HARDSHIP, CASH_OUT = "hardship", "cash_out"


@dataclass(slots=True)
class Life:
    """What one person lived through while somebody looked.

    Attributes
    ----------
    saver : int
        Number of the person for ever: row + savers x generation.
    first : Portrait
        As the person was at the opening, or at the end of the month of entry.
    first_month : int
    transfers : list of Transfer
    milestones : list of Milestone
    wealth : dict of int to float
        USD at the end of each month, that of the month of death left out.
    """

    saver: int
    first: Portrait
    first_month: int
    transfers: list[Transfer] = field(default_factory=list)
    milestones: list[Milestone] = field(default_factory=list)
    wealth: dict[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FollowedRow:
    """All lives that had a row, and what is needed to read them.

    Attributes
    ----------
    row : int
    lives : tuple of Life
    funds : tuple of str
        Names of the catalogue.
    start : int
        Absolute month of the opening.
    levels : tuple of float
        Price level relative to the opening at the end of every month, the opening first.
    """

    row: int
    lives: tuple[Life, ...]
    funds: tuple[str, ...]
    start: int
    levels: tuple[float, ...]


class Follower:
    """Looks at some rows of a world each month.

    Parameters
    ----------
    state : State
        At the opening, after balances are invested.
    rows : sequence of int
        Each from 0 to the number of savers less one.
    """

    def __init__(self, state: State, rows: Sequence[int]) -> None:
        self._rows = tuple(dict.fromkeys(rows))
        self._lives = {row: [_life(state, row)] for row in self._rows}
        self._purpose = dict.fromkeys(self._rows, HARDSHIP)
        for row in self._rows:
            self._open(state, row)

    def begin(self, state: State) -> None:
        """Before a month: how everything stands."""
        self._before = {row: portrait(state.standing, state.savers, row) for row in self._rows}
        self._prices = state.funds.reported.copy()
        self._offers = state.plans.open.copy(), state.plans.sleeve_default.copy()

    def see_orders(self, state: State, asked: Asked, prices: Prices) -> None:
        """Just before the fills: what these rows hold, what they buy and sell, and why."""
        self._middle = {row: portrait(state.standing, state.savers, row) for row in self._rows}
        self._after = prices.after.reported.copy()
        self._asked = {row: _asked(asked, row) for row in self._rows}
        sized = prices.sales.prices
        drawn = {row: drawn_by(state.standing, state.savers, row, sized) for row in self._rows}
        self._drawn = {row: _paid_by_order(state.savers, drawn[row], self._after, row) for row in self._rows}
        self._trades = {row: tuple(_trades(state, asked, prices, drawn[row], row)) for row in self._rows}

    def see_fills(self, state: State, filled: Filled) -> None:
        """Just after the fills: what was paid out, and the fees of the month."""
        early = taken_early(state.savers, filled.cash) if self._rows else np.zeros(0)
        self._paid = {row: _paid_out(filled, early, row) or self._drawn[row] for row in self._rows}
        self._fee_per_unit = filled.fees.per_unit

    def end(self, state: State) -> None:
        """After a month: close the books of every row and note what happened."""
        for row in self._rows:
            self._close(state, self._month_of(state, row), row)

    def rows(self, state: State) -> tuple[FollowedRow, ...]:
        """What was seen so far."""
        levels = tuple(state.price_level[: state.month + 1].tolist())
        names, start = state.catalogue.names, state.scenario.start - 1
        return tuple(FollowedRow(row, tuple(self._lives[row]), names, start, levels) for row in self._rows)

    def _open(self, state: State, row: int) -> None:
        life, savers = self._lives[row][0], state.savers
        told = plan_rules(state.plans, int(savers.people.employer[row]))
        held = shares_held(life.first, state.funds.reported)
        life.wealth[0] = life.first.wealth(state.funds.reported)
        life.milestones.append(Milestone(0, "opening", told | {"wealth": life.wealth[0]}, held))

    def _month_of(self, state: State, row: int) -> RowMonth:
        middle = self._middle[row]
        if middle["lump"] > 0.0:
            self._purpose[row] = CASH_OUT if np.isinf(middle["lump"]) else HARDSHIP
        return RowMonth(
            month=state.month,
            level=state.level,
            before=self._before[row],
            middle=middle,
            after=portrait(state.standing, state.savers, row),
            prices_before=self._prices,
            prices_after=self._after,
            fee_per_unit=self._fee_per_unit,
            trades=self._trades[row],
            paid=self._paid[row],
            asked=self._asked[row],
            lump_purpose=self._purpose[row],
        )

    def _close(self, state: State, one: RowMonth, row: int) -> None:
        start = one.before.wealth(one.prices_before)
        if one.changes_hands:
            self._bury(state, one, row, start)
            start, one = 0.0, replace(one, before=nobody(one.before))
        if not one.after["alive"]:
            return
        life, scenario = self._lives[row][-1], state.scenario
        moved = transfers_of_living(
            one, scenario.number("tax.withdrawal"), scenario.number("tax.early_penalty")
        )
        end = one.after.wealth(one.prices_after)
        check_units(one)
        check_wealth(one.month, start, end, moved)
        life.wealth[one.month] = end
        life.transfers += moved
        life.milestones += self._offer(state, one) + milestones(one, state)

    def _bury(self, state: State, one: RowMonth, row: int, start: float) -> None:
        """Close a life, and open that of the entrant who takes the row over."""
        life = self._lives[row][-1]
        moved = transfers_of_dying(one)
        check_wealth(one.month, start, 0.0, moved)
        life.transfers += moved
        left = -sum(part.usd for part in moved if part.kind == "bequest")
        private = -sum(
            part.usd for part in moved if part.kind == "bequest" and state.catalogue.is_private[part.fund]
        )
        told = {"age": one.before["age"], "usd": left, "in_kind": private}
        life.milestones.append(Milestone(one.month, "dies", told))
        if one.after["alive"]:
            entrant = _life(state, row)
            rules = plan_rules(state.plans, int(one.after["employer"]))
            entrant.milestones.append(Milestone(one.month, "enters", rules | {"pay": one.after["pay"]}))
            self._lives[row].append(entrant)

    def _offer(self, state: State, one: RowMonth) -> list[Milestone]:
        """The plan of a member opens its menu, or takes a default with a private sleeve."""
        employer = int(one.after["employer"])
        menu, sleeve = (column[employer] for column in self._offers)
        opened = bool(state.plans.open[employer] and not menu)
        sleeved = bool(state.plans.sleeve_default[employer] and not sleeve)
        if not one.after["holds_plan"] or not (opened or sleeved):
            return []
        told = {"employer": float(employer), "menu": float(opened), "sleeve": float(sleeved)}
        return [Milestone(one.month, "plan_opens", told)]


def _life(state: State, row: int) -> Life:
    number = int(state.savers.identity(np.array([row]))[0])
    return Life(saver=number, first=portrait(state.standing, state.savers, row), first_month=state.month)


def _asked(asked: Asked, row: int) -> frozenset[str]:
    """Which orders name the row."""
    chosen = asked.chosen
    orders = {
        "rollover": chosen.rollover.rows,
        "transfer": chosen.transfer.rows,
        "switch": chosen.switch.rows,
        "mapping": asked.mapping.rows,
    }
    return frozenset(name for name, rows in orders.items() if (rows == row).any())


def _paid_by_order(savers: Savers, drawn: FloatArray, prices: FloatArray, row: int) -> PaidOut:
    """What the row is paid for the units (6,) that it sells by standing order."""
    paid = drawn * prices[savers.fund[row]]
    return PaidOut(spent=float(paid.sum()), from_ira=float(paid[savers.in_ira[row]].sum()))


def _paid_out(filled: Filled, early: FloatArray, row: int) -> PaidOut | None:
    cash = filled.cash
    at = np.flatnonzero(cash.rows == row)
    if not at.size:
        return None
    columns = (cash.spent, cash.from_ira, cash.fees, cash.forfeited, cash.lent, cash.unmet, early)
    return PaidOut(*(float(column[at[0]]) for column in columns))


def _trades(state: State, asked: Asked, prices: Prices, drawn: FloatArray, row: int) -> Iterator[Trade]:
    """Everything a row sells and buys this month, in the order of the fills."""
    savers, sales, after = state.savers, prices.sales, prices.after.reported
    yield from _sold(savers, row, "cash", drawn)
    for at in np.flatnonzero(sales.withdrawals.rows == row).tolist():
        yield from _sold(savers, row, "cash", sales.for_cash[at])
    for one in sales.exchanges:
        for at in np.flatnonzero(one.rows == row).tolist():
            in_ira = bool(one.in_ira[at])
            purpose = "queue" if one.from_queue else _purpose(asked, row, in_ira)
            sold = list(_sold(savers, row, purpose, one.sold[at]))
            proceeds = sum(-trade.units * float(after[trade.holding[1]]) for trade in sold)
            yield from sold
            yield from _bought(purpose, in_ira, one.to_fund[at], proceeds * one.to_share[at], after)
    paid_in = float(savers.paid_in[row])
    yield from _bought("payday", False, savers.split_fund[row], paid_in * savers.split_share[row], after)


def _purpose(asked: Asked, row: int, in_ira: bool) -> str:
    """What an exchange is for: an account has no more than one of these orders in a month."""
    orders = _asked(asked, row)
    if in_ira:
        return "rollover" if "rollover" in orders else "switch"
    return next((name for name in ("mapping", "transfer") if name in orders), "switch")


def _sold(savers: Savers, row: int, purpose: str, units: FloatArray) -> Iterator[Trade]:
    for slot in np.flatnonzero(units > 0.0).tolist():
        account = IRA if savers.in_ira[row, slot] else PLAN
        yield Trade(purpose, (account, int(savers.fund[row, slot])), -float(units[slot]))


def _bought(
    purpose: str, in_ira: bool, funds: IntArray, dollars: FloatArray, prices: FloatArray
) -> Iterator[Trade]:
    for choice in np.flatnonzero((funds != EMPTY) & (dollars > 0.0)).tolist():
        fund = int(funds[choice])
        yield Trade(purpose, (IRA if in_ira else PLAN, fund), float(dollars[choice] / prices[fund]))
