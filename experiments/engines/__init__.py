"""Engines: who does many small pieces of work, on this machine or on a cluster, all with one interface."""

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self


@dataclass(frozen=True, slots=True)
class Lost:
    """A task that no worker lived to answer.

    Attributes
    ----------
    reason : str
        What happened to its workers, in words.
    """

    reason: str


class Engine(Protocol):
    """Workers that live as long as a ``with`` block, however that is left."""

    def __enter__(self) -> Self:
        """Have workers, now or when there is work for them."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the workers, or leave those that belong to others."""
        ...

    def each_finished[Task, Answer](
        self, work: Callable[..., Answer], tasks: Iterable[tuple[Task, tuple[object, ...]]]
    ) -> Generator[tuple[Task, Answer | Lost]]:
        """Do work on every task, and hand over each answer as soon as it is there.

        May be called again and again in the block, one round after the other. A round that is closed early
        ends the tasks it has begun; nothing of them comes up in the next.

        Parameters
        ----------
        work : callable
            A function of a module, for the workers import it by its name.
        tasks : iterable of tuple
            Tasks and the arguments of the work. No more than two a worker are taken ahead.

        Yields
        ------
        tuple
            A task, and its answer or that it is lost, in the order in which they are finished.

        Raises
        ------
        Exception
            What the work raises passes through, and ends the round.
        """
        ...
