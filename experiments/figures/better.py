"""Who is better off and who is worse off: shares of savers by literacy and by age."""

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.style import (
    BETTER,
    INK,
    UNCHANGED,
    WORSE,
    Heading,
    canvas,
    footer,
    percentages,
    t_band,
    themed,
)
from experiments.figures.tables import AGE_BANDS, QUINTILES, ComparedRuns
from experiments.figures.wording import percent

OUTCOMES = (("worse", WORSE), ("unchanged", UNCHANGED), ("better", BETTER))
WORDS = {"worse": "Worse off", "unchanged": "Unchanged", "better": "Better off"}
LEAST_LABEL = 0.06
"""Parts thinner than this have no room for their figure."""
LITERACY_NAMES = {"1": "1 (least literate)", "5": "5 (most literate)"}


@themed
def draw_compared(compared: ComparedRuns, other: str) -> Figure:
    """Draw the shares of savers worse off, unchanged and better off under one other scenario.

    Parameters
    ----------
    compared : ComparedRuns
        A comparison.
    other : str
        Name of the other scenario.
    """
    verdict = compared.verdict[other]
    sure = t_band(compared)
    tolerance = percent(compared.base.number("compare.tolerance", 0.001))
    heading = Heading(
        f"Who is better off under {other} than under {compared.base.name}?",
        "Shares of savers who ever held an account in either world, by real wealth at the end (or at death)\n"
        f"plus money spent so far. Unchanged: within {tolerance} of the larger base amount.\n"
        f"Error bars on the inner edges of worse and better: {sure}.",
        footer(compared, f"error bars: {sure}", "share of savers"),
    )
    rows = _rows(verdict)
    figure, panels = canvas(heading, size=(10.0, 2.3 + 0.36 * len(rows)))
    panel = panels[0][0]
    for place, (_, shares) in rows.items():
        _stacked_bar(panel, place, shares)
    panel.set_yticks(list(rows), [name for name, _ in rows.values()])
    panel.invert_yaxis()
    panel.set(xlim=(0, 1), xlabel="Share of savers")
    panel.grid(visible=False, axis="y")
    percentages(panel.xaxis)
    handles, labels = panel.get_legend_handles_labels()
    panel.legend(handles[:3], labels[:3], loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3)
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


def _stacked_bar(panel: Axes, place: float, shares: Mapping[str, Any]) -> None:
    """Draw one bar of three parts, with an error bar at the edges of its outer parts."""
    if any(shares[name]["value"] is None for name, _ in OUTCOMES):
        panel.text(0.5, place, "nobody in this group", ha="center", va="center", size=8.5)
        return
    left = 0.0
    for name, color in OUTCOMES:
        share = float(shares[name]["value"])
        panel.barh(place, share, 0.78, left=left, color=color, label=WORDS[name])
        _label(panel, place, name, left, share)
        left += share
    for name, edge, direction in (("worse", 0.0, 1.0), ("better", 1.0, -1.0)):
        low, high = shares[name]["low"], shares[name]["high"]
        if low is not None and high is not None and low < high:
            ends = [edge + direction * min(max(end, 0.0), 1.0) for end in (low, high)]
            panel.plot(ends, [place + 0.24] * 2, color=INK, lw=1.4, marker="|", ms=6)


def _label(panel: Axes, place: float, name: str, left: float, share: float) -> None:
    """Write a share into its part of the bar, or over its outer end where the part is too thin."""
    text = percent(share, 0)
    if text == "0%":
        return
    if share >= LEAST_LABEL:
        ink = INK if name == "unchanged" else "white"
        panel.text(left + share / 2, place - 0.1, text, ha="center", va="center", color=ink, size=9)
    elif name == "worse":
        panel.text(0.006, place - 0.1, text, va="center", size=9)
    elif name == "better":
        panel.text(0.994, place - 0.1, text, ha="right", va="center", size=9)
