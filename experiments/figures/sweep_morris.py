"""Morris screening of a sweep: which keys matter, and whether by themselves or with others."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from environment.typing import FloatArray
from experiments.figures.style import FAINT, INK, SCENARIOS, say, themed
from experiments.figures.sweep_source import Swept
from experiments.figures.sweep_style import broken, hide_rest, spread_out, sweep_canvas, titled

LABELS_AT = 1.06
"""Where labels stand, in widths of the panel."""
CAPTION = (
    "Each point is a key. To the right: its steps change the outcome more (mean size of the elementary "
    "effects, \N{GREEK SMALL LETTER MU}*). Upwards: the change depends more on where the other keys are, "
    "or is not straight (their standard deviation, \N{GREEK SMALL LETTER SIGMA}); on the dotted line the "
    "two are equal. An effect is the change over the whole range of a key. Morris (1991); Campolongo et "
    "al. (2007)."
)
GROUPED = "Here a point is a group, whose effects have no sign and so no spread: it stands at nought."


@themed
def draw(swept: Swept, screening: pd.DataFrame) -> Figure:
    """Draw the mean size of elementary effects against their spread, one panel an outcome.

    Parameters
    ----------
    swept : Swept
    screening : pandas.DataFrame
        Rows of ``outcome, name, mu_star, mu_star_low, mu_star_high, sigma``; `name` is a key, or a group in
        a design with groups, whose spread is not defined.
    """
    count = int(screening.groupby("outcome").size().max())
    rows, columns = spread_out(len(swept.outcomes), 2)
    words = (
        "Which keys matter, and do they act alone?",
        f"{CAPTION} {GROUPED}" if swept.groups else CAPTION,
        "bars: 95% bootstrap interval over trajectories",
    )
    size = (4.9 * columns + 0.4, rows * max(3.2, 0.33 * count + 0.9))
    figure, panels = sweep_canvas(swept, words, rows, columns, size)
    for panel, outcome in zip(panels, swept.outcomes, strict=False):
        chosen = screening[screening["outcome"] == outcome]
        if len(chosen):
            _points(panel, swept, outcome, chosen)
        else:
            say(panel, "no trajectory is whole")
        titled(panel, swept, outcome)
    hide_rest(panels, len(swept.outcomes))
    return figure


def _points(panel: Axes, swept: Swept, outcome: str, chosen: pd.DataFrame) -> None:
    """Draw the points with intervals, and their names in the right margin, in the order of height."""
    mean, low, high = (chosen[f"mu_star{end}"].to_numpy(dtype=float) for end in ("", "_low", "_high"))
    spread = np.nan_to_num(chosen["sigma"].to_numpy(dtype=float))
    bars = np.nan_to_num(np.stack([mean - low, high - mean])).clip(min=0.0)
    panel.errorbar(mean, spread, xerr=bars, fmt="o", color=SCENARIOS[0], capsize=2, ms=5, elinewidth=1.0)
    right = 1.08 * float(np.nanmax(mean + bars[1], initial=0.0)) or 1.0
    top = 1.15 * float(np.max(spread, initial=0.0)) or 0.5 * right
    panel.set(xlim=(0.0, right), ylim=(-0.06 * top, top))
    panel.plot([0.0, right], [0.0, right], ls=":", lw=1.0, color=FAINT, scalex=False, scaley=False)
    for axis in (panel.xaxis, panel.yaxis):
        axis.set_major_locator(MaxNLocator(nbins=4))
        swept.scale(outcome, axis)
    panel.tick_params(labelsize=8.5)
    panel.set_xlabel("mean size of effects, \N{GREEK SMALL LETTER MU}*", size=9)
    if swept.groups:
        panel.set_yticks([0.0], [""])
    panel.set_ylabel("spread of effects, \N{GREEK SMALL LETTER SIGMA}", size=9)
    _labels(panel, chosen["name"].tolist(), mean, spread)


def _labels(panel: Axes, names: list[str], mean: FloatArray, spread: FloatArray) -> None:
    """Write names in the margin, each with a thin line to its point."""
    order = np.lexsort((mean, spread))
    bottom, top = panel.get_ylim()
    heights = apart((spread[order] - bottom) / (top - bottom), 0.98 / len(order))
    for place, height in zip(order.tolist(), heights.tolist(), strict=True):
        panel.annotate(
            broken(names[place], 26),
            (float(mean[place]), float(spread[place])),
            (LABELS_AT, height),
            textcoords="axes fraction",
            va="center",
            size=7.5,
            color=INK,
            arrowprops={"arrowstyle": "-", "color": "#c4c4c4", "lw": 0.7, "shrinkA": 1.0, "shrinkB": 3.0},
        )


def apart(heights: FloatArray, gap: float) -> FloatArray:
    """Move rising heights between 0 and 1 until no two are closer than a gap.

    Parameters
    ----------
    heights : FloatArray, shape (labels,)
        In rising order.
    gap : float
        Least distance; at most 1 over the number of labels.

    Returns
    -------
    FloatArray, shape (labels,)
        In the same order, from half a gap over 0 to half a gap under 1.
    """
    steps = gap * np.arange(len(heights))
    pushed_up = np.maximum.accumulate(np.maximum(heights, 0.5 * gap) - steps) + steps
    room_above = 1.0 - 0.5 * gap - steps[::-1]
    return np.asarray(np.minimum(pushed_up, room_above))
