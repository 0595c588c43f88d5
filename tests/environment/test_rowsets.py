"""Sets of row numbers: against the sets of Python."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.rowsets import is_in, union, without
from environment.typing import IntArray

row_sets = st.sets(st.integers(0, 30))


def rows(numbers: set[int]) -> IntArray:
    return np.array(sorted(numbers), dtype=np.int64)


@given(row_sets, row_sets)
def test_is_in_and_without_part_the_rows_by_membership(one: set[int], other: set[int]) -> None:
    assert is_in(rows(one), rows(other)).tolist() == [row in other for row in sorted(one)]
    assert without(rows(one), rows(other)).tolist() == sorted(one - other)


@given(st.lists(row_sets, max_size=4))
def test_union_is_ascending_and_names_each_row_once(parts: list[set[int]]) -> None:
    together = union(*map(rows, parts))
    assert together.dtype == np.int64
    assert together.tolist() == sorted(set().union(*parts))


@pytest.mark.parametrize("others", [set(), {1, 2}])
def test_sets_that_were_given_stay_as_they_were(others: set[int]) -> None:
    one, other = rows({2, 3}), rows(others)
    union(one, other)
    without(one, other)
    assert (one.tolist(), set(other.tolist())) == ([2, 3], others)
