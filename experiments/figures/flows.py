"""Who paid whom: the transfers of the ledger, summed over the run in real money."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from environment.assets import PRIVATE
from environment.typing import FloatArray
from experiments.figures.bands import Band, band
from experiments.figures.style import (
    FAINT,
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
from experiments.figures.wording import SMALLEST_SHARE, counted, fine_percent, money, percent

FLOWS_SHOWN = 16
"""Greatest number of flows drawn; ``ledger.parquet`` has all of them."""
CHANGES_SHOWN = 10
"""Greatest number of flows of which the difference between scenarios is drawn."""
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
    """Draw the transfers of every scenario as bars side by side, and below the largest differences."""
    return _draw(compared, compared.runs)


def _draw(source: Run | ComparedRuns, runs: tuple[Run, ...]) -> Figure:
    """Draw one bar a flow and run: large flows, small ones, and differences, each on an axis of its own."""
    totals = [real_flows(run) for run in runs]
    changes = largest_changes(totals)
    bars = [{flow: band(usd) for flow, usd in one.items()} for one in totals]
    rows = [flows for flows in _large_and_small(bars) if flows]
    heading = _heading(source, runs, len(rows) > 1)
    lines = [*(len(flows) for flows in rows), *([max(len(changes), 1)] if len(runs) > 1 and rows else [])]
    thickness = 0.24 + 0.16 * len(runs)
    size = (10.6, 2.6 + thickness * max(sum(lines), 2) + 0.4 * (len(runs) > 1))
    figure, panels = canvas(heading, max(len(lines), 1), size=size, heights=[one + 1 for one in lines] or [1])
    for panel, flows in zip(every(panels), rows, strict=False):
        _bars(panel, flows, bars, [run.name for run in runs])
    if not rows:
        panels[0][0].set_axis_off()
        say(panels[0][0], "no transfers in this run")
    elif len(runs) > 1:
        panels[0][0].legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3)
        _changes(panels[-1][0], changes, bars[0])
        panels[-1][0].set_title(f"Difference from {runs[0].name}, largest first", loc="left")
    panels[-1][0].set_xlabel(f"{dollars_of(runs[0])}, population")
    return figure


def _heading(source: Run | ComparedRuns, runs: tuple[Run, ...], split: bool) -> Heading:
    """Return the words around the bars; `split` tells that small flows have an axis of their own."""
    sure = t_band(source)
    span = f" over {counted(runs[0].years, 'year')}" if runs[0].years else ""
    paired = "Differences: same people and luck; in brackets relative to the base.\n" if len(runs) > 1 else ""
    return Heading(
        f"Who paid whom{span}?",
        "Transfers of the ledger, payer → payee: what for. Gains and losses of prices are not transfers.\n"
        f"Stale price: true value that trades at a reported price moved from the payer to the payee.\n"
        f"{paired}{'Small flows have an axis of their own. ' if split else ''}Error bars: {sure}.",
        footer(source, f"error bars: {sure}", f"sum over the run, {dollars_of(runs[0])}"),
    )


def largest_changes(totals: Sequence[Mapping[Flow, FloatArray]]) -> dict[Flow, list[FloatArray]]:
    """Differences of flows from those of the base, the largest first.

    Parameters
    ----------
    totals : sequence of mapping
        `real_flows` of every run, the base first.

    Returns
    -------
    dict of (payer, payee, flow) to list of FloatArray
        One array of shape (replications,) for each other run. Only flows of which the mean changes by a
        dollar or more, and at most `CHANGES_SHOWN` of them.
    """
    base, *others = totals
    nothing = np.zeros_like(next(iter(base.values()), np.zeros(1)))
    changes = {
        flow: [one.get(flow, nothing) - base.get(flow, nothing) for one in others]
        for flow in sorted({flow for one in totals for flow in one})
    }
    size = {
        flow: max((abs(float(one.mean())) for one in found), default=0.0) for flow, found in changes.items()
    }
    kept = sorted((flow for flow in changes if size[flow] >= LEAST), key=lambda flow: -size[flow])
    return {flow: changes[flow] for flow in kept[:CHANGES_SHOWN]}


def _changes(panel: Axes, changes: Mapping[Flow, list[FloatArray]], base: Mapping[Flow, Band]) -> None:
    """Draw the differences as bars to the left or right of none, with their amounts beside them."""
    if not changes:
        panel.set_axis_off()
        say(panel, "no transfer differs by a dollar")
        return
    lines = [[band(usd) for usd in found] for found in changes.values()]
    value = np.array([[float(line.value) for line in row] for row in lines])
    reach = np.array([[line.reach for line in row] for row in lines])
    frame = room_for(np.abs(value), np.abs(value) + reach.max(axis=2))
    height = 0.8 / value.shape[1]
    for position in range(value.shape[1]):
        place = np.arange(len(changes)) + height * (position - (value.shape[1] - 1) / 2)
        usd, ends = value[:, position], reach[:, position].T
        panel.barh(place, usd, height, color=look(position + 1).color)
        panel.errorbar(usd, place, xerr=ends, fmt="none", ecolor="#444444", capsize=2)
        for y, amount, end, flow in zip(place, usd, ends.T, changes, strict=True):
            side = -1.0 if amount < 0 else 1.0
            tip = min(abs(amount) + end[int(side > 0)], frame)
            amount_beside(panel, _change_in_words(amount, base.get(flow)), side * tip, y, side)
    _change_axis(panel, changes, frame, value)


def _change_in_words(usd: float, before: Band | None) -> str:
    """Write a difference, and how large it is against the flow of the base where that has one."""
    if before is None or abs(float(before.value)) < LEAST:
        return money(usd, sign=True)
    share = usd / abs(float(before.value))
    if abs(share) < SMALLEST_SHARE:
        return f"{money(usd, sign=True)} ({fine_percent(abs(share))})"
    return f"{money(usd, sign=True)} ({'+' if share > 0 else ''}{percent(share, 2)})"


def _change_axis(panel: Axes, flows: Iterable[Flow], frame: float, value: FloatArray) -> None:
    """Name the flows and leave room for the amounts on the sides that have bars."""
    left, right = (1.9 * frame if found else 0.1 * frame for found in (value.min() < 0.0, value.max() > 0.0))
    panel.set_xlim(-left, right)
    panel.axvline(0.0, color=FAINT, lw=1.0)
    names = [in_words(flow) for flow in flows]
    panel.set_yticks(range(len(names)), names, size=9)
    panel.invert_yaxis()
    panel.grid(visible=False, axis="y")
    thousands(panel.xaxis)


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
