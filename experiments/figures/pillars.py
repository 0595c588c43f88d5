"""Who pays the pension: Social Security, plan and IRA, by decile of late-career pay and over time."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from environment.typing import FloatArray, IntArray
from experiments.figures.bands import band
from experiments.figures.style import (
    Heading,
    canvas,
    dollars_of,
    footer,
    look,
    percentages,
    room_for,
    t_band,
    themed,
    thousands,
    whole_years,
    zero_line,
)
from experiments.figures.tables import ComparedRuns, Run
from experiments.figures.wording import counted

KEYS = {"adequacy": "literacy_quintile", "pillars": "pay_decile"}
"""Tables of retirement income, and the column that names the group of a row; a group ``all`` is in each."""
PILLARS = {"social_security": "Social Security", "plan": "401(k) plan", "ira": "IRA"}
DECILES = (*(str(number) for number in range(1, 11)), "all")
PLACES = np.array([*range(10), 10.7])
"""Places of the deciles on an axis; all savers stand apart."""
LAST_YEARS = 10
"""Years at the end of a run over which figures by group are averaged, so that few savers say more."""
HEADROOM, LEAST_TOP = 1.2, 0.01
"""Height of an axis over what is drawn, with room for the legend; least height of an axis of shares."""
LEAST_CHANGE = 10.0
"""Least reach of an axis of changes, USD a year: its ticks are written in whole dollars."""
NAMES_OF_DECILES = ["1\nleast paid", *DECILES[1:9], "10\nbest paid", "all"]


def tells(run: Run, table: str) -> bool:
    """Whether a run has rows of a table; runs of older versions or of no years have none."""
    return table in run.tables and not run.tables[table].empty


def by_year(run: Run, table: str, column: str, group: str = "all") -> tuple[IntArray, FloatArray]:
    """Read one column of one group over time.

    Returns
    -------
    years : IntArray, shape (Y,)
    values : FloatArray, shape (replications, Y)
        NaN where nobody counts.
    """
    rows = run.tables[table]
    members = rows[KEYS[table]].to_numpy() == group
    year, replication = (rows[name].to_numpy()[members] for name in ("year", "replication"))
    years, place = np.unique(year, return_inverse=True)
    values = np.full((run.replications, years.size), np.nan)
    values[replication, place] = rows[column].to_numpy()[members]
    return years.astype(np.int64), values


def late_mean(run: Run, table: str, column: str, group: str, weight: str) -> FloatArray:
    """Mean of a column over the last years, weighted by another, shape (replications,); NaN if weightless."""
    values = by_year(run, table, column, group)[1][:, -LAST_YEARS:]
    weights = np.where(np.isnan(values), 0.0, by_year(run, table, weight, group)[1][:, -LAST_YEARS:])
    total = weights.sum(axis=1)
    sums = np.where(weights > 0.0, values * weights, 0.0).sum(axis=1)
    means: FloatArray = np.divide(sums, total, out=np.full_like(total, np.nan), where=total > 0.0)
    return means


def late_means(run: Run, column: str) -> FloatArray:
    """`late_mean` of a column of ``pillars`` by decile and of all, shape (replications, 11)."""
    return np.stack(
        [late_mean(run, "pillars", column, decile, "savers_weight") for decile in DECILES], axis=1
    )


def span(run: Run) -> str:
    """Name the years averaged over: ``the last 10 years``."""
    years = min(run.years, LAST_YEARS)
    return f"the last {counted(years, 'year')}" if years > 1 else "the last year"


@themed
def draw(run: Run) -> Figure:
    """Draw replacement rates by decile of late-career pay, and income by pillar over time."""
    sure = t_band(run)
    heading = Heading(
        "Who pays the pension?",
        "Income of savers retired all year who hold or have held an account, before tax. Left: over pay in "
        f"the last five\nworking years, by decile of that pay, mean of {span(run)}; error bars are on the "
        f"sum. Right: in real money.\nError bars and bands: {sure}.",
        footer(run, f"bars and bands: {sure}", f"share of late-career pay; {dollars_of(run)} a year"),
    )
    figure, panels = canvas(heading, columns=2, size=(11.0, 5.8))
    shares, money_axis = panels[0]
    _stack(shares, run)
    _over_time(money_axis, run)
    money_axis.set_ylabel(f"Income a year, {dollars_of(run)}")
    return figure


@themed
def draw_compared(compared: ComparedRuns) -> Figure:
    """Draw the replacement rate by decile for every scenario, and the change of income by pillar."""
    sure, real = t_band(compared), dollars_of(compared.base)
    heading = Heading(
        "Who pays the pension under each set of rules?",
        "Savers retired all year who hold or have held an account, before tax, mean of "
        f"{span(compared.base)}.\nLeft: all three pillars over late-career pay, by decile of that pay. "
        f"Right: change of income a year from {compared.base.name}, by pillar.\nError bars: {sure}.",
        footer(compared, f"error bars: {sure}", f"share of late-career pay; {real} a year"),
    )
    figure, panels = canvas(heading, columns=2, size=(11.0, 5.8))
    rates, changes = panels[0]
    _rates(rates, compared)
    _changes(changes, compared)
    changes.set_ylabel(f"Change a year, {real}")
    return figure


def _stack(panel: Axes, run: Run) -> None:
    """Draw the three replacement rates of every decile on top of each other."""
    floor = np.zeros(len(DECILES))
    for position, (name, words) in enumerate(PILLARS.items()):
        height = np.nan_to_num(band(late_means(run, f"replacement_{name}")).value)
        panel.bar(PLACES, height, 0.8, bottom=floor, color=look(position).color, label=words)
        floor = floor + height
    whole = band(late_means(run, "replacement_rate"))
    panel.errorbar(
        PLACES, np.nan_to_num(whole.value), yerr=whole.reach, fmt="none", ecolor="#444444", capsize=2
    )
    _decile_axis(panel)
    panel.set_ylim(0.0, max(HEADROOM * room_for(floor, floor + whole.reach[1]), LEAST_TOP))
    panel.legend(loc="upper center", ncols=3)


def _over_time(panel: Axes, run: Run) -> None:
    """Draw mean income by pillar over time with its bands."""
    tops = [0.0]
    for position, (name, words) in enumerate(PILLARS.items()):
        years, usd = by_year(run, "pillars", f"{name}_real")
        line, dress = band(usd), look(position)
        panel.fill_between(years, line.low, line.high, color=dress.color, alpha=0.22, lw=0)
        marker = dress.marker if years.size == 1 else None
        panel.plot(years, line.value, color=dress.color, ls=dress.dash, lw=1.9, label=words, marker=marker)
        tops.append(room_for(line.value, line.high))
    panel.set_ylim(0.0, max(HEADROOM * max(tops), 1.0))
    panel.set_xlim(left=0)
    thousands(panel.yaxis)
    whole_years(panel)
    panel.legend(loc="upper center", ncols=3)


def _rates(panel: Axes, compared: ComparedRuns) -> None:
    """Draw the replacement rate of every decile and scenario as a marker with its error bar."""
    tops = [0.0]
    for position, run in enumerate(compared.runs):
        line, dress = band(late_means(run, "replacement_rate")), look(position)
        place = PLACES + 0.16 * (position - (len(compared.runs) - 1) / 2)
        ends = line.reach
        panel.errorbar(
            place, line.value, ends, fmt=dress.marker, color=dress.color, ms=5, capsize=2, label=run.name
        )
        tops.append(room_for(line.value, np.nan_to_num(line.value) + ends[1]))
    _decile_axis(panel)
    panel.set_ylim(0.0, max(HEADROOM * max(tops), LEAST_TOP))
    panel.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2)


def _decile_axis(panel: Axes) -> None:
    """Name the deciles below a panel of shares of late-career pay."""
    panel.set_xticks(PLACES, NAMES_OF_DECILES)
    panel.set_xlabel("Decile of late-career pay")
    panel.set_ylabel("Income over late-career pay")
    panel.set_ylim(bottom=0.0)
    panel.grid(visible=False, axis="x")
    percentages(panel.yaxis)


def _changes(panel: Axes, compared: ComparedRuns) -> None:
    """Draw the paired change of mean income by pillar, a bar an other scenario."""
    width = 0.8 / len(compared.others)
    before, farthest = _by_pillar(compared.base), LEAST_CHANGE
    for position, run in enumerate(compared.others):
        change = band(_by_pillar(run) - before)
        place = np.arange(len(PILLARS)) + width * (position - (len(compared.others) - 1) / 2)
        height, color = np.nan_to_num(change.value), look(position + 1).color
        panel.bar(place, height, width, color=color, label=run.name)
        panel.errorbar(place, height, yerr=change.reach, fmt="none", ecolor="#444444", capsize=2)
        size = np.abs(height)
        farthest = max(farthest, room_for(size, size + change.reach.max(axis=0)))
    panel.set_ylim(-HEADROOM * farthest, HEADROOM * farthest)
    zero_line(panel)
    panel.set_xticks(range(len(PILLARS)), list(PILLARS.values()))
    panel.grid(visible=False, axis="x")
    panel.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2)
    thousands(panel.yaxis)


def _by_pillar(run: Run) -> FloatArray:
    """Mean income of all retired savers by pillar in the last years, shape (replications, 3)."""
    incomes = [late_mean(run, "pillars", f"{name}_real", "all", "savers_weight") for name in PILLARS]
    return np.stack(incomes, axis=1)
