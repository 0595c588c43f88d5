"""Private and frozen shares of wealth, by age band and over time."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.bands import share_band
from experiments.figures.style import (
    Heading,
    Panels,
    canvas,
    every,
    footer,
    look,
    percentages,
    room_for,
    say,
    t_band,
    themed,
    whole_years,
)
from experiments.figures.tables import AGE_BANDS, ComparedRuns, Run

UNIT = "share of plan + IRA wealth at reported prices"
MEANING = (
    "Private: buyout, venture, private credit, real estate and hedge funds, looked through.\n"
    "Frozen: what could not be paid out within three months. A panel an age band (age at that date).\n"
    "Bands: {sure}."
)
LOWEST_TOP = 0.01
"""Least height of the axis: shares that are zero everywhere lie on the floor and not in the middle."""


@themed
def draw(run: Run) -> Figure:
    """Draw private and frozen share over time, a panel an age band."""
    question = "How much of savers' wealth is private, and how much is frozen?"
    sure = t_band(run)
    heading = Heading(question, MEANING.format(sure=sure), footer(run, f"band: {sure}", UNIT))
    figure, panels = canvas(heading, 2, 3, size=(10.0, 6.6), sharex=True, sharey="all")
    for panel, age_band in zip(every(panels), AGE_BANDS, strict=True):
        _line(panel, run, "private_share", age_band, 0, ("-", "private"))
        _line(panel, run, "frozen_share", age_band, 1, ("--", "frozen"))
    _dress(panels, (run,))
    return figure


@themed
def draw_compared(compared: ComparedRuns) -> Figure:
    """Draw private and frozen share over time for every scenario, a panel an age band."""
    sure = t_band(compared)
    heading = Heading(
        "How much of savers' wealth is private, and how much is frozen, under each set of rules?",
        f"Solid lines: private; dashed lines: frozen. {MEANING.format(sure=sure)}",
        footer(compared, f"band: {sure}", UNIT),
    )
    figure, panels = canvas(heading, 2, 3, size=(10.6, 6.8), sharex=True, sharey="all")
    for panel, age_band in zip(every(panels), AGE_BANDS, strict=True):
        for position, run in enumerate(compared.runs):
            _line(panel, run, "private_share", age_band, position, ("-", run.name))
            _line(panel, run, "frozen_share", age_band, position, ("--", None))
    _dress(panels, compared.runs)
    return figure


def _line(
    panel: Axes, run: Run, column: str, age_band: str, position: int, dress: tuple[str, str | None]
) -> None:
    """Draw one share with its band; `dress` is the line style and the word of the legend."""
    years, values = run.group(column, age_band=age_band)
    share, color = share_band(values), look(position).color
    panel.fill_between(years, share.low, share.high, color=color, alpha=0.22, lw=0)
    marker = "." if run.years == 0 else None
    panel.plot(years, share.value, color=color, ls=dress[0], lw=1.9, label=dress[1], marker=marker)


def _highest(panels: Panels) -> float:
    """Return how far the common axis should reach."""
    lines = [
        np.asarray(line.get_ydata(), dtype=np.float64) for panel in every(panels) for line in panel.lines
    ]
    bands = [panel.dataLim.y1 for panel in every(panels)]
    return min(room_for(np.concatenate(lines), np.array(bands)), 1.0)


def _dress(panels: Panels, runs: tuple[Run, ...]) -> None:
    """Name the panels and their axes, and say where there is nothing to see."""
    for panel, age_band in zip(every(panels), AGE_BANDS, strict=True):
        panel.set_title(f"Age {age_band}", loc="left")
        shares = np.concatenate([run.group("private_share", age_band=age_band)[1].ravel() for run in runs])
        if np.isnan(shares).all():
            say(panel, "no saver of this age")
        elif not np.nan_to_num(shares).any():
            say(panel, "nothing private, so nothing frozen")
    first = panels[0][0]
    top = max(_highest(panels), LOWEST_TOP)
    first.set_ylim(-0.02 * top, 1.03 * top)
    first.set_xlim(0, max(runs[0].years, 1))
    first.legend(loc="upper left", fontsize=8.5)
    for panel in (row[0] for row in panels):
        panel.set_ylabel("Share of wealth")
        percentages(panel.yaxis)
    for panel in panels[-1]:
        whole_years(panel)
