"""How many replications a question needs."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from environment.typing import FloatArray
from experiments.analysis.table import SweepTable

COUNTS = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128)
TARGETS = (0.1, 0.05, 0.01)
"""Half widths, as shares of the span of cell means, that `replications_needed` is asked for."""
MOST = 1_000_000


def half_widths(sweep: SweepTable, counts: Sequence[int] = COUNTS) -> pd.DataFrame:
    """Half width of the 95% t interval of a cell's mean, were there n replications of it.

    h(n) = t(0.975, n - 1) s / sqrt(n), s the deviation over a cell's replications (Law 2015, ch. 9.4).

    Returns
    -------
    DataFrame
        ``outcome, replications, median, worst``: of the cells, in units of the outcome; nan with one
        replication a cell.
    """
    rows = []
    for outcome in sweep.outcomes:
        middle, widest = _deviations(sweep, outcome)
        for count in counts:
            factor = float(_factor(np.array([float(count)]))[0])
            ends = {"median": factor * middle, "worst": factor * widest}
            rows.append({"outcome": outcome, "replications": count, **ends})
    return pd.DataFrame(rows)


def replications_needed(sweep: SweepTable, targets: Sequence[float] = TARGETS) -> pd.DataFrame:
    """Replications at which the half width is a wanted share of the span of cell means.

    Returns
    -------
    DataFrame
        ``outcome, target, half_width, median, worst``: smallest n with h(n) <= half_width for the middle cell
        and for the widest; nan where deviations are unknown or nothing differs between cells.
    """
    rows = []
    for outcome in sweep.outcomes:
        middle, widest = _deviations(sweep, outcome)
        span = spans(sweep)[outcome]
        for target in targets:
            wanted = target * span
            ends = {"median": needed(middle, wanted), "worst": needed(widest, wanted)}
            rows.append({"outcome": outcome, "target": target, "half_width": wanted, **ends})
    return pd.DataFrame(rows)


def needed(deviation: float, half_width: float) -> float:
    """Smallest n with t(0.975, n - 1) s / sqrt(n) at most the half width; nan if unknown."""
    if np.isnan(deviation) or not half_width > 0.0:
        return np.nan
    low, high = 2, 2
    while deviation * _factor(np.array([float(high)]))[0] > half_width and high < MOST:
        low, high = high, 2 * high
    counts = np.arange(low, high + 1, dtype=np.float64)
    narrow = deviation * _factor(counts) <= half_width
    return float(counts[np.argmax(narrow)]) if narrow.any() else np.nan


def spans(sweep: SweepTable) -> dict[str, float]:
    """Highest less lowest mean of a cell, by outcome; nan without any."""
    found = {}
    for outcome in sweep.outcomes:
        means = sweep.means(outcome)
        found[outcome] = float(means.max() - means.min())
    return found


def _deviations(sweep: SweepTable, outcome: str) -> tuple[float, float]:
    """Median and largest standard deviation over the replications of a cell."""
    deviations = sweep.deviations(outcome)
    return float(deviations.median()), float(deviations.max())


def _factor(counts: FloatArray) -> FloatArray:
    """Half width of the interval for a deviation of 1."""
    from scipy.special import stdtrit

    return np.asarray(stdtrit(counts - 1.0, 0.975) / np.sqrt(counts))
