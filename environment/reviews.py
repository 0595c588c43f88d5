"""Plans and savers at their reviews: doors that open and shut, caps that bind, orders that follow."""

import numpy as np

from environment.assets import IS_ALTERNATIVE
from environment.funds.book import look_through
from environment.mixes import holdings_of, owns_any, plan_values, staying_funds
from environment.orders import NO_MAPPING, Exchange, Mapping, Rollover, Switch, slot_marks
from environment.policy import NO_LIMIT, Policy
from environment.register import IRA, PLAN, move_to_ira
from environment.rowsets import is_in, without
from environment.savers import EMPTY, SPLIT
from environment.splits import (
    ROUNDING,
    Split,
    fit_slots,
    forbid,
    free_slots,
    keep_to_cap,
    put,
    replace_fund,
    with_default,
)
from environment.standing import wake
from environment.state import State
from environment.sums import row_sums
from environment.typing import BoolArray, FloatArray, IntArray


def open_plans(state: State, opened: IntArray, newcomers: IntArray) -> Mapping:
    """Plans that have just decided to open: their menus, their default, the balances in it (economics 23).

    Parameters
    ----------
    state : State
    opened : IntArray
        Rows of the plans.
    newcomers : IntArray
        Savers who start in a plan this month: they choose anew, so that nothing of theirs is mapped.
    """
    if not opened.size:
        return NO_MAPPING
    plans, savers = state.plans, state.savers
    plans.open[opened] = state.policy.opens_menu
    plans.sleeve_default[opened] = state.policy.opens_default
    if not state.policy.opens_default:
        return NO_MAPPING
    opens = np.zeros(plans.share.size, dtype=np.bool_)
    opens[opened] = True
    rows = np.flatnonzero(opens.take(savers.people.employer) & savers.holds_plan)
    rows = without(rows, newcomers)
    wake(state.standing, savers, rows)
    # The plain fund keeps a slot of its own beside its successor; who has none left stays where they are.
    rows = rows[free_slots(savers.fund[rows], state.plain_default(rows)) > 0]
    if not rows.size:
        return NO_MAPPING
    plain = state.plain_default(rows)
    sleeve = state.catalogue.with_sleeve(plain)
    _want(state, rows, replace_fund(_wanted(state, rows), plain, sleeve))
    _set_split(state, rows, replace_fund(_split(state, rows), plain, sleeve))
    if not state.scenario.switch("employers.map_default"):
        rows, plain, sleeve = rows[:0], plain[:0], sleeve[:0]
    owns = ((savers.fund[rows] == plain[:, None]) & ~savers.in_ira[rows]).any(axis=1)
    return Mapping(rows=rows[owns], from_fund=plain[owns], to_fund=sleeve[owns])


def shut_doors(state: State, last: Policy) -> None:
    """When a door shuts, new money no longer goes through it; what is held stays."""
    catalogue, policy = state.catalogue, state.policy
    forbidden = np.zeros(catalogue.size, dtype=np.bool_)
    if last.opens_menu and not policy.opens_menu:
        forbidden |= catalogue.is_alternative
    if last.opens_default and not policy.opens_default:
        forbidden[catalogue.sleeve] = True
    if forbidden.any():
        rows = np.flatnonzero(state.savers.holds_plan)
        wake(state.standing, state.savers, rows)
        plain = state.plain_default(rows)
        _want(state, rows, forbid(_wanted(state, rows), forbidden, plain))
        _set_split(state, rows, forbid(_split(state, rows), forbidden, plain))


def set_enrolment(
    state: State, rows: IntArray, chosen: Split, passive: BoolArray, rollover: Rollover
) -> Switch:
    """First split of savers in a plan: its default for the passive, their own choice for the others.

    Parameters
    ----------
    state : State
    rows : IntArray, shape (n,)
    chosen : (IntArray, FloatArray), shapes (m, 5)
        By those of them who are not passive.
    passive : BoolArray, shape (n,)
    rollover : Rollover
        Of the same month: what it buys in an IRA takes slots.

    Returns
    -------
    Switch
        Money they bring along from their last plan, into the same mix; private units stay as they are.
    """
    savers, in_plan = state.savers, np.full(rows.size, PLAN)
    rolled = is_in(rows, rollover.rows)
    owns = owns_any(savers.units, savers.in_ira, rows)[1] & ~rolled
    brought = owns & (savers.lump[rows] + savers.frozen_lump[rows] == 0.0)
    # Who asks or waits for a hardship withdrawal leaves the money where it is, in its slots.
    left_there = owns & ~brought & np.isfinite(savers.lump[rows])
    own, staying = _staying(state, rows, in_plan, in_plan, left_there)
    if rolled.any():
        bought = np.full((rows.size, SPLIT), EMPTY)
        bought[rolled] = rollover.to_fund[np.searchsorted(rollover.rows, rows[rolled])]
        staying = np.hstack((staying, bought))
    split = with_default(chosen, state.plan_default(rows), passive)
    split = _fit(state, rows, split, own, staying)
    _want(state, rows, split)
    _set_split(state, rows, _new_money(state, rows, split))
    return Switch(rows[brought], in_plan[brought], split[0][brought], split[1][brought])


def roll_over(state: State, rows: IntArray, chosen: Split, passive: BoolArray) -> Rollover:
    """Money that leaves a plan for an IRA: private units in kind, the rest in the mix of the IRA.

    The passive take the plain target-date fund, the others what they chose, in their order.
    """
    savers = state.savers
    move_to_ira(savers, rows, slot_marks(savers, rows, state.catalogue.is_private))
    savers.frozen_lump[rows] = 0.0
    split = with_default(chosen, state.plain_default(rows), passive)
    in_plan, in_ira = np.full(rows.size, PLAN), np.full(rows.size, IRA)
    own, staying = _staying(state, rows, in_plan, in_ira, np.zeros(rows.size, np.bool_))
    to_fund, to_share = _fit(state, rows, split, own, staying)
    return Rollover(rows=rows, to_fund=to_fund, to_share=to_share)


