"""Deferral by age, taste and pay; defaults and escalation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.saving import deferral_rate, desired_deferral, enrolment_rate, next_rate
from environment.parameters import parameters

RATES = np.array([0.055, 0.068, 0.073, 0.079, 0.093, 0.101])  # How America Saves 2025


def test_the_usual_saver_defers_the_published_rate_of_the_band() -> None:
    ages = np.array([22, 24, 25, 34, 35, 44, 45, 54, 55, 64, 65, 80])
    np.testing.assert_array_equal(deferral_rate(ages, np.ones(12), RATES), np.repeat(RATES, 2))


def test_taste_multiplies_and_nobody_defers_more_than_their_pay() -> None:
    rates = deferral_rate(np.array([30, 30, 30]), np.array([0.5, 2.0, 50.0]), RATES)
    np.testing.assert_allclose(rates, [0.034, 0.136, 1.0])


@given(st.integers(22, 80), st.floats(0.01, 20.0), st.floats(1.0, 1e7), st.floats(1.0, 1e7))
def test_without_elasticity_pay_plays_no_part(age: int, taste: float, pay: float, reference: float) -> None:
    ages, tastes, pays = np.array([age]), np.array([taste]), np.array([pay])
    desired = desired_deferral(ages, tastes, pays, reference, RATES, 0.0)
    np.testing.assert_array_equal(desired, deferral_rate(ages, tastes, RATES))


def test_double_pay_raises_the_rate_by_the_power_of_two() -> None:
    pay = np.array([44_500.0, 89_000.0, 178_000.0, 0.0])
    desired = desired_deferral(np.full(4, 40), np.ones(4), pay, 89_000.0, RATES, 0.5)
    np.testing.assert_allclose(desired, [0.073 / np.sqrt(2), 0.073, 0.073 * np.sqrt(2), 0.0], rtol=1e-14)


def test_nobody_wants_more_than_their_pay_however_high_it_is() -> None:
    assert desired_deferral(np.array([30]), np.ones(1), np.array([1e12]), 1.0, RATES, 2.0)[0] == 1.0


def test_the_passive_take_the_default_and_the_others_their_wish() -> None:
    rates = enrolment_rate(np.full(2, 0.03), np.array([0.08, 0.08]), np.array([True, False]))
    np.testing.assert_array_equal(rates, [0.03, 0.08])


def years(
    count: int,
    rate: float,
    desired: float,
    escalates: bool,
    revises_in: int | None = None,
    step: float = 0.01,
) -> list[float]:
    """Rates of one saver who starts at the default."""
    rates, at_default, path = np.array([rate]), np.array([True]), []
    for year in range(count):
        revises = np.array([year == revises_in])
        wish, raised = np.array([desired]), np.array([escalates])
        rates, at_default = next_rate(rates, wish, at_default, revises, raised, np.array([step]), 0.10)
        path.append(float(rates[0]))
    return path


def test_a_default_of_seven_per_cent_rises_a_point_a_year_to_ten() -> None:
    np.testing.assert_allclose(
        years(5, 0.07, 0.2, escalates=True), [0.08, 0.09, 0.10, 0.10, 0.10], rtol=1e-14
    )


def test_a_default_above_the_ceiling_is_not_cut() -> None:
    assert years(3, 0.12, 0.05, escalates=True) == [0.12] * 3


def test_without_escalation_or_step_the_default_stays() -> None:
    assert years(4, 0.03, 0.08, escalates=False) == [0.03] * 4
    assert years(4, 0.03, 0.08, escalates=True, step=0.0) == [0.03] * 4


def test_who_revises_follows_the_own_wish_for_good() -> None:
    path = years(4, 0.03, 0.08, escalates=True, revises_in=1)
    np.testing.assert_allclose(path, [0.04, 0.08, 0.08, 0.08], rtol=1e-14)


def test_who_has_chosen_follows_the_wish_whatever_the_plan_does() -> None:
    chosen = np.array([False, False])
    rates, at_default = next_rate(
        np.array([0.05, 0.05]), np.array([0.06, 0.04]), chosen, chosen, ~chosen, np.full(2, 0.01), 0.10
    )
    np.testing.assert_array_equal(rates, [0.06, 0.04])
    assert not at_default.any()


def test_as_many_stay_at_the_default_as_was_seen() -> None:
    """76% in the first year (Madrian and Shea 2001); 55% after two, 40-45% after three or four (Choi)."""
    passive, hazard = (
        parameters()[f"savers.deferral.{key}"].value for key in ("passive_share", "revision_hazard")
    )
    assert isinstance(passive, float)
    assert isinstance(hazard, float)
    for time, seen in [(0.75, 0.76), (2.0, 0.55), (3.5, 0.425)]:
        assert passive * (1.0 - hazard) ** time == pytest.approx(seen, abs=0.03)
