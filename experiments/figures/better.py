"""Who is better off and who is worse off: shares of savers by literacy and by age."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from experiments.figures.style import (
    BETTER,
    FAINT,
    INK,
    WORSE,
    Heading,
    amount_beside,
    canvas,
    footer,
    room_for,
    t_band,
    themed,
)
from experiments.figures.tables import AGE_BANDS, QUINTILES, ComparedRuns
from experiments.figures.wording import SMALL_SHARE, fine_percent, percent

SIDES = (("worse", WORSE, -1.0, "Worse off"), ("better", BETTER, 1.0, "Better off"))
"""Outcomes that have a bar, with its colour, the direction in which it points, and its name."""
LITERACY_NAMES = {"1": "1 (least literate)", "5": "5 (most literate)"}
ROOM_FOR_AMOUNTS = 1.22
"""Reach of the axis to either side in multiples of the longest bar, which leaves room for its amount."""


@themed
def draw_compared(compared: ComparedRuns, other: str) -> Figure:
    """Draw the shares of savers worse and better off under one other scenario, and name those unchanged.

    Bars point away from no change, worse to the left and better to the right, and the axis reaches as far as
    they do: a share of one in a thousand is seen as well as one of a half.

    Parameters
    ----------
    compared : ComparedRuns
        A comparison.
    other : str
        Name of the other scenario.
    """
    sure = t_band(compared)
    tolerance = percent(compared.base.number("compare.tolerance", 0.001))
    heading = Heading(
        f"Who is better off under {other} than under {compared.base.name}?",
        "Shares of savers who ever held an account in either world, by real wealth at the end (or at death)\n"
        f"plus money spent so far. Unchanged: within {tolerance} of the larger base amount. Mind the axis.\n"
        f"Error bars: {sure}.",
        footer(compared, f"error bars: {sure}", "share of savers"),
    )
    rows = _rows(compared.verdict[other])
    figure, panels = canvas(heading, size=(10.0, 2.5 + 0.36 * len(rows)))
    panel = panels[0][0]
    told = {place: shares for place, (_, shares) in rows.items() if shares["worse"]["value"] is not None}
    frame = _frame(told)
    for place, (_, shares) in rows.items():
        if place in told:
            _two_bars(panel, place, shares, frame)
        else:
            panel.text(0.0, place, "nobody in this group", ha="center", va="center", size=8.5)
    _dress(panel, rows, frame)
    return figure


def _rows(verdict: Mapping[str, Any]) -> dict[float, tuple[str, Mapping[str, Any]]]:
    """Place the bars: everybody, then the literacy quintiles, then the age bands, with gaps between."""
    rows: dict[float, tuple[str, Mapping[str, Any]]] = {0.0: ("All savers", verdict)}
    blocks: tuple[tuple[str, tuple[str, ...], str, dict[str, str]], ...] = (
        ("by_literacy", QUINTILES, "Literacy quintile ", LITERACY_NAMES),
        ("by_age", AGE_BANDS, "Age at the start ", {}),
    )
    for key, order, prefix, names in blocks:
        place = max(rows) + 1.5
        groups = verdict.get(key, {})
        for group in sorted(
            groups, key=lambda name: (order.index(name) if name in order else len(order), name)
        ):
            label = prefix + names.get(group, group) if group in order else group.replace("_", " ")
            rows[place] = (label, groups[group])
            place += 1.0
    return rows


def _largest(shares: Mapping[str, Any]) -> float:
    """Return the larger of the shares worse and better off."""
    return max(float(shares[name]["value"]) for name, *_ in SIDES)


def _high(share: Mapping[str, Any]) -> float:
    """Return the upper end of a share's interval within 100%, the share itself where it has none."""
    return min(float(share["value"] if share["high"] is None else share["high"]), 1.0)


def _frame(told: Mapping[float, Mapping[str, Any]]) -> float:
    """Return how far the axis reaches to either side, bars and their intervals."""
    values = np.array([_largest(shares) for shares in told.values()])
    ends = np.array([_high(shares[name]) for shares in told.values() for name, *_ in SIDES])
    return max(room_for(values, ends), SMALL_SHARE)


def _two_bars(panel: Axes, place: float, shares: Mapping[str, Any], frame: float) -> None:
    """Draw the bars of one group with intervals and amounts, and the share unchanged at the margin."""
    for name, color, side, words in SIDES:
        share = float(shares[name]["value"])
        panel.barh(place, side * share, 0.78, color=color, label=words)
        end = share
        if shares[name]["low"] is not None and shares[name]["high"] > shares[name]["low"]:
            low, end = max(float(shares[name]["low"]), 0.0), _high(shares[name])
            reach = [[share - low], [end - share]][:: int(side)]
            panel.errorbar([side * share], [place], xerr=reach, fmt="none", ecolor=INK, capsize=2)
        amount_beside(panel, fine_percent(share), side * min(end, frame), place, side)
    unchanged = fine_percent(float(shares["unchanged"]["value"]))
    _at_margin(panel, place, unchanged)


def _at_margin(panel: Axes, place: float, words: str) -> None:
    """Write to the right of the panel, at the height of a bar."""
    panel.text(1.01, place, words, transform=panel.get_yaxis_transform(), va="center", size=9, color=FAINT)


def _dress(panel: Axes, rows: Mapping[float, tuple[str, Mapping[str, Any]]], frame: float) -> None:
    """Name the bars and write the shares of both sides without a sign."""
    panel.axvline(0.0, color=FAINT, lw=1.0)
    panel.set_yticks(list(rows), [name for name, _ in rows.values()])
    panel.invert_yaxis()
    panel.set_xlim(-ROOM_FOR_AMOUNTS * frame, ROOM_FOR_AMOUNTS * frame)
    panel.set_xlabel("Share of savers")
    panel.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100.0 * abs(share):.4g}%"))
    panel.grid(visible=False, axis="y")
    _at_margin(panel, min(rows) - 0.85, "Unchanged")
    handles, labels = panel.get_legend_handles_labels()
    panel.legend(handles[:2], labels[:2], loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
