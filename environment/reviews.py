"""Plans and savers at their reviews: doors that open and shut, caps that bind, orders that follow."""

from dataclasses import replace

import numpy as np

from environment.assets import IS_ALTERNATIVE
from environment.funds.book import look_through
from environment.orders import Exchange, Mapping, Rollover, Switch
from environment.policy import NO_LIMIT, Policy
from environment.register import PLAN, move_to_ira
from environment.rowsets import is_in, without
from environment.savers import EMPTY, SLOTS, SPLIT
from environment.splits import ROUNDING, Split, fit_slots, forbid, keep_to_cap, replace_fund
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
    plans, savers = state.plans, state.savers
    plans.open[opened] = state.policy.opens_menu
    plans.sleeve_default[opened] = state.policy.opens_default
    members = np.zeros(plans.share.size, dtype=np.bool_)
    members[opened] = state.policy.opens_default
    rows = np.flatnonzero(members[savers.people.employer] & savers.holds_plan)
    rows = without(rows, newcomers)
    # The plain fund keeps a slot of its own beside its successor; who has none left stays where they are.
    rows = rows[room_for_new(state, rows, savers.fund[rows]) > 0]
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
        plain = state.plain_default(rows)
        _want(state, rows, forbid(_wanted(state, rows), forbidden, plain))
        _set_split(state, rows, forbid(_split(state, rows), forbidden, plain))


def as_split(funds: IntArray, shares: FloatArray) -> Split:
    """Split (n, 5) from picks (n, m), m at most four; the last column is kept for the plain default."""
    split = np.full((funds.shape[0], SPLIT), EMPTY, dtype=np.int64), np.zeros((funds.shape[0], SPLIT))
    split[0][:, : funds.shape[1]] = funds
    split[1][:, : funds.shape[1]] = shares
    return split


def set_enrolment(
    state: State, rows: IntArray, chosen: Split, passive: BoolArray, rollover: Rollover
) -> Switch:
    """First split of savers in a plan: its default for the passive, their own choice for the others.

    Parameters
    ----------
    state : State
    rows : IntArray, shape (n,)
    chosen : (IntArray, FloatArray), shapes (n, 5)
    passive : BoolArray, shape (n,)
    rollover : Rollover
        Of the same month: what it buys in an IRA takes slots.

    Returns
    -------
    Switch
        Money they bring along from their last plan, into the same mix; private units stay as they are.
    """
    savers = state.savers
    bought = np.full((rows.size, SPLIT), EMPTY)
    rolled = is_in(rows, rollover.rows)
    bought[rolled] = rollover.to_fund[np.searchsorted(rollover.rows, rows[rolled])]
    staying = _hard_to_sell(state, rows)
    in_plan = np.where(savers.in_ira[rows], EMPTY, staying)
    split = _default_for(chosen, state.plan_default(rows), passive)
    split = _fit(state, rows, split, in_plan, np.hstack((staying, bought)))
    _want(state, rows, split)
    _set_split(state, rows, _keep(state, rows, split, _new_money_room(state, rows)))
    owns = ((savers.units[rows] > 0.0) & ~savers.in_ira[rows]).any(axis=1)
    brought = owns & ~rolled & (savers.lump[rows] + savers.frozen_lump[rows] == 0.0)
    return Switch(rows[brought], np.full(brought.sum(), PLAN), split[0][brought], split[1][brought])


def roll_over(state: State, rows: IntArray, chosen: Split, passive: BoolArray) -> Rollover:
    """Money that leaves a plan for an IRA: private units in kind, the rest in the mix of the IRA.

    The passive take the plain target-date fund, the others what they chose.
    """
    savers, catalogue = state.savers, state.catalogue
    private = catalogue.is_private[savers.fund[rows]] & (savers.fund[rows] != EMPTY)
    move_to_ira(savers, rows, private)
    savers.frozen_lump[rows] = 0.0
    split = _default_for(chosen, state.plain_default(rows), passive)
    staying = _hard_to_sell(state, rows)
    in_ira = np.where(savers.in_ira[rows], staying, EMPTY)
    to_fund, to_share = _fit(state, rows, split, in_ira, staying)
    return Rollover(rows=rows, to_fund=to_fund, to_share=to_share)


def _hard_to_sell(state: State, rows: IntArray) -> IntArray:
    """Funds in the slots that taking a plan's money elsewhere does not empty, -1 for none, shape (n, 6).

    What the IRA holds, private funds, and sleeve funds: one that cannot pay in full keeps its slot.
    """
    savers = state.savers
    slow = state.catalogue.is_private.copy()
    slow[state.catalogue.sleeve] = True
    return np.where(savers.in_ira[rows] | slow[savers.fund[rows]], savers.fund[rows], EMPTY)


