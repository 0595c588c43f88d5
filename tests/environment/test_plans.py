"""Plan types: heavy-tailed sizes, the mix of rules, and how many have opened after some years."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.luck import Luck
from environment.plans import (
    SIZE_CLASSES,
    Plans,
    build_plans,
    match_formulas,
    size_classes,
    size_shares,
    vesting_schedules,
)
from tests.environment.worlds import DEFAULTS, world

MANY = 40_000
ERRORS = 4.5  # standard errors


@pytest.fixture(scope="module")
def plans() -> Plans:
    """Many plan types, so that shares are sharp."""
    return build_plans(DEFAULTS.with_values({"employers.plans": MANY}), Luck(1, 0))


def agrees(count: int, size: int, chance: float) -> bool:
    """Whether a share is the chance within the Monte-Carlo error."""
    return bool(abs(count / size - chance) <= ERRORS * np.sqrt(chance * (1.0 - chance) / size))


@given(st.integers(1, 3000), st.floats(0.5, 5.0))
def test_shares_sum_to_one_and_fall_with_rank(count: int, tail: float) -> None:
    shares = size_shares(count, tail)
    assert shares.shape == (count,)
    assert shares.sum() == pytest.approx(1.0, abs=1e-12)
    assert np.all(np.diff(shares) < 0.0)


@pytest.mark.parametrize("tail", [0.8, 1.06, 2.0])
def test_the_tail_exponent_is_the_slope_of_log_rank_on_log_size(tail: float) -> None:
    """The regression by which Axtell (2001) measured it."""
    sizes = size_shares(500, tail)
    slope = np.polyfit(np.log(sizes), np.log(np.arange(1, 501)), 1)[0]
    assert slope == pytest.approx(-tail, rel=1e-10)


def test_one_plan_holds_everybody() -> None:
    assert size_shares(1, 1.06).tolist() == [1.0]


def test_classes_are_filled_from_the_largest_type_on() -> None:
    shares = np.array([0.4, 0.2, 0.16, 0.1, 0.09, 0.05])
    assert size_classes(shares, np.array([0.15, 0.25, 0.5])).tolist() == [3, 3, 2, 1, 1, 0]
    assert size_classes(shares, np.array([0.0, 0.0, 1.0])).tolist() == [3] * 6
    assert size_classes(shares, np.zeros(3)).tolist() == [0] * 6
    assert size_classes(shares, np.array([0.0, 0.3, 0.35])).tolist() == [3, 2, 2, 0, 0, 0]


def test_classes_hold_their_shares_of_all_workers(plans: Plans) -> None:
    held = np.bincount(plans.size_class, weights=plans.share, minlength=4)
    np.testing.assert_allclose(held, [0.12, 0.20, 0.19, 0.49], atol=0.01)
    assert np.all(np.diff(plans.size_class) <= 0)
    assert SIZE_CLASSES == ("micro", "small", "medium", "large")


@pytest.mark.parametrize("replication", range(5))
def test_as_many_plans_enrol_automatically_as_published(replication: int) -> None:
    """61% of plans, 78% of those of 1,000 members and more (How America Saves 2025), in every replication."""
    plans = build_plans(DEFAULTS, Luck(1, replication))
    bigger = plans.size_class >= SIZE_CLASSES.index("medium")
    assert plans.auto_enrolment.mean() == pytest.approx(0.61, abs=0.01)
    assert plans.auto_enrolment[bigger].mean() == pytest.approx(0.78, abs=2 / bigger.sum())


def test_each_class_has_its_own_share_of_automatic_plans(plans: Plans) -> None:
    for one, name in enumerate(SIZE_CLASSES):
        members = plans.size_class == one
        expected = DEFAULTS.number(f"employers.auto_enrolment.{name}")
        assert abs(plans.auto_enrolment[members].sum() - expected * members.sum()) <= 1.0


def test_default_rates_and_escalation_are_those_published_of_automatic_plans(plans: Plans) -> None:
    """61% at 4% of pay or more, 30% at 6% or more, 69% with a yearly rise (How America Saves 2025)."""
    automatic = plans.auto_enrolment
    rates, count = plans.default_rate[automatic], int(automatic.sum())
    assert agrees(int((rates >= 0.04).sum()), count, 0.61)
    assert agrees(int((rates >= 0.06).sum()), count, 0.30)
    assert agrees(int(plans.escalates[automatic].sum()), count, 0.69)
    assert rates.min() == 0.03
    assert not plans.default_rate[~automatic].any()
    assert not plans.escalates[~automatic].any()


def test_formulas_are_the_published_ones() -> None:
    assert match_formulas() == {
        "none": (0.0, 0.0, 0.0, 0.0),
        "half_of_six": (0.5, 0.06, 0.0, 0.06),
        "full_of_four": (1.0, 0.04, 0.0, 0.04),
        "full_of_five": (1.0, 0.05, 0.0, 0.05),
        "full_of_six": (1.0, 0.06, 0.0, 0.06),
        "full_of_eight": (1.0, 0.08, 0.0, 0.08),
        "full_of_three_half_of_two": (1.0, 0.03, 0.5, 0.05),
        "full_of_one_half_of_five": (1.0, 0.01, 0.5, 0.06),
    }


def test_the_best_match_by_hand(plans: Plans) -> None:
    best = {
        (0.0, 0.0, 0.0, 0.0): 0.0,
        (0.5, 0.06, 0.0, 0.06): 0.03,
        (1.0, 0.04, 0.0, 0.04): 0.04,
        (1.0, 0.05, 0.0, 0.05): 0.05,
        (1.0, 0.06, 0.0, 0.06): 0.06,
        (1.0, 0.08, 0.0, 0.08): 0.08,
        (1.0, 0.03, 0.5, 0.05): 0.04,
        (1.0, 0.01, 0.5, 0.06): 0.035,
    }
    expected = [best[tuple(formula)] for formula in plans.match.tolist()]
    np.testing.assert_allclose(plans.best_match, expected, rtol=1e-12)


def test_formulas_are_as_frequent_as_the_mix_says(plans: Plans) -> None:
    for name, formula in match_formulas().items():
        count = int((plans.match == formula).all(axis=1).sum())
        assert agrees(count, MANY, DEFAULTS.number(f"employers.match_mix.{name}")), name


def test_promised_matches_are_those_published(plans: Plans) -> None:
    """Promised 4.5 to 4.7% of pay on average; 72% of formulas have one tier; 47% ask for 6% of pay."""
    matching = plans.match[:, 0] > 0.0
    assert 0.045 <= plans.best_match[matching].mean() <= 0.047
    single = plans.match[matching, 2] == 0.0
    assert single.mean() == pytest.approx(0.72, abs=0.005)
    asks = np.maximum(plans.match[matching, 1], plans.match[matching, 3])
    assert (asks == 0.06).mean() == pytest.approx(0.47, abs=0.01)


def test_half_of_plans_only_match_and_few_pay_nothing(plans: Plans) -> None:
    """Match only 50%, both 36%, another contribution only 10%, neither 4% (How America Saves 2021)."""
    matches, pays = plans.match[:, 0] > 0.0, plans.nonelective > 0.0
    for found, share in (
        (matches & ~pays, 0.50),
        (matches & pays, 0.36),
        (~matches & pays, 0.10),
        (~matches & ~pays, 0.04),
    ):
        assert agrees(int(found.sum()), MANY, share)
    assert set(plans.nonelective[~matches].tolist()) == {0.0, 0.03}
    assert set(plans.nonelective[matches].tolist()) == {0.0, 0.02}


def test_menus_have_seventeen_options_on_average(plans: Plans) -> None:
    counts = np.bincount(plans.menu_options, minlength=24)
    assert plans.menu_options.mean() == pytest.approx(17.0, abs=0.01)
    assert counts[:11].sum() == 0
    assert all(agrees(int(count), MANY, 1 / 13) for count in counts[11:])


NEUTRAL = {
    "employers.nonelective.share.with_match": 0.0,
    "employers.nonelective.share.without_match": 0.0,
    "employers.menu_options.mean": 8,
    "employers.menu_options.spread": 0,
    "employers.escalation_share": 0.0,
    **{f"employers.vesting_mix.{name}": 0.0 for name in list(vesting_schedules())[1:]},
    **{f"employers.asset_fee.{size}": 0.0 for size in SIZE_CLASSES},
    **{f"employers.open_factor.{size}": 1.0 for size in SIZE_CLASSES},
    **{f"employers.auto_enrolment.{size}": 0.0 for size in SIZE_CLASSES},
}


def test_every_rule_can_be_switched_off_exactly() -> None:
    plans = build_plans(DEFAULTS.with_values(NEUTRAL), Luck(1, 0))
    for column in (plans.nonelective, plans.asset_fee, plans.escalates, plans.auto_enrolment):
        assert not column.any()
    assert not plans.default_rate.any()
    assert np.all(plans.vesting == 1.0)
    assert np.all(plans.open_factor == 1.0)
    assert np.all(plans.menu_options == 8)


def test_one_rule_changed_leaves_the_luck_of_the_others() -> None:
    base, other = (
        build_plans(DEFAULTS.with_values(values), Luck(3, 1))
        for values in (
            {},
            {"employers.auto_enrolment.micro": 0.9, "employers.vesting_mix.graded_to_six": 0.0},
        )
    )
    assert (base.auto_enrolment != other.auto_enrolment).any()
    for name in ("match", "nonelective", "review_month", "menu_options", "share", "size_class"):
        np.testing.assert_array_equal(getattr(base, name), getattr(other, name))


def test_reviews_are_spread_over_the_year(plans: Plans) -> None:
    counts = np.bincount(plans.review_month, minlength=13)
    assert counts[0] == 0
    assert counts.size == 13
    assert all(agrees(int(count), MANY, 1 / 12) for count in counts[1:])


def test_every_plan_starts_shut(plans: Plans) -> None:
    assert not plans.open.any()
    assert not plans.sleeve_default.any()


def test_plans_depend_on_luck_and_on_neither_policy_nor_the_number_of_savers() -> None:
    luck = Luck(3, 1)
    base = build_plans(DEFAULTS, luck)
    changed = {"policy.access": "none", "run.savers": 50, "run.years": 1}
    other = build_plans(DEFAULTS.with_values(changed), luck)
    again = build_plans(DEFAULTS, Luck(3, 2))
    for field in fields(base):
        np.testing.assert_array_equal(getattr(base, field.name), getattr(other, field.name))
    assert (base.match != again.match).any()


def test_plans_open_by_the_hazard_of_the_stage_once_a_year_in_their_month() -> None:
    """Two years of guidance, then two of a safe harbour, each plan reviewed once in each of them."""
    count = 3000
    values = {
        "employers.plans": count,
        "policy.start": "2025-01",
        "policy.safe_harbour": "2027-01",
        "employers.open_hazard.guidance": 0.1,
        "employers.open_hazard.safe_harbour": 0.3,
        **{f"employers.open_factor.{size}": 1.0 for size in SIZE_CLASSES},
    }
    one = world(values, savers=20, years=4)
    for expected in (0.1, 1 - 0.9**2, 1 - 0.9**2 * 0.7, 1 - 0.9**2 * 0.7**2):
        one.run_for(12)
        assert agrees(int(one.state.plans.open.sum()), count, expected)
        np.testing.assert_array_equal(one.state.plans.open, one.state.plans.sleeve_default)
    since = np.array([employer.open_since or 0 for employer in one.employers])
    opened = since > 0
    np.testing.assert_array_equal(opened, one.state.plans.open)
    np.testing.assert_array_equal((since[opened] - 1) % 12 + 1, one.state.plans.review_month[opened])


def test_nothing_opens_before_the_start_or_after_the_end() -> None:
    values = {
        "policy.start": "2025-04",
        "policy.end": "2025-06",
        "employers.open_hazard.guidance": 1.0,
        **{f"employers.open_factor.{size}": 1.0 for size in SIZE_CLASSES},
    }
    one = world(values, savers=20, years=1)
    one.run_for(12)
    in_window = np.isin(one.state.plans.review_month, [4, 5])
    np.testing.assert_array_equal(one.state.plans.open, in_window)
    stages = one.record.tables["monthly"].columns()["policy_stage"].tolist()
    assert stages == ["closed"] * 3 + ["guidance"] * 2 + ["closed"] * 7
    offers = one.record.tables["employers"].columns()["offers_alternatives"]
    assert not offers.any()
