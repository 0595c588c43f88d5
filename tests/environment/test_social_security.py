"""Benefits against the formula worked by hand, the estimate of the best 35 years against whole careers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.cubics import normal_table
from environment.law import Level
from environment.literacy import EDUCATIONS
from environment.luck import Luck
from environment.opening_careers import capped_moments, opening_career
from environment.payroll import pay_profiles, pay_shocks, yearly_pay
from environment.scenario import Scenario
from environment.social_security import (
    Career,
    add_year,
    average_indexed_monthly_earnings,
    bend_points,
    benefits,
    claim_factor,
    insured_shares,
    law_of_cohort,
    primary_insurance_amount,
    taxable_maximum,
)
from environment.typing import FloatArray, IntArray
from tests.environment.opening import DEFAULTS

SHARES = np.array([0.9, 0.32, 0.15])
BENDS_2026 = (1_286.0, 7_749.0)
MAXIMUM = 176_100.0


def flat(_: int) -> float:
    return 1.0


def career_of(earnings: FloatArray) -> Career:
    """The three numbers of whole careers, shape (rows, years)."""
    years = (earnings > 0.0).sum(axis=1).astype(np.float64)
    return Career(years, earnings.sum(axis=1), (earnings**2).sum(axis=1))


def best_35(earnings: FloatArray) -> FloatArray:
    """Monthly mean of the best 35 years of whole careers, shape (rows, years)."""
    best: FloatArray = np.sort(earnings, axis=1)[:, -35:].sum(axis=1) / 420.0
    return best


def test_published_bend_points_and_taxable_maximum() -> None:
    assert bend_points(DEFAULTS, 2025, flat) == (1_226.0, 7_391.0)
    assert bend_points(DEFAULTS, 2026, flat) == BENDS_2026
    assert [taxable_maximum(DEFAULTS, year, flat) for year in (2025, 2026)] == [176_100.0, 184_500.0]


def test_later_amounts_follow_wages_rounded_to_the_nearest() -> None:
    """3.3% on 1,286 is 1,328.4, on 7,749 it is 8,004.7, on 184,500 it is 190,588.5 = 635.3 x 300."""

    def level(year: int) -> float:
        return 1.033 if year >= 2026 else 1.0

    assert bend_points(DEFAULTS, 2027, level) == (1_328.0, 8_005.0)
    assert taxable_maximum(DEFAULTS, 2027, level) == 635 * 300.0


def test_bend_points_fall_with_wages_and_the_taxable_maximum_does_not() -> None:
    """As in 2011, when the bend points fell to those of 749 and 4,517 USD."""

    def level(year: int) -> float:
        return 0.9 if year >= 2026 else 1.0

    assert bend_points(DEFAULTS, 2027, level) == (1_157.0, 6_974.0)
    assert taxable_maximum(DEFAULTS, 2027, level) == 184_500.0


@pytest.mark.parametrize(
    ("aime", "expected"),
    [
        (0.0, 0.0),
        (1_286.0, 0.9 * 1_286.0),
        (7_749.0, 0.9 * 1_286.0 + 0.32 * 6_463.0),
        (10_000.0, 0.9 * 1_286.0 + 0.32 * 6_463.0 + 0.15 * 2_251.0),
    ],
)
def test_primary_insurance_amount(aime: float, expected: float) -> None:
    assert primary_insurance_amount(np.array([aime]), BENDS_2026, SHARES)[0] == pytest.approx(expected)
    np.testing.assert_array_equal(insured_shares(DEFAULTS), SHARES)


@pytest.mark.parametrize(
    ("full_age", "claim_age", "factor"),
    [
        # One month is 5/9% of the first 36 and 5/12% of the rest; each of credit 2/3%.
        (67.0, 62.0, 1.0 - 0.20 - 0.10),
        (67.0, 62.0 + 1.0 / 12.0, 1.0 - 0.20 - 23 * 5 / 1200),
        (67.0, 62.08, 1.0 - 0.20 - 23 * 5 / 1200),
        (67.0, 64.0, 0.8),
        (67.0, 66.25, 0.95),
        (67.0, 67.0, 1.0),
        (67.0, 70.0, 1.24),
        (66.0, 62.0, 0.75),
        (66.0, 70.0, 1.32),
        (65.0, 62.0, 0.8),
        (70.0, 70.0, 1.0),
    ],
)
def test_claim_factor(full_age: float, claim_age: float, factor: float) -> None:
    scenario = DEFAULTS.with_values({"social_security.full_age": full_age})
    assert claim_factor(scenario, np.array([claim_age]))[0] == pytest.approx(factor, abs=1e-12)


def test_credits_stop_at_seventy() -> None:
    assert claim_factor(DEFAULTS, np.array([71.0, 80.0])).tolist() == [1.24, 1.24]


@given(st.lists(st.floats(0.0, 2e5), min_size=1, max_size=35))
def test_up_to_35_years_the_estimate_is_exact(years: list[float]) -> None:
    earnings = np.array([years])
    found = average_indexed_monthly_earnings(career_of(earnings))
    assert found[0] == pytest.approx(earnings.sum() / 420.0, rel=1e-12)


@pytest.mark.parametrize("years", [36, 40, 43, 48])
def test_constant_and_straight_careers_are_exact(years: int) -> None:
    earnings = np.stack((np.full(years, 60_000.0), np.linspace(20_000.0, 110_000.0, years)))
    found = average_indexed_monthly_earnings(career_of(earnings), 1.1)
    np.testing.assert_allclose(found, 1.1 * best_35(earnings), rtol=1e-9)


@given(st.lists(st.floats(1.0, 2e5), min_size=36, max_size=50))
def test_the_estimate_lies_between_the_mean_of_all_years_and_all_years_in_35(years: list[float]) -> None:
    earnings = np.array([years])
    found = average_indexed_monthly_earnings(career_of(earnings))[0] * 420.0
    assert 35.0 * earnings.mean() * (1.0 - 1e-9) <= found <= earnings.sum() * (1.0 + 1e-9)


def simulated(size: int) -> tuple[IntArray, FloatArray, FloatArray]:
    """Education, permanent pay at the end, covered earnings at 22 to 64 by the model's own pay process."""
    luck, rows = Luck(11, 0), np.arange(size)
    shares = np.cumsum(DEFAULTS.numbers("population.education", EDUCATIONS))[:-1]
    education = np.searchsorted(shares, luck.uniform("education", 0, rows), side="right")
    permanent = DEFAULTS.number("pay.initial_spread") * luck.normal("permanent", 0, rows)
    earnings = np.zeros((size, 43))
    for year in range(43):
        shock, transitory = pay_shocks(luck, 12 * year, rows, education)
        permanent = permanent + (shock if year else 0.0)
        age = np.full(size, 22 + year)
        pay = yearly_pay(DEFAULTS.number("pay.scale"), education, age, permanent, transitory, 1.0)
        earnings[:, year] = np.minimum(pay, MAXIMUM)
    return education, permanent, earnings


