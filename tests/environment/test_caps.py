"""The cap: what it binds when a split or a switch is set, and what it leaves as it is (economics 23)."""

import numpy as np
import pytest

from environment.cash import Withdrawals
from environment.model import World
from environment.orders import Exchange
from environment.policy import NO_LIMIT
from environment.pricing import value_before_impact
from environment.reviews import alternative_share, exchange_within_cap, keep_splits_within_cap, switch_to
from environment.savers import EMPTY, SLOTS
from environment.settlement import Sales, scale_sales
from environment.typing import FloatArray, IntArray
from tests.environment.reviewing import home, opened, set_split, split_of, wish
from tests.environment.watching import watched
from tests.environment.worlds import (
    CATALOGUE,
    LIVELY,
    PLAIN,
    QUIET,
    SLEEVE,
    give,
    give_ira,
    iras,
    ones,
    plans,
    rows,
    world,
)


def test_a_sleeve_counts_with_its_strategic_share_or_the_cap_and_an_alternative_whole() -> None:
    share = alternative_share(opened())
    np.testing.assert_allclose(share[SLEEVE], 0.15)
    np.testing.assert_allclose(share[:5], 0.9)  # a tenth of an evergreen fund is its liquid sleeve
    assert share[[CATALOGUE.fund("gold"), CATALOGUE.fund("bitcoin")]].tolist() == [1.0, 1.0]
    assert not share[PLAIN].any()
    np.testing.assert_allclose(alternative_share(opened({"policy.cap": 0.1}))[SLEEVE], 0.1)


def test_new_money_keeps_to_the_cap_and_above_it_buys_no_alternative() -> None:
    state = opened({"policy.cap": 0.2})
    for row, gold in enumerate((0.0, 20.0, 20.001)):
        give(state.savers, row, {12: gold, 6: 100.0 - gold} if gold else {6: 100.0})
        set_split(state, row, {12: 0.5, 6: 0.5})
    keep_splits_within_cap(state, rows(0, 1, 2))
    for row in (0, 1):
        assert split_of(state, row) == pytest.approx({12: 0.2, 6: 0.5, home(state, row): 0.3})
    assert split_of(state, 2) == {6: 0.5, home(state, 2): 0.5}


def test_a_wish_that_the_cap_turned_away_comes_back_when_there_is_room() -> None:
    """A tenth over the cap of a fifth buys nothing; at a tenth of the account it buys a fifth again."""
    state = opened({"policy.cap": 0.2})
    set_split(state, 0, {12: 0.5, 6: 0.5})
    for gold, bought in (
        (30.0, {6: 0.5, home(state, 0): 0.5}),
        (10.0, {12: 0.2, 6: 0.5, home(state, 0): 0.3}),
    ):
        state.savers.fund[0] = EMPTY
        give(state.savers, 0, {12: gold, 6: 100.0 - gold})
        keep_splits_within_cap(state, rows(0))
        assert split_of(state, 0) == pytest.approx(bought)


def test_the_cap_binds_plans_and_not_iras() -> None:
    state = opened({"policy.cap": 0.2})
    state.savers.holds_plan[1] = False
    for row in (0, 1):
        give(state.savers, row, {6: 100.0})
    in_plan, in_ira = (
        switch_to(state, rows(0), plans(1), wish(12, 13)),
        switch_to(state, rows(1), iras(1), wish(12, 13)),
    )
    assert in_plan.to_share[0].tolist() == pytest.approx([0.1, 0.1, 0.0, 0.0, 0.8])
    assert in_ira.to_share[0].tolist() == pytest.approx([0.5, 0.5, 0.0, 0.0, 0.0])


def test_a_cap_of_one_leaves_every_wish_as_it_is() -> None:
    state = opened({"policy.cap": 1.0})
    give(state.savers, 0, {6: 100.0})
    assert state.policy.cap == NO_LIMIT
    assert switch_to(state, rows(0), plans(1), wish(0, 13)).to_share[0].tolist() == [0.5, 0.5, 0.0, 0.0, 0.0]


def test_a_switch_buys_alternatives_only_into_the_room_that_unsold_ones_leave() -> None:
    """Of 1,000 dollars 80 stay in a private fund, 72 of them in alternatives: a cap of 20% leaves 128."""
    state = opened({"policy.cap": 0.2})
    give(state.savers, 0, {0: 80.0, 6: 920.0})
    sold = np.zeros((1, SLOTS))
    sold[0, 1] = 920.0
    before = value_before_impact(state, np.zeros(state.catalogue.size))
    state.funds.reported = before.reported
    wanted = Exchange(
        rows(0),
        plans(1),
        sold,
        rows(12, 6, -1, -1, -1)[None],
        np.array([[0.5, 0.5, 0.0, 0.0, 0.0]]),
        keeps_cap=True,
    )
    total = state.savers.wealth[0]
    bought = exchange_within_cap(state, wanted, before.reported)
    gold = float(bought.to_share[0, 0] * 920.0 * before.reported[6])
    unsold = 80.0 * before.reported[0] * alternative_share(state)[0]
    assert gold + unsold == pytest.approx(0.2 * total)
    assert bought.to_share[0].sum() == pytest.approx(1.0)
    assert bought.to_fund[0].tolist() == [12, 6, -1, -1, home(state)]


