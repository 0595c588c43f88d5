"""The engine of this machine: lazy, warm, and patient with workers that are killed."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from experiments.engines import Lost
from experiments.engines.local import LocalEngine
from tests.experiments.engines.tasks import kill_at_first, kill_if, refuse, square
from tests.processes import needs_processes, processes, program, wait_for

# Prints to stderr, which the tests follow, and ends as the command does.
ROUNDS = """
import sys, time
from experiments.engines.local import LocalEngine

try:
    with LocalEngine(2) as engine:
        for number in range(2000):
            list(engine.each_finished(time.sleep, [(0, (0.01,)), (1, (0.01,))]))
            print("finished", number, file=sys.stderr, flush=True)
except KeyboardInterrupt:
    sys.exit(130)
"""


class Counted:
    """Tasks without end, and how many of them were taken."""

    def __init__(self) -> None:
        self.taken = 0

    def __iter__(self) -> Iterator[tuple[int, tuple[int]]]:
        while True:
            self.taken += 1
            yield self.taken, (self.taken,)


def pids(engine: LocalEngine) -> set[int]:
    """Numbers of two workers: both tasks are given out before the first answer is waited for."""
    answers = dict(engine.each_finished(os.getpid, [(0, ()), (1, ())]))
    return {number for number in answers.values() if isinstance(number, int)}


def alive(process: int) -> bool:
    return any(number == process and state != "Z" for number, state, _ in processes())


@pytest.mark.parametrize("workers", [1, 2])
def test_tasks_are_taken_when_a_worker_is_free_for_them(workers: int) -> None:
    """Out of endlessly many."""
    tasks = Counted()
    with LocalEngine(workers) as engine, closing(engine.each_finished(square, tasks)) as finished:
        for done in range(1, 31):
            task, answer = next(finished)
            assert answer == task * task
            assert tasks.taken <= done + workers


@pytest.mark.parametrize("workers", [1, 2])
def test_what_the_work_raises_ends_the_round_and_not_the_engine(workers: int) -> None:
    with LocalEngine(workers) as engine:
        with pytest.raises(ValueError, match="7 is refused"):
            list(engine.each_finished(refuse, [(0, (7,))]))
        assert list(engine.each_finished(square, [(0, (7,))])) == [(0, 49)]


def test_one_worker_is_this_process() -> None:
    with LocalEngine(1) as engine:
        assert list(engine.each_finished(os.getpid, [(0, ())])) == [(0, os.getpid())]


def test_workers_stay_from_round_to_round_and_end_with_the_block() -> None:
    with LocalEngine(2) as engine:
        rounds = [pids(engine), pids(engine)]
        assert rounds[0] == rounds[1]
        assert len(rounds[0] - {os.getpid()}) == 2
    for number in rounds[0]:
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)


def test_a_task_whose_worker_is_killed_is_tried_by_another(tmp_path: Path) -> None:
    tasks = [(number, (number, tmp_path)) for number in range(5)]
    with LocalEngine(2) as engine:
        assert dict(engine.each_finished(kill_at_first, tasks)) == {0: 0, 1: 1, 2: 4, 3: 9, 4: 16}
    assert len(list(tmp_path.iterdir())) == 5


def test_a_task_that_kills_two_workers_is_lost_and_no_other() -> None:
    lost = Lost("a worker process was killed twice, perhaps for want of memory")
    with LocalEngine(2) as engine:
        answers = dict(engine.each_finished(kill_if, ((n, (n, n % 2 == 1)) for n in range(6))))
        assert answers == {0: 0, 1: lost, 2: 4, 3: lost, 4: 16, 5: lost}


@needs_processes
def test_a_worker_that_is_killed_between_rounds_is_replaced() -> None:
    with LocalEngine(2) as engine:
        victim = min(pids(engine))
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda: not alive(victim))
        after = pids(engine)
    assert len(after - {victim}) == 2


def test_a_round_that_is_closed_leaves_nothing_for_the_next() -> None:
    """And nobody waits for what it had begun."""
    start = time.monotonic()
    with LocalEngine(2) as engine:
        with closing(engine.each_finished(time.sleep, [("short", (0.0,)), ("long", (300.0,))])) as finished:
            assert next(finished) == ("short", None)
        assert dict(engine.each_finished(square, {2: (2,), 3: (3,)}.items())) == {2: 4, 3: 9}
    assert time.monotonic() - start < 30.0


def test_tasks_that_cannot_be_made_end_the_round() -> None:
    """What a worker had begun meanwhile is forgotten."""

    def tasks() -> Iterator[tuple[int, tuple[float]]]:
        yield 0, (300.0,)
        raise ValueError("no more")

    with LocalEngine(2) as engine:
        with pytest.raises(ValueError, match="no more"):
            list(engine.each_finished(time.sleep, tasks()))
        assert list(engine.each_finished(square, [(0, (3,))])) == [(0, 9)]


def test_one_round_at_a_time() -> None:
    """Or the answers of one could be taken for those of the other."""
    with LocalEngine(2) as engine:
        first = engine.each_finished(square, Counted())
        next(first)
        with pytest.raises(RuntimeError, match="busy"):
            next(engine.each_finished(square, Counted()))
        first.close()
        assert list(engine.each_finished(square, [(0, (3,))])) == [(0, 9)]


@needs_processes
def test_an_interrupt_ends_warm_workers_without_a_word() -> None:
    """From the terminal, which interrupts every process of the session."""
    with program("-c", ROUNDS) as running:
        running.wait_until_it_says("finished 3")
        assert len(running.workers()) == 2
        os.killpg(running.process.pid, signal.SIGINT)
        assert running.ended() == 130
        wait_for(lambda: running.group() == [])
        assert "Traceback" not in running.said, running.said
