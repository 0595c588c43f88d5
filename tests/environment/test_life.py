"""Birthdays: who dies and enters, what people are and earn, and that none of it depends on policy."""

from dataclasses import fields

import numpy as np
import pytest

from environment.careers import stop_work
from environment.life import (
    LATE_CAREER_YEARS,
    grow_older,
    resume_pay,
    set_pay,
)
from environment.model import World
from environment.persons import Persons
from environment.rowsets import NOBODY
from environment.savers import RETIRED, SEPARATED, WORKING
from environment.state import State
from tests.environment.living import alike
from tests.environment.worlds import DEFAULTS, LIVELY, rows, world

MANY = 6000


def at_age(age: int, savers: int = MANY) -> State:
    """People who are all of one age, have never held an account, own nothing and have no late career."""
    state = alike(age, savers)
    state.savers.late_career_pay_real[:], state.month = 0.0, 0
    return state


@pytest.fixture(scope="module")
def everybody() -> State:
    """A large world at its opening, which the tests leave as it is."""
    return world(savers=20_000, years=1).state


def test_a_birthday_adds_a_year_and_one_with_the_employer_for_those_who_have_one() -> None:
    """Rows: at work, between jobs, separated, retired, without a birthday."""
    state = at_age(30, 20)
    savers = state.savers
    savers.tenure[:], savers.months_out[:] = 4, 0
    savers.months_out[1], savers.status[1:4] = 3, (SEPARATED, SEPARATED, RETIRED)
    grow_older(state, rows(0, 1, 2, 3))
    assert savers.age[:5].tolist() == [31, 31, 31, 31, 30]
    assert savers.tenure[:5].tolist() == [5, 4, 4, 4, 4]


def test_the_age_of_retirement_is_a_parameter() -> None:
    one = world({"savers.retirement_age": 60}, savers=300)
    one.run_for(24)
    savers = one.savers
    np.testing.assert_array_equal(savers.status == RETIRED, savers.age >= 60)


def test_working_people_at_the_opening_become_a_year_older_each_year() -> None:
    one = world(savers=300)
    before = one.savers.age.copy()
    one.run_for(24)
    alive = one.savers.generation == 0
    np.testing.assert_array_equal(one.savers.age[alive], before[alive] + 2)
    assert set(one.savers.age[~alive].tolist()) <= {22, 23, 24}
    assert (~alive).sum() > 3


def test_the_error_of_perception_shrinks_with_literacy_and_is_right_on_average(everybody: State) -> None:
    savers = everybody.savers
    noise = DEFAULTS.number("savers.perception_noise")
    standard = savers.perception_bias / (noise * (1.0 - savers.literacy))
    error = 1.0 / np.sqrt(standard.size)
    assert abs(standard.mean()) < 4.5 * error
    assert standard.std() == pytest.approx(1.0, abs=4.5 * error)
    assert abs(np.corrcoef(standard, savers.literacy)[0, 1]) < 4.5 * error


def test_caution_is_log_normal_with_median_one(everybody: State) -> None:
    caution = np.log(everybody.savers.caution)
    spread = DEFAULTS.number("savers.risk_aversion_spread")
    assert np.median(caution) == pytest.approx(0.0, abs=4.5 * 1.2533 * spread / np.sqrt(caution.size))
    assert caution.std() == pytest.approx(spread, abs=4.5 * spread / np.sqrt(2.0 * caution.size))
    assert (world({"savers.risk_aversion_spread": 0.0}, savers=20).savers.caution == 1.0).all()


def test_quintiles_are_fifths_of_the_holders_and_rise_with_literacy(everybody: State) -> None:
    savers = everybody.savers
    shares = np.bincount(savers.literacy_quintile[savers.has_held]) / savers.has_held.sum()
    np.testing.assert_allclose(shares, 0.2, atol=0.001)
    ordered = savers.literacy_quintile[np.argsort(savers.literacy)]
    assert np.all(np.diff(ordered) >= 0)


def test_late_career_pay_is_the_real_pay_of_the_five_years_before_retirement() -> None:
    state = at_age(57, 200)
    savers, everyone = state.savers, np.arange(200)
    expected = np.zeros(200)
    for year in range(8):
        state.month = 12 * year + 1
        grow_older(state, everyone)
        if year == 7:
            stop_work(state, everyone)
        set_pay(state, everyone, NOBODY)
        if 60 <= 58 + year < 65:
            expected += savers.pay / state.level
    assert (savers.age == 65).all()
    assert expected.min() > 0.0
    np.testing.assert_allclose(savers.late_career_pay_real, expected, rtol=1e-12)


