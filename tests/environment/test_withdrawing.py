"""The loops over slots give what plain formulas over whole arrays give."""

import numpy as np

from environment.cash import sold_for_cash, withdrawals
from environment.savers import EMPTY, RETIRED, SEPARATED, SLOTS, WORKING, Savers
from environment.typing import FloatArray
from environment.withdrawing import (
    FEE,
    FORFEITURE,
    LOAN,
    SPENDING,
    paid_in_order,
    split_proceeds,
    unmet_spending,
)
from tests.environment.worlds import CATALOGUE, table

MANY = 400
PRICES = np.linspace(0.5, 3.0, CATALOGUE.size)
PRIVATE = CATALOGUE.is_private


def some(random: np.random.Generator, chance: float, most: float) -> FloatArray:
    """Amounts of a share of savers, 0 of the others."""
    amounts: FloatArray = np.where(random.random(MANY) < chance, most * random.random(MANY), 0.0)
    return amounts


def crowd(seed: int) -> tuple[Savers, FloatArray]:
    """Savers who hold and want all kinds of things, and the fees they owe."""
    random, savers = np.random.default_rng(seed), table(MANY)
    shape = (MANY, SLOTS)
    savers.fund[:] = np.where(random.random(shape) < 0.3, EMPTY, random.integers(0, CATALOGUE.size, shape))
    savers.units[:] = np.where(savers.fund == EMPTY, 0.0, 100.0 * random.random(shape))
    savers.queued[:] = savers.units * np.where(PRIVATE[savers.fund], random.random(shape), 0.0)
    savers.in_ira[:] = random.random(shape) < 0.4
    savers.status[:] = random.choice((WORKING, SEPARATED, RETIRED), MANY)
    savers.withdrawal[:], savers.forfeiture[:] = some(random, 0.3, 300.0), some(random, 0.1, 90.0)
    savers.borrowing[:], savers.frozen_lump[:] = some(random, 0.1, 200.0), some(random, 0.3, 400.0)
    savers.lump[:] = np.where(random.random(MANY) < 0.1, np.inf, some(random, 0.1, 500.0))
    return savers, some(random, 0.2, 9.0)


def test_who_wants_cash_and_what_is_asked_of_private_funds() -> None:
    savers, fees = crowd(1)
    wanted = withdrawals(savers, np.arange(savers.size), fees, PRICES, CATALOGUE)
    spending = savers.withdrawal + savers.lump
    now = (spending > 0.0) | (fees > 0.0) | (savers.borrowing > 0.0) | (savers.forfeiture > 0.0)
    late = ~now & (savers.frozen_lump > 0.0)
    rows = np.flatnonzero(now | late)
    assert 30 < late.sum() < rows.size < MANY
    np.testing.assert_array_equal(wanted.rows, rows)
    due = np.stack(
        (fees, savers.forfeiture, spending + np.where(late, savers.frozen_lump, 0.0), savers.borrowing)
    )
    np.testing.assert_array_equal(wanted.due, due[:, rows].T)
    held = savers.fund != EMPTY
    private = PRIVATE[savers.fund] & held
    source = ((savers.status == RETIRED)[:, None] | ~savers.in_ira) & (private | ~late[:, None])
    np.testing.assert_array_equal(wanted.source & held[rows], (source & held)[rows])
    worth = np.where(source & held, savers.units * PRICES[savers.fund], 0.0).sum(axis=1)
    share = np.divide(np.minimum(due.sum(axis=0), worth), worth, out=np.zeros(MANY), where=worth > 0.0)
    asked = np.minimum(share[:, None] * savers.units, savers.units - savers.queued)
    expected = np.where(source & private, asked, 0.0)[rows]
    np.testing.assert_allclose(wanted.asked, expected, rtol=1e-12)
    assert (wanted.asked > 0.0).any(axis=1).sum() > 50


def test_spending_is_unmet_by_what_is_due_and_there_and_not_sold() -> None:
    savers, fees = crowd(2)
    wanted = withdrawals(savers, np.arange(savers.size), fees, PRICES, CATALOGUE)
    shut = np.where(PRIVATE, 0.1, 1.0)
    sold = sold_for_cash(savers, wanted, PRICES, shut, CATALOGUE)
    rows, due = wanted.rows, wanted.due
    holdings, plans = (savers.fund, savers.units), (savers.withdrawal, savers.lump, savers.frozen_lump)
    unmet = unmet_spending(holdings, rows, wanted.source, due, sold, PRICES, plans)
    prices = np.where(savers.fund[rows] == EMPTY, 0.0, PRICES[savers.fund[rows]])
    worth = np.where(wanted.source, savers.units[rows] * prices, 0.0).sum(axis=1)
    missing = np.minimum(due.sum(axis=1), worth) - (sold * prices).sum(axis=1)
    missing = np.where(missing > 1e-9 * worth, missing, 0.0)
    old = (savers.frozen_lump > 0.0) & (savers.withdrawal == 0.0) & (savers.lump == 0.0)
    expected = np.minimum(np.maximum(missing - due[:, LOAN], 0.0), due[:, SPENDING])
    np.testing.assert_allclose(unmet, np.where(old[rows], 0.0, expected), rtol=1e-9)
    assert 20 < (unmet > 0.0).sum() < rows.size


def test_proceeds_are_split_by_purpose_and_the_ira_has_its_share_of_spending() -> None:
    random = np.random.default_rng(3)
    rows = np.arange(0, MANY, 2)
    due = np.where(random.random((rows.size, 4)) < 0.5, 100.0 * random.random((rows.size, 4)), 0.0)
    proceeds = np.where(
        random.random((rows.size, SLOTS)) < 0.5, 60.0 * random.random((rows.size, SLOTS)), 0.0
    )
    proceeds[:5] = 0.0
    in_ira = random.random((MANY, SLOTS)) < 0.5
    paid, from_ira = split_proceeds(due, proceeds, in_ira, rows)
    received = proceeds.sum(axis=1)
    np.testing.assert_allclose(paid, paid_in_order(due, received), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(paid.sum(axis=1), received, rtol=1e-12)
    ira = np.where(in_ira[rows], proceeds, 0.0).sum(axis=1)
    expected = np.divide(paid[:, SPENDING] * ira, received, out=np.zeros(rows.size), where=received > 0.0)
    np.testing.assert_allclose(from_ira, expected, rtol=1e-9)
    assert paid[:, [FEE, FORFEITURE]].any(axis=0).all()
