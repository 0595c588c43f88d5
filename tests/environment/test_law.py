"""Dated limits and how they move, required distributions, the addition to tax for early withdrawals."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.law import (
    ContributionLimits,
    Level,
    contribution_limits,
    distribution_periods,
    elective_deferrals,
    matches_within_limits,
    penalised,
    published_years,
    required_distribution,
)
from environment.parameters import parameters
from tests.environment.opening import DEFAULTS

LIMITS_2025 = ContributionLimits(23_500.0, 7_500.0, 11_250.0, 70_000.0, 350_000.0)
LIMITS_2026 = ContributionLimits(24_500.0, 8_000.0, 11_250.0, 72_000.0, 360_000.0)


def growing(**levels: float) -> Level:
    """Levels by year, written `y2026=1.1`; 1 in every year before the first."""

    def level(year: int) -> float:
        known = {int(name[1:]): value for name, value in levels.items() if int(name[1:]) <= year}
        return known[max(known)] if known else 1.0

    return level


def flat(_: int) -> float:
    return 1.0


def test_published_years_have_no_gap() -> None:
    dated = re.compile(r"((?:limits|social_security)\..+)\.20\d\d")
    amounts = {match[1] for key in parameters() if (match := dated.fullmatch(key))}
    assert len(amounts) == 8
    for amount in amounts:
        first, last = published_years(amount)
        assert (first, last) == (2025, 2026)
        assert all(f"{amount}.{year}" in parameters() for year in range(first, last + 1))


def test_published_limits_hold_whatever_prices_do() -> None:
    assert contribution_limits(DEFAULTS, 2025, growing(y2024=3.0)) == LIMITS_2025
    assert contribution_limits(DEFAULTS, 2026, growing(y2025=3.0)) == LIMITS_2026


def test_later_limits_follow_prices_since_the_year_before_the_last_published_one() -> None:
    """Prices 1.05 at the end of 2025 and 1.155 at the end of 2026: 10% more than the limits of 2026."""
    limits = contribution_limits(DEFAULTS, 2027, growing(y2025=1.05, y2026=1.155))
    assert limits == ContributionLimits(26_500.0, 8_500.0, 12_000.0, 79_000.0, 395_000.0)


def test_a_limit_below_its_next_step_stays() -> None:
    """1% on 24,500 is 24,745, on 11,250 it is 11,362; both are below the next multiple of 500."""
    assert contribution_limits(DEFAULTS, 2027, growing(y2026=1.01)) == LIMITS_2026


def test_no_limit_falls_with_prices() -> None:
    level = growing(y2026=1.10, y2027=0.8)
    raised = contribution_limits(DEFAULTS, 2027, level)
    assert contribution_limits(DEFAULTS, 2028, level) == raised
    assert contribution_limits(DEFAULTS, 2027, growing(y2026=0.8)) == LIMITS_2026


@pytest.mark.parametrize(("start", "nearest"), [("2040-01", LIMITS_2026), ("1990-01", LIMITS_2025)])
def test_outside_the_published_years_the_nearest_stands_for_the_start(
    start: str, nearest: ContributionLimits
) -> None:
    scenario = DEFAULTS.with_values({"run.start": start})
    year = int(start[:4])
    assert contribution_limits(scenario, year, flat) == nearest
    doubled = contribution_limits(scenario, year + 1, lambda one: 2.0 if one >= year else 1.0)
    assert doubled.annual_additions == 2.0 * nearest.annual_additions
    assert doubled.catch_up_60_to_63 == 22_500.0


def test_a_run_that_starts_in_2026_keeps_the_law_of_2026() -> None:
    scenario = DEFAULTS.with_values({"run.start": "2026-01"})
    assert contribution_limits(scenario, 2026, flat) == LIMITS_2026
    assert contribution_limits(scenario, 2027, growing(y2026=1.1)).elective_deferral == 26_500.0


@given(st.integers(1, 200))
def test_a_limit_that_reaches_a_step_is_rounded_to_that_step(steps: int) -> None:
    reached = 24_500.0 + 500.0 * steps
    limits = contribution_limits(DEFAULTS, 2027, growing(y2026=reached / 24_500.0))
    assert limits.elective_deferral == reached


def test_deferrals_stop_at_402g_and_the_catch_up_of_the_age() -> None:
    age = np.array([30, 30, 49, 50, 59, 60, 63, 64])
    pay = np.array([50_000.0, *np.full(7, 300_000.0)])
    deferrals = elective_deferrals(pay, age, np.full(8, 0.2), LIMITS_2025)
    np.testing.assert_array_equal(
        deferrals, [10_000.0, 23_500.0, 23_500.0, 31_000.0, 31_000.0, 34_750.0, 34_750.0, 31_000.0]
    )


def test_pay_above_401a17_does_not_count() -> None:
    deferral = elective_deferrals(np.array([1e6]), np.array([40]), np.array([0.05]), LIMITS_2025)
    assert deferral[0] == 0.05 * 350_000.0


def test_deferral_and_match_stop_at_415c_and_the_catch_up_does_not_count() -> None:
    pay = np.array([350_000.0, 350_000.0, 30_000.0])
    deferrals = np.array([23_500.0, 34_750.0, 23_500.0])
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
    catch_up = 0.0 if age < 50 else 11_250.0 if 60 <= age <= 63 else 7_500.0
    assert 0.0 <= deferral[0] <= min(pay, 23_500.0 + catch_up)
    assert 0.0 <= match[0] <= promised
    assert deferral[0] + match[0] <= min(70_000.0, pay) + catch_up + 1e-6


def test_required_distributions_start_at_the_age_of_the_cohort() -> None:
    """Publication 590-B, table III: 27.4 years at 72, 26.5 at 73, 24.6 at 75, 2.0 from 120 on."""
    age = np.array([71, 72, 72, 72, 73, 73, 74, 75, 120, 130])
    born = np.array([1950, 1940, 1950, 1951, 1951, 1960, 1960, 1960, 1960, 1960])
    taken = required_distribution(age, born, np.full(10, 100_000.0))
    periods = np.array([np.inf, 27.4, 27.4, np.inf, 26.5, np.inf, np.inf, 24.6, 2.0, 2.0])
    np.testing.assert_allclose(taken, 100_000.0 / periods, rtol=1e-12)


def test_the_table_covers_every_age_from_72_and_its_periods_never_rise() -> None:
    periods = distribution_periods()
    assert np.isnan(periods[:72]).all()
    assert periods.size == 121
    assert (np.diff(periods[72:]) < 0.0).all()


def test_the_youngest_are_asked_for_nothing() -> None:
    taken = required_distribution(np.array([0, 22]), np.array([2025, 2003]), np.ones(2))
    assert taken.tolist() == [0.0, 0.0]


def test_withdrawals_before_59_are_penalised_unless_the_employer_was_left_at_55() -> None:
    age = np.array([30, 54, 54, 55, 55, 58, 58, 59, 70])
    separated = np.array([True, False, True, False, True, False, True, False, False])
    assert penalised(age, separated).tolist() == [True, True, True, True, False, True, False, False, False]
