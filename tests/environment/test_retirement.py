"""When people stop working, when they claim Social Security and why, what they plan to take."""

import numpy as np
import pytest

from agents import claiming, retiring, spending
from agents.claiming import FORCED_EMPTY, FORCED_FROZEN
from environment.earnings import benefits
from environment.law import distribution_periods
from environment.retirement import claim, close_year, plan_year, retire, start_retirement
from environment.savers import RETIRED, SEPARATED, WORKING
from environment.state import State
from environment.typing import FloatArray
from tests.environment.living import alike, chance_error, chance_errors
from tests.environment.worlds import DEFAULTS, assert_identical, rows, world

KIND, RULE = "savers.retirement.kind", {"savers.retirement.kind": "rule"}
AGES = [str(age) for age in range(60, 71)]
SHARES = DEFAULTS.numbers("savers.retirement.share", AGES)


def retired(age: int, count: int, values: dict[str, object] | None = None, *, wealth: float = 1e5) -> State:
    """People of one age who retired at 65 with 60,000 USD of late-career pay a year."""
    state = alike(age, count, values, balance=wealth)
    savers = state.savers
    savers.status[:], savers.retirement_age[:], savers.planned_claim[:] = RETIRED, 65, 70
    savers.late_career_pay_real[:] = 5 * 60_000.0
    state.price_level[1] = 1.0
    start_retirement(state, np.arange(count), spending)
    return state


def monthly(state: State, who: list[int]) -> FloatArray:
    """Withdrawals planned by some rows."""
    plan_year(state, rows(*who), spending)
    planned: FloatArray = state.savers.withdrawal[who]
    return planned


def test_under_a_fixed_age_everybody_stops_at_it() -> None:
    state = alike(64, 20, {"savers.retirement_age": 65})
    state.savers.pay[:] = 1_000.0
    state.savers.people.age[:3] = 63, 64, 65
    assert retire(state, rows(0, 1, 2), retiring).tolist() == [2]
    assert state.savers.status[:4].tolist() == [WORKING, WORKING, RETIRED, WORKING]
    assert state.savers.pay[:3].tolist() == [1_000.0, 1_000.0, 0.0]
    assert retire(state, rows(2), retiring).size == 0


def test_drawn_ages_have_the_shares_of_the_survey_and_are_kept_to() -> None:
    state = world({KIND: "distribution"}, savers=20_000, years=1).state
    stops = state.savers.retirement_age
    shares = np.bincount(stops - 60, minlength=11) / stops.size
    np.testing.assert_array_less(np.abs(shares - SHARES), chance_errors(SHARES, stops.size) + 1e-12)
    one = world({KIND: "distribution"}, savers=500)
    for _ in range(24):
        one.run_for(1)
        savers = one.savers
        np.testing.assert_array_equal(savers.status == RETIRED, savers.age >= savers.retirement_age)


def test_what_the_shares_leave_stops_at_the_fixed_age() -> None:
    only_some = {f"savers.retirement.share.{age}": 0.0 for age in AGES} | {"savers.retirement.share.62": 0.4}
    stops = world({KIND: "distribution", **only_some}, savers=2_000, years=0).savers.retirement_age
    assert set(stops.tolist()) == {62, 65}
    assert (stops == 62).mean() == pytest.approx(0.4, abs=chance_error(0.4, 2_000))


@pytest.mark.parametrize(
    "same",
    [
        {KIND: "distribution", **{f"savers.retirement.share.{age}": 0.0 for age in AGES}},
        {**RULE, "savers.retirement.earliest": 65, "savers.retirement.latest": 65},
    ],
)
def test_each_kind_of_retirement_at_its_limit_is_the_fixed_age_exactly(same: dict[str, object]) -> None:
    fixed, other = world(), world(same)
    fixed.run_for(24)
    other.run_for(24)
    assert_identical(fixed, other)


@pytest.mark.parametrize(("target", "age"), [(0.0, 60), (2.0, 70)])
def test_under_the_rule_people_stop_once_they_can_afford_it(target: float, age: int) -> None:
    """Nothing to be replaced, or twice the pay out of no income at all."""
    poor = {"savers.withdrawal_rate": 0.0, "social_security.payable_share": 0.0}
    one = world({**RULE, **poor, "savers.retirement.target": target}, savers=500)
    for _ in range(12):
        one.run_for(1)
    savers = one.savers
    np.testing.assert_array_equal(savers.status == RETIRED, savers.age >= age)
    stopped = savers.status == RETIRED
    assert (savers.retirement_age[stopped] <= savers.age[stopped]).all()


