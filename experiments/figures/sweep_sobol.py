"""Sobol indices of a sweep: how much of an outcome's variance belongs to each key or group of keys."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from experiments.figures.style import INK, SCENARIOS, percentages, say, themed
from experiments.figures.sweep_source import Swept
from experiments.figures.sweep_style import (
    broken,
    hide_rest,
    legend_below,
    spread_out,
    sweep_canvas,
    titled,
)
from experiments.figures.wording import percent

FIRST, TOTAL = SCENARIOS[0], SCENARIOS[1]
LEAST_REACH, MOST_REACH = 1.0, 1.6
"""The axis of shares goes at least to the whole variance, and no further than this over it."""


@themed
def draw(swept: Swept, indices: pd.DataFrame, noise: Mapping[str, float]) -> Figure:
    """Draw first-order and total indices, one panel an outcome, the input ranges beside them.

    Parameters
    ----------
    swept : Swept
    indices : pandas.DataFrame
        Rows of ``outcome, name, first, first_low, first_high, total, total_low, total_high``; `name` is a
        group, or a key in a design without groups.
    noise : Mapping of str to float
        Greatest share of the variance of cell means that is noise, by outcome; nan if unknown.
    """
    names = list(dict.fromkeys(indices["name"]))
    ranges = [_ranges(swept, name) for name in names]
    heights = [max(0.62, 0.155 * text.count("\n") + 0.35) for text in ranges]
    rows, columns = spread_out(len(swept.outcomes), 2 if swept.groups and len(swept.outcomes) > 3 else 3)
    words = (_question(swept, names), _caption(swept), "error bars: 95% bootstrap interval over base samples")
    size = (2.6 * columns + 4.4, rows * (max(sum(heights), 1.1) + 0.8) + 0.3)
    figure, panels = sweep_canvas(swept, words, rows, columns, size, sharey="all", sharex=True)
    places = _centres(heights)
    low, high = _frame(indices)
    for place, (panel, outcome) in enumerate(zip(panels, swept.outcomes, strict=False)):
        chosen = indices[indices["outcome"] == outcome].set_index("name").reindex(names)
        if chosen["total"].isna().all():
            say(panel, "does not vary")
        else:
            _bars(panel, chosen, places, high)
        titled(panel, swept, outcome, 24, pad=18)
        told = _told(chosen, noise.get(outcome, float("nan")))
        panel.annotate(told, (0.0, 1.0), (0, 5), "axes fraction", "offset points", size=7.5)
        if place % columns == columns - 1 or place == len(swept.outcomes) - 1:
            _beside(panel, places, ranges)
    panels[0].set_yticks(places, [broken(name, 26) for name in names], size=10)
    panels[0].set_ylim(sum(heights), 0.0)
    for panel in panels:
        panel.set_xlim(low, 1.17 * high)
        panel.xaxis.set_major_locator(MaxNLocator(nbins=5))
        percentages(panel.xaxis)
        panel.tick_params(axis="x", labelbottom=True)
    hide_rest(panels, len(swept.outcomes))
    legend_below(figure, panels[0])
    return figure


def _question(swept: Swept, names: list[str]) -> str:
    """Ask about the groups by name, or about keys."""
    if not swept.groups:
        return "How much of the answer is each key?"
    told = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    text = f"How much of the answer is {told}?"
    return text if len(text) < 80 else "How much of the answer is each group of keys?"


def _caption(swept: Swept) -> str:
    """Say what the bars are and what they rest on."""
    one = "a group of keys" if swept.groups else "a key"
    return (
        "Share of the variance of cell means when every key is drawn evenly from its range. First order: "
        f"due to {one} alone; total: with all its interactions, so that totals may add up to more than "
        "100% (Sobol 2001; Homma and Saltelli 1996). Shares speak of the ranges on the right and of no "
        "others. Noise: at most this part of the variance between cells is luck that differs between them."
    )


def _ranges(swept: Swept, name: str) -> str:
    """Write the input ranges of a group, a line a key, or of a key."""
    if not swept.groups:
        return swept.span(name)
    return "\n".join(f"{key}: {swept.span(key)}" for key in swept.groups[name])


def _centres(heights: list[float]) -> list[float]:
    """Return the middles of rows that lie one below the other."""
    ends = np.cumsum(heights)
    return [float(end - height / 2.0) for end, height in zip(ends, heights, strict=True)]


def _frame(indices: pd.DataFrame) -> tuple[float, float]:
    """Return the ends of the axis of shares, common to all panels; intervals may run out of it."""
    ends = indices[["first", "first_low", "first_high", "total", "total_low", "total_high"]]
    values = ends.to_numpy(dtype=float)
    high = min(max(float(np.nanmax(values, initial=0.0)), LEAST_REACH), MOST_REACH)
    return max(min(float(np.nanmin(values, initial=0.0)), 0.0), -0.5), high


def _bars(panel: Axes, chosen: pd.DataFrame, places: list[float], frame: float) -> None:
    """Draw two bars a name with their intervals and figures."""
    for kind, offset, color, hatch, words in (
        ("first", -0.13, FIRST, "", "first order (alone)"),
        ("total", 0.13, TOTAL, "///", "total (with interactions)"),
    ):
        value = chosen[kind].to_numpy(dtype=float)
        ends = chosen[[f"{kind}_low", f"{kind}_high"]].to_numpy(dtype=float).T
        bars = np.nan_to_num(np.abs(ends - value))
        at = np.asarray(places) + offset
        panel.barh(at, value, 0.23, color=color, hatch=hatch, edgecolor="white", lw=0.0, label=words)
        panel.errorbar(value, at, xerr=bars, fmt="none", ecolor=INK, elinewidth=1.0, capsize=2)
        edges = np.clip(np.nan_to_num(value) + bars[1], 0.0, frame)
        for y, share, edge in zip(at.tolist(), value.tolist(), edges.tolist(), strict=True):
            ground = {"facecolor": "white", "edgecolor": "none", "pad": 0.4}
            text = percent(share, 0)
            panel.annotate(
                text, (edge, y), (4, 0), textcoords="offset points", va="center", size=7.5, bbox=ground
            )
    panel.axvline(0.0, color=INK, lw=0.8)
    panel.axvline(1.0, color=INK, lw=0.8, ls=":")
    panel.grid(visible=False, axis="y")
    panel.set_xlabel("Share of variance", size=9)
    panel.tick_params(axis="x", labelsize=8.5)


def _told(chosen: pd.DataFrame, noise: float) -> str:
    """Tell the sum of the first-order shares, and the noise."""
    if chosen["first"].isna().all():
        return "no shares"
    alone = percent(float(chosen["first"].sum()), 0)
    return (
        f"first orders sum to {alone}; noise {'unknown' if np.isnan(noise) else f'at most {percent(noise)}'}"
    )


def _beside(panel: Axes, places: list[float], ranges: list[str]) -> None:
    """Write the input ranges to the right of the last panel of a row."""
    beside = panel.secondary_yaxis("right")
    beside.set_yticks(places, ranges, size=8, linespacing=1.35)
    beside.tick_params(length=0)
    beside.spines["right"].set_visible(False)
    panel.text(1.02, 1.005, "Input ranges", transform=panel.transAxes, size=9, weight="bold")
