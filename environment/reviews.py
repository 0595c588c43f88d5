"""Plans and savers at their reviews: doors that open and shut, caps that bind, orders that follow."""

import numpy as np

from environment.assets import IS_ALTERNATIVE
from environment.funds.book import Valuation, look_through
from environment.orders import Exchange, Mapping, Switch
from environment.policy import NO_LIMIT, Policy
from environment.savers import EMPTY, SPLIT
from environment.splits import ROUNDING, Split, fit_slots, forbid, keep_to_cap, replace_fund
from environment.state import State
from environment.typing import BoolArray, FloatArray, IntArray


def open_plans(state: State, opened: IntArray) -> Mapping:
    """Plans that have just decided to open: their menus, their default, the balances in it (economics 23).

    Parameters
    ----------
    state : State
    opened : IntArray
        Rows of the plans.
    """
    plans, savers = state.plans, state.savers
    plans.open[opened] = state.policy.opens_menu
    plans.sleeve_default[opened] = state.policy.opens_default
    members = np.zeros(plans.share.size, dtype=np.bool_)
    members[opened] = state.policy.opens_default
    rows = np.flatnonzero(members[savers.people.employer] & savers.holds_plan)
    plain = state.plain_default(rows)
    sleeve = state.catalogue.with_sleeve(plain)
    _want(state, rows, replace_fund(_wanted(state, rows), plain, sleeve))
    _set_split(state, rows, replace_fund(_split(state, rows), plain, sleeve))
    if not state.scenario.switch("employers.map_default"):
        rows, plain, sleeve = rows[:0], plain[:0], sleeve[:0]
    owns = (savers.fund[rows] == plain[:, None]).any(axis=1)
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


def set_enrolment(state: State, rows: IntArray, chosen: Split, passive: BoolArray) -> None:
    """First split of savers: the plan's default for the passive, their own choice for the others."""
    default = np.full_like(chosen[0], EMPTY)
    default[:, 0] = state.plan_default(rows)
    all_of_it = np.zeros_like(chosen[1])
    all_of_it[:, 0] = 1.0
    funds = np.where(passive[:, None], default, chosen[0])
    shares = np.where(passive[:, None], all_of_it, chosen[1])
    _want(state, rows, (funds, shares))
    _set_split(state, rows, _keep(state, rows, (funds, shares), _new_money_room(state, rows)))


def keep_splits_within_cap(state: State, rows: IntArray) -> None:
    """At a birthday, give new money the wanted split as far as the cap allows it at last month's values."""
    if state.policy.cap < NO_LIMIT:
        rows = rows[state.savers.holds_plan[rows] & (state.savers.contribution[rows] > 0.0)]
        _set_split(state, rows, _keep(state, rows, _wanted(state, rows), _new_money_room(state, rows)))


def switch_to(state: State, rows: IntArray, chosen: Split) -> Switch:
    """Orders of savers who looked: their whole account, and new money, in the mix they picked."""
    savers, catalogue = state.savers, state.catalogue
    plain = state.plain_default(rows)
    funds, shares = _keep(state, rows, chosen, _mix_room(state, rows))
    held = savers.fund[rows]
    slow = catalogue.is_private.copy()
    slow[catalogue.sleeve] = True
    staying = np.where(slow[held], held, EMPTY)
    split, dropped = fit_slots((funds, shares), staying, plain)
    state.orders_dropped += dropped
    _want(state, rows, split)
    _set_split(state, rows, split)
    savers.year_traded[rows] += 1
    return Switch(rows=rows, to_fund=split[0], to_share=split[1])


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


def exchange_within_cap(state: State, exchange: Exchange, before: Valuation) -> Exchange:
    """Limit what a switch buys of alternatives to the room that unsold ones leave under the cap."""
    savers, rows = state.savers, exchange.rows
    if state.policy.cap == NO_LIMIT or not rows.size:
        return exchange
    share = alternative_share(state)
    funds, prices = savers.fund[rows], before.reported
    total = savers.account_values(rows, prices)
    kept = ((savers.units[rows] - exchange.sold) * (prices * share)[funds]).sum(axis=1)
    spent = (exchange.sold * prices[funds]).sum(axis=1)
    room = state.policy.cap * total - kept
    room = np.where(room > ROUNDING * total, room, 0.0)
    room = np.divide(room, spent, out=np.ones_like(spent), where=spent > 0.0)
    room = np.where(savers.holds_plan[rows], room, NO_LIMIT)
    bought = keep_to_cap((exchange.to_fund, exchange.to_share), share, room, state.plain_default(rows))
    return Exchange(rows, exchange.sold, *bought)


def _new_money_room(state: State, rows: IntArray) -> FloatArray:
    """Greatest share of new money in alternatives: the cap, or nothing for an account that is above it."""
    savers = state.savers
    values = savers.slot_values(rows, state.funds.reported)
    inside = (values * alternative_share(state)[savers.fund[rows]]).sum(axis=1)
    above = inside > state.policy.cap * (1.0 + ROUNDING) * values.sum(axis=1)
    room = np.where(above, 0.0, state.policy.cap)
    return np.where(savers.holds_plan[rows], room, NO_LIMIT)


def _mix_room(state: State, rows: IntArray) -> FloatArray:
    """Greatest share of a chosen mix in alternatives: the cap for plans, no limit for IRAs."""
    return np.where(state.savers.holds_plan[rows], state.policy.cap, NO_LIMIT)


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
