"""The unit register: what is bought and sold is held and no longer held, to the last unit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.reading import units_of_savers
from environment.register import (
    RegisterError,
    buy,
    charge,
    invest_contributions,
    move_to_ira,
    sell,
    sell_and_buy,
)
from environment.savers import EMPTY, SLOTS, Savers
from environment.standing import all_act
from environment.sums import row_sums, sum_by_fund
from environment.typing import FloatArray
from tests.environment.worlds import (
    CATALOGUE,
    account,
    give,
    give_ira,
    holding,
    iras,
    ones,
    plans,
    rows,
    table,
)

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
    funds, dollars = np.array([[4, 7], [4, EMPTY]]), np.array([[8.0, 15.0], [6.0, 9.0]])
    flows = buy(savers, rows(0, 2), plans(2), funds, dollars, prices)
    assert holding(savers, 0) == {4: 4.0, 7: 3.0}
    assert holding(savers, 1) == {}
    assert holding(savers, 2) == {4: 3.0}
    assert flows[4] == 140.0
    assert flows[7] == 150.0
    assert flows.sum() == 290.0


def test_a_fund_held_already_is_added_to_and_nothing_bought_takes_no_slot() -> None:
    savers = table(1)
    give(savers, 0, {3: 1.0, 8: 2.0})
    buy(savers, rows(0), plans(1), np.array([[8, 5]]), np.array([[4.0, 0.0]]), ones())
    assert holding(savers, 0) == {3: 1.0, 8: 6.0}


@given(portfolios, st.integers(0, 2**31))
def test_selling_what_was_bought_gives_the_money_back_and_frees_every_slot(
    bought: dict[int, float], seed: int
) -> None:
    savers = table(1)
    prices = np.exp(np.random.default_rng(seed).normal(size=CATALOGUE.size))
    funds, dollars = np.array([list(bought)]), np.array([list(bought.values())])
    buy(savers, rows(0), plans(1), funds, dollars, prices)
    assert np.isclose(savers.slot_values(rows(0), prices).sum(), dollars.sum(), rtol=1e-14)
    proceeds = sell(savers, rows(0), savers.units[[0]].copy(), prices)
    assert np.isclose(proceeds.sum(), dollars.sum(), rtol=1e-14)
    assert np.all(savers.fund[0] == EMPTY)
    assert np.all(savers.units[0] == 0.0)


@given(st.lists(portfolios, min_size=1, max_size=8))
def test_buying_then_selling_part_leaves_the_difference(portfolio_of: list[dict[int, float]]) -> None:
    savers = table(len(portfolio_of))
    for row, bought in enumerate(portfolio_of):
        buy(savers, rows(row), plans(1), np.array([list(bought)]), np.array([list(bought.values())]), ones())
    everybody = np.arange(len(portfolio_of))
    sell(savers, everybody, 0.25 * savers.units, ones())
    for row, bought in enumerate(portfolio_of):
        assert holding(savers, row) == pytest.approx({fund: 0.75 * usd for fund, usd in bought.items()})


def units_by_fund(savers: Savers) -> FloatArray:
    """Units that savers hold, weighted, while all of them act."""
    return units_of_savers(all_act(savers.size, CATALOGUE.is_slow, 0.0), savers)


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
    np.testing.assert_allclose(units_by_fund(savers), expected, rtol=1e-13)
    queued = sum_by_fund(savers.fund, savers.queued, CATALOGUE.size)
    np.testing.assert_allclose(weight * queued, 0.5 * expected, rtol=1e-13)


def test_an_order_buys_in_the_account_that_it_names() -> None:
    savers = table(2)
    buy(savers, rows(0, 1), np.array([False, True]), np.full((2, 1), 9), np.full((2, 1), 5.0), ones())
    np.testing.assert_array_equal(savers.in_ira[:, 0], [False, True])
    np.testing.assert_array_equal(savers.ira, [0.0, 5.0])


def test_a_slot_of_the_other_account_is_not_added_to() -> None:
    savers = table(1)
    give_ira(savers, 0, {9: 1.0})
    buy(savers, rows(0), plans(1), np.array([[9]]), np.array([[5.0]]), ones())
    assert account(savers, 0, in_ira=True) == {9: 1.0}
    assert account(savers, 0, in_ira=False) == {9: 5.0}
    buy(savers, rows(0), iras(1), np.array([[9]]), np.array([[2.0]]), ones())
    assert account(savers, 0, in_ira=True) == {9: 3.0}
    assert account(savers, 0, in_ira=False) == {9: 5.0}


def test_a_slot_that_is_freed_forgets_its_account() -> None:
    savers = table(1)
    give_ira(savers, 0, {9: 1.0})
    sell(savers, rows(0), savers.units[[0]].copy(), ones())
    buy(savers, rows(0), plans(1), np.array([[9]]), np.array([[5.0]]), ones())
    assert account(savers, 0, in_ira=True) == {}
    assert savers.ira[0] == 0.0


def test_pay_buys_in_the_plan_by_the_split_with_the_repaid_loan() -> None:
    """A tenth of the 50 dollars of a repaid loan and of 100 dollars of contributions buys the second fund."""
    savers = table(2)
    give_ira(savers, 0, {9: 1.0})
    savers.contribution[0], savers.loan_payment[0] = 100.0, 50.0
    savers.split_fund[0, :2], savers.split_share[0, :2] = (9, 3), (0.9, 0.1)
    flows = invest_contributions(savers, np.arange(savers.size), 2.0 * ones())
    assert account(savers, 0, in_ira=False) == pytest.approx({9: 67.5, 3: 7.5})
    assert account(savers, 0, in_ira=True) == {9: 1.0}
    assert flows[[9, 3]] == pytest.approx([135.0, 15.0])


def test_what_moves_in_kind_is_joined_to_what_the_ira_holds() -> None:
    savers = table(2)
    give(savers, 0, {0: 6.0, 1: 5.0, 9: 4.0}, queued={0: 2.0, 1: 1.0})
    give_ira(savers, 0, {0: 1.0, 9: 3.0}, queued={0: 0.5})
    give(savers, 1, {0: 8.0})
    move_to_ira(savers, rows(0), CATALOGUE.is_private[savers.fund[[0]]] & (savers.fund[[0]] != EMPTY))
    assert account(savers, 0, in_ira=True) == {0: 7.0, 1: 5.0, 9: 3.0}
    assert account(savers, 0, in_ira=False) == {9: 4.0}
    queued = dict(zip(savers.fund[0].tolist(), savers.queued[0].tolist(), strict=True))
    assert (queued[0], queued[1]) == (2.5, 1.0)
    assert account(savers, 1, in_ira=False) == {0: 8.0}


both_accounts = st.tuples(
    st.dictionaries(st.integers(0, 3), amounts, max_size=3),
    st.dictionaries(st.integers(0, 3), amounts, max_size=3),
)


@given(both_accounts, st.lists(st.booleans(), min_size=SLOTS, max_size=SLOTS))
def test_moving_in_kind_conserves_units_and_requests_and_never_takes_a_slot(
    held: tuple[dict[int, float], dict[int, float]], marked: list[bool]
) -> None:
    savers = table(1)
    give(savers, 0, held[0], queued=held[0])
    give_ira(savers, 0, held[1])
    units = units_by_fund(savers)
    queued = sum_by_fund(savers.fund, savers.queued, CATALOGUE.size)
    used, before = (savers.fund[0] != EMPTY).sum(), savers.in_ira[0].copy()
    moved = [
        fund
        for fund, mark, ira in zip(savers.fund[0].tolist(), marked, before, strict=True)
        if mark and not ira
    ]
    move_to_ira(savers, rows(0), np.array([marked]))
    np.testing.assert_allclose(units_by_fund(savers), units, rtol=1e-14)
    np.testing.assert_allclose(sum_by_fund(savers.fund, savers.queued, CATALOGUE.size), queued, rtol=1e-14)
    assert (savers.fund[0] != EMPTY).sum() <= used
    plan, ira = (account(savers, 0, in_ira=which) for which in (False, True))
    assert set(plan) == set(held[0]) - set(moved)
    assert set(ira) == set(held[1]) | (set(moved) & set(held[0]))


def test_a_seventh_fund_is_refused_with_its_count() -> None:
    savers = table(1)
    give(savers, 0, dict.fromkeys(range(SLOTS), 1.0))
    with pytest.raises(RegisterError, match="2 orders"):
        buy(savers, rows(0), plans(1), np.array([[SLOTS, SLOTS + 1, 0]]), np.ones((1, 3)), ones())


def test_a_slot_that_is_sold_out_takes_another_fund() -> None:
    savers = table(1)
    give(savers, 0, dict.fromkeys(range(SLOTS), 1.0))
    sell(savers, rows(0), sale(savers, 0, {3: 1.0}), ones())
    buy(savers, rows(0), plans(1), np.array([[12]]), np.array([[7.0]]), ones())
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
    charge(savers, np.arange(savers.size), fees)
    savers.start_year()
    charge(savers, np.arange(savers.size), fees)
    np.testing.assert_array_equal(savers.fees_paid, [5.0, 0.0])
    np.testing.assert_array_equal(savers.year_fees, [2.5, 0.0])


def test_what_is_sold_buys_a_mix_as_a_sale_and_a_purchase_would() -> None:
    at_once, apart = table(3), table(3)
    for savers in (at_once, apart):
        savers.weight = 10.0
        give(savers, 0, {3: 10.0, 8: 4.0, 5: 1.0})
        give(savers, 2, {8: 7.0})
    who, in_ira, prices = rows(0, 2), iras(2), np.linspace(0.5, 2.0, CATALOGUE.size)
    sold = at_once.units[who] * [[1.0], [0.3]]
    to_fund, to_share = np.array([[4, 6], [9, EMPTY]]), np.array([[0.25, 0.75], [1.0, 0.0]])
    flows = sell_and_buy(at_once, who, in_ira, sold, (to_fund, to_share), prices, from_queue=False)
    dollars = to_share * row_sums(sell(apart, who, sold, prices))[:, None]
    np.testing.assert_array_equal(flows, buy(apart, who, in_ira, to_fund, dollars, prices))
    for name in ("fund", "units", "in_ira", "queued"):
        np.testing.assert_array_equal(getattr(at_once, name), getattr(apart, name))
