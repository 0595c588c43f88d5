"""Who paid whom: the transfers of the ledger, summed over the run in real money."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from environment.assets import PRIVATE
from environment.typing import FloatArray
from experiments.figures.bands import Band, band
from experiments.figures.style import (
    Heading,
    amount_beside,
    canvas,
    dollars_of,
    every,
    footer,
    look,
    room_for,
    say,
    t_band,
    themed,
    thousands,
)
from experiments.figures.tables import ComparedRuns, Run
from experiments.figures.wording import counted, money

FLOWS_SHOWN = 16
"""Greatest number of flows drawn; ``ledger.parquet`` has all of them."""
LEAST = 1.0
"""Sums below one dollar of the whole population are rounding and no transfers."""

SMALL = 0.1
"""Flows below this share of the largest get a panel with an axis of their own."""
Flow = tuple[str, str, str]
PRIVATE_HOUSES = frozenset(f"{strategy}_house" for strategy in PRIVATE)


def real_flows(run: Run) -> dict[Flow, FloatArray]:
    """Transfers over the whole run.

    Parameters
    ----------
    run : Run
        Tables of a run.

    Returns
    -------
    dict of (payer, payee, flow) to FloatArray
        Arrays of shape (replications,), USD of the start month: the nominal transfers of a year over the mean
        price level of its months. The houses of the private strategies are one party. Flows below
        one dollar are left out.
    """
    if run.years == 0:
        return {}
    level = run.price_level[:, 1:].reshape(run.replications, run.years, 12).mean(axis=2)
    ledger = run.tables["ledger"]
    replication, year = ledger["replication"].to_numpy(dtype=int), ledger["year"].to_numpy(dtype=int)
    real = ledger["usd"].to_numpy(dtype=np.float64) / level[replication, year - 1]
    keys = [ledger["payer"].map(_party), ledger["payee"].map(_party), ledger["flow"].astype(str)]
    sums = (
        pd.Series(real, index=ledger.index)
        .groupby([*keys, ledger["replication"]])
        .sum()
        .unstack(fill_value=0)
    )
    sums = sums.reindex(columns=range(run.replications), fill_value=0)
    totals = sums.to_numpy(dtype=np.float64)
    return {
        (str(flow[0]), str(flow[1]), str(flow[2])): totals[row]
        for row, flow in enumerate(sums.index)
        if np.any(np.abs(totals[row]) >= LEAST)
    }


def _party(name: str) -> str:
    """Return the party under which a sector of the ledger is drawn."""
    return "private_fund_managers" if name in PRIVATE_HOUSES else name


def in_words(flow: Flow) -> str:
    """Write a flow for people: ``savers → managers: management fee``."""
    payer, payee, name = (part.replace("_", " ") for part in flow)
    return f"{payer} → {payee}: {name}"


@themed
def draw(run: Run) -> Figure:
    """Draw the transfers of a run as bars."""
    return _draw(run, (run,))


@themed
def draw_compared(compared: ComparedRuns) -> Figure:
    """Draw the transfers of every scenario as bars side by side."""
    return _draw(compared, compared.runs)


def _draw(source: Run | ComparedRuns, runs: tuple[Run, ...]) -> Figure:
    """Draw one bar a flow and run, large flows above and small ones below on an axis of their own."""
    bars = [{flow: band(usd) for flow, usd in real_flows(run).items()} for run in runs]
    large, small = _large_and_small(bars)
    sure = t_band(source)
    span = f" over {counted(runs[0].years, 'year')}" if runs[0].years else ""
    heading = Heading(
        f"Who paid whom{span}?",
        "Transfers of the ledger, payer → payee: what for. Gains and losses of prices are not transfers.\n"
        "Stale price: true value that trades at a reported price moved from the payer to the payee.\n"
        f"{'Small flows have an axis of their own. ' if small else ''}Error bars: {sure}.",
        footer(source, f"error bars: {sure}", f"sum over the run, {dollars_of(runs[0])}"),
    )
    rows = [flows for flows in (large, small) if flows]
    thickness = 0.24 + 0.16 * len(runs)
    size = (10.6, 2.6 + thickness * max(len(large) + len(small), 2))
    figure, panels = canvas(
        heading, max(len(rows), 1), size=size, heights=[len(flows) + 1 for flows in rows] or [1]
    )
    for panel, flows in zip(every(panels), rows, strict=False):
        _bars(panel, flows, bars, [run.name for run in runs])
    if not rows:
        panels[0][0].set_axis_off()
        say(panels[0][0], "no transfers in this run")
    elif len(runs) > 1:
        panels[0][0].legend(loc="lower right")
    panels[-1][0].set_xlabel(f"{dollars_of(runs[0])}, population")
    return figure


def _large_and_small(bars: list[dict[Flow, Band]]) -> tuple[list[Flow], list[Flow]]:
    """Split the flows to show by size, each list from the largest down."""
    size = {
        flow: max(abs(float(one[flow].value)) for one in bars if flow in one) for one in bars for flow in one
    }
    ordered = sorted(size, key=lambda flow: (-size[flow], flow))[:FLOWS_SHOWN]
    large = [flow for flow in ordered if size[flow] >= SMALL * size[ordered[0]]]
    return large, ordered[len(large) :]


def _bars(panel: Axes, flows: list[Flow], bars: list[dict[Flow, Band]], names: list[str]) -> None:
    """Draw the bars of some flows with their amounts beside them."""
    height, nothing = 0.8 / len(bars), band(np.zeros((1,)))
    sums = [[one.get(flow, nothing) for flow in flows] for one in bars]
    value = np.array([[float(line.value) for line in row] for row in sums])
    reach = np.array([[line.reach for line in row] for row in sums])
    frame = room_for(value, value + reach[:, :, 1])
    for position, name in enumerate(names):
        place = np.arange(len(flows)) + height * (position - (len(bars) - 1) / 2)
        color, ends = look(position).color, reach[position].T
        panel.barh(place, value[position], height, color=color, label=name)
        panel.errorbar(value[position], place, xerr=ends, fmt="none", ecolor="#444444", capsize=2)
        for y, amount, above in zip(place, value[position], ends[1], strict=True):
            end, text = min(amount + above, frame), money(amount) if abs(amount) >= LEAST else "none"
            amount_beside(panel, text, end, y)
    panel.set_xlim(min(0.0, float(value.min())), 1.14 * frame)
    panel.set_yticks(range(len(flows)), [in_words(flow) for flow in flows], size=9)
    panel.invert_yaxis()
    panel.grid(visible=False, axis="y")
    thousands(panel.xaxis)
