"""Columns as Arrow tables: what is in them, and that pandas is not needed for it."""

import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest

from environment.tables import Column
from experiments.arrow import as_arrow

COLUMNS: dict[str, Column] = {
    "whole": np.arange(10)[::-1],
    "small": np.arange(10, dtype=np.int8)[::3].repeat(3)[:10],
    "number": np.linspace(-1.0, 1.0, 20)[::2],
    "unknown": np.where(np.arange(10) % 3 == 0, np.nan, 0.1),
    "switch": np.arange(10) % 4 == 1,
    "text": np.array(["", "a", "ü", "long enough", "z"] * 2),
    "object": np.array(["b", "", "years", "c", "d"] * 2, dtype=object),
}


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("rows", [0, 1, 9, 10])
def test_a_column_is_what_arrow_makes_of_it(name: str, rows: int) -> None:
    column = COLUMNS[name][:rows]
    made = as_arrow({name: column})[name].combine_chunks()
    made.validate(full=True)
    expected = pa.array(column, from_pandas=True, type=pa.string() if column.dtype.kind in "UO" else None)
    assert made.equals(expected)


def test_nan_is_null() -> None:
    table = as_arrow({"a": np.array([np.nan, 1.0]), "b": np.array([True, False])})
    assert table.to_pydict() == {"a": [None, 1.0], "b": [True, False]}


def test_pandas_stays_away() -> None:
    script = (
        "import sys, numpy as np; from experiments.arrow import as_arrow;"
        "as_arrow({'a': np.ones(2), 'b': np.array(['x', 'y'])}); print('pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
