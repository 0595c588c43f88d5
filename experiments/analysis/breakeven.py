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
        ``outcome, key, other, other_value, crossing, low, high, replications``: where the mean over
        replications crosses, by linear interpolation between neighbouring values, nan where it does not; and
        the 95% t interval of the crossings of all replications, nan unless each of them crosses within the
        range. To touch `level` is not to cross it. Outcomes that cross nowhere have no rows.
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
        whole = heights[:, ~np.isnan(heights).any(axis=0)]
        mean, half = mean_and_half_width(each)
        crossing = _crossing(along, whole.mean(axis=1)) if whole.size else np.nan
        known = len(each) > 0 and not np.isnan(each).any() and not np.isnan(crossing)
        ends = (crossing, float(mean - half) if known else np.nan, float(mean + half) if known else np.nan)
        told = dict(zip(("crossing", "low", "high"), ends, strict=True))
        count = int((~np.isnan(each)).sum())
        one = {"outcome": outcome, "key": key, "other": other, "other_value": fixed}
        found.append({**one, **told, "replications": count})
    return found


def _crossing(along: FloatArray, heights: FloatArray) -> float:
    """Where a broken line first goes from one side of 0 to the other; nan if nowhere or not known."""
    if np.isnan(heights).any():
        return np.nan
    sided = np.flatnonzero(heights)
    turns = np.flatnonzero(heights[sided[:-1]] * heights[sided[1:]] < 0.0)
    if not turns.size:
        return np.nan
    one, two = int(sided[turns[0]]), int(sided[turns[0] + 1])
    if two > one + 1:
        return float(along[one + 1])
    share = heights[one] / (heights[one] - heights[two])
    return float(along[one] + share * (along[two] - along[one]))
