"""Quantiles of unions of groups against those of numpy."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from environment.ranks import quantiles_of_unions, sorted_by_group

SHARES = np.array([0.0, 0.1, 0.5, 0.9, 1.0])
GROUPS = 4
UNIONS = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [1, 1, 0, 0], [0, 1, 0, 1], [1, 1, 1, 1]], dtype=np.bool_)

amounts = st.one_of(st.floats(0.0, 1e6), st.integers(0, 3).map(float))  # many of them equal
members = st.lists(st.tuples(st.integers(0, GROUPS - 1), amounts), max_size=60)


@given(members)
def test_each_run_is_a_group_in_ascending_order(sample: list[tuple[int, float]]) -> None:
    groups = np.array([group for group, _ in sample], dtype=np.int64)
    values = np.array([value for _, value in sample], dtype=np.float64)
    ascending, starts = sorted_by_group(groups, values, GROUPS)
    assert starts[-1] == values.size
    for group in range(GROUPS):
        expected = np.sort(values[groups == group])
        np.testing.assert_array_equal(ascending[starts[group] : starts[group + 1]], expected)


@given(members)
def test_quantiles_are_those_of_the_members_put_together(sample: list[tuple[int, float]]) -> None:
    """Type 7 of Hyndman and Fan (1996); nan where a union has no members."""
    groups = np.array([group for group, _ in sample], dtype=np.int64)
    values = np.array([value for _, value in sample], dtype=np.float64)
    found = quantiles_of_unions(*sorted_by_group(groups, values, GROUPS), UNIONS, SHARES)
    assert found.shape == (SHARES.size, len(UNIONS))
    for union, marked in enumerate(UNIONS):
        together = values[marked[groups]] if sample else values
        expected = np.quantile(together, SHARES) if together.size else np.full(SHARES.size, np.nan)
        np.testing.assert_allclose(found[:, union], expected, rtol=1e-12, atol=1e-9)


def test_order_statistics_are_exact_in_large_groups() -> None:
    random = np.random.default_rng(3)
    groups, values = random.integers(0, GROUPS, 10_001), random.lognormal(sigma=3.0, size=10_001)
    runs = sorted_by_group(groups, values, GROUPS)
    deciles = np.arange(11) / 10.0
    found = quantiles_of_unions(*runs, UNIONS[-1:], deciles)[:, 0]
    np.testing.assert_array_equal(found, np.sort(values)[::1000])
