"""Standing orders against the plain month in which everybody acts, and against closed forms."""

from collections.abc import Mapping
from dataclasses import fields

import numpy as np
import pytest

from environment import standing
from environment.books import BooksError
from environment.drawing import can_draw
from environment.model import World
from environment.reading import Accounts, settled, settled_row, units_of_savers
from environment.savers import RETIRED, Savers
from environment.settling import SETTLED
from environment.standing import Standing, advance, all_act, draw, rest, settle_all, wake, wake_block
from environment.typing import FloatArray, IntArray
from environment.watching import acts_every_month
from experiments.followed import FollowedWorld
from tests.environment.worlds import CATALOGUE, LIVELY, SLEEVE, assert_identical, give, ones, table, world

HOME, ABROAD, OLD = CATALOGUE.plain.start, CATALOGUE.plain.start + 1, 70
MONTHS = 29  # the last settlement of all is five months ago
NO_FEE = 0.0 * ones()

# What wakes savers: plans that open, doors that shut, gates, debts, spells without a job, hardship, crashes.
TURBULENT: Mapping[str, object] = {
    **LIVELY,
    "policy.access_end": "2026-09",
    "careers.loan.hazard": 0.3,
    "careers.loan.years": 1,
    "careers.unemployment.chance": 0.9,
    "careers.hardship.hazard": 0.1,
    "funds.gate.quarterly": 0.001,
    "market.volatility.us_equity": 1.5,
}


