"""The table of a sweep by cell, as the analyses look at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.folders import read_manifest


@dataclass(frozen=True)
class SweepTable:
    """A finished sweep.

    Attributes
    ----------
    manifest : mapping
        Contents of ``manifest.json``.
    rows : DataFrame
        ``sweep.parquet``: a row a cell and replication, sorted; cells that failed have none.
    """

    manifest: Mapping[str, Any]
    rows: pd.DataFrame

    @property
    def method(self) -> str:
        """``grid``, ``list``, ``lhs``, ``sobol`` or ``morris``."""
        return str(self.manifest["design"]["method"])

    @property
    def sampled(self) -> bool:
        """Whether the cells were drawn from ranges."""
        return self.method not in ("grid", "list")

    @property
    def ranges(self) -> dict[str, list[Any]]:
        """Values of every key, or its lowest and highest, in the order of the design."""
        return dict(self.manifest["design"]["parameters"])

    @property
    def keys(self) -> list[str]:
        """Keys of the design, in order."""
        return list(self.ranges)

    @property
    def groups(self) -> dict[str, Sequence[str]]:
        """Keys by group; empty where each stands for itself."""
        return dict(self.manifest["design"].get("groups") or {})

    @property
    def names(self) -> list[str]:
        """What an index belongs to: the groups, or the keys where there are none."""
        return list(self.groups) or self.keys

    @property
    def outcomes(self) -> list[str]:
        """Names of the outcomes, in order."""
        return list(self.manifest["outcomes"])

    @property
    def cells(self) -> int:
        """Cells of the design, failed ones among them."""
        return int(self.manifest["cells"])

    @property
    def seed(self) -> int:
        """Seed of the design, which bootstraps use too."""
        return int(self.manifest["seed"])

    @cached_property
    def values(self) -> pd.DataFrame:
        """Value of every key, one row a cell that has rows, by its number."""
        return self.rows.groupby("cell", sort=True)[self.keys].first()

    @property
    def numeric(self) -> list[str]:
        """Keys whose values are numbers."""
        kinds = self.values.dtypes
        return [key for key in self.keys if kinds[key].kind in "if"]

    @cached_property
    def shared(self) -> pd.DataFrame:
        """Rows of the replications that all cells have: under a stopping rule some go on, with other luck."""
        counts = self.rows.groupby("cell").size()
        return self.rows[self.rows["replication"] < (counts.min() if len(counts) else 0)]

    @cached_property
    def independent(self) -> "SweepTable":
        """The same sweep, of a Sobol' design the two base samples alone: crossings repeat their keys."""
        if self.method != "sobol":
            return self
        place = self.rows["cell"] % (len(self.names) + 2)
        return SweepTable(self.manifest, self.rows[(place == 0) | (place == len(self.names) + 1)])

    def wide(self, outcome: str) -> pd.DataFrame:
        """An outcome with a row a cell and a column a shared replication; nan where there is none."""
        return self.shared.pivot_table(
            index="cell", columns="replication", values=outcome, aggfunc="first", dropna=False
        ).reindex(self.values.index)

    def deviations(self, outcome: str) -> pd.Series:
        """Standard deviation of an outcome over all replications of each cell; nan with fewer than two."""
        return self.rows.groupby("cell")[outcome].std(ddof=1)

    def means(self, outcome: str) -> pd.Series:
        """Mean of an outcome over the shared replications of each cell; nan without any."""
        return self.wide(outcome).mean(axis=1)

    def planned(self, outcome: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Means of all cells of the design in their order, nan where a cell failed, shape (cells,)."""
        return self.means(outcome).reindex(range(self.cells)).to_numpy(dtype=np.float64)

    def problem(self) -> dict[str, Any]:
        """The design as SALib's analyses want it."""
        told: dict[str, Any] = {
            "num_vars": len(self.keys),
            "names": self.keys,
            "bounds": [list(ends) for ends in self.ranges.values()],
        }
        group_of = {key: group for group, keys in self.groups.items() for key in keys}
        return told | ({"groups": [group_of[key] for key in self.keys]} if group_of else {})


def read_sweep(folder: Path) -> SweepTable:
    """Read a finished sweep.

    Raises
    ------
    FileNotFoundError
        When the folder is not one.
    """
    return SweepTable(read_manifest(folder), pd.read_parquet(folder / "sweep.parquet"))