def test_the_rule_compares_with_the_mean_pay_of_the_late_career_and_not_with_that_of_the_day() -> None:
    """Rows: enough; too little; too little and out of work, which is no reason to stop."""
    state = alike(61, 20, RULE, balance=1e6)
    savers = state.savers
    savers.retirement_age[:], savers.career_earnings[:], savers.career_years[:] = 70, 0.0, 0.0
    state.price_level[1] = 1.0
    savers.late_career_pay_real[:3] = 6 * np.array([57_000.0, 57_300.0, 57_300.0])
    savers.pay[:3] = 1e9, 1e9, 0.0
    assert retire(state, rows(0, 1, 2), retiring).tolist() == [0]
    assert savers.retirement_age[:2].tolist() == [61, 70]


def test_need_and_first_withdrawal_come_from_the_late_career_and_the_balance() -> None:
    state = retired(65, 20, wealth=300_000.0)
    savers = state.savers
    np.testing.assert_allclose(savers.need_real, 0.7 * 60_000.0)
    np.testing.assert_allclose(savers.withdrawal_real, 1_000.0)
    late = alike(67, 20, RULE)
    late.savers.retirement_age[:], late.savers.late_career_pay_real[:] = 67, 12 * 50_000.0
    start_retirement(late, rows(1), spending)
    assert late.savers.late_career_pay_real[1] == pytest.approx(5 * 50_000.0)
    assert late.savers.need_real[1] == pytest.approx(35_000.0)


def test_the_constant_real_sum_follows_prices() -> None:
    state = retired(66, 20, wealth=300_000.0)
    state.price_level[1] = 1.5
    np.testing.assert_allclose(monthly(state, [0, 1]), 1_500.0)
    assert not state.savers.withdrawal[2:].any()
    state.savers.status[0], state.savers.withdrawal[0] = WORKING, 0.0
    assert monthly(state, [0])[0] == 0.0


@pytest.mark.parametrize(
    ("age", "birth_year", "starts"),
    [(72, 1952, False), (73, 1952, True), (74, 1960, False), (75, 1960, True), (90, 1936, True)],
)
def test_at_least_the_required_distribution_is_taken(age: int, birth_year: int, starts: bool) -> None:
    """Balance over the divisor of the table: 26.5 at 73, 24.6 at 75, 12.2 at 90."""
    for rule in ("required", "need", "real"):
        state = retired(age, 20, {"savers.spending": rule, "savers.withdrawal_rate": 0.0}, wealth=240_000.0)
        state.savers.people.birth_year[:] = birth_year
        state.savers.benefit_real[:] = 1e6
        divisor = {73: 26.5, 75: 24.6, 90: 12.2}.get(age, np.inf)
        np.testing.assert_allclose(monthly(state, [0]), 240_000.0 / divisor / 12.0)
        assert starts == np.isfinite(divisor)
    voluntary = {"savers.spending": "required", "required_distributions.enforced": False}
    free = retired(age, 20, voluntary, wealth=240_000.0)
    assert monthly(free, [0])[0] == 0.0


def test_in_a_world_the_old_take_at_least_what_the_law_requires() -> None:
    one = world({"savers.withdrawal_rate": 0.01, "market.returns": "constant"}, savers=800)
    for _ in range(12):
        one.run_for(1)
        savers = one.savers
        born = one.state.birthday_rows()
        old = born[(savers.age[born] >= 75) & (savers.wealth[born] > 0.0)]
        # The balance of the birthday: at the month's end it is that less one withdrawal and a month's return.
        due = savers.wealth[old] / distribution_periods()[np.minimum(savers.age[old], 120)]
        assert (savers.withdrawal[old] > 0.97 * due / 12.0).all()


def test_a_fixed_need_takes_what_social_security_leaves() -> None:
    """A need of 42,000 USD a year; a benefit of 2,500 a month leaves 1,000, one of 4,000 nothing."""
    state = retired(66, 20, {"savers.spending": "need"}, wealth=1e6)
    state.savers.benefit_real[:2] = 2_500.0, 4_000.0
    state.price_level[1] = 1.1
    np.testing.assert_allclose(monthly(state, [0, 1, 2]), [1_100.0, 0.0, 3_850.0])


