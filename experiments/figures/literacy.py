"""Wealth by financial literacy: how far the quintiles lie apart, and what rules change for each."""

import numpy as np
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.bands import Band, band
from experiments.figures.style import (
    MARKERS,
    Heading,
    canvas,
    dollars_of,
    footer,
    room_for,
    t_band,
    themed,
    thousands,
    when,
    whole_years,
)
from experiments.figures.tables import AGE_BANDS, QUINTILES, ComparedRuns, Run
from experiments.figures.wealth import side_by_side, wealth_of
from experiments.figures.wording import number

WIDE_NAMES = ("1\nleast literate", "2", "3", "4", "5\nmost literate", "all")
LINE_NAMES = ("1 (least literate)", "2", "3", "4", "5 (most literate)")
NOT_ALONE = "Literacy goes along with schooling, pay and age."
HEADROOM = 1.05


def gap(run: Run) -> Band:
    """Median wealth of the most literate fifth over that of the least at the end, paired by replication."""
    least, most = (run.group("wealth_median", quintile=one)[1][:, -1] for one in ("1", "5"))
    return band(np.divide(most, least, out=np.full_like(most, np.nan), where=least > 0.0))


def gap_in_words(run: Run) -> str:
    """Write `gap` with its interval: ``1.46 (1.17 to 1.75)``."""
    times = gap(run)
    ends = f" ({number(max(float(times.low), 0.0))} to {number(float(times.high))})" if times.exists else ""
    return number(float(times.value)) + ends


@themed
def draw(run: Run) -> Figure:
    """Draw median wealth by literacy quintile over time, and by age at the end."""
    sure = t_band(run)
    heading = Heading(
        "How much have savers put by, by financial literacy?",
        "Median of savers with an account by quintile of literacy; left: of all ages, over time; right: by "
        f"age, {when(run.years)}.\nMedian of quintile 5 over that of quintile 1 {when(run.years)}: "
        f"{gap_in_words(run)}. {NOT_ALONE}\nBands (quintiles 1 and 5) and error bars: {sure}.",
        footer(run, f"bands and bars: {sure}", f"plan + IRA at reported prices, {dollars_of(run)}"),
    )
    figure, panels = canvas(heading, columns=2, size=(11.0, 5.8))
    over_time, by_age = panels[0]
    colors = seaborn.color_palette("viridis_r", len(QUINTILES) + 1).as_hex()[1:]
    _over_time(over_time, run, colors)
    _by_age(by_age, run, colors)
    by_age.legend(*over_time.get_legend_handles_labels(), loc="upper left", title="Literacy quintile")
    return figure


def _over_time(panel: Axes, run: Run, colors: list[str]) -> None:
    """Draw a line a quintile, the most literate first, as the lines lie; bands for the outer two alone.

    Five bands on top of each other could not be told apart.
    """
    tops = [1.0]
    for position in reversed(range(len(QUINTILES))):
        years, usd = run.real_group("wealth_median", quintile=QUINTILES[position])
        line, color = band(usd), colors[position]
        if position in (0, len(QUINTILES) - 1):
            panel.fill_between(years, line.low, line.high, color=color, alpha=0.18, lw=0)
        panel.plot(
            years,
            line.value,
            color=color,
            marker=MARKERS[position],
            markevery=max(run.years // 8, 1),
            ms=4.5,
            lw=1.7,
            label=LINE_NAMES[position],
        )
        tops.append(room_for(line.value, line.high))
    _amount_axis(panel, run, max(tops))
    panel.set_title("All ages, over time", loc="left")
    span = max(run.years, 1)
    panel.set_xlim(-0.03 * span, 1.03 * span)
    whole_years(panel)


def _by_age(panel: Axes, run: Run, colors: list[str]) -> None:
    """Draw a point an age band and quintile at the end, with its error bar."""
    tops = [1.0]
    for position, quintile in enumerate(QUINTILES):
        groups = [(age_band, quintile) for age_band in AGE_BANDS]
        line = band(wealth_of(run, run.years, groups)["wealth_median"])
        place = np.arange(len(AGE_BANDS)) + 0.15 * (position - 2)
        color, marker = colors[position], MARKERS[position]
        panel.errorbar(
            place, line.value, line.reach, ls="none", color=color, marker=marker, ms=5, capsize=2, lw=1.1
        )
        tops.append(room_for(line.value, line.high))
    _amount_axis(panel, run, max(tops))
    panel.set_title(f"By age, {when(run.years)}", loc="left")
    panel.set_xticks(range(len(AGE_BANDS)), AGE_BANDS, size=8.5)
    panel.set_xlabel("Age at that date")
    panel.grid(visible=False, axis="x")


def _amount_axis(panel: Axes, run: Run, top: float) -> None:
    """Start the amounts at 0."""
    panel.set_ylim(0.0, HEADROOM * top)
    panel.set_ylabel(f"Median wealth per account, {dollars_of(run)}")
    thousands(panel.yaxis)


@themed
def draw_compared(compared: ComparedRuns) -> Figure:
    """Draw wealth by literacy quintile at the end under every scenario, and the paired change."""
    year, sure = compared.base.years, t_band(compared)
    heading = Heading(
        f"How much have savers {when(year)}, by financial literacy, under each set of rules?",
        "Above: pale bars span the 10th to 90th percentile of savers of all ages (mean over replications);\n"
        "filled marker: median, hollow marker: mean. "
        f"Below: change against {compared.base.name}, same people and luck.\n"
        f"In the legend: median of quintile 5 over that of quintile 1. {NOT_ALONE}\nError bars: {sure}.",
        footer(compared, f"error bars: {sure}", f"wealth per account, {dollars_of(compared.base)}"),
    )
    groups = [("all", quintile) for quintile in (*QUINTILES, "all")]
    names = [f"{run.name}, 5 over 1: {gap_in_words(run)}" for run in compared.runs]
    wealth = [wealth_of(run, year, groups) for run in compared.runs]
    figure = side_by_side(heading, compared.base, names, wealth)
    changes = figure.axes[1]
    changes.set_xticks(range(len(WIDE_NAMES)), WIDE_NAMES)
    changes.set_xlabel("Literacy quintile")
    return figure
