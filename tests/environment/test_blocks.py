"""Work over blocks of rows: every row once, in order, whatever the threads."""

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment import blocks
from environment.blocks import BLOCK, by_block, in_blocks
from environment.model import World
from tests.environment.worlds import assert_identical, scenario


@pytest.fixture(params=[1, 3])
def threads(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    count: int = request.param
    monkeypatch.setattr(blocks, "threads", lambda: count)
    monkeypatch.setattr(blocks, "FEW", BLOCK)
    return count


@given(st.integers(0, 500), st.integers(1, 100))
def test_blocks_cover_every_row_once_in_order(size: int, block: int) -> None:
    parts = blocks.blocks(size, block)
    assert np.concatenate([np.arange(size)[part] for part in parts]).tolist() == list(range(size))
    assert all(part.stop - part.start <= block for part in parts)


def test_work_is_done_on_every_row_and_answers_come_in_order(threads: int) -> None:
    seen = np.zeros(3 * BLOCK + 5, dtype=np.int64)

    def count(part: slice) -> None:
        seen[part] += 1

    in_blocks(count, seen.size)
    assert (seen == 1).all()
    assert list(by_block(lambda part: part.start, 1_000, 300)) == [0, 300, 600, 900]


def test_several_blocks_run_on_several_threads(threads: int) -> None:
    meeting = threading.Barrier(2, timeout=10.0)
    if threads == 1:
        assert set(by_block(lambda _: threading.get_ident(), 4, 1)) == {threading.get_ident()}
    else:
        assert len({*by_block(lambda _: (meeting.wait(), threading.get_ident())[1], 4, 1)}) >= 2


def test_work_in_blocks_may_have_blocks_of_its_own(threads: int) -> None:
    """More inner blocks than there are threads: none waits for a thread that waits for it."""
    sums = by_block(lambda part: sum(by_block(lambda inner: inner.start, 50, 10)), 60, 10)
    assert list(sums) == [100] * 6


def test_what_goes_wrong_in_a_block_is_raised(threads: int) -> None:
    def fail(part: slice) -> None:
        raise ValueError(f"from row {part.start}")

    with pytest.raises(ValueError, match="from row 0"):
        in_blocks(fail, 2 * BLOCK)


@pytest.mark.parametrize(("allowed", "count"), [("1", 1), ("7", 7)])
def test_a_worker_has_the_threads_it_is_allowed(
    allowed: str, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_NUM_THREADS", allowed)
    blocks.threads.cache_clear()
    assert blocks.threads() == count
    blocks.threads.cache_clear()


def test_a_world_is_the_same_on_one_thread_and_on_three(monkeypatch: pytest.MonkeyPatch) -> None:
    worlds = []
    monkeypatch.setattr(blocks, "FEW", 4_000)
    for count in (1, 3):
        monkeypatch.setattr(blocks, "threads", lambda count=count: count)
        one = World(scenario(savers=3 * BLOCK, years=1), handles=False)
        one.run_for(3)
        worlds.append(one)
    assert_identical(*worlds)
