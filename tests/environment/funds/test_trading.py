"""Trades: targets reached, dollars and units conserved, who pays for impact and who for stale prices."""

import copy

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from environment.assets import BUYOUT, CASH, CLASSES, PRIVATE, TREASURIES, US_EQUITY
from environment.funds.book import PRIVATES, FundBook, Valuation, open_fund_book, value
from environment.funds.catalogue import PRIVATE_CLASS
from environment.funds.planning import plan_trades
from environment.funds.trading import Orders, Trades, settle
from environment.typing import FloatArray
from tests.environment.funds.small_books import (
    INDEX,
    PLAIN,
    ROWS,
    SIZE,
    SLEEVE,
    UNCHANGED,
    Case,
    moved,
    random_case,
    random_impact,
    targets,
)

SEEDS = st.integers(0, 2**32 - 1)
CASES = settings(max_examples=40)  # each a whole book of random holdings, fees and orders
NO_UNITS = np.zeros((SIZE, len(PRIVATE)))


def planned(case: Case, **terms: float) -> Trades:
    """Trades of a case under the targets of `small_books`."""
    return plan_trades(case.book, case.before, case.fees, case.orders, targets(**terms))


def settled(case: Case, after: Valuation, trades: Trades) -> tuple[FundBook, FloatArray]:
    """The book after the trades, beside the one before, and what funds put into private funds."""
    book = copy.deepcopy(case.book)
    invested = settle(book, after, case.fees * after.gross, case.orders, trades)
    return book, invested


def net_cash(case: Case, prices: FloatArray, gross: FloatArray) -> FloatArray:
    """Cash of every fund from its own owners, its fees and its redemptions, shape (8,)."""
    received = case.orders.dollars_in + case.orders.held_out @ prices[PRIVATES]
    paid: FloatArray = case.orders.units_out * prices + case.fees * gross
    return received - paid


@CASES
@given(SEEDS)
def test_targets_are_reached_exactly_at_prices_before_impact(seed: int) -> None:
    case = random_case(seed)
    kept = (case.book.held - case.orders.held_out) * case.before.reported[PRIVATES]
    book, _ = settled(case, case.before, planned(case, limit=1.0))
    wanted = targets()
    direct = book.assets.sum(axis=1, keepdims=True)
    assert book.assets[INDEX:] == pytest.approx(wanted.listed[INDEX:] * direct[INDEX:], abs=1e-9)
    assert book.assets[ROWS, CASH] == pytest.approx(0.1 * direct[PRIVATES, 0])
    private = book.held * book.reported[PRIVATES]
    share = wanted.private[SLEEVE] * (direct[SLEEVE] + private[SLEEVE].sum())
    assert private[SLEEVE] == pytest.approx(np.maximum(share, kept[SLEEVE]))


@CASES
@given(SEEDS, SEEDS)
def test_dollars_are_exact_at_the_prices_made(seed: int, luck: int) -> None:
    """What a fund owns after its trades is what it owned, plus money in, less redemptions and fees."""
    case = random_case(seed)
    after = moved(case, random_impact(luck))
    book, invested = settled(case, after, planned(case))
    prices = after.reported
    expected = after.gross + case.orders.dollars_in - case.orders.units_out * prices - case.fees * after.gross
    expected[PRIVATES] += invested
    owned = book.assets.sum(axis=1) + book.held @ prices[PRIVATES]
    assert owned == pytest.approx(expected, rel=1e-12)


@CASES
@given(SEEDS, SEEDS)
def test_units_are_exact_at_the_prices_made(seed: int, luck: int) -> None:
    """Units issued are dollars over price, and what funds pay into private funds is units they then hold."""
    case = random_case(seed)
    after = moved(case, random_impact(luck))
    book, invested = settled(case, after, planned(case))
    issued = case.orders.dollars_in / after.reported
    issued[PRIVATES] += invested / after.reported[PRIVATES]
    assert book.units == pytest.approx(case.book.units + issued - case.orders.units_out, rel=1e-12)
    bought = book.held - (case.book.held - case.orders.held_out)
    assert bought.sum(axis=0) * after.reported[PRIVATES] == pytest.approx(invested, abs=1e-12)
    assert book.quarter_paid == pytest.approx(case.orders.units_out[PRIVATES])


@CASES
@given(SEEDS)
def test_flows_sum_to_net_cash(seed: int) -> None:
    """Purchases less sales of all classes are what owners put in less what left: fees and redemptions."""
    case = random_case(seed)
    expected = net_cash(case, case.before.reported, case.before.gross).sum()
    assert planned(case).flow.sum() == pytest.approx(expected, rel=1e-10, abs=1e-10)


