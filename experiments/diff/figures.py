"""Figures of two results side by side."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from environment.typing import FloatArray
from experiments.diff.reading import Folder
from experiments.headlines import UNITS
from experiments.intervals import interval

if TYPE_CHECKING:
    import pandas as pd

OUTCOMES = ("better", "worse", "unchanged")
SAME, OVERLAP, APART, NO_INTERVAL = "same", "intervals overlap", "intervals apart", "no interval"

_ROUNDING = 1e-12
type Ends = Mapping[str, float | None]
"""``{value, low, high}``."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure in both results.

    Attributes
    ----------
    name, unit : str
    first, second : Ends
    """

    name: str
    unit: str
    first: Ends
    second: Ends

    @property
    def difference(self) -> float | None:
        """The second less the first; None where one of them does not exist."""
        one, two = self.first["value"], self.second["value"]
        return None if one is None or two is None else two - one

    @property
    def verdict(self) -> str:
        """What the 95% intervals say of the difference."""
        one, two = ([ends[name] for name in ("value", "low", "high")] for ends in (self.first, self.second))
        if _alike(one, two):
            return SAME
        (_, low, high), (_, other_low, other_high) = one, two
        if low is None or high is None or other_low is None or other_high is None:
            return NO_INTERVAL
        return OVERLAP if low <= other_high and other_low <= high else APART


def _alike(one: Sequence[float | None], two: Sequence[float | None]) -> bool:
    """Whether ends are equal but for the rounding of sums in another order."""
    return all(
        first == second
        if first is None or second is None
        else math.isclose(first, second, rel_tol=_ROUNDING, abs_tol=0.0)
        for first, second in zip(one, two, strict=True)
    )


def figures(first: Folder, second: Folder) -> list[Figure]:
    """The figures that both results have.

    Headlines of a run, verdict and headlines of a comparison, means over the cells of a sweep.
    """
    match first.kind:
        case "run":
            return list(_headlines(first, second, ""))
        case "compare":
            return list(_of_comparison(first, second))
        case _:
            return list(_of_sweep(first, second))


class Cells(NamedTuple):
    """Cells in the tables of two sweeps, told apart by the values of the design and not by their numbers.

    Attributes
    ----------
    only_first, only_second : list of dict
        Values of the cells that only one of them has, in its order.
    both : int
        How many cells are in both.
    """

    only_first: list[dict[str, Any]]
    only_second: list[dict[str, Any]]
    both: int


def compared_cells(first: Folder, second: Folder) -> Cells:
    """The cells that are in the table of one sweep only, and how many are in both."""
    one, two = _cells(first), _cells(second)
    return Cells(
        only_first=[dict(cell) for cell in one if cell not in two],
        only_second=[dict(cell) for cell in two if cell not in one],
        both=len(one.keys() & two.keys()),
    )


def _headlines(first: Folder, second: Folder, prefix: str) -> Iterator[Figure]:
    for name, ends in first.figures.items():
        if name in second.figures:
            yield Figure(f"{prefix}{name}", str(ends.get("unit", "")), ends, second.figures[name])


def _of_comparison(first: Folder, second: Folder) -> Iterator[Figure]:
    for other, told in first.figures.items():
        if other in second.figures:
            two = dict(_verdict(second.figures[other]))
            for name, ends in _verdict(told):
                if name in two:
                    unit = UNITS.get(name.removeprefix("change of "), "share of savers")
                    yield Figure(f"{other}: {name}", unit, ends, two[name])
    for scenario, run in first.runs.items():
        if scenario in second.runs:
            yield from _headlines(run, second.runs[scenario], f"{scenario}: ")


def _verdict(told: Mapping[str, Any]) -> Iterator[tuple[str, Ends]]:
    """The figures of the verdict on one scenario by name."""
    groups = {"": told}
    groups |= {f", literacy {name}": one for name, one in told.get("by_literacy", {}).items()}
    groups |= {f", age {name}": one for name, one in told.get("by_age", {}).items()}
    for group, shares in groups.items():
        yield from ((f"{name}{group}", shares[name]) for name in OUTCOMES if name in shares)
    yield from ((f"change of {name}", one) for name, one in told.get("changes", {}).items())


def _of_sweep(first: Folder, second: Folder) -> Iterator[Figure]:
    """Means over the cells that are in both, or over all cells of each where none is."""
    one, two = _cells(first), _cells(second)
    shared = one.keys() & two.keys()
    chosen = [[number for values, number in cells.items() if values in shared] for cells in (one, two)]
    tables = [
        folder.table[folder.table["cell"].isin(cells)] if shared else folder.table
        for folder, cells in zip((first, second), chosen, strict=True)
        if folder.table is not None
    ]
    for name, unit in first.manifest["outcomes"].items():
        if name in second.manifest["outcomes"]:
            ends = [interval(_mean_over_cells(table, name)).as_dict() for table in tables]
            yield Figure(f"mean of {name}", unit, *ends)


def _cells(folder: Folder) -> dict[tuple[Any, ...], int]:
    """Number of each cell in the table by its values, which have the keys in order of the alphabet."""
    if folder.table is None:
        return {}
    keys = sorted(folder.keys)
    rows = folder.table.drop_duplicates("cell")
    values = [tuple(zip(keys, row, strict=True)) for row in rows[keys].itertuples(index=False, name=None)]
    return dict(zip(values, rows["cell"].tolist(), strict=True))


def _mean_over_cells(table: "pd.DataFrame", outcome: str) -> FloatArray:
    """Mean over cells in each replication that all cells have, shape (replications,).

    Cells in which the outcome never has a value are left out. Where no replication is complete, which a
    sweep that stops by itself never leaves, the mean of all that there is, shape (1,).
    """
    by_cell = table.pivot(index="cell", columns="replication", values=outcome).dropna(how="all")
    complete = by_cell.dropna(axis="columns")
    means: FloatArray = (
        (complete if complete.size else by_cell.mean(axis=1).to_frame()).mean().to_numpy(float)
    )
    return means
