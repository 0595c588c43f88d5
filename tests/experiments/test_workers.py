"""The pool of workers on small tasks: answers, failures, and that nobody outlives the work."""

import os
import signal
import subprocess
import sys
import time

import pytest

from experiments.worker_process import ONE_THREAD
from experiments.workers import each_finished
from tests.processes import needs_processes, program, wait_for

# Prints to stderr, which the tests follow, and ends as the command does.
WORK = """
import sys, time
from experiments.workers import each_finished

try:
    tasks = {number: (float(sys.argv[1]) if number else 0.0,) for number in range(2000)}
    for task, _ in each_finished(time.sleep, tasks, 2):
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


def test_a_failure_tells_where_in_the_worker_it_was() -> None:
    with pytest.raises(ValueError, match="invalid literal") as caught:
        list(each_finished(int, {0: ("one",)}, 1))
    assert "In a worker process:\nTraceback" in caught.value.__notes__[0]


def test_arguments_and_answers_may_be_large() -> None:
    """Larger than what a pipe holds, in either direction."""
    answers = dict(each_finished(bytes, {size: (bytes(size),) for size in (0, 10_000_000, 3_000_000)}, 2))
    assert {size: len(answer) for size, answer in answers.items()} == {size: size for size in answers}
    assert len(answers) == 3


def test_no_task_needs_no_worker() -> None:
    assert list(each_finished(int, {}, 2)) == []


INTERRUPTS_OF_A_WORKER = """
import signal
from experiments.workers import each_finished

mask = [answer for _, answer in each_finished(signal.pthread_sigmask, {0: (signal.SIG_BLOCK, ())}, 1)]
print(signal.SIGINT in mask[0], signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()))
"""


def test_workers_leave_interrupts_to_the_process_they_work_for() -> None:
    """From their first instruction on, in a process that has started no worker before."""
    arguments = [sys.executable, "-c", INTERRUPTS_OF_A_WORKER]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]


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
    with program("-c", WORK, "0.05") as running:
        if moment == "while workers start":
            wait_for(running.workers)
        else:
            running.wait_until_it_says("finished")
        os.killpg(running.process.pid, signal.SIGINT)
        assert running.ended() == 130
        wait_for(lambda: running.group() == [])
        assert "Traceback" not in running.said, running.said


@needs_processes
def test_a_killed_worker_is_an_error() -> None:
    with program("-c", WORK, "0.05") as running:
        running.wait_until_it_says("finished")
        os.kill(running.workers()[0], signal.SIGKILL)
        assert running.ended() == 1
        wait_for(lambda: running.group() == [])
        assert running.last_line.startswith("a worker process was killed")
        assert "Traceback" not in running.said, running.said


@needs_processes
@pytest.mark.parametrize("signal_", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_with_the_process_they_work_for(signal_: signal.Signals) -> None:
    """At once, though their tasks would take another five minutes."""
    with program("-c", WORK, "300") as running:
        running.wait_until_it_says("finished")
        assert len(running.workers()) == 2
        running.process.send_signal(signal_)
        assert running.ended() == -signal_
        wait_for(lambda: running.group() == [])
