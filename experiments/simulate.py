"""Replications of one or several scenarios, in this process or on worker processes."""

import resource
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing

from environment.scenario import Scenario
from experiments.replication import Replication, replicate
from experiments.results import Result, build_result
from experiments.workers import each_finished

type Progress = Callable[[int, int, str], None]
"""Takes the replications done, the replications in all, and what was done last."""

type Task = tuple[int, int]  # position of a scenario, number of a replication

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


def simulate(
    scenario: Scenario, workers: int = 1, progress: Progress | None = None, follow: Sequence[int] = ()
) -> Result:
    """Simulate all replications of a scenario, and follow some savers in the first."""
    return simulate_all([scenario], workers, progress, follow)[0]


def simulate_all(
    scenarios: Sequence[Scenario],
    workers: int = 1,
    progress: Progress | None = None,
    follow: Sequence[int] = (),
) -> list[Result]:
    """Simulate all replications of several scenarios.

    Parameters
    ----------
    scenarios : sequence of Scenario
    workers : int
        Worker processes; 1 stays in this process.
    progress : callable, optional
        Called at the start and after every replication.
    follow : sequence of int
        Rows of savers whose lives are told in replication 0.

    Returns
    -------
    list of Result
        In the order of the scenarios; the same for any number of workers.

    Raises
    ------
    ChildProcessError
        When a worker was killed.
    ValueError
        When a row to follow is none of the savers.
    """
    last = min(scenario.whole("run.savers") for scenario in scenarios) - 1
    if not all(0 <= row <= last for row in follow):
        raise ValueError(f"rows to follow are numbers from 0 to {last}, not {list(follow)}")
    start = time.perf_counter()
    tasks = _tasks(scenarios)
    done: dict[Task, Replication] = {}
    if progress is not None:
        progress(0, len(tasks), scenarios[0].name)
    with closing(_replications(scenarios, tasks, workers, follow)) as finished:
        for task, replication in finished:
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


def _tasks(scenarios: Sequence[Scenario]) -> list[Task]:
    """Every replication of every scenario, replication 0 of all of them first."""
    counts = [scenario.whole("run.replications") for scenario in scenarios]
    return [
        (row, number) for number in range(max(counts)) for row, count in enumerate(counts) if number < count
    ]


def _replications(
    scenarios: Sequence[Scenario], tasks: Sequence[Task], workers: int, follow: Sequence[int]
) -> Generator[tuple[Task, Replication]]:
    workers = min(workers, len(tasks))
    arguments = {
        (row, number): (scenarios[row], number, () if number else tuple(follow)) for row, number in tasks
    }
    if workers > 1:
        yield from each_finished(replicate, arguments, workers)
        return
    for task, (scenario, number, rows) in arguments.items():
        yield task, replicate(scenario, number, rows)
