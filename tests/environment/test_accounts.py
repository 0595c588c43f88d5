"""What is due to and from accounts: paydays, record-keeping, and the constant real withdrawal."""

import numpy as np
import pytest

from environment.accounts import (
    index_withdrawals,
    pay_in,
    record_keeping_due,
    remember_cash,
    set_contributions,
)
from environment.model import World
from environment.savers import RETIRED, SEPARATED, WORKING
from environment.settlement import Cash
from environment.state import State
from tests.environment.worlds import rows, world


@pytest.fixture
def state() -> State:
    """A world a year and a half on, at prices half as high again."""
    state = world(savers=24).state
    state.month = 18
    state.price_level = np.full_like(state.price_level, 1.5)
    return state


def test_only_those_who_work_and_hold_a_plan_put_money_in(state: State) -> None:
    savers = state.savers
    savers.holds_plan[:4] = True, True, True, False
    savers.status[:4] = WORKING, SEPARATED, RETIRED, WORKING
    set_contributions(state, rows(0, 1, 2, 3), np.full(4, 0.1), np.full(4, 2400.0), np.full(4, 1200.0))
    assert savers.deferral_rate[:4].tolist() == [0.1, 0.0, 0.0, 0.0]
    assert savers.own_contribution[:4].tolist() == [200.0, 0.0, 0.0, 0.0]
    assert savers.contribution[:4].tolist() == [300.0, 0.0, 0.0, 0.0]


def test_a_payday_counts_in_dollars_of_the_day_and_of_the_start(state: State) -> None:
    savers = state.savers
    savers.contribution[:], savers.contributed[:], savers.spent_real[:] = 0.0, 10.0, 0.0
    savers.contribution[0] = 300.0
    pay_in(state)
    assert savers.contributed[:2].tolist() == [310.0, 10.0]
    assert savers.spent_real[:2].tolist() == [-200.0, 0.0]


def test_record_keeping_is_due_from_plan_members_at_their_birthday_and_follows_prices(state: State) -> None:
    savers, birthday = state.savers, state.birthday_rows()
    assert (savers.people.birth_month[birthday] == 6).all()
    savers.holds_plan[:] = True
    savers.holds_plan[birthday[0]] = False
    state.plans.record_keeping_usd[:] = 40.0
    due = record_keeping_due(state)
    assert np.flatnonzero(due).tolist() == birthday[1:].tolist()
    assert set(due[birthday[1:]].tolist()) == {60.0}


def test_withdrawals_are_restated_in_the_dollars_of_the_birthday(state: State) -> None:
    state.savers.withdrawal_real[:], state.savers.withdrawal[:] = 100.0, 110.0
    index_withdrawals(state, rows(3))
    assert state.savers.withdrawal[2:5].tolist() == [110.0, 150.0, 110.0]


def test_cash_is_remembered_for_the_life_and_the_year(state: State) -> None:
    savers = state.savers
    cash = Cash(rows(1, 4), np.array([150.0, 0.0]), np.array([5.0, 7.0]), np.array([0.0, 30.0]))
    unpaid = np.zeros(24, dtype=np.bool_)
    unpaid[[4, 6]] = True
    before = savers.spent_real.copy()
    remember_cash(state, cash, unpaid)
    remember_cash(state, cash, unpaid)
    assert savers.withdrawn[[1, 4]].tolist() == [300.0, 0.0]
    assert (savers.spent_real - before)[[1, 4]].tolist() == [200.0, 0.0]
    assert savers.year_withdrawn_real[[1, 4]].tolist() == [200.0, 0.0]
    assert savers.fees_paid[[1, 4]].tolist() == savers.year_fees[[1, 4]].tolist() == [10.0, 14.0]
    assert savers.unmet_months[[1, 4, 6]].tolist() == savers.year_unmet[[1, 4, 6]].tolist() == [0, 2, 0]
    assert np.flatnonzero(savers.gated_months).tolist() == [4, 6]


def shut(savers: int) -> World:
    """A world without alternatives and without fees of record-keepers."""
    free = {f"employers.record_keeping_fee_usd.{size}": 0.0 for size in ("small", "large")}
    return world({"policy.access": "none", **free}, savers=savers)


def test_retirees_spend_four_per_cent_of_what_they_had_in_constant_dollars() -> None:
    """Every month of two years: the plan is the real one times the price level of the last birthday."""
    one = shut(400)
    savers, state = one.savers, one.state
    level_at_birthday = np.ones(400)
    retired_at_the_opening = savers.status == RETIRED
    np.testing.assert_allclose(
        savers.withdrawal_real, np.where(retired_at_the_opening, 0.04 / 12 * savers.wealth, 0.0), rtol=1e-12
    )
    newly_retired = 0
    for _ in range(24):
        age, withdrawn, worth = savers.age.copy(), savers.withdrawn.copy(), savers.wealth.copy()
        generation = savers.generation.copy()
        one.run_for(1)
        birthday = state.birthday_rows()
        level_at_birthday[birthday] = state.level
        same = savers.generation == generation
        new = same & (age == 64) & (savers.age == 65)
        newly_retired += int((worth[new] > 0.0).sum())
        np.testing.assert_allclose(
            savers.withdrawal_real[new], 0.04 / 12 * worth[new] / state.level, rtol=1e-12
        )
        np.testing.assert_allclose(
            savers.withdrawal[same], (savers.withdrawal_real * level_at_birthday)[same], rtol=1e-12
        )
        ample = same & (worth > 100.0 * savers.withdrawal)
        paid = savers.withdrawn - withdrawn
        np.testing.assert_allclose(paid[ample], savers.withdrawal[ample], rtol=1e-9)
    assert newly_retired > 3
    assert not savers.unmet_months.any()
    assert not savers.withdrawn[savers.age < 65].any()


def test_an_account_spent_to_the_end_is_exhausted_and_not_unmet() -> None:
    """At a rate of 100% a year every retiree of the opening is out of money within eighteen months."""
    one = world({"policy.access": "none", "savers.withdrawal_rate": 1.0}, savers=200)
    savers = one.savers
    old = (savers.status == RETIRED) & (savers.wealth > 0.0)
    one.run_for(18)
    old &= savers.generation == 0
    assert old.sum() > 5
    assert not savers.wealth[old].any()
    assert (savers.fund[old] == -1).all()
    monthly = one.record.tables["monthly"].columns()
    assert not monthly["unmet_spending_usd"].any()
    assert not savers.unmet_months.any()
    assert monthly["exhausted_share"][-1] > 0.7


def test_monthly_flows_are_the_weighted_sums_of_what_accounts_remember() -> None:
    one = shut(300)
    savers = one.savers
    for _ in range(11):
        before = savers.contributed.copy(), savers.withdrawn.copy(), savers.generation.copy()
        one.run_for(1)
        entered = savers.generation != before[2]
        contributed = savers.contributed - np.where(entered, 0.0, before[0])
        withdrawn = savers.withdrawn - np.where(entered, 0.0, before[1])
        monthly = one.record.tables["monthly"].columns()
        assert monthly["contributions_usd"][-1] == pytest.approx(savers.weight * contributed.sum(), rel=1e-9)
        assert monthly["withdrawals_usd"][-1] == pytest.approx(savers.weight * withdrawn.sum(), rel=1e-9)
