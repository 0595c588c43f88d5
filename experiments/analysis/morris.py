"""Screening by elementary effects."""

import numpy as np
import pandas as pd

from experiments.analysis.table import SweepTable
from experiments.extras import need
from experiments.sweep.sampling import MORRIS_LEVELS

COLUMNS = ["outcome", "name", "mu", "mu_star", "mu_star_low", "mu_star_high", "sigma", "dropped"]


def morris_effects(sweep: SweepTable) -> pd.DataFrame:
    """Elementary effects of every key or group over its whole range (Morris 1991; Campolongo et al. 2007).

    Parameters
    ----------
    sweep : SweepTable
        Of method ``morris``.

    Returns
    -------
    DataFrame
        ``outcome, name, mu, mu_star, mu_star_low, mu_star_high, sigma, dropped``, in units of the outcome:
        mean effect, mean absolute effect with its 95% bootstrap interval, and standard deviation of effects,
        which is 0 for a key that acts linearly and alone. ``mu`` and ``sigma`` are nan for groups, whose
        effects have no sign. Trajectories with a cell without a value are left out whole and counted.

    Raises
    ------
    MissingExtra
        When SALib is not installed.
    """
    need("analysis", "SALib")
    from SALib.analyze import morris

    inputs = sweep.values.reindex(range(sweep.cells)).to_numpy(dtype=np.float64)
    steps = len(sweep.names) + 1
    rows = []
    for outcome in sweep.outcomes:
        means = sweep.planned(outcome).reshape(-1, steps)
        whole = ~np.isnan(means).any(axis=1)
        chosen = inputs.reshape(-1, steps, inputs.shape[1])[whole].reshape(-1, inputs.shape[1])
        if not whole.any():
            continue
        found = morris.analyze(
            sweep.problem(),
            chosen,
            means[whole].ravel(),
            num_levels=MORRIS_LEVELS,
            seed=sweep.seed % 2**32,
        )
        for place, name in enumerate(found["names"]):
            star, half = float(found["mu_star"][place]), float(found["mu_star_conf"][place])
            mu, sigma = (np.nan, np.nan) if sweep.groups else (found["mu"][place], found["sigma"][place])
            ends = {"mu_star": star, "mu_star_low": max(0.0, star - half), "mu_star_high": star + half}
            one = {"outcome": outcome, "name": name, "mu": float(mu), **ends, "sigma": float(sigma)}
            rows.append({**one, "dropped": int((~whole).sum())})
    return pd.DataFrame(rows, columns=COLUMNS)