def test_the_error_of_the_estimate_over_whole_careers_is_as_stated() -> None:
    """The bounds of docs/social-security.md, for claims at 62 and at 65."""
    _, _, earnings = simulated(6_000)
    for years in (41, 43):
        exact = best_35(earnings[:, :years])
        found = average_indexed_monthly_earnings(career_of(earnings[:, :years]))
        for error, mean, deviation in (
            (found / exact - 1.0, 0.01, 0.02),
            (insured(found) / insured(exact) - 1.0, 0.005, 0.012),
        ):
            assert abs(error.mean()) < mean
            assert np.sqrt(np.mean(error**2)) < deviation


def insured(aime: FloatArray) -> FloatArray:
    return primary_insurance_amount(aime, BENDS_2026, SHARES)


def test_the_careers_of_the_opening_are_those_that_the_pay_process_makes_on_average() -> None:
    """Given permanent pay at 64, earnings and squares have the mean of simulated ones."""
    education, permanent, earnings = simulated(20_000)
    unindexed = (1.025 * 1.01) ** np.maximum(np.arange(22, 65) - 60, 0)
    scenario = DEFAULTS.with_values({"market.inflation.mean": 0.025, "pay.real_growth": 0.01})
    found = opening_career(
        scenario, education, np.full(education.size, 64), np.full(education.size, 65), permanent
    )
    real = career_of(earnings * unindexed)
    assert (found.years == 43.0).all()
    # In all, and among those whose permanent pay has come to be low or high.
    order = np.argsort(permanent)
    for group in (order, *np.array_split(order, 4)):
        for expected, drawn in ((found.earnings, real.earnings), (found.squares, real.squares)):
            gap = (expected - drawn)[group]
            assert abs(gap.mean()) < 4.5 * gap.std() / np.sqrt(gap.size)


def test_a_career_of_the_opening_has_the_years_from_entry_to_retirement() -> None:
    age = np.array([22, 23, 40, 64, 65, 90, 90, 69, 90])
    stops = np.array([65, 65, 65, 65, 65, 65, 60, 70, 70])
    career = opening_career(DEFAULTS, np.ones(9, dtype=np.int64), age, stops, np.zeros(9))
    assert career.years.tolist() == [1.0, 2.0, 19.0, 43.0, 43.0, 43.0, 38.0, 48.0, 48.0]
    assert (np.diff(career.earnings[:4]) > 0.0).all()


def test_pay_after_60_counts_as_it_is_and_gets_no_more_shocks_after_65() -> None:
    """Five years of the same real pay from 65 to 69, grown by 3.5% of prices and wages a year since 60."""
    scenario = DEFAULTS.with_values({"market.inflation.mean": 0.035, "pay.real_growth": 0.0})
    education, age = np.ones(2, dtype=np.int64), np.full(2, 69)
    career = opening_career(scenario, education, age, np.array([65, 70]), np.zeros(2))
    log_pay = np.log(scenario.number("pay.scale")) + pay_profiles().log_profile[1, 65]
    mean, square, _, _ = capped_moments(log_pay - np.log(MAXIMUM), 0.0738**0.5, normal_table())
    growth = 1.035 ** np.arange(5, 10)
    assert np.diff(career.earnings) == pytest.approx(MAXIMUM * mean * growth.sum())
    assert np.diff(career.squares) == pytest.approx(MAXIMUM**2 * square * (growth**2).sum())


