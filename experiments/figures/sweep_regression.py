"""Standardised regression coefficients of a sampled sweep: which way, and how strongly, each key pulls."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.style import INK, SCENARIOS, say, themed
from experiments.figures.sweep_source import Swept
from experiments.figures.sweep_style import broken, hide_rest, spread_out, sweep_canvas, titled
from experiments.figures.wording import percent

CAPTION = (
    "Bars: standardised regression coefficients of the cell means on all keys together, in standard "
    "deviations of the outcome for one standard deviation of the key (Saltelli et al. 2008, ch. 1). "
    "R\N{SUPERSCRIPT TWO}: how much of the variance straight lines explain; what is left is bends, "
    "interactions and noise."
)


@themed
def draw(swept: Swept, coefficients: pd.DataFrame) -> Figure:
    """Draw the coefficients as bars, one panel an outcome.

    Parameters
    ----------
    swept : Swept
    coefficients : pandas.DataFrame
        Rows of ``outcome, key, coefficient, low, high, r_squared``.
    """
    keys = list(dict.fromkeys(coefficients["key"]))
    rows, columns = spread_out(len(swept.outcomes))
    words = (
        "Which way does each key pull?",
        CAPTION,
        "error bars: 95% interval",
    )
    size = (2.9 * columns + 1.9, rows * (0.34 * len(keys) + 1.2))
    figure, panels = sweep_canvas(swept, words, rows, columns, size, sharex=True, sharey="all")
    for panel, outcome in zip(panels, swept.outcomes, strict=False):
        titled(panel, swept, outcome, 28, pad=18)
        chosen = coefficients[coefficients["outcome"] == outcome].set_index("key")
        if len(chosen):
            _bars(panel, chosen.loc[keys])
        else:
            say(panel, "does not vary")
        panel.tick_params(axis="x", labelbottom=True, labelsize=8.5)
        panel.tick_params(axis="y", labelsize=8.5)
    panels[0].set_yticks(range(len(keys)), [broken(key, 32) for key in keys], size=8.5)
    panels[0].set_ylim(len(keys) - 0.4, -0.6)
    hide_rest(panels, len(swept.outcomes))
    return figure


def _bars(panel: Axes, chosen: pd.DataFrame) -> None:
    """Draw the bars of one outcome: blue up, orange and hatched down."""
    value = chosen["coefficient"].to_numpy(dtype=float)
    places = range(len(value))
    bars = panel.barh(places, value, 0.68)
    for bar, one in zip(bars, value.tolist(), strict=True):
        bar.set(
            facecolor=SCENARIOS[int(one < 0)], hatch="///" if one < 0 else "", edgecolor="white", linewidth=0
        )
    reach = np.nan_to_num(np.abs(chosen[["low", "high"]].to_numpy(dtype=float).T - value))
    panel.errorbar(value, places, xerr=reach, fmt="none", ecolor=INK, elinewidth=1.0, capsize=2)
    panel.axvline(0.0, color=INK, lw=0.8)
    panel.grid(visible=False, axis="y")
    explained = percent(float(chosen["r_squared"].iloc[0]), 0)
    told = f"R\N{SUPERSCRIPT TWO} {explained}"
    panel.annotate(told, (0.0, 1.0), (0, 5), "axes fraction", "offset points", size=7.5)
