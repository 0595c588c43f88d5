"""Effects of keys whose values were written out, paired by the luck that cells share."""

import numpy as np
import pandas as pd

from experiments.analysis.table import SweepTable
from experiments.intervals import mean_and_half_width


def paired_effects(sweep: SweepTable) -> pd.DataFrame:
    """How far the mean at a value lies from the mean over all values of a key, within each replication.

    Luck that is common to the cells of a replication cancels in the difference (common random numbers: Law
    2015, ch. 11.2), so that its interval says whether an effect can be told from none where that of the level
    cannot.

    Parameters
    ----------
    sweep : SweepTable
        Of method ``grid`` or ``list``.

    Returns
    -------
    DataFrame
        ``outcome, key, value, deviation, half``, in units of the outcome: mean over replications and half the
        width of its 95% t interval, nan with one replication.
    """
    rows = []
    for outcome in sweep.outcomes:
        for key in sweep.keys:
            levels = levels_by_replication(sweep, key, outcome)
            apart = (levels - levels.mean(axis=0)).to_numpy(dtype=np.float64)
            means, halves = mean_and_half_width(apart.T)
            for value, mean, half in zip(levels.index, means.tolist(), halves.tolist(), strict=True):
                told = {"outcome": outcome, "key": key, "value": value}
                rows.append({**told, "deviation": mean, "half": half})
    return pd.DataFrame(rows, columns=["outcome", "key", "value", "deviation", "half"])


def largest_changes(sweep: SweepTable) -> pd.DataFrame:
    """Change of every outcome between the lowest and the highest value of a key (or its first and last text).

    The pair is fixed beforehand: the one with the largest change would be too often significant by chance.

    Returns
    -------
    DataFrame
        ``outcome, key, start, end, change, low, high``, with the 95% t interval over replications of the
        change, nan with one replication. Keys with fewer than two values with an outcome have no row.
    """
    rows = []
    for outcome in sweep.outcomes:
        for key in sweep.keys:
            levels = levels_by_replication(sweep, key, outcome)
            means = levels.mean(axis=1).dropna()
            if len(means) < 2:
                continue
            start, end = means.index[0], means.index[-1]
            mean, half = mean_and_half_width((levels.loc[end] - levels.loc[start]).to_numpy(dtype=np.float64))
            ends = {"change": float(mean), "low": float(mean - half), "high": float(mean + half)}
            rows.append({"outcome": outcome, "key": key, "start": start, "end": end, **ends})
    return pd.DataFrame(rows, columns=["outcome", "key", "start", "end", "change", "low", "high"])


def unmoved_keys(sweep: SweepTable) -> tuple[str, ...]:
    """Keys that change no figure at all: cells that differ in such a key alone are equal to the last bit.

    Parameters
    ----------
    sweep : SweepTable
        Of method ``grid`` or ``list``; keys of a list that never differ alone are not among them.
    """
    found = []
    known = [name for name in sweep.outcomes if sweep.rows[name].notna().any()]
    for key in sweep.keys:
        others = [other for other in sweep.keys if other != key]
        alike = sweep.rows.groupby([*others, "replication"], observed=True)
        tried = bool((alike[key].nunique() > 1).any())
        moved = bool((alike[known].nunique(dropna=False) > 1).any(axis=None))
        if known and tried and not moved:
            found.append(key)
    return tuple(found)


def levels_by_replication(sweep: SweepTable, key: str, outcome: str) -> pd.DataFrame:
    """Mean of an outcome over the cells at each value of a key, a row a value and a column a replication."""
    return sweep.shared.groupby([key, "replication"], observed=True)[outcome].mean().unstack()
