"""Results in memory: tables by file stem as data frames; written to a folder and read back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from environment.scenario import Scenario
from experiments.folders import Finish, TableFiles, content_hash, read_json, read_manifest, staged
from experiments.manifest import Told, tell, write_told
from experiments.replication import Columns, Replication

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, kw_only=True)
class Result(Told):
    """All replications of one scenario.

    Attributes
    ----------
    name, manifest, summary, scenario_text, inputs, stories
        As in `Told`.
    tables : dict of str to DataFrame
        By file stem: ``monthly``, ``classes``, ``groups``, ``inequality``, ``lorenz``, ``savers``,
        ``managers``, ``funds``, ``employers``, ``ledger``; each is also an attribute.
    lives : DataFrame
        One row a replication and person ever in the run; empty in a result read from disk.
    headlines : DataFrame
        Headline figures by replication; empty in a result read from disk.
    """

    tables: dict[str, pd.DataFrame]
    lives: pd.DataFrame
    headlines: pd.DataFrame

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
    return Result(
        **vars(tell(scenario, replications, seconds, peak_mb)),
        tables={name: stack([one.tables[name] for one in replications]) for name in replications[0].tables},
        lives=stack([_numbered(one) for one in replications]),
        headlines=pd.DataFrame([one.headlines for one in replications]),
    )


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
    with TableFiles(folder) as files:
        for tables in _by_replication(result):
            files.add(tables)
    fingerprint = content_hash(folder)
    write_told(result, folder, fingerprint)
    return fingerprint


def columns_of(table: pd.DataFrame) -> Columns:
    """The columns of a data frame as arrays."""
    return {str(name): column.to_numpy() for name, column in table.items()}


def _by_replication(result: Result) -> Iterator[dict[str, Columns]]:
    """The tables of each replication, as they came and as they are written."""
    for number in range(result.replications):
        yield {
            stem: columns_of(table[table["replication"] == number]) for stem, table in result.tables.items()
        }


def read_result(folder: Path) -> Result:
    """Read a result folder back.

    Raises
    ------
    FileNotFoundError
        When the folder has no ``manifest.json`` and so is no result.
    """
    manifest = read_manifest(folder)
    return Result(
        name=manifest["scenario"]["name"],
        manifest=manifest,
        summary=read_json(folder / "summary.json"),
        tables={path.stem: pd.read_parquet(path) for path in sorted(folder.glob("*.parquet"))},
        lives=pd.DataFrame(),
        headlines=pd.DataFrame(),
    )


def _numbered(replication: Replication) -> Columns:
    rows = replication.lives["saver"].size
    number, weight = np.full(rows, replication.number), np.full(rows, replication.weight)
    return {"replication": number, "weight": weight, **replication.lives}