@pytest.mark.parametrize(("paid", "gold"), [(1.0, 28.0), (0.5, 3.0), (0.0, 0.0)])
def test_what_a_suspended_fund_keeps_takes_room_under_the_cap(paid: float, gold: float) -> None:
    """Of 1,000 dollars 80 stay in a private fund, 72 of them in alternatives: a cap of 10% leaves 28.

    What is not paid of 500 dollars in a sleeve fund keeps a tenth in alternatives, at first 25 and then 50.
    """
    state = opened({"policy.cap": 0.1})
    fund = int(SLEEVE[0])
    give(state.savers, 0, {0: 80.0, fund: 500.0, 6: 420.0})
    sold = np.where(state.savers.fund[[0]] == 0, 0.0, state.savers.units[[0]])
    to_fund, to_share = rows(12, 6, -1, -1, -1)[None], np.array([[0.5, 0.5, 0.0, 0.0, 0.0]])
    switch = Exchange(rows(0), plans(1), sold, to_fund, to_share, keeps_cap=True)
    asked = Withdrawals(rows(), np.empty((0, 4)), np.empty((0, SLOTS), np.bool_), np.empty((0, SLOTS)))
    sales = Sales(asked, np.empty((0, SLOTS)), (exchange_within_cap(state, switch, ones()),), ones())
    share = np.where(np.arange(CATALOGUE.size) == fund, paid, 1.0)
    filled = scale_sales(state, sales, share).exchanges[0]
    assert filled.sold.sum() == 420.0 + paid * 500.0
    assert filled.to_share[0, filled.to_fund[0] == 12].sum() * filled.sold.sum() == pytest.approx(gold)
    assert filled.to_share[0].sum() == pytest.approx(1.0)


def test_what_an_ira_holds_takes_no_room_and_an_ira_has_no_cap() -> None:
    """An account of 1,000 dollars in a plan may hold 200 in gold, whatever is in the IRA beside it."""
    state = opened({"policy.cap": 0.2})
    give(state.savers, 0, {6: 1000.0})
    give_ira(state.savers, 0, {12: 5000.0, 7: 3000.0})
    set_split(state, 0, {12: 1.0})
    keep_splits_within_cap(state, rows(0))
    assert split_of(state)[12] == pytest.approx(0.2)
    to_fund, to_share = rows(12, -1, -1, -1, -1)[None], np.array([[1.0, 0.0, 0.0, 0.0, 0.0]])
    for in_ira, bought in ((plans(1), 0.2), (iras(1), 1.0)):
        sold = np.where(state.savers.in_ira[[0]] == in_ira, state.savers.units[[0]], 0.0)
        sold[state.savers.fund[[0]] == 12] = 0.0
        exchange = Exchange(rows(0), in_ira, sold, to_fund, to_share, keeps_cap=True)
        kept = exchange_within_cap(state, exchange, ones())
        assert kept.to_share[0, 0] == pytest.approx(bought)


def share_in_alternatives(one: World, counted: FloatArray, units: FloatArray, funds: IntArray) -> FloatArray:
    """Share of every account in alternatives when each fund counts as given, at the prices of now."""
    value = units * one.state.funds.reported[funds]
    total = value.sum(axis=1)
    inside = (value * counted[funds]).sum(axis=1)
    return np.divide(inside, total, out=np.zeros_like(total), where=total > 0.0)


@pytest.mark.parametrize("gate", [0.02, 0.0])
def test_no_purchase_takes_a_plan_account_over_the_cap(gate: float) -> None:
    """What a saver carried over may have drifted above the cap; what is bought never takes it further.

    Nor does a switch out of a fund that suspends: savers leave target-date funds that hold frozen units.
    """
    cap = 0.1
    frozen = {"savers.choice_noise": 0.3, "funds.gate.monthly": gate}
    one = watched({**LIVELY, **QUIET, **frozen, "policy.cap": cap}, savers=400)
    savers, bought, suspended = one.savers, 0, 0
    one.run_for(1)
    for _ in range(23):
        funds, generation = savers.fund.copy(), savers.generation.copy()
        units = np.where(savers.in_ira, 0.0, savers.units)
        counted = alternative_share(one.state)
        suspended += int((one.month().prices.paid[SLEEVE] < 1.0).sum())
        saves = savers.holds_plan & (savers.withdrawal == 0.0) & (savers.generation == generation)
        birthday = np.zeros(savers.size, dtype=np.bool_)
        birthday[one.state.birthday_rows()] = True
        drifted = share_in_alternatives(one, counted, units, funds)
        in_plan = np.where(savers.in_ira, 0.0, savers.units)
        after = share_in_alternatives(one, counted, in_plan, savers.fund)
        bought += int((saves & (after > drifted + 1e-6)).sum())
        # Between birthdays a split stays as it was set while the liquid part of private funds moves a little.
        slack = np.where(birthday, 1e-9, 0.02 * cap)
        assert np.all(after[saves] <= np.maximum(drifted, cap)[saves] + slack[saves])
    assert bought > 50
    assert suspended > 0


def test_a_cap_forces_no_sale() -> None:
    """The cap comes in the second year; those who do not look keep what they hold above it."""
    values = {**LIVELY, "savers.inertia": 0.5, "policy.cap": 0.02, "policy.cap_start": "2026-01"}
    one = world({**values, **QUIET, "policy.access": "menu"})
    savers = one.savers
    one.run_for(12)
    alternative = one.state.catalogue.is_alternative[savers.fund] & (savers.fund != EMPTY)
    funds, units, generation = savers.fund.copy(), savers.units.copy(), savers.generation.copy()
    waits = (savers.queued > 0.0).any(axis=1)
    one.run_for(11)
    kept = savers.holds_plan & (savers.withdrawal == 0.0) & (savers.generation == generation) & ~waits
    kept &= (savers.year_traded == 0) & alternative.any(axis=1)
    assert kept.sum() > 10
    still = alternative[kept]
    np.testing.assert_array_equal(savers.fund[kept][still], funds[kept][still])
    assert np.all(savers.units[kept][still] >= units[kept][still])
