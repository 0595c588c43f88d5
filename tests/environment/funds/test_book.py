"""The book of the funds: prices from assets, fees and units; who owns what, looked through."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.assets import BUYOUT, CASH, GOLD, IS_PRIVATE, PRIVATE, TREASURIES, US_EQUITY
from environment.funds.book import (
    PRIVATES,
    claim_on_privates,
    look_through,
    open_fund_book,
    share_owned,
    value,
)
from tests.environment.funds.small_books import (
    INDEX,
    PLAIN,
    SIZE,
    SLEEVE,
    UNCHANGED,
    listed_targets,
    random_book,
)

SEEDS = st.integers(0, 2**32 - 1)
FREE = np.zeros(SIZE)


def test_a_new_book_is_empty_and_priced_at_a_dollar() -> None:
    book = open_fund_book(SIZE, np.zeros(SIZE))
    assert not book.assets.any()
    assert not book.units.any()
    assert book.reported.tolist() == book.true.tolist() == [1.0] * SIZE


def test_prices_by_hand() -> None:
    """Buyout worth 1.21 a unit was last reported at 1 with phi 1/2: 1.10. Its holder counts it at 1.10."""
    smoothing = np.zeros(SIZE)
    smoothing[0] = 0.5
    book = open_fund_book(SIZE, smoothing)
    book.units[[0, SLEEVE]] = 100.0, 50.0
    book.assets[0, [BUYOUT, CASH]] = 111.0, 10.0
    book.assets[SLEEVE, US_EQUITY], book.held[SLEEVE, 0] = 78.0, 20.0
    funds = value(book, book.assets, FREE, UNCHANGED)
    assert (funds.true[0], funds.reported[0]) == pytest.approx((1.21, 1.1))
    assert (funds.gross[0], funds.gross[SLEEVE]) == pytest.approx((121.0, 100.0))
    assert (funds.true[SLEEVE], funds.reported[SLEEVE]) == pytest.approx((2.0, 2.0))


@given(SEEDS, st.floats(0.0, 0.1))
def test_true_prices_are_assets_less_fees_over_units(seed: int, fee: float) -> None:
    book = random_book(np.random.default_rng(seed))
    funds = value(book, book.assets, np.full(SIZE, fee), UNCHANGED)
    assets = book.assets.sum(axis=1) + book.held @ funds.reported[PRIVATES]
    assert funds.gross == pytest.approx(assets)
    assert funds.true * book.units == pytest.approx(assets * (1.0 - fee))


@given(SEEDS)
def test_reported_prices_of_daily_funds_are_true_bit_for_bit(seed: int) -> None:
    book = random_book(np.random.default_rng(seed))
    funds = value(book, book.assets, FREE, UNCHANGED)
    assert funds.reported[INDEX:].tobytes() == funds.true[INDEX:].tobytes()


@given(SEEDS, st.floats(0.0, 0.1))
def test_a_fee_comes_out_of_the_true_price_at_once_and_of_the_reported_one_by_and_by(
    seed: int, fee: float
) -> None:
    """On logs the reported price bears 1 - phi of the fee in the month in which it is taken."""
    book = random_book(np.random.default_rng(seed))
    free = value(book, book.assets, FREE, UNCHANGED)
    charged = value(book, book.assets, np.where(np.arange(SIZE) < len(PRIVATE), fee, 0.0), UNCHANGED)
    assert charged.true[PRIVATES] == pytest.approx((1.0 - fee) * free.true[PRIVATES])
    borne = np.log(charged.reported / free.reported)[PRIVATES]
    assert borne == pytest.approx((1.0 - book.smoothing[PRIVATES]) * np.log1p(-fee), abs=1e-12)


def test_a_fund_that_nobody_holds_follows_its_target_portfolio() -> None:
    """Last month's price, times the growth of what it would hold, less the fee."""
    book = open_fund_book(SIZE, np.zeros(SIZE))
    book.true = book.reported = np.full(SIZE, 2.0)
    funds = value(book, book.assets, np.full(SIZE, 0.01), np.full(SIZE, 1.05))
    assert funds.reported == pytest.approx(np.full(SIZE, 2.0 * 1.05 * 0.99))
    assert book.true.tolist() == [2.0] * SIZE


