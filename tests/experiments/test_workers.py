"""The pool of workers on small tasks: answers, failures, and that nobody outlives the work."""

import os
import signal
import time

import pytest

from experiments.workers import ONE_THREAD, each_finished
from tests.processes import needs_processes, program, wait_for

# Prints to stderr, which the tests follow, and ends as the command does.
WORK = """
import sys, time
from experiments.workers import each_finished

try:
    for task, _ in each_finished(time.sleep, {number: (0.05,) for number in range(2000)}, 2):
        print("finished", task, file=sys.stderr, flush=True)
except KeyboardInterrupt:
    sys.exit(130)
except ChildProcessError as error:
    print(error, file=sys.stderr)
    sys.exit(1)
"""


def test_every_task_is_answered_by_workers_of_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the environment of this process is afterwards as it was."""
    monkeypatch.setenv(ONE_THREAD[0], "7")
    monkeypatch.delenv(ONE_THREAD[1], raising=False)
    before = dict(os.environ)
    answers = dict(each_finished(os.getenv, {name: (name,) for name in (*ONE_THREAD, "HOME")}, 2))
    assert answers == {**dict.fromkeys(ONE_THREAD, "1"), "HOME": os.environ.get("HOME")}
    assert dict(os.environ) == before


def test_what_a_task_raises_comes_through() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        list(each_finished(int, {"good": ("1",), "bad": ("one",)}, 2))


def test_work_that_nobody_waits_for_is_ended() -> None:
    """Whoever takes the first answer and leaves need not wait for the tasks that are left."""
    start = time.monotonic()
    finished = each_finished(time.sleep, {"short": (0.0,), "long": (300.0,), "next": (300.0,)}, 2)
    assert next(finished)[0] == "short"
    finished.close()
    assert time.monotonic() - start < 30.0


@needs_processes
@pytest.mark.parametrize("moment", ["while workers start", "while they work"])
def test_an_interrupt_ends_all_without_a_word_of_the_workers(moment: str) -> None:
    """From the terminal, which interrupts every process of the session, at any moment."""
    with program("-c", WORK) as running:
        if moment == "while workers start":
            wait_for(running.workers)
        else:
            running.wait_until_it_says("finished")
        os.killpg(running.process.pid, signal.SIGINT)
        assert running.ended() == 130
        wait_for(lambda: running.group() == [])
        assert "Traceback" not in running.said


@needs_processes
def test_a_killed_worker_is_an_error() -> None:
    with program("-c", WORK) as running:
        running.wait_until_it_says("finished")
        os.kill(running.workers()[0], signal.SIGKILL)
        assert running.ended() == 1
        wait_for(lambda: running.group() == [])
        assert running.last_line.startswith("a worker process was killed")
        assert "Traceback" not in running.said


@needs_processes
@pytest.mark.parametrize("signal_", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_with_the_process_they_work_for(signal_: signal.Signals) -> None:
    with program("-c", WORK) as running:
        running.wait_until_it_says("finished")
        assert len(running.workers()) == 2
        running.process.send_signal(signal_)
        assert running.ended() == -signal_
        wait_for(lambda: running.group() == [])
