"""What savers hold over time, look-through by asset class."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from environment.typing import FloatArray
from experiments.figures.bands import band
from experiments.figures.style import (
    Heading,
    canvas,
    dollars_of,
    every,
    footer,
    percentages,
    say,
    themed,
    thousands,
    whole_years,
)
from experiments.figures.tables import ComparedRuns, Run

FAMILIES: dict[str, tuple[tuple[str, ...], str]] = {
    "US listed equity": (("us_equity", "tech_equity"), "#0173b2"),
    "Listed equity abroad": (("intl_equity",), "#56b4e9"),
    "Bonds": (("treasuries", "corporate_bonds", "tips"), "#949494"),
    "Cash": (("cash",), "#d9d9d9"),
    "Private equity, venture": (("buyout", "venture"), "#d55e00"),
    "Private credit": (("private_credit",), "#de8f05"),
    "Real estate, hedge funds": (("real_estate", "hedge_funds"), "#ece133"),
    "Gold, commodities, crypto": (("gold", "commodities", "bitcoin", "broad_crypto"), "#029e73"),
}
"""Families of classes that a reader can tell apart, and colours: cool and grey listed, warm private."""
NO_BAND = "mean over replications, no band"


def real_holdings(run: Run) -> tuple[FloatArray, FloatArray]:
    """Holdings by family of classes, mean over replications.

    Returns
    -------
    years : FloatArray, shape (T,)
        Time since the opening, years, ends of months; none when nothing was simulated.
    holdings : FloatArray, shape (8, T)
        USD of the start month, in the order of `FAMILIES`.
    """
    if run.years == 0:
        return np.empty(0), np.empty((len(FAMILIES), 0))
    level = run.price_level[:, 1:]
    months = np.arange(1, level.shape[1] + 1)
    held = run.tables["classes"].pivot(
        index=["asset_class", "replication"], columns="month", values="holdings_usd"
    )
    families = []
    for members, _ in FAMILIES.values():
        nominal = sum(held.loc[name].to_numpy(dtype=np.float64) for name in members)
        families.append(band(nominal / level).value)
    return months / 12.0, np.stack(families)


@themed
def draw(run: Run) -> Figure:
    """Draw what savers hold as stacked areas: in real money and as shares."""
    heading = Heading(
        "What do savers hold?",
        "Looked through to the assets inside the funds, at reported prices (mean of replications).\n"
        "Left: real money. Right: the same as shares of the whole.",
        footer(run, NO_BAND, f"plan + IRA of the population, {dollars_of(run)}"),
    )
    figure, panels = canvas(heading, columns=2, size=(11.4, 5.8))
    amounts, shares = panels[0]
    years, holdings = real_holdings(run)
    _stack(amounts, years, holdings)
    amounts.set_ylabel(f"Holdings, {dollars_of(run)}")
    thousands(amounts.yaxis)
    _stack(shares, years, _as_shares(holdings))
    _share_axis(shares)
    _legend(shares)
    return figure


@themed
def draw_compared(compared: ComparedRuns) -> Figure:
    """Draw the shares of what savers hold, a panel a scenario."""
    heading = Heading(
        "What do savers hold under each set of rules?",
        "Looked through to the assets inside the funds, at reported prices (mean of replications).",
        footer(compared, NO_BAND, "share of plan + IRA wealth"),
    )
    rows = (len(compared.runs) + 1) // 2
    figure, panels = canvas(heading, rows, 2, size=(10.6, 1.6 + 3.6 * rows), sharey="all")
    for panel, run in zip(every(panels), compared.runs, strict=False):
        years, holdings = real_holdings(run)
        _stack(panel, years, _as_shares(holdings))
        panel.set_title(run.name, loc="left")
        _share_axis(panel)
    for panel in every(panels)[len(compared.runs) :]:
        panel.set_axis_off()
    _legend(panels[0][-1])
    return figure


def _as_shares(holdings: FloatArray) -> FloatArray:
    """Return every column of `holdings` as shares of its sum, 0 where there is nothing."""
    total = holdings.sum(axis=0)
    return holdings / np.where(total > 0, total, 1.0)


def _stack(panel: Axes, years: FloatArray, layers: FloatArray) -> None:
    """Draw the layers as stacked areas with thin white seams."""
    if not years.size:
        panel.set_axis_off()
        say(panel, "no month was simulated")
    colors = [color for _, color in FAMILIES.values()]
    panel.stackplot(years, layers, colors=colors, labels=list(FAMILIES), edgecolor="white", linewidth=0.4)
    whole_years(panel)
    panel.margins(x=0, y=0)
    panel.set_xlim(left=0)


def _share_axis(panel: Axes) -> None:
    """Label an axis of shares from 0 to 100%."""
    panel.set(ylim=(0, 1), ylabel="Share of wealth")
    percentages(panel.yaxis)


def _legend(panel: Axes) -> None:
    """List the families beside the panels, top layer first."""
    handles, labels = panel.get_legend_handles_labels()
    panel.legend(handles[::-1], labels[::-1], loc="center left", bbox_to_anchor=(1.01, 0.5))
