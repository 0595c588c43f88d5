"""One look for all figures: palette, type, title, caption, footer, and how a figure is saved."""

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import matplotlib
import numpy as np
import seaborn
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter

from environment.typing import FloatArray
from experiments.figures.tables import ComparedRuns, Run
from experiments.figures.wording import counted, money, points

DOTS_PER_INCH = 150
WORSE, BETTER = "#d55e00", "#029e73"
"""Vermilion and bluish green of the colour-blind safe palette of Wong (2011), as seaborn ships it."""
SCENARIOS = ("#0173b2", "#de8f05", "#cc78bc", "#ca9161", "#56b4e9")
"""Colours of the base and of the other scenarios."""
MARKERS = ("o", "s", "D", "^", "v")

type Dash = Literal["-", "--", "-.", ":"] | tuple[float, Sequence[float]]
DASHES: tuple[Dash, ...] = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))
INK, FAINT = "#222222", "#666666"
LONGEST_BAR = 1.6
"""Greatest reach of an axis, in multiples of the largest value drawn."""
TOUCH = 0.005
"""Part of the width of a panel by which what is drawn may stick out and still count as inside."""
INTERVALS = "95% t interval over replications"
RUN_OUT = "Some run out of the frame."

Panels = list[list[Axes]]


class Look(NamedTuple):
    """How one line of several is drawn, so that it is told apart without colour too."""

    color: str
    marker: str
    dash: Dash


@dataclass(frozen=True)
class Heading:
    """Words around a figure.

    Attributes
    ----------
    question : str
        What the figure answers; its title.
    caption : str
        How to read it: what lines, bands and colours are.
    footer : str
        Replications, band, unit, savers, seed and hash; see `footer`.
    """

    question: str
    caption: str
    footer: str


