"""The cells of a design: which value each of its keys has in each."""

import math
from collections.abc import Sequence
from itertools import product

import numpy as np

from environment.parameters import Value, parameters
from environment.typing import FloatArray
from experiments.extras import need
from experiments.sweep.design import Design

MORRIS_LEVELS = 4
"""Levels of the Morris grid, p in Morris (1991), with steps of p / (2 (p - 1)) of the range."""

type Cell = dict[str, Value]
"""A value for every key of a design, in its order."""


def cells_of(design: Design) -> list[Cell]:
    """All cells of a design, in the order of their numbers.

    Parameters
    ----------
    design : Design
        grid: all combinations, the last key moves fastest. list: one cell a line. lhs: a Latin hypercube
        (McKay, Beckman and Conover 1979). sobol: a scrambled Sobol' sequence and its crossings (Saltelli et
        al. 2010), of groups when the design has them. morris: trajectories of one step a key or group (Morris
        1991; Campolongo, Cariboni and Saltelli 2007). The base scenario's seed settles what is drawn.

    Raises
    ------
    MissingExtra
        When sobol or morris is asked for and SALib is not installed.
    """
    keys = list(design.ranges)
    if design.method == "grid":
        return [dict(zip(keys, values, strict=True)) for values in product(*design.ranges.values())]
    if design.method == "list":
        return [dict(zip(keys, values, strict=True)) for values in zip(*design.ranges.values(), strict=True)]
    drawn = _hypercube(design) if design.method == "lhs" else _with_salib(design)
    bounds = dict(zip(keys, _bounds(design).tolist(), strict=True))
    whole = {key for key in keys if key in parameters() and parameters()[key].kind == "whole"}
    return [
        {key: _whole(value, bounds[key]) if key in whole else value for key, value in pairs}
        for pairs in (zip(keys, line, strict=True) for line in drawn.tolist())
    ]


def count_of(design: Design) -> int:
    """How many cells a design has, without drawing them."""
    many = len(design.groups) or len(design.ranges)
    match design.method:
        case "grid":
            return math.prod(len(values) for values in design.ranges.values())
        case "list":
            return len(next(iter(design.ranges.values())))
        case "lhs":
            return design.samples
        case "sobol":
            return design.samples * (many + 2)
        case "morris":
            return design.samples * (many + 1)


def problem_of(design: Design) -> dict[str, object]:
    """A design as SALib's sampling and analysis want it."""
    group_of = {key: group for group, keys in design.groups.items() for key in keys}
    told: dict[str, object] = {
        "num_vars": len(design.ranges),
        "names": list(design.ranges),
        "bounds": _bounds(design).tolist(),
    }
    return told | ({"groups": [group_of[key] for key in design.ranges]} if group_of else {})


def _hypercube(design: Design) -> FloatArray:
    from scipy.stats import qmc

    bounds = _bounds(design)
    unit = qmc.LatinHypercube(len(bounds), rng=_seed(design)).random(design.samples)
    return np.asarray(qmc.scale(unit, bounds[:, 0], bounds[:, 1]), dtype=np.float64)


def _with_salib(design: Design) -> FloatArray:
    need("analysis", "SALib")
    if design.method == "sobol":
        from SALib.sample import sobol

        drawn = sobol.sample(problem_of(design), design.samples, calc_second_order=False, seed=_seed(design))
    else:
        from SALib.sample import morris

        drawn = morris.sample(
            problem_of(design), design.samples, num_levels=MORRIS_LEVELS, seed=_seed(design)
        )
    return np.asarray(drawn, dtype=np.float64)


def _seed(design: Design) -> int:
    return design.base.whole("run.seed")


def _bounds(design: Design) -> FloatArray:
    return np.array(list(design.ranges.values()), dtype=np.float64)


def _whole(value: float, ends: Sequence[float]) -> int:
    """The whole number of a drawn one: each from lowest to highest has an equal part of the range."""
    low, high = (int(end) for end in ends)
    return min(high, low + int((value - low) / (high - low) * (high - low + 1)))
