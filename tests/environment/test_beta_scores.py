"""Beta quantiles at normal scores against their inversion."""

import numpy as np
import pytest
from scipy.special import betaincinv, ndtr

from environment.beta_scores import beta_quantiles

SCORES = np.random.default_rng(1).uniform(-6.0, 6.0, 2_000)


@pytest.mark.parametrize("parameters", [(2.04, 2.12), (1.0, 1.0), (0.3, 0.9), (10.0, 4.0), (0.5, 0.3)])
def test_quantiles_are_those_of_the_inversion(parameters: tuple[float, float]) -> None:
    found = beta_quantiles(*parameters, SCORES)
    assert abs(found - betaincinv(*parameters, ndtr(SCORES))).max() < 1e-10


def test_where_nearly_everybody_knows_all_or_nothing_the_error_is_as_stated() -> None:
    found = beta_quantiles(0.01, 0.0104, SCORES)
    assert abs(found - betaincinv(0.01, 0.0104, ndtr(SCORES))).max() < 2e-5


def test_a_uniform_share_is_the_normal_probability() -> None:
    np.testing.assert_allclose(beta_quantiles(1.0, 1.0, SCORES), ndtr(SCORES), atol=1e-10)


def test_quantiles_rise_with_the_score_and_stay_between_0_and_1() -> None:
    found = beta_quantiles(2.0, 3.0, np.linspace(-12.0, 12.0, 10_001))
    assert (np.diff(found) >= 0.0).all()
    assert 0.0 <= found[0] < 1e-6
    assert 1.0 - 1e-5 < found[-1] <= 1.0


def test_nobody_has_no_share() -> None:
    assert beta_quantiles(2.0, 2.0, np.zeros(0)).size == 0
