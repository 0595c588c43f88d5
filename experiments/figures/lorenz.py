"""Lorenz curves: how unequally wealth is held, at the start and as the decades pass."""

import numpy as np
import seaborn
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from environment.typing import FloatArray, IntArray
from experiments.figures.bands import band
from experiments.figures.style import (
    FAINT,
    Heading,
    canvas,
    footer,
    in_points,
    look,
    percentages,
    t_band,
    themed,
    when,
    zero_line,
)
from experiments.figures.tables import ComparedRuns, Run
from experiments.figures.wording import number

CURVE_YEARS = (0, 10, 20, 40)
UNIT = "shares of savers with an account and of their wealth"


def lorenz_curve(run: Run, year: int) -> tuple[FloatArray, FloatArray]:
    """Lorenz curve of one year.

    Returns
    -------
    population : FloatArray, shape (P,)
        Share of savers, poorest first, from 0 to 1.
    wealth : FloatArray, shape (replications, P)
        Share of wealth they hold.
    """
    rows = run.tables["lorenz"]
    rows = rows[rows["year"] == year]
    rows = rows.sort_values(["replication", "population_share"])
    population, wealth = (
        rows[name].to_numpy(dtype=np.float64).reshape(run.replications, -1)
        for name in ("population_share", "wealth_share")
    )
    return population[0], wealth


def years_drawn(run: Run) -> list[int]:
    """Return the years of `CURVE_YEARS` that the run reached, and its end."""
    present = {int(year) for year in run.tables["lorenz"]["year"].unique()}
    return sorted({year for year in CURVE_YEARS if year in present} | {max(present)})


def gini(run: Run, year: int) -> float:
    """Return the Gini coefficient of one year, mean over replications."""
    years, values = run.series("inequality", "gini")
    return float(band(values).value[_position(years, year)])


def _position(years: IntArray, year: int) -> int:
    """Return the column of a year."""
    return int((years == year).argmax())


@themed
def draw(run: Run) -> Figure:
    """Draw the Lorenz curves of the opening and of later years in one panel."""
    sure = t_band(run)
    heading = Heading(
        "How unequally is wealth held?",
        "A curve nearer the diagonal is more equal; on the diagonal everybody has the same.\n"
        f"Bands, often thinner than the line: {sure}.",
        footer(run, f"band: {sure}", UNIT),
    )
    figure, panels = canvas(heading, size=(10.0, 7.0))
    panel, years = panels[0][0], years_drawn(run)
    panel.plot((0, 1), (0, 1), color=FAINT, lw=1, ls=":", label="everybody the same")
    colors = seaborn.color_palette("viridis", len(years))
    for position, (color, year) in enumerate(zip(colors, years, strict=True)):
        population, wealth = lorenz_curve(run, year)
        curve = band(wealth)
        panel.fill_between(population, curve.low, curve.high, color=color, alpha=0.25, lw=0)
        label = f"{when(year)}: Gini {number(gini(run, year))}"
        panel.plot(population, curve.value, color=color, lw=2, ls=look(position).dash, label=label)
    _share_axes(panel)
    panel.legend(loc="upper left")
    return figure


def _share_axes(panel: Axes) -> None:
    """Label both axes of a Lorenz panel."""
    panel.set(
        xlim=(0, 1), ylim=(0, 1), xlabel="Savers, poorest first", ylabel="Share of all wealth they hold"
    )
    percentages(panel.xaxis)
    percentages(panel.yaxis)


@themed
def draw_compared(compared: ComparedRuns) -> Figure:
    """Draw the Lorenz curves of every scenario year by year, and the paired difference below."""
    years = [year for year in years_drawn(compared.base) if year > 0][-3:] or [0]
    base, sure = compared.base.name, t_band(compared)
    heading = Heading(
        "Is wealth held more equally or less?",
        "Above: Lorenz curves, dotted grey the common opening. Below: difference of the wealth share held\n"
        f"by the poorest x% against {base}, same people and luck; above zero is more equal.\n"
        f"Bands: {sure}.",
        footer(compared, f"band: {sure}", UNIT),
    )
    size = (max(3.4 * len(years) + 1.0, 10.0), 6.8)
    figure, panels = canvas(heading, 2, len(years), size, sharex=True, sharey="row", heights=(3, 2))
    for column, year in enumerate(years):
        _curves(panels[0][column], compared, year)
        _gaps(panels[1][column], compared, year)
        panels[0][column].set_title(when(year).removeprefix("at the ").capitalize(), loc="left")
        panels[0][column].set_xlabel("")
        panels[1][column].set_xlabel("Savers, poorest first")
    for panel in (*panels[0][1:], *panels[1][1:]):
        panel.set_ylabel("")
    panels[1][0].set_ylabel(f"Difference from\n{base}, points")
    return figure


def _curves(panel: Axes, compared: ComparedRuns, year: int) -> None:
    """Draw the curves of all scenarios in one year."""
    population, opening = lorenz_curve(compared.base, 0)
    panel.plot(population, band(opening).value, color=FAINT, lw=1.2, ls=":", label="opening")
    for position, run in enumerate(compared.runs):
        population, wealth = lorenz_curve(run, year)
        color, _, dash = look(position)
        label = f"{run.name}: Gini {number(gini(run, year))}"
        panel.plot(population, band(wealth).value, color=color, lw=2, ls=dash, label=label)
    _share_axes(panel)
    panel.legend(loc="upper left", fontsize=8)


def _gaps(panel: Axes, compared: ComparedRuns, year: int) -> None:
    """Draw the paired difference of each other scenario from the base in one year."""
    population, base = lorenz_curve(compared.base, year)
    for position, run in enumerate(compared.others, start=1):
        gap = band(lorenz_curve(run, year)[1] - base)
        color = look(position).color
        panel.fill_between(population, gap.low, gap.high, color=color, alpha=0.25, lw=0)
        panel.plot(population, gap.value, color=color, lw=2)
    zero_line(panel)
    in_points(panel.yaxis)
