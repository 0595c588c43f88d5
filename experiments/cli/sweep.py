"""`thirdwave sweep`: a design over parameters and replications, resumable, on processes or on a cluster."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from environment.problems import Problem, ScenarioError, nearest_name, shown
from experiments.cli.options import add_run_options, settings_of, workers_of, writable_folder
from experiments.cli.output import figure_text, print_json, print_path, print_table
from experiments.cli.parser import Parser, new_parser
from experiments.cli.progress import progress_on_stderr

if TYPE_CHECKING:
    from pathlib import Path

    from experiments.engines import Engine
    from experiments.sweep.design import Design
    from experiments.sweep.estimate import Estimate
    from experiments.sweep.runner import Sweep

SUMMARY = "a design over parameters and replications: resumable, on this machine or on a cluster"
EXAMPLE = """example, a file caps.toml:
  name = "caps"                                # the result folder is <out>/caps-<8 of the design's hash>
  scenario = "open-access"
  savers = 2000
  years = 40
  replications = 4
  outcomes = ["wealth_median_real", "gini", "frozen_share_at_65"]     # headlines of summary.json

  [design]
  method = "grid"                              # grid, list, lhs, sobol, morris
  samples = 64                                 # lhs: cells; sobol: base samples; morris: trajectories

  [design.parameters]             # grid: the values; list: columns of equal length; else [low, high]
  "policy.cap" = [0.05, 0.15, 0.40]
  "funds.gate.quarterly" = [0.05, 0.10]

  thirdwave sweep caps.toml --dry-run
  thirdwave sweep caps.toml --workers 8
  thirdwave sweep caps.toml --engine dask --scheduler tcp://127.0.0.1:8786"""
ENGINES = ("local", "dask")
MOST_SHOWN = 20
"""Cells that a dry run prints."""


def parser() -> Parser:
    """The command's parser."""
    made = new_parser("thirdwave sweep", SUMMARY, EXAMPLE)
    made.add_argument("design", metavar="FILE", help="path of a sweep file, or name of a shipped design")
    dry = "print cells, estimated time and disk; simulate and write nothing"
    made.add_argument("--dry-run", action="store_true", help=dry)
    made.add_argument("--engine", metavar="ENGINE", default="local", help="local (default) or dask")
    made.add_argument(
        "--scheduler", metavar="ADDRESS", help="of a running Dask scheduler, with --engine dask"
    )
    add_run_options(made)
    return made


def execute(args: argparse.Namespace) -> None:
    """Simulate what is missing of the design, write folder and report, print what came out and where it is.

    Raises
    ------
    ScenarioError
        With every problem of the design and the options; nothing is simulated.
    """
    problems: list[Problem] = []
    design = _load(args, problems)
    workers = workers_of(args.workers, problems)
    out = writable_folder(args.out, problems)
    _check_engine(args, problems)
    if problems or design is None:
        raise ScenarioError(list(dict.fromkeys(problems)))
    from experiments.sweep.estimate import check_disk, estimate

    if args.dry_run:
        _print_estimate(design, estimate(design, out), workers, args.json)
        return
    check_disk(design, out)
    done = _swept(args, design, out, workers)
    if args.json:
        print_json(_told(done))
    else:
        _print(done)
    print_path(done.folder, args.json, args.quiet)


def _load(args: argparse.Namespace, problems: list[Problem]) -> "Design | None":
    from experiments.sweep.load import load_design

    try:
        return load_design(args.design, settings_of(args))
    except ScenarioError as error:
        problems += error.problems
        return None


def _check_engine(args: argparse.Namespace, problems: list[Problem]) -> None:
    if args.engine not in ENGINES:
        nearest = nearest_name(args.engine, ENGINES)
        allowed = ", ".join(ENGINES)
        problems.append(Problem("--engine", "", shown(args.engine), allowed, nearest, "is no engine"))
    elif args.engine == "dask" and args.scheduler is None:
        message = "needs --scheduler"
        problems.append(
            Problem("--engine", "", "dask", "an address such as tcp://10.0.0.1:8786", None, message)
        )
    elif args.engine == "dask" and args.workers is not None:
        message = "means nothing with --engine dask: the cluster has its own"
        problems.append(Problem("--workers", "", shown(args.workers), "no --workers", None, message))
    elif args.engine == "local" and args.scheduler is not None:
        message = "means nothing without --engine dask"
        problems.append(Problem("--scheduler", "", shown(args.scheduler), "--engine dask", None, message))