@CASES
@given(SEEDS)
def test_shares_sold_and_spent_are_shares(seed: int) -> None:
    trades = planned(random_case(seed))
    assert np.all((trades.sell >= 0.0) & (trades.sell <= 1.0))
    assert np.all(trades.buy >= 0.0)
    assert np.all(trades.buy_private >= 0.0)
    spent = trades.buy.sum(axis=1) + trades.buy_private.sum(axis=1)
    assert spent == pytest.approx(np.ones(SIZE))


@CASES
@given(SEEDS, st.floats(0.0, 0.1))
def test_private_assets_are_sold_within_the_limit_or_for_what_is_due(seed: int, limit: float) -> None:
    """Beyond the limit only what the liquid sleeve lacks for fees and redemptions."""
    case = random_case(seed)
    sold = planned(case, limit=limit, sleeve=0.4).sell[ROWS, PRIVATE_CLASS]
    private, liquid = (case.before.assets[ROWS, column] for column in (PRIVATE_CLASS, CASH))
    due = -net_cash(case, case.before.reported, case.before.gross)[PRIVATES] - liquid
    assert np.all(sold * private <= np.maximum(limit * private, due) + 1e-9)


def one_private_fund(last_reported: float, true: float, phi: float) -> FundBook:
    """A buyout fund of 100 units with a tenth in cash, beside empty funds."""
    smoothing = np.zeros(SIZE)
    smoothing[0] = phi
    book = open_fund_book(SIZE, smoothing)
    book.units[0], book.reported[0], book.true[0] = 100.0, last_reported, true
    book.assets[0, [BUYOUT, CASH]] = 90.0 * true, 10.0 * true
    book.quarter_units = book.units[PRIVATES].copy()
    return book


def ask(dollars: float = 0.0, units: float = 0.0, fund: int = 0) -> Orders:
    """One purchase and one redemption of a fund."""
    dollars_in, units_out = np.zeros(SIZE), np.zeros(SIZE)
    dollars_in[fund], units_out[fund] = dollars, units
    return Orders(dollars_in=dollars_in, units_out=units_out, held_out=NO_UNITS)


def test_fees_force_private_sales_that_the_limit_would_forbid() -> None:
    """Without any cash a fee of 3 is paid by selling 3 of 100, though only 1 may be sold a month."""
    book = one_private_fund(1.0, 1.0, 0.0)
    book.assets[0, [BUYOUT, CASH]] = 100.0, 0.0
    fees = np.where(np.arange(SIZE) == 0, 0.03, 0.0)
    before = value(book, book.assets, fees, UNCHANGED)
    trades = plan_trades(book, before, fees, ask(), targets(limit=0.01))
    assert trades.sell[0, BUYOUT] == pytest.approx(0.03)
    settle(book, before, fees * before.gross, ask(), trades)
    assert book.assets[0, [BUYOUT, CASH]] == pytest.approx([97.0, 0.0])


def test_a_short_sleeve_is_refilled_at_the_limit() -> None:
    """Wanted: 40% liquid. Allowed: 2% of the private 90 a month. New money goes to cash first."""
    book = one_private_fund(1.0, 1.0, 0.0)
    before = value(book, book.assets, np.zeros(SIZE), UNCHANGED)
    trades = plan_trades(book, before, np.zeros(SIZE), ask(dollars=5.0), targets(sleeve=0.4))
    assert trades.sell[0, BUYOUT] == pytest.approx(0.02)
    assert trades.flow[[BUYOUT, CASH]] == pytest.approx([-1.8, 6.8])


def test_a_fund_that_nobody_holds_opens_at_its_targets() -> None:
    book = open_fund_book(SIZE, np.zeros(SIZE))
    before = value(book, book.assets, np.zeros(SIZE), UNCHANGED)
    orders = ask(dollars=100.0, fund=SLEEVE)
    trades = plan_trades(book, before, np.zeros(SIZE), orders, targets())
    settle(book, before, np.zeros(SIZE), orders, trades)
    assert book.assets[SLEEVE, [US_EQUITY, TREASURIES]] == pytest.approx([51.0, 34.0])
    assert book.held[SLEEVE] == pytest.approx(np.full(5, 3.0))
    assert book.assets[ROWS, CASH] == pytest.approx(np.full(5, 0.3))
    assert book.units[[0, INDEX, PLAIN, SLEEVE]] == pytest.approx([3.0, 0.0, 0.0, 100.0])


