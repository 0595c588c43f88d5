"""Columns that grow: one row or one block of rows a call, one array a column at the end."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

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
        self._blocks: dict[str, list[Value | Column]] = {name: [] for name in columns}

    def add(self, **row: Value) -> None:
        """Append one row.

        Raises
        ------
        ValueError
            If the row has other columns than the table.
        """
        self._check(row.keys())
        for name, value in row.items():
            self._blocks[name].append(value)

    def extend(self, **block: Value | Column) -> None:
        """Append a block of rows; a scalar stands for the whole block.

        Raises
        ------
        ValueError
            If the block has other columns than the table, or columns of different lengths.
        """
        self._check(block.keys())
        shape = np.broadcast_shapes((1,), *(np.shape(value) for value in block.values()))
        for name, kind in self._kinds.items():
            # A copy, for the model changes its arrays in place.
            self._blocks[name].append(np.array(np.broadcast_to(np.asarray(block[name], kind), shape)))

    def _check(self, names: Iterable[str]) -> None:
        wrong = sorted(set(names) ^ self._kinds.keys())
        if wrong:
            raise ValueError(f"a block has too many or too few columns: {', '.join(wrong)}")

    def columns(self) -> dict[str, Column]:
        """All columns as arrays of their kind, in the order of the table."""
        return {name: _joined(blocks, self._kinds[name]) for name, blocks in self._blocks.items()}


def _joined(blocks: list[Value | Column], kind: Kind) -> Column:
    return np.concatenate([np.empty(0, kind), *(np.atleast_1d(np.asarray(block, kind)) for block in blocks)])
