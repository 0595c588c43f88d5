"""What runs on the workers of a Dask cluster."""

from collections.abc import Mapping, Sequence

from experiments.engines.identity import differences, with_threads
from experiments.worker_process import answered, one_thread


class DifferentWorkerError(ConnectionError):
    """A worker would not compute what this program computes."""


def refusal(wrong: Sequence[str]) -> DifferentWorkerError:
    """The error for all `differences`, in one line."""
    return DifferentWorkerError("the workers have to be as this program is: " + "; ".join(wrong))


def told(dask_worker: object) -> dict[str, str]:
    """What a worker's figures depend on; Dask hands over the worker by the name of the argument."""
    threads: int = dask_worker.state.nthreads  # type: ignore[attr-defined]
    return with_threads(threads)


def answered_alike(message: bytes, ours: Mapping[str, str]) -> bytes:
    """Do what a message asks for, on one thread, if this worker computes what its client would.

    Parameters
    ----------
    message : bytes
        From ``experiments.worker_process.asked``.
    ours : mapping
        What the client's figures depend on.

    Raises
    ------
    DifferentWorkerError
        If it would not, as may be with a worker that has joined when the work was under way.
    """
    from distributed import get_worker

    worker = get_worker()
    wrong = differences(ours, {worker.address: told(worker)})
    if wrong:
        raise refusal(wrong)
    with one_thread():
        return answered(message)
