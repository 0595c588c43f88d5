"""Results in memory and on disk: tables by file stem, a manifest, a summary."""

import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from environment.scenario import Scenario
from experiments.folders import (
    Finish,
    content_hash,
    read_json,
    read_manifest,
    staged,
    write_inputs,
    write_json,
    write_manifest,
    write_tables,
)
from experiments.headlines import UNITS
from experiments.intervals import interval
from experiments.replication import Columns, Replication
from experiments.story import files
from experiments.toml import as_toml

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SCHEMA = 1
PACKAGES = ("thirdwave", "mesa", "numpy", "numba", "scipy", "pandas", "pyarrow", "seaborn", "matplotlib")
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Result:
    """All replications of one scenario.

    Attributes
    ----------
    name : str
        Name of the scenario.
    tables : dict of str to DataFrame
        By file stem: ``monthly``, ``classes``, ``groups``, ``inequality``, ``lorenz``, ``savers``,
        ``managers``, ``funds``, ``employers``, ``ledger``; each is also an attribute.
    manifest, summary : dict
        As in the result folder; ``content_sha256`` is set when the result is written.
    scenario_text : str
        The scenario as a file that can be run again; empty in a result read from disk.
    lives : DataFrame
        One row a replication and person ever in the run; empty in a result read from disk.
    headlines : DataFrame
        Headline figures by replication; empty in a result read from disk.
    inputs : mapping of str to bytes
        The CSV files that the scenario names, by the path that it gives them; empty in a result read from
        disk.
    stories : mapping of str to str
        Files that tell the lives of savers who were followed, by name; empty in a result read from disk.
    """

    name: str
    tables: dict[str, pd.DataFrame]
    manifest: dict[str, Any]
    summary: dict[str, Any]
    scenario_text: str
    lives: pd.DataFrame
    headlines: pd.DataFrame
    inputs: Mapping[str, bytes] = field(default_factory=dict)
    stories: Mapping[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> pd.DataFrame:
        tables: dict[str, pd.DataFrame] = self.__dict__.get("tables", {})
        if name in tables:
            return tables[name]
        raise AttributeError(f"a result has no table {name!r}; it has {', '.join(sorted(tables))}")

    def plot(self, name: str) -> "Figure":
        """Draw one figure of the report, such as ``wealth``.

        Raises
        ------
        ValueError
            When there is no such figure; names the nearest.
        """
        from experiments.report.plot import plot

        return plot(self, name)

    @cached_property
    def replications(self) -> int:
        """Number of replications."""
        return int(self.manifest["replications"])


def build_result(
    scenario: Scenario, replications: Sequence[Replication], seconds: float, peak_mb: float
) -> Result:
    """Put the replications of a scenario together."""
    tables = {name: stack([one.tables[name] for one in replications]) for name in replications[0].tables}
    figures = pd.DataFrame([one.headlines for one in replications])
    lives = stack([_numbered(one) for one in replications])
    manifest = {
        "schema": SCHEMA,
        "kind": "run",
        "status": "complete",
        "scenario": {"name": scenario.name, "description": scenario.description, **scenario.resolved()},
        "seed": scenario.whole("run.seed"),
        "savers": scenario.whole("run.savers"),
        "months": scenario.months,
        "replications": len(replications),
        "wall_seconds": round(seconds, 3),
        "peak_rss_mb": round(peak_mb, 1),
        "versions": versions(),
        "commit": commit(),
        "inputs": dict(scenario.inputs),
        "content_sha256": None,
        "warnings": _warnings(replications),
    }
    inputs = {table.value: table.content for table in scenario.tables.values()}
    summary, text = summarise(figures), as_toml(scenario)
    stories = _stories(scenario, replications[0])
    return Result(scenario.name, tables, manifest, summary, text, lives, figures, inputs, stories)


def summarise(figures: pd.DataFrame) -> dict[str, Any]:
    """Headlines with 95% t intervals over replications."""
    return {
        name: {**interval(figures[name].to_numpy()).as_dict(), "unit": unit, "replications": len(figures)}
        for name, unit in UNITS.items()
    }


def stack(parts: Sequence[Columns]) -> pd.DataFrame:
    """One table from the columns of all replications, in their order."""
    filled = [part for part in parts if part]
    if not filled:
        return pd.DataFrame()
    return pd.DataFrame({name: np.concatenate([part[name] for part in filled]) for name in filled[0]})


def write_result(result: Result, out: Path, finish: Finish | None = None) -> Path:
    """Write a result folder whole: under a temporary name first, renamed at the end.

    Parameters
    ----------
    result : Result
    out : Path
        Parent folder, made when missing.
    finish : callable, optional
        Adds to the folder before it gets its name, such as ``experiments.report.write_report``.

    Returns
    -------
    Path
        ``<out>/<scenario>-<first 8 of the content hash>``; a folder of that name is replaced.

    Raises
    ------
    OSError
        When the disk does not take it; nothing half-written is left.
    """
    with staged(out) as folder:
        fingerprint = fill_folder(result, folder.path)
        if finish is not None:
            finish(folder.path)
        return folder.publish(f"{result.name}-{fingerprint[:8]}")


def fill_folder(result: Result, folder: Path) -> str:
    """Write all of a result and the draft of its manifest into a folder; returns the content hash."""
    write_tables(result.tables, folder)
    fingerprint = content_hash(folder)
    write_json(result.summary, folder / "summary.json")
    (folder / f"{result.name}.toml").write_text(result.scenario_text, encoding="utf-8")
    write_inputs(result.inputs, folder)
    for name, story in result.stories.items():
        (folder / name).write_text(story, encoding="utf-8")
    write_manifest({**result.manifest, "content_sha256": fingerprint}, folder)
    return fingerprint


def read_result(folder: Path) -> Result:
    """Read a result folder back.

    Raises
    ------
    FileNotFoundError
        When the folder has no ``manifest.json`` and so is no result.
    """
    manifest, summary = read_manifest(folder), read_json(folder / "summary.json")
    tables = {path.stem: pd.read_parquet(path) for path in sorted(folder.glob("*.parquet"))}
    return Result(manifest["scenario"]["name"], tables, manifest, summary, "", pd.DataFrame(), pd.DataFrame())


def versions() -> dict[str, str]:
    """Versions that the figures may depend on."""
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def commit() -> str | None:
    """Commit of the program, with ``+`` when its tree has changes; None outside a checkout of its own."""
    if not (ROOT / ".git").exists():
        return None
    try:
        head = _git("rev-parse", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return None
    return f"{head}+" if changed else head


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _numbered(replication: Replication) -> Columns:
    rows = replication.lives["saver"].size
    number, weight = np.full(rows, replication.number), np.full(rows, replication.weight)
    return {"replication": number, "weight": weight, **replication.lives}


def _stories(scenario: Scenario, first: Replication) -> dict[str, str]:
    title = f"{scenario.name}, seed {scenario.whole('run.seed')}"
    return {name: text for row in first.followed for name, text in files(row, title).items()}


def _warnings(replications: Sequence[Replication]) -> list[str]:
    return [f"replication {one.number}: {text}" for one in replications for text in one.warnings]
