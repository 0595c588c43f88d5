"""A sweep from its design to its folder: what is missing is simulated, what is finished is kept."""

import fcntl
import glob
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from experiments.engines import Engine
from experiments.folders import (
    DRAFT,
    MANIFEST,
    PARTIAL,
    Finish,
    content_hash,
    synchronise,
    to_disk,
    write_inputs,
    write_json,
    write_manifest,
)
from experiments.manifest import SCHEMA
from experiments.program import commit, versions
from experiments.simulate import Progress, peak_memory_mb
from experiments.sweep.design import Design
from experiments.sweep.files import design_files
from experiments.sweep.plan import Failure, Plan, Planned, plan
from experiments.sweep.rounds import Rounds
from experiments.sweep.store import Store
from experiments.sweep.table import write_table

_OF_REPORT: Final = ("report.html", "figures", "analysis")
MOST_WARNINGS: Final = 5
"""Warnings of single replications that the manifest repeats."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a sweep came to: its folder, cells simulated and set aside, and replications run this time."""

    folder: Path
    manifest: dict[str, Any]
    failures: list[Failure]
    ran: int


def folder_of(design: Design, out: Path) -> Path:
    """The folder of a design's results, which exists once anything of it is finished."""
    return out / f"{design.name}-{design.hash()[:8]}"


def store_of(design: Design, out: Path) -> Store:
    """The finished cells of a design, and of other designs of its name in the same folder."""
    earlier = sorted(path for path in out.glob(f"{glob.escape(design.name)}-????????") if path.is_dir())
    return Store(folder_of(design, out), [one.name for one in design.outcomes], earlier)


def sweep(
    design: Design, out: Path, engine: Engine, finish: Finish | None = None, progress: Progress | None = None
) -> Sweep:
    """Simulate what is missing of a design and write its folder.

    Whatever ends this, finished replications stay in the folder; the same call goes on with what is missing.
    The files are the same for every engine, for any number of workers and however often it was ended.

    Parameters
    ----------
    design : Design
    out : Path
        Parent folder, made when missing.
    engine : Engine
        Does the work, such as ``experiments.engines.local.LocalEngine``.
    finish : callable, optional
        Adds to the folder before it gets its manifest, such as ``experiments.report.write_report``.
    progress : callable, optional
        As in ``experiments.simulate.simulate_all``.

    Raises
    ------
    ScenarioError
        When no cell can be simulated.
    OSError
        When the disk does not take it, or the sources have changed (`experiments.sweep.work`); what is
        finished is kept.
    """
    start = time.perf_counter()
    planned = plan(design, _counting(progress))
    rounds = Rounds(design, planned, store_of(design, out), engine, progress)
    with engine:
        while rounds.another():
            pass
    folder = folder_of(design, out)
    told = _manifest(design, planned, rounds, time.perf_counter() - start)
    if progress is not None:
        progress(0, 0, "writing the table" if finish is None else "analysing and drawing")
    _write(design, rounds, told, folder, finish)
    return Sweep(folder, told, rounds.failures(), rounds.ran)


def _counting(progress: Progress | None) -> Callable[[int], None] | None:
    if progress is None:
        return None
    return lambda number: progress(0, 0, f"looking at cell {number}")


def _manifest(design: Design, planned: Plan, rounds: Rounds, seconds: float) -> dict[str, Any]:
    base, rule = design.base, design.stopping
    alive = rounds.alive()
    return {
        "schema": SCHEMA,
        "kind": "sweep",
        "status": "complete",
        "name": design.name,
        "description": design.description,
        "design": design.told(),
        "outcomes": {one.name: one.unit for one in design.outcomes},
        "stopping": None if rule is None else {"most": rule.most, "half_width": rule.half_width},
        "scenario": {"name": base.name, "description": base.description, **base.resolved()},
        "seed": base.whole("run.seed"),
        "savers": base.whole("run.savers"),
        "months": base.months,
        "replications": design.replications,
        "cells": len(planned.cells) + len(planned.impossible),
        "failed": len(rounds.failures()),
        "simulations": sum(rounds.wanted[cell.number] for cell in alive),
        "wall_seconds": round(seconds, 3),
        "peak_rss_mb": round(peak_memory_mb(), 1),
        "versions": versions(),
        "commit": commit(),
        "inputs": dict(base.inputs),
        "content_sha256": None,
        "warnings": _warnings(alive, rounds),
    }


def _warnings(cells: Sequence[Planned], rounds: Rounds) -> list[str]:
    """How many replications came with warnings, and the first few of these."""
    first: list[str] = []
    warned = total = 0
    for cell in cells:
        for number in range(rounds.wanted[cell.number]):
            one = rounds.store.read(cell.address, number)
            total += 1
            if one is not None and one.warnings:
                warned += 1
                first += [f"cell {cell.number}, replication {number}: {text}" for text in one.warnings]
                first = first[:MOST_WARNINGS]
    if not warned:
        return []
    return [f"{warned:,} of {total:,} replications came with warnings", *first]


def _write(design: Design, rounds: Rounds, told: dict[str, Any], folder: Path, finish: Finish | None) -> None:
    """Make all files under a temporary name, then put them in place, the manifest last.

    A folder that was finished before keeps its files until the new ones are whole. Sweeps of the same folder
    do this one after the other, so whatever has a temporary name is from one that was killed.
    """
    with _alone(folder):
        for left in folder.glob(f"{PARTIAL}*"):
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=PARTIAL, dir=folder) as name:
            fresh = Path(name)
            write_table(design, rounds.alive(), rounds.wanted, rounds.store, fresh)
            told["content_sha256"] = content_hash(fresh)
            write_json([_told(one) for one in rounds.failures()], fresh / "failed.json")
            write_inputs(design_files(design), fresh)
            write_manifest(told, fresh)
            if finish is not None:
                finish(fresh)
            to_disk(fresh)
            _put_in_place(fresh, folder)
        rounds.store.clean()


def _told(one: Failure) -> dict[str, Any]:
    return {"cell": one.number, "values": one.values, "replication": one.replication, "reason": one.reason}


def _put_in_place(fresh: Path, folder: Path) -> None:
    """Move files and folders, each in place of what bears its name; meanwhile there is no result.

    A report of an earlier table goes, also where there is no new one.
    """
    (folder / MANIFEST).unlink(missing_ok=True)
    synchronise(folder)
    for name in sorted({*_OF_REPORT, *(one.name for one in fresh.iterdir())}):
        target = folder / name
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        else:
            target.unlink(missing_ok=True)
        if (fresh / name).exists():
            (fresh / name).rename(target)
    synchronise(folder)
    (folder / DRAFT).rename(folder / MANIFEST)
    synchronise(folder)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other process is in such a block with the folder; the system lets go of those killed."""
    folder.mkdir(parents=True, exist_ok=True)
    place = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(place, fcntl.LOCK_EX)
        yield
    finally:
        os.close(place)
