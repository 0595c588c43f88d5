"""The engine of this machine: its own process, or worker processes that stay warm from round to round."""

from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from types import TracebackType
from typing import Final, Self

from experiments.engines import Lost
from experiments.workers import Crew, Killed

_TRIES: Final = 2
_KILLED: Final = "a worker process was killed twice, perhaps for want of memory"


class LocalEngine:
    """Work on this machine; an `experiments.engines.Engine`.

    A worker that is killed is replaced and its task tried once more, after which it is lost. This process is
    not replaced.

    Parameters
    ----------
    workers : int
        Worker processes, of one thread each; with 1 all is done in this process.
    """

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._crew = Crew(workers)

    def __enter__(self) -> Self:
        """Start nobody yet: workers come with their first task."""
        self._crew.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the workers, whatever they do."""
        self._crew.__exit__(kind, error, trace)

    def each_finished[Task, Answer](
        self, work: Callable[..., Answer], tasks: Iterable[tuple[Task, tuple[object, ...]]]
    ) -> Generator[tuple[Task, Answer | Lost]]:
        """Do work on every task and hand over each answer as soon as it is there.

        Parameters
        ----------
        work : callable
            A function of a module, for the workers import it by its name.
        tasks : iterable of tuple
            Tasks and the arguments of the work, one a worker taken ahead.

        Yields
        ------
        tuple
            A task, and its answer or that it is lost, in the order in which they are finished.

        Raises
        ------
        Exception
            What the work raises passes through, and ends the round.
        """
        if self._workers == 1:
            for task, arguments in tasks:
                yield task, work(*arguments)
            return
        with closing(self._crew.each_finished(work, tasks, _TRIES)) as finished:
            for task, answer in finished:
                yield task, Lost(_KILLED) if isinstance(answer, Killed) else answer
                del answer
