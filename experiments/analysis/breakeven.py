"""The line in the plane of two keys at which an outcome crosses a value."""

from typing import Any

import numpy as np
import pandas as pd

from environment.typing import FloatArray
from experiments.analysis.table import SweepTable
from experiments.intervals import mean_and_half_width

COLUMNS = ["outcome", "key", "other", "other_value", "crossing", "low", "high", "replications"]


def breakeven(sweep: SweepTable, level: float = 0.0) -> pd.DataFrame:
    """Value of the first key at which an outcome crosses `level`, for every value of the second.

    Parameters
    ----------
    sweep : SweepTable
        A grid of two keys that are numbers; any other gives no rows.
    level : float
        In the outcome's unit.

    Returns
    -------
    DataFrame
        ``outcome, key, other, other_value, crossing, low, high, replications``: the mean over replications of
        the crossing, found in each by linear interpolation between neighbouring values, and its 95% t
        interval. Where a replication crosses nowhere within the range its crossing is unknown; where the mean
        over replications does not cross, the row has nan. Outcomes that cross nowhere have no rows.
    """
    rows = []
    if sweep.method == "grid" and len(sweep.keys) == 2 and len(sweep.numeric) == 2:
        for outcome in sweep.outcomes:
            found = _crossings(sweep, outcome, level)
            if not np.isnan([one["crossing"] for one in found]).all():
                rows += found
    return pd.DataFrame(rows, columns=COLUMNS)


def _crossings(sweep: SweepTable, outcome: str, level: float) -> list[dict[str, Any]]:
    key, other = sweep.keys
    wide, values = sweep.wide(outcome), sweep.values
    found: list[dict[str, Any]] = []
    for fixed in sorted(sweep.ranges[other]):
        chosen = values[values[other] == fixed].sort_values(key)
        along = chosen[key].to_numpy(dtype=np.float64)
        heights = wide.loc[chosen.index].to_numpy(dtype=np.float64) - level
        each = np.array([_crossing(along, column) for column in heights.T])
        mean, half = mean_and_half_width(each)
        of_mean = _crossing(along, heights.mean(axis=1))
        ends = (float(mean), float(mean - half), float(mean + half))
        if np.isnan(of_mean):
            ends = (np.nan, np.nan, np.nan)
        told = dict(zip(("crossing", "low", "high"), ends, strict=True))
        count = int((~np.isnan(each)).sum())
        one = {"outcome": outcome, "key": key, "other": other, "other_value": fixed}
        found.append({**one, **told, "replications": count})
    return found


def _crossing(along: FloatArray, heights: FloatArray) -> float:
    """Where a broken line first crosses 0, nan if nowhere or if a height is unknown."""
    if np.isnan(heights).any():
        return np.nan
    exact = np.flatnonzero(heights == 0.0)
    turns = np.flatnonzero(heights[:-1] * heights[1:] < 0.0)
    if exact.size and (not turns.size or exact[0] <= turns[0]):
        return float(along[exact[0]])
    if not turns.size:
        return np.nan
    one = int(turns[0])
    share = heights[one] / (heights[one] - heights[one + 1])
    return float(along[one] + share * (along[one + 1] - along[one]))