def _staying(
    state: State, rows: IntArray, emptied: BoolArray, bought: BoolArray, unsold: BoolArray
) -> tuple[IntArray, IntArray]:
    """Funds that keep their slots while one account is sold, in the account that buys and in both, (n, 6).

    What the other account holds, private funds, and sleeve funds: one that cannot pay in full keeps its slot.
    """
    savers, slow = state.savers, state.catalogue.is_slow
    own, staying = staying_funds(savers.fund, savers.in_ira, rows, emptied, bought, unsold, slow)
    return own, staying


def keep_splits_within_cap(state: State, rows: IntArray) -> None:
    """At a birthday, give new money the wanted split as far as the cap allows it at last month's values."""
    if state.policy.cap < NO_LIMIT:
        rows = rows[state.savers.holds_plan[rows] & (state.savers.contribution[rows] > 0.0)]
        _set_split(state, rows, _new_money(state, rows, _wanted(state, rows)))


def switch_to(state: State, rows: IntArray, in_ira: BoolArray, chosen: Split) -> Switch:
    """Orders of savers who looked: a whole account, and with the plan new money, in the mix they picked."""
    wanted = chosen
    if state.policy.cap < NO_LIMIT:
        room = np.where(in_ira, NO_LIMIT, state.policy.cap)
        wanted = keep_to_cap(chosen, alternative_share(state), room, state.plain_default(rows))
    own, staying = _staying(state, rows, in_ira, in_ira, np.zeros(rows.size, np.bool_))
    split = _fit(state, rows, wanted, own, staying)
    plan = ~in_ira
    planned = split[0][plan], split[1][plan]
    _want(state, rows[plan], planned)
    _set_split(state, rows[plan], planned)
    state.savers.year_traded[rows] += 1
    return Switch(rows=rows, in_ira=in_ira, to_fund=split[0], to_share=split[1])


def _fit(state: State, rows: IntArray, split: Split, own: IntArray, staying: IntArray) -> Split:
    """Drop the choices for which there is no slot, and count them; ``own`` are the funds of the account."""
    plain = state.plain_default(rows)
    fitted, dropped = fit_slots(split, own, free_slots(staying, plain), plain)
    state.orders_dropped += dropped
    return fitted


def has_account(state: State, rows: IntArray) -> BoolArray:
    """Who has anything to decide about: money, or money coming in."""
    savers = state.savers
    owns, _ = owns_any(savers.units, savers.in_ira, rows)
    has: BoolArray = owns | (savers.contribution[rows] > 0.0)
    return has


def alternative_share(state: State) -> FloatArray:
    """Share of each fund in alternatives, looked through, shape (K,).

    A target-date fund keeps its own target within the cap, so it counts with no more than the cap.
    """
    share = look_through(state.funds, state.listed_targets)[:, IS_ALTERNATIVE].sum(axis=1)
    sleeve = state.catalogue.sleeve
    share[sleeve] = np.minimum(np.maximum(share[sleeve], state.glide.private_share), state.policy.cap)
    return share


def exchange_within_cap(state: State, exchange: Exchange, prices: FloatArray) -> Exchange:
    """Limit what a switch buys of alternatives to the room that unsold ones leave under the cap.

    Parameters
    ----------
    state : State
    exchange : Exchange
    prices : FloatArray, shape (K,)
        Reported prices before impact.
    """
    savers, rows = state.savers, exchange.rows
    if state.policy.cap == NO_LIMIT or not rows.size or not exchange.keeps_cap:
        return exchange
    share = alternative_share(state)
    funds = savers.fund[rows]
    own = savers.in_ira[rows] == exchange.in_ira[:, None]
    total = savers.marked_values(rows, own, prices)
    kept = row_sums(np.where(own, (savers.units[rows] - exchange.sold) * (prices * share)[funds], 0.0))
    spent = (exchange.sold * prices[funds]).sum(axis=1)
    room = state.policy.cap * total - kept
    room = np.where(room > ROUNDING * total, room, 0.0)
    room = np.divide(room, spent, out=np.ones_like(spent), where=spent > 0.0)
    room = np.where(exchange.in_ira, NO_LIMIT, room)
    wanted = exchange.to_fund, exchange.to_share
    to_fund, to_share = keep_to_cap(wanted, share, room, state.plain_default(rows))
    return exchange._replace(to_fund=to_fund, to_share=to_share)


def _new_money(state: State, rows: IntArray, wanted: Split) -> Split:
    """Split of new money within the cap: nothing for alternatives where the plan account is above it."""
    cap = state.policy.cap
    if cap == NO_LIMIT:
        return wanted
    share = alternative_share(state)
    total, inside = plan_values(holdings_of(state.savers), rows, state.funds.reported, share)
    room = np.where(inside > cap * (1.0 + ROUNDING) * total, 0.0, cap)
    return keep_to_cap(wanted, share, room, state.plain_default(rows))


def _split(state: State, rows: IntArray) -> Split:
    return state.savers.split_fund[rows], state.savers.split_share[rows]


def _wanted(state: State, rows: IntArray) -> Split:
    return state.savers.wanted_fund[rows], state.savers.wanted_share[rows]


def _want(state: State, rows: IntArray, split: Split) -> None:
    put(state.savers.wanted_fund, state.savers.wanted_share, rows, split)


def _set_split(state: State, rows: IntArray, split: Split) -> None:
    put(state.savers.split_fund, state.savers.split_share, rows, split)
