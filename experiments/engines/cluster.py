"""The engine of a Dask cluster that others have started: its workers are neither started nor ended here."""

import logging
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, cast

from environment.problems import Problem, ScenarioError, shown
from experiments.engines import Lost
from experiments.extras import need
from experiments.worker_process import Arguments, answer_in, asked

if TYPE_CHECKING:
    from distributed import Client

_ADDRESS: Final = "an address such as tcp://10.0.0.1:8786"


class DaskEngine:
    """Work on a Dask cluster; an `experiments.engines.Engine`.

    A task whose worker dies goes to another, as often as the scheduler allows
    (``distributed.scheduler.allowed-failures``).

    Parameters
    ----------
    scheduler : str
        Address, such as ``tcp://10.0.0.1:8786``.
    patience : float
        How long to wait for the scheduler and, whenever there is none, for a worker, seconds.

    Raises
    ------
    MissingExtra
        If Dask is not installed.
    ScenarioError
        If the address is none.
    """

    def __init__(self, scheduler: str, patience: float = 60.0) -> None:
        need("cluster", "dask", "distributed")
        from distributed.comm.addressing import get_address_host_port

        try:
            get_address_host_port(scheduler)
        except ValueError as error:
            problem = Problem("--scheduler", "", shown(scheduler), _ADDRESS, None, str(error))
            raise ScenarioError([problem]) from None
        self._scheduler = scheduler
        self._patience = patience
        self._client: Client | None = None

    def __enter__(self) -> Self:
        """Connect, and look at the workers.

        Raises
        ------
        ConnectionError
            If there is no scheduler, if it has no worker, or if its workers would compute other bytes.
        """
        from distributed import Client

        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is raised here
        try:
            client = Client(  # type: ignore[no-untyped-call]
                self._scheduler, timeout=self._patience, set_as_default=False
            )
        except (OSError, TypeError) as error:  # the latter when there is no certificate for tls://
            raise ConnectionError(f"no scheduler answers at {self._scheduler}: {error}") from None
        try:
            self._meet(client)
        except BaseException:
            client.close()  # type: ignore[no-untyped-call]
            raise
        self._client = client
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the cluster as it was."""
        client, self._client = self._client, None
        if client is not None:
            client.close()  # type: ignore[no-untyped-call]

    def each_finished[Task, Answer](
        self, work: Callable[..., Answer], tasks: Iterable[tuple[Task, Arguments]]
    ) -> Generator[tuple[Task, Answer | Lost]]:
        """Do work on every task and hand over each answer as soon as it is there.

        Workers that join or leave meanwhile are followed. A task that a worker has begun when this is
        closed is finished by it for nobody: threads cannot be ended.

        Parameters
        ----------
        work : callable
            A function of a module, for the workers import it by its name.
        tasks : iterable of tuple
            Tasks and the arguments of the work, two a worker taken ahead.

        Yields
        ------
        tuple
            A task, and its answer or that it is lost, in the order in which they are finished.

        Raises
        ------
        ConnectionError
            If the scheduler goes, if no worker is left, or if one that has joined differs.
        Exception
            What the work raises passes through, and ends the round.
        """
        if self._client is None:
            raise RuntimeError("the engine works inside its with block")
        from experiments.engines.flight import Flight

        left = ((task, asked(work, arguments)) for task, arguments in tasks)
        with closing(Flight(self._client, left, self._patience)) as flight:
            for task, answer in flight:
                yield task, answer if isinstance(answer, Lost) else cast("Answer", answer_in(answer))

    def _meet(self, client: "Client") -> None:
        """Wait for the first worker, and make sure that all workers are as this program is."""
        from experiments.engines.identity import differences, with_threads
        from experiments.engines.remote import refusal, told

        try:
            client.wait_for_workers(1, timeout=self._patience)
        except TimeoutError:
            message = f"the scheduler at {self._scheduler} has had no worker for {self._patience:g} seconds"
            raise ConnectionError(message) from None
        wrong = differences(with_threads(1), client.run(told, on_error="return"))
        if wrong:
            raise refusal(wrong)
