"""Cash out of accounts: what is due, who pays it, in which order, and what is unmet because it is frozen."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.cash import (
    Cash,
    Withdrawals,
    cash_due,
    pay_out,
    record_keeping_due,
    sold_for_cash,
    taken_early,
    withdrawals,
)
from environment.savers import EMPTY, RETIRED, SEPARATED, SLOTS, WORKING, Savers
from environment.state import State
from environment.sums import sum_by_fund
from environment.typing import FloatArray
from environment.withdrawing import paid_in_order
from tests.environment.worlds import CATALOGUE, QUIET, account, give, give_ira, ones, rows, table, world

FROZEN, PAYS = 0, 8  # a private fund and an index fund
SHUT = np.where(CATALOGUE.is_private, 0.0, 1.0)  # what funds pay when the gate is shut
NO_FEES = np.zeros(3)

amounts = st.floats(0.0, 1e6)


def due_now(savers: Savers, fee: float = 0.0) -> Withdrawals:
    """What is due at a dollar a unit, with a fee for row 0."""
    fees = np.zeros(savers.size)
    fees[0] = fee
    return withdrawals(savers, np.arange(savers.size), fees, ones(), CATALOGUE)


def paid_now(savers: Savers, paid: FloatArray, fee: float = 0.0, price: float = 1.0) -> Cash:
    """Cash of a month whose orders are filled at a price, sized at a dollar a unit."""
    wanted = due_now(savers, fee)
    sold = sold_for_cash(savers, wanted, ones(), paid, CATALOGUE)
    return pay_out(savers, wanted, sold, ones(), price * ones())


@given(st.lists(amounts, min_size=4, max_size=4), st.floats(0.0, 5e6))
def test_what_comes_in_is_split_in_the_order_of_the_purposes(due: list[float], received: float) -> None:
    paid = paid_in_order(np.array([due]), np.array([received]))[0]
    assert paid.sum() == pytest.approx(received, rel=1e-12)
    left = received
    last = max((column for column in range(4) if due[column] > 0.0), default=3)
    for column in range(4):
        share = left if column == last else min(due[column], left)
        assert paid[column] == pytest.approx(share, rel=1e-9, abs=1e-6)
        left -= share


@pytest.mark.parametrize(
    ("due", "received", "paid"),
    [
        ((5.0, 10.0, 20.0, 40.0), 75.0, (5.0, 10.0, 20.0, 40.0)),
        ((5.0, 10.0, 20.0, 40.0), 36.0, (5.0, 10.0, 20.0, 1.0)),  # the loan is short first
        ((5.0, 10.0, 20.0, 40.0), 12.0, (5.0, 7.0, 0.0, 0.0)),
        ((5.0, 10.0, 20.0, 40.0), 3.0, (3.0, 0.0, 0.0, 0.0)),
        ((5.0, 10.0, math.inf, 0.0), 100.0, (5.0, 10.0, 85.0, 0.0)),  # all there is
        ((5.0, 0.0, 0.0, 0.0), 5.5, (5.5, 0.0, 0.0, 0.0)),  # a better price is for who wanted money last
        ((5.0, 0.0, 20.0, 0.0), 26.0, (5.0, 0.0, 21.0, 0.0)),
    ],
)
def test_fees_come_before_forfeitures_spending_and_loans(
    due: tuple[float, ...], received: float, paid: tuple[float, ...]
) -> None:
    assert paid_in_order(np.array([due]), np.array([received]))[0].tolist() == pytest.approx(list(paid))


def test_every_purpose_has_its_column() -> None:
    savers = table(5)
    savers.forfeiture[1], savers.withdrawal[2], savers.lump[2], savers.borrowing[3] = 7.0, 10.0, math.inf, 9.0
    wanted = due_now(savers, fee=3.0)
    assert wanted.rows.tolist() == [0, 1, 2, 3]
    assert wanted.due.tolist() == [
        [3.0, 0.0, 0.0, 0.0],
        [0.0, 7.0, 0.0, 0.0],
        [0.0, 0.0, math.inf, 0.0],
        [0.0, 0.0, 0.0, 9.0],
    ]


@pytest.mark.parametrize(("status", "from_ira"), [(WORKING, 0.0), (SEPARATED, 0.0), (RETIRED, 30.0)])
def test_before_retirement_only_the_plan_pays(status: int, from_ira: float) -> None:
    """Of 120 dollars the IRA has 60: a retired saver takes half of 60 dollars there."""
    savers = table(1)
    savers.status[0] = status
    give(savers, 0, {PAYS: 40.0, FROZEN: 20.0})
    give_ira(savers, 0, {PAYS: 15.0, FROZEN: 45.0})
    savers.withdrawal[0] = 60.0
    before = savers.wealth[0]
    cash = paid_now(savers, ones())
    assert (cash.spent[0], cash.unmet[0]) == (pytest.approx(60.0), 0.0)
    assert cash.from_ira[0] == pytest.approx(from_ira)
    assert savers.wealth[0] == pytest.approx(before - 60.0)
    assert savers.ira[0] == pytest.approx(60.0 - from_ira)


@given(st.floats(1.0, 1e5), st.floats(1.0, 1e5), st.floats(0.01, 1.0), st.floats(0.0, 0.5))
def test_the_ira_pays_its_part_of_spending_and_not_that_of_fees(
    plan: float, ira: float, part: float, fee: float
) -> None:
    """Both accounts pay pro rata: the part of the IRA in what was spent is its part in all there is."""
    savers = table(1)
    savers.status[0] = RETIRED
    give(savers, 0, {PAYS: plan})
    give_ira(savers, 0, {PAYS: ira})
    savers.withdrawal[0] = (1.0 - fee) * part * (plan + ira)
    cash = paid_now(savers, ones(), fee * part * (plan + ira))
    assert cash.from_ira[0] == pytest.approx(cash.spent[0] * ira / (plan + ira), rel=1e-9)
    assert cash.spent[0] == pytest.approx((1.0 - fee) * part * (plan + ira), rel=1e-9)


def test_a_frozen_ira_is_no_excuse_before_retirement() -> None:
    """A worker whose plan is spent to the end has nothing unmet, whatever an IRA holds."""
    savers = table(1)
    give(savers, 0, {PAYS: 40.0})
    give_ira(savers, 0, {FROZEN: 60.0})
    savers.lump[0] = 100.0
    cash = paid_now(savers, SHUT)
    assert (cash.spent[0], cash.unmet[0]) == (40.0, 0.0)
    assert account(savers, 0, in_ira=True) == {FROZEN: 60.0}


def test_a_cash_out_takes_all_there_is_and_asks_again_for_what_is_frozen() -> None:
    savers = table(1)
    give(savers, 0, {PAYS: 40.0, FROZEN: 60.0})
    savers.lump[0] = math.inf
    first = paid_now(savers, SHUT)
    assert (first.spent[0], first.unmet[0]) == (40.0, 60.0)
    savers.lump[0] = first.unmet[0]
    second = paid_now(savers, SHUT)
    assert (second.spent[0], second.unmet[0]) == (0.0, 60.0)
    half = np.where(CATALOGUE.is_private, 0.5, 1.0)
    third = paid_now(savers, half)
    assert (third.spent[0], third.unmet[0]) == (30.0, 30.0)
    savers.lump[0] = third.unmet[0]
    last = paid_now(savers, ones())
    assert (last.spent[0], last.unmet[0]) == (30.0, 0.0)
    assert (savers.fund[0] == EMPTY).all()


def test_a_loan_that_is_frozen_is_smaller_and_nothing_is_unmet() -> None:
    """Of 50 dollars for spending and 40 to be lent, 60 are there: spending has its 50 and the loan is 10."""
    savers = table(1)
    give(savers, 0, {PAYS: 60.0, FROZEN: 60.0})
    savers.lump[0], savers.borrowing[0] = 50.0, 40.0
    cash = paid_now(savers, SHUT)
    assert (cash.spent[0], cash.lent[0], cash.unmet[0]) == (50.0, 10.0, 0.0)


def test_spending_is_unmet_by_what_even_the_loan_could_not_spare() -> None:
    savers = table(1)
    give(savers, 0, {PAYS: 30.0, FROZEN: 90.0})
    savers.lump[0], savers.borrowing[0] = 50.0, 40.0
    cash = paid_now(savers, SHUT)
    assert (cash.spent[0], cash.lent[0], cash.unmet[0]) == (30.0, 0.0, 20.0)


def test_what_is_frozen_of_a_forfeiture_is_let_go_and_not_unmet() -> None:
    savers = table(1)
    give(savers, 0, {PAYS: 30.0, FROZEN: 70.0})
    savers.forfeiture[0] = 50.0
    cash = paid_now(savers, SHUT)
    assert (cash.forfeited[0], cash.spent[0], cash.unmet[0]) == (30.0, 0.0, 0.0)


def asking(units: float, sold: float) -> tuple[Savers, Withdrawals, FloatArray]:
    """A row that owns and sells units of a private fund, and owes 20 dollars of spending and 10 of fees."""
    savers = table(1)
    if units:
        give(savers, 0, {FROZEN: units})
    for_cash = np.zeros((1, SLOTS))
    for_cash[0, 0] = sold
    due = np.array([[10.0, 0.0, 20.0, 0.0]])
    wanted = Withdrawals(rows(0), due, np.ones((1, SLOTS), dtype=np.bool_), np.zeros((1, SLOTS)))
    return savers, wanted, for_cash


@pytest.mark.parametrize(
    ("units", "sold", "spent", "fees", "unmet"),
    [
        (100.0, 30.0, 20.0, 10.0, 0.0),  # all of it
        (100.0, 24.0, 14.0, 10.0, 6.0),  # the rest is frozen
        (100.0, 4.0, 0.0, 4.0, 20.0),  # not even the fee; only spending counts as unmet
        (12.0, 12.0, 2.0, 10.0, 0.0),  # nothing is frozen: the account is empty now
        (0.0, 0.0, 0.0, 0.0, 0.0),
    ],
)
def test_spending_is_unmet_only_because_money_is_frozen(
    units: float, sold: float, spent: float, fees: float, unmet: float
) -> None:
    savers, wanted, for_cash = asking(units, sold)
    cash = pay_out(savers, wanted, for_cash, ones(), ones())
    assert (cash.spent[0], cash.fees[0], cash.unmet[0]) == pytest.approx((spent, fees, unmet))


def test_cash_is_paid_at_the_price_that_the_orders_made() -> None:
    savers = table(1)
    give(savers, 0, {PAYS: 100.0})
    savers.withdrawal[0] = 20.0
    cash = paid_now(savers, ones(), price=0.9)
    assert (cash.spent[0], cash.unmet[0]) == pytest.approx((18.0, 0.0))


def test_nothing_due_is_no_order() -> None:
    savers = table(3)
    give(savers, 1, {PAYS: 10.0, FROZEN: 10.0})
    wanted = withdrawals(savers, np.arange(savers.size), NO_FEES, ones(), CATALOGUE)
    assert wanted.rows.size == 0
    cash = pay_out(savers, wanted, np.zeros((0, SLOTS)), ones(), ones())
    assert cash.spent.size == cash.lent.size == cash.forfeited.size == 0
    assert account(savers, 1, in_ira=False) == {PAYS: 10.0, FROZEN: 10.0}


@pytest.fixture
def state() -> State:
    """A world a year and a half on, at prices half as high again."""
    state = world(savers=24).state
    state.month = 18
    state.price_level = np.full_like(state.price_level, 1.5)
    return state


def test_record_keeping_is_due_from_plan_members_at_their_birthday_and_follows_prices(state: State) -> None:
    savers, birthday = state.savers, state.birthday_rows()
    assert (savers.people.birth_month[birthday] == 6).all()
    savers.holds_plan[:] = True
    savers.holds_plan[birthday[0]] = False
    state.plans.record_keeping_usd[:], state.plans.asset_fee[:] = 40.0, 0.0
    due = record_keeping_due(state)
    assert np.flatnonzero(due).tolist() == birthday[1:].tolist()
    assert set(due[birthday[1:]].tolist()) == {60.0}


def test_the_fee_on_assets_is_a_share_of_the_plan_and_not_of_the_ira(state: State) -> None:
    savers, row = state.savers, int(state.birthday_rows()[0])
    savers.holds_plan[:] = True
    give(savers, row, {PAYS: 1000.0})
    give_ira(savers, row, {PAYS: 500.0})
    state.plans.record_keeping_usd[:], state.plans.asset_fee[:] = 0.0, 0.01
    due = cash_due(state, state.funds.reported)
    found = due.due[due.rows == row][0, 0]
    assert found == pytest.approx(10.0 * state.funds.reported[PAYS])
    state.plans.asset_fee[:] = 0.0
    assert not record_keeping_due(state).any()


def own_buyout_only(state: State) -> int:
    """Give a retired saver a buyout fund, bought from outside investors, in place of their fund."""
    savers, funds = state.savers, state.funds
    single = (savers.fund >= 0).sum(axis=1) == 1
    single_fund = np.flatnonzero((savers.status == RETIRED) & single & (savers.withdrawal > 0.0))
    row = int(single_fund[np.argmin(savers.wealth[single_fund])])  # whose withdrawals no gate can notice
    fund, moved = savers.fund[row, 0], savers.weight * savers.units[row, 0]
    savers.fund[row, 0] = 0
    assert moved < 0.1 * funds.outside[0]
    funds.outside[0] -= moved
    funds.outside[fund] += moved
    funds.savers = savers.weight * sum_by_fund(savers.fund, savers.units, CATALOGUE.size)
    return row


def test_an_account_in_a_fund_that_pays_is_never_short_not_even_when_fees_are_taken() -> None:
    """Incentive fees at the quarter's end lower the price of the units asked and of those paid alike."""
    one = world({"market.returns": "constant", "market.expected.buyout": 0.4}, savers=300)
    row = own_buyout_only(one.state)
    one.run_for(6)
    assert sum(manager.performance_fees for manager in one.managers) > 0.0
    assert one.savers.withdrawn[row] > 0.0
    assert one.savers.unmet_months[row] == one.savers.gated_months[row] == 0


