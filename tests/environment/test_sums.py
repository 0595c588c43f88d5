"""Loops over rows and slots against the same sums written with numpy."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from environment.sums import (
    add_amounts_of,
    add_groups,
    add_purchases,
    add_sold,
    contributions_by_fund,
    holding_values,
    rows_unpaid,
)

FUNDS = 7


@given(st.integers(0, 2**32 - 1), st.integers(0, 30))
def test_contributions_by_fund_are_shares_of_what_flows_in(seed: int, savers: int) -> None:
    draws = np.random.default_rng(seed)
    fund = draws.integers(-1, FUNDS, (savers, 5))
    shares = draws.random((savers, 5))
    contribution = draws.random(savers) * (draws.random(savers) < 0.5)
    loan_payment = draws.random(savers) * (draws.random(savers) < 0.3)
    dollars = shares * (contribution + loan_payment)[:, None]
    expected = [dollars[fund == one].sum() for one in range(FUNDS)]
    found = contributions_by_fund(np.arange(savers), fund, shares, contribution, loan_payment, FUNDS)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    none = np.zeros(0, dtype=np.int64)
    assert not contributions_by_fund(none, fund, shares, contribution, loan_payment, FUNDS).any()


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(0, 20), unique=True), st.sets(st.integers(0, 20)))
def test_amounts_are_added_to_the_rows_that_have_any(seed: int, rows: list[int], others: set[int]) -> None:
    draws = np.random.default_rng(seed)
    by_row = np.zeros((21, 3))
    by_row[sorted(others)] = draws.random((len(others), 3))
    wanted = np.array(rows, dtype=np.int64)
    totals = draws.random((wanted.size, 3))
    expected = totals + by_row[wanted]
    add_amounts_of(totals, wanted, np.array(sorted(others), dtype=np.int64), by_row[sorted(others)])
    np.testing.assert_array_equal(totals, expected)


@given(st.integers(0, 2**32 - 1), st.integers(0, 20))
def test_holdings_are_worth_units_times_something_a_unit(seed: int, savers: int) -> None:
    draws = np.random.default_rng(seed)
    fund, prices = draws.integers(-1, FUNDS, (savers, 6)), draws.random(FUNDS)
    units = draws.random((savers, 6)) * (fund >= 0)
    expected = (units * prices[fund]).sum(axis=1)
    np.testing.assert_allclose(holding_values(fund, units, prices), expected, rtol=1e-12)


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(0, 20), unique=True))
def test_purchases_are_shares_of_what_the_units_sold_are_worth(seed: int, rows: list[int]) -> None:
    draws, sellers = np.random.default_rng(seed), np.array(rows, dtype=np.int64)
    fund, prices = draws.integers(-1, FUNDS, (21, 6)), draws.random(FUNDS)
    sold = draws.random((sellers.size, 6)) * (fund[sellers] >= 0)
    to_fund, to_share = draws.integers(-1, FUNDS, (sellers.size, 5)), draws.random((sellers.size, 5))
    dollars = to_share * (sold * prices[fund[sellers]]).sum(axis=1)[:, None]
    totals = np.ones(FUNDS)
    add_purchases(totals, sellers, fund, sold, to_fund, to_share, prices)
    expected = [1.0 + dollars[to_fund == one].sum() for one in range(FUNDS)]
    np.testing.assert_allclose(totals, expected, rtol=1e-12)


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(0, 20), unique=True))
def test_units_sold_are_added_with_their_weight(seed: int, rows: list[int]) -> None:
    draws, sellers = np.random.default_rng(seed), np.array(rows, dtype=np.int64)
    fund, sold = draws.integers(-1, FUNDS, (21, 6)), draws.random((sellers.size, 6))
    totals = np.ones(FUNDS)
    add_sold(totals, sellers, fund, sold, 3.0)
    expected = [1.0 + 3.0 * sold[fund[sellers] == one].sum() for one in range(FUNDS)]
    np.testing.assert_allclose(totals, expected, rtol=1e-12)


def test_groups_are_added_with_their_weight() -> None:
    by_group = np.random.default_rng(0).random((12, FUNDS))
    totals = np.ones(FUNDS)
    add_groups(totals, by_group, 3.0)
    np.testing.assert_array_equal(totals, 1.0 + 3.0 * by_group.sum(axis=0))


@given(st.integers(0, 2**32 - 1), st.lists(st.integers(0, 20), unique=True))
def test_rows_are_unpaid_when_a_fund_pays_less_than_it_is_asked(seed: int, rows: list[int]) -> None:
    draws, asking = np.random.default_rng(seed), np.array(rows, dtype=np.int64)
    fund, paid = draws.integers(0, FUNDS, (21, 6)), np.minimum(2.0 * draws.random(FUNDS), 1.0)
    asked = draws.random((asking.size, 6)) * (draws.random((asking.size, 6)) < 0.2)
    expected = asking[(asked * (1.0 - paid[fund[asking]]) > 0.0).any(axis=1)]
    assert rows_unpaid(asking, asked, fund, paid).tolist() == expected.tolist()
