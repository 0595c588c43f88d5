"""The distribution of what the other rules change, saver by saver."""

from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.bands import Band
from experiments.figures.changes import MONEY_EDGES, RELATIVE_EDGES, shares
from experiments.figures.style import (
    BETTER,
    UNCHANGED,
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
from experiments.figures.wording import money, percent


@themed
def draw_compared(compared: ComparedRuns, other: str) -> Figure:
    """Draw the distribution of the paired change: relative to the base, and in money."""
    changes = compared.changes[other]
    real, sure = dollars_of(compared.base), t_band(compared)
    heading = Heading(
        f"How large is the change from {compared.base.name} to {other}, saver by saver?",
        "Change of real wealth at the end (or at death) plus money spent: the same person, the same luck.\n"
        f"Left: in per cent of the larger base amount. Right: in money. Error bars: {sure}.",
        footer(compared, f"error bars: {sure}", f"share of savers; {real}"),
    )
    figure, panels = canvas(heading, columns=2, size=(10.6, 5.6), sharex=True)
    relative_words = [percent(edge, 0) for edge in RELATIVE_EDGES]
    money_words = [money(edge) for edge in MONEY_EDGES]
    _bars(panels[0][0], shares(changes.relative), relative_words)
    _bars(panels[0][1], shares(changes.money), money_words)
    panels[0][0].set_title("Relative change", loc="left")
    panels[0][1].set_title(f"Change in {real}", loc="left")
    return figure


def _bars(panel: Axes, shares: Band, edges: list[str]) -> None:
    """Draw the buckets as bars, the greatest gain on top."""
    sizes = [f"under {edges[0]}"]
    sizes += [f"{low} to {high}" for low, high in pairwise(edges)]
    sizes += [f"over {edges[-1]}"]
    words = (
        [f"lost {size}" for size in reversed(sizes)] + ["unchanged"] + [f"gained {size}" for size in sizes]
    )
    colors = [WORSE] * len(sizes) + [UNCHANGED] + [BETTER] * len(sizes)
    place = np.arange(len(words))
    value = np.nan_to_num(shares.value)
    panel.barh(place, value, 0.8, color=colors)
    panel.errorbar(value, place, xerr=shares.reach, fmt="none", ecolor="#444444", capsize=2)
    frame = min(room_for(value, value + shares.reach[1]), 1.0)
    for y, share, above in zip(place.tolist(), value, shares.reach[1], strict=True):
        amount_beside(panel, percent(share), min(share + above, frame), y)
    panel.set_yticks(place, words, size=9)
    panel.margins(y=0.02)
    panel.set_xlim(0.0, 1.16 * frame)
    panel.set_xlabel("Share of savers")
    panel.grid(visible=False, axis="y")
    percentages(panel.xaxis)
