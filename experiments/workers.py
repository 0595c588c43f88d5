"""Worker processes: fresh ones of one thread each, none of which outlives the work."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from threading import Thread

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


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
    with _pool(workers) as pool:
        with _interrupts_wait():
            waiting: dict[Future[Answer], Task] = {
                pool.submit(work, *arguments): task for task, arguments in tasks.items()
            }
        while waiting:
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                yield waiting.pop(future), _answer(future)


def _answer[Answer](future: Future[Answer]) -> Answer:
    try:
        return future.result()
    except BrokenProcessPool:
        message = "a worker process was killed, perhaps for want of memory: fewer --workers need less"
        raise ChildProcessError(message) from None


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Pool of workers, which are ended at once when the block is left by an exception."""
    others = set(multiprocessing.active_children())
    context = multiprocessing.get_context("spawn")
    with _environment(dict.fromkeys(ONE_THREAD, "1")):
        pool = ProcessPoolExecutor(workers, mp_context=context, initializer=start_worker)
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in set(multiprocessing.active_children()) - others:
                process.terminate()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


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
    """Hold Ctrl-C back while workers start: they inherit that for good, and this process alone answers it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def start_worker() -> None:
    """Make this worker end with the process it works for, whatever ended that."""
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
