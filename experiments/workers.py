"""Worker processes: fresh ones of one thread each, none of which outlives the work.

Every worker has a pipe of its own to the process it works for, and nothing is shared: a process pool of the
standard library shares queues, whose locks a worker that is ended at the wrong moment keeps for ever.
"""

import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from threading import Thread
from typing import cast

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")

type Outcome = tuple[object, Exception | None]
"""What the work gave, or what it raised."""


def each_finished[Task, Answer](
    work: Callable[..., Answer], tasks: Mapping[Task, tuple[object, ...]], workers: int
) -> Generator[tuple[Task, Answer]]:
    """Do work on worker processes and hand over each answer as soon as it is there.

    Parameters
    ----------
    work : callable
        A function of a module, for the workers import it by its name.
    tasks : mapping
        Its arguments by task; begun in this order.
    workers : int
        Number of processes, at least 1.

    Yields
    ------
    tuple
        Task and answer, in the order in which they are finished.

    Raises
    ------
    ChildProcessError
        When a worker was ended from outside. Whatever else the work raises passes through.
    """
    left = iter(tasks.items())
    busy: dict[Connection, Task] = {}

    def hand_out(connection: Connection) -> None:
        for task, arguments in left:
            busy[connection] = task
            connection.send(arguments)
            return

    with _crew(work, min(workers, len(tasks))) as crew:
        for connection in crew:
            hand_out(connection)
        while busy:
            for connection in _ready(busy):
                task, answer = busy.pop(connection), _received(connection)
                hand_out(connection)
                yield task, cast("Answer", answer)


def _ready(busy: Mapping[Connection, object]) -> list[Connection]:
    return [connection for connection in wait(list(busy)) if isinstance(connection, Connection)]


def _received(connection: Connection) -> object:
    """Take an answer, or raise what the work raised."""
    try:
        outcome: Outcome = connection.recv()
    except (EOFError, OSError):
        message = "a worker process was killed, perhaps for want of memory: fewer --workers need less"
        raise ChildProcessError(message) from None
    answer, error = outcome
    if error is not None:
        raise error
    return answer


@contextmanager
def _crew(work: Callable[..., object], count: int) -> Iterator[list[Connection]]:
    """Start workers; end them, whatever they do, when the block is left."""
    context = multiprocessing.get_context("spawn")
    started: list[tuple[SpawnProcess, Connection]] = []
    resource_tracker.ensure_running()  # or the first worker would start it, which lets interrupts through
    try:
        with _interrupts_wait(), _environment(dict.fromkeys(ONE_THREAD, "1")):
            for _ in range(count):
                ours, theirs = context.Pipe()
                process = context.Process(target=serve, args=(work, theirs), daemon=True)
                process.start()
                theirs.close()
                started.append((process, ours))
        yield [connection for _, connection in started]
    finally:
        with _interrupts_wait():
            for process, _ in started:
                process.terminate()
            for process, connection in started:
                process.join()
                connection.close()


def serve(work: Callable[..., object], connection: Connection) -> None:
    """Be a worker: do what comes through the pipe until the other end is closed or its process is gone."""
    Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            arguments = connection.recv()
        except EOFError:
            return
        connection.send(_outcome(work, arguments))


def _outcome(work: Callable[..., object], arguments: tuple[object, ...]) -> Outcome:
    try:
        return work(*arguments), None
    except Exception as error:
        error.add_note(f"In a worker process:\n{traceback.format_exc()}")
        return None, error


def _end_with_parent() -> None:
    """End this process at once when its parent ends, whatever ended that."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables, which the processes started meanwhile inherit."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _interrupts_wait() -> Iterator[None]:
    """Hold Ctrl-C back: processes started meanwhile inherit that for good, and this one alone answers it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