@pytest.fixture
def all_may_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let small worlds have standing orders too."""
    monkeypatch.setattr(standing, "FEW_SAVERS", 0)


def after_months(values: Mapping[str, object] | None, months: int = MONTHS, savers: int = 400) -> World:
    one = world(values, savers=savers, years=3)
    one.run_for(months)
    return one


def differences(plain: World, other: World) -> dict[str, float]:
    """Largest difference of every column relative to its largest number; whole numbers must be equal."""
    found = {}
    for owner, same in ((plain.savers, other.savers), (plain.state.funds, other.state.funds)):
        for field in fields(owner):
            left, right = getattr(owner, field.name), getattr(same, field.name)
            if not isinstance(left, np.ndarray):
                continue
            if left.dtype.kind != "f":
                np.testing.assert_array_equal(left, right, err_msg=field.name)
                continue
            finite = np.isfinite(left)
            np.testing.assert_array_equal(finite, np.isfinite(right))
            scale = np.abs(left[finite]).max(initial=1e-300)
            found[field.name] = np.abs(left[finite] - right[finite]).max(initial=0.0) / scale
    return found


@pytest.mark.parametrize(
    "values",
    [None, LIVELY, TURBULENT, {"population.initial_balances": "zero"}],
    ids=["default", "lively", "turbulent", "nothing owned at the opening"],
)
def test_standing_orders_give_what_the_plain_month_gives(
    values: Mapping[str, object] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = after_months(values)
    monkeypatch.setattr(standing, "FEW_SAVERS", 0)
    other = after_months(values)
    assert plain.state.standing.nobody_stands
    assert other.state.standing.acting.size < 0.5 * other.state.savers.size
    assert max(differences(plain, other).values()) < 1e-12
    recorded = other.record.tables["monthly"].columns()
    for name, column in plain.record.tables["monthly"].columns().items():
        if name != "ledger_residual" and np.asarray(column).dtype.kind == "f":
            rounding = 1e-12 * np.nanmax(np.abs(column))
            np.testing.assert_allclose(recorded[name], column, rtol=1e-11, atol=rounding, err_msg=name)


def test_reading_a_world_settles_a_copy_and_changes_nothing(all_may_stand: None) -> None:
    read, alone = world(savers=200, years=2), world(savers=200, years=2)
    for _ in range(17):
        read.run_for(1)
        accounts = Accounts(read.state.standing, read.state.savers)
        wealth = read.savers.wealth
        assert [accounts.wealth_of(row) for row in range(200)] == pytest.approx(wealth)
        assert [accounts.fees_of(row) for row in range(200)] == pytest.approx(read.savers.fees_paid)
        assert read.state.savers.weight * wealth.sum() == pytest.approx(
            read.state.funds.savers @ read.state.funds.reported, rel=1e-12
        )
    alone.run_for(17)
    assert (read.state.savers.units != read.savers.units).any()
    assert_identical(read, alone)


def test_a_followed_world_is_the_same_and_its_lives_add_up(all_may_stand: None) -> None:
    """The follower checks every month that transfers explain the units and the wealth of the row."""
    one = world(savers=300, years=2)
    followed = FollowedWorld(one.state.scenario, rows=range(0, 300, 3))
    one.run_for(20)
    followed.run_for(20)
    assert_identical(one, followed)
    kinds = {part.kind for row in followed.followed for life in row.lives for part in life.transfers}
    assert {"deferral", "withdrawal", "gain"} <= kinds, kinds


class Bench:
    """Savers who all stand, born in January, and a month of prices at a time."""

    def __init__(self, savers: Savers) -> None:
        savers.people.birth_month[:] = 1
        self.savers, self.rows = savers, np.arange(savers.size)
        self.standing: Standing = all_act(savers.size, CATALOGUE.is_slow, 0.0)
        rest(self.standing, savers, self.rows)

    def month(self, prices: FloatArray, fees: FloatArray = NO_FEE, filled: FloatArray | None = None) -> None:
        draw(self.standing, self.savers, prices)
        advance(self.standing, self.savers, prices, prices if filled is None else filled, fees, 1.0)

    def now(self) -> Savers:
        return settled(self.standing, self.savers)


def contributor(monthly: float, units: float) -> Savers:
    savers = table(1)
    give(savers, 0, {HOME: units, ABROAD: 1.0})
    savers.contribution[0], savers.match[0] = monthly, 0.25 * monthly
    savers.split_fund[0, :2], savers.split_share[0, :2] = (HOME, ABROAD), (0.75, 0.25)
    return savers


def pensioner(units: Mapping[int, float], withdrawal: float) -> Savers:
    savers = table(1)
    give(savers, 0, units)
    savers.status[0], savers.people.age[0], savers.withdrawal[0] = RETIRED, OLD, withdrawal
    return savers


def test_what_flows_in_buys_the_sum_of_one_over_the_price(all_may_stand: None) -> None:
    """Prices grow by 1% a month: c x (1/g + 1/g^2 + ...) units, and fees before units are bought."""
    bench, growth, monthly, fee = Bench(contributor(120.0, 10.0)), 1.01, 120.0, 0.002
    units, paid = 10.0, 0.0
    for month in range(1, 9):
        bench.month(growth**month * ones(), fee * ones())
        paid += fee * (units + 1.0 + (units - 10.0) / 3.0)
        units += 0.75 * monthly / growth**month
    expected = 10.0 + 0.75 * monthly * (1.0 - growth**-8) / (growth - 1.0)
    now = bench.now()
    assert units == pytest.approx(expected)
    assert now.units[0, :2].tolist() == pytest.approx([expected, 1.0 + (expected - 10.0) / 3.0], rel=1e-13)
    assert now.fees_paid[0] == pytest.approx(paid, rel=1e-13)
    assert now.year_fees[0] == now.fees_paid[0]
    assert (now.contributed[0], now.employer_money[0]) == pytest.approx((8 * monthly, 2 * monthly))
    assert now.spent_real[0] == pytest.approx(-8 * monthly)
    assert bench.savers.contributed[0] == 0.0


def test_a_debt_is_paid_back_with_interest_out_of_what_flows_in(all_may_stand: None) -> None:
    savers = contributor(0.0, 10.0)
    savers.loan[0], savers.loan_payment[0] = 5_000.0, 100.0
    bench = Bench(savers)
    bench.standing.loan_rate = 0.01
    for _ in range(5):
        bench.month(ones())
    now = bench.now()
    assert now.loan[0] == pytest.approx(5_000.0 * 1.01**5 - 100.0 * (1.01**5 - 1.0) / 0.01)
    assert now.units[0, 0] == pytest.approx(10.0 + 5 * 75.0)
    assert now.contributed[0] == 500.0


def test_what_is_drawn_is_the_same_share_of_every_holding(all_may_stand: None) -> None:
    """At constant prices u(t) = u(0) x (1 - W / V) each month; what fills at a better price is spent too."""
    bench = Bench(pensioner({HOME: 600.0, ABROAD: 200.0}, 10.0))
    prices = ones()
    prices[ABROAD] = 3.0
    for _ in range(6):
        bench.month(prices, 0.01 * ones(), filled=1.1 * prices)
    now = bench.now()
    assert now.units[0, :2].tolist() == pytest.approx([570.0, 190.0], rel=1e-13)
    assert now.withdrawn[0] == pytest.approx(66.0)
    assert now.year_plan_real[0] == now.spent_real[0] == now.withdrawn[0]
    held = [800.0 * (1.0 - month * 0.05 / 6.0) for month in range(6)]
    assert now.fees_paid[0] == pytest.approx(0.01 * sum(held))
    assert bench.standing.drawn[[HOME, ABROAD]].tolist() == pytest.approx([5.0, 5.0 / 3.0])
    assert units_of_savers(bench.standing, bench.savers)[[HOME, ABROAD]] == pytest.approx([570.0, 190.0])


def test_who_may_run_out_is_woken_before(all_may_stand: None) -> None:
    bench = Bench(pensioner({HOME: 200.0}, 10.0))
    bench.month(ones())
    assert not bench.standing.acting.size
    draw(bench.standing, bench.savers, 0.1 * ones())
    assert bench.standing.acting.tolist() == [0]
    assert not bench.standing.drawn.any()
    assert bench.savers.units[0, 0] == 190.0


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("status", 0),
        ("people.age", 58),
        ("withdrawal", 60.0),
        ("contribution", 1.0),
        ("fund", int(SLEEVE[0])),
    ],
)
def test_withdrawals_that_need_a_look_do_not_stand(column: str, value: float) -> None:
    """Work, a penalty, an account for a year, money that flows in, and a fund that may not pay at once."""
    savers = pensioner({HOME: 800.0}, 10.0)
    row = np.zeros(1, dtype=np.int64)
    assert can_draw(savers, row, CATALOGUE.is_slow, ones()).all()
    if column == "people.age":
        savers.people.age[0] = value
    elif column == "fund":
        savers.fund[0, 0] = value
    else:
        getattr(savers, column)[0] = value
    assert not can_draw(savers, row, CATALOGUE.is_slow, ones()).any()


@pytest.mark.parametrize("wish", ["lump", "frozen_lump", "forfeiture", "borrowing", "queued"])
def test_wishes_that_wait_are_looked_at_every_month(wish: str) -> None:
    savers, row = contributor(10.0, 5.0), np.zeros(1, dtype=np.int64)
    assert not acts_every_month(savers, row, 0.0).any()
    getattr(savers, wish)[0] = 1.0
    assert acts_every_month(savers, row, 0.0).all()


@pytest.mark.parametrize(("owed", "acts"), [(1_299.0, True), (1_301.0, False)])
def test_a_debt_that_ends_before_the_next_birthday_is_looked_at_every_month(owed: float, acts: bool) -> None:
    savers = contributor(10.0, 5.0)
    savers.loan[0], savers.loan_payment[0] = owed, 100.0
    assert acts_every_month(savers, np.zeros(1, dtype=np.int64), 0.0).tolist() == [acts]


def test_a_block_that_wakes_leaves_nothing_behind(all_may_stand: None) -> None:
    bench = Bench(contributor(30.0, 10.0))
    bench.month(ones())
    assert bench.standing.flow.sum() == 30.0
    wake_block(bench.standing, bench.savers, bench.rows)
    assert bench.savers.units[0, 0] == 32.5
    assert not bench.standing.flow.any()
    assert not bench.standing.known.units.any()
    assert bench.standing.nobody_stands


def test_rounding_of_nobody_is_dropped_when_the_last_holder_wakes(all_may_stand: None) -> None:
    savers = table(3)
    for row, units in enumerate((0.1, 1e17, 0.3)):
        give(savers, row, {HOME: units})
    bench = Bench(savers)
    bench.month(ones())
    for row in range(3):
        wake(bench.standing, savers, np.array([row]))
    assert not bench.standing.known.units.any()


def test_a_fund_that_most_have_left_is_counted_again(all_may_stand: None) -> None:
    """One of three thousandths of a unit would be lost in the rounding of 1e17."""
    savers = table(2)
    give(savers, 0, {HOME: 1e17})
    give(savers, 1, {HOME: 0.003})
    bench = Bench(savers)
    bench.month(ones())
    wake(bench.standing, savers, np.array([0]))
    assert bench.standing.known.units.sum() == 0.003
    assert bench.standing.months == 0


def test_a_year_may_end_while_nobody_stands(all_may_stand: None) -> None:
    """Sums start anew with the year also when the last row woke before its end."""
    savers = contributor(30.0, 10.0)
    bench = Bench(savers)
    for _ in range(11):
        bench.month(ones())
    wake_block(bench.standing, savers, bench.rows)
    bench.month(ones())
    settle_all(bench.standing, savers)
    rest(bench.standing, savers, bench.rows)
    for _ in range(12):
        bench.month(ones())
    assert bench.now().units[0, :2].sum() == pytest.approx(11.0 + 23 * 30.0)


def test_sums_start_anew_when_a_price_has_moved_far(all_may_stand: None) -> None:
    """Beside a million units bought for a dollar in a crash, the unit bought after it would be rounded."""
    savers = table(2)
    give(savers, 0, {HOME: 1.0})
    give(savers, 1, {HOME: 1e-3})
    savers.split_fund[1, 0], savers.split_share[1, 0] = HOME, 1.0
    bench = Bench(savers)
    for price in (1.0, 3e-7, 3e-7):
        bench.month(price * ones())
    wake(bench.standing, savers, np.array([1]))
    savers.contribution[1] = 30.0
    rest(bench.standing, savers, bench.rows)
    for _ in range(3):
        bench.month(0.7 * ones())
    settle_all(bench.standing, savers)
    assert savers.units[1, 0] == pytest.approx(1e-3 + 90.0 / 0.7, rel=1e-14)


def test_units_that_nobody_holds_are_found_when_all_are_counted(all_may_stand: None) -> None:
    bench = Bench(contributor(30.0, 10.0))
    bench.month(ones())
    settle_all(bench.standing, bench.savers)
    bench.month(ones())
    bench.standing.known.units[0, HOME] *= 1.0 + 1e-11
    with pytest.raises(BooksError, match="not those that savers hold"):
        settle_all(bench.standing, bench.savers)


def test_settling_one_row_gives_what_settling_all_gives(all_may_stand: None) -> None:
    one = world(savers=150, years=2)
    one.run_for(7)
    whole = one.savers
    for row in range(150):
        now = settled_row(one.state.standing, one.state.savers, row)
        for name in SETTLED:
            np.testing.assert_array_equal(now[name], getattr(whole, name)[row], err_msg=name)


def rows_of(standing_orders: Standing) -> IntArray:
    return np.flatnonzero(standing_orders.settled >= 0)


def test_a_saver_who_stood_for_a_year_is_settled_at_its_end(all_may_stand: None) -> None:
    one = world(savers=150, years=2)
    one.run_for(12)
    assert one.savers is one.state.savers
    assert not one.state.standing.settled[rows_of(one.state.standing)].any()
