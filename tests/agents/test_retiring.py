"""Ages of retirement: fixed, distributed, by rule."""

import numpy as np
import pytest

from agents.retiring import can_afford_to_stop, retirement_ages, retires_by_rule
from environment.parameters import parameters

EVENLY = (np.arange(10_000) + 0.5) / 10_000
KEYS = [f"savers.retirement.share.{age}" for age in range(60, 71)]
SHARES = np.array([parameters()[key].value for key in KEYS], dtype=np.float64)


def test_without_shares_everybody_stops_at_the_fixed_age() -> None:
    assert (retirement_ages(np.append(0.0, EVENLY), 65, np.zeros(11)) == 65).all()
    assert (retirement_ages(EVENLY, 57, np.zeros(11)) == 57).all()
    assert (retirement_ages(EVENLY, 57, np.zeros(0)) == 57).all()


def test_each_age_has_its_share() -> None:
    ages = retirement_ages(EVENLY, 65, SHARES)
    counts = np.bincount(ages, minlength=71)[60:]
    np.testing.assert_allclose(counts / EVENLY.size, SHARES, atol=1.5e-4)
    assert ages.min() == 60
    assert ages.max() == 70


def test_the_median_retiree_stopped_at_62_and_shares_are_those_of_the_survey() -> None:
    """Retirement Confidence Survey 2023: 33% before 60, 9% at 60-61, 26, 13, 13 and 6% at 70 or later."""
    assert np.median(retirement_ages(EVENLY, 65, SHARES)) == 62
    groups = [SHARES[:2].sum(), SHARES[2:5].sum(), SHARES[5], SHARES[6:10].sum(), SHARES[10]]
    np.testing.assert_allclose(groups, [0.33 + 0.09, 0.26, 0.13, 0.13, 0.06], atol=1e-12)


def test_who_is_left_out_by_the_shares_stops_at_the_fixed_age() -> None:
    ages = retirement_ages(EVENLY, 65, np.array([0.25, 0.0, 0.25]))
    np.testing.assert_array_equal(np.unique(ages, return_counts=True), [[60, 62, 65], [2500, 2500, 5000]])


def test_an_age_without_a_share_is_nobodys() -> None:
    assert 61 not in retirement_ages(np.append(EVENLY, 0.25), 65, np.array([0.25, 0.0, 0.75]))


def test_people_can_stop_once_income_replaces_the_target() -> None:
    income = np.array([69_999.0, 70_000.0, 90_000.0])
    np.testing.assert_array_equal(can_afford_to_stop(income, np.full(3, 1e5), 0.7), [False, True, True])
    assert can_afford_to_stop(np.zeros(3), np.full(3, 1e5), 0.0).all()


@pytest.mark.parametrize(
    ("age", "affordable", "stops"),
    [(59, True, False), (60, True, True), (60, False, False), (69, False, False), (70, False, True)],
)
def test_the_rule_waits_for_the_first_age_and_ends_at_the_last(
    age: int, affordable: bool, stops: bool
) -> None:
    assert retires_by_rule(np.array([age]), np.array([affordable]), 60, 70)[0] == stops


def test_with_both_ages_equal_the_rule_is_a_fixed_age() -> None:
    ages = np.arange(50, 80)
    for affordable in (np.zeros(30, dtype=bool), np.ones(30, dtype=bool)):
        np.testing.assert_array_equal(retires_by_rule(ages, affordable, 65, 65), ages >= 65)
