"""Wealth by age: the spread between savers, and how sure the middle of it is."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from environment.typing import FloatArray
from experiments.figures.bands import Band, band
from experiments.figures.style import (
    Heading,
    canvas,
    dollars_of,
    every,
    footer,
    look,
    percentages,
    room_for,
    t_band,
    themed,
    thousands,
    when,
    zero_line,
)
from experiments.figures.tables import AGE_BANDS, ComparedRuns, Run

STATISTICS = ("wealth_p10", "wealth_median", "wealth_mean", "wealth_p90")
PANEL_YEARS = (0, 10, 30, 40)
PLACES = np.arange(len(AGE_BANDS), dtype=np.float64)


def wealth_of(run: Run, year: int, groups: Sequence[tuple[str, str]]) -> dict[str, FloatArray]:
    """Real wealth of savers by group in one year.

    Parameters
    ----------
    run : Run
        Tables of a run.
    year : int
        0 is the opening.
    groups : sequence of tuples of str
        Age band and literacy quintile of each.

    Returns
    -------
    dict of str to FloatArray
        For each of `STATISTICS` an array of shape (replications, groups), USD of the start month; NaN where a
        group has no saver.
    """
    return {
        name: np.stack([run.real_group(name, *group)[1][:, year] for group in groups], axis=1)
        for name in STATISTICS
    }


def wealth_by_age(run: Run, year: int) -> dict[str, FloatArray]:
    """`wealth_of` the age bands, in the order of `AGE_BANDS`."""
    return wealth_of(run, year, [(age_band, "all") for age_band in AGE_BANDS])


@themed
def draw(run: Run) -> Figure:
    """Draw wealth by age as a fan: 10th to 90th percentile of savers, median and mean, a panel a year."""
    years = sorted({year for year in PANEL_YEARS if year <= run.years} | {run.years})
    sure = t_band(run)
    heading = Heading(
        "How much have savers put by, by age?",
        "Shaded: 10th to 90th percentile of savers with an account (mean over replications).\n"
        f"Points: median and mean of savers; error bars: {sure}.",
        footer(run, f"error bars: {sure}", f"plan + IRA at reported prices, {dollars_of(run)}"),
    )
    figure, panels = canvas(
        heading, columns=len(years), size=(max(2.6 * len(years) + 2.6, 10.0), 5.2), sharey="all"
    )
    first, wealth = panels[0][0], [wealth_by_age(run, year) for year in years]
    for panel, year, one in zip(panels[0], years, wealth, strict=True):
        _fan(panel, one)
        panel.set_title(when(year).removeprefix("at the ").capitalize(), loc="left")
        _age_axis(panel)
    _from_zero(first, wealth)
    first.set_ylabel(f"Wealth per account, {dollars_of(run)}")
    first.legend(loc="upper left", fontsize=8.5)
    thousands(first.yaxis)
    return figure


def _from_zero(panel: Axes, wealth: Sequence[dict[str, FloatArray]]) -> None:
    """Start the amounts at 0 and let them reach over percentiles and error bars."""
    middles = [band(one[name]) for one in wealth for name in ("wealth_median", "wealth_mean")]
    values, bars = np.array([line.value for line in middles]), np.array([line.high for line in middles])
    tops = np.array([band(one["wealth_p90"]).value for one in wealth])
    top = max(room_for(values, bars), float(np.nanmax(tops, initial=1.0)))
    panel.set_ylim(-0.02 * top, 1.05 * top)


def _fan(panel: Axes, wealth: dict[str, FloatArray]) -> None:
    """Draw one fan over the age bands."""
    color = look(0).color
    low, high = band(wealth["wealth_p10"]).value, band(wealth["wealth_p90"]).value
    panel.fill_between(PLACES, low, high, color=color, alpha=0.18, lw=0, label="10th to 90th percentile")
    for position, label in ((1, "mean"), (0, "median")):
        line = band(wealth[f"wealth_{label}"])
        color, marker, dash = look(position)
        panel.errorbar(
            PLACES, line.value, line.reach, color=color, marker=marker, ls=dash, ms=5, capsize=3, label=label
        )


def _age_axis(panel: Axes) -> None:
    """Put the age bands under the panel."""
    panel.set_xticks(PLACES, AGE_BANDS, size=8.5)
    panel.set_xlabel("Age at that date")
    panel.grid(visible=False, axis="x")


@themed
def draw_compared(compared: ComparedRuns) -> Figure:
    """Draw wealth by age at the end under every scenario, and the paired change against the base."""
    year = compared.base.years
    sure = t_band(compared)
    heading = Heading(
        f"Who has how much {when(year)}, under each set of rules?",
        "Above: pale bars span the 10th to 90th percentile of savers (mean over replications);\n"
        "filled marker: median, hollow marker: mean. "
        f"Below: change against {compared.base.name}, same people and luck.\nError bars: {sure}.",
        footer(compared, f"error bars: {sure}", f"wealth per account, {dollars_of(compared.base)}"),
    )
    names, wealth = zip(*((run.name, wealth_by_age(run, year)) for run in compared.runs), strict=True)
    figure = side_by_side(heading, compared.base, names, wealth)
    _age_axis(figure.axes[1])
    return figure


def side_by_side(
    heading: Heading, base: Run, names: Sequence[str], wealth: Sequence[dict[str, FloatArray]]
) -> Figure:
    """Draw amounts by group under every scenario, and below them the paired change of median and mean.

    Parameters
    ----------
    heading : Heading
        Words around the panels.
    base : Run
        The scenario the others are compared with.
    names : sequence of str
        What the legend says of every scenario, the base first.
    wealth : sequence of dict
        `wealth_of` the same groups under every scenario; the groups stand at 0, 1, ... of the axis.
    """
    figure, panels = canvas(heading, rows=2, size=(10.0, 7.4), sharex=True, heights=(3, 2))
    amounts, changes = every(panels)
    middle = np.arange(wealth[0]["wealth_mean"].shape[1], dtype=np.float64)
    step = 0.6 / len(wealth)
    for position, name in enumerate(names):
        place = middle + step * (position - (len(wealth) - 1) / 2)
        _amounts(amounts, place, wealth[position], position, name)
        if position:
            _changes(changes, place, wealth[0], wealth[position], position)
    _from_zero(amounts, wealth)
    amounts.set_ylabel(f"Wealth per account,\n{dollars_of(base)}")
    amounts.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2)
    thousands(amounts.yaxis)
    percentages(changes.yaxis)
    changes.set_ylabel(f"Change against\n{base.name}")
    zero_line(changes)
    for panel in (amounts, changes):
        panel.grid(visible=False, axis="x")
    return figure


def _amounts(panel: Axes, place: FloatArray, wealth: dict[str, FloatArray], position: int, name: str) -> None:
    """Draw percentiles, median and mean of one scenario."""
    low, high = band(wealth["wealth_p10"]).value, band(wealth["wealth_p90"]).value
    panel.vlines(place, low, high, color=look(position).color, lw=7, alpha=0.22)
    _points(panel, place, band(wealth["wealth_median"]), position, name)
    _points(panel, place, band(wealth["wealth_mean"]), position, None)


def _changes(
    panel: Axes, place: FloatArray, base: dict[str, FloatArray], other: dict[str, FloatArray], position: int
) -> None:
    """Draw the relative change of median and mean, paired by replication."""
    for name, nudge, label in (("wealth_median", -0.03, "median"), ("wealth_mean", 0.03, None)):
        with np.errstate(divide="ignore", invalid="ignore"):
            change = other[name] / base[name] - 1.0
        _points(panel, place + nudge, band(change), position, label)


def _points(panel: Axes, place: FloatArray, line: Band, position: int, label: str | None) -> None:
    """Draw points with error bars; those without a label, the means, are hollow."""
    color, marker, _ = look(position)
    face = color if label else "white"
    panel.errorbar(
        place,
        line.value,
        line.reach,
        ls="none",
        ms=7,
        mfc=face,
        capsize=3,
        label=label,
        color=color,
        marker=marker,
    )
