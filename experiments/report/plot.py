"""One figure of a run by its name, for people who work in Python."""

from collections.abc import Mapping
from typing import Any, Protocol

import pandas as pd
from matplotlib.figure import Figure

from environment.problems import nearest_name
from experiments.figures.gallery import RUN_CHAPTERS, RUN_PICTURES
from experiments.figures.pillars import tells
from experiments.figures.tables import Run, scenario_name

PICTURES = {picture.name: picture for picture in (*RUN_PICTURES, *RUN_CHAPTERS)}


class HasTables(Protocol):
    """What a figure needs of a result: its manifest, and its tables by file stem."""

    @property
    def manifest(self) -> Mapping[str, Any]:
        """Contents of ``manifest.json``."""

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Tables by file stem."""


def plot(result: HasTables, name: str) -> Figure:
    """Draw one figure of a result.

    Parameters
    ----------
    result : HasTables
        A result in memory, or tables read from a folder by `experiments.figures.tables.read_run`.
    name : str
        One of the keys of `PICTURES`: wealth, literacy, lorenz, holdings, flows, frozen, adequacy,
        pillars.

    Returns
    -------
    matplotlib.figure.Figure
        The figure of the report; a notebook shows it, ``figure.savefig(path)`` writes it.

    Raises
    ------
    ValueError
        If there is no figure of that name, and the message names the nearest; or if the result has no rows
        of the table that the figure is drawn from.
    """
    if name not in PICTURES:
        nearest = nearest_name(name, PICTURES)
        hint = f"; did you mean {nearest!r}?" if nearest else ""
        raise ValueError(f"there is no figure {name!r}; the figures are {', '.join(PICTURES)}{hint}")
    run = Run(scenario_name(result.manifest, "run"), result.manifest, {}, result.tables)
    if PICTURES[name] in RUN_CHAPTERS and not tells(run, name):
        raise ValueError(f"this result has no rows of {name}.parquet, from which the figure is drawn")
    return PICTURES[name].draw(run)
