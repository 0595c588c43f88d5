"""Columns that grow: scalars or blocks a call, one array a column at the end."""

from typing import Any

import numpy as np

Column = np.ndarray[Any, np.dtype[Any]]


class Table:
    """Columns under construction.

    Parameters
    ----------
    names : tuple of str
        Columns in their order; they exist even when no row was added.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self._blocks: dict[str, list[Any]] = {name: [] for name in names}

    def add(self, **row: Any) -> None:
        """Append one row."""
        for name, value in row.items():
            self._blocks[name].append(value)

    def extend(self, **block: Any) -> None:
        """Append a block of rows; scalars stand for the whole block."""
        length = max(np.size(value) for value in block.values())
        for name, value in block.items():
            self._blocks[name].extend(np.broadcast_to(value, length).tolist())

    def columns(self) -> dict[str, Column]:
        """All columns as arrays."""
        return {name: np.array(values) for name, values in self._blocks.items()}
