"""One worker process of one thread, and the messages that ask for work and hold its answer."""

import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from multiprocessing.reduction import ForkingPickler
from threading import Thread
from typing import Self

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
"""Variables that bring the libraries of a new process, and our own loops, down to one thread each."""

type Arguments = tuple[object, ...]


def asked(work: Callable[..., object], arguments: Arguments) -> bytes:
    """The message that asks for work, which is a function of a module."""
    return bytes(ForkingPickler.dumps((work, arguments)))


def answered(message: bytes) -> bytes:
    """Do what a message asks for; the message that holds what the work gave, or what it raised.

    A request that cannot be read and an answer that cannot be written are errors like those of the work.
    """
    try:
        work, arguments = ForkingPickler.loads(message)
        return bytes(ForkingPickler.dumps((work(*arguments), None)))
    except Exception as error:
        error.add_note(f"In a worker process:\n{traceback.format_exc()}")
        return bytes(ForkingPickler.dumps((None, error)))


def answer_in(message: bytes) -> object:
    """What the work gave, from the message that holds it; what the work raised is raised."""
    answer, error = ForkingPickler.loads(message)
    if error is not None:
        raise error
    return answer


@dataclass(frozen=True, slots=True, eq=False)
class Worker:
    """A worker process, and our end of its pipe."""

    process: SpawnProcess
    connection: Connection

    @classmethod
    def started(cls) -> Self:
        """Start one, with the interrupts held back that are held back here."""
        context = multiprocessing.get_context("spawn")
        with one_thread():
            ours, theirs = context.Pipe()
            process = context.Process(target=serve, args=(theirs,), daemon=True)
            process.start()
            theirs.close()
        return cls(process, ours)

    def send(self, message: bytes) -> None:
        """Hand it a message. If it is gone, that shows where its answer is waited for."""
        with suppress(OSError):
            self.connection.send_bytes(message)

    def received(self) -> bytes | None:
        """The message that it answers with, or None if it was ended before."""
        try:
            return self.connection.recv_bytes()
        except (EOFError, OSError):
            return None


def serve(connection: Connection) -> None:
    """Be a worker: do what comes through the pipe until the other end is closed or its process is gone."""
    Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            message = connection.recv_bytes()
        except EOFError:
            return
        connection.send_bytes(answered(message))


@contextmanager
def interrupts_wait() -> Iterator[None]:
    """Hold Ctrl-C back: processes started meanwhile inherit that for good, and this one alone answers it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_with_parent() -> None:
    """End this process at once when its parent ends, whatever ended that."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def one_thread() -> Iterator[None]:
    """Ask for one thread by the environment, for processes started meanwhile and for our own loops."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
