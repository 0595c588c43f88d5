"""Columns that grow: scalars or blocks a call, one array a column at the end."""

from collections import defaultdict
from typing import Any

import numpy as np

Column = np.ndarray[Any, np.dtype[Any]]


class Table:
    """Columns under construction."""

    def __init__(self) -> None:
        self._blocks: defaultdict[str, list[Any]] = defaultdict(list)

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
        """All columns as arrays; missing values of a text or whole-number column stay None."""
        return {name: np.array(values) for name, values in self._blocks.items()}