def test_look_through_by_hand() -> None:
    """A tenth of the buyout fund is cash; a fund with 30 of it beside 70 of stocks is 27% buyout."""
    book = open_fund_book(SIZE, np.zeros(SIZE))
    book.units[0], book.reported[0] = 100.0, 1.5
    book.assets[0, [BUYOUT, CASH]] = 180.0, 20.0
    book.assets[SLEEVE, US_EQUITY], book.held[SLEEVE, 0] = 70.0, 20.0
    shares = look_through(book, listed_targets())
    assert shares[0, [BUYOUT, CASH]] == pytest.approx([0.9, 0.1])
    assert shares[SLEEVE, [US_EQUITY, BUYOUT, CASH]] == pytest.approx([0.70, 0.27, 0.03])
    assert shares[PLAIN, [US_EQUITY, TREASURIES]] == pytest.approx([0.6, 0.4])
    assert shares[INDEX, GOLD] == 1.0


@given(SEEDS)
def test_looked_through_every_fund_is_whole(seed: int) -> None:
    """Rows sum to 1, and savers' holdings by class to their reported wealth, however stale prices are."""
    book = random_book(np.random.default_rng(seed))
    shares = look_through(book, listed_targets())
    assert shares.sum(axis=1) == pytest.approx(np.ones(SIZE))
    assert np.all(shares >= 0.0)
    assert not shares[INDEX : PLAIN + 1, IS_PRIVATE].any()
    worth = book.savers * book.reported
    assert (worth @ shares).sum() == pytest.approx(worth.sum())


@given(SEEDS)
def test_claims_on_private_funds_add_up(seed: int) -> None:
    """Of savers, and in the same way of the estates and outsiders: together they own every unit."""
    book = random_book(np.random.default_rng(seed))
    owners = (book.savers, book.estates, book.outside)
    total = np.sum([claim_on_privates(owned, book.units, book.held) for owned in owners], axis=0)
    assert total == pytest.approx(book.units[PRIVATES])


@given(SEEDS)
def test_a_share_is_a_claim_over_units(seed: int) -> None:
    """Of private funds with what target-date funds hold; of a fund that nobody owns it is nothing."""
    book = random_book(np.random.default_rng(seed))
    book.units[INDEX] = book.savers[INDEX] = 0.0
    inside = np.divide(book.savers, book.units, out=np.zeros(SIZE), where=book.units > 0.0)
    claim = book.savers[PRIVATES] + inside @ book.held
    assert claim_on_privates(book.savers, book.units, book.held) == pytest.approx(claim, rel=1e-12)
    inside[PRIVATES] = claim / book.units[PRIVATES]
    assert share_owned(book.savers, book.units, book.held) == pytest.approx(inside, rel=1e-12)


@given(SEEDS)
def test_prices_are_those_of_the_formulas(seed: int) -> None:
    """Lines 2 and 3 of the month: private funds first, then their holders; what nobody holds by its mix."""
    draw = np.random.default_rng(seed)
    book = random_book(draw)
    book.units[PLAIN] = 0.0
    fees, notional, phi = draw.uniform(0.0, 0.01, SIZE), draw.uniform(0.9, 1.1, SIZE), book.smoothing
    funds = value(book, book.assets, fees, notional)
    direct = book.assets.sum(axis=1)
    true = direct[PRIVATES] * (1.0 - fees[PRIVATES]) / book.units[PRIVATES]
    reported = true ** (1.0 - phi[PRIVATES]) * book.reported[PRIVATES] ** phi[PRIVATES]
    assert funds.reported[PRIVATES] == pytest.approx(reported, rel=1e-12)
    gross = direct + book.held @ reported
    assert funds.gross == pytest.approx(gross, rel=1e-12)
    price = np.where(book.units > 0.0, gross / np.maximum(book.units, 1e-300), book.true * notional)
    assert funds.true == pytest.approx(price * (1.0 - fees), rel=1e-12)


@given(SEEDS)
def test_look_through_is_classes_over_value(seed: int) -> None:
    book = random_book(np.random.default_rng(seed))
    book.assets[INDEX] = 0.0
    inside = book.assets[PRIVATES] / book.assets[PRIVATES].sum(axis=1)[:, None]
    worth = book.assets + (book.held * book.reported[PRIVATES]) @ inside
    whole = np.maximum(worth.sum(axis=1), 1e-300)[:, None]
    expected = np.where(worth.sum(axis=1)[:, None] > 0.0, worth / whole, listed_targets())
    assert look_through(book, listed_targets()) == pytest.approx(expected, rel=1e-12)