def _swept(args: argparse.Namespace, design: "Design", out: "Path", workers: int) -> "Sweep":
    from experiments.report import write_report
    from experiments.sweep.runner import sweep

    with progress_on_stderr(args.quiet) as progress:
        return sweep(design, out, _engine(args, workers), write_report, progress)


def _engine(args: argparse.Namespace, workers: int) -> "Engine":
    if args.engine == "dask":
        from experiments.engines.cluster import DaskEngine

        return DaskEngine(args.scheduler)
    from experiments.engines.local import LocalEngine

    return LocalEngine(workers)


def _told(done: "Sweep") -> dict[str, Any]:
    """What `--json` prints of a sweep."""
    from experiments.sweep.outcome_ranges import outcome_ranges

    manifest = done.manifest
    return {
        "folder": str(done.folder),
        **{name: manifest[name] for name in ("name", "cells", "failed", "simulations", "content_sha256")},
        "simulated_now": done.ran,
        "outcomes": outcome_ranges(done.folder, manifest["outcomes"]),
        "warnings": manifest["warnings"],
    }


def _print(done: "Sweep") -> None:
    told = _told(done)
    rows = [
        (name, *(_figure(one[end]) for end in ("mean", "lowest", "highest")), one["unit"])
        for name, one in told["outcomes"].items()
    ]
    cells, simulations, now = (told[name] for name in ("cells", "simulations", "simulated_now"))
    print(f"{cells:,} cells, {simulations:,} replications, {now:,} of them now")
    print_table(("outcome", "mean of cells", "lowest cell", "highest cell", "unit"), rows)
    for failure in done.failures[:MOST_SHOWN]:
        print(f"cell {failure.number} is set aside: {failure.reason}")
    if done.failures:
        print(f"{len(done.failures):,} of {told['cells']:,} cells are set aside, see failed.json")
    for text in told["warnings"]:
        print(f"warning: {text}")


def _print_estimate(design: "Design", told: "Estimate", workers: int, as_json: bool) -> None:
    from experiments.sweep.estimate import SECONDS_OF_THE_REPORT

    cells = len(told.plan.cells) + len(told.plan.impossible)
    figures = {
        "cells": cells,
        "impossible": len(told.plan.impossible),
        "simulations": told.simulations,
        "finished": told.finished,
        "seconds_each": round(told.seconds_each, 2),
        "workers": workers,
        "seconds": round(told.seconds(workers), 1),
        "seconds_of_the_report": SECONDS_OF_THE_REPORT,
        "disk_bytes": told.disk_bytes,
        "free_bytes": told.free_bytes,
    }
    if as_json:
        print_json(figures)
        return
    keys = list(design.ranges)
    rows = [_cell_row(cell.number, cell.values, keys) for cell in told.plan.cells[:MOST_SHOWN]]
    print_table(("cell", *keys), rows)
    if len(told.plan.cells) > MOST_SHOWN:
        print(f"and {len(told.plan.cells) - MOST_SHOWN:,} more")
    for one in told.plan.impossible[:MOST_SHOWN]:
        print(f"cell {one.number} cannot be and would be set aside: {one.reason}")
    batch = " in the first batch" if design.stopping else ""
    print(f"{cells:,} cells, {told.simulations:,} simulations{batch}, {told.finished:,} of them finished")
    drawing = f"then up to {_duration(SECONDS_OF_THE_REPORT)} for analysis and figures"
    simulating = f"about {_duration(told.seconds(workers))} on {workers} workers"
    print(f"time: {simulating}, {told.seconds_each:.2g} s each, {drawing}")
    print(f"disk: up to {told.disk_bytes / 1e6:,.0f} MB of {told.free_bytes / 1e9:,.1f} GB free")


def _cell_row(number: int, values: dict[str, Any], keys: Sequence[str]) -> tuple[str, ...]:
    return (str(number), *(_figure(values[key]) for key in keys))


def _figure(value: object) -> str:
    if isinstance(value, float):
        return figure_text(value)
    if isinstance(value, tuple):
        return ",".join(value)
    return "none" if value is None else str(value)


def _duration(seconds: float) -> str:
    """Write a time in the unit that people would use."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} hours"
