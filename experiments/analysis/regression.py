"""Standardised regression coefficients of a sampled design."""

import numpy as np
import pandas as pd

from environment.typing import FloatArray
from experiments.analysis.table import SweepTable


def regression(sweep: SweepTable) -> pd.DataFrame:
    """Ordinary least squares of standardised outcomes on standardised keys (Saltelli et al. 2008, ch. 1.2.5).

    Returns
    -------
    DataFrame
        ``outcome, key, coefficient, low, high, r_squared``: standard deviations of the outcome a standard
        deviation of the key, with its 95% t interval over cells, and what of the variance between cells a
        linear function explains. No rows for an outcome that is constant or has too few cells.
    """
    sweep = sweep.independent
    keys = [key for key in sweep.numeric if sweep.values[key].nunique() > 1]
    rows = []
    for outcome in sweep.outcomes:
        means = sweep.means(outcome).to_numpy(dtype=np.float64)
        known = ~np.isnan(means)
        if known.sum() <= len(keys) + 1 or not keys or np.ptp(means[known]) == 0.0:
            continue
        inputs = _standard(sweep.values[keys].to_numpy(dtype=np.float64)[known])
        coefficients, halves, explained = _least_squares(inputs, _standard(means[known]))
        for key, one, half in zip(keys, coefficients.tolist(), halves.tolist(), strict=True):
            ends = {"coefficient": one, "low": one - half, "high": one + half}
            rows.append({"outcome": outcome, "key": key, **ends, "r_squared": explained})
    return pd.DataFrame(rows, columns=["outcome", "key", "coefficient", "low", "high", "r_squared"])


def _standard(values: FloatArray) -> FloatArray:
    return np.asarray((values - values.mean(axis=0)) / values.std(axis=0))


def _least_squares(inputs: FloatArray, outcome: FloatArray) -> tuple[FloatArray, FloatArray, float]:
    """Coefficients, half widths of their intervals, and R squared; everything is centred already."""
    from scipy.special import stdtrit

    coefficients, *_ = np.linalg.lstsq(inputs, outcome)
    left = outcome - inputs @ coefficients
    freedom = len(outcome) - inputs.shape[1] - 1
    variance = float(left @ left) / freedom
    errors = np.sqrt(variance * np.diag(np.linalg.pinv(inputs.T @ inputs)))
    explained = 1.0 - float(left @ left) / float(outcome @ outcome)
    return coefficients, stdtrit(freedom, 0.975) * errors, explained
