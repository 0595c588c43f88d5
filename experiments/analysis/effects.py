"""Main effects and interactions of the keys of a sweep."""

from itertools import combinations

import numpy as np
import pandas as pd

from environment.typing import FloatArray
from experiments.analysis.table import SweepTable
from experiments.intervals import mean_and_half_width

BINS, PAIR_BINS = 8, 4
"""Parts of equal count into which the cells of a sampled design are put by one key, or by each of two."""


def main_effects(sweep: SweepTable) -> pd.DataFrame:
    """Mean of every outcome at every value of every key, whatever the other keys are.

    For values that were written out the interval is over replications, each the mean of its cells: luck is
    common to the cells of a replication, which are no independent draws. For sampled keys it is over cells of
    a bin, whose other keys are independent draws, each by the mean of its replications.

    Returns
    -------
    DataFrame
        ``outcome, key, value, mean, low, high, cells``; value is the mean of a bin in sampled designs; the
        95% t interval is nan where it is unknown.
    """
    rows = []
    sweep = sweep.independent
    for key in sweep.keys:
        level = _levels(sweep, key, BINS)
        for outcome in sweep.outcomes:
            wide = sweep.wide(outcome)
            for value in level.drop_duplicates().sort_values():
                chosen = wide[level == value].to_numpy(dtype=np.float64)
                mean, half = mean_and_half_width(_observations(sweep, chosen))
                ends = (float(mean), float(mean - half), float(mean + half))
                told = dict(zip(("mean", "low", "high"), ends, strict=True))
                rows.append({"outcome": outcome, "key": key, "value": value, **told, "cells": len(chosen)})
    return pd.DataFrame(rows)


def pair_means(sweep: SweepTable) -> pd.DataFrame:
    """Mean of every outcome for every pair of values, or bins, of two keys.

    Returns
    -------
    DataFrame
        ``outcome, key, other, value, other_value, mean``; pairs without a cell have no row.
    """
    rows = []
    for key, other in combinations(sweep.keys, 2):
        levels = [_levels(sweep, key, PAIR_BINS), _levels(sweep, other, PAIR_BINS)]
        for outcome in sweep.outcomes:
            pair = {"outcome": outcome, "key": key, "other": other}
            means = sweep.means(outcome).groupby(levels).mean()
            for (value, other_value), mean in zip(means.index.to_list(), means, strict=True):
                rows.append({**pair, "value": value, "other_value": other_value, "mean": mean})
    return pd.DataFrame(rows, columns=["outcome", "key", "other", "value", "other_value", "mean"])


def interactions(sweep: SweepTable) -> pd.DataFrame:
    """What every pair of keys of a full grid has beyond its main effects.

    Returns
    -------
    DataFrame
        ``outcome, key, other, share``: sum of squares of the pair's interaction over that of cell means, in a
        balanced analysis of variance (Searle, Casella and McCulloch 1992, ch. 4); nan for other designs,
        where a cell has no value, and where nothing varies.
    """
    rows = []
    for outcome in sweep.outcomes:
        grid = _grid(sweep, outcome)
        for one, two in combinations(range(len(sweep.keys)), 2):
            share = np.nan if grid is None else _interaction(grid, one, two)
            pair = {"key": sweep.keys[one], "other": sweep.keys[two]}
            rows.append({"outcome": outcome, **pair, "share": share})
    return pd.DataFrame(rows, columns=["outcome", "key", "other", "share"])


def map_chances(sweep: SweepTable) -> pd.DataFrame:
    """Chance that the fields of a map lie so far apart if no field differed from another.

    Fields are the pairs of values of two keys, each the mean of its cells in a replication. The distance of
    the highest from the lowest is compared with what is left in a two-way layout of fields and replications,
    in which shared luck has cancelled, by the studentised range (Tukey 1949).

    Returns
    -------
    DataFrame
        ``outcome, key, other, chance``; nan for sampled keys and with one replication.
    """
    rows = []
    for outcome in sweep.outcomes:
        for key, other in combinations(sweep.keys, 2):
            fields = sweep.shared.groupby([key, other, "replication"], observed=True)[outcome].mean()
            values = fields.unstack().dropna().to_numpy(dtype=np.float64)
            chance = np.nan if sweep.sampled else _chance(values)
            rows.append({"outcome": outcome, "key": key, "other": other, "chance": chance})
    return pd.DataFrame(rows, columns=["outcome", "key", "other", "chance"])


def _chance(values: FloatArray) -> float:
    """Chance of the range of the means of rows, shape (fields, replications)."""
    from scipy.stats import studentized_range

    fields, replications = values.shape
    if fields < 2 or replications < 2:
        return np.nan
    means = values.mean(axis=1)
    span = float(means.max() - means.min())
    left = values - means[:, None] - values.mean(axis=0) + values.mean()
    freedom = (fields - 1) * (replications - 1)
    error = float(np.sqrt((left**2).sum() / freedom / replications))
    if span <= np.finfo(float).eps * float(np.abs(values).max()):
        return 1.0
    return float(studentized_range.sf(span / error, fields, freedom)) if error > 0.0 else 0.0


def _levels(sweep: SweepTable, key: str, bins: int) -> pd.Series:
    """The value, or the mean of the bin, that stands for a key in every cell."""
    values = sweep.values[key]
    if not sweep.sampled or values.nunique() <= bins:
        return values
    part = pd.qcut(values.rank(method="first"), min(bins, len(values)), labels=False)
    return values.groupby(part).transform("mean")


def _observations(sweep: SweepTable, chosen: FloatArray) -> FloatArray:
    """What counts as one observation of a level: a cell of a sampled design, a replication of others."""
    axis = 1 if sweep.sampled else 0
    known = ~np.isnan(chosen)
    count = known.sum(axis=axis)
    sums = np.where(known, chosen, 0.0).sum(axis=axis)
    return np.asarray(sums / np.where(count > 0, count, np.nan))


def _grid(sweep: SweepTable, outcome: str) -> FloatArray | None:
    """Cell means as an array with an axis a key, or None where that is not a full grid."""
    if sweep.method != "grid":
        return None
    means = sweep.planned(outcome)
    if np.isnan(means).any():
        return None
    return means.reshape([len(values) for values in sweep.ranges.values()])


def _interaction(grid: FloatArray, one: int, two: int) -> float:
    centred = grid - grid.mean()
    total = float((centred**2).sum())
    if total <= grid.size * np.finfo(float).eps * float((grid**2).mean()):
        return np.nan
    others = tuple(axis for axis in range(grid.ndim) if axis not in (one, two))
    pair = centred.mean(axis=others)
    beyond = pair - pair.mean(axis=0) - pair.mean(axis=1)[:, None]
    return float((beyond**2).sum()) * (grid.size / pair.size) / total
