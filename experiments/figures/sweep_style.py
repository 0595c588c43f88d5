"""What the figures of a sweep share: the sweep they speak of, its names for people, footer and panels."""

import json
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, MaxNLocator

from experiments.figures.style import Heading, canvas, every, percentages, thousands
from experiments.figures.wording import MINUS, counted, money, number, percent, points
from experiments.folders import read_manifest

SHORT_NAMES = {
    "wealth_mean_real": "mean wealth",
    "wealth_median_real": "median wealth",
    "gini": "Gini of wealth",
    "fees_usd": "fees",
    "private_share": "private share",
    "alternatives_share": "share of alternatives",
    "frozen_share_at_65": "frozen share at 65",
    "net_transfer_usd": "net transfer",
    "unmet_months": "unmet months a year",
    "replacement_rate": "replacement rate",
}
"""Headlines in the words of a panel; every other outcome goes by its name in the design."""
ROLES = {"parameter": "parameter", "uncertainty": "uncertainty (X)", "lever": "lever (L)"}
"""Roles of a key after Lempert, Popper and Bankes (2003)."""
MOST_IN_A_ROW = 3
"""Panels of a row where every outcome has one."""

type Kind = Literal["money", "share", "number"]


@dataclass(frozen=True)
class Swept:
    """A sweep as its report needs it: what it was, what came out, what failed.

    Attributes
    ----------
    manifest : Mapping
        Contents of ``manifest.json``.
    table : pandas.DataFrame
        ``sweep.parquet``: a row a cell and replication.
    failed : sequence of Mapping
        Contents of ``failed.json``.
    """

    manifest: Mapping[str, Any]
    table: pd.DataFrame
    failed: Sequence[Mapping[str, Any]]

    @property
    def design(self) -> Mapping[str, Any]:
        """The design as the manifest has it."""
        design: Mapping[str, Any] = self.manifest["design"]
        return design

    @property
    def method(self) -> str:
        """``grid``, ``list``, ``lhs``, ``sobol`` or ``morris``."""
        return str(self.design["method"])

    @property
    def sampled(self) -> bool:
        """Whether keys have ranges from which cells were drawn, instead of values."""
        return self.method not in ("grid", "list")

    @property
    def keys(self) -> list[str]:
        """Keys of the design in the order of the file."""
        return list(self.design["parameters"])

    @property
    def outcomes(self) -> list[str]:
        """Names of the outcomes in the order of the file."""
        return list(self.manifest["outcomes"])

    @property
    def groups(self) -> Mapping[str, Sequence[str]]:
        """Keys by the name of their group; empty in a design without groups."""
        return self.design.get("groups") or {}

    @property
    def fingerprint(self) -> str:
        """First eight characters of the content hash."""
        return str(self.manifest.get("content_sha256") or "unwritten")[:8]

    @cached_property
    def replications(self) -> tuple[int, int]:
        """Fewest and most replications of a cell that has rows."""
        counts = self.table.groupby("cell").size()
        return (int(counts.min()), int(counts.max())) if len(counts) else (0, 0)

    @property
    def replications_in_words(self) -> str:
        """Replications a cell: ``4 replications``, ``4 to 16 replications``."""
        fewest, most = self.replications
        return counted(most, "replication") if fewest == most else f"{fewest} to {most} replications"

    @property
    def finished(self) -> int:
        """Number of cells with rows."""
        return int(self.table["cell"].nunique())

    def name(self, outcome: str) -> str:
        """Return an outcome in few words."""
        return SHORT_NAMES.get(outcome, outcome)

    def unit(self, outcome: str) -> str:
        """Return the unit of an outcome; USD of the start are told by their month."""
        unit = str(self.manifest["outcomes"][outcome])
        start = self.manifest["scenario"].get("values", {}).get("run.start")
        return unit.replace("USD of the start", f"USD of {start}") if start else unit

    def kind(self, outcome: str) -> Kind:
        """Return how figures of an outcome are written, by its unit."""
        unit = str(self.manifest["outcomes"][outcome])
        if unit.startswith("USD"):
            return "money"
        return "share" if unit.startswith("share") else "number"

    def write(self, outcome: str, value: float, *, change: bool = False) -> str:
        """Write a value of an outcome, or a change of it, for people."""
        writers: Mapping[Kind, tuple[Callable[[float], str], Callable[[float], str]]] = {
            "money": (money, lambda one: money(one, sign=True)),
            "share": (percent, points),
            "number": (number, lambda one: number(one, sign=True)),
        }
        return writers[self.kind(outcome)][change](value)

    def scale(self, outcome: str, axis: Axis) -> None:
        """Write the figures of an axis as those of an outcome."""
        kind = self.kind(outcome)
        if kind == "money":
            thousands(axis)
        elif kind == "share":
            percentages(axis)

    def span(self, key: str) -> str:
        """Write the range of a key, or its values, with the unit."""
        unit = str(self.design.get("units", {}).get(key, ""))
        given = self.design["parameters"][key]
        if self.sampled:
            text = f"{plain(given[0])} to {plain(given[1])}"
        else:
            values = list(dict.fromkeys(given))
            text = ", ".join(plain(value) for value in values)
            if len(values) > 8 and not isinstance(values[0], str):
                text = f"{len(values)} values from {plain(min(values))} to {plain(max(values))}"
        return f"{text} ({unit})" if unit else text


def read_swept(folder: Path) -> Swept:
    """Read what a report is made of from the folder of a sweep."""
    failed = folder / "failed.json"
    told = json.loads(failed.read_text(encoding="utf-8")) if failed.exists() else []
    return Swept(read_manifest(folder), pd.read_parquet(folder / "sweep.parquet"), told)


def plain(value: object, digits: int = 4) -> str:
    """Write a value of a key as a design file has it: 0.005, -0.02, true, none."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:.{digits}g}".replace("-", MINUS)
    return str(value)


def broken(name: str, width: int = 22) -> str:
    """Break the name of a key or outcome into lines, after its dots and underscores if need be."""
    for sign in "._:=,[ ":
        name = name.replace(sign, f"{sign}\0")
    lines = [""]
    for part in name.split("\0"):
        if lines[-1] and len(lines[-1]) + len(part) > width:
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


def key_axis(axis: Axis, texts: Sequence[str] = ()) -> None:
    """Write the values of a key along an axis: few ticks, or texts at 0, 1, ..."""
    if texts:
        axis.set_ticks(range(len(texts)), list(texts))
        return
    axis.set_major_locator(MaxNLocator(nbins=4))
    axis.set_major_formatter(FuncFormatter(lambda value, _: plain(float(value))))


def titled(panel: Axes, swept: Swept, outcome: str, width: int = 44, *, pad: float = 6.0) -> None:
    """Name the outcome above a panel, `pad` points over it."""
    panel.set_title(broken(capital(swept.name(outcome)), width), loc="left", size=10, pad=pad)


def capital(text: str) -> str:
    """Write words with a capital; names with dots or underscores stay as they are."""
    return text if "." in text or "_" in text else text[:1].upper() + text[1:]