def themed[**Arguments](draw: Callable[Arguments, Figure]) -> Callable[Arguments, Figure]:
    """Run a drawing function under the project's theme and leave the caller's settings alone."""

    @functools.wraps(draw)
    def inside_theme(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Figure:
        settings: Any = {
            **seaborn.axes_style("whitegrid"),
            **seaborn.plotting_context("notebook", font_scale=0.9),
            "font.family": ["DejaVu Sans"],
            "text.color": INK,
            "axes.labelcolor": INK,
            "axes.titlesize": 11,
            "axes.titleweight": "bold",
            "grid.color": "#e4e4e4",
            "axes.edgecolor": "#bbbbbb",
            "legend.frameon": False,
            "text.parse_math": False,
        }
        with matplotlib.rc_context(settings):
            figure = draw(*args, **kwargs)
            _own_up(figure)
            return figure

    return inside_theme


def _own_up(figure: Figure) -> None:
    """Say in the caption when an interval that it explains reaches beyond the frame of a panel."""
    caption = figure.texts[1].get_text() if len(figure.texts) > 1 else ""
    if caption.endswith(f"{INTERVALS}.") and any(_runs_out(panel) for panel in figure.axes):
        figure.texts[1].set_text(f"{caption} {RUN_OUT}")


def _runs_out(panel: Axes) -> bool:
    """Whether an error bar or a band of a panel has points outside the frame."""
    drawn = [shape for shape in panel.collections if isinstance(shape, LineCollection | PolyCollection)]
    corners = [path.vertices for shape in drawn for path in shape.get_paths()]
    if not corners:
        return False
    low, high = np.sort(np.array([panel.get_xlim(), panel.get_ylim()])).T
    slack = TOUCH * (high - low)
    points = np.ma.filled(np.ma.concatenate(corners), np.nan)
    return bool(np.any((points < low - slack) | (points > high + slack)))


def canvas(
    heading: Heading,
    rows: int = 1,
    columns: int = 1,
    size: tuple[float, float] = (10.0, 5.8),
    *,
    sharex: bool = False,
    sharey: Literal["none", "all", "row"] = "none",
    heights: Sequence[float] | None = None,
) -> tuple[Figure, Panels]:
    """Open a figure with title, caption and footer in place.

    Parameters
    ----------
    heading : Heading
        Words around the panels.
    rows, columns : int
        Grid of panels.
    size : tuple of float
        Width and height in inches.
    sharex : bool
        Whether all panels have one x axis.
    sharey : {"none", "all", "row"}
        Which panels have one y axis.
    heights : sequence of float, optional
        Relative heights of the rows.

    Returns
    -------
    Figure
        Belongs to no window: it can be saved, or shown by a notebook.
    Panels
        `rows` lists of `columns` axes.
    """
    figure = Figure(figsize=size, dpi=DOTS_PER_INCH)
    lines = heading.caption.count("\n") + 1
    top, bottom = (0.44 + 0.20 * lines) / size[1], 0.34 / size[1]
    layout = ConstrainedLayoutEngine(rect=(0.01, bottom, 0.98, 1.0 - top - bottom), w_pad=0.08, h_pad=0.06)
    figure.set_layout_engine(layout)
    figure.text(0.012, 1 - 0.10 / size[1], heading.question, size=14, weight="bold", va="top")
    figure.text(0.012, 1 - 0.40 / size[1], heading.caption, size=9.5, color=FAINT, va="top", linespacing=1.35)
    figure.text(0.012, 0.10 / size[1], heading.footer, size=8, color=FAINT, va="bottom")
    grid = figure.subplots(rows, columns, squeeze=False, sharex=sharex, sharey=sharey, height_ratios=heights)
    panels: Panels = [list(row) for row in grid]
    for panel in every(panels):
        panel.set_axisbelow(True)
        seaborn.despine(ax=panel, left=True)
    return figure, panels


def footer(source: Run | ComparedRuns, band: str, unit: str) -> str:
    """Say what a figure rests on.

    Parameters
    ----------
    source : Run or ComparedRuns
        Whose replications, savers, seed and hash are named.
    band : str
        What the band or the error bar is.
    unit : str
        Unit of the figures drawn.
    """
    run = source if isinstance(source, Run) else source.base
    kind = "run" if isinstance(source, Run) else "comparison"
    savers, seed = int(run.manifest["savers"]), run.manifest["seed"]
    parts = (counted(run.replications, "replication"), band, unit, f"{savers:,} savers", f"seed {seed}")
    return "  ·  ".join((*parts, f"{kind} {source.fingerprint}"))


def t_band(source: Run | ComparedRuns) -> str:
    """Say what a band over replications is; with one replication there is none."""
    run = source if isinstance(source, Run) else source.base
    if run.replications < 2:
        return "none over replications, as there is only one"
    return INTERVALS


def dollars_of(run: Run) -> str:
    """Name the unit of real amounts."""
    return f"USD of {run.start}"


def every(panels: Panels) -> list[Axes]:
    """Return all panels, row by row."""
    return [panel for row in panels for panel in row]


def look(position: int) -> Look:
    """Return the look of the scenario, or line, at a position; the base is at 0."""
    place = position % len(SCENARIOS)
    return Look(SCENARIOS[place], MARKERS[place], DASHES[place])


def zero_line(panel: Axes) -> None:
    """Draw the line of no change."""
    panel.axhline(0.0, color=FAINT, lw=1.0, zorder=1)


def save(figure: Figure, path: Path) -> bytes:
    """Write a figure as PNG at 150 dots an inch, whole or not at all.

    Returns
    -------
    bytes
        Content of the file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".png.part")
    quickly = {"compress_level": 3}
    figure.savefig(unfinished, format="png", dpi=DOTS_PER_INCH, facecolor="white", pil_kwargs=quickly)
    content = unfinished.read_bytes()
    unfinished.replace(path)
    return content


def whole_years(panel: Axes) -> None:
    """Label the axis of time of a panel in whole years."""
    panel.set_xlabel("Years since the start")
    panel.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))


def room_for(values: FloatArray, bars: FloatArray) -> float:
    """Return how far an axis from 0 should reach: over the error bars, unless they dwarf the values.

    With two or three replications intervals are many times the values; they then run out of the frame.
    """
    largest = float(np.nanmax(values, initial=0.0))
    return min(float(np.nanmax(bars, initial=largest)), LONGEST_BAR * largest)


def when(year: int) -> str:
    """Say the date of a year's end: ``at the opening``, ``after 10 years``."""
    return f"after {counted(year, 'year')}" if year else "at the opening"


def say(panel: Axes, words: str) -> None:
    """Write a remark into the middle of a panel that has nothing to show."""
    panel.text(0.5, 0.5, words, transform=panel.transAxes, ha="center", va="center", color=FAINT)


def amount_beside(panel: Axes, text: str, x: float, y: float, side: float = 1.0) -> None:
    """Write an amount beside the end of a horizontal bar, over any error bar that passes.

    To the right of `x`, or to the left of it when `side` is -1.
    """
    ground = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
    align: Literal["left", "right"] = "left" if side > 0 else "right"
    panel.annotate(
        text, (x, y), (5 * side, 0), textcoords="offset points", ha=align, va="center", size=8.5, bbox=ground
    )


def thousands(axis: Axis) -> None:
    """Write the amounts of an axis for people: $250,000, $1.25 mn, $2 tn."""
    axis.set_major_formatter(FuncFormatter(_axis_money))


def _axis_money(usd: float, _position: int | None) -> str:
    """Write a round amount without the noughts after its decimal point."""
    figure, space, unit = money(usd).partition(" ")
    return f"{figure.rstrip('0').rstrip('.') if '.' in figure else figure}{space}{unit}"


def percentages(axis: Axis) -> None:
    """Write the fractions of an axis as percentages."""
    axis.set_major_formatter(PercentFormatter(xmax=1.0, symbol="%"))


def in_points(axis: Axis) -> None:
    """Write the differences of fractions of an axis in percentage points, with their sign.

    With as many decimals as tell its ticks apart, two at least.
    """

    def _written(share: float, _position: int | None) -> str:
        low, high = sorted(axis.get_view_interval())
        decimals = max(2, 1 - math.floor(math.log10(100.0 * (high - low)))) if high > low else 2
        return points(share, decimals=decimals).removesuffix(" points")

    axis.set_major_formatter(FuncFormatter(_written))
