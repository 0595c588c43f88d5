"""What each saver has put in and taken out: paydays, forfeitures, loans, and the constant real withdrawal."""

import numpy as np
import pytest

from environment.accounts import pay_in, remember_cash, set_contributions
from environment.cash import Cash
from environment.model import World
from environment.savers import RETIRED
from environment.state import State
from tests.environment.worlds import QUIET, rows, world


@pytest.fixture
def state() -> State:
    """A world a year and a half on, at prices half as high again."""
    state = world(savers=24).state
    state.month = 18
    state.price_level = np.full_like(state.price_level, 1.5)
    return state


def cash_of(*lives: int, **usd: list[float]) -> Cash:
    """Cash of some rows; what is not given is nothing."""
    names = ("spent", "from_ira", "fees", "forfeited", "lent", "unmet")
    columns = {name: np.array(usd.get(name, [0.0] * len(lives))) for name in names}
    return Cash(rows=rows(*lives), **columns)


def test_a_contribution_is_a_twelfth_of_the_year_in_its_three_parts(state: State) -> None:
    savers = state.savers
    savers.contribution[:], savers.own_contribution[:], savers.match[:] = 1.0, 1.0, 1.0
    own, match, nonelective = np.array([2400.0, 0.0]), np.array([1200.0, 0.0]), np.array([600.0, 60.0])
    set_contributions(state, rows(0, 2), own, match, nonelective)
    assert savers.own_contribution[:4].tolist() == [200.0, 1.0, 0.0, 1.0]
    assert savers.match[:4].tolist() == [100.0, 1.0, 0.0, 1.0]
    assert savers.contribution[:4].tolist() == [350.0, 1.0, 5.0, 1.0]


def test_a_payday_counts_in_dollars_of_the_day_and_of_the_start(state: State) -> None:
    savers = state.savers
    for column in (savers.contribution, savers.loan_payment, savers.match, savers.spent_real):
        column[:] = 0.0
    savers.contributed[:], savers.employer_money[:] = 10.0, 7.0
    savers.contribution[0], savers.match[0] = 300.0, 90.0
    savers.loan_payment[1] = 30.0
    pay_in(state)
    assert savers.contributed[:3].tolist() == [310.0, 40.0, 10.0]
    assert savers.spent_real[:3].tolist() == [-200.0, -20.0, 0.0]
    assert savers.employer_money[:3].tolist() == [97.0, 7.0, 7.0]


def test_cash_is_remembered_for_the_life_and_the_year(state: State) -> None:
    savers = state.savers
    cash = cash_of(1, 4, spent=[150.0, 0.0], from_ira=[60.0, 0.0], fees=[5.0, 7.0], unmet=[0.0, 30.0])
    unpaid = rows(4, 6)
    before = savers.spent_real.copy()
    remember_cash(state, cash, unpaid)
    remember_cash(state, cash, unpaid)
    assert savers.withdrawn[[1, 4]].tolist() == [300.0, 0.0]
    assert (savers.spent_real - before)[[1, 4]].tolist() == [200.0, 0.0]
    assert savers.year_plan_real[[1, 4]].tolist() == [120.0, 0.0]
    assert savers.year_ira_real[[1, 4]].tolist() == [80.0, 0.0]
    assert savers.fees_paid[[1, 4]].tolist() == savers.year_fees[[1, 4]].tolist() == [10.0, 14.0]
    assert savers.unmet_months[[1, 4, 6]].tolist() == savers.year_unmet[[1, 4, 6]].tolist() == [0, 2, 0]
    assert np.flatnonzero(savers.gated_months).tolist() == [4, 6]


def test_a_loan_is_money_taken_and_a_forfeiture_money_never_put_in(state: State) -> None:
    """Neither is income of the year; both lower what the saver has put in for good, in real terms."""
    savers = state.savers
    savers.contributed[:], savers.withdrawn[:], savers.spent_real[:] = 1000.0, 0.0, 0.0
    cash = cash_of(1, 4, lent=[150.0, 0.0], forfeited=[0.0, 30.0])
    remember_cash(state, cash, np.zeros(24, dtype=np.bool_))
    assert savers.contributed[[1, 4]].tolist() == [1000.0, 970.0]
    assert savers.withdrawn[[1, 4]].tolist() == [150.0, 0.0]
    assert savers.spent_real[[1, 4]].tolist() == [100.0, 20.0]
    assert not savers.year_plan_real.any()
    assert not savers.year_ira_real.any()
    assert not savers.unmet_months.any()


def test_nothing_in_and_nothing_out_leaves_a_life_as_it_was(state: State) -> None:
    savers = state.savers
    for column in (savers.contribution, savers.loan_payment, savers.match):
        column[:] = 0.0
    names = ("contributed", "withdrawn", "spent_real", "employer_money", "fees_paid", "unmet_months")
    before = {name: getattr(savers, name).copy() for name in names}
    pay_in(state)
    remember_cash(state, cash_of(1, 4), np.zeros(24, dtype=np.bool_))
    for name, values in before.items():
        np.testing.assert_array_equal(getattr(savers, name), values)


def shut(savers: int, **values: object) -> World:
    """A world without alternatives in which money is taken out in retirement alone."""
    required = {"required_distributions.enforced": False}
    return world({"policy.access": "none", **required, **QUIET, **values}, savers=savers)


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
    one = world(savers=300)
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


def test_cash_of_many_is_added_to_every_sum() -> None:
    one = world(savers=300)
    state, savers, random = one.state, one.savers, np.random.default_rng(5)
    state.month = 1
    who = np.sort(random.choice(300, 120, replace=False))
    spent, part, fees, forfeited, lent, unmet = np.maximum(random.normal(size=(6, who.size)), 0.0)
    from_ira = spent * np.minimum(part, 1.0)
    level, taken = state.level, spent + lent
    added = {
        "withdrawn": taken,
        "contributed": -forfeited,
        "spent_real": (taken + forfeited) / level,
        "year_ira_real": from_ira / level,
        "year_plan_real": (spent - from_ira) / level,
        "fees_paid": fees,
        "year_fees": fees,
        "unmet_months": unmet > 0.0,
        "year_unmet": unmet > 0.0,
    }
    expected = {name: getattr(savers, name).copy() for name in added}
    for name, amounts in added.items():
        expected[name][who] += amounts
    remember_cash(state, Cash(who, spent, from_ira, fees, forfeited, lent, unmet), rows())
    for name, values in expected.items():
        np.testing.assert_allclose(getattr(savers, name), values, rtol=1e-12, err_msg=name)
