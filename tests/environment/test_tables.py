"""Columns that grow: kinds, order, scalars that stand for a block, and what is refused."""

import numpy as np
import pytest

from environment.tables import NUMBER, SWITCH, TEXT, WHOLE, Table

KINDS = {"month": WHOLE, "name": TEXT, "usd": NUMBER, "failed": SWITCH}


def test_a_table_without_rows_has_columns_of_their_kinds() -> None:
    columns = Table(KINDS).columns()
    assert list(columns) == list(KINDS)
    assert [column.dtype.kind for column in columns.values()] == ["i", "U", "f", "b"]
    assert all(column.shape == (0,) for column in columns.values())


def test_rows_and_blocks_follow_one_another() -> None:
    table = Table(KINDS)
    table.add(month=1, name="a", usd=1, failed=False)
    table.extend(month=np.array([2, 3]), name="longer", usd=np.array([2.5, np.nan]), failed=True)
    columns = table.columns()
    assert columns["month"].tolist() == [1, 2, 3]
    assert columns["name"].tolist() == ["a", "longer", "longer"]
    np.testing.assert_array_equal(columns["usd"], [1.0, 2.5, np.nan])
    assert columns["usd"].dtype == np.float64
    assert columns["failed"].tolist() == [False, True, True]


def test_order_of_the_arguments_does_not_matter() -> None:
    table = Table(KINDS)
    table.add(failed=True, usd=2.0, name="b", month=4)
    assert [column.tolist() for column in table.columns().values()] == [[4], ["b"], [2.0], [True]]


def test_what_changes_later_is_recorded_as_it_was() -> None:
    """The model changes its arrays in place."""
    table, values = Table({"usd": NUMBER}), np.array([1.0, 2.0])
    table.extend(usd=values)
    values[:] = 9.0
    assert table.columns()["usd"].tolist() == [1.0, 2.0]


def test_a_block_of_nobody_adds_nothing() -> None:
    table = Table(KINDS)
    table.extend(month=np.array([], dtype=np.int64), name="a", usd=np.array([]), failed=False)
    assert len(table.columns()["month"]) == 0


@pytest.mark.parametrize(
    "row", [{"month": 1}, {"month": 1, "name": "a", "usd": 1.0, "failed": False, "more": 1}]
)
def test_a_row_of_other_columns_is_refused(row: dict[str, float]) -> None:
    table = Table(KINDS)
    with pytest.raises(ValueError, match="too many or too few columns"):
        table.add(**row)
    assert len(table.columns()["month"]) == 0


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        Table({"a": NUMBER, "b": NUMBER}).extend(a=np.zeros(2), b=np.zeros(3))
