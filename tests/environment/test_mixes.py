"""Loops over slots give what the plain sums over an account's slots give."""

import numpy as np
import pytest

from environment.mixes import (
    ROUNDING,
    Holdings,
    Mix,
    holdings_of,
    owns_any,
    plan_values,
    queue_above,
    sell_above,
)
from environment.mixes import staying_funds as staying
from environment.savers import EMPTY, SLOTS, SPLIT
from environment.typing import BoolArray, FloatArray, IntArray
from tests.environment.worlds import CATALOGUE, PLAIN, table

SAVERS = 400
PRIVATE = CATALOGUE.is_private
FUNDS = np.array([*range(12), int(PLAIN[3])])
PRICES = 0.5 + np.random.default_rng(1).random(CATALOGUE.size)


def holdings(seed: int) -> Holdings:
    """Savers who hold up to six funds in one account or the other, no fund twice."""
    draw = np.random.default_rng(seed)
    fund = np.stack([draw.permutation(FUNDS)[:SLOTS] for _ in range(SAVERS)])
    empty = draw.random(fund.shape) < 0.4
    units = np.where(empty, 0.0, 100.0 * draw.random(fund.shape))
    in_ira = ~empty & (draw.random(fund.shape) < 0.4)
    return np.where(empty, EMPTY, fund), units, in_ira


def mixes(seed: int, rows: int) -> Mix:
    """Wanted mixes of two to four funds, the last column unused."""
    draw = np.random.default_rng(seed)
    to_fund, to_share = np.full((rows, SPLIT), EMPTY), np.zeros((rows, SPLIT))
    for row in range(rows):
        count = int(draw.integers(2, SPLIT))
        to_fund[row, :count] = draw.permutation(FUNDS)[:count]
        to_share[row, :count] = draw.dirichlet(np.ones(count))
    return to_fund, to_share


def wanted_share(mix: Mix, row: int, fund: int) -> float:
    """What the mix of a row wants of a fund."""
    return float(mix[1][row][mix[0][row] == fund].sum())


@pytest.fixture(name="asked")
def some_orders() -> tuple[Holdings, IntArray, BoolArray, Mix]:
    """Some rows, the account each looks at, and the mix each wants."""
    rows = np.arange(1, SAVERS, 3)
    return holdings(2), rows, rows % 2 == 0, mixes(3, rows.size)


def test_what_stays_is_slow_or_in_the_account_that_is_not_sold(
    asked: tuple[Holdings, IntArray, BoolArray, Mix],
) -> None:
    (fund, _, in_ira), rows, account, _ = asked
    slow, unsold = CATALOGUE.is_slow, rows % 4 == 0
    for bought in (account, ~account):
        own, both = staying(fund, in_ira, rows, account, bought, unsold, slow)
        kept = slow[fund[rows]] | (in_ira[rows] != account[:, None]) | unsold[:, None]
        expected = np.where((fund[rows] != EMPTY) & kept, fund[rows], EMPTY)
        np.testing.assert_array_equal(both, expected)
        np.testing.assert_array_equal(own, np.where(in_ira[rows] == bought[:, None], expected, EMPTY))


def test_who_owns_anything_and_who_does_in_the_plan(
    asked: tuple[Holdings, IntArray, BoolArray, Mix],
) -> None:
    (_, units, in_ira), rows, _, _ = asked
    anywhere, in_plan = owns_any(units, in_ira, rows)
    np.testing.assert_array_equal(anywhere, (units[rows] > 0.0).any(axis=1))
    np.testing.assert_array_equal(in_plan, ((units[rows] > 0.0) & ~in_ira[rows]).any(axis=1))


def test_private_units_above_the_mix_are_queued_and_others_are_left_as_they_were(
    asked: tuple[Holdings, IntArray, BoolArray, Mix],
) -> None:
    held, rows, account, mix = asked
    fund, units, in_ira = held
    before = 0.1 * units
    queued = before.copy()
    queue_above(held, queued, rows, account, mix, PRICES, PRIVATE)
    expected = before.copy()
    for order, row in enumerate(rows):
        own = (fund[row] != EMPTY) & (in_ira[row] == account[order])
        values = np.where(own, units[row] * PRICES[fund[row]], 0.0)
        for slot in np.flatnonzero(own & PRIVATE[fund[row]]):
            excess = values[slot] - values.sum() * wanted_share(mix, order, fund[row, slot])
            expected[row, slot] = max(excess, 0.0) / PRICES[fund[row, slot]]
    np.testing.assert_allclose(queued, expected, rtol=1e-12, atol=1e-10)


def test_listed_units_above_the_mix_are_sold_for_what_is_below_it(
    asked: tuple[Holdings, IntArray, BoolArray, Mix],
) -> None:
    held, rows, account, mix = asked
    fund, units, in_ira = held
    already = 0.3 * units[rows]
    sold, shares = sell_above(held, already, rows, account, mix, PRICES, PRIVATE)
    for order, row in enumerate(rows):
        own = (fund[row] != EMPTY) & (in_ira[row] == account[order])
        values = np.where(own, 0.7 * units[row] * PRICES[fund[row]], 0.0)
        excess, kept = np.zeros(SLOTS), dict.fromkeys(mix[0][order].tolist(), 0.0)
        for slot in np.flatnonzero(own):
            wanted = values.sum() * wanted_share(mix, order, fund[row, slot])
            excess[slot] = 0.0 if PRIVATE[fund[row, slot]] else max(values[slot] - wanted, 0.0)
            kept[int(fund[row, slot])] = values[slot] - excess[slot]
        np.testing.assert_allclose(sold[order] * PRICES[fund[row]], excess, atol=1e-10)
        short = np.maximum(mix[1][order] * values.sum() - [kept[one] for one in mix[0][order].tolist()], 0.0)
        if short.sum() > 0.0:
            np.testing.assert_allclose(shares[order], short / short.sum(), atol=1e-12)
        else:
            np.testing.assert_array_equal(shares[order], mix[1][order])


def test_an_excess_within_rounding_is_none() -> None:
    savers = table(1)
    savers.fund[0, :2], savers.units[0, :2] = (6, 7), (1.0, 1.0 + 0.5 * ROUNDING)
    mix = np.array([[6, 7, EMPTY, EMPTY, EMPTY]]), np.array([[0.5, 0.5, 0.0, 0.0, 0.0]])
    rows, account = np.zeros(1, np.int64), np.zeros(1, np.bool_)
    prices = np.ones(CATALOGUE.size)
    sold, _ = sell_above(holdings_of(savers), np.zeros((1, SLOTS)), rows, account, mix, prices, PRIVATE)
    assert not sold.any()


def test_plan_values_are_sums_over_the_slots_of_the_plan() -> None:
    held, rows = holdings(4), np.arange(0, SAVERS, 2)
    fund, units, in_ira = held
    share: FloatArray = np.linspace(0.0, 1.0, CATALOGUE.size)
    total, inside = plan_values(held, rows, PRICES, share)
    values = np.where((fund != EMPTY) & ~in_ira, units * PRICES[fund], 0.0)[rows]
    np.testing.assert_allclose(total, values.sum(axis=1), rtol=1e-13)
    np.testing.assert_allclose(inside, (values * share[fund[rows]]).sum(axis=1), rtol=1e-13)
