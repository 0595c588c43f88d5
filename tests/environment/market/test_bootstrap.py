"""The stationary bootstrap against its closed forms (Politis and Romano 1994)."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.luck import Luck
from environment.market.bootstrap import stationary_rows
from environment.typing import FloatArray, IntArray

MONTHS = 200_000
LIMIT = 4.5


def drawn(length: int, block: float, months: int = MONTHS) -> IntArray:
    return stationary_rows(Luck(7, 0), months, length, block)


def continued(rows: IntArray, length: int) -> FloatArray:
    """1 where a month follows the one before in history, going round."""
    return np.asarray(np.diff(rows) % length == 1, dtype=np.float64)


@pytest.mark.parametrize("block", [1.0, 3.0, 24.0])
def test_every_month_of_history_is_equally_likely(block: float) -> None:
    length = 40
    counts = np.bincount(drawn(length, block), minlength=length)
    # Blocks much shorter than history: a visit brings at most about 2 x block visits along.
    spread = math.sqrt(MONTHS / length * 2.0 * block)
    assert np.all(np.abs(counts - MONTHS / length) < LIMIT * spread)


@pytest.mark.parametrize("block", [1.0, 2.0, 24.0])
def test_a_month_continues_a_block_with_the_stated_chance(block: float) -> None:
    length = 500
    # A new block begins by chance where the old one would have gone on once in `length`.
    expected = 1.0 - 1.0 / block + 1.0 / block / length
    error = math.sqrt(expected * (1.0 - expected) / MONTHS)
    assert abs(continued(drawn(length, block), length).mean() - expected) < LIMIT * error


def test_block_lengths_are_geometric() -> None:
    block = 6.0
    breaks = np.flatnonzero(continued(drawn(1_000_000, block), 1_000_000) == 0.0)
    lengths = np.diff(breaks)
    assert lengths.mean() == pytest.approx(block, rel=LIMIT / math.sqrt(len(lengths)))
    for k in (2, 5, 12):
        share = (1.0 - 1.0 / block) ** (k - 1)
        error = math.sqrt(share * (1.0 - share) / len(lengths))
        assert abs((lengths >= k).mean() - share) < LIMIT * error


def test_covariances_fade_with_the_chance_that_a_block_goes_on() -> None:
    block, length = 5.0, 12
    history = np.sin(2.0 * np.pi * np.arange(length) / length) * math.sqrt(2.0)  # variance 1
    series = history[drawn(length, block)]
    for lag in (0, 1, 2, 3, 6):
        going_round = math.cos(2.0 * math.pi * lag / length)
        expected = (1.0 - 1.0 / block) ** lag * going_round
        products = series[lag:] * series[: len(series) - lag]
        batches = products[: len(products) // 200 * 200].reshape(200, -1).mean(axis=1)
        assert abs(batches.mean() - expected) < LIMIT * batches.std(ddof=1) / math.sqrt(200.0)


@given(
    seed=st.integers(0, 99),
    shorter=st.integers(0, 60),
    more=st.integers(0, 60),
    length=st.integers(1, 300),
    block=st.floats(1.0, 1200.0),
)
def test_a_shorter_run_is_the_beginning_of_a_longer_one(
    seed: int, shorter: int, more: int, length: int, block: float
) -> None:
    long = stationary_rows(Luck(seed, 0), shorter + more, length, block)
    short = stationary_rows(Luck(seed, 0), shorter, length, block)
    assert np.array_equal(short, long[:shorter])
    assert np.all((long >= 0) & (long < length))


def test_a_block_without_end_goes_round() -> None:
    rows = drawn(5, 1e15, months=20)
    assert np.array_equal(rows, (rows[0] + np.arange(20)) % 5)
