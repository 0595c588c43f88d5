"""Columns that grow: one row or one block of rows a call, one array a column at the end."""

from collections.abc import Mapping
from typing import Any

import numpy as np

Column = np.ndarray[Any, np.dtype[Any]]
Kind = type[np.generic]
Value = float | int | str | bool

WHOLE: Kind = np.int64
NUMBER: Kind = np.float64
TEXT: Kind = np.str_
SWITCH: Kind = np.bool_


_FIRST_ROWS = 64


class Table:
    """Columns under construction, each an array with room for rows to come.

    Parameters
    ----------
    columns : mapping of str to Kind
        Name and kind of every column, in their order; a table to which no row was added has them too.
    """

    def __init__(self, columns: Mapping[str, Kind]) -> None:
        self._kinds = dict(columns)
        self._rows, self._room = 0, 0
        self._columns: dict[str, Column] = {}
        self._make_room(_FIRST_ROWS)

    def add(self, **row: Value) -> None:
        """Append one row.

        Raises
        ------
        ValueError
            If the row has other columns than the table.
        """
        self._check(row)
        self._make_room(self._rows + 1)
        for name, value in row.items():
            self._columns[name][self._rows] = value
        self._rows += 1

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
        end = self._rows + (shapes.pop()[0] if shapes else 1)
        self._make_room(end)
        for name, value in block.items():
            self._columns[name][self._rows : end] = value
        self._rows = end

    def _check(self, block: Mapping[str, Value | Column]) -> None:
        if block.keys() != self._kinds.keys():
            wrong = ", ".join(sorted(block.keys() ^ self._kinds.keys()))
            raise ValueError(f"a block has too many or too few columns: {wrong}")

    def _make_room(self, rows: int) -> None:
        """Room for so many rows and, where there was none, for as many again."""
        if rows <= self._room:
            return
        self._room = 2 * rows
        for name, kind in self._kinds.items():
            column: Column = np.empty(self._room, dtype=object if kind is TEXT else kind)
            if self._rows:
                column[: self._rows] = self._columns[name][: self._rows]
            self._columns[name] = column

    def columns(self) -> dict[str, Column]:
        """All columns as arrays of their kind, in the order of the table."""
        return {name: self._columns[name][: self._rows].astype(kind) for name, kind in self._kinds.items()}
