"""Interactions of a sweep: the mean of an outcome for every pair of values of two keys."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from experiments.figures.style import themed
from experiments.figures.sweep_source import Swept, plain
from experiments.figures.sweep_style import broken, hide_rest, spread_out, sweep_canvas, titled
from experiments.figures.wording import percent

MOST_PAIRS = 3
"""Keys with at most so many pairs are drawn with all of them, others with one of an outcome."""
MOST_WRITTEN = 36
"""A map with more fields than this has no room for figures."""
CAPTION = (
    "Colour and figures: mean of the outcome over all cells with these two values, yellow high, dark blue "
    "low; every panel has its own scale. Rows that only differ in level have no interaction."
)
STRENGTH = (
    "Interaction: share of the variation between cells that the pair has beyond its two main effects; "
    "known only for a grid of which no cell failed."
)
NOISE = (
    "Grey: luck alone would spread the fields so far in more than 5% of sweeps (studentised range, Tukey "
    "1949)."
)
UNLIKELY = 0.05
GREY = "#dcdcdc"
OF_BINS = "Values are means of bins of equal count; of many pairs the two keys with the largest main effects."


@themed
def draw(swept: Swept, maps: pd.DataFrame, strengths: pd.DataFrame, effects: pd.DataFrame) -> Figure:
    """Draw heat maps of an outcome over two keys.

    Parameters
    ----------
    swept : Swept
    maps : pandas.DataFrame
        Rows of ``outcome, key, other, value, other_value, mean``; a field without cells has none.
    strengths : pandas.DataFrame
        Rows of ``outcome, key, other, share, chance``: how much of the variation between cells the pair has
        beyond its two main effects, and how likely luck alone spreads the fields so far; nan where unknown.
    effects : pandas.DataFrame
        Rows of ``outcome, key, mean`` at least: main effects.
    """
    chosen = shown_pairs(swept, strengths, effects)
    outcomes = len({outcome for outcome, *_ in chosen})
    every_pair = len(chosen) > outcomes
    rows, columns = (outcomes, len(chosen) // outcomes) if every_pair else spread_out(len(chosen))
    told = "" if strengths["chance"].isna().all() else f" {NOISE}"
    words = (
        "Which keys work together?",
        f"{CAPTION} {OF_BINS if swept.sampled else STRENGTH}{told}",
        "one replication: no interval" if swept.replications[1] < 2 else "means, no intervals",
    )
    chances = strengths.set_index(["outcome", "key", "other"])["chance"]
    figure, panels = sweep_canvas(swept, words, rows, columns, (3.4 * columns + 0.4, 3.2 * rows))
    for panel, (outcome, key, other, share) in zip(panels, chosen, strict=False):
        rows_of = (maps["outcome"] == outcome) & (maps["key"] == key) & (maps["other"] == other)
        noise = bool(chances[outcome, key, other] > UNLIKELY)
        _map(panel, swept, outcome, maps[rows_of], noise=noise)
        panel.set_xlabel(broken(other, 32), size=9)
        panel.set_ylabel(broken(key, 26), size=9)
        titled(panel, swept, outcome, 26, pad=18)
        known = "" if np.isnan(share) else f"interaction {percent(share)}"
        told = "differences within noise" if noise else known
        panel.annotate(told, (0.0, 1.0), (0, 5), "axes fraction", "offset points", size=7.5)
    hide_rest(panels, len(chosen))
    return figure


def shown_pairs(
    swept: Swept, strengths: pd.DataFrame, effects: pd.DataFrame
) -> list[tuple[str, str, str, float]]:
    """Return outcome, two keys and strength of every map drawn.

    All pairs of few keys, else the strongest of every outcome, or where strengths are unknown the two keys
    with the largest main effects.
    """
    chosen: list[tuple[str, str, str, float]] = []
    for outcome in swept.outcomes:
        means = effects.loc[effects["outcome"] == outcome, "mean"]
        if len(means) and means.isna().all():  # the outcome has no value
            continue
        pairs = strengths[strengths["outcome"] == outcome]
        if len(pairs) > MOST_PAIRS and pairs["share"].isna().all():
            largest = _largest(effects[effects["outcome"] == outcome])
            pairs = pairs[pairs["key"].isin(largest) & pairs["other"].isin(largest)]
        elif len(pairs) > MOST_PAIRS:
            pairs = pairs.sort_values("share", ascending=False, kind="stable", na_position="last").head(1)
        records: list[dict[Any, Any]] = pairs.to_dict("records")
        chosen += [(outcome, str(one["key"]), str(one["other"]), float(one["share"])) for one in records]
    return chosen


def _largest(effects: pd.DataFrame) -> list[str]:
    """Return the two keys whose means lie furthest apart."""
    means = effects.groupby("key", sort=False)["mean"]
    order = (means.max() - means.min()).sort_values(ascending=False, kind="stable")
    return [str(key) for key in order.index[:2]]


def _map(panel: Axes, swept: Swept, outcome: str, rows: pd.DataFrame, *, noise: bool) -> None:
    """Draw one map, the first key upwards and the other to the right; in one grey where it is noise."""
    wide = rows.pivot_table(index="value", columns="other_value", values="mean", sort=True, observed=True)
    means = wide.to_numpy(dtype=float)
    colors = ListedColormap([GREY]) if noise else "cividis"
    panel.imshow(means, origin="lower", cmap=colors, aspect="auto", interpolation="nearest")
    panel.grid(visible=False)
    for axis, values in ((panel.xaxis, wide.columns), (panel.yaxis, wide.index)):
        step = -(-len(values) // 6)
        axis.set_ticks(
            range(0, len(values), step), [plain(value, 3) for value in values.tolist()[::step]], size=8
        )
    if means.size > MOST_WRITTEN:
        return
    size = 7.0 if means.shape[1] < 5 else 6.0
    middle = (np.nanmin(means) + np.nanmax(means)) / 2.0
    for (row, column), mean in np.ndenumerate(means):
        if np.isfinite(mean):
            ink = "black" if noise or mean > middle else "white"
            text = swept.write(outcome, float(mean))
            panel.text(column, row, text, ha="center", va="center", size=size, color=ink)
