"""Worker processes: fresh ones of one thread each, none of which outlives the work.

Every worker has a pipe of its own to the process it works for, and nothing is shared: a process pool of the
standard library shares queues, whose locks a worker that is ended at the wrong moment keeps for ever. A
worker has one task at a time, so that one that is killed takes down that task and no other.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import wait
from types import TracebackType
from typing import Any, Self, cast

from experiments.worker_process import Arguments, Worker, answer_in, asked, interrupts_wait


@dataclass(frozen=True, slots=True)
class Killed:
    """In place of an answer: so many workers were ended from outside, each while it had the task."""

    times: int


@dataclass(frozen=True, slots=True)
class _Try[Task]:
    """A task in the hands of a worker, the so manieth that it is given to."""

    task: Task
    arguments: Arguments
    number: int


class Crew:
    """Workers that are started when there is work for them and stay warm until the ``with`` block is left.

    Parameters
    ----------
    most : int
        Number of processes, at least 1.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._workers: list[Worker] = []
        self._busy: dict[Worker, _Try[Any]] = {}

    def __enter__(self) -> Self:
        """Start nobody yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all workers, whatever they do."""
        self._end(list(self._workers))

    def each_finished[Task, Answer](
        self, work: Callable[..., Answer], tasks: Iterable[tuple[Task, Arguments]], tries: int
    ) -> Generator[tuple[Task, Answer | Killed]]:
        """Do work on every task and hand over each answer as soon as it is there.

        Whatever ends this early ends the workers that are busy; others take their place the next time.

        Parameters
        ----------
        work : callable
            A function of a module, for the workers import it by its name.
        tasks : iterable of tuple
            Tasks and the arguments of the work, taken in this order, each when a worker is free for it.
        tries : int
            Number of workers that a task is given to, should one after the other be killed.

        Yields
        ------
        tuple
            Task and answer, in the order in which they are finished.

        Raises
        ------
        RuntimeError
            When the workers are still busy with tasks of an earlier call.
        """
        if self._busy:
            raise RuntimeError("the workers are busy: close the work that they have begun")
        left = (_Try(task, arguments, number=1) for task, arguments in tasks)
        again: list[_Try[Task]] = []
        try:
            self._hand_out(work, again, left)
            while self._busy:
                for worker in self._ready():
                    one, message = self._busy.pop(worker), worker.received()
                    if message is None:
                        self._end([worker])
                        if one.number < tries:
                            again.append(_Try(one.task, one.arguments, one.number + 1))
                    self._hand_out(work, again, left)
                    if message is not None:
                        yield one.task, cast("Answer", answer_in(message))
                    elif one.number == tries:
                        yield one.task, Killed(tries)
        finally:
            self._end(list(self._busy))

    def _hand_out[Task](
        self, work: Callable[..., object], again: list[_Try[Task]], left: Iterator[_Try[Task]]
    ) -> None:
        """Give every free worker something to do, first what has to be done again."""
        while len(self._busy) < self._most and (one := again.pop() if again else next(left, None)):
            message = asked(work, one.arguments)
            worker = self._free()
            self._busy[worker] = one
            worker.send(message)

    def _free(self) -> Worker:
        """A worker that has nothing to do, started when there is none."""
        for worker in self._workers:
            if worker not in self._busy:
                return worker
        resource_tracker.ensure_running()  # or the first worker would start it, which lets interrupts through
        with interrupts_wait():
            self._workers.append(Worker.started())
        return self._workers[-1]

    def _ready(self) -> list[Worker]:
        """Wait until some of the busy have answered or are gone."""
        ready = wait([worker.connection for worker in self._busy])
        return [worker for worker in self._busy if worker.connection in ready]

    def _end(self, workers: Sequence[Worker]) -> None:
        with interrupts_wait():
            for worker in workers:
                worker.process.terminate()
            for worker in workers:
                worker.process.join()
                worker.connection.close()
                self._workers.remove(worker)
                self._busy.pop(worker, None)


def each_finished[Task, Answer](
    work: Callable[..., Answer], tasks: Mapping[Task, Arguments], workers: int
) -> Generator[tuple[Task, Answer]]:
    """Do work on worker processes of its own and hand over each answer as soon as it is there.

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
    with Crew(workers) as crew, closing(crew.each_finished(work, tasks.items(), tries=1)) as finished:
        for task, answer in finished:
            if isinstance(answer, Killed):
                message = "a worker process was killed, perhaps for want of memory: fewer --workers need less"
                raise ChildProcessError(message)
            yield task, answer
            del answer  # or it would stay in memory until the next is finished
