"""Addressed luck against published vectors, and as a source of independent uniform numbers."""

import hashlib
import pickle

import numpy as np
import pytest
from numba import njit
from scipy import stats

from environment.luck import Luck, philox_uniform, philox_words, uniform_of_words
from environment.typing import IntArray

ALL_ONES = 0xFFFFFFFF

# Random123 1.09, known-answer tests of philox4x32 with 10 rounds: counter, key, output.
KNOWN_ANSWERS = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ALL_ONES,) * 4, (ALL_ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@pytest.mark.parametrize(("counter", "key", "output"), KNOWN_ANSWERS)
def test_philox_gives_the_published_answers(
    counter: tuple[int, ...], key: tuple[int, ...], output: tuple[int, ...]
) -> None:
    c0, c1, c2, c3 = (np.uint64(word) for word in counter)
    k0, k1 = (np.uint64(word) for word in key)
    assert tuple(int(word) for word in philox_words(c0, c1, c2, c3, k0, k1)) == output


def test_the_interval_is_open_at_both_ends() -> None:
    assert uniform_of_words(np.uint64(0), np.uint64(0)) == 2.0**-54
    assert uniform_of_words(np.uint64(ALL_ONES), np.uint64(ALL_ONES)) == 1.0 - 2.0**-53
    assert uniform_of_words(np.uint64(1 << 31), np.uint64(0)) == 0.5
    assert uniform_of_words(np.uint64(0), np.uint64(1 << 6)) == 2.0**-53


@pytest.mark.parametrize(("seed", "replication"), [(0, 0), (1, 7), (2**63, 3)])
def test_a_draw_is_philox_of_its_address(seed: int, replication: int) -> None:
    digest = hashlib.sha256(f"{seed}/{replication}/pay.permanent".encode()).digest()
    key0, key1 = (np.uint64(int.from_bytes(digest[i : i + 4], "little")) for i in (0, 4))
    row, month, number = 17, 203, 2
    words = philox_words(np.uint64(row), np.uint64(month), np.uint64(number), np.uint64(0), key0, key1)
    expected = ((int(words[0]) >> 5) * 2**26 + (int(words[1]) >> 6)) / 2**53
    luck = Luck(seed, replication)
    assert luck.key("pay.permanent") == (key0, key1)
    assert luck.uniform("pay.permanent", month, np.array([row]), number)[0] == expected
    assert philox_uniform(key0, key1, row, month, number) == expected


def test_every_way_to_draw_gives_the_same_numbers() -> None:
    luck = Luck(3, 1)
    rows = np.array([5, 0, 99])
    table = luck.uniforms("death", 4, rows, 3)
    assert table.shape == (3, 3)
    for number in range(3):
        assert np.array_equal(luck.uniform("death", 4, rows, number), table[:, number])
    grid = luck.uniform_grid("death", np.array([3, 4]), rows, 1)
    assert np.array_equal(grid[1], table[:, 1])
    assert np.array_equal(grid[0], luck.uniform("death", 3, rows, 1))
    square = luck.uniform("death", 4, np.array([[5, 0], [99, 5]]))
    assert np.array_equal(square, table[[[0, 1], [2, 0]], 0])
    lines = luck.uniform_streams(("look", "death"), 4, rows)
    assert np.array_equal(lines[1], table[:, 0])
    assert np.array_equal(lines[0], luck.uniform("look", 4, rows))
    assert luck.uniform_streams(("look", "death"), 4, rows[:0]).shape == (2, 0)


def test_normals_invert_the_uniforms() -> None:
    luck = Luck(3, 1)
    rows = np.arange(50)
    table = luck.normals("a", 4, rows, 3)
    assert np.allclose(stats.norm.cdf(table), luck.uniforms("a", 4, rows, 3), rtol=1e-12)
    assert np.array_equal(table[:, 2], luck.normal("a", 4, rows, 2))
    assert np.array_equal(luck.normal_grid("a", np.array([4, 9]), rows, 2)[0], table[:, 2])
    assert np.array_equal(luck.normal_streams(("b", "a"), 4, rows)[1], table[:, 0])


def test_a_draw_depends_on_its_own_address_only() -> None:
    rows = np.arange(1000)
    whole = Luck(11, 0).uniform("choice", 7, rows)
    backwards = Luck(11, 0)
    backwards.uniform("another", 1, rows)
    assert np.array_equal(backwards.uniform("choice", 7, rows[::-1]), whole[::-1])
    assert np.array_equal(backwards.uniform("choice", 7, rows[200:300]), whole[200:300])
    assert np.array_equal(backwards.uniform("choice", 7, rows[::3]), whole[::3])
    assert backwards.uniform("choice", 7, rows[:0]).shape == (0,)


def test_replication_zero_is_the_single_run_and_the_others_differ() -> None:
    rows = np.arange(100)
    draws = [Luck(1, replication).uniform("death", 1, rows) for replication in range(8)]
    assert np.array_equal(draws[0], Luck(1, 0).uniform("death", 1, rows))
    assert len(np.unique(np.concatenate(draws))) == 800


def test_luck_survives_the_way_to_a_worker() -> None:
    luck = Luck(2**63, 5)
    rows = np.arange(10)
    expected = luck.uniform("death", 1, rows)
    assert np.array_equal(pickle.loads(pickle.dumps(luck)).uniform("death", 1, rows), expected)  # noqa: S301


@pytest.mark.parametrize(("seed", "replication"), [(-1, 0), (0, -1)])
def test_negative_seeds_and_replications_are_refused(seed: int, replication: int) -> None:
    with pytest.raises(ValueError, match=">= 0"):
        Luck(seed, replication)


def test_draws_are_uniform() -> None:
    for stream in ("death", "market.shock"):
        draws = Luck(1, 0).uniform(stream, 12, np.arange(200_000))
        assert stats.kstest(draws, "uniform").pvalue > 0.001
        counts = np.bincount((draws * 1000).astype(np.int64), minlength=1000)
        assert stats.chisquare(counts).pvalue > 0.001


# Addresses that differ from (seed 1, replication 0, stream "a", month 1, rows from 0, number 0) in one part.
OTHER_ADDRESSES = {
    "seed": (2, 0, "a", 1, 0, 0),
    "replication": (1, 1, "a", 1, 0, 0),
    "stream": (1, 0, "b", 1, 0, 0),
    "month": (1, 0, "a", 2, 0, 0),
    "next row": (1, 0, "a", 1, 1, 0),
    "distant row": (1, 0, "a", 1, 10**6, 0),
    "number": (1, 0, "a", 1, 0, 1),
}


@pytest.mark.parametrize("address", OTHER_ADDRESSES.values(), ids=OTHER_ADDRESSES.keys())
def test_different_addresses_give_independent_draws(address: tuple[int, int, str, int, int, int]) -> None:
    seed, replication, stream, month, first_row, number = address
    rows = np.arange(100_000)
    one = Luck(1, 0).uniform("a", 1, rows)
    other = Luck(seed, replication).uniform(stream, month, first_row + rows, number)
    assert not np.any(one == other)
    # The correlation of n independent pairs has standard error 1 / root n.
    assert abs(np.corrcoef(one, other)[0, 1]) < 4.5 / np.sqrt(len(rows))
    cells = np.histogram2d(one, other, bins=16, range=[[0, 1], [0, 1]])[0]
    assert stats.chisquare(cells.ravel()).pvalue > 0.001


@njit(nogil=True)
def total(key0: np.uint64, key1: np.uint64, rows: IntArray, month: int) -> float:
    """A kernel that draws where it needs it."""
    sum_of_draws = 0.0
    for row in rows:
        sum_of_draws += philox_uniform(key0, key1, row, month, 0)
    return sum_of_draws


def test_a_kernel_can_draw_for_itself() -> None:
    luck = Luck(1, 0)
    rows = np.arange(5)
    in_order = sum(luck.uniform("death", 3, rows).tolist())
    assert total(*luck.key("death"), rows, 3) == in_order


def test_rows_with_a_month_each_draw_as_they_do_in_that_month_alone() -> None:
    luck, months, rows = Luck(3, 1), np.array([2, 2, 9]), np.array([5, 70, 5])
    dated = luck.uniform_dated(("look", "death"), months, rows)
    for place, (month, row) in enumerate(zip(months.tolist(), rows, strict=True)):
        alone = luck.uniform_streams(("look", "death"), month, np.array([row]))
        assert np.array_equal(dated[:, place], alone[:, 0])
    assert luck.uniform_dated(("look",), months[:0], rows[:0]).shape == (1, 0)
