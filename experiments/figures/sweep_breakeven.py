"""Break-even line of a sweep of two keys: where the mean of an outcome crosses nought."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.style import INK, SCENARIOS, say, themed
from experiments.figures.sweep_source import Swept
from experiments.figures.sweep_style import (
    broken,
    key_axis,
    legend_below,
    shortened,
    sweep_canvas,
    t_interval,
    titled,
)

ABOVE, BELOW = SCENARIOS[1], SCENARIOS[0]
CAPTION = (
    "Line: where the mean outcome is nought, by straight lines between the values simulated. Bars: 95% t "
    "interval of the crossings of single replications, which may reach beyond these values. Triangles: pairs "
    "of values simulated, filled and pointing up where the mean is above nought, hollow and pointing down "
    "where it is below."
)


@themed
def draw(swept: Swept, lines: pd.DataFrame, maps: pd.DataFrame) -> Figure:
    """Draw the line at which an outcome is nought, one panel an outcome.

    Parameters
    ----------
    swept : Swept
    lines : pandas.DataFrame
        Rows of ``outcome, key, other, other_value, crossing, low, high``: the value of `key` at which the
        mean crosses nought for a value of `other`; nan where it does not within the range.
    maps : pandas.DataFrame
        Means by pair of values; see `experiments.figures.sweep_interactions.draw`.
    """
    outcomes = list(dict.fromkeys(lines["outcome"]))
    names = " and ".join(swept.name(outcome) for outcome in outcomes)
    words = (
        f"Where is the break-even of {shortened(names)}?",
        CAPTION,
        t_interval(swept),
    )
    size = (4.6 * len(outcomes) + 2.4, 4.4)
    figure, panels = sweep_canvas(
        swept,
        words,
        1,
        len(outcomes),
        size,
    )
    for panel, outcome in zip(panels, outcomes, strict=True):
        line = lines[lines["outcome"] == outcome]
        key, other = str(line["key"].iloc[0]), str(line["other"].iloc[0])
        _cells(panel, maps[maps["outcome"] == outcome], key)
        _crossings(panel, line)
        titled(panel, swept, outcome)
        for name, write in ((other, panel.set_xlabel), (key, panel.set_ylabel)):
            unit = str(swept.design.get("units", {}).get(name, ""))
            write(f"{broken(name, 40)}\n({unit})" if unit else broken(name, 40))
        key_axis(panel.xaxis, swept.design["parameters"][other])
        key_axis(panel.yaxis, swept.design["parameters"][key])
    legend_below(figure, panels[0])
    return figure


def _cells(panel: Axes, means: pd.DataFrame, key: str) -> None:
    """Mark the pairs of values that were simulated by the sign of their mean."""
    along = "value" if means["key"].iloc[0] == key else "other_value"
    across = "other_value" if along == "value" else "value"
    above = means["mean"] > 0
    for rows, marker, color, filled, words in (
        (means[above], "^", ABOVE, True, "above nought"),
        (means[~above], "v", BELOW, False, "below nought"),
    ):
        face = color if filled else "white"
        panel.plot(rows[across], rows[along], marker, mfc=face, mec=color, ms=7, ls="", label=words)


def _crossings(panel: Axes, line: pd.DataFrame) -> None:
    """Draw the line and the intervals of its points."""
    found = line.dropna(subset=["crossing"])
    if found.empty:
        say(panel, "no crossing within the ranges")
        return
    down = (found["crossing"] - found["low"]).fillna(0.0).clip(lower=0.0)
    up = (found["high"] - found["crossing"]).fillna(0.0).clip(lower=0.0)
    panel.errorbar(
        found["other_value"],
        found["crossing"],
        yerr=[down, up],
        fmt="-o",
        color=INK,
        capsize=3,
        ms=4,
        lw=1.8,
        label="break-even",
    )