def _default_for(chosen: Split, default: IntArray, passive: BoolArray) -> Split:
    """The default for the passive, their own choice for the others."""
    alone = np.full_like(chosen[0], EMPTY)
    alone[:, 0] = default
    all_of_it = np.zeros_like(chosen[1])
    all_of_it[:, 0] = 1.0
    return np.where(passive[:, None], alone, chosen[0]), np.where(passive[:, None], all_of_it, chosen[1])


def keep_splits_within_cap(state: State, rows: IntArray) -> None:
    """At a birthday, give new money the wanted split as far as the cap allows it at last month's values."""
    if state.policy.cap < NO_LIMIT:
        rows = rows[state.savers.holds_plan[rows] & (state.savers.contribution[rows] > 0.0)]
        _set_split(state, rows, _keep(state, rows, _wanted(state, rows), _new_money_room(state, rows)))


def switch_to(state: State, rows: IntArray, in_ira: BoolArray, chosen: Split) -> Switch:
    """Orders of savers who looked: a whole account, and with the plan new money, in the mix they picked."""
    savers, catalogue = state.savers, state.catalogue
    wanted = _keep(state, rows, chosen, np.where(in_ira, NO_LIMIT, state.policy.cap))
    slow = catalogue.is_private.copy()
    slow[catalogue.sleeve] = True
    own = savers.in_ira[rows] == in_ira[:, None]
    staying = np.where(slow[savers.fund[rows]] | ~own, savers.fund[rows], EMPTY)
    split = _fit(state, rows, wanted, np.where(own, staying, EMPTY), staying)
    plan = ~in_ira
    _want(state, rows[plan], (split[0][plan], split[1][plan]))
    _set_split(state, rows[plan], (split[0][plan], split[1][plan]))
    savers.year_traded[rows] += 1
    return Switch(rows=rows, in_ira=in_ira, to_fund=split[0], to_share=split[1])


def room_for_new(state: State, rows: IntArray, staying: IntArray) -> IntArray:
    """Slots free for further funds, shape (n,).

    Each of the two accounts keeps a slot for its plain target-date fund, which takes what private funds pay
    and what a cap turns away.

    Parameters
    ----------
    state : State
    rows : IntArray, shape (n,)
    staying : IntArray, shape (n, m)
        What is or will be in the slots of either account and stays for a while, -1 for none.
    """
    plain = state.plain_default(rows)[:, None]
    besides_plain = (staying != EMPTY) & (staying != plain)
    room: IntArray = SLOTS - 2 - besides_plain.sum(axis=1)
    return room


def _fit(state: State, rows: IntArray, split: Split, own: IntArray, staying: IntArray) -> Split:
    """Drop the choices for which there is no slot, and count them; ``own`` are the funds of the account."""
    room = room_for_new(state, rows, staying)
    fitted, dropped = fit_slots(split, own, room, state.plain_default(rows))
    state.orders_dropped += dropped
    return fitted


def has_account(state: State, rows: IntArray) -> BoolArray:
    """Who has anything to decide about: money, or money coming in."""
    savers = state.savers
    owns: BoolArray = (savers.units[rows] > 0.0).any(axis=1) | (savers.contribution[rows] > 0.0)
    return owns


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
    return replace(exchange, to_fund=to_fund, to_share=to_share)


def _new_money_room(state: State, rows: IntArray) -> FloatArray:
    """Greatest share of new money in alternatives: the cap, or nothing where the plan account is above it."""
    savers = state.savers
    in_plan = ~savers.in_ira[rows]
    values = np.where(in_plan, savers.slot_values(rows, state.funds.reported), 0.0)
    inside = row_sums(values * alternative_share(state)[savers.fund[rows]])
    above = inside > state.policy.cap * (1.0 + ROUNDING) * row_sums(values)
    return np.where(above, 0.0, state.policy.cap)


def _keep(state: State, rows: IntArray, split: Split, room: FloatArray) -> Split:
    if state.policy.cap == NO_LIMIT:
        return split
    return keep_to_cap(split, alternative_share(state), room, state.plain_default(rows))


def _split(state: State, rows: IntArray) -> Split:
    return state.savers.split_fund[rows], state.savers.split_share[rows]


def _wanted(state: State, rows: IntArray) -> Split:
    return state.savers.wanted_fund[rows], state.savers.wanted_share[rows]


def _want(state: State, rows: IntArray, split: Split) -> None:
    state.savers.wanted_fund[rows], state.savers.wanted_share[rows] = split


def _set_split(state: State, rows: IntArray, split: Split) -> None:
    state.savers.split_fund[rows], state.savers.split_share[rows] = split
