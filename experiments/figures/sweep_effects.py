"""Main effects of a sweep: the mean of an outcome at every value, or bin, of every key."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.style import INK, SCENARIOS, themed
from experiments.figures.sweep_source import Swept
from experiments.figures.sweep_style import (
    broken,
    capital,
    hide_rest,
    key_axis,
    shortened,
    sweep_canvas,
    t_interval,
)

MOST_ROWS, MOST_COLUMNS = 4, 4
"""More outcomes or keys than these do not go into one figure: then every outcome has its own."""
OVER_REPLICATIONS = (
    "Bars: {interval} of the difference from the mean over all values of the key, in which the luck that all "
    "cells share cancels. The level of a whole line is known less well, as told at its axis."
)
OVER_CELLS = "Band: 95% t interval over the cells of a bin, whose other keys are independent draws."


def figures_of_effects(swept: Swept) -> dict[str, list[str]]:
    """Return the figures that main effects need: outcomes by the stem of a figure's file."""
    if len(swept.keys) <= MOST_COLUMNS and len(swept.outcomes) <= MOST_ROWS:
        return {"effects": swept.outcomes}
    return {f"effects-{place}": [name] for place, name in enumerate(swept.outcomes, 1)}


@themed
def draw(swept: Swept, effects: pd.DataFrame, paired: pd.DataFrame | None, outcomes: list[str]) -> Figure:
    """Draw main effects, a row an outcome and a column a key; one outcome alone fills rows of keys.

    Parameters
    ----------
    swept : Swept
    effects : pandas.DataFrame
        Rows of ``outcome, key, value, mean, low, high``: the mean over all cells at a value, or at the mean
        value of a bin, with its interval, nan where there is none.
    paired : pandas.DataFrame or None
        Rows of ``outcome, key, value, half``: half width of the interval of the difference from the mean over
        all values of the key.
    outcomes : list of str
        Those to draw.
    """
    keys = swept.keys
    alone = len(outcomes) == 1
    columns = min(len(keys), MOST_COLUMNS)
    rows = -(-len(keys) // columns) if alone else len(outcomes)
    question = f"How does {shortened(swept.name(outcomes[0]))} move with each key?"
    what = "with a key in one of eight bins of equal count" if swept.sampled else "at a value of a key"
    interval = t_interval(swept)
    told = f"Points: mean over all cells {what}, whatever the other keys are."
    words = (
        question if alone else "What moves the outcomes?",
        f"{told} {OVER_CELLS if swept.sampled else OVER_REPLICATIONS.format(interval=interval)}",
        "95% t interval over cells" if swept.sampled else interval,
    )
    size = (2.55 * columns + 0.6, max(2.35 * rows, 3.2))
    figure, panels = sweep_canvas(swept, words, rows, columns, size, sharey="all" if alone else "row")
    pairs = [(outcome, key) for outcome in outcomes for key in keys]
    for place, (panel, (outcome, key)) in enumerate(zip(panels, pairs, strict=False)):
        chosen = effects[(effects["outcome"] == outcome) & (effects["key"] == key)]
        if paired is not None:
            chosen = chosen.merge(paired[["outcome", "key", "value", "half"]], on=["outcome", "key", "value"])
        _line(panel, chosen)
        if place % columns == 0:
            swept.scale(outcome, panel.yaxis)
            known = "" if paired is None else _level(swept, outcome, chosen)
            panel.set_ylabel(f"{broken(capital(swept.name(outcome)), 26)}{known}", size=9)
        if alone or place >= len(panels) - columns:
            panel.set_xlabel(_named(swept, key), size=9)
    hide_rest(panels, len(pairs))
    return figure


def _named(swept: Swept, key: str) -> str:
    """Name a key and its unit below an axis."""
    unit = str(swept.design.get("units", {}).get(key, ""))
    return f"{broken(key, 26)}\n({unit})" if unit else broken(key, 26)


def _level(swept: Swept, outcome: str, effect: pd.DataFrame) -> str:
    """Tell how well the level of a line is known: half its interval, the widest of its values."""
    half = float((effect["high"] - effect["mean"]).max())
    return "" if np.isnan(half) else f"\n(level ±{swept.write(outcome, half)})"


def _line(panel: Axes, effect: pd.DataFrame) -> None:
    """Draw one effect: a line with bars or a band over numbers, points with bars over texts."""
    mean, low, high = (effect[name].to_numpy(dtype=float) for name in ("mean", "low", "high"))
    texts = _texts(effect["value"])
    place = np.arange(len(texts)) if texts else effect["value"].to_numpy(dtype=float)
    if texts:
        panel.margins(x=0.25)
    if "half" not in effect:
        panel.fill_between(place, low, high, color=SCENARIOS[0], alpha=0.18, lw=0)
    panel.plot(place, mean, "o" if texts else "-o", color=SCENARIOS[0], ms=4)
    if "half" in effect:
        half = np.nan_to_num(effect["half"].to_numpy(dtype=float))
        panel.errorbar(place, mean, yerr=half, fmt="none", ecolor=INK, elinewidth=1.0, capsize=2.5)
    panel.tick_params(labelsize=8.5)
    key_axis(panel.xaxis, texts)


def _texts(values: pd.Series) -> list[str]:
    """Return the values of a key that is no number as texts, else nothing."""
    parts = values.tolist()
    if all(isinstance(part, int | float) and not isinstance(part, bool) for part in parts):
        return []
    return [str(part).lower() if isinstance(part, bool) else str(part) for part in parts]
