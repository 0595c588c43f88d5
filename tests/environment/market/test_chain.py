"""Two-state chains against the theory of Markov chains."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.luck import Luck
from environment.market.chain import Chain

CHAINS = st.builds(Chain, st.floats(0.0, 1.0), st.floats(0.0, 0.9999))
BOTH = np.array([False, True])


@given(CHAINS, st.floats(0.0, 10.0))
def test_departures_are_balanced_and_have_the_variance(chain: Chain, gap: float) -> None:
    shares = np.array([1.0 - chain.share, chain.share])
    departures = chain.departures(gap, BOTH)
    assert shares @ departures == pytest.approx(0.0, abs=1e-9)
    assert departures[0] - departures[1] == pytest.approx(gap, abs=1e-9)
    assert shares @ departures**2 == pytest.approx(chain.variance(gap), abs=1e-9)


@given(CHAINS)
def test_the_long_run_share_reproduces_itself(chain: Chain) -> None:
    kept = chain.share * chain.stay_second
    assert chain.share == pytest.approx(kept + (1.0 - chain.share) * (1.0 - chain.stay_first), abs=1e-9)


def test_the_memory_is_the_autocorrelation_of_the_states() -> None:
    chain = Chain(0.9, 0.6)
    states = np.array([chain.states(Luck(1, replication), "a", 480) for replication in range(200)])
    centred = states - chain.share
    covariances = (centred[:, 1:] * centred[:, :-1]).mean(axis=1) / (chain.share * (1.0 - chain.share))
    error = covariances.std(ddof=1) / math.sqrt(200)
    assert abs(covariances.mean() - chain.memory) < 4.5 * error
    assert chain.memory == pytest.approx(0.5)


def test_a_second_state_that_never_comes() -> None:
    never = Chain(1.0, 0.9)
    assert never.share == 0.0
    assert not np.any(never.states(Luck(1, 0), "a", 480))
    assert np.all(never.departures(3.0, np.zeros(4, dtype=np.bool_)) == 0.0)


def test_streams_are_independent_and_a_shorter_path_begins_a_longer_one() -> None:
    chain = Chain(0.7, 0.7)
    long = chain.states(Luck(1, 0), "a", 480)
    assert np.array_equal(chain.states(Luck(1, 0), "a", 50), long[:50])
    assert not np.array_equal(chain.states(Luck(1, 0), "b", 480), long)
    assert chain.states(Luck(1, 0), "a", 0).shape == (0,)
