"""Whether retirement income is enough: below need, exhausted, and two ways to count who runs short."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from environment.typing import FloatArray
from experiments.figures.bands import Band, share_band
from experiments.figures.better import LITERACY_NAMES
from experiments.figures.pillars import by_year, late_mean, span
from experiments.figures.style import (
    Heading,
    canvas,
    footer,
    look,
    percentages,
    room_for,
    say,
    t_band,
    themed,
    whole_years,
)
from experiments.figures.tables import QUINTILES, ComparedRuns, Run

GROUPS = (*QUINTILES, "all")
LIVING = {"below_need_share": "income below need", "exhausted_share": "account found empty while needed"}
"""Shares of the savers retired all year, and their words."""
ENDED = {"short_deficit_share": "deficits against need", "short_exhausted_share": "account exhausted"}
"""Shares of the retired lives that ended, by two definitions of running short, and their words."""
READING = (
    "Left: savers retired all year who hold or have held an account{lines}. Need: a share of late pay.\n"
    "Right: retired lives that ended in {years}, short by either of two definitions: some year's\n"
    "income fell short of the need, or the account was found empty while the need exceeded Social Security.\n"
    "Error bars and bands: {sure}."
)
LEAST_TOP = 0.01
"""Least height of an axis: shares that are zero everywhere lie on its floor."""


def ended_shares(run: Run, column: str, groups: tuple[str, ...] = GROUPS) -> FloatArray:
    """Share of retired lives that ended in the last years of the run, shape (replications, groups)."""
    shares = [late_mean(run, "adequacy", column, group, "ended_weight") for group in groups]
    return np.stack(shares, axis=1)


@themed
def draw(run: Run) -> Figure:
    """Draw who lives below need over time, and who ran short by literacy and definition."""
    sure = t_band(run)
    heading = Heading(
        "Is it enough to live on in retirement?",
        READING.format(lines="", years=span(run), sure=sure),
        footer(run, f"bars and bands: {sure}", "share of savers"),
    )
    figure, panels = canvas(heading, columns=2, size=(11.0, 6.0))
    living, ended = panels[0]
    for position, (column, words) in enumerate(LIVING.items()):
        _line(living, run, column, position, ("-", "--")[position], words)
    _living_axis(living, run)
    sets = [(words, share_band(ended_shares(run, column))) for column, words in ENDED.items()]
    _bars(ended, sets, [LITERACY_NAMES.get(group, group).replace(" (", "\n(") for group in GROUPS])
    ended.set_xlabel("Literacy quintile")
    return figure


@themed
def draw_compared(compared: ComparedRuns) -> Figure:
    """Draw who lives below need over time, and who ran short by definition, for every scenario."""
    sure = t_band(compared)
    heading = Heading(
        "Is it enough to live on in retirement under each set of rules?",
        READING.format(
            lines=";\nsolid: income below need, dashed: account found empty while needed",
            years=span(compared.base),
            sure=sure,
        ),
        footer(compared, f"bars and bands: {sure}", "share of savers"),
    )
    figure, panels = canvas(heading, columns=2, size=(11.0, 6.0))
    living, ended = panels[0]
    for position, run in enumerate(compared.runs):
        _line(living, run, "below_need_share", position, "-", run.name)
        _line(living, run, "exhausted_share", position, "--", None)
    _living_axis(living, compared.base)
    sets = [
        (run.name, share_band(np.hstack([ended_shares(run, column, ("all",)) for column in ENDED])))
        for run in compared.runs
    ]
    _bars(ended, sets, list(ENDED.values()))
    ended.set_xlabel("Short by")
    return figure


def _line(panel: Axes, run: Run, column: str, position: int, dash: str, words: str | None) -> None:
    """Draw one share over time with its band."""
    years, values = by_year(run, "adequacy", column)
    share, color = share_band(values), look(position).color
    panel.fill_between(years, share.low, share.high, color=color, alpha=0.22, lw=0)
    marker = look(position).marker if years.size == 1 else None
    panel.plot(
        years, share.value, color=color, ls=dash, lw=1.9, label=words, marker=marker, clip_on=marker is None
    )


def _living_axis(panel: Axes, run: Run) -> None:
    """Dress the panel of shares over time."""
    lines = np.concatenate([np.asarray(line.get_ydata(), dtype=np.float64) for line in panel.lines])
    if np.isnan(lines).all():
        say(panel, "no saver was retired all year")
    top = max(min(room_for(lines, np.array([panel.dataLim.y1])), 1.0), LEAST_TOP)
    panel.set_ylim(-0.02 * top, min(1.04 * top, 1.0))
    panel.set_xlim(0, max(run.years, 1))
    panel.set_ylabel("Share of retired savers")
    _legend(panel)
    percentages(panel.yaxis)
    whole_years(panel)


def _bars(panel: Axes, sets: list[tuple[str, Band]], names: list[str]) -> None:
    """Draw a bar a name and set, with error bars; hatches tell the sets apart without colour."""
    if all(np.isnan(shares.value).all() for _, shares in sets):
        say(panel, "no retired life ended")
    elif not any(np.nansum(shares.value) for _, shares in sets):
        say(panel, "nobody whose life ended ran short")
    width = 0.8 / len(sets)
    values = np.nan_to_num(np.array([shares.value for _, shares in sets]))
    reach = np.array([shares.reach for _, shares in sets])
    for position, (words, _) in enumerate(sets):
        place = np.arange(len(names)) + width * (position - (len(sets) - 1) / 2)
        color, hatch = look(position).color, ("", "//", "..", "xx", "\\\\")[position % 5]
        panel.bar(
            place, values[position], width, color=color, label=words, hatch=hatch, edgecolor="white", lw=0
        )
        panel.errorbar(place, values[position], yerr=reach[position], fmt="none", ecolor="#444444", capsize=2)
    top = max(room_for(values, values + reach[:, 1]), LEAST_TOP)
    panel.set_ylim(0.0, min(1.04 * top, 1.0))
    panel.set_xticks(range(len(names)), names)
    panel.set_ylabel("Share of retired lives that ended")
    _legend(panel)
    panel.grid(visible=False, axis="x")
    percentages(panel.yaxis)


def _legend(panel: Axes) -> None:
    """Set the legend above a panel, whose bars and bands may reach its top."""
    panel.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2, fontsize=9)
