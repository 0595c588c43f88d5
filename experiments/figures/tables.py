"""What a figure is drawn from: the tables of one run, or of a comparison of several."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from environment.typing import FloatArray, IntArray
from experiments.figures.changes import Changes, read_changes
from experiments.folders import read_manifest

AGE_BANDS = ("<25", "25-34", "35-44", "45-54", "55-64", "65+")
QUINTILES = ("1", "2", "3", "4", "5")
HORIZONS = (1, 10, 30, 40)
"""Years after the start for which the headline figures are reported."""
DRAWN_TABLES = ("monthly", "classes", "groups", "inequality", "lorenz", "ledger")
"""Tables of a run that figures and report read, by file stem."""


@dataclass(frozen=True)
class Run:
    """The tables of one scenario.

    Attributes
    ----------
    name : str
        Name of the scenario.
    manifest, summary : Mapping
        Contents of ``manifest.json`` and ``summary.json``; the summary may be empty.
    tables : Mapping[str, pandas.DataFrame]
        Tables by file stem, at least those of `DRAWN_TABLES`.
    """

    name: str
    manifest: Mapping[str, Any]
    summary: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]

    @property
    def replications(self) -> int:
        """Number of replications."""
        return int(self.manifest["replications"])

    @property
    def years(self) -> int:
        """Number of simulated years."""
        return int(self.manifest["months"]) // 12

    @property
    def fingerprint(self) -> str:
        """First eight characters of the content hash."""
        return fingerprint_of(self.manifest)

    @property
    def returns(self) -> str:
        """Where returns came from: ``regimes``, ``constant``, ``history``, ``bootstrap`` or a file."""
        return self.text("market.returns", "regimes")

    @property
    def replays(self) -> bool:
        """Whether every replication went through the same months of history or of a file."""
        return self.returns not in ("regimes", "constant", "bootstrap")

    @property
    def start(self) -> str:
        """First simulated month, ``YYYY-MM``."""
        return self.text("run.start", "the first month")

    def text(self, key: str, default: str) -> str:
        """Return the name a parameter had in this run, or `default` where the manifest does not say."""
        return str(parameter_values(self.manifest).get(key, default))

    def number(self, key: str, default: float) -> float:
        """Return the number a parameter had in this run, or `default` where the manifest does not say."""
        return float(parameter_values(self.manifest).get(key, default))

    def series(self, table: str, column: str, index: str = "year") -> tuple[IntArray, FloatArray]:
        """Read one column as replications x time.

        Parameters
        ----------
        table : str
            File stem of a table with one row a replication and time.
        column : str
            Column to read.
        index : str
            Column of time, ``year`` or ``month``.

        Returns
        -------
        times : IntArray, shape (T,)
        values : FloatArray, shape (replications, T)
            NaN where the table holds no value.
        """
        return _wide(self.tables[table], index, column, self.replications)

    def group(self, column: str, age_band: str = "all", quintile: str = "all") -> tuple[IntArray, FloatArray]:
        """Read a column of ``groups.parquet`` for one group; shapes as in `series`."""
        return _wide(self._group_rows[age_band, quintile], "year", column, self.replications)

    @cached_property
    def _group_rows(self) -> dict[tuple[str, str], pd.DataFrame]:
        """Rows of ``groups.parquet`` by age band and quintile."""
        groups = self.tables["groups"]
        keys = [groups["age_band"].astype(str), groups["literacy_quintile"].astype(str)]
        return {(str(band), str(quintile)): rows for (band, quintile), rows in groups.groupby(keys)}

    @cached_property
    def price_level(self) -> FloatArray:
        """Price level by replication and month.

        Returns
        -------
        FloatArray, shape (replications, months + 1)
            1 at the opening (index 0), then the product of 1 + inflation; dividing an amount of a month by it
            gives USD of the start month.
        """
        level = np.ones((self.replications, int(self.manifest["months"]) + 1))
        if level.shape[1] > 1:
            level[:, 1:] = np.cumprod(1.0 + self.series("monthly", "inflation", "month")[1], axis=1)
        return level

    def real_group(
        self, column: str, age_band: str = "all", quintile: str = "all"
    ) -> tuple[IntArray, FloatArray]:
        """Read a money column of ``groups.parquet`` in USD of the start month; shapes as in `series`."""
        years, values = self.group(column, age_band, quintile)
        return years, values / self.price_level[:, 12 * years]


@dataclass(frozen=True)
class ComparedRuns:
    """The same people and the same luck under several scenarios.

    Attributes
    ----------
    manifest : Mapping
        Contents of the comparison's ``manifest.json``.
    base : Run
        The scenario the others are compared with.
    others : tuple of Run
        The other scenarios, in the order of the verdict.
    verdict : Mapping
        Contents of ``verdict.json``.
    changes : Mapping of str to Changes
        What each other scenario changes for savers.
    """

    manifest: Mapping[str, Any]
    base: Run
    others: tuple[Run, ...]
    verdict: Mapping[str, Any]
    changes: Mapping[str, Changes]

    @property
    def runs(self) -> tuple[Run, ...]:
        """All scenarios, the base first."""
        return (self.base, *self.others)

    @property
    def fingerprint(self) -> str:
        """First eight characters of the comparison's content hash."""
        return fingerprint_of(self.manifest)


