"""Tables of sweeps whose outcome is a known function of the keys."""

from collections.abc import Callable
from itertools import product

import numpy as np
import pandas as pd

from environment.typing import FloatArray
from experiments.analysis.table import SweepTable

type Function = Callable[[FloatArray], FloatArray]
"""Takes the cells, shape (cells, keys), and gives the outcome, shape (cells,) or (cells, replications)."""


def table_of(
    method: str, ranges: dict[str, list[float]], cells: FloatArray, function: Function, **design: object
) -> SweepTable:
    """A sweep of one outcome ``y``."""
    values = function(cells)
    if values.ndim == 1:
        values = values[:, None]
    count, replications = values.shape
    rows = pd.DataFrame({"cell": np.repeat(np.arange(count), replications)})
    rows["replication"] = np.tile(np.arange(replications), count)
    for place, key in enumerate(ranges):
        rows[key] = np.repeat(cells[:, place], replications)
    rows["y"] = values.ravel()
    manifest = {
        "cells": count,
        "seed": 1,
        "outcomes": {"y": ""},
        "design": {"method": method, "parameters": ranges, "groups": {}, **design},
    }
    return SweepTable(manifest, rows)


def grid(ranges: dict[str, list[float]], function: Function) -> SweepTable:
    """A full grid."""
    return table_of("grid", ranges, np.array(list(product(*ranges.values())), dtype=np.float64), function)


def sobol(
    ranges: dict[str, list[float]], samples: int, function: Function, **groups: list[str]
) -> SweepTable:
    """A Sobol' design as SALib draws it."""
    from SALib.sample.sobol import sample

    empty = table_of("sobol", ranges, np.zeros((1, len(ranges))), lambda cells: cells[:, 0], groups=groups)
    cells = sample(empty.problem(), samples, calc_second_order=False, seed=1)
    return table_of("sobol", ranges, cells, function, groups=groups)


def unit(*keys: str) -> dict[str, list[float]]:
    """Keys from 0 to 1."""
    return {key: [0.0, 1.0] for key in keys}


def without(sweep: SweepTable, cell: int) -> SweepTable:
    """The same sweep had a cell failed."""
    return SweepTable(sweep.manifest, sweep.rows[sweep.rows["cell"] != cell])
