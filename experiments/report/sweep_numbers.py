"""The numbers behind the page of a sweep, worked out once, and written as tidy tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.analysis.breakeven import breakeven
from experiments.analysis.discovery import discover
from experiments.analysis.effects import interactions, main_effects, map_chances, pair_means
from experiments.analysis.morris import morris_effects
from experiments.analysis.paired import largest_changes, paired_effects, unmoved_keys
from experiments.analysis.precision import half_widths, replications_needed, spans
from experiments.analysis.regression import regression
from experiments.analysis.sobol import closing, sobol_indices
from experiments.analysis.table import SweepTable
from experiments.analysis.variance import variance_parts
from experiments.extras import MissingExtra
from experiments.figures.sweep_source import Swept

type Analysis = Callable[[SweepTable], pd.DataFrame]


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """Tables of a sweep as `experiments.analysis` makes them; None where a method does not give one.

    Attributes
    ----------
    precision, needed, variance : pandas.DataFrame
        Half widths by number of replications, replications for a half width, and where variance comes from.
    spans : mapping of str to float
        Highest less lowest cell mean, by outcome.
    effects, paired, changes : pandas.DataFrame or None
        Means at the values of a key; for values that were written out also their differences from the mean
        over all values, and the largest change.
    maps, interactions : pandas.DataFrame or None
        Means over pairs of values, what a pair has beyond its main effects, and how likely its range is by
        luck.
    regression, sobol, morris, breakeven, boxes : pandas.DataFrame or None
        Coefficients, indices, elementary effects, lines of break-even, and boxes of
        the cells with the highest or lowest outcomes, which may have no rows.
    closing : pandas.DataFrame or None
        What the first-order indices leave for interactions.
    unmoved : tuple of str
        Keys or groups that changed no outcome at all.
    left_out : tuple of str
        What could not be worked out, and why.
    """

    precision: pd.DataFrame
    needed: pd.DataFrame
    variance: pd.DataFrame
    spans: Mapping[str, float]
    effects: pd.DataFrame | None = None
    paired: pd.DataFrame | None = None
    changes: pd.DataFrame | None = None
    maps: pd.DataFrame | None = None
    interactions: pd.DataFrame | None = None
    regression: pd.DataFrame | None = None
    sobol: pd.DataFrame | None = None
    morris: pd.DataFrame | None = None
    breakeven: pd.DataFrame | None = None
    boxes: pd.DataFrame | None = None
    closing: pd.DataFrame | None = None
    unmoved: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    def noise(self, outcome: str) -> float:
        """Greatest share of the variance between cell means that is noise; nan if unknown."""
        chosen = self.variance.loc[self.variance["outcome"] == outcome, "noise"]
        return float(chosen.iloc[0]) if len(chosen) else np.nan

    def write(self, folder: Path) -> None:
        """Write every table as ``<name>.csv``; those of an earlier report that are not among them go."""
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.csv"):
            old.unlink()
        for one in fields(self):
            table = getattr(self, one.name)
            if isinstance(table, pd.DataFrame):
                table.to_csv(folder / f"{one.name}.csv", index=False, lineterminator="\n")


def numbers_of(swept: Swept) -> Numbers:
    """Work out the tables of a sweep.

    Parameters
    ----------
    swept : Swept

    Returns
    -------
    Numbers
        What needs a package that is not installed is left out, and `left_out` says so.
    """
    sweep = SweepTable(swept.manifest, swept.table)
    found: dict[str, pd.DataFrame] = {}
    if swept.method != "morris":
        found["effects"] = main_effects(sweep)
        if len(swept.keys) > 1:
            strengths = interactions(sweep).merge(map_chances(sweep), on=["outcome", "key", "other"])
            found |= {"maps": pair_means(sweep), "interactions": strengths}
    if not swept.sampled:
        found |= {"paired": paired_effects(sweep), "changes": largest_changes(sweep)}
    if swept.method == "grid":
        found["breakeven"] = breakeven(sweep)
    left_out = []
    for name, (words, analyse) in _by_method(swept.method).items():
        try:
            found[name] = analyse(sweep)
        except MissingExtra as missing:
            left_out.append(f"{words} left out: {missing}")
    if "sobol" in found:
        found["closing"] = closing(found["sobol"])
    return Numbers(
        precision=half_widths(sweep),
        needed=replications_needed(sweep),
        variance=variance_parts(sweep),
        spans=spans(sweep),
        unmoved=_unmoved(sweep, found),
        left_out=tuple(left_out),
        **{name: table for name, table in found.items() if len(table) or name == "boxes"},
    )


def _unmoved(sweep: SweepTable, found: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """Keys, or groups, that changed nothing: of values by their cells, of ranges by size of their index."""
    if not sweep.sampled:
        return unmoved_keys(sweep)
    for table, size in (("sobol", "total"), ("morris", "mu_star")):
        if table in found and len(found[table]):
            largest = found[table].groupby("name", sort=False)[size].max()
            return tuple(str(name) for name in largest.index[largest == 0.0])
    return ()


def _by_method(method: str) -> dict[str, tuple[str, Analysis]]:
    """Return the analyses that only some methods allow, with their names in a sentence."""
    if method == "morris":
        return {"morris": ("Morris screening is", morris_effects)}
    if method not in ("lhs", "sobol"):
        return {}
    sampled: dict[str, tuple[str, Analysis]] = {
        "regression": ("Regression is", regression),
        "boxes": ("Scenario discovery is", discover),
    }
    if method == "sobol":
        sampled["sobol"] = ("Sobol indices are", sobol_indices)
    return sampled
