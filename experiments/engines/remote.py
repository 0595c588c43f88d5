"""What runs on the workers of a Dask cluster."""

from collections.abc import Mapping

from experiments.engines.identity import differences, with_threads
from experiments.worker_process import answered, one_thread


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
    ConnectionError
        If this worker differs, which a worker may that has come when the work was already under way.
    """
    from distributed import get_worker

    worker = get_worker()
    wrong = differences(ours, {worker.address: told(worker)})
    if wrong:
        raise ConnectionError(refusal(wrong))
    with one_thread():
        return answered(message)


def refusal(wrong: list[str]) -> str:
    """One line on workers that differ."""
    return "the workers have to be as this program is, to the last bit: " + "; ".join(wrong)
