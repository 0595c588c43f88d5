"""Replications of one or several scenarios, on worker processes of one thread each."""

import multiprocessing
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager

from environment.scenario import Scenario
from experiments.replication import Replication, replicate
from experiments.results import Result, build_result

type Progress = Callable[[int, int, str], None]

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
BYTES_A_UNIT = 1 if sys.platform == "darwin" else 1024


def run(scenario: Scenario, seed: int | None = None, workers: int = 1) -> Result:
    """Simulate a scenario in memory.

    Parameters
    ----------
    scenario : Scenario
        From ``load_scenario``.
    seed : int, optional
        Instead of the scenario's ``run.seed``.
    workers : int
        Worker processes; 1 stays in this process. The result does not depend on it.
    """
    return simulate(scenario if seed is None else scenario.replace(seed=seed), workers=workers)


def simulate(scenario: Scenario, workers: int = 1, progress: Progress | None = None) -> Result:
    """Simulate all replications of a scenario."""
    return simulate_all([scenario], workers, progress)[0]


def simulate_all(
    scenarios: Sequence[Scenario], workers: int = 1, progress: Progress | None = None
) -> list[Result]:
    """Simulate all replications of several scenarios; results in the order of the scenarios."""
    start = time.perf_counter()
    tasks = [(row, number) for number in range(_most(scenarios)) for row in range(len(scenarios))]
    tasks = [(row, number) for row, number in tasks if number < scenarios[row].whole("run.replications")]
    done: dict[tuple[int, int], Replication] = {}
    for task, replication in _replications(scenarios, tasks, workers):
        done[task] = replication
        if progress is not None:
            progress(len(done), len(tasks), f"{scenarios[task[0]].name}, replication {task[1] + 1}")
    seconds, peak = time.perf_counter() - start, peak_memory_mb()
    return [
        build_result(scenario, [done[task] for task in sorted(done) if task[0] == row], seconds, peak)
        for row, scenario in enumerate(scenarios)
    ]


def peak_memory_mb() -> float:
    """Largest resident memory so far of this process or of one of its ended workers, MB."""
    largest = max(
        resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return largest * BYTES_A_UNIT / 1e6


def _most(scenarios: Sequence[Scenario]) -> int:
    return max(scenario.whole("run.replications") for scenario in scenarios)


def _replications(
    scenarios: Sequence[Scenario], tasks: Sequence[tuple[int, int]], workers: int
) -> Iterator[tuple[tuple[int, int], Replication]]:
    workers = min(workers, len(tasks))
    if workers <= 1:
        for row, number in tasks:
            yield (row, number), replicate(scenarios[row], number)
        return
    with _workers(workers) as pool:
        waiting: dict[Future[Replication], tuple[int, int]] = {
            pool.submit(replicate, scenarios[row], number): (row, number) for row, number in tasks
        }
        while waiting:
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                yield waiting.pop(future), future.result()


@contextmanager
def _workers(count: int) -> Iterator[ProcessPoolExecutor]:
    """Pool of fresh processes of one thread each, ended at once when the work is interrupted."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(dict.fromkeys(ONE_THREAD, "1"))
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_die_quietly)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            process.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _die_quietly() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
