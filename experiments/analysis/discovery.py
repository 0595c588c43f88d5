"""Scenario discovery: which ranges of the keys hold the cells with the lowest and the highest outcomes."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from environment.typing import BoolArray
from experiments.analysis.table import SweepTable
from experiments.extras import need

type Side = Literal["lowest", "highest"]

SIDES: Final[tuple[Side, ...]] = ("lowest", "highest")
"""Both are looked for, whatever the outcome: which of them is the good one is not for this program to say."""
QUARTER: Final = 0.25
FEWEST_CELLS: Final = 40
SIGNIFICANT: Final = 0.05
COLUMNS: Final = ["outcome", "side", "key", "low", "high", "p", "coverage", "density", "mass", "rule"]


@dataclass(frozen=True)
class _Box:
    """Limits of the keys that matter, lowest and highest, and the cells inside."""

    limits: dict[str, tuple[float, float]]
    p: dict[str, float]
    inside: BoolArray


def discover(sweep: SweepTable, share: float = QUARTER) -> pd.DataFrame:
    """One box a side of an outcome that holds much of its extreme cells and little else, found by PRIM.

    The patient rule induction method (Friedman and Fisher 1999) of the EMA workbench peels ranges off; of the
    boxes on its path the one with the greatest harmonic mean of coverage and density is taken, and limits
    that could be chance are dropped (Bryant and Lempert 2010: quasi-p of a one-sided binomial test > 0.05).

    Parameters
    ----------
    sweep : SweepTable
        With at least 40 cells and a key that is a number, else there are no rows.
    share : float
        Of the cells that are of interest on a side: those with the lowest means, or the highest.

    Returns
    -------
    DataFrame
        ``outcome, side, key, low, high, p, coverage, density, mass, rule``: a row a limit. Coverage: of the
        cells of interest those inside. Density: of those inside, those of interest. Mass: of all cells those
        inside. Rule: the box in words.

    Raises
    ------
    MissingExtra
        When the EMA workbench is not installed.
    """
    need("analysis", "ema_workbench")
    rows: list[dict[str, Any]] = []
    sweep = sweep.independent
    for outcome in sweep.outcomes:
        means = sweep.means(outcome).dropna()
        inputs = sweep.values.loc[means.index, sweep.numeric].astype(np.float64)
        inputs = inputs.loc[:, inputs.nunique() > 1]
        if len(means) < FEWEST_CELLS or inputs.empty or means.nunique() < FEWEST_CELLS // 2:
            continue
        for side in SIDES:
            wanted = _of_interest(means, side, share)
            box = _found(inputs, wanted) if wanted.any() else None
            if box is not None:
                rows += _told(outcome, side, box, wanted)
    return pd.DataFrame(rows, columns=COLUMNS)


def _of_interest(means: pd.Series, side: Side, share: float) -> BoolArray:
    """Mark the extreme cells; of many that tie at the limit none counts, or all of them would."""
    signed = means if side == "highest" else -means
    limit = signed.quantile(1.0 - share)
    with_ties = np.asarray(signed >= limit)
    return with_ties if with_ties.mean() <= 2.0 * share else np.asarray(signed > limit)


def _found(inputs: pd.DataFrame, wanted: BoolArray) -> _Box | None:
    """The best box without limits that could be chance, or None when none is left."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of packages that the workbench imports, and of pandas to it
        from ema_workbench.analysis import prim

        boxed = prim.Prim(inputs, wanted).find_box()
    if boxed is None:
        return None
    path = boxed.peeling_trajectory
    balance = 2.0 * path["coverage"] * path["density"] / (path["coverage"] + path["density"])
    chosen = boxed.box_lims[int(balance.fillna(0.0).to_numpy().argmax())]
    limits = {
        str(key): (float(chosen[key].iloc[0]), float(chosen[key].iloc[1]))
        for key in inputs
        if chosen[key].iloc[0] > inputs[key].min() or chosen[key].iloc[1] < inputs[key].max()
    }
    return _without_chance(inputs, wanted, limits)


def _without_chance(
    inputs: pd.DataFrame, wanted: BoolArray, limits: dict[str, tuple[float, float]]
) -> _Box | None:
    """Drop the limit with the largest quasi-p until all are significant."""
    while limits:
        p = {key: _quasi_p(inputs, wanted, limits, key) for key in limits}
        weakest = max(p, key=p.__getitem__)
        if p[weakest] <= SIGNIFICANT:
            return _Box(limits, p, _inside(inputs, limits))
        limits = {key: ends for key, ends in limits.items() if key != weakest}
    return None


def _quasi_p(
    inputs: pd.DataFrame, wanted: BoolArray, limits: Mapping[str, tuple[float, float]], key: str
) -> float:
    """Chance of as many wanted cells inside, were they as frequent as without the limit on one key."""
    from scipy.special import bdtrc

    inside = _inside(inputs, limits)
    wider = _inside(inputs, {name: ends for name, ends in limits.items() if name != key})
    hits, count = int(wanted[inside].sum()), int(inside.sum())
    return float(bdtrc(hits - 1, count, float(wanted[wider].mean()))) if hits else 1.0


def _inside(inputs: pd.DataFrame, limits: Mapping[str, tuple[float, float]]) -> BoolArray:
    inside = np.ones(len(inputs), dtype=np.bool_)
    for key, (low, high) in limits.items():
        inside &= inputs[key].between(low, high).to_numpy()
    return inside


def _told(outcome: str, side: Side, box: _Box, wanted: BoolArray) -> list[dict[str, Any]]:
    hits = float((wanted & box.inside).sum())
    coverage, density = hits / float(wanted.sum()), hits / float(box.inside.sum())
    actual = float(wanted.mean())
    group = "quarter" if abs(actual - QUARTER) < 0.02 else f"{actual:.0%}"
    conditions = " and ".join(
        f"{key} is from {low:.4g} to {high:.4g}" for key, (low, high) in box.limits.items()
    )
    rule = (
        f"Where {conditions}, {density:.0%} of cells are in the {side} {group} of {outcome}; "
        f"{coverage:.0%} of that {group} is there."
    )
    shares = {"coverage": coverage, "density": density, "mass": float(box.inside.mean()), "rule": rule}
    return [
        {"outcome": outcome, "side": side, "key": key, "low": low, "high": high, "p": box.p[key], **shares}
        for key, (low, high) in box.limits.items()
    ]
