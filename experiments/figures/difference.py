"""The distribution of what the other rules change, saver by saver."""

from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from environment.typing import FloatArray
from experiments.figures.bands import Band
from experiments.figures.changes import MONEY_EDGES, RELATIVE_EDGES, shares
from experiments.figures.style import (
    BETTER,
    WORSE,
    Heading,
    amount_beside,
    canvas,
    dollars_of,
    footer,
    percentages,
    room_for,
    t_band,
    themed,
)
from experiments.figures.tables import ComparedRuns
from experiments.figures.wording import SMALL_SHARE, fine_percent, money, percent


@themed
def draw_compared(compared: ComparedRuns, other: str) -> Figure:
    """Draw the distribution of the paired change: relative to the base, and in money."""
    changes = compared.changes[other]
    real, sure = dollars_of(compared.base), t_band(compared)
    heading = Heading(
        f"How large is the change from {compared.base.name} to {other}, saver by saver?",
        "Change of real wealth at the end (or at death) plus money spent: the same person, the same luck.\n"
        "Left: in per cent of the larger base amount. Right: in money. Unchanged savers have no bar,\n"
        f"which would dwarf the others. Error bars: {sure}.",
        footer(compared, f"error bars: {sure}", f"share of savers; {real}"),
    )
    figure, panels = canvas(heading, columns=2, size=(10.6, 5.6), sharex=True)
    relative_words = [f"{100.0 * edge:g}%" for edge in RELATIVE_EDGES]
    money_words = [money(edge) for edge in MONEY_EDGES]
    relative, in_money = shares(changes.relative), shares(changes.money)
    frame = max(_frame(relative), _frame(in_money))
    _bars(panels[0][0], relative, relative_words, frame)
    _bars(panels[0][1], in_money, money_words, frame)
    panels[0][0].set_title("Relative change", loc="left")
    panels[0][1].set_title(f"Change in {real}", loc="left")
    return figure


def _frame(shares: Band) -> float:
    """Return how far the axis reaches for all buckets but that of the unchanged, which is in the middle."""
    value = np.nan_to_num(shares.value)
    changed = np.arange(value.size) != value.size // 2
    return max(room_for(value[changed], (value + shares.reach[1])[changed]), SMALL_SHARE)


def _bars(panel: Axes, shares: Band, edges: list[str], frame: float) -> None:
    """Draw the buckets as bars, the greatest gain on top, and write how many are unchanged."""
    sizes = [f"under {edges[0]}"]
    sizes += [f"{low} to {high}" for low, high in pairwise(edges)]
    sizes += [f"over {edges[-1]}"]
    words = (
        [f"lost {size}" for size in reversed(sizes)] + ["unchanged"] + [f"gained {size}" for size in sizes]
    )
    middle = len(sizes)
    colors = [WORSE] * middle + [BETTER] * middle
    place = np.delete(np.arange(len(words)), middle)
    value = np.nan_to_num(shares.value)
    changed, ends = value[place], shares.reach[:, place]
    panel.barh(place, changed, 0.8, color=colors)
    panel.errorbar(changed, place, xerr=ends, fmt="none", ecolor="#444444", capsize=2)
    for y, share, above in zip(place.tolist(), changed, ends[1], strict=True):
        amount_beside(panel, fine_percent(share), min(share + above, frame), y)
    panel.text(0.0, middle, f" {_unchanged(value[middle], shares.reach[:, middle])}", va="center", size=8.5)
    panel.set_yticks(np.arange(len(words)), words, size=9)
    panel.margins(y=0.02)
    panel.set_xlim(0.0, 1.2 * frame)
    panel.set_xlabel("Share of savers")
    panel.grid(visible=False, axis="y")
    percentages(panel.xaxis)


def _unchanged(share: float, reach: FloatArray) -> str:
    """Write the share of savers unchanged with its interval, which has no bar."""
    ends = f" ({percent(share - reach[0])} to {percent(share + reach[1])})"
    return fine_percent(share) + (ends if reach.any() else "")
