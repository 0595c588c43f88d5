"""The gate: the least of four limits, the same share for all who ask, 5% a quarter of any queue."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.assets import BUYOUT, CASH, PRIVATE
from environment.funds.book import PRIVATES, FundBook, Valuation, open_fund_book, value
from environment.funds.catalogue import PRIVATE_CLASS
from environment.funds.gates import (
    GateTerms,
    fair_limit,
    frozen_share,
    gate_limit,
    paid_share,
    payable_within_quarter,
    start_quarter,
)
from environment.typing import FloatArray
from tests.environment.funds.small_books import ROWS, SIZE, UNCHANGED, random_book

MONTHLY, QUARTERLY = 0.02, 0.05
FAIR = 0.1  # dilution that a fund allows in a month


def buyout_fund(units: float = 100.0, price: float = 1.0, cash: float = 0.1) -> FundBook:
    """A buyout fund with a share in cash, at the start of a quarter."""
    book = open_fund_book(SIZE, np.zeros(SIZE))
    book.units[0], book.reported[0] = units, price
    book.assets[0, [BUYOUT, CASH]] = units * price * (1.0 - cash), units * price * cash
    start_quarter(book, 1)
    return book


def worth(book: FundBook) -> Valuation:
    """Value without fees."""
    return value(book, book.assets, np.zeros(SIZE), UNCHANGED)


def limit(
    book: FundBook, monthly: float = MONTHLY, quarterly: float = QUARTERLY, sale_limit: float = 0.0
) -> float:
    """Units that the buyout fund redeems at most."""
    return float(gate_limit(book, worth(book), GateTerms(monthly, quarterly, sale_limit, FAIR))[0])


def five(amount: float) -> FloatArray:
    """An amount for each private fund."""
    return np.full(len(PRIVATE), amount)


@pytest.mark.parametrize(
    ("queue", "paid_before", "cash", "paid"),
    [
        (1.0, 0.0, 0.1, 1.0),  # everything asked
        (50.0, 0.0, 0.1, 2.0),  # the month's cap
        (50.0, 4.0, 0.1, 1.0),  # what the quarter's cap has left
        (50.0, 0.0, 0.004, 0.4),  # the cash
        (50.0, 5.0, 0.1, 0.0),
    ],
)
def test_the_least_of_four(queue: float, paid_before: float, cash: float, paid: float) -> None:
    book = buyout_fund(cash=cash)
    book.quarter_paid[0] = paid_before
    share = paid_share(np.array([queue]), np.array([limit(book)]))[0]
    assert queue * share == pytest.approx(paid)


def test_cash_buys_fewer_units_at_a_higher_price() -> None:
    """10 dollars at a price of 5 are 2 units."""
    book = buyout_fund(price=5.0, cash=0.02)
    assert limit(book, 1.0, 1.0) == pytest.approx(2.0)


def test_caps_count_units_of_the_month_and_of_the_quarter() -> None:
    """Money that came in since the quarter began raises the month's cap only."""
    book = buyout_fund(cash=0.9)
    book.units[0], book.quarter_paid[0] = 200.0, 2.0
    assert limit(book) == pytest.approx(min(0.02 * 200.0, 0.05 * 100.0 - 2.0))


def test_an_overpaid_quarter_and_an_empty_fund_pay_nothing() -> None:
    book = buyout_fund()
    book.quarter_paid[0] = 7.0
    assert limit(book) == 0.0
    assert gate_limit(book, worth(book), GateTerms(MONTHLY, QUARTERLY, 0.0, FAIR)).tolist() == [0.0] * len(
        PRIVATE
    )


@given(st.lists(st.floats(0.0, 1e12), min_size=1, max_size=8), st.floats(0.0, 1e12))
def test_everybody_is_paid_the_same_share(asked: list[float], limit: float) -> None:
    """Pro rata, never more than is asked and never more than the limit."""
    share = paid_share(np.array([sum(asked)]), np.array([limit]))[0]
    paid = share * np.array(asked)
    assert 0.0 <= share <= 1.0
    assert paid.sum() == pytest.approx(min(sum(asked), limit), rel=1e-9, abs=1e-300)


def test_all_is_paid_when_nothing_is_asked() -> None:
    assert paid_share(np.zeros(2), np.array([0.0, 5.0])).tolist() == [1.0, 1.0]


def quarters_of_queue(book: FundBook, months: int) -> FloatArray:
    """Units paid month by month while everybody has asked for everything and the fund keeps cash enough."""
    paid = np.empty(months)
    for month in range(1, months + 1):
        start_quarter(book, month)
        paid[month - 1] = limit(book)
        book.units[0] -= paid[month - 1]
        book.quarter_paid[0] += paid[month - 1]
    return paid


def test_a_long_queue_is_paid_five_percent_a_quarter() -> None:
    """2, 2% of 98, and what is left of 5; then the same of 95; n quarters leave 0.95^n of the units."""
    book = buyout_fund(cash=0.9)
    paid = quarters_of_queue(book, 24)
    assert paid[:4] == pytest.approx([2.0, 1.96, 1.04, 1.9])
    assert paid.reshape(8, 3).sum(axis=1) == pytest.approx(5.0 * 0.95 ** np.arange(8))
    assert book.units[0] == pytest.approx(100.0 * 0.95**8)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_no_quarter_pays_more_than_its_cap(monthly: float, quarterly: float) -> None:
    book = buyout_fund(cash=1.0)
    for month in range(1, 13):
        start_quarter(book, month)
        paid = limit(book, monthly, quarterly)
        assert paid <= monthly * book.units[0] + 1e-12
        book.units[0] -= paid
        book.quarter_paid[0] += paid
        assert book.quarter_paid[0] <= quarterly * book.quarter_units[0] + 1e-9


