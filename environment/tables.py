"""Columns that grow: one row or one block of rows a call, one array a column at the end."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from environment.typing import IntArray

Column = np.ndarray[Any, np.dtype[Any]]
Kind = type[np.generic]
Value = float | int | str | bool

WHOLE: Kind = np.int64
NUMBER: Kind = np.float64
TEXT: Kind = np.str_
SWITCH: Kind = np.bool_


class Table:
    """Columns under construction.

    Parameters
    ----------
    columns : mapping of str to Kind
        Name and kind of every column, in their order; a table to which no row was added has them too.
    """

    def __init__(self, columns: Mapping[str, Kind]) -> None:
        self._kinds = dict(columns)
        self._blocks: list[tuple[int, Mapping[str, Value | Column]]] = []  # rows and their columns

    def add(self, **row: Value) -> None:
        """Append one row.

        Raises
        ------
        ValueError
            If the row has other columns than the table.
        """
        self._check(row)
        self._blocks.append((1, row))

    def extend(self, **block: Value | Column) -> None:
        """Append a block of rows; a scalar stands for the whole block.

        Raises
        ------
        ValueError
            If the block has other columns than the table, or columns of different lengths.
        """
        self._check(block)
        shapes = {value.shape for value in block.values() if isinstance(value, np.ndarray)}
        if len(shapes) > 1:
            raise ValueError(f"columns of a block differ in shape: {sorted(shapes)}")
        # A copy, for the model changes its arrays in place.
        kept = {name: v.copy() if isinstance(v, np.ndarray) else v for name, v in block.items()}
        self._blocks.append((shapes.pop()[0] if shapes else 1, kept))

    def _check(self, block: Mapping[str, Value | Column]) -> None:
        if block.keys() != self._kinds.keys():
            wrong = ", ".join(sorted(block.keys() ^ self._kinds.keys()))
            raise ValueError(f"a block has too many or too few columns: {wrong}")

    def columns(self) -> dict[str, Column]:
        """All columns as arrays of their kind, in the order of the table."""
        rows = np.array([length for length, _ in self._blocks], dtype=np.int64)
        return {
            name: _joined([block[name] for _, block in self._blocks], rows, kind)
            for name, kind in self._kinds.items()
        }


def _joined(values: Sequence[Value | Column], rows: IntArray, kind: Kind) -> Column:
    """One column of blocks with so many rows each, in which a scalar stands for its block."""
    if not any(isinstance(value, np.ndarray) for value in values):
        return np.repeat(np.array(values, dtype=kind), rows)
    parts = [
        np.asarray(value, kind)
        if isinstance(value, np.ndarray)
        else np.repeat(np.asarray(value, kind), count)
        for value, count in zip(values, rows, strict=True)
    ]
    return np.concatenate(parts)
