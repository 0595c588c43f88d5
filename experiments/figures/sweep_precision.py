"""How many replications a question needs: the half width of an interval against their number."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

from experiments.figures.style import INK, look, say, themed
from experiments.figures.sweep_source import Swept
from experiments.figures.sweep_style import hide_rest, spread_out, sweep_canvas, titled

MOST_SHARE = 10.0
"""Widths beyond so many spans of the cells are told as more than that."""
LINES = (("median", "half of the cells are below"), ("worst", "the widest cell"))
FORMULA = "t(0.975,\N{NO-BREAK SPACE}n-1)\N{NO-BREAK SPACE}s/\N{SQUARE ROOT}n"
CAPTION = (
    "Half width of the 95% t interval of a cell's mean if the deviations between replications stay as they "
    f"are: {FORMULA} (Student 1908). Upright line: the replications of this sweep. In brackets: relative to "
    "the highest less the lowest cell mean. What two cells differ by is usually known better: they share "
    "luck."
)


@themed
def draw(swept: Swept, widths: pd.DataFrame, ranges: Mapping[str, float]) -> Figure:
    """Draw half widths over the number of replications, one panel an outcome, both axes logarithmic.

    Parameters
    ----------
    swept : Swept
    widths : pandas.DataFrame
        Rows of ``outcome, replications, median, worst``: half width of the 95% t interval of a cell's mean,
        in units of the outcome; nan where one replication tells nothing.
    ranges : mapping of str to float
        Highest less lowest cell mean by outcome.
    """
    rows, columns = spread_out(len(swept.outcomes))
    words = (
        "How many replications does a cell need?",
        CAPTION,
        "projected from this sweep's deviations",
    )
    size = (3.3 * columns + 0.4, 3.0 * rows + 0.3)
    figure, panels = sweep_canvas(swept, words, rows, columns, size)
    for panel, outcome in zip(panels, swept.outcomes, strict=False):
        titled(panel, swept, outcome, 26, pad=18)
        _lines(panel, swept, outcome, widths[widths["outcome"] == outcome], ranges.get(outcome, float("nan")))
    told = next((panel for panel in panels if panel.get_lines()), None)
    if told is not None:
        told.legend(loc="upper right", fontsize=8, handlelength=2.6)
    hide_rest(panels, len(swept.outcomes))
    return figure


def _lines(panel: Axes, swept: Swept, outcome: str, widths: pd.DataFrame, span: float) -> None:
    """Draw the two lines of one outcome, and what they are at the replications used."""
    known = widths.dropna(subset=["median", "worst"])
    if known.empty or not (known["worst"] > 0).any():
        panel.set(xticks=[], yticks=[])
        say(panel, "replications do not differ" if len(known) else "one replication tells nothing")
        return
    panel.set(xscale="log", yscale="log")
    for place, (name, words) in enumerate(LINES):
        how = look(place)
        drawn = known[known[name] > 0]
        panel.plot(drawn["replications"], drawn[name], how.dash, color=how.color, lw=2, label=words)
    used = swept.replications[1]
    panel.axvline(used, color=INK, lw=1.0)
    at = known[known["replications"] == used]
    if len(at):
        width = float(at["worst"].iloc[0])
        told = f"n = {used}: widest ±{swept.write(outcome, width)}{relative(width, span)}"
        panel.annotate(told, (0.0, 1.0), (0, 5), "axes fraction", "offset points", size=7.5)
    panel.set_xlabel("replications", size=9)
    panel.xaxis.set_major_locator(LogLocator(2.0))
    panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    panel.yaxis.set_major_locator(LogLocator(10.0, subs=(1.0, 2.0, 5.0)))
    panel.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(swept, outcome, float(value))))
    for axis in (panel.xaxis, panel.yaxis):
        axis.set_minor_locator(NullLocator())
        axis.set_minor_formatter(NullFormatter())
    panel.tick_params(labelsize=8.5)
    panel.margins(x=0.02)
    panel.set_ylim(*np.array([0.9, 1.1]) * [known["median"][known["median"] > 0].min(), known["worst"].max()])


def relative(width: float, span: float) -> str:
    """Write a width relative to the span of the cells, in brackets; beyond ten spans no more than that."""
    if not span > 0:
        return " (the cells do not differ)"
    share = width / span
    return f" ({'> ' if share > MOST_SHARE else ''}{100.0 * min(share, MOST_SHARE):,.0f}%)"


def _tick(swept: Swept, outcome: str, value: float) -> str:
    """Write a width on an axis of logarithms, whose small shares need more digits than figures in words."""
    return f"{100.0 * value:g}%" if swept.kind(outcome) == "share" else swept.write(outcome, value)
