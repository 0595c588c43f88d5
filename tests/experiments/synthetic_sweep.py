"""Folders of sweeps made of arithmetic: the files that their report reads, and no simulation.

Every outcome is a linear function of where the keys stand within their ranges, with one interaction of the
first two, plus luck that all cells of a replication share and a little that they do not.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from environment.typing import FloatArray

RANGES: dict[str, tuple[float, float]] = {
    "funds.evergreen.management_fee": (0.005, 0.02),
    "private_excess": (-0.02, 0.02),
    "savers.literacy.mean": (0.4, 0.6),
    "policy.cap": (0.05, 0.4),
    "savers.inertia": (0.5, 0.95),
    "funds.gate.quarterly": (0.025, 0.1),
    "market.crash.depth": (0.2, 0.6),
    "savers.literacy.education.no_high_school": (0.2, 0.5),
    "policy.disclosure": (0.0, 1.0),
    "employers.talent_competition": (0.0, 1.0),
    "savers.advert_weight": (0.0, 1.0),
    "funds.target_date.private_share": (0.0, 0.3),
}
UNITS = {"funds.evergreen.management_fee": "fraction a year", "private_excess": "1/year"}
ROLES = {"private_excess": "uncertainty", "savers.literacy.mean": "uncertainty", "policy.cap": "lever"}
OUTCOMES: dict[str, tuple[str, float, float]] = {
    "wealth_median_real": ("USD of the start, per saver", 70_000.0, 9_000.0),
    "frozen_share_at_65": ("share of wealth in the month of the 65th birthday, whole run", 0.06, 0.04),
    "net_transfer_usd": ("USD of the start, savers to managers, whole run", -2.0e11, 6.0e11),
    "gini": ("0 to 1", 0.71, 0.02),
    "groups.wealth_median[literacy_quintile=1]": ("USD", 31_000.0, 5_000.0),
    "monthly.unmet_spending_usd:sum": ("USD", 4.0e9, 3.0e9),
    **{
        f"groups.wealth_median[literacy_quintile={quintile}]": (
            "USD",
            31_000.0 * quintile,
            5_000.0 * quintile,
        )
        for quintile in range(2, 6)
    },
}
"""Unit, level where every key stands at its low end, and size of what moves it."""
EXECUTION, MARKET, LITERACY = "execution", "market", "literacy"


@dataclass(frozen=True)
class SweepShape:
    """Size and content of a made-up sweep."""

    method: str = "grid"
    keys: int = 3
    outcomes: int = 3
    replications: int = 4
    samples: int = 16
    """Cells of lhs and list, base samples of sobol, trajectories of morris, values of a key of grid."""
    grouped: bool = False
    text: bool = False
    """Whether the last key of a grid is a text."""
    failed: tuple[int, ...] = ()
    stopping: bool = False


def weights(outcome: int, keys: int) -> FloatArray:
    """Coefficients of the keys in an outcome, shape (keys,): they differ in size and sign."""
    place = np.arange(keys)
    return (1.0 + 0.3 * outcome) * np.cos(1.0 + place * (1.3 + 0.4 * outcome)) / (1.0 + 0.4 * place)


def names(shape: SweepShape) -> list[str]:
    """Keys of the design in order."""
    return list(RANGES)[: shape.keys]


def groups(shape: SweepShape) -> dict[str, list[str]]:
    """Every third key execution, market and literacy, as the names of the first three say."""
    if not shape.grouped:
        return {}
    keys = names(shape)
    return {
        name: keys[first::3] for first, name in enumerate((EXECUTION, MARKET, LITERACY)) if keys[first::3]
    }


def problem(shape: SweepShape) -> dict[str, Any]:
    """The design as SALib wants it."""
    keys = names(shape)
    made: dict[str, Any] = {
        "num_vars": len(keys),
        "names": keys,
        "bounds": [list(RANGES[key]) for key in keys],
    }
    if shape.grouped:
        made["groups"] = [next(name for name, held in groups(shape).items() if key in held) for key in keys]
    return made


def design_values(shape: SweepShape) -> FloatArray:
    """Where the keys stand in every cell, shape (cells, keys)."""
    keys = names(shape)
    low, high = np.array([RANGES[key] for key in keys]).T
    if shape.method == "sobol":
        from SALib.sample import sobol

        sampled = sobol.sample(problem(shape), shape.samples, calc_second_order=False, seed=1)
        return np.asarray(sampled, dtype=np.float64)
    if shape.method == "morris":
        from SALib.sample import morris

        return np.asarray(
            morris.sample(problem(shape), shape.samples, num_levels=4, seed=1), dtype=np.float64
        )
    if shape.method == "grid":
        steps = np.array(list(product(np.linspace(0, 1, shape.samples), repeat=len(keys))))
        return np.asarray(low + steps * (high - low))
    from scipy.stats import qmc

    hypercube = qmc.LatinHypercube(len(keys), rng=np.random.default_rng(1))
    where: FloatArray = np.asarray(hypercube.random(shape.samples), dtype=np.float64)
    points: FloatArray = low + where * (high - low)
    return points


def outcome_values(shape: SweepShape, position: int, cells: FloatArray) -> FloatArray:
    """Values of one outcome, shape (cells, replications)."""
    low, high = np.array([RANGES[key] for key in names(shape)]).T
    where = (cells - low) / (high - low)
    _, level, size = list(OUTCOMES.values())[position]
    moved = where @ weights(position, where.shape[1])
    if where.shape[1] > 1:
        moved = moved + 0.5 * where[:, 0] * where[:, 1]
    dice = np.random.default_rng(position)
    shared = 0.4 * dice.standard_normal(shape.replications)
    own = 0.05 * dice.standard_normal((len(cells), shape.replications))
    return np.asarray(level + size * (moved[:, None] + shared + own))


def table(shape: SweepShape) -> pd.DataFrame:
    """``sweep.parquet`` with all its cells, those that fail too."""
    cells = design_values(shape)
    count, replications = len(cells), shape.replications
    frame = pd.DataFrame(
        {
            "cell": np.repeat(np.arange(count), replications),
            "replication": np.tile(np.arange(replications), count),
            **{key: np.repeat(cells[:, k], replications) for k, key in enumerate(names(shape))},
            **{
                name: outcome_values(shape, position, cells).ravel()
                for position, name in enumerate(list(OUTCOMES)[: shape.outcomes])
            },
        }
    )
    if shape.text:
        last = names(shape)[-1]
        frame[last] = np.where(frame[last] > np.median(frame[last]), "open", "closed")
        frame = frame.drop_duplicates(["replication", *names(shape)], ignore_index=True)
        frame["cell"] = frame.groupby("replication").cumcount()
    return frame


def write_sweep(folder: Path, shape: SweepShape) -> Path:
    """Write a result folder of ``sweep`` as the report finds it."""
    folder.mkdir(parents=True)
    whole = table(shape)
    whole[~whole["cell"].isin(shape.failed)].to_parquet(folder / "sweep.parquet", index=False)
    keys = names(shape)
    failed = [
        {
            "cell": cell,
            "values": {key: whole.loc[whole["cell"] == cell, key].tolist()[0] for key in keys},
            "replication": 0,
            "reason": "the ledger does not balance",
        }
        for cell in shape.failed
    ]
    (folder / "failed.json").write_text(json.dumps(failed))
    (folder / "manifest.json").write_text(json.dumps(_manifest(shape, whole)))
    return folder


def _parameters(shape: SweepShape, whole: pd.DataFrame) -> Mapping[str, Any]:
    """Values of a grid or list, ranges of the other methods."""
    keys = names(shape)
    if shape.method == "grid":
        return {key: whole[key].drop_duplicates().tolist() for key in keys}
    if shape.method == "list":
        return {key: whole.loc[whole["replication"] == 0, key].tolist() for key in keys}
    return {key: list(RANGES[key]) for key in keys}


def _manifest(shape: SweepShape, whole: pd.DataFrame) -> dict[str, Any]:
    """Return the manifest of a sweep."""
    keys, cells = names(shape), int(whole["cell"].nunique())
    factors = {
        "private_excess": {"keys": ["market.expected.buyout", "market.expected.venture"], "how": "add"}
    }
    return {
        "schema": 1,
        "kind": "sweep",
        "status": "complete",
        "name": "caps",
        "design": {
            "method": shape.method,
            "samples": shape.samples,
            "parameters": _parameters(shape, whole),
            "roles": {key: ROLES.get(key, "parameter") for key in keys},
            "groups": groups(shape),
            "factors": {name: made for name, made in factors.items() if name in keys},
            "units": {key: UNITS.get(key, "fraction") for key in keys},
            "standings": dict.fromkeys(keys, "assumed"),
        },
        "outcomes": {name: OUTCOMES[name][0] for name in list(OUTCOMES)[: shape.outcomes]},
        "stopping": {"most": 64, "half_width": {"wealth_median_real": 500.0}} if shape.stopping else None,
        "scenario": {
            "name": "open-access",
            "description": "Made of arithmetic.",
            "values": {"run.start": "2025-08"},
        },
        "seed": 1,
        "savers": 2_000,
        "months": 480,
        "replications": shape.replications,
        "cells": cells,
        "failed": len(shape.failed),
        "simulations": cells * shape.replications,
        "wall_seconds": 12.5,
        "peak_rss_mb": 210.0,
        "versions": {"python": "3.12.1", "thirdwave": "0.1.0", "numpy": "2.5.5"},
        "commit": None,
        "inputs": {},
        "content_sha256": "0123456789abcdef" * 4,
        "warnings": [],
    }
