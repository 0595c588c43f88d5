"""What the cells of a finished sweep came to, in a line an outcome."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from experiments.sweep.table import STEM


def outcome_ranges(folder: Path, units: Mapping[str, str]) -> dict[str, dict[str, float | str | None]]:
    """Mean over cells, lowest and highest cell, each cell by the mean of its replications.

    Parameters
    ----------
    folder : Path
        Of the sweep.
    units : mapping of str to str
        Unit by outcome.

    Returns
    -------
    dict
        By outcome ``{mean, lowest, highest, unit}``; None where no cell has a value.
    """
    from pyarrow.parquet import read_table

    columns = read_table(folder / f"{STEM}.parquet", columns=["cell", *units])
    cell = columns["cell"].to_numpy()
    told: dict[str, dict[str, float | str | None]] = {}
    for name, unit in units.items():
        values = columns[name].to_numpy().astype(np.float64)
        known = ~np.isnan(values)
        _, place = np.unique(cell[known], return_inverse=True)
        means = np.bincount(place, weights=values[known]) / np.bincount(place)
        ends = (means.mean(), means.min(), means.max()) if means.size else (None, None, None)
        numbers = [None if end is None else float(end) for end in ends]
        told[name] = {**dict(zip(("mean", "lowest", "highest"), numbers, strict=True)), "unit": unit}
    return told