def test_an_account_in_a_fund_that_does_not_pay_is_short_every_month() -> None:
    one = world({"funds.gate.monthly": 0.0}, savers=300)
    row = own_buyout_only(one.state)
    one.run_for(6)
    survived = 6 if one.savers.generation[row] == 0 else 0
    assert one.savers.withdrawn[row] == 0.0
    assert one.savers.unmet_months[row] == one.savers.gated_months[row] == survived == 6
    assert one.record.tables["monthly"].columns()["exhausted_share"].max() == 0.0


def test_a_frozen_cash_out_is_missed_once_and_waits_every_month() -> None:
    one = world({"funds.gate.monthly": 0.0, **QUIET}, savers=300)
    row, savers = own_buyout_only(one.state), one.savers
    savers.withdrawal[row], savers.lump[row] = 0.0, math.inf
    for months in range(1, 4):
        one.run_for(1)
        assert savers.frozen_lump[row] == pytest.approx(savers.wealth[row], rel=0.2)
        assert savers.lump[row] == 0.0
        assert (savers.unmet_months[row], savers.gated_months[row]) == (1, months)
    assert savers.withdrawn[row] == 0.0


def test_an_old_cash_out_is_paid_by_private_funds_alone() -> None:
    """What flows into the next plan is left alone; what the fund pays is spent, and then nothing waits."""
    savers = table(2)
    savers.contribution[:] = 50.0
    give(savers, 0, {FROZEN: 40.0, PAYS: 60.0})
    savers.frozen_lump[0] = 30.0
    for share, spent in ((0.0, 0.0), (0.5, 15.0)):
        cash = paid_now(savers, np.where(SHUT == 0.0, share, 1.0))
        assert (cash.spent.sum(), cash.unmet.sum()) == pytest.approx((spent, 0.0))
        assert account(savers, 0, in_ira=False)[PAYS] == 60.0
    savers.withdrawal[0] = 5.0
    assert paid_now(savers, SHUT).spent[0] == pytest.approx(5.0)
    assert account(savers, 0, in_ira=False)[PAYS] == pytest.approx(55.0)


@pytest.mark.parametrize(("age", "early"), [(54, 100.0), (55, 0.0), (58, 0.0), (59, 0.0)])
def test_a_cash_out_comes_from_a_plan_that_was_left(age: int, early: float) -> None:
    """Whoever starts the next job at once has left all the same; money for a hardship has not."""
    savers = table(2)
    savers.people.age[:] = age
    for row in (0, 1):
        give(savers, row, {PAYS: 100.0})
    savers.lump[:] = [math.inf, 10.0]
    taken = taken_early(savers, paid_now(savers, ones()))
    assert taken.tolist() == pytest.approx([early, 10.0 if age < 59 else 0.0])