def test_guardrails_cut_and_raise_the_real_withdrawal_for_good() -> None:
    """4% of 300,000 is 12,000 a year: 6.0% of 200,000 is above 4.8%, 2.4% of 500,000 below 3.2%."""
    state = retired(66, 20, {"savers.spending": "guardrails"}, wealth=300_000.0)
    savers = state.savers
    savers.units[:3, 0] = 200_000.0, 300_000.0, 500_000.0
    np.testing.assert_allclose(monthly(state, [0, 1, 2]), [900.0, 1_000.0, 1_100.0])
    savers.units[:3, 0] = 300_000.0
    np.testing.assert_allclose(monthly(state, [0, 1, 2]), [900.0, 1_000.0, 1_100.0])


def test_guardrails_that_neither_cut_nor_raise_are_the_constant_real_sum_exactly() -> None:
    """With both rails at the initial rate every change of wealth leaves them."""
    changes = {"cut": 0.0, "raise": 0.0, "upper": 1.0, "lower": 1.0}
    tame: dict[str, object] = {f"savers.guardrails.{name}": value for name, value in changes.items()}
    tame["savers.spending"] = "guardrails"
    plain, railed = world(), world(tame)
    plain.run_for(24)
    railed.run_for(24)
    assert_identical(plain, railed)


def test_claims_are_made_at_the_planned_age_or_when_money_cannot_be_had() -> None:
    """Rows: too young; early by want; by lock; enough there; at the planned age; claimed before; working."""
    state = retired(63, 20, wealth=1e6)
    savers = state.savers
    savers.people.age[0], savers.people.age[4] = 61, 67
    savers.units[:2, 0], savers.planned_claim[4], savers.claim_age[5] = 1_000.0, 67, 62.0
    savers.planned_claim[5], savers.status[6], savers.units[6, 0] = 63, WORKING, 0.0
    liquid, locked = (np.full(state.catalogue.size, share) for share in (0.0, 1.0))
    claim(state, rows(0, 1, 3, 4, 5, 6), liquid, claiming)
    claim(state, rows(2), locked, claiming)
    assert savers.claim_age[:7].tolist() == [0.0, 63.0, 63.0, 0.0, 67.0, 62.0, 0.0]
    assert savers.forced_claim[:7].tolist() == [0, FORCED_EMPTY, FORCED_FROZEN, 0, 0, 0, 0]
    now = rows(1, 2, 4)
    assert (savers.benefit_real[now] > 0.0).all()
    np.testing.assert_array_equal(savers.benefit_real[now], benefits(state, now, savers.claim_age[now]))
    assert not savers.benefit_real[[0, 3, 5, 6]].any()


def test_without_a_job_the_need_is_a_share_of_the_mean_pay_of_the_career() -> None:
    """70% of 50,000 USD a year: 34,000 are too little, 36,000 will do; a job makes the difference too."""
    state = alike(63, 20, balance=36_000.0)
    savers = state.savers
    state.wage_index[1] = state.price_level[1] = 1.0
    savers.planned_claim[:], savers.career_years[:], savers.career_earnings[:] = 67, 30.0, 30 * 50_000.0
    savers.months_out[:2], savers.status[:2] = 3, SEPARATED
    savers.units[1:3, 0] = 34_000.0
    claim(state, rows(0, 1, 2), np.zeros(state.catalogue.size), claiming)
    assert savers.forced_claim[:3].tolist() == [0, FORCED_EMPTY, 0]


def test_the_year_of_retirement_counts_neither_as_short_nor_as_exhausted() -> None:
    """Rows of 65, retired this year, of 66 with too little and nothing left, and of 66 with enough."""
    state = retired(66, 20)
    savers = state.savers
    savers.people.age[0] = 65
    savers.units[:2] = 0.0
    savers.year_benefit_real[:3] = 0.0, 30_000.0, 42_000.0
    savers.benefit_real[:3] = 0.0, 2_500.0, 3_500.0
    close_year(state)
    assert savers.shortfall_real[:4].tolist() == pytest.approx([0.0, 12_000.0, 0.0, 42_000.0])
    assert savers.exhausted[:4].tolist() == [False, True, False, False], "the last has something left"
    savers.units[2] = 0.0
    close_year(state)
    assert not savers.exhausted[2], "Social Security covers the need"
