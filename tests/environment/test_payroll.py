"""Pay profiles, shocks, the wage index and the limits of the law."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr

from environment.demography import AGES, holding_by_age, population_shares, separation_chances
from environment.literacy import EDUCATIONS
from environment.luck import Luck
from environment.payroll import (
    ContributionLimits,
    contribution_limits,
    elective_deferrals,
    matches_within_limits,
    pay_profiles,
    pay_shocks,
    wage_index,
    yearly_pay,
)
from tests.environment.opening import DEFAULTS

LIMITS_2025 = ContributionLimits(23_500.0, 7_500.0, 70_000.0, 350_000.0)


@pytest.mark.parametrize(
    ("education", "age", "thousand_usd_1992"),
    [(0, 22, 15.37), (0, 38, 21.23), (1, 30, 24.76), (1, 65, 27.36), (2, 22, 14.21), (2, 45, 43.13)],
)
def test_profiles_are_those_of_cocco_gomes_and_maenhout(
    education: int, age: int, thousand_usd_1992: float
) -> None:
    assert np.exp(pay_profiles().log_profile[education, age]) == pytest.approx(
        1000 * thousand_usd_1992, abs=5.1
    )


def test_profiles_are_constant_outside_the_ages_they_were_estimated_on() -> None:
    profile = pay_profiles().log_profile
    np.testing.assert_array_equal(profile[:, 65:], np.repeat(profile[:, 65:66], 55, axis=1))
    np.testing.assert_array_equal(profile[:, :20], np.repeat(profile[:, 20:21], 20, axis=1))


def test_pay_is_the_product_of_its_parts() -> None:
    pay = yearly_pay(
        2.0, np.array([1, 2]), np.array([30, 45]), np.log([1.5, 1.0]), np.array([1.0, 0.5]), wage_index=1.1
    )
    np.testing.assert_allclose(pay, [2.0 * 24760 * 1.5 * 1.1, 2.0 * 43130 * 0.5 * 1.1], rtol=1e-3)


def test_shocks_have_mean_one_and_the_published_variances() -> None:
    size = 200_000
    for education, (permanent_variance, transitory_variance) in enumerate(
        [(0.0105, 0.1056), (0.0106, 0.0738), (0.0169, 0.0584)]
    ):
        permanent, transitory = pay_shocks(Luck(5, 0), 12, np.arange(size), np.full(size, education))
        for logarithm, variance in (
            (permanent, permanent_variance),
            (np.log(transitory), transitory_variance),
        ):
            assert logarithm.var() == pytest.approx(variance, rel=4.0 * np.sqrt(2.0 / size))
            assert np.exp(logarithm).mean() == pytest.approx(1.0, abs=4.0 * np.sqrt(variance / size))


def test_shocks_of_a_row_do_not_depend_on_the_other_rows() -> None:
    rows = np.array([4, 9, 2])
    education = np.array([0, 1, 2])
    together = pay_shocks(Luck(1, 2), 30, rows, education)
    alone = pay_shocks(Luck(1, 2), 30, rows[1:2], education[1:2])
    for many, one in zip(together, alone, strict=True):
        assert many[1] == one[0]


def test_wages_grow_with_prices_and_a_little_more() -> None:
    index = wage_index(np.full(24, 0.002), 0.01)
    assert index[0] == 1.0
    assert index[24] == pytest.approx(1.002**24 * 1.01**2)
    assert wage_index(np.empty(0), 0.01).tolist() == [1.0]


def test_limits_of_the_start_are_those_of_the_law() -> None:
    assert contribution_limits(DEFAULTS, 1.0) == LIMITS_2025


def test_limits_follow_prices_in_whole_steps_of_500() -> None:
    limits = contribution_limits(DEFAULTS, 1.03)
    assert limits == ContributionLimits(24_000.0, 7_500.0, 72_000.0, 360_500.0)


def test_a_fall_of_prices_lowers_no_limit() -> None:
    assert contribution_limits(DEFAULTS, 0.9) == LIMITS_2025


@given(st.integers(1, 200))
def test_a_limit_that_reaches_a_step_is_rounded_to_that_step(steps: int) -> None:
    price_level = (23_500.0 + 500.0 * steps) / 23_500.0
    assert contribution_limits(DEFAULTS, price_level).elective_deferral == 23_500.0 + 500.0 * steps


def test_deferrals_stop_at_402g_and_the_catch_up_from_fifty() -> None:
    pay = np.array([50_000.0, 300_000.0, 300_000.0, 300_000.0])
    age = np.array([30, 30, 49, 50])
    deferrals = elective_deferrals(pay, age, np.full(4, 0.2), LIMITS_2025)
    np.testing.assert_array_equal(deferrals, [10_000.0, 23_500.0, 23_500.0, 31_000.0])


def test_pay_above_401a17_does_not_count() -> None:
    deferral = elective_deferrals(np.array([1e6]), np.array([40]), np.array([0.05]), LIMITS_2025)
    assert deferral[0] == 0.05 * 350_000.0


def test_deferral_and_match_stop_at_415c_and_the_catch_up_does_not_count() -> None:
    pay = np.array([350_000.0, 350_000.0, 30_000.0])
    deferrals = np.array([23_500.0, 31_000.0, 23_500.0])
    matches = matches_within_limits(pay, deferrals, np.array([60_000.0, 60_000.0, 9_000.0]), LIMITS_2025)
    np.testing.assert_array_equal(matches, [46_500.0, 46_500.0, 6_500.0])


@given(
    pay=st.floats(1.0, 1e7),
    age=st.integers(22, 64),
    rate=st.floats(0.0, 1.0),
    promised=st.floats(0.0, 1e6),
)
def test_no_contribution_breaks_a_limit(pay: float, age: int, rate: float, promised: float) -> None:
    pays = np.array([pay])
    deferral = elective_deferrals(pays, np.array([age]), np.array([rate]), LIMITS_2025)
    match = matches_within_limits(pays, deferral, np.array([promised]), LIMITS_2025)
    catch_up = 7_500.0 if age >= 50 else 0.0
    assert 0.0 <= deferral[0] <= min(pay, 23_500.0 + catch_up)
    assert 0.0 <= match[0] <= promised
    assert deferral[0] + match[0] <= min(70_000.0, pay) + catch_up + 1e-6


def test_the_scale_of_pay_in_the_file_gives_the_published_median() -> None:
    """Pay of contributing holders is a mixture of log-normals over age and education with a known median."""
    holding = population_shares(DEFAULTS).sum(axis=0) * holding_by_age(DEFAULTS)
    contributing = holding * (1.0 - separation_chances(DEFAULTS)) * (AGES < 65)
    shares = np.outer(DEFAULTS.numbers("population.education", EDUCATIONS), contributing / contributing.sum())
    profiles = pay_profiles()
    permanent = DEFAULTS.number("pay.initial_spread") ** 2 + np.outer(
        profiles.permanent_variance, np.maximum(AGES - 22, 0)
    )
    variance = permanent + profiles.transitory_variance[:, None]
    scale = DEFAULTS.number("pay.scale")
    centre = np.log(scale) + profiles.log_profile - 0.5 * variance
    for factor, side in ((0.999, -1), (1.001, 1)):
        below = float(np.sum(shares * ndtr((np.log(89_000.0 * factor) - centre) / np.sqrt(variance))))
        assert np.sign(below - 0.5) == side
