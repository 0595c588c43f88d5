"""The numbers behind the page of a sweep, worked out once, and written as tidy tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.figures.sweep_source import Swept


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """Tables of a sweep, each with a row an outcome and whatever else names it; None where there is none.

    Attributes
    ----------
    effects : pandas.DataFrame
        ``outcome, key, value, mean, low, high``: means at the values, or in bins, of a key.
    maps, interactions : pandas.DataFrame
        ``outcome, key, other, value, other_value, mean`` over pairs of values, and ``outcome, key, other,
        share``: what a pair has beyond its main effects.
    precision, needed : pandas.DataFrame
        ``outcome, replications, median, worst``: half widths; and ``outcome, target, median, worst``: the
        replications for a half width of `target` times the span.
    spans : dict of str to float
        Highest less lowest cell mean, by outcome.
    variance : pandas.DataFrame
        ``outcome, cells, luck, rest, noise``: shares.
    regression, sobol, morris, breakeven : pandas.DataFrame or None
        See the figures that draw them.
    boxes, rules : pandas.DataFrame or None, dict of str to str
        Limits of the box of an outcome, and the box in words.
    dropped : int
        Base samples left out of the Sobol indices.
    left_out : tuple of str
        What could not be worked out, and why.
    """

    effects: pd.DataFrame | None = None
    maps: pd.DataFrame | None = None
    interactions: pd.DataFrame | None = None
    precision: pd.DataFrame
    needed: pd.DataFrame
    spans: Mapping[str, float]
    variance: pd.DataFrame
    regression: pd.DataFrame | None = None
    sobol: pd.DataFrame | None = None
    morris: pd.DataFrame | None = None
    breakeven: pd.DataFrame | None = None
    boxes: pd.DataFrame | None = None
    rules: Mapping[str, str]
    dropped: int = 0
    left_out: tuple[str, ...] = ()

    def noise(self, outcome: str) -> float:
        """Share of the variance between cell means that is noise; nan if unknown."""
        chosen = self.variance.loc[self.variance["outcome"] == outcome, "noise"]
        return float(chosen.iloc[0]) if len(chosen) else np.nan


def numbers_of(swept: Swept, folder: Path) -> Numbers:
    """Work out the tables of a sweep."""
    raise NotImplementedError