def test_nobody_has_no_career() -> None:
    nobody = np.zeros(0, dtype=np.int64)
    assert opening_career(DEFAULTS, nobody, nobody, nobody, np.zeros(0)).years.size == 0
    paid = benefits(DEFAULTS, Career(*np.zeros((3, 0))), np.ones((4, 0)), np.zeros(0))
    assert paid.size == 0


def test_without_spread_or_shocks_a_career_at_entry_is_the_profile() -> None:
    """A year at 22, high school: a median of 17.82 thousand USD of 1992 (Cocco et al. 2005)."""
    scenario = DEFAULTS.with_values({"pay.initial_spread": 0.0, "pay.scale": 1.0})
    career = opening_career(scenario, np.array([1]), np.array([22]), np.array([65]), np.zeros(1))
    assert career.earnings[0] == pytest.approx(17_820.0 * np.exp(0.0738 / 2.0), rel=3e-4)
    assert career.squares[0] == pytest.approx(17_820.0**2 * np.exp(2.0 * 0.0738), rel=1e-3)


def test_a_year_is_added_to_the_careers_of_those_with_pay_capped_and_indexed() -> None:
    career = Career(np.ones(4), np.full(4, 10.0), np.full(4, 100.0))
    add_year(*career, np.array([0, 1, 3]), np.array([4.0, 0.0, 9.0]), 6.0, np.array([1.0, 1.0, 1.5]))
    assert career.years.tolist() == [2.0, 1.0, 1.0, 2.0]
    assert career.earnings.tolist() == [14.0, 10.0, 10.0, 14.0]
    assert career.squares.tolist() == [116.0, 100.0, 100.0, 116.0]


CAREER = Career(np.full(3, 35.0), 420.0 * np.array([1_000.0, 5_000.0, 12_000.0]), np.full(3, 1e12))
IN_2026 = np.full(3, 2026)


def paid_to(
    scenario: Scenario, career: Career, years: IntArray, claim_age: FloatArray, wages: Level, prices: Level
) -> FloatArray:
    """Benefits of people who turn 62 in some years."""
    laws = [(*law_of_cohort(scenario, year, wages), prices(year - 1)) for year in years.tolist()]
    return benefits(scenario, career, np.array(laws).T, claim_age)


def test_a_benefit_in_dollars_of_the_opening_by_hand() -> None:
    """62 in 2026 after inflation of 3% in 2025: 900.00, 2,345.88 and 3,863.21 USD over 1.03."""
    paid = paid_to(
        DEFAULTS, CAREER, IN_2026, np.full(3, 67.0), flat, lambda year: 1.03 if year > 2024 else 1.0
    )
    np.testing.assert_allclose(paid, np.array([900.0, 2_345.88, 3_863.21]) / 1.03, rtol=1e-12)


def test_benefits_of_later_cohorts_grow_with_real_wages() -> None:
    """The formula is homogeneous: wages times 2 and prices times 1.6 pay 1.25 times as much."""
    now = paid_to(DEFAULTS, CAREER, IN_2026, np.full(3, 65.0), flat, flat)
    later = paid_to(
        DEFAULTS,
        CAREER,
        np.array([2026, 2050, 2050]),
        np.full(3, 65.0),
        lambda year: 2.0 if year > 2025 else 1.0,
        lambda year: 1.6 if year > 2025 else 1.0,
    )
    np.testing.assert_allclose(later, now * [1.0, 1.25, 1.25], rtol=1e-12)


def test_those_who_were_62_before_the_opening_have_the_law_of_2025_less_real_growth() -> None:
    first, second, level = law_of_cohort(DEFAULTS, 2015, flat)
    grown = 1.01**10
    assert (first, second) == pytest.approx((1_226.0 / grown, 7_391.0 / grown))
    assert level == pytest.approx(1_226.0 / 1_286.0 / grown)


def test_the_law_of_the_start_holds_for_those_who_were_62_the_year_before() -> None:
    scenario = DEFAULTS.with_values({"run.start": "2026-01"})
    assert law_of_cohort(scenario, 2026, flat) == (1_286.0, 7_749.0, 1.0)
    assert law_of_cohort(scenario, 2025, flat) == pytest.approx((1_286.0 / 1.01, 7_749.0 / 1.01, 1.0 / 1.01))


def test_a_share_of_nothing_pays_nothing() -> None:
    without = DEFAULTS.with_values({"social_security.payable_share": 0.0})
    paid = paid_to(without, CAREER, IN_2026, np.full(3, 67.0), flat, flat)
    assert paid.tolist() == [0.0, 0.0, 0.0]
    half = DEFAULTS.with_values({"social_security.payable_share": 0.5})
    whole = paid_to(DEFAULTS, CAREER, IN_2026, np.full(3, 67.0), flat, flat)
    assert paid_to(half, CAREER, IN_2026, np.full(3, 67.0), flat, flat) == pytest.approx(0.5 * whole)
