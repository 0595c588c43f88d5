"""Scenario discovery of a sweep: the box of inputs in which the highest or lowest outcomes lie."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.style import SCENARIOS, themed
from experiments.figures.sweep_source import Swept, plain
from experiments.figures.sweep_style import broken, capital, sweep_canvas

WIDTH = 10.0
ROOM = 0.1
"""Share of a range that a figure needs."""
FULL, BOX = "#dcdcdc", SCENARIOS[1]
CAPTION = (
    "Orange: the part of its range in which a key must lie for a cell to be in the box; grey: the whole "
    "range. Keys that are not drawn may be anywhere. A side without a panel has no box that holds its cells "
    "better than chance, or too few cells or different figures to look for one. Boxes are found by PRIM on "
    "the cell means (Friedman and Fisher 1999; Bryant and Lempert 2010)."
)


@themed
def draw(swept: Swept, boxes: pd.DataFrame) -> Figure:
    """Draw the limits of each key of a box within its range, one panel a side of an outcome that has a box.

    Parameters
    ----------
    swept : Swept
    boxes : pandas.DataFrame
        Rows of ``outcome, side, key, low, high, rule``: a limit of the box, and the box in words. Not empty.
    """
    limits = [limit for _, limit in boxes.groupby(["outcome", "side"], sort=False)]
    heights = [0.5 * len(limit) + 0.95 for limit in limits]
    words = (
        "Where are the extreme cells?",
        CAPTION,
        "one box a side of an outcome",
    )
    figure, panels = sweep_canvas(swept, words, len(limits), 1, (WIDTH, sum(heights)), heights=heights)
    for panel, limit in zip(panels, limits, strict=True):
        _box(panel, swept, limit)
        outcome, side, told = limit[["outcome", "side", "rule"]].iloc[0]
        rule = textwrap.fill(told, 118)
        pad = 10 + 10 * (rule.count("\n") + 1)
        panel.set_title(f"{capital(swept.name(outcome))}: the {side} cells", loc="left", size=10, pad=pad)
        panel.annotate(rule, (0.0, 1.0), (0, 5), "axes fraction", "offset points", size=8, va="bottom")
    return figure


def _box(panel: Axes, swept: Swept, limit: pd.DataFrame) -> None:
    """Draw the bars of one box, each over the whole range of its key."""
    panel.grid(visible=False)
    panel.set(xlim=(0.0, 1.0), xticks=[])
    names = []
    for place, (key, low, high) in enumerate(limit[["key", "low", "high"]].itertuples(index=False)):
        start, end = (float(value) for value in swept.design["parameters"][key])
        names.append(f"{broken(key, 34)}\n{swept.span(key)}")
        inner = np.clip((np.array([low, high], dtype=float) - start) / (end - start), 0.0, 1.0)
        panel.barh(place, 1.0, 0.5, color=FULL)
        panel.barh(place, inner[1] - inner[0], 0.5, left=inner[0], color=BOX)
        if low > swept.table[key].min():
            _limit(panel, place, float(inner[0]), float(low), outwards=-1)
        if high < swept.table[key].max():
            _limit(panel, place, float(inner[1]), float(high), outwards=1)
    panel.set_yticks(range(len(names)), names, size=8)
    panel.set_ylim(len(names) - 0.45, -0.55)


def _limit(panel: Axes, place: int, edge: float, value: float, *, outwards: int) -> None:
    """Write a limit beside the box, or into it where there is no room."""
    beyond = 1.0 - edge if outwards > 0 else edge
    side = outwards if beyond > ROOM else -outwards
    panel.annotate(
        plain(value, 3),
        (edge, place),
        (3 * side, 0),
        textcoords="offset points",
        ha="left" if side > 0 else "right",
        va="center",
        size=8,
        weight="bold",
    )
