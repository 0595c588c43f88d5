"""The same people and the same luck under different rules: a paired difference for every person."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from environment.demography import AGE_BANDS
from environment.groups import QUINTILES
from environment.problems import Problem, ScenarioError
from environment.scenario import Scenario
from environment.typing import FloatArray
from experiments.folders import Finish, TableFiles, content_hash, staged, write_json, write_manifest
from experiments.headlines import UNITS
from experiments.intervals import interval
from experiments.manifest import Told, tell, write_told
from experiments.pairs import GROUPS, OUTCOMES, differing, paired, shares, too_few
from experiments.replication import Replication
from experiments.simulate import Progress, Task, each_replication, peak_memory_mb

SHARED = ("run.start", "run.years", "run.savers", "run.seed", "run.replications")
WHO_LIVES = (
    "population.accounts",
    "population.ages",
    "population.initial_balances",
    "population.perimeter_usd",
    "population.entry_age",
    "population.male_share",
    "population.mode",
    "population.mortality_improvement",
)


def compare(
    base: Scenario,
    others: Sequence[Scenario],
    out: Path,
    finish: Finish | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> tuple[Path, dict[str, Any]]:
    """Simulate all scenarios with the same luck, and write their results and what each person gains or loses.

    A replication is written as soon as it is its turn, and so are its differences from the base: no more
    than a replication a worker and one of the base are in memory, however many there are.

    Parameters
    ----------
    base : Scenario
    others : sequence of Scenario
        The base may be among them.
    out : Path
        Parent folder, made when missing.
    finish : callable, optional
        Adds to the folder before it gets its name, such as ``experiments.report.write_report``.
    workers, progress
        As in ``experiments.simulate.simulate_all``.

    Returns
    -------
    Path, dict
        ``<out>/compare-<base>-<first 8 of the content hash>``, in which each scenario has a result folder; a
        folder of that name is replaced. And the verdict, as in ``verdict.json``.

    Raises
    ------
    ScenarioError
        When two different scenarios have the same name, or when they do not share people, months and luck.
    OSError
        When the disk does not take it; nothing half-written is left.
    """
    check_comparable(base, others)
    start = time.perf_counter()
    scenarios = list({scenario.name: scenario for scenario in (base, *others)}.values())
    names = [other.name for other in others]
    with staged(out) as folder:
        kept = _simulate_to(folder.path, scenarios, names, workers, progress)
        if progress is not None:
            progress(0, 0, "writing the results and their report")
        seconds, peak = time.perf_counter() - start, peak_memory_mb()
        told = {one.name: tell(one, kept.replications[one.name], seconds, peak) for one in scenarios}
        for name, one in told.items():
            write_told(one, folder.path / name, content_hash(folder.path / name))
        verdict = {
            name: judge(kept.shares[name], kept.replications[base.name], kept.replications[name])
            for name in names
        }
        write_json(verdict, folder.path / "verdict.json")
        fingerprint = content_hash(folder.path)
        write_manifest(_manifest(told, base.name, kept, fingerprint), folder.path)
        if finish is not None:
            finish(folder.path)
        return folder.publish(f"compare-{base.name}-{fingerprint[:8]}"), verdict


def check_comparable(base: Scenario, others: Sequence[Scenario]) -> None:
    """Refuse scenarios that cannot be compared person by person.

    Raises
    ------
    ScenarioError
        With every problem at once.
    """
    problems = []
    for other in others:
        if other.name == base.name and other.values != base.values:
            problems.append(
                _problem(other.name, "name", other.name, "a name of its own", "two scenarios share a name")
            )
        problems += [
            _problem(
                other.name, key, other.values[key], f"{base.values[key]} in both", f"differs from {base.name}"
            )
            for key in (*SHARED, *WHO_LIVES)
            if other.values[key] != base.values[key]
        ]
    names = [other.name for other in others]
    twice = sorted({name for name in names if names.count(name) > 1})
    problems += [
        _problem(name, "name", name, "each scenario once", "a scenario is named twice") for name in twice
    ]
    if problems:
        raise ScenarioError(problems)


def judge(
    counted: Sequence[FloatArray], base: Sequence[Replication], other: Sequence[Replication]
) -> dict[str, Any]:
    """Shares better, worse and unchanged, by literacy and by age at the start, and changes of the headlines.

    Each with a 95% t interval over replications.

    Parameters
    ----------
    counted : sequence of FloatArray
        From ``experiments.pairs.shares``, one a replication.
    base, other : sequence of Replication
        The same replications under both sets of rules; their tables are not looked at.
    """
    values = np.stack(counted)
    told = [
        {name: interval(values[:, group, row]).as_dict() for row, name in enumerate(OUTCOMES)}
        for group in range(GROUPS)
    ]
    first_band = 1 + len(QUINTILES)
    return {
        **told[0],
        "by_literacy": dict(zip(QUINTILES, told[1:first_band], strict=True)),
        "by_age": dict(zip(AGE_BANDS, told[first_band:], strict=True)),
        "changes": {
            name: interval(
                [two.headlines[name] - one.headlines[name] for one, two in zip(base, other, strict=True)]
            ).as_dict()
            for name in UNITS
        },
    }


@dataclass(frozen=True)
class _Kept:
    """What is left of replications whose tables and differences are written.

    Attributes
    ----------
    replications : dict of str to list of Replication
        Of every scenario, without tables.
    shares : dict of str to list of FloatArray
        As `judge` takes them, of every scenario that is compared with the base.
    differing : dict of str to int
        Simulated savers better or worse off, all replications together, of the same scenarios.
    """

    replications: dict[str, list[Replication]]
    shares: dict[str, list[FloatArray]]
    differing: dict[str, int]


def _simulate_to(
    folder: Path,
    scenarios: Sequence[Scenario],
    others: Sequence[str],
    workers: int,
    progress: Progress | None,
) -> _Kept:
    """Write tables and differences of all replications of scenarios, the base first."""
    kept = _Kept({one.name: [] for one in scenarios}, {name: [] for name in others}, dict.fromkeys(others, 0))
    with ExitStack() as stack:
        finished = stack.enter_context(closing(each_replication(scenarios, workers, progress)))
        files = {"": stack.enter_context(TableFiles(folder))}
        for one in scenarios:
            (folder / one.name).mkdir()
            files[one.name] = stack.enter_context(TableFiles(folder / one.name))
        for _ in range(scenarios[0].whole("run.replications")):
            _write_one(scenarios, finished, files, kept)
    return kept


def _write_one(
    scenarios: Sequence[Scenario],
    finished: Iterator[tuple[Task, Replication]],
    files: Mapping[str, TableFiles],
    kept: _Kept,
) -> None:
    """Write the next replication of every scenario, and pair it with the base's, which is dropped then."""
    tolerance = scenarios[0].number("compare.tolerance")
    base: Replication | None = None
    for scenario in scenarios:
        _, replication = next(finished)
        base = base or replication
        files[scenario.name].add(replication.tables)
        if scenario.name in kept.shares:
            part = paired(base, replication, scenario.name)
            files[""].add({"differences": part})
            kept.shares[scenario.name].append(shares(part, tolerance))
            kept.differing[scenario.name] += differing(part, tolerance)
        kept.replications[scenario.name].append(replace(replication, tables={}, lives={}))


def _too_few(kept: _Kept, base: str) -> list[str]:
    """Return a warning for every other scenario in which too few savers differ from the base."""
    said = {name: too_few(savers, base) for name, savers in kept.differing.items()}
    return [f"{name}: {text}" for name, text in said.items() if text]


def _manifest(told: Mapping[str, Told], base: str, kept: _Kept, fingerprint: str) -> dict[str, Any]:
    shared = told[base].manifest
    warnings = _too_few(kept, base)
    warnings += [f"{name}: {text}" for name, one in told.items() for text in one.manifest["warnings"]]
    return {
        **{
            key: shared[key]
            for key in ("schema", "status", "scenario", "seed", "savers", "months", "replications")
        },
        "kind": "compare",
        "base": base,
        "others": list(kept.shares),
        **{key: shared[key] for key in ("wall_seconds", "peak_rss_mb", "versions", "commit", "inputs")},
        "content_sha256": fingerprint,
        "warnings": warnings,
    }


def _problem(place: str, key: str, value: object, allowed: str, message: str) -> Problem:
    return Problem(place=place, key=key, value=str(value), allowed=allowed, nearest=None, message=message)
