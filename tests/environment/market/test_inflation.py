"""Inflation of two regimes against the law of total variance, and the model without them."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.assets import CORPORATE_BONDS, TIPS, TREASURIES
from environment.luck import Luck
from environment.market.chain import Chain
from environment.market.correlation import correlations
from environment.market.inflation import Inflation, bond_loading
from environment.market.rates import innovation_of_yearly_sum, reverting
from environment.scenario import build_scenario
from environment.typing import FloatArray

DEFAULT = Inflation.of(build_scenario("defaults", ""))
ANY = st.builds(
    Inflation,
    mean=st.floats(-0.05, 0.5),
    volatility=st.floats(0.0, 0.5),
    persistence=st.floats(0.0, 0.999),
    chain=st.builds(Chain, st.floats(0.0, 0.9999), st.floats(0.0, 0.9999)),
    mean_gap=st.floats(0.0, 0.5),
)


def autocovariance(inflation: Inflation) -> FloatArray:
    """Of monthly log inflation at lags 0 to 23."""
    lags = np.arange(24)
    between = inflation.chain.variance(inflation.gap / 12.0) * inflation.chain.memory**lags
    within = inflation.innovation**2 / (1.0 - inflation.persistence**2) * inflation.persistence**lags
    return np.asarray(between + within)


@given(ANY)
def test_twelve_months_have_the_volatility_whatever_the_regimes(inflation: Inflation) -> None:
    covariance = autocovariance(inflation)
    year = sum(covariance[abs(one - two)] for one, two in itertools.product(range(12), range(12)))
    assert year == pytest.approx(inflation.volatility**2, rel=1e-9, abs=1e-15)
    assert 0.0 <= inflation.gap <= inflation.mean_gap


def test_years_have_the_autocorrelation_of_history_with_the_regimes_too() -> None:
    covariance = autocovariance(DEFAULT)
    same = sum(covariance[abs(one - two)] for one, two in itertools.product(range(12), range(12)))
    following = sum(covariance[12 + two - one] for one, two in itertools.product(range(12), range(12)))
    assert following / same == pytest.approx(0.61, abs=0.005)
    assert DEFAULT.gap == DEFAULT.mean_gap


def test_without_a_gap_inflation_is_the_autoregression_to_the_last_bit() -> None:
    plain = replace(DEFAULT, mean_gap=0.0)
    high = Luck(1, 0).uniform("a", 0, np.arange(60)) < 0.5
    shocks = Luck(1, 0).normal("b", 0, np.arange(60))
    innovation = innovation_of_yearly_sum(plain.volatility, plain.persistence)
    alone = math.log1p(plain.mean) / 12.0 + reverting(innovation * shocks, plain.persistence, 0.0)
    assert np.array_equal(plain.log_changes(high, shocks), alone)


def test_without_shocks_the_states_are_the_gap_apart() -> None:
    high = np.array([False, True, True, False])
    yearly = 12.0 * DEFAULT.log_changes(high, np.zeros(4))
    assert yearly[1] - yearly[0] == pytest.approx(DEFAULT.gap)
    share = DEFAULT.chain.share
    assert (1.0 - share) * yearly[0] + share * yearly[1] == pytest.approx(math.log1p(DEFAULT.mean))


def test_more_than_the_volatility_allows_has_no_effect() -> None:
    wide, wider = replace(DEFAULT, mean_gap=0.3), replace(DEFAULT, mean_gap=0.5)
    assert wide.gap == wider.gap < 0.3
    assert wide.innovation == pytest.approx(0.0, abs=1e-9)


def test_bonds_swing_as_far_as_they_move_with_treasuries() -> None:
    matrix = correlations().matrix
    loading = bond_loading(matrix, TREASURIES)
    assert loading[TREASURIES] == 1.0
    assert np.flatnonzero(loading).tolist() == [TREASURIES, CORPORATE_BONDS, TIPS]
    assert loading[TIPS] == matrix[TREASURIES, TIPS]


def test_unexpected_inflation_of_a_year_without_memory_is_inflation_itself() -> None:
    law = Inflation(0.025, 0.02, 0.0, Chain(0.5, 0.5), 0.01)
    assert law.surprise_variance == pytest.approx(0.02**2)


def test_without_memory_a_month_answers_with_the_beta_of_the_year() -> None:
    # Shocks of months that end with the month: the year's surprise is their sum.
    law = Inflation(0.025, 0.02, 0.0, Chain(0.9, 0.9), 0.0)
    assert law.response(3.0) == pytest.approx(3.0)
    # The share s of the variance that shocks of months have not is surprise, but not theirs.
    mixed = Inflation(0.025, 0.02, 0.0, Chain(0.5, 0.5), 0.04)
    share = 0.25 * 0.04**2 / 12.0 / 0.02**2
    assert mixed.response(3.0) == pytest.approx(3.0 / (1.0 - share))


def test_without_shocks_there_is_nothing_to_answer_to() -> None:
    assert Inflation(0.025, 0.0, 0.9, Chain(0.9, 0.9), 0.02).response(3.0) == 0.0
