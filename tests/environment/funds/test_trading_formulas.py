"""Lines 6, 7 and 11 of the month written as arrays over all funds, against the loops over each."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from environment.assets import CASH
from environment.funds.book import PRIVATES, value
from environment.funds.catalogue import PRIVATE_CLASS
from environment.funds.planning import Targets, plan_trades
from environment.funds.trading import Orders, settle
from environment.typing import FloatArray
from tests.environment.funds.small_books import (
    INDEX,
    ROWS,
    SIZE,
    UNCHANGED,
    Case,
    moved,
    random_case,
    random_impact,
    targets,
)

SEEDS = st.integers(0, 2**32 - 1)
CASES = settings(max_examples=30)


def cash_of(case: Case, into_private: FloatArray) -> FloatArray:
    """USD that every fund has for the classes at prices before impact, shape (8,)."""
    orders, before = case.orders, case.before
    cash = orders.dollars_in - orders.units_out * before.reported - case.fees * before.gross
    cash += orders.held_out @ before.reported[PRIVATES] - into_private.sum(axis=1)
    cash[PRIVATES] += into_private.sum(axis=0)
    return cash


def put_into_private(case: Case, wanted: Targets) -> FloatArray:
    """What brings each strategy to its share of the whole fund, where that is a purchase, shape (8, 5)."""
    kept = (case.book.held - case.orders.held_out) * case.before.reported[PRIVATES]
    direct = case.before.assets.sum(axis=1) + cash_of(case, np.zeros_like(kept))
    bought = np.maximum(wanted.private * (direct + kept.sum(axis=1))[:, None] - kept, 0.0)
    return np.where(wanted.private > 0.0, bought, 0.0)


def net_of_private(assets: FloatArray, cash: FloatArray, wanted: Targets) -> FloatArray:
    """Net purchases of the private funds, shape (5, 16): towards the sleeve, within limit and means."""
    private, liquid = assets[ROWS, PRIVATE_CLASS], assets[PRIVATES, CASH]
    goal = (1.0 - wanted.liquid_sleeve) * (private + liquid + cash) - private
    bought = np.minimum(np.maximum(goal, -wanted.sale_limit * private), liquid + cash)
    bought = np.maximum(bought, -private)
    net = np.zeros((ROWS.size, assets.shape[1]))
    net[ROWS, PRIVATE_CLASS], net[:, CASH] = bought, cash - bought
    return net


@CASES
@given(SEEDS, st.floats(0.0, 0.5), st.floats(0.0, 1.0))
def test_plans_are_those_of_the_formulas(seed: int, sleeve: float, limit: float) -> None:
    case, wanted = random_case(seed), targets(sleeve=sleeve, limit=limit)
    assets, into_private = case.before.assets, put_into_private(case, wanted)
    cash = cash_of(case, into_private)
    net = wanted.listed * (assets.sum(axis=1) + cash)[:, None] - assets
    net[PRIVATES] = net_of_private(assets, cash[PRIVATES], wanted)
    spent = np.maximum(net, 0.0).sum(axis=1, keepdims=True) + into_private.sum(axis=1, keepdims=True)
    trades = plan_trades(case.book, case.before, case.fees, case.orders, wanted)
    scale = np.abs(assets).sum(axis=1, keepdims=True)
    assert np.abs(trades.net - net).max() < 1e-12 * scale.max()
    assert (
        np.abs(trades.sell * assets - np.minimum(np.maximum(-net, 0.0), assets)).max() < 1e-12 * scale.max()
    )
    some = spent[:, 0] > 1e-6
    assert np.abs(trades.buy * spent - np.maximum(net, 0.0))[some].max() < 1e-12 * scale.max()
    assert np.abs(trades.buy_private * spent - into_private)[some].max() < 1e-12 * scale.max()


def test_who_buys_nothing_would_buy_its_targets() -> None:
    """Without cash and off no target: the shares are then the listed weights, and cash in private funds."""
    case, wanted = random_case(3), targets()
    case.book.held[:] = 0.0
    assets = wanted.listed * 10.0
    assets[PRIVATES] = 0.0
    before = value(case.book, assets, np.zeros(SIZE), UNCHANGED)
    none = Orders(dollars_in=np.zeros(SIZE), units_out=np.zeros(SIZE), held_out=np.zeros_like(case.book.held))
    wanted.private[:] = 0.0
    trades = plan_trades(case.book, before, np.zeros(SIZE), none, wanted)
    assert trades.buy[INDEX:].tolist() == wanted.listed[INDEX:].tolist()
    assert trades.buy[PRIVATES, CASH].tolist() == [1.0] * ROWS.size
    assert not trades.sell.any()
    assert not trades.buy_private.any()


@CASES
@given(SEEDS, SEEDS)
def test_settlement_is_that_of_the_formulas(seed: int, luck: int) -> None:
    """Where cash is left it is spent in the decided shares; a deficit comes from all that is held."""
    case = random_case(seed)
    trades = plan_trades(case.book, case.before, case.fees, case.orders, targets())
    after, orders, book = moved(case, random_impact(luck)), case.orders, copy.deepcopy(case.book)
    fees = case.fees * after.gross
    invested = settle(book, after, fees, orders, trades)
    prices = after.reported
    cash = orders.dollars_in - orders.units_out * prices - fees + orders.held_out @ prices[PRIVATES]
    cash += (trades.sell * after.assets).sum(axis=1)
    into_private = trades.buy_private * np.maximum(cash, 0.0)[:, None]
    cash -= into_private.sum(axis=1)
    cash[PRIVATES] += into_private.sum(axis=0)
    kept = after.assets * (1.0 - trades.sell)
    bought = trades.buy / np.maximum(trades.buy.sum(axis=1, keepdims=True), 1e-300)
    total, deficit = kept.sum(axis=1), np.maximum(-cash, 0.0)
    sold = np.minimum(deficit, total) / np.maximum(total, 1e-300)
    assets = kept * (1.0 - sold)[:, None] + bought * np.maximum(cash, 0.0)[:, None]
    assets[:, CASH] -= np.maximum(deficit - total, 0.0)
    assert invested == pytest.approx(into_private.sum(axis=0), rel=1e-12)
    assert np.abs(book.assets - assets).max() < 1e-12 * np.abs(assets).max()
    assert book.held == pytest.approx(case.book.held - orders.held_out + into_private / prices[PRIVATES])
