"""Requests of savers: withdrawals pro rata, switches to a wanted mix, mappings, queues of private funds."""

from collections.abc import Mapping as Dictionary

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.cash import sold_for_cash, withdrawals
from environment.orders import (
    Exchange,
    Mapping,
    Switch,
    mapped,
    paid_queue,
    queue_switches,
    single_choice,
    switched,
)
from environment.register import buy, sell
from environment.savers import EMPTY, SLOTS, SPLIT, Savers
from environment.typing import FloatArray
from tests.environment.worlds import CATALOGUE, PLAIN, SLEEVE, give, holding, rows, rows_that_wait, table

HOME = int(PLAIN[3])
PRIVATE_FUND, OTHER_PRIVATE = 0, 1
LISTED = [*range(5, 14), HOME]
PRICES = np.linspace(0.5, 3.0, CATALOGUE.size)

dollars = st.floats(1.0, 1e6)
listed_portfolios = st.dictionaries(st.sampled_from(LISTED), dollars, min_size=1, max_size=5)
private_portfolios = st.dictionaries(st.integers(0, 4), dollars, min_size=1, max_size=3)


def hold_dollars(savers: Savers, row: int, worth: Dictionary[int, float], queued: float = 0.0) -> None:
    """Let a row hold funds worth so many dollars, a share of the private ones asked back."""
    units = {fund: usd / float(PRICES[fund]) for fund, usd in worth.items()}
    give(savers, row, units, {fund: queued * amount for fund, amount in units.items() if fund < 5})


def worth(savers: Savers, row: int) -> dict[int, float]:
    """Dollars of a row by fund."""
    return {fund: float(units * PRICES[fund]) for fund, units in holding(savers, row).items()}


def gate(share: float) -> FloatArray:
    """Share that each fund pays when private funds pay a part."""
    return np.where(CATALOGUE.is_private, share, 1.0)


def cash_of(savers: Savers, planned: float, fee: float, paid: float) -> tuple[FloatArray, FloatArray]:
    """Units asked of private funds and units sold when row 0 wants cash, by slot."""
    savers.withdrawal[0] = planned
    due = np.zeros(savers.size)
    due[0] = fee
    wanted = withdrawals(savers, np.arange(savers.size), due, PRICES, CATALOGUE)
    return wanted.asked[0], sold_for_cash(savers, wanted, PRICES, gate(paid), CATALOGUE)[0]


def wish(wanted: Dictionary[int, float], *, in_ira: bool = False) -> Switch:
    """Row 0 wants one of its accounts in this mix."""
    to_fund, to_share = np.full((1, SPLIT), EMPTY), np.zeros((1, SPLIT))
    to_fund[0, : len(wanted)], to_share[0, : len(wanted)] = list(wanted), list(wanted.values())
    return Switch(rows(0), np.array([in_ira]), to_fund, to_share)


def carry_out(savers: Savers, exchange: Exchange) -> None:
    """Fill an exchange at the prices."""
    proceeds = sell(savers, exchange.rows, exchange.sold, PRICES, exchange.from_queue).sum(axis=1)
    dollars_in = exchange.to_share * proceeds[:, None]
    buy(savers, exchange.rows, exchange.in_ira, exchange.to_fund, dollars_in, PRICES)


def pay_queue(savers: Savers, paid: float) -> list[Exchange]:
    """Pay a share of all requests, and say what was exchanged: in plans first, then in IRAs."""
    exchanges = paid_queue(
        savers,
        rows_that_wait(savers),
        gate(paid),
        lambda some: np.full(some.size, HOME),
    )
    for exchange in exchanges:
        carry_out(savers, exchange)
    return exchanges


def unsold(count: int = 1) -> FloatArray:
    """Nothing sold yet."""
    return np.zeros((count, SLOTS))


def test_only_those_with_something_due_are_asked() -> None:
    savers = table(4)
    savers.withdrawal[2] = 10.0
    wanted = withdrawals(savers, np.arange(savers.size), np.array([0.0, 5.0, 0.0, 0.0]), PRICES, CATALOGUE)
    assert wanted.rows.tolist() == [1, 2]
    assert wanted.due.tolist() == [[5.0, 0.0, 0.0, 0.0], [0.0, 0.0, 10.0, 0.0]]


