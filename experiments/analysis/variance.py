"""Where the variance of an outcome comes from: the cells, luck common to them, and the rest."""

import numpy as np
import pandas as pd

from environment.typing import FloatArray
from experiments.analysis.table import SweepTable


def variance_parts(sweep: SweepTable) -> pd.DataFrame:
    """Two-way components of variance of every outcome.

    Replication r has the same luck in every cell: the outcome is y_cr = m + a_c + b_r + e_cr. Components are
    estimated from the mean squares of a two-way layout with one observation a field (Searle, Casella and
    McCulloch 1992, ch. 4.3; negative estimates are 0) over the replications that all cells have.

    Returns
    -------
    DataFrame
        ``outcome, cells, luck, rest``: shares of the sum of the three components; ``noise``: what of the
        variance between the means of cells is due to e, the most that can be noise: where luck scales an
        effect, e follows the keys; ``used, replications``: the cells and replications looked at. nan with one
        replication, or where nothing varies.
    """
    rows = []
    for outcome in sweep.outcomes:
        values = common_block(sweep, outcome)
        rows.append(
            {"outcome": outcome, **_parts(values), "used": len(values), "replications": values.shape[1]}
        )
    return pd.DataFrame(rows)


def common_block(sweep: SweepTable, outcome: str) -> FloatArray:
    """Values of an outcome over the replications that every cell has, cells without a value left out."""
    values = sweep.wide(outcome).to_numpy(dtype=np.float64)
    return values[~np.isnan(values).any(axis=1)]


def _parts(values: FloatArray) -> dict[str, float]:
    cells, replications = values.shape
    if cells < 2 or replications < 2:
        return dict.fromkeys(("cells", "luck", "rest", "noise"), np.nan)
    of_cell, of_luck = values.mean(axis=1), values.mean(axis=0)
    left = values - of_cell[:, None] - of_luck[None, :] + values.mean()
    rest = float((left**2).sum()) / ((cells - 1) * (replications - 1))
    square_of_cells = replications * float(of_cell.var(ddof=1))
    square_of_luck = cells * float(of_luck.var(ddof=1))
    between = max(0.0, (square_of_cells - rest) / replications)
    luck = max(0.0, (square_of_luck - rest) / cells)
    total = between + luck + rest
    if total <= np.finfo(float).eps * float((values**2).mean()):
        return dict.fromkeys(("cells", "luck", "rest", "noise"), np.nan)
    noise = min(1.0, rest / square_of_cells) if square_of_cells > 0.0 else np.nan
    return {"cells": between / total, "luck": luck / total, "rest": rest / total, "noise": noise}
