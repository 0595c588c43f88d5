"""Plan types: heavy-tailed sizes, the mix of rules, and how many have opened after some years."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.luck import Luck
from environment.plans import Plans, build_plans, match_formulas, size_shares
from tests.environment.worlds import DEFAULTS, world

MANY = 40_000
ERRORS = 4.5  # standard errors


@pytest.fixture(scope="module")
def plans() -> Plans:
    """Many plan types, so that shares are sharp."""
    return build_plans(DEFAULTS.with_values({"employers.plans": MANY}), Luck(1, 0))


def is_large(plans: Plans) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """The plan types that hold the first half of all workers."""
    return np.asarray(np.cumsum(plans.share) - plans.share < 0.5)


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


def test_formulas_are_the_published_ones() -> None:
    assert match_formulas() == {
        "none": (0.0, 0.0, 0.0, 0.0),
        "half_of_six": (0.5, 0.06, 0.0, 0.06),
        "full_of_three": (1.0, 0.03, 0.0, 0.03),
        "full_of_four": (1.0, 0.04, 0.0, 0.04),
        "full_of_six": (1.0, 0.06, 0.0, 0.06),
        "full_of_three_half_of_two": (1.0, 0.03, 0.5, 0.05),
        "full_of_one_half_of_five": (1.0, 0.01, 0.5, 0.06),
    }


def test_the_best_match_by_hand(plans: Plans) -> None:
    best = {
        (0.0, 0.0, 0.0, 0.0): 0.0,
        (0.5, 0.06, 0.0, 0.06): 0.03,
        (1.0, 0.03, 0.0, 0.03): 0.03,
        (1.0, 0.04, 0.0, 0.04): 0.04,
        (1.0, 0.06, 0.0, 0.06): 0.06,
        (1.0, 0.03, 0.5, 0.05): 0.04,
        (1.0, 0.01, 0.5, 0.06): 0.035,
    }
    expected = [best[tuple(formula)] for formula in plans.match.tolist()]
    np.testing.assert_allclose(plans.best_match, expected, rtol=1e-12)


def test_formulas_are_as_frequent_as_the_mix_says(plans: Plans) -> None:
    for name, formula in match_formulas().items():
        count = int((plans.match == formula).all(axis=1).sum())
        assert agrees(count, MANY, DEFAULTS.number(f"employers.match_mix.{name}")), name


def test_promised_matches_average_near_the_published_4_5_per_cent(plans: Plans) -> None:
    """How America Saves: the average promised by plans that match; the mix is chosen for it."""
    promised = plans.best_match[plans.best_match > 0.0]
    assert promised.mean() == pytest.approx(0.045, abs=0.003)


def test_large_plans_enrol_automatically_more_often_and_pay_less_a_head(plans: Plans) -> None:
    large = is_large(plans)
    assert plans.share[large].sum() == pytest.approx(0.5, abs=0.001)
    for members, chance, fee in ((large, 0.78, 40.0), (~large, 0.55, 100.0)):
        assert agrees(int(plans.auto_enrolment[members].sum()), int(members.sum()), chance)
        assert set(plans.record_keeping_usd[members].tolist()) == {fee}


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
    for name in ("share", "match", "auto_enrolment", "review_month", "record_keeping_usd"):
        np.testing.assert_array_equal(getattr(base, name), getattr(other, name))
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
    }
    one = world(values, savers=20, years=1)
    one.run_for(12)
    in_window = np.isin(one.state.plans.review_month, [4, 5])
    np.testing.assert_array_equal(one.state.plans.open, in_window)
    stages = one.record.tables["monthly"].columns()["policy_stage"].tolist()
    assert stages == ["closed"] * 3 + ["guidance"] * 2 + ["closed"] * 7
    offers = one.record.tables["employers"].columns()["offers_alternatives"]
    assert not offers.any()
