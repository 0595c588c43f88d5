"""Columns as Arrow tables: Arrow's own conversion imports pandas, slower than writing all files."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from environment.tables import Column
from environment.typing import BoolArray


def as_arrow(columns: Mapping[str, Column]) -> pa.Table:
    """A table of the same columns in which nan is null; numbers are not copied.

    Parameters
    ----------
    columns : mapping of str to Column, shape (n,) each
        Of whole numbers, numbers, switches or texts.
    """
    return pa.Table.from_arrays([_array(column) for column in columns.values()], names=list(columns))


def _array(column: Column) -> pa.Array:
    if column.dtype.kind in "UOT":
        return _texts(column)
    if column.dtype.kind == "b":
        return pa.Array.from_buffers(pa.bool_(), column.size, [None, _bits(column)])
    known = None
    if column.dtype.kind == "f" and np.isnan(column).any():
        known = _bits(~np.isnan(column))
    values = pa.py_buffer(np.ascontiguousarray(column))
    return pa.Array.from_buffers(pa.from_numpy_dtype(column.dtype), column.size, [known, values])


def _bits(marked: BoolArray) -> pa.Buffer:
    return pa.py_buffer(np.packbits(marked, bitorder="little"))


def _texts(column: Column) -> pa.Array:
    encoded = [str(text).encode() for text in column.tolist()]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.string(), len(encoded), buffers)
