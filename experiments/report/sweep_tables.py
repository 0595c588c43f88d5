"""The tables of a sweep's page: what was swept, what failed, and the figures behind the pictures."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from experiments.figures.sweep_source import Swept, plain
from experiments.figures.sweep_style import capital
from experiments.figures.wording import counted, percent
from experiments.report.headlines import cell
from experiments.report.html import paragraph, table

type Writer = Callable[[str, float], str]
"""Writes a figure of an outcome."""

MOST_FAILED = 20
"""Failed cells that the page lists; ``failed.json`` has all."""
METHODS = {
    "grid": "every combination of the values of the keys",
    "list": "the cells as listed in the design",
    "lhs": "a Latin hypercube: every key evenly spread over its range (McKay, Beckman and Conover 1979)",
    "sobol": "Saltelli's sample for Sobol indices, scrambled (Saltelli 2002; Owen 1998)",
    "morris": "trajectories that change one key or group at a time, on four levels (Morris 1991)",
}


def swept_table(swept: Swept) -> str:
    """Return the keys of the design: role, range or values, unit, standing, meaning."""
    design = swept.design
    rows = []
    for key in swept.keys:
        named = [group for group, keys in swept.groups.items() if key in keys]
        rows.append(
            [
                key,
                str(design.get("roles", {}).get(key, "parameter")),
                *(named[:1] or ["none"] if swept.groups else []),
                swept.span(key, unit=False),
                str(design.get("units", {}).get(key, "")) or "none",
                str(design.get("standings", {}).get(key, "")) or "none",
                _meaning(swept, key),
            ]
        )
    header = ["Key", "Role", *(["Group"] if swept.groups else [])]
    header += ["Range" if swept.sampled else "Values", "Unit", "Standing", "What it is"]
    caption = "Roles after Lempert, Popper and Bankes (2003): uncertainties are nobody's choice, levers are."
    return table(header, rows, caption, "words")


def _meaning(swept: Swept, key: str) -> str:
    """Describe a key: a parameter as the model does, a factor by what it moves."""
    from environment.parameters import parameters

    factor = swept.design.get("factors", {}).get(key)
    if factor is None:
        return parameters()[key].description if key in parameters() else ""
    verb = {"add": "is added to", "times": "multiplies", "set": "takes the place of"}[str(factor["how"])]
    return f"One number that {verb} {', '.join(factor['keys'])}."


def failures(swept: Swept) -> list[str]:
    """Return which cells failed and why; nothing when all went well."""
    if not swept.failed:
        return [paragraph("No cell failed.")]
    total = int(swept.manifest["cells"])
    rows = [
        [
            str(one["cell"]),
            ", ".join(f"{key} = {plain(value)}" for key, value in one["values"].items()),
            "all" if one["replication"] is None else str(one["replication"]),
            str(one["reason"]),
        ]
        for one in swept.failed[:MOST_FAILED]
    ]
    count = len({one["cell"] for one in swept.failed})
    text = (
        f"{count:,} of {counted(total, 'cell')} failed. A cell that failed has no rows and is left out "
        "of every figure; what is said of the others may lean to one side for it."
    )
    caption = (
        "Cells that failed" if len(swept.failed) <= MOST_FAILED else f"The first {MOST_FAILED} that failed"
    )
    return [paragraph(text), table(["Cell", "Values", "Replication", "Reason"], rows, caption, "words")]


def by_outcome(
    swept: Swept, frame: pd.DataFrame, name: str, figures: Mapping[str, Writer], caption: str
) -> str:
    """Return a table with a row an outcome and key or group, and a column a figure, intervals in small.

    Parameters
    ----------
    swept : Swept
    frame : pandas.DataFrame
        Rows of ``outcome``, `name` and figures; the ends of an interval are ``<figure>_low`` and ``_high``.
    name : str
        Column that names a row within its outcome.
    figures : mapping of str to callable
        Columns shown, and how each is written for an outcome.
    caption : str
        What the figures are.
    """
    rows = [
        [
            capital(swept.name(str(one["outcome"]))),
            str(one[name]),
            *(_figure(one, figure, write) for figure, write in figures.items()),
        ]
        for one in frame.to_dict("records")
    ]
    header = ["Outcome", name.capitalize(), *(figure.replace("_", " ") for figure in figures)]
    return table(header, rows, caption)


def _figure(one: Mapping[Any, Any], figure: str, write: Writer) -> str:
    """Write one figure and the ends of its interval, where it has one."""
    value, low, high = (
        float(one.get(column, np.nan)) for column in (figure, f"{figure}_low", f"{figure}_high")
    )
    return cell(value, low, high, lambda part: write(str(one["outcome"]), np.nan if part is None else part))


def variance_table(swept: Swept, variance: pd.DataFrame) -> str:
    """Return how the variance of all rows divides into cells, luck common to them, and the rest."""
    rows = []
    for outcome in swept.outcomes:
        chosen = variance[variance["outcome"] == outcome]
        one: dict[Any, Any] = chosen.iloc[0].to_dict() if len(chosen) else {}
        parts = [float(one.get(part, np.nan)) for part in ("cells", "luck", "rest", "noise")]
        rows.append([capital(swept.name(outcome)), *(percent(part) for part in parts)])
    header = [
        "Outcome",
        "Cells",
        "Luck common to all cells",
        "The rest",
        "Noise in the means of cells, at most",
    ]
    caption = (
        "Shares of the variance over cells and replications (Searle, Casella and McCulloch 1992, ch. 4), and "
        "the part of the variance between means of cells that is luck acting differently in them. Where luck "
        "scales an effect, as a good market scales fees, that part follows the keys and is less than noise."
    )
    return table(header, rows, caption)


def share(_outcome: str, value: float) -> str:
    """Write a share."""
    return percent(value)
