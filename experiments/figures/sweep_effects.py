"""Main effects of a sweep: the mean of an outcome at every value, or bin, of every key."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.style import INK, MARKERS, SCENARIOS, Look, look, themed
from experiments.figures.sweep_families import Family, families
from experiments.figures.sweep_source import Swept
from experiments.figures.sweep_style import (
    broken,
    capital,
    hide_rest,
    key_axis,
    legend_below,
    shortened,
    sweep_canvas,
    t_interval,
)

MOST_ROWS, MOST_COLUMNS = 4, 4
"""More outcomes or keys than these do not go into one figure: then every outcome has its own."""
LEAST_REACH = 1e-4
"""Scales reach at least so far from their middle, as a share of it: the figures at ticks tell no less."""
BLUE = Look(SCENARIOS[0], "o", "-")
SIXTH = Look(INK, "P", (0, (1, 1)))
"""Look of one line, and of the sixth of a family."""
OVER_REPLICATIONS = (
    "Bars: {interval} of the difference from the mean over all values of the key, in which the luck that all "
    "cells share cancels."
)
LEVEL = "The level of a whole line is known less well, as told at its axis."
OVER_CELLS = "Band: 95% t interval over the cells of a bin, whose other keys are independent draws."


def figures_of_effects(swept: Swept) -> dict[str, list[str] | Family]:
    """Return the figures that main effects need: outcomes, or a family of them, by the stem of a figure."""
    made: dict[str, list[str] | Family] = {}
    found = {next(iter(family.members)): family for family in families(swept.outcomes)}
    kin = {name for family in found.values() for name in family.members}
    single = [name for name in swept.outcomes if name not in kin]
    together = len(swept.keys) <= MOST_COLUMNS and len(single) <= MOST_ROWS
    for place, name in enumerate(swept.outcomes, 1):
        if name in found:
            made[f"effects-{place}"] = found[name]
        elif name in single and not together:
            made[f"effects-{place}"] = [name]
    return {"effects": single, **made} if together and single else made


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
    alone = len(outcomes) == 1
    question = f"How does {shortened(swept.name(outcomes[0]))} move with each key?"
    rows, columns = _grid(swept, 1 if alone else len(outcomes))
    figure, panels = _open(swept, question if alone else "What moves the outcomes?", "", rows, columns)
    pairs = [(outcome, key) for outcome in outcomes for key in swept.keys]
    for place, (panel, (outcome, key)) in enumerate(zip(panels, pairs, strict=False)):
        chosen = _chosen(effects, paired, outcome, key)
        _line(panel, chosen, BLUE)
        _values(panel, swept, chosen)
        if place % columns == 0:
            known = "" if paired is None else _level(swept, outcome, chosen)
            panel.set_ylabel(f"{broken(capital(swept.name(outcome)), 26)}{known}", size=9)
        if alone or place >= len(panels) - columns:
            panel.set_xlabel(_named(swept, key), size=9)
    _heights(swept, panels, columns, outcomes)
    hide_rest(panels, len(pairs))
    return figure


@themed
def draw_family(swept: Swept, effects: pd.DataFrame, paired: pd.DataFrame | None, family: Family) -> Figure:
    """Draw main effects on a family of outcomes: a panel a key, a line a member.

    Parameters
    ----------
    swept, effects, paired
        As in `draw`.
    family : Family
        Outcomes to draw.
    """
    rows, columns = _grid(swept, 1)
    told = f"Lines: {family.key}, each with its own level."
    figure, panels = _open(
        swept, f"How does {shortened(family.name, 64)} move with each key?", told, rows, columns
    )
    for panel, key in zip(panels, swept.keys, strict=False):
        for place, (outcome, member) in enumerate(family.members.items()):
            how = look(place) if place < len(MARKERS) else SIXTH
            chosen = _chosen(effects, paired, outcome, key)
            _line(panel, chosen, how, f"{family.key} {member}")
        _values(panel, swept, chosen)
        panel.set_xlabel(_named(swept, key), size=9)
    panels[0].set_ylabel(broken(family.name.removesuffix(f" by {family.key}"), 26), size=9)
    _heights(swept, panels, columns, list(family.members))
    hide_rest(panels, len(swept.keys))
    legend_below(figure, panels[0])
    return figure


def _grid(swept: Swept, outcomes: int) -> tuple[int, int]:
    """Return rows and columns of panels: a row an outcome, or the keys of one over several rows."""
    columns = min(len(swept.keys), MOST_COLUMNS)
    return (-(-len(swept.keys) // columns) if outcomes == 1 else outcomes), columns


def _open(swept: Swept, question: str, told: str, rows: int, columns: int) -> tuple[Figure, list[Axes]]:
    """Open the figure of effects, `told` before the words on intervals."""
    interval = t_interval(swept)
    what = "with a key in one of eight bins of equal count" if swept.sampled else "at a value of a key"
    points = f"Points: mean over all cells {what}, whatever the other keys are."
    known = OVER_CELLS if swept.sampled else OVER_REPLICATIONS.format(interval=interval)
    words = (
        question,
        " ".join(filter(None, (points, told, known, "" if swept.sampled or told else LEVEL))),
        "95% t interval over cells" if swept.sampled else interval,
    )
    size = (2.55 * columns + 0.6, max(2.35 * rows, 3.2))
    return sweep_canvas(swept, words, rows, columns, size)


def _heights(swept: Swept, panels: list[Axes], columns: int, outcomes: list[str]) -> None:
    """Give the panels of an outcome, or of a family, one scale, which rounding alone does not fill."""
    row = len(panels) if len(panels) != columns * len(outcomes) or len(outcomes) == 1 else columns
    for first in range(0, len(panels), row):
        shared = panels[first : first + row]
        drawn = [panel.get_ylim() for panel in shared if panel.has_data()]
        low, high = min(ends[0] for ends in drawn), max(ends[1] for ends in drawn)
        middle = (low + high) / 2.0
        reach = max((high - low) / 2.0, LEAST_REACH * abs(middle))
        for place, panel in enumerate(shared):
            panel.set_ylim(middle - reach, middle + reach)
            swept.scale(outcomes[first // row], panel.yaxis)
            panel.tick_params(labelleft=place % columns == 0)


def _chosen(effects: pd.DataFrame, paired: pd.DataFrame | None, outcome: str, key: str) -> pd.DataFrame:
    """Return the rows of an outcome and key, with the intervals of differences where there are some."""
    chosen = effects[(effects["outcome"] == outcome) & (effects["key"] == key)]
    if paired is None:
        return chosen
    return chosen.merge(paired[["outcome", "key", "value", "half"]], on=["outcome", "key", "value"])


def _named(swept: Swept, key: str) -> str:
    """Name a key and its unit below an axis."""
    unit = str(swept.design.get("units", {}).get(key, ""))
    return f"{broken(key, 26)}\n({unit})" if unit else broken(key, 26)


def _level(swept: Swept, outcome: str, effect: pd.DataFrame) -> str:
    """Tell how well the level of a line is known: half its interval, the widest of its values."""
    half = float((effect["high"] - effect["mean"]).max())
    return "" if np.isnan(half) else f"\n(level ±{swept.write(outcome, half)})"


def _line(panel: Axes, effect: pd.DataFrame, how: Look, words: str = "") -> None:
    """Draw one effect: a line with bars or a band over numbers, points with bars over texts."""
    mean, low, high = (effect[name].to_numpy(dtype=float) for name in ("mean", "low", "high"))
    texts = _texts(effect["value"])
    place = np.arange(len(texts)) if texts else effect["value"].to_numpy(dtype=float)
    if "half" not in effect:
        panel.fill_between(place, low, high, color=how.color, alpha=0.18, lw=0)
    dash = "" if texts else how.dash
    panel.plot(place, mean, ls=dash, marker=how.marker, color=how.color, ms=4, label=words or None)
    if "half" in effect:
        half = np.nan_to_num(effect["half"].to_numpy(dtype=float))
        ink = how.color if words else INK
        panel.errorbar(place, mean, yerr=half, fmt="none", ecolor=ink, elinewidth=1.0, capsize=2.5)


def _values(panel: Axes, swept: Swept, effect: pd.DataFrame) -> None:
    """Write the values of a key below a panel."""
    texts = _texts(effect["value"])
    panel.tick_params(labelsize=8.5)
    if texts:
        panel.margins(x=0.25)
    key_axis(panel.xaxis, [] if texts or swept.sampled else effect["value"].tolist(), texts)


def _texts(values: pd.Series) -> list[str]:
    """Return the values of a key that is no number as texts, else nothing."""
    parts = values.tolist()
    if all(isinstance(part, int | float) and not isinstance(part, bool) for part in parts):
        return []
    return [str(part).lower() if isinstance(part, bool) else str(part) for part in parts]
