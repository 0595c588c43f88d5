"""The two-state chain against the theory of Markov chains and the law of total covariance."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.luck import Luck
from environment.market.correlation import correlations, nearest_correlation
from environment.market.regimes import Regimes
from environment.scenario import build_scenario

ANY_REGIMES = st.builds(
    Regimes,
    stay_calm=st.floats(0.0, 0.9999),
    stay_turbulent=st.floats(0.0, 0.9999),
    volatility_ratio=st.floats(1.0, 20.0),
    gap=st.floats(0.0, 5.0 / math.sqrt(12.0)),
)
BOTH = np.array([False, True])


@given(ANY_REGIMES)
def test_shares_tilts_and_scales_are_balanced(regimes: Regimes) -> None:
    turbulent = regimes.turbulent_share
    shares = np.array([1.0 - turbulent, turbulent])
    assert turbulent == pytest.approx(
        (1.0 - turbulent) * (1.0 - regimes.stay_calm) + turbulent * regimes.stay_turbulent
    )
    tilts, scales = regimes.tilts(BOTH), regimes.scales(BOTH)
    assert shares @ tilts == pytest.approx(0.0, abs=1e-12)
    assert tilts[0] - tilts[1] == pytest.approx(regimes.gap, abs=1e-12)
    assert shares @ tilts**2 == pytest.approx(regimes.between, abs=1e-12)
    assert shares @ scales**2 == pytest.approx(1.0)
    assert scales[1] / scales[0] == pytest.approx(regimes.volatility_ratio)


@given(ANY_REGIMES, st.lists(st.floats(-1.0, 1.0), min_size=10, max_size=10), st.integers(0, 4))
def test_the_covariance_within_is_valid_and_adds_up(
    regimes: Regimes, above: list[float], leader: int
) -> None:
    matrix = np.eye(5)
    matrix[np.triu_indices(5, 1)] = above
    correlation = nearest_correlation(matrix + matrix.T - np.eye(5))
    within = regimes.within(correlation, leader)
    assert np.linalg.eigvalsh(within)[0] > -1e-9
    turbulent = regimes.turbulent_share
    tilts, scales = regimes.tilts(BOTH), regimes.scales(BOTH)
    total = sum(
        share * (tilt**2 * np.outer(correlation[leader], correlation[leader]) + scale**2 * within)
        for share, tilt, scale in zip((1.0 - turbulent, turbulent), tilts, scales, strict=True)
    )
    assert np.allclose(total, correlation, atol=1e-12)


def test_the_default_regimes_are_those_estimated_since_1926() -> None:
    # Calm 9.87% and turbulent 29.58% a year, 84.6% of months calm, means 1.33% and -2.05% a month.
    estimated = build_scenario("defaults", "").with_values({"market.regimes.mean_gap": 2.65})
    regimes = Regimes.of(estimated)
    assert regimes.turbulent_share == pytest.approx(0.154, abs=0.002)
    variance = 0.846 * 2.848**2 + 0.154 * 8.539**2 + 0.846 * 0.154 * (1.33 + 2.053) ** 2
    within = 0.846 * 2.848**2 + 0.154 * 8.539**2
    assert regimes.scales(BOTH) == pytest.approx(np.array([2.848, 8.539]) / math.sqrt(within), rel=0.01)
    assert regimes.gap == pytest.approx((1.33 + 2.053) / math.sqrt(variance), rel=0.01)
    assert regimes.between < 1.0
    assert Regimes.of(build_scenario("defaults", "")).gap == 0.0


def test_the_states_follow_the_chances() -> None:
    regimes = Regimes(0.95, 0.8, 3.0, 0.5)
    states = np.array([regimes.states(Luck(1, replication), 480) for replication in range(400)])
    for before, stay in ((False, 1.0 - 0.95), (True, 0.8)):
        following = states[:, 1:][states[:, :-1] == before]
        error = math.sqrt(stay * (1.0 - stay) / len(following))
        assert following.mean() == pytest.approx(stay, abs=4.5 * error)
    # The first month has the long-run share already.
    assert states[:, 0].mean() == pytest.approx(0.2, abs=4.5 * math.sqrt(0.16 / 400))


def test_a_chain_that_never_stays_alternates() -> None:
    states = Regimes(0.0, 0.0, 3.0, 0.5).states(Luck(1, 0), 10)
    assert np.all(states[1:] != states[:-1])


def test_a_shorter_path_is_the_beginning_of_a_longer_one() -> None:
    regimes = Regimes(0.9, 0.9, 3.0, 0.5)
    assert np.array_equal(regimes.states(Luck(1, 0), 50), regimes.states(Luck(1, 0), 480)[:50])
    assert regimes.states(Luck(1, 0), 0).shape == (0,)


def test_without_a_gap_the_covariance_within_is_the_whole() -> None:
    matrix = correlations().matrix
    assert np.array_equal(Regimes(0.9, 0.9, 3.0, 0.0).within(matrix, 0), matrix)
