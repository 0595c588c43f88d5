"""Pay profiles, shocks and the wage index."""

import numpy as np
import pytest
from scipy.special import ndtr

from environment.demography import AGES, holding_by_age, population_shares, separation_chances
from environment.literacy import EDUCATIONS
from environment.luck import Luck
from environment.payroll import (
    pay_profiles,
    pay_shocks,
    wage_index,
    yearly_pay,
)
from tests.environment.opening import DEFAULTS


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


def test_shocks_have_median_one_and_the_published_variances() -> None:
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
            assert logarithm.mean() == pytest.approx(0.0, abs=4.0 * np.sqrt(variance / size))
            assert np.median(logarithm) == pytest.approx(0.0, abs=5.1 * np.sqrt(variance / size))


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
    centre = np.log(scale) + profiles.log_profile
    for factor, side in ((0.999, -1), (1.001, 1)):
        below = float(np.sum(shares * ndtr((np.log(89_000.0 * factor) - centre) / np.sqrt(variance))))
        assert np.sign(below - 0.5) == side
