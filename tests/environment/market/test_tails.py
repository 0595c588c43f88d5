"""The truncated mixing variable against numerical integration and the limits of the Student t."""

from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, stats

from environment.market.tails import CUT, mean_mixing, mixing_variance


@pytest.mark.parametrize("degrees", [2.1, 3.0, 6.0, 40.0])
@pytest.mark.parametrize("cut", [1e-6, CUT, 0.01])
def test_the_mean_is_the_integral(degrees: float, cut: float) -> None:
    chi_square = stats.chi2(degrees)
    least = chi_square.ppf(cut)
    bounds = (least, 1.0, 10.0, np.inf)
    integral = sum(
        integrate.quad(lambda x: degrees / x * chi_square.pdf(x), low, high, epsabs=1e-12)[0]
        for low, high in pairwise(bounds)
    )
    assert mean_mixing(degrees, cut) == pytest.approx(integral / (1.0 - cut), rel=1e-8)


def test_without_a_cut_the_mean_is_the_variance_of_student_t() -> None:
    assert mean_mixing(6.0, 0.0) == pytest.approx(6.0 / 4.0, rel=1e-12)
    assert mean_mixing(6.0, 1e-9) == pytest.approx(6.0 / 4.0, rel=1e-5)


@pytest.mark.parametrize("degrees", [2.1, 6.0, 1000.0])
def test_the_factor_has_expectation_one_and_a_bound(degrees: float) -> None:
    uniform = (np.arange(200_000) + 0.5) / 200_000
    factors = mixing_variance(uniform, degrees)
    assert factors.mean() == pytest.approx(1.0, rel=2e-4)
    assert np.all(np.diff(factors) <= 0.0)
    bound = degrees / stats.chi2(degrees).ppf(CUT) / mean_mixing(degrees, CUT)
    assert bound * 0.9 < mixing_variance(np.array([1e-12]), degrees)[0] <= bound * (1.0 + 1e-9)


def test_many_degrees_are_nearly_normal() -> None:
    assert np.allclose(mixing_variance(np.array([0.1, 0.5, 0.9]), 1e6), 1.0, atol=2e-3)
