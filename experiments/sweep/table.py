"""The table of a sweep: one row a cell and replication, read from the store a block at a time."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import batched
from pathlib import Path

import numpy as np

from environment.parameters import Kind, Value, parameters
from environment.tables import Column
from experiments.folders import TableFiles
from experiments.sweep.design import Design
from experiments.sweep.plan import Planned
from experiments.sweep.store import Store

STEM = "sweep"
BLOCK = 256
"""Cells whose rows make a row group."""


def write_table(
    design: Design, cells: Sequence[Planned], counts: Mapping[int, int], store: Store, folder: Path
) -> None:
    """Write ``sweep.parquet`` from finished replications.

    Parameters
    ----------
    design : Design
    cells : sequence of Planned
        Those with rows, in order.
    counts : mapping of int to int
        Replications of each, by its number.
    store : Store
        Holds all of them.
    folder : Path
    """
    with TableFiles(folder) as files:
        files.add({STEM: _columns(design, [])})
        for block in batched(cells, BLOCK):
            rows = [row for cell in block for row in _rows(cell, counts[cell.number], store)]
            files.add({STEM: _columns(design, rows)})


type Row = tuple[Planned, int, Mapping[str, float]]


def _rows(cell: Planned, count: int, store: Store) -> Iterator[Row]:
    for replication in range(count):
        one = store.read(cell.address, replication)
        if one is None:
            raise FileNotFoundError(f"replication {replication} of cell {cell.number} has gone")
        yield cell, replication, one.values


def _columns(design: Design, rows: Sequence[Row]) -> dict[str, Column]:
    told: dict[str, Column] = {
        "cell": np.array([cell.number for cell, _, _ in rows], dtype=np.int64),
        "replication": np.array([number for _, number, _ in rows], dtype=np.int64),
    }
    for key in design.ranges:
        told[key] = _key_column(key, [cell.values[key] for cell, _, _ in rows])
    for outcome in design.outcomes:
        told[outcome.name] = np.array([values[outcome.name] for _, _, values in rows], dtype=np.float64)
    return told


def _key_column(key: str, values: Sequence[Value]) -> Column:
    """A column of the type that the key has: a list of names becomes one text, its names between commas."""
    kind: Kind = parameters()[key].kind if key in parameters() else "number"
    match kind:
        case "number":
            return np.array(values, dtype=np.float64)
        case "whole":
            return np.array(values, dtype=np.int64)
        case "switch":
            return np.array(values, dtype=np.bool_)
        case _:
            texts = [",".join(value) if isinstance(value, tuple) else str(value) for value in values]
            return np.array(texts, dtype=object)
