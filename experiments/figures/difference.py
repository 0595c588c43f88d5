"""The distribution of what the other rules change, saver by saver."""

from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from environment.typing import BoolArray, FloatArray
from experiments.figures.bands import Band, band
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

RELATIVE_EDGES = (0.01, 0.05, 0.10, 0.25, 0.50)
MONEY_EDGES = (1_000.0, 10_000.0, 50_000.0, 100_000.0, 500_000.0)


def changes_of(compared: ComparedRuns, other: str) -> pd.DataFrame:
    """Differences of the savers who ever held an account in either world.

    Returns
    -------
    pandas.DataFrame
        Rows of ``differences.parquet`` of one other scenario with ``ever_held``, and the columns ``relative``
        (difference over the larger base amount, wealth or spending; infinite where both are 0) and
        ``unchanged`` (the difference is within ``compare.tolerance`` of that amount).
    """
    rows = compared.differences
    rows = rows[rows["other"].astype(str) == other]
    rows = rows[rows["ever_held"]]
    size = rows[["base_wealth_real", "base_spent_real"]].abs().max(axis=1).to_numpy(dtype=np.float64)
    difference = rows["difference"].to_numpy(dtype=np.float64)
    tolerance = compared.base.number("compare.tolerance", 0.001)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(difference == 0, 0.0, difference / size)
    return rows.assign(relative=relative, unchanged=np.abs(difference) <= tolerance * size)


def bucket_shares(rows: pd.DataFrame, column: str, edges: tuple[float, ...], replications: int) -> Band:
    """Share of savers in each bucket of change.

    Parameters
    ----------
    rows : pandas.DataFrame
        See `changes_of`.
    column : str
        ``relative`` or ``difference``.
    edges : tuple of float
        Sizes of change that divide the buckets, above 0 and rising, K of them.
    replications : int
        Number of replications.

    Returns
    -------
    Band
        Arrays of shape (2 K + 3,): losses from the largest down, unchanged, gains from the smallest up.
    """
    values = rows[column].to_numpy(dtype=np.float64)
    unchanged: BoolArray = rows["unchanged"].to_numpy(dtype=np.bool_)
    rank = 1 + np.searchsorted(np.asarray(edges), np.abs(values), side="right")
    middle = len(edges) + 1
    bucket = np.where(unchanged, middle, middle + np.sign(values).astype(np.int64) * rank)
    weight = rows["weight"].to_numpy(dtype=np.float64)
    which = rows["replication"].to_numpy(dtype=np.int64)
    count = 2 * middle + 1
    totals = np.bincount(which * count + bucket, weight, replications * count).reshape(replications, count)
    with np.errstate(invalid="ignore"):
        shares: FloatArray = totals / totals.sum(axis=1, keepdims=True)
    return band(shares)


@themed
def draw_compared(compared: ComparedRuns, other: str) -> Figure:
    """Draw the distribution of the paired change: relative to the base, and in money."""
    rows = changes_of(compared, other)
    real, sure = dollars_of(compared.base), t_band(compared)
    heading = Heading(
        f"How large is the change from {compared.base.name} to {other}, saver by saver?",
        "Change of real wealth at the end (or at death) plus money spent: the same person, the same luck.\n"
        f"Left: in per cent of the larger base amount. Right: in money. Error bars: {sure}.",
        footer(compared, f"error bars: {sure}", f"share of savers; {real}"),
    )
    figure, panels = canvas(heading, columns=2, size=(10.6, 5.6), sharex=True)
    count = compared.base.replications
    relative_words = [percent(edge, 0) for edge in RELATIVE_EDGES]
    money_words = [money(edge) for edge in MONEY_EDGES]
    _bars(panels[0][0], bucket_shares(rows, "relative", RELATIVE_EDGES, count), relative_words)
    _bars(panels[0][1], bucket_shares(rows, "difference", MONEY_EDGES, count), money_words)
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
