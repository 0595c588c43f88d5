"""Tasks on their way through a Dask cluster: a few at a time, followed until each is answered."""

import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final

from experiments.engines import Lost
from experiments.engines.identity import with_threads
from experiments.engines.remote import DifferentWorkerError, answered_alike

if TYPE_CHECKING:
    from distributed import Client, Future

_AHEAD: Final = 2
"""Tasks a worker may have, so that the next is there when one is finished."""
_LOOK: Final = 1.0
"""Seconds after which the scheduler is asked again how many workers it has."""
_GONE: Final = "the scheduler of the cluster is gone, or somebody has thrown our tasks away"
_KILLED: Final = "{} workers of the cluster were killed over it, perhaps for want of memory"


@dataclass(frozen=True, slots=True)
class _Begun[Task]:
    """A task that the cluster has; `alone` if it has no other of ours."""

    task: Task
    message: bytes
    future: "Future[bytes]"
    alone: bool


class Flight[Task]:
    """Answers to messages, in the order in which they are finished.

    The scheduler blames all tasks that a dead worker had, begun or not. One that it gives up is therefore
    done again at the end with no other beside it; only if its workers die then too is it lost.

    Parameters
    ----------
    client : distributed.Client
    left : iterator of tuple
        Tasks and the messages to answer, taken when there is a worker for them.
    patience : float
        How long the cluster may be without a worker, seconds.
    """

    def __init__(self, client: "Client", left: Iterator[tuple[Task, bytes]], patience: float) -> None:
        self._client = client
        self._left = left
        self._patience = patience
        self._ours = with_threads(1)
        self._begun: dict[object, _Begun[Task]] = {}
        self._finished: SimpleQueue[Future[bytes]] = SimpleQueue()
        self._given_up: list[tuple[Task, bytes]] = []
        self._workers = 0
        self._looked = -_LOOK
        self._without: float | None = None

    def __iter__(self) -> Iterator[tuple[Task, bytes | Lost]]:
        """Go through all tasks.

        Raises
        ------
        ConnectionError
            If the scheduler or all workers go, or if a worker differs from this program.
        """
        while self._fill():
            try:
                future = self._finished.get(timeout=_LOOK)
            except Empty:
                continue
            begun = self._begun[future.key]
            answer = self._answer(future)
            if answer is None:
                self._follow(begun)
                continue
            del self._begun[future.key]
            future.release()  # type: ignore[no-untyped-call] # or the answer would stay on the cluster
            if isinstance(answer, Lost) and not begun.alone:
                self._given_up.append((begun.task, begun.message))
            else:
                self._fill()
                yield begun.task, answer

    def close(self) -> None:
        """Take back what has not been begun, and forget the rest."""
        futures = [begun.future for begun in self._begun.values()]
        self._begun.clear()
        if futures and self._client.status == "running":
            self._client.cancel(futures, force=True)  # type: ignore[no-untyped-call]

    def _fill(self) -> bool:
        """Give the cluster as much as it may have; False when nothing is left."""
        self._look()
        most = max(_AHEAD * self._workers, 1)
        while len(self._begun) < most and (one := next(self._left, None)):
            self._submit(*one, alone=False)
        if not self._begun and self._given_up:
            self._submit(*self._given_up.pop(), alone=True)
        return bool(self._begun)

    def _submit(self, task: Task, message: bytes, alone: bool) -> None:
        future = self._client.submit(answered_alike, message, self._ours, pure=False)
        self._follow(_Begun(task, message, future, alone))

    def _follow(self, begun: _Begun[Task]) -> None:
        self._begun[begun.future.key] = begun
        begun.future.add_done_callback(self._finished.put)  # type: ignore[no-untyped-call]

    def _answer(self, future: "Future[bytes]") -> bytes | Lost | None:
        """What became of a task; None if its answer was lost on the way, so that it is computed anew."""
        from distributed import KilledWorker

        try:
            return future.result(timeout=self._patience)
        except TimeoutError:
            return None
        except KilledWorker as error:
            return Lost(_KILLED.format(error.allowed_failures + 1))
        except CancelledError:
            raise ConnectionError(_GONE) from None
        except DifferentWorkerError:
            raise
        except OSError as error:
            raise ConnectionError(f"{_GONE}: {error}") from None
        except Exception as error:
            raise ConnectionError(f"a worker cannot work: {type(error).__name__}: {error}") from error

    def _look(self) -> None:
        """Ask how many workers there are, now and then."""
        now = time.monotonic()
        if now - self._looked < _LOOK:
            return
        self._looked = now
        try:
            self._workers = len(self._client.nthreads())  # type: ignore[no-untyped-call]
        except OSError as error:
            raise ConnectionError(f"{_GONE}: {error}") from None
        if self._workers:
            self._without = None
        elif self._without is None:
            self._without = now
        elif now - self._without > self._patience:
            raise ConnectionError(f"the cluster has had no worker for {self._patience:g} seconds")
