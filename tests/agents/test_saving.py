"""Deferral by age and taste."""

import numpy as np

from agents.saving import deferral_rate

RATES = np.array([0.055, 0.068, 0.073, 0.079, 0.093, 0.101])  # How America Saves 2025


def test_the_usual_saver_defers_the_published_rate_of_the_band() -> None:
    ages = np.array([22, 24, 25, 34, 35, 44, 45, 54, 55, 64, 65, 80])
    np.testing.assert_array_equal(deferral_rate(ages, np.ones(12), RATES), np.repeat(RATES, 2))


def test_taste_multiplies_and_nobody_defers_more_than_their_pay() -> None:
    rates = deferral_rate(np.array([30, 30, 30]), np.array([0.5, 2.0, 50.0]), RATES)
    np.testing.assert_allclose(rates, [0.034, 0.136, 1.0])
