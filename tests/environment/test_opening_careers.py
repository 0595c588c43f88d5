"""Expected careers against the plain sums that they interpolate; their meaning is tested with the law."""

import numpy as np
import pytest
from scipy.special import ndtr

from environment.cubics import normal_table
from environment.opening_careers import capped_moments, opening_career
from environment.payroll import pay_profiles
from environment.typing import FloatArray
from tests.environment.opening import DEFAULTS

MAXIMUM = 176_100.0
MANY = 200


def test_moments_of_a_capped_log_normal() -> None:
    """Against quadrature over the quantiles, and far below the cap exp(m + s^2/2) and exp(2m + 2s^2)."""
    quantiles = np.exp(-0.4 + 0.5 * np.sqrt(2.0) * np.polynomial.hermite.hermgauss(180)[0])
    weights = np.polynomial.hermite.hermgauss(180)[1] / np.sqrt(np.pi)
    mean, square, _, _ = capped_moments(-0.4, 0.5, normal_table())
    assert mean == pytest.approx(weights @ np.minimum(quantiles, 1.0), abs=3e-3)
    assert square == pytest.approx(weights @ np.minimum(quantiles, 1.0) ** 2, abs=5e-3)
    mean, square, mean_below, square_below = capped_moments(-3.5, 0.5, normal_table())
    assert [mean, mean_below] == pytest.approx([np.exp(-3.5 + 0.125)] * 2, rel=1e-9)
    assert [square, square_below] == pytest.approx([np.exp(-7.0 + 0.5)] * 2, rel=1e-7)


def test_slopes_of_the_moments_are_what_comes_from_below_the_cap() -> None:
    step = 1e-5
    table = normal_table()
    low, high = capped_moments(-0.3 - step, 0.4, table), capped_moments(-0.3 + step, 0.4, table)
    _, _, mean_below, square_below = capped_moments(-0.3, 0.4, table)
    assert (high[0] - low[0]) / (2.0 * step) == pytest.approx(mean_below, rel=1e-5)
    assert (high[1] - low[1]) / (2.0 * step) == pytest.approx(2.0 * square_below, rel=1e-5)


def plain(education: int, age: int, stops: int, permanent: float) -> FloatArray:
    """Years, earnings and squares, year by year."""
    profiles, scale = pay_profiles(), DEFAULTS.number("pay.scale")
    initial, shock = DEFAULTS.number("pay.initial_spread") ** 2, profiles.permanent_variance[education]
    growth = (1.0 + DEFAULTS.number("market.inflation.mean")) * (1.0 + DEFAULTS.number("pay.real_growth"))
    total = np.zeros(3)
    for past in range(22, min(age + 1, stops)):
        now, then = initial + (min(age, 65) - 22) * shock, initial + (min(past, 65) - 22) * shock
        mean = np.log(scale) + profiles.log_profile[education, past] + then / now * permanent
        spread = np.sqrt(profiles.transitory_variance[education] + then * (1.0 - then / now))
        room = (np.log(MAXIMUM) - mean) / spread
        grown = growth ** max(past - 60, 0)
        for power in (0, 1, 2):
            below = np.exp(power * mean + 0.5 * (power * spread) ** 2) * ndtr(room - power * spread)
            total[power] += grown**power * (below + MAXIMUM**power * ndtr(-room))
    return total


def test_careers_are_the_sums_over_the_years() -> None:
    generator = np.random.default_rng(3)
    education, age = generator.integers(0, 3, MANY), generator.integers(22, 95, MANY)
    stops, permanent = generator.integers(58, 71, MANY), 0.8 * generator.standard_normal(MANY)
    found = np.array(opening_career(DEFAULTS, education, age, stops, permanent))
    people = zip(education.tolist(), age.tolist(), stops.tolist(), permanent.tolist(), strict=True)
    np.testing.assert_allclose(found, np.array([plain(*one) for one in people]).T, rtol=2e-10)


def test_a_career_depends_on_nobody_else() -> None:
    """Up to the error of interpolation, whoever is there besides."""
    permanent = np.array([-1.3, 0.2, 0.9, 1.7])
    together = opening_career(DEFAULTS, np.ones(4, dtype=int), np.full(4, 50), np.full(4, 65), permanent)
    alone = opening_career(DEFAULTS, np.ones(1, dtype=int), np.full(1, 50), np.full(1, 65), permanent[2:3])
    assert together.earnings[2] == pytest.approx(alone.earnings[0], rel=2e-10)
    assert together.squares[2] == pytest.approx(alone.squares[0], rel=2e-10)