@given(private_portfolios, listed_portfolios, st.floats(1e-6, 1.0))
def test_withdrawals_are_pro_rata_while_everything_pays(
    private: dict[int, float], listed: dict[int, float], part: float
) -> None:
    savers = table(1)
    everything = dict(list((private | listed).items())[:SLOTS])
    hold_dollars(savers, 0, everything)
    total = sum(everything.values())
    _, sold = cash_of(savers, 0.9 * part * total, 0.1 * part * total, paid=1.0)
    np.testing.assert_allclose(sold, part * savers.units[0], rtol=1e-9, atol=1e-9)


@given(private_portfolios, listed_portfolios, st.floats(1e-6, 1.5), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_listed_holdings_cover_what_private_funds_do_not_pay(
    private: dict[int, float], listed: dict[int, float], part: float, queued: float, paid: float
) -> None:
    savers = table(1)
    everything = dict(list((private | listed).items())[:SLOTS])
    hold_dollars(savers, 0, everything, queued)
    total = sum(everything.values())
    listed_total = sum(usd for fund, usd in everything.items() if fund >= 5)
    asked, sold = cash_of(savers, part * total, 0.0, paid)
    unqueued = savers.units[0] - savers.queued[0]
    private_slot = CATALOGUE.is_private[savers.fund[0]] & (savers.fund[0] != EMPTY)
    expected = np.minimum(min(part, 1.0) * savers.units[0], unqueued)
    np.testing.assert_allclose(asked, np.where(private_slot, expected, 0.0), rtol=1e-12)
    assert np.all(sold <= savers.units[0])
    from_private = paid * float((asked * PRICES[savers.fund[0]]).sum())
    cash = float((sold * PRICES[savers.fund[0]]).sum())
    assert cash == pytest.approx(min(part * total, from_private + listed_total), rel=1e-9, abs=1e-9)


def test_an_empty_account_asks_for_nothing() -> None:
    savers = table(1)
    asked, sold = cash_of(savers, 100.0, 5.0, paid=1.0)
    assert not asked.any()
    assert not sold.any()


@given(listed_portfolios, st.lists(st.sampled_from(LISTED), min_size=1, max_size=4, unique=True))
def test_a_switch_reaches_the_wanted_mix_when_everything_is_liquid(
    before: dict[int, float], chosen: list[int]
) -> None:
    savers = table(1)
    hold_dollars(savers, 0, before)
    switch = wish(dict.fromkeys(chosen, 1.0 / len(chosen)))
    carry_out(savers, switched(savers, switch, PRICES, unsold(), CATALOGUE))
    expected = dict.fromkeys(chosen, sum(before.values()) / len(chosen))
    assert worth(savers, 0) == pytest.approx(expected, rel=1e-12)


def test_a_switch_into_a_private_fund_buys_it_and_asks_nothing_back() -> None:
    savers = table(1)
    hold_dollars(savers, 0, {6: 60.0, PRIVATE_FUND: 20.0, 7: 20.0})
    switch = wish({PRIVATE_FUND: 0.5, 6: 0.5})
    queue_switches(savers, switch, PRICES, CATALOGUE)
    assert not savers.queued.any()
    carry_out(savers, switched(savers, switch, PRICES, unsold(), CATALOGUE))
    assert worth(savers, 0) == pytest.approx({PRIVATE_FUND: 50.0, 6: 50.0})


def test_private_units_above_the_wanted_mix_are_asked_back_instead_of_earlier_requests() -> None:
    savers = table(1)
    hold_dollars(savers, 0, {PRIVATE_FUND: 60.0, OTHER_PRIVATE: 30.0, 6: 10.0}, queued=1.0)
    queue_switches(savers, wish({PRIVATE_FUND: 0.25, OTHER_PRIVATE: 0.5, 6: 0.25}), PRICES, CATALOGUE)
    queued = savers.queued[0] * PRICES[savers.fund[0]]
    np.testing.assert_allclose(queued, [35.0, 0.0, 0.0, 0.0, 0.0, 0.0], rtol=1e-14)
    queue_switches(savers, wish({6: 1.0}), PRICES, CATALOGUE)
    np.testing.assert_allclose(savers.queued[0], np.where(savers.fund[0] < 5, savers.units[0], 0.0))


@given(st.dictionaries(st.integers(0, 9), dollars, min_size=1, max_size=4))
def test_who_holds_what_they_want_orders_nothing_not_even_a_rounding(mix: dict[int, float]) -> None:
    savers = table(1)
    hold_dollars(savers, 0, mix)
    total = sum(mix.values())
    switch = wish({fund: usd / total for fund, usd in mix.items()})
    queue_switches(savers, switch, PRICES, CATALOGUE)
    assert not savers.queued.any()
    assert not switched(savers, switch, PRICES, unsold(), CATALOGUE).sold.any()


def test_what_cannot_be_sold_leaves_the_rest_shared_by_what_is_missing() -> None:
    """60 of 100 dollars stay in a private fund nobody wants; 40 buy two funds that lack 50 and 40."""
    savers = table(1)
    hold_dollars(savers, 0, {PRIVATE_FUND: 60.0, 6: 10.0, 7: 30.0})
    switch = wish({6: 0.6, 8: 0.4})
    exchange = switched(savers, switch, PRICES, unsold(), CATALOGUE)
    assert (exchange.sold * PRICES[savers.fund[0]]).sum() == pytest.approx(30.0)
    np.testing.assert_allclose(exchange.to_share[0, :2], [5 / 9, 4 / 9])
    carry_out(savers, exchange)
    expected = {PRIVATE_FUND: 60.0, 6: 10.0 + 150 / 9, 8: 120 / 9}
    assert worth(savers, 0) == pytest.approx(expected)


def test_what_is_sold_for_cash_is_not_switched_as_well() -> None:
    savers = table(1)
    hold_dollars(savers, 0, {6: 100.0})
    sold = unsold()
    sold[0, 0] = 0.25 * savers.units[0, 0]
    exchange = switched(savers, wish({7: 1.0}), PRICES, sold, CATALOGUE)
    np.testing.assert_array_equal(exchange.sold[0], 0.75 * savers.units[0])


@given(private_portfolios, st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_the_paid_part_of_the_queue_goes_to_the_plain_fund_and_leaves_the_queue(
    private: dict[int, float], queued: float, paid: float
) -> None:
    savers = table(2)
    hold_dollars(savers, 1, private, queued)
    in_plan, in_ira = pay_queue(savers, paid)
    assert in_plan.rows.tolist() == ([1] if queued * paid else [])
    assert in_ira.rows.size == 0
    left = worth(savers, 1)
    moved = left.pop(HOME, 0.0)
    assert moved == pytest.approx(paid * queued * sum(private.values()), rel=1e-12)
    for fund, usd in private.items():
        assert left.get(fund, 0.0) == pytest.approx((1.0 - paid * queued) * usd, rel=1e-9, abs=1e-9)
    still = float((savers.queued[1] * PRICES[savers.fund[1]]).sum())
    assert still == pytest.approx((1.0 - paid) * queued * sum(private.values()), rel=1e-9, abs=1e-9)


def test_a_request_for_a_part_is_paid_once_and_not_for_ever() -> None:
    savers = table(1)
    hold_dollars(savers, 0, {PRIVATE_FUND: 100.0}, queued=0.4)
    for _ in range(200):
        pay_queue(savers, 0.25)
    assert worth(savers, 0) == pytest.approx({PRIVATE_FUND: 60.0, HOME: 40.0})


def test_a_mapping_moves_all_of_a_fund_and_nothing_else() -> None:
    savers = table(3)
    for row in range(3):
        hold_dollars(savers, row, {6: 5.0, HOME: 70.0})
    mapping = Mapping(rows(0, 2), rows(HOME, HOME), rows(SLEEVE[3], SLEEVE[3]))
    sold = unsold(2)
    sold[1] = 0.1 * savers.units[2]
    carry_out(savers, mapped(savers, mapping, unsold(2)))
    assert worth(savers, 0) == pytest.approx({6: 5.0, SLEEVE[3]: 70.0})
    assert worth(savers, 1) == pytest.approx({6: 5.0, HOME: 70.0})
    hold_dollars(savers, 2, {6: 5.0, HOME: 70.0})
    exchange = mapped(savers, mapping, sold)
    np.testing.assert_allclose(exchange.sold[1], np.where(savers.fund[2] == HOME, 0.9, 0.0) * savers.units[2])


def test_a_single_choice_is_a_split_of_one() -> None:
    to_fund, to_share = single_choice(rows(4, 9))
    assert to_fund.tolist() == [[4, -1, -1, -1, -1], [9, -1, -1, -1, -1]]
    assert to_share.tolist() == [[1.0, 0.0, 0.0, 0.0, 0.0]] * 2
