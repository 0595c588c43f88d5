"""Sobol' indices of a sweep, of keys or of groups of keys."""

from typing import Any

import numpy as np
import pandas as pd

from environment.typing import FloatArray
from experiments.analysis.table import SweepTable
from experiments.extras import need

RESAMPLES = 1000
CONFIDENCE = 0.95
COLUMNS = [
    "outcome",
    "name",
    "first",
    "first_low",
    "first_high",
    "total",
    "total_low",
    "total_high",
    "dropped",
]


def sobol_indices(sweep: SweepTable) -> pd.DataFrame:
    """First-order and total indices of the means of cells, with bootstrap intervals (SALib).

    The estimators are those of Saltelli et al. (2010) for the first order and Jansen (1999) for the total;
    intervals come from resampling base samples (Archer, Saltelli and Sobol' 1997).

    Parameters
    ----------
    sweep : SweepTable
        Of method ``sobol``.

    Returns
    -------
    DataFrame
        ``outcome, name, first, first_low, first_high, total, total_low, total_high, dropped``; name is a
        group where the design has groups, else a key. A base sample with a cell without a value is left out
        whole and counted in ``dropped``. nan where an outcome does not vary or fewer than two base samples
        are left.

    Raises
    ------
    MissingExtra
        When SALib is not installed.
    """
    need("analysis", "SALib")
    problem = sweep.problem()
    order = list(dict.fromkeys(problem.get("groups", problem["names"])))  # SALib's: as keys bring them up
    rows = []
    for outcome in sweep.outcomes:
        blocks = sweep.planned(outcome).reshape(-1, len(sweep.names) + 2)
        whole = blocks[~np.isnan(blocks).any(axis=1)]
        found = _analysed(sweep, whole)
        for name in sweep.names:
            place = order.index(name)
            row: dict[str, Any] = {"outcome": outcome, "name": name}
            for words, index in (("first", "S1"), ("total", "ST")):
                value, half = found[index][place], found[f"{index}_conf"][place]
                row |= {words: value, f"{words}_low": value - half, f"{words}_high": value + half}
            rows.append(row | {"dropped": len(blocks) - len(whole)})
    return pd.DataFrame(rows, columns=COLUMNS)


def closing(indices: pd.DataFrame) -> pd.DataFrame:
    """What is left for interactions: the sum of the first-order indices of every outcome.

    Mechanism 57 asks whether a few groups make up the whole answer: then their first-order indices add up to
    nearly 1, and interactions are the rest.

    Returns
    -------
    DataFrame
        ``outcome, first, interactions, smallest_total, largest_total``.
    """
    rows = []
    for outcome, part in indices.groupby("outcome", sort=False):
        first = float(part["first"].sum(skipna=False))
        ends = {"smallest_total": part["total"].min(), "largest_total": part["total"].max()}
        rows.append({"outcome": outcome, "first": first, "interactions": 1.0 - first, **ends})
    return pd.DataFrame(rows)


def _analysed(sweep: SweepTable, blocks: FloatArray) -> dict[str, FloatArray]:
    nothing = np.full(len(sweep.names), np.nan)
    flat = blocks.ravel()
    if len(blocks) < 2 or np.ptp(flat) <= 1e-12 * np.abs(flat).max():
        return dict.fromkeys(("S1", "S1_conf", "ST", "ST_conf"), nothing)
    from SALib.analyze import sobol

    found = sobol.analyze(
        sweep.problem(),
        flat,
        calc_second_order=False,
        num_resamples=RESAMPLES,
        conf_level=CONFIDENCE,
        seed=sweep.seed % 2**32,
    )
    return {name: np.asarray(found[name]) for name in ("S1", "S1_conf", "ST", "ST_conf")}