def _wide(rows: pd.DataFrame, index: str, column: str, replications: int) -> tuple[IntArray, FloatArray]:
    """Return the times of a column and its values as replications x times, NaN where there is none."""
    times, place = np.unique(rows[index].to_numpy(dtype=np.int64), return_inverse=True)
    values = np.full((replications, times.size), np.nan)
    values[rows["replication"].to_numpy(dtype=np.int64), place] = rows[column].to_numpy(
        dtype=np.float64, na_value=np.nan
    )
    return times, values


def fingerprint_of(manifest: Mapping[str, Any]) -> str:
    """First eight characters of a result's content hash, which a result in memory does not have."""
    content = manifest.get("content_sha256")
    return "not written" if content is None else str(content)[:8]


def parameter_values(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Flatten the resolved scenario of a manifest.

    Parameters
    ----------
    manifest : Mapping
        ``manifest["scenario"]`` may be flat (``{"run.years": 40}``), nested (``{"run": {"years": 40}}``), or
        keep either under ``values``.

    Returns
    -------
    dict
        Values by dotted key.
    """
    scenario = manifest.get("scenario", {})
    if not isinstance(scenario, Mapping):
        return {}
    flat: dict[str, Any] = {}
    _flatten(scenario.get("values", scenario), "", flat)
    return flat


def _flatten(tree: Mapping[str, Any], prefix: str, flat: dict[str, Any]) -> None:
    """Add the leaves of `tree` to `flat` under dotted keys."""
    for key, value in tree.items():
        if isinstance(value, Mapping):
            _flatten(value, f"{prefix}{key}.", flat)
        else:
            flat[f"{prefix}{key}"] = value


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object; a missing file is an empty one."""
    if not path.exists():
        return {}
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def read_run(folder: Path, name: str | None = None) -> Run:
    """Read what the figures need of a result folder of ``run``.

    Parameters
    ----------
    folder : Path
        Folder with ``manifest.json``.
    name : str, optional
        Name of the scenario; by default the one in the manifest, else that of the folder.

    Raises
    ------
    FileNotFoundError
        If the folder holds no ``manifest.json``.
    """
    manifest = read_manifest(folder)
    tables = {stem: pd.read_parquet(folder / f"{stem}.parquet") for stem in DRAWN_TABLES}
    return Run(
        name or scenario_name(manifest, folder.name), manifest, read_json(folder / "summary.json"), tables
    )


def scenario_name(manifest: Mapping[str, Any], default: str) -> str:
    """Return the scenario's name out of a manifest."""
    scenario = manifest.get("scenario")
    name = scenario.get("name") if isinstance(scenario, Mapping) else scenario
    return str(name or default)


def read_comparison(folder: Path) -> ComparedRuns:
    """Read what the figures need of a result folder of ``compare``.

    The verdict names the other scenarios; the base is named by the manifest, or is the one result folder left
    over.

    Raises
    ------
    FileNotFoundError
        If the folder, or one of the result folders in it, holds no ``manifest.json``.
    """
    manifest, verdict = read_manifest(folder), read_json(folder / "verdict.json")
    found = sorted(path.parent.name for path in folder.glob("*/summary.json"))
    left_over = [name for name in found if name not in verdict] or found
    base = str(manifest.get("base") or left_over[0])
    others = tuple(read_run(folder / name, name) for name in verdict)
    run = read_run(folder / base, base)
    tolerance = run.number("compare.tolerance", 0.001)
    changes = read_changes(folder / "differences.parquet", verdict, tolerance, run.replications)
    return ComparedRuns(manifest, run, others, verdict, changes)