def test_under_the_rule_the_late_career_starts_five_years_before_the_first_age() -> None:
    ages = np.arange(53, 58)
    for kind, first in (("fixed", 60), ("rule", 55)):
        state = world({"savers.retirement.kind": kind}, savers=20, years=2).state
        savers = state.savers
        savers.people.age[:5], savers.late_career_pay_real[:], savers.status[:] = ages, 0.0, WORKING
        set_pay(state, np.arange(5), NOBODY)
        np.testing.assert_array_equal(savers.late_career_pay_real[:5] > 0.0, ages >= first)
    assert LATE_CAREER_YEARS == 5


def test_months_between_jobs_are_not_paid_and_the_next_job_pays_at_the_rate_of_the_year() -> None:
    """Rows without a job for 0, 3, 12 and 20 more months earn 12, 9, 0 and 0 twelfths."""
    state = at_age(62, 20)
    savers, four = state.savers, np.arange(4)
    savers.months_out[:4] = 0, 3, 12, 20
    years, earnings = savers.career_years.copy(), savers.career_earnings.copy()
    state.month = 1
    set_pay(state, four, NOBODY)
    assert (savers.pay[:4] > 0.0).tolist() == [True, False, False, False]
    resume_pay(state, four)
    worked = np.array([1.0, 0.75, 0.0, 0.0])
    np.testing.assert_allclose(savers.late_career_pay_real[:4], worked * savers.pay[:4] / state.level)
    assert (savers.career_years - years)[:4].tolist() == [1.0, 1.0, 0.0, 0.0]
    assert ((savers.career_earnings - earnings)[:4] > 0.0).tolist() == [True, True, False, False]


def test_pay_changes_only_for_those_who_work() -> None:
    state = at_age(50, 50)
    state.savers.status[:25], state.savers.pay[:] = RETIRED, 0.0
    permanent = state.savers.people.log_permanent_pay.copy()
    set_pay(state, np.arange(50), NOBODY)
    assert not state.savers.pay[:25].any()
    assert state.savers.pay[25:].min() > 0.0
    np.testing.assert_array_equal(state.savers.people.log_permanent_pay[:25], permanent[:25])
    assert (state.savers.people.log_permanent_pay[25:] != permanent[25:]).all()


def fate(one: World) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]]:
    """What may not depend on policy: who is alive, who they are, what they earn and what they put in."""
    savers = one.savers
    own = (
        "generation",
        "status",
        "holds_plan",
        "has_held",
        "literacy_quintile",
        "perception_bias",
        "caution",
        "pay",
        "deferral_rate",
        "contribution",
        "late_career_pay_real",
    )
    people = {field.name: getattr(savers.people, field.name) for field in fields(Persons)}
    return {
        name: column.copy()
        for name, column in (people | {name: getattr(savers, name) for name in own}).items()
    }


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"policy.cap": 0.1, "policy.disclosure": 1.0},
        {"policy.access": "default", "policy.liquid_sleeve": 0.5, "policy.fee_cap": 0.005},
    ],
)
def test_births_deaths_pay_and_literacy_never_depend_on_policy(changes: dict[str, object]) -> None:
    shut = world({**LIVELY, "policy.access": "none"}, savers=400)
    lively = world({**LIVELY, **changes}, savers=400)
    assert shut.savers.weight == lively.savers.weight
    for month in range(25):
        if month:
            shut.run_for(1)
            lively.run_for(1)
        left, right = fate(shut), fate(lively)
        for name, column in left.items():
            np.testing.assert_array_equal(column, right[name], err_msg=f"{name}, month {month}")
    assert shut.savers.generation.max() > 0
    np.testing.assert_array_equal(shut.state.path.fundamental, lively.state.path.fundamental)
    assert (shut.savers.wealth != lively.savers.wealth).any()


def test_nobody_retired_puts_anything_in() -> None:
    one = world(savers=600)
    for _ in range(24):
        one.run_for(1)
        savers = one.savers
        retired = savers.age >= 65
        assert not savers.contribution[retired].any()
        assert not savers.loan_payment[retired].any()
        np.testing.assert_array_equal(savers.status == RETIRED, retired)
        assert not savers.contribution[~savers.holds_plan].any()
        assert not savers.contribution[savers.status == SEPARATED].any()


def test_a_birthday_brings_shocks_to_pay_and_an_entry_does_not() -> None:
    state = world(savers=40).state
    people, savers = state.savers.people, state.savers
    savers.status[:2], savers.months_out[:2] = WORKING, 0
    before = people.log_permanent_pay.copy(), people.transitory_pay.copy()
    years = savers.career_years.copy()
    set_pay(state, rows(0), rows(1))
    changed = people.log_permanent_pay != before[0], people.transitory_pay != before[1]
    assert [np.flatnonzero(one).tolist() for one in changed] == [[0], [0]]
    assert np.flatnonzero(savers.career_years - years).tolist() == [0, 1]
