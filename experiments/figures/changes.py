"""What other rules change for savers, counted from ``differences.parquet`` a part at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd

from environment.typing import BoolArray, FloatArray, IntArray
from experiments.figures.bands import Band, band, share_band

RELATIVE_EDGES = (0.0025, 0.01, 0.05, 0.10, 0.25, 0.50)
"""Sizes of change relative to the base that divide buckets."""
MONEY_EDGES = (100.0, 1_000.0, 10_000.0, 50_000.0, 100_000.0, 500_000.0)
"""Sizes of change in USD of the start that divide buckets."""
BUCKETS = 2 * len(RELATIVE_EDGES) + 3
"""Losses and gains by size, and *unchanged*; as many in money."""
_COLUMNS = [
    "replication",
    "weight",
    "ever_held",
    "base_wealth_real",
    "base_spent_real",
    "difference",
    "other",
]


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes of those who ever held an account in either world, summed by replication (R of them).

    Buckets run from the largest loss over *unchanged* in the middle to the largest gain.

    Attributes
    ----------
    relative, money : FloatArray, shape (R, 15)
        Weight of the savers in each bucket of change, relative to the larger base amount (wealth or spending)
        and in USD.
    difference, weight : FloatArray, shape (R,)
        Weighted sum of the changes, USD, and of the savers.
    differing : int
        Simulated savers who are better or worse off.
    """

    relative: FloatArray
    money: FloatArray
    difference: FloatArray
    weight: FloatArray
    differing: int

    @classmethod
    def none(cls, replications: int) -> Self:
        """Return the changes of nobody."""
        relative, money = np.zeros((replications, BUCKETS)), np.zeros((replications, BUCKETS))
        return cls(relative, money, np.zeros(replications), np.zeros(replications), differing=0)

    def __add__(self, other: Self) -> Self:
        """Return the changes of both."""
        return type(self)(
            self.relative + other.relative,
            self.money + other.money,
            self.difference + other.difference,
            self.weight + other.weight,
            self.differing + other.differing,
        )

    def mean(self) -> Band:
        """Return the mean change of a saver, USD."""
        with np.errstate(invalid="ignore"):
            return band(self.difference / self.weight)


def shares(weights: FloatArray) -> Band:
    """Return the share of savers in each bucket, from `Changes.relative` or `Changes.money`."""
    with np.errstate(invalid="ignore"):
        return share_band(weights / weights.sum(axis=1, keepdims=True))


def changes_in(rows: pd.DataFrame, tolerance: float, replications: int) -> Changes:
    """Count rows of ``differences.parquet`` of one other scenario.

    Parameters
    ----------
    rows : pandas.DataFrame
    tolerance : float
        ``compare.tolerance``: a change within this share of the larger base amount is none.
    replications : int
        Number of replications.
    """
    rows = rows[rows["ever_held"]]
    size = rows[["base_wealth_real", "base_spent_real"]].abs().max(axis=1).to_numpy(dtype=np.float64)
    difference, weight = (rows[name].to_numpy(dtype=np.float64) for name in ("difference", "weight"))
    which = rows["replication"].to_numpy(dtype=np.int64)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(difference == 0, 0.0, difference / size)
    unchanged = np.abs(difference) <= tolerance * size

    def weights(change: FloatArray, edges: tuple[float, ...]) -> FloatArray:
        place = which * BUCKETS + bucket_of(change, unchanged, edges)
        return np.bincount(place, weight, replications * BUCKETS).reshape(replications, BUCKETS)

    return Changes(
        relative=weights(relative, RELATIVE_EDGES),
        money=weights(difference, MONEY_EDGES),
        difference=np.bincount(which, difference * weight, replications),
        weight=np.bincount(which, weight, replications),
        differing=int((~unchanged).sum()),
    )


def bucket_of(change: FloatArray, unchanged: BoolArray, edges: tuple[float, ...]) -> IntArray:
    """Return the bucket of each change.

    Parameters
    ----------
    change : FloatArray, shape (n,)
    unchanged : BoolArray, shape (n,)
        Whose change is within the tolerance.
    edges : tuple of float
        Sizes of change that divide the buckets, above 0 and rising, K of them.

    Returns
    -------
    IntArray, shape (n,)
        0 to 2 K + 2: losses from the largest down, unchanged, gains from the smallest up.
    """
    rank = 1 + np.searchsorted(np.asarray(edges), np.abs(change), side="right")
    middle = len(edges) + 1
    bucket: IntArray = np.where(unchanged, middle, middle + np.sign(change).astype(np.int64) * rank)
    return bucket


def read_changes(
    path: Path, others: Iterable[str], tolerance: float, replications: int
) -> dict[str, Changes]:
    """Count the changes under every other scenario; no more than a row group of the file is in memory.

    Parameters
    ----------
    path : Path
        ``differences.parquet``.
    others : iterable of str
        Names of the other scenarios.
    tolerance, replications
        As in `changes_in`.
    """
    found = {other: Changes.none(replications) for other in others}
    for part in _parts(path):
        for other, rows in part.groupby("other", observed=True, sort=False):
            found[str(other)] += changes_in(rows, tolerance, replications)
    return found


def _parts(path: Path) -> Iterator[pd.DataFrame]:
    """Read what is counted, a row group at a time."""
    from pyarrow.parquet import ParquetFile

    with ParquetFile(path) as file:
        for number in range(file.num_row_groups):
            yield file.read_row_group(number, _COLUMNS).to_pandas()