@CASES
@given(st.floats(0.0, 0.95), st.floats(-0.5, 1.0), st.floats(0.9, 1.2))
def test_the_buyer_pays_the_reported_part_of_the_impact(phi: float, impact: float, stale: float) -> None:
    """On logs the reported price takes 1 - phi of the move and the valuation reserve phi of it."""
    book = one_private_fund(1.0, stale, phi)
    none, orders = np.zeros(SIZE), ask(dollars=7.0)
    before = value(book, book.assets, none, UNCHANGED)
    trades = plan_trades(book, before, none, orders, targets())
    moves = np.zeros(len(CLASSES))
    moves[BUYOUT] = impact
    after = value(book, before.assets * (1.0 + moves), none, UNCHANGED)
    move = np.log(after.true[0] / before.true[0])
    assert move == pytest.approx(np.log1p(0.9 * impact))
    assert np.log(after.reported[0] / before.reported[0]) == pytest.approx((1.0 - phi) * move, abs=1e-12)
    gap_before, gap_after = (np.log(one.true[0] / one.reported[0]) for one in (before, after))
    assert gap_after - gap_before == pytest.approx(phi * move, abs=1e-12)
    settle(book, after, none, orders, trades)
    assert (book.units[0] - 100.0) * after.reported[0] == pytest.approx(7.0)


@CASES
@given(SEEDS, SEEDS)
def test_trades_leave_the_valuation_reserve_as_it_is(seed: int, luck: int) -> None:
    """Trades at the reported price move reported money only: what one owner loses another gains."""
    case = random_case(seed)
    after = moved(case, random_impact(luck))
    book, _ = settled(case, after, planned(case))
    reserve = case.book.units * (after.true - after.reported)
    owned = book.assets.sum(axis=1) + book.held @ book.reported[PRIVATES]
    assert owned - book.units * book.reported == pytest.approx(reserve, rel=1e-9, abs=1e-9)


def test_who_leaves_at_a_stale_price_pays_those_who_stay() -> None:
    """Ten of 100 units worth 1.10 are paid at 1.00: the other 90 gain 1.00 among them."""
    book = one_private_fund(1.0, 1.1, 1.0 - 1e-12)
    none, orders = np.zeros(SIZE), ask(units=10.0)
    before = value(book, book.assets, none, UNCHANGED)
    assert before.reported[0] == pytest.approx(1.0)
    settle(book, before, none, orders, plan_trades(book, before, none, orders, targets()))
    true = book.assets[0].sum() / book.units[0]
    assert 90.0 * (true - 1.1) == pytest.approx(10.0 * (1.1 - 1.0))


def test_a_fund_emptied_of_what_it_sold_owes_what_the_fall_took() -> None:
    """Half a fund is gated. Its other half is sold to pay 50 units, and falls by 2% in the sale.

    The price of a unit falls by 1% only, so that the sale brings 49 where 49.5 are due: an overdraft of 0.5.
    """
    book = one_private_fund(1.0, 1.0, 0.0)
    book.units[0] = 200.0
    book.assets[0, [BUYOUT, CASH]] = 180.0, 20.0
    book.units[SLEEVE], book.held[SLEEVE, 0] = 100.0, 50.0
    book.assets[SLEEVE, [US_EQUITY, TREASURIES]] = 30.0, 20.0
    none, orders = np.zeros(SIZE), ask(units=50.0, fund=SLEEVE)
    before = value(book, book.assets, none, UNCHANGED)
    trades = plan_trades(book, before, none, orders, targets())
    moves = np.zeros(len(CLASSES))
    moves[[US_EQUITY, TREASURIES]] = -0.02
    after = value(book, before.assets * (1.0 + moves), none, UNCHANGED)
    settle(book, after, none, orders, trades)
    assert book.assets[SLEEVE, [US_EQUITY, TREASURIES, CASH]] == pytest.approx([0.0, 0.0, -0.5])
    owned = book.assets[SLEEVE].sum() + book.held[SLEEVE] @ book.reported[PRIVATES]
    assert owned == pytest.approx(book.units[SLEEVE] * book.reported[SLEEVE])


@CASES
@given(SEEDS, SEEDS)
def test_nothing_is_overdrawn_while_holdings_are_left(seed: int, luck: int) -> None:
    """A fall between the decision and the sale is paid from what is left, not from what is not there."""
    case = random_case(seed)
    after = moved(case, random_impact(luck, size=0.05))
    kept = (after.assets * (1.0 - planned(case).sell)).sum(axis=1)
    assume(np.all(kept > 0.3 * after.assets.sum(axis=1)))
    book, _ = settled(case, after, planned(case))
    assert np.all(book.assets >= 0.0)
