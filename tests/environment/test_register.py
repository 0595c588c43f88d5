"""The unit register: what is bought and sold is held and no longer held, to the last unit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.register import RegisterError, buy, charge, sell
from environment.savers import EMPTY, SLOTS, Savers
from environment.typing import FloatArray
from tests.environment.worlds import CATALOGUE, give, holding, ones, rows, table

amounts = st.floats(0.01, 1e6)
portfolios = st.dictionaries(st.integers(0, CATALOGUE.size - 1), amounts, min_size=1, max_size=SLOTS)


def sale(savers: Savers, row: int, units: dict[int, float]) -> FloatArray:
    """Units to sell by slot, shape (1, 6), given by fund."""
    sold = np.zeros((1, SLOTS))
    for slot, fund in enumerate(savers.fund[row].tolist()):
        sold[0, slot] = units.get(fund, 0.0)
    return sold


def test_money_buys_units_at_the_price_and_flows_are_weighted() -> None:
    savers = table(3)
    savers.weight = 10.0
    prices = ones()
    prices[4], prices[7] = 2.0, 5.0
    flows = buy(
        savers, rows(0, 2), np.array([[4, 7], [4, EMPTY]]), np.array([[8.0, 15.0], [6.0, 9.0]]), prices
    )
    assert holding(savers, 0) == {4: 4.0, 7: 3.0}
    assert holding(savers, 1) == {}
    assert holding(savers, 2) == {4: 3.0}
    assert flows[4] == 140.0
    assert flows[7] == 150.0
    assert flows.sum() == 290.0


def test_a_fund_held_already_is_added_to_and_nothing_bought_takes_no_slot() -> None:
    savers = table(1)
    give(savers, 0, {3: 1.0, 8: 2.0})
    buy(savers, rows(0), np.array([[8, 5]]), np.array([[4.0, 0.0]]), ones())
    assert holding(savers, 0) == {3: 1.0, 8: 6.0}


@given(portfolios, st.integers(0, 2**31))
def test_selling_what_was_bought_gives_the_money_back_and_frees_every_slot(
    bought: dict[int, float], seed: int
) -> None:
    savers = table(1)
    prices = np.exp(np.random.default_rng(seed).normal(size=CATALOGUE.size))
    funds, dollars = np.array([list(bought)]), np.array([list(bought.values())])
    buy(savers, rows(0), funds, dollars, prices)
    assert np.isclose(savers.slot_values(rows(0), prices).sum(), dollars.sum(), rtol=1e-14)
    proceeds = sell(savers, rows(0), savers.units[[0]].copy(), prices)
    assert np.isclose(proceeds.sum(), dollars.sum(), rtol=1e-14)
    assert np.all(savers.fund[0] == EMPTY)
    assert np.all(savers.units[0] == 0.0)


@given(st.lists(portfolios, min_size=1, max_size=8))
def test_buying_then_selling_part_leaves_the_difference(portfolio_of: list[dict[int, float]]) -> None:
    savers = table(len(portfolio_of))
    for row, bought in enumerate(portfolio_of):
        buy(savers, rows(row), np.array([list(bought)]), np.array([list(bought.values())]), ones())
    everybody = np.arange(len(portfolio_of))
    sell(savers, everybody, 0.25 * savers.units, ones())
    for row, bought in enumerate(portfolio_of):
        assert holding(savers, row) == pytest.approx({fund: 0.75 * usd for fund, usd in bought.items()})


@given(st.lists(portfolios, min_size=1, max_size=8), st.floats(0.5, 5000.0))
def test_units_by_fund_are_the_weighted_sum_over_slots(held: list[dict[int, float]], weight: float) -> None:
    savers = table(len(held))
    savers.weight = weight
    for row, units in enumerate(held):
        give(savers, row, units, queued={fund: 0.5 * amount for fund, amount in units.items()})
    expected = np.zeros(CATALOGUE.size)
    for units in held:
        for fund, amount in units.items():
            expected[fund] += weight * amount
    np.testing.assert_allclose(savers.units_by_fund(CATALOGUE.size), expected, rtol=1e-13)
    np.testing.assert_allclose(savers.queued_by_fund(CATALOGUE.size), 0.5 * expected, rtol=1e-13)


def test_plan_members_buy_in_the_plan_and_others_in_the_ira() -> None:
    savers = table(2)
    savers.holds_plan[1] = False
    buy(savers, rows(0, 1), np.full((2, 1), 9), np.full((2, 1), 5.0), ones())
    np.testing.assert_array_equal(savers.in_ira[:, 0], [False, True])
    np.testing.assert_array_equal(savers.ira, [0.0, 5.0])


def test_a_slot_of_the_other_account_is_not_added_to() -> None:
    savers = table(1)
    give(savers, 0, {9: 1.0})
    savers.in_ira[0] = True
    buy(savers, rows(0), np.array([[9]]), np.array([[5.0]]), ones())
    assert sorted(savers.units[0].tolist()) == [0.0] * 4 + [1.0, 5.0]


def test_a_seventh_fund_is_refused_with_its_count() -> None:
    savers = table(1)
    give(savers, 0, dict.fromkeys(range(SLOTS), 1.0))
    with pytest.raises(RegisterError, match="2 orders"):
        buy(savers, rows(0), np.array([[SLOTS, SLOTS + 1, 0]]), np.ones((1, 3)), ones())


def test_a_slot_that_is_sold_out_takes_another_fund() -> None:
    savers = table(1)
    give(savers, 0, dict.fromkeys(range(SLOTS), 1.0))
    sell(savers, rows(0), sale(savers, 0, {3: 1.0}), ones())
    buy(savers, rows(0), np.array([[12]]), np.array([[7.0]]), ones())
    assert holding(savers, 0) == {0: 1.0, 1: 1.0, 2: 1.0, 12: 7.0, 4: 1.0, 5: 1.0}


def test_what_is_sold_for_cash_leaves_the_request_and_what_the_queue_pays_lowers_it() -> None:
    savers = table(1)
    give(savers, 0, {0: 10.0}, queued={0: 4.0})
    sell(savers, rows(0), sale(savers, 0, {0: 3.0}), ones())
    assert (savers.units[0, 0], savers.queued[0, 0]) == (7.0, 4.0)
    sell(savers, rows(0), sale(savers, 0, {0: 1.0}), ones(), from_queue=True)
    assert (savers.units[0, 0], savers.queued[0, 0]) == (6.0, 3.0)
    sell(savers, rows(0), sale(savers, 0, {0: 4.0}), ones())
    assert (savers.units[0, 0], savers.queued[0, 0]) == (2.0, 2.0)


@given(st.floats(1e-3, 1e9), st.one_of(st.just(0.0), st.floats(1e-3, 1.0)))
def test_an_account_emptied_for_cash_and_from_the_queue_at_once_keeps_no_dust(
    units: float, part: float
) -> None:
    savers = table(1)
    queued = part * units
    give(savers, 0, {0: units}, queued={0: queued})
    sell(savers, rows(0), sale(savers, 0, {0: units - queued}), ones())
    sell(savers, rows(0), sale(savers, 0, {0: queued}), ones(), from_queue=True)
    assert np.all(savers.fund[0] == EMPTY)
    assert np.all(savers.units[0] == 0.0)
    assert np.all(savers.queued[0] == 0.0)


def test_fees_are_units_times_the_fee_a_unit_for_the_life_and_the_year() -> None:
    savers = table(2)
    give(savers, 0, {2: 3.0, 6: 4.0})
    fees = np.zeros(CATALOGUE.size)
    fees[2], fees[6], fees[7] = 0.5, 0.25, 100.0
    charge(savers, fees)
    savers.start_year()
    charge(savers, fees)
    np.testing.assert_array_equal(savers.fees_paid, [5.0, 0.0])
    np.testing.assert_array_equal(savers.year_fees, [2.5, 0.0])
