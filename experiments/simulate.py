"""Replications of one or several scenarios, in this process or on worker processes."""

import resource
import sys
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from environment.scenario import Scenario
from experiments.folders import Finish, TableFiles, content_hash, staged
from experiments.manifest import tell, write_told
from experiments.replication import Replication, replicate
from experiments.workers import each_finished

if TYPE_CHECKING:
    from experiments.results import Result

type Progress = Callable[[int, int, str], None]
"""Takes the replications done, those in all (0 for work without a measure), and what was done last."""

type Task = tuple[int, int]  # position of a scenario, number of a replication

BYTES_A_UNIT = 1 if sys.platform == "darwin" else 1024


def run(scenario: Scenario, seed: int | None = None, workers: int = 1) -> "Result":
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
) -> "Result":
    """Simulate all replications of a scenario, and follow some savers in the first."""
    return simulate_all([scenario], workers, progress, follow)[0]


def simulate_all(
    scenarios: Sequence[Scenario],
    workers: int = 1,
    progress: Progress | None = None,
    follow: Sequence[int] = (),
) -> "list[Result]":
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
    from experiments.results import build_result

    start = time.perf_counter()
    done = dict(each_replication(scenarios, workers, progress, follow))
    seconds, peak = time.perf_counter() - start, peak_memory_mb()
    return [
        build_result(scenario, [done[task] for task in sorted(done) if task[0] == row], seconds, peak)
        for row, scenario in enumerate(scenarios)
    ]


def simulate_to_folder(
    scenario: Scenario,
    out: Path,
    finish: Finish,
    workers: int = 1,
    progress: Progress | None = None,
    follow: Sequence[int] = (),
) -> tuple[Path, dict[str, Any]]:
    """Simulate a scenario and write its result folder, each replication as soon as it is its turn.

    The folder is that which `write_result` makes of the result in memory, to the last byte of its tables,
    but no more than a replication a worker is in memory, however many there are.

    Parameters
    ----------
    scenario : Scenario
    out : Path
        Parent folder, made when missing.
    finish : callable
        Adds to the folder before it gets its name, such as ``experiments.report.write_report``.
    workers, progress, follow
        As in `simulate_all`.

    Returns
    -------
    Path, dict
        The folder, and its summary.

    Raises
    ------
    OSError
        When the disk does not take it; nothing half-written is left.
    """
    start = time.perf_counter()
    kept: list[Replication] = []
    with staged(out) as folder:
        finished = each_replication([scenario], workers, progress, follow, lives=False)
        with TableFiles(folder.path) as files, closing(finished):
            for _, replication in finished:
                files.add(replication.tables)
                kept.append(replace(replication, tables={}))
        if progress is not None:
            progress(0, 0, "writing the result and its report")
        told = tell(scenario, kept, time.perf_counter() - start, peak_memory_mb())
        fingerprint = content_hash(folder.path)
        write_told(told, folder.path, fingerprint)
        finish(folder.path)
        return folder.publish(f"{scenario.name}-{fingerprint[:8]}"), told.summary


def each_replication(
    scenarios: Sequence[Scenario],
    workers: int = 1,
    progress: Progress | None = None,
    follow: Sequence[int] = (),
    lives: bool = True,
) -> Generator[tuple[Task, Replication]]:
    """Simulate all replications of several scenarios and hand them over one by one.

    Parameters
    ----------
    scenarios, workers, progress, follow
        As in `simulate_all`.
    lives : bool
        Whether the tables of all lives are wanted.

    Yields
    ------
    Task, Replication
        Replication 0 of all scenarios first, whatever the order in which they are finished.
    """
    last = min(scenario.whole("run.savers") for scenario in scenarios) - 1
    if not all(0 <= row <= last for row in follow):
        raise ValueError(f"rows to follow are numbers from 0 to {last}, not {list(follow)}")
    tasks = _tasks(scenarios)
    arguments = {
        (row, number): (scenarios[row], number, () if number else tuple(follow), lives)
        for row, number in tasks
    }
    early: dict[Task, Replication] = {}
    done = handed_over = 0
    if progress is not None:
        progress(0, len(tasks), scenarios[0].name)
    with closing(_each_finished(arguments, min(workers, len(tasks)))) as finished:
        for task, replication in finished:
            early[task] = replication
            del replication  # or it would stay in memory until the next is finished
            done += 1
            if progress is not None:
                progress(done, len(tasks), f"{scenarios[task[0]].name}, replication {task[1] + 1}")
            while handed_over < len(tasks) and tasks[handed_over] in early:
                yield tasks[handed_over], early.pop(tasks[handed_over])
                handed_over += 1


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


def _each_finished(
    arguments: Mapping[Task, tuple[Scenario, int, tuple[int, ...], bool]], workers: int
) -> Generator[tuple[Task, Replication]]:
    if workers > 1:
        yield from each_finished(replicate, arguments, workers)
        return
    for task, one in arguments.items():
        yield task, replicate(*one)
