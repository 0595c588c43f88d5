"""What the figures of a sweep share: footer, panels, names broken into lines, legends."""

import re
import textwrap
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.axis import Axis, XAxis
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments.figures.style import Heading, canvas, every
from experiments.figures.sweep_source import Swept, plain
from experiments.figures.wording import counted

BETWEEN_WORDS, WITHIN_WORDS = r"(?<=[., ])|(?=[\[:])", r"(?<=[_=])"
"""Where a name is broken: after its dots and before its brackets, else after underscores too."""
MOST_TICKS = 6
"""More values of a key than these have round ticks, whatever the values are."""
INCHES_A_SIGN, INCHES_A_LINE = 0.085, 0.2
"""Room for a sign of a tick's label, and for a line of it."""
MOST_IN_A_ROW = 3
"""Panels of a row where every outcome has one."""


def broken(name: str, width: int = 22) -> str:
    """Break the name of a key or outcome into lines: at its words if they fit, else within them too."""
    parts = [
        piece
        for word in re.split(BETWEEN_WORDS, name)
        for piece in (re.split(WITHIN_WORDS, word) if len(word) > width else [word])
    ]
    lines = [""]
    for part in parts:
        if lines[-1] and len(lines[-1]) + len(part.rstrip()) > width:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def shortened(name: str, most: int = 46) -> str:
    """Cut a name that is too long for a title."""
    return name if len(name) <= most else f"{name[: most - 1]}…"


def sweep_canvas(
    swept: Swept,
    words: tuple[str, str, str],
    rows: int,
    columns: int,
    size: tuple[float, float],
    *,
    sharex: bool = False,
    sharey: Literal["none", "all", "row"] = "none",
    heights: Sequence[float] | None = None,
) -> tuple[Figure, list[Axes]]:
    """Open a figure of a sweep.

    Parameters
    ----------
    swept : Swept
    words : tuple of str
        The question, how to read the figure, and what the interval is. The caption is broken into lines.
    rows, columns : int
        Grid of panels.
    size : tuple of float
        Width in inches, and height of the panels without title, caption and footer.
    sharex, sharey, heights
        See `experiments.figures.style.canvas`.

    Returns
    -------
    Figure
    list of Axes
        The panels, row by row.
    """
    question, caption, interval = words
    width = max(size[0], 9.6)
    lines = textwrap.fill(caption, int(12.4 * width))
    height = size[1] + 0.85 + 0.2 * (lines.count("\n") + 1)
    heading = Heading(question, lines, sweep_footer(swept, interval))
    figure, panels = canvas(
        heading, rows, columns, (width, height), sharex=sharex, sharey=sharey, heights=heights
    )
    return figure, every(panels)


def sweep_footer(swept: Swept, interval: str) -> str:
    """Say what a figure rests on: cells, replications, interval, savers, seed and hash."""
    savers, seed = int(swept.manifest["savers"]), swept.manifest["seed"]
    parts = (
        f"n = {counted(swept.finished, 'cell')} x {swept.replications_in_words}",
        interval,
        f"{savers:,} savers",
        f"seed {seed}",
        f"sweep {swept.fingerprint}",
    )
    return "  ·  ".join(part for part in parts if part)


def legend_below(figure: Figure, panel: Axes) -> None:
    """Write the legend of a panel in a line of its own above the footer."""
    height = float(figure.get_figheight())
    layout = figure.get_layout_engine()
    if isinstance(layout, ConstrainedLayoutEngine):
        left, bottom, width, tall = layout.get()["rect"]
        layout.set(rect=(left, bottom + 0.3 / height, width, tall - 0.3 / height))
    handles, labels = panel.get_legend_handles_labels()
    legend = figure.legend(
        handles,
        labels,
        loc="lower left",
        bbox_to_anchor=(0.006, 0.24 / height),
        borderaxespad=0.0,
        ncols=len(labels),
        fontsize=9,
    )
    legend.set_in_layout(False)


def t_interval(swept: Swept) -> str:
    """Say what an interval over replications is; with one replication there is none."""
    return "95% t interval over replications" if swept.replications[1] > 1 else "one replication: no interval"


def spread_out(count: int, most: int = MOST_IN_A_ROW) -> tuple[int, int]:
    """Return rows and columns of panels for a number of outcomes: 4 stand two by two."""
    columns = count if count <= most else -(-count // -(-count // most))
    return -(-count // columns), columns


def hide_rest(panels: Sequence[Axes], used: int) -> None:
    """Hide panels that have nothing to show."""
    for panel in panels[used:]:
        panel.set_visible(False)


def key_axis(axis: Axis, values: Sequence[float] = (), texts: Sequence[str] = ()) -> None:
    """Write the values of a key along an axis.

    Parameters
    ----------
    axis : Axis
    values : sequence of float
        Of a key whose values were written out; ticks stand at them if they are few and do not collide.
    texts : sequence of str
        Of a key whose values are no numbers; they stand at 0, 1, ..., and lean where they are crowded.
    """
    room = _room(axis)
    if texts:
        crowded = sum(map(len, texts)) * INCHES_A_SIGN > room
        axis.set_ticks(range(len(texts)), list(texts))
        for label in axis.get_ticklabels() if crowded else ():
            label.set(rotation=30, ha="right", rotation_mode="anchor")
    elif values and len(set(values)) <= MOST_TICKS and _apart(axis, values, room):
        axis.set_ticks(sorted(set(values)), [plain(value) for value in sorted(set(values))])
    else:
        axis.set_major_locator(MaxNLocator(nbins=4))
        axis.set_major_formatter(FuncFormatter(lambda value, _: plain(float(value))))


def _room(axis: Axis) -> float:
    """Return about how many inches an axis is long."""
    panel = axis.axes
    figure = panel.figure
    width, height = figure.bbox.width / figure.dpi, figure.bbox.height / figure.dpi
    place = panel.get_subplotspec()
    rows, columns = place.get_gridspec().get_geometry() if place else (1, 1)
    return float(0.85 * (width - 1.0) / columns if isinstance(axis, XAxis) else 0.85 * (height - 2.0) / rows)


def _apart(axis: Axis, values: Sequence[float], room: float) -> bool:
    """Return whether labels at some values leave space between them."""
    at = sorted(set(values))
    scale = room / ((at[-1] - at[0]) or 1.0)
    if not isinstance(axis, XAxis):
        return all((two - one) * scale >= INCHES_A_LINE for one, two in pairwise(at))
    reach = {value: (len(plain(value)) + 1) * INCHES_A_SIGN / 2.0 for value in at}
    return all((two - one) * scale >= reach[one] + reach[two] for one, two in pairwise(at))


def titled(panel: Axes, swept: Swept, outcome: str, width: int = 44, *, pad: float = 6.0) -> None:
    """Name the outcome above a panel, `pad` points over it."""
    panel.set_title(broken(capital(swept.name(outcome)), width), loc="left", size=10, pad=pad)


def capital(text: str) -> str:
    """Write words with a capital; names with dots or underscores stay as they are."""
    return text if "." in text or "_" in text else text[:1].upper() + text[1:]