def test_quarters_start_in_the_first_month_and_every_third_after() -> None:
    book = buyout_fund()
    starts = []
    for month in range(1, 13):
        book.quarter_paid = five(1.0)
        start_quarter(book, month)
        if not book.quarter_paid.any():
            starts.append(month)
    assert starts == [1, 4, 7, 10]


@pytest.mark.parametrize(
    ("month", "paid", "payable"),
    [
        (3, 5.0, 5.0),  # a whole new quarter: the lesser of 3 x 2% and 5%
        (1, 2.0, 3.0 + 2.0),  # two months with 3 left of the quarter, and one of the next
        (1, 0.0, 4.0 + 2.0),
        (2, 4.0, 1.0 + 4.0),  # one month with 1 left, and two of the next
        (2, 5.0, 0.0 + 4.0),
        (7, 2.0, 3.0 + 2.0),
        (12, 5.0, 5.0),
    ],
)
def test_what_three_months_pay(month: int, paid: float, payable: float) -> None:
    book = buyout_fund()
    book.quarter_paid[0] = paid
    assert payable_within_quarter(book, month, GateTerms(MONTHLY, QUARTERLY, 1.0, FAIR))[0] == pytest.approx(
        payable
    )


def test_frozen_is_what_three_months_do_not_pay() -> None:
    """Nothing without a queue; 3/4 when 20 wait and 5 are paid."""
    queue, payable = np.array([0.0, 4.0, 5.0, 20.0]), np.full(4, 5.0)
    assert frozen_share(queue, payable) == pytest.approx([0.0, 0.0, 0.0, 0.75])


def test_a_gate_that_is_shut_freezes_everything() -> None:
    """Whoever asks alone is paid nothing either."""
    assert frozen_share(np.array([0.0, 3.0]), np.zeros(2)).tolist() == [1.0, 1.0]
    book = buyout_fund()
    for caps in ((0.0, QUARTERLY), (MONTHLY, 0.0)):
        payable = payable_within_quarter(book, 1, GateTerms(*caps, 1.0, FAIR))
        assert frozen_share(np.zeros(len(PRIVATE)), payable)[0] == 1.0


def test_only_private_funds_have_gates() -> None:
    assert gate_limit(buyout_fund(), worth(buyout_fund()), GateTerms(1.0, 1.0, 0.0, FAIR)).shape == (
        len(PRIVATE),
    )
    assert (PRIVATES.start, PRIVATES.stop) == (0, len(PRIVATE))


def test_a_fund_without_cash_pays_what_it_can_sell() -> None:
    """1% of the private assets a month, 3% within the quarter; nothing where nothing can be sold."""
    book = buyout_fund(cash=0.0)
    assert limit(book, sale_limit=0.01) == pytest.approx(1.0)
    assert limit(book, sale_limit=0.0) == 0.0
    for sale_limit, payable in ((0.01, 3.0), (0.0, 0.0)):
        within = payable_within_quarter(book, 12, GateTerms(MONTHLY, QUARTERLY, sale_limit, FAIR))
        assert within[0] == pytest.approx(payable)


@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.floats(0.0, 0.1), st.floats(0.0, 0.2))
def test_what_three_months_pay_is_that_of_the_formulas(
    seed: int, month: int, monthly: float, quarterly: float
) -> None:
    """The rest of this quarter and the start of the next, each within both caps, and all within the means."""
    draw = np.random.default_rng(seed)
    book = random_book(draw)
    book.quarter_paid = draw.uniform(0.0, 0.1, len(PRIVATE)) * book.quarter_units
    units, left = book.units[PRIVATES], -month % 3
    room = np.maximum(quarterly * book.quarter_units - book.quarter_paid, 0.0)
    this = np.minimum(left * monthly * units, room)
    following = np.minimum((3 - left) * monthly * units, quarterly * units)
    means = book.assets[PRIVATES, CASH] + 0.03 * book.assets[ROWS, PRIVATE_CLASS]
    expected = np.minimum(this + following, means / book.reported[PRIVATES])
    payable = payable_within_quarter(book, month, GateTerms(monthly, quarterly, 0.01, FAIR))
    assert payable == pytest.approx(expected, rel=1e-12)


@given(st.floats(1e-6, 1e6), st.floats(0.01, 0.99))
def test_those_who_stay_lose_no_more_than_is_fair_to_those_who_leave(stale: float, dilution: float) -> None:
    """At its true price or below a fund redeems all; else the rest keeps 1 - dilution of its true price."""
    book = buyout_fund()
    fund = worth(book)
    fund.reported[0] = stale
    paid = fair_limit(book.units, fund.true, fund.reported, dilution, len(PRIVATE))[0]
    if stale <= 1.0:
        assert paid == 100.0
    else:
        assert 0.0 < paid < 100.0
        assert (100.0 - paid * stale) / (100.0 - paid) == pytest.approx(1.0 - dilution)


def test_at_a_dilution_of_one_the_last_to_leave_finds_nothing() -> None:
    book = buyout_fund()
    fund = worth(book)
    fund.reported[0] = 4.0
    assert fair_limit(book.units, fund.true, fund.reported, 1.0, len(PRIVATE))[0] == 25.0


def test_a_run_on_a_stale_price_is_suspended() -> None:
    book = buyout_fund(price=0.1)  # worth a tenth of what is reported
    fund = worth(book)
    fund.reported[0] = 1.0
    terms = GateTerms(monthly=1.0, quarterly=1.0, sale_limit=1.0, dilution=FAIR)
    assert gate_limit(book, fund, terms)[0] == pytest.approx(100.0 * 0.01 / 0.91)
