"""A followed life: the same world, books that close, and sums that are those of the tables and the ledger."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from environment.books import BooksError
from environment.follow import Life
from environment.milestones import found_job, has_birthday, left_job
from environment.portraits import Portrait
from environment.savers import RETIRED, SEPARATED, WORKING
from environment.transfers import (
    OUTSIDE,
    WEALTH,
    WITHIN,
    PaidOut,
    RowMonth,
    Trade,
    Transfer,
    check_units,
    check_wealth,
    defaulted,
    gains,
    payments_in,
    payments_out,
    transfers_of_dying,
    transfers_of_living,
)
from experiments.followed import FollowedWorld
from tests.environment.worlds import LIVELY, assert_identical, scenario, world

SAVERS, YEARS = 80, 4
# Narrow gates, so that requests wait; loans, hardship and job changes, so that every transfer occurs.
BUSY: Mapping[str, object] = {
    **LIVELY,
    "employers.open_hazard.guidance": 1.0,
    "funds.gate.monthly": 0.01,
    "funds.gate.quarterly": 0.02,
    "careers.loan.hazard": 0.3,
    "careers.loan.years": 1,
    "careers.hardship.hazard": 0.3,
    "careers.job_change.35_44": 0.5,
}


@cache
def followed(**values: object) -> FollowedWorld:
    """A busy world at its end in which every row was followed."""
    one = FollowedWorld(scenario({**BUSY, **values}, savers=SAVERS, years=YEARS), range(SAVERS))
    one.run_for(12 * YEARS)
    return one


def all_lives(one: FollowedWorld) -> list[Life]:
    return [life for row in one.followed for life in row.lives]


def kinds_told(one: FollowedWorld) -> set[str]:
    return {told.kind for life in all_lives(one) for told in life.milestones}


def sums(transfers: list[Transfer]) -> dict[str, float]:
    """USD by kind."""
    total: defaultdict[str, float] = defaultdict(float)
    for one in transfers:
        total[one.kind] += one.usd
    return total


def test_a_followed_world_is_the_same_world() -> None:
    plain = world(BUSY, savers=SAVERS, years=YEARS)
    plain.run_for(12 * YEARS)
    assert_identical(followed(), plain)


def test_everything_that_can_happen_happens_here() -> None:
    """So that the tests below are about something."""
    moved = {one.kind for life in all_lives(followed()) for one in life.transfers}
    assert moved >= {"bequest", "forfeiture", "loan", "loan_repayment", "hardship", "cash_out", "withdrawal"}
    assert moved >= {"deemed_distribution_tax", "early_penalty", "record_keeping_fee", "fund_fee"}
    purposes = {one.partition("_")[2] for one in moved if one.startswith("purchase_")}
    assert purposes == {"payday", "switch", "rollover", "transfer", "mapping", "queue"}


def test_all_followed_lives_together_are_the_ledger() -> None:
    """Every flow of the savers' account, over the run; stale prices move claims and no money."""
    one = followed()
    table = one.record.tables["ledger"].columns()
    ledger: defaultdict[str, float] = defaultdict(float)
    for payer, flow, usd in zip(table["payer"], table["flow"], table["usd"], strict=True):
        of_others = payer in ("estates", "outside_investors") or flow == "stale_price"
        ledger[str(flow)] += 0.0 if of_others else float(usd)
    told = sums([part for life in all_lives(one) for part in life.transfers])
    told = {kind: abs(usd) * one.savers.weight for kind, usd in told.items()}
    taxes = told["withdrawal_tax"] + told["early_penalty"]
    spent = told["withdrawal"] + told["hardship"] + told["cash_out"]
    assert spent - taxes == pytest.approx(ledger["withdrawal"], rel=1e-9)
    assert told["fund_fee"] == pytest.approx(ledger["management_fee"] + ledger["performance_fee"], rel=1e-9)
    same = ("deferral", "match", "nonelective", "forfeiture", "loan", "loan_repayment", "bequest")
    for flow in (*same, "withdrawal_tax", "early_penalty", "deemed_distribution_tax", "social_security"):
        assert told[flow] == pytest.approx(ledger[flow], rel=1e-9), flow
    assert told["record_keeping_fee"] == pytest.approx(ledger["record_keeping_fee"], rel=1e-9)


def test_a_life_sums_to_what_the_table_says_of_it() -> None:
    one = followed()
    for row in one.followed:
        told, at = sums(row.lives[-1].transfers), row.row
        paid_in = sum(told[name] for name in ("deferral", "match", "nonelective", "loan_repayment"))
        taken = -sum(told[name] for name in ("withdrawal", "hardship", "cash_out", "loan"))
        fees = -told["fund_fee"] - told["record_keeping_fee"]
        assert paid_in + told["forfeiture"] == pytest.approx(one.savers.contributed[at], rel=1e-9, abs=1e-6)
        assert taken == pytest.approx(one.savers.withdrawn[at], rel=1e-9, abs=1e-6)
        assert fees == pytest.approx(one.savers.fees_paid[at], rel=1e-9, abs=1e-6)


def test_wealth_is_that_of_the_world_every_month() -> None:
    one = FollowedWorld(scenario(BUSY, savers=40, years=2), range(40))
    for month in range(1, 25):
        one.run_for(1)
        wealth = one.savers.wealth
        for row in one.followed:
            assert row.lives[-1].wealth[month] == pytest.approx(wealth[row.row], rel=1e-12, abs=1e-9)


def test_transfers_explain_every_month() -> None:
    """The check that the follower itself makes, done again on what it hands over."""
    for life in all_lives(followed()):
        by_month: defaultdict[int, float] = defaultdict(float)
        for one in life.transfers:
            by_month[one.month] += one.usd * (one.effect == WEALTH)
        start = life.wealth.get(0, 0.0)
        for month, end in sorted(life.wealth.items()):
            assert end - start == pytest.approx(by_month[month], rel=1e-9, abs=1e-9 * max(start, end, 1e3))
            start = end


def test_no_cash_stays_in_the_accounts() -> None:
    """What is bought is what flowed in and what was sold, less what was paid out."""
    runs_through_prices = ("gain", "fund_fee", "bequest")
    for life in all_lives(followed()):
        cash: defaultdict[int, float] = defaultdict(float)
        for one in life.transfers:
            if one.effect == WEALTH and one.kind not in runs_through_prices:
                cash[one.month] += one.usd
            elif one.effect == WITHIN:
                cash[one.month] -= one.usd
        assert all(abs(usd) < 1e-6 for usd in cash.values())


def test_units_bought_and_sold_are_the_units_held() -> None:
    one = followed()
    for row in one.followed:
        life = row.lives[-1]
        held: defaultdict[tuple[str, int], float] = defaultdict(float)
        held.update(life.first.units if life.first_month == 0 else {})
        for part in life.transfers:
            held[part.account, part.fund] += part.units
        slots = np.flatnonzero(one.savers.fund[row.row] >= 0).tolist()
        left = {place: units for place, units in held.items() if abs(units) > 1e-6}
        names = ["ira" if one.savers.in_ira[row.row, slot] else "plan" for slot in slots]
        really = {
            (name, int(one.savers.fund[row.row, slot])): float(one.savers.units[row.row, slot])
            for name, slot in zip(names, slots, strict=True)
        }
        assert left == pytest.approx({place: units for place, units in really.items() if units > 1e-6})


def test_a_death_hands_the_row_to_a_new_life() -> None:
    one = followed()
    rows = [row for row in one.followed if len(row.lives) > 1]
    assert rows
    for row in rows:
        dead, entrant = row.lives[-2:]
        last = dead.milestones[-1]
        assert last.kind == "dies"
        assert entrant.milestones[0].kind == "enters"
        assert entrant.saver == dead.saver + SAVERS
        assert entrant.first_month == last.month == max(dead.wealth, default=0) + 1
        left = -sum(part.usd for part in dead.transfers if part.kind == "bequest")
        assert last.numbers["usd"] == pytest.approx(left)


def test_a_closed_population_ends_with_its_lives() -> None:
    one = followed(**{"population.mode": "closed"})
    ended = [row for row in one.followed if not one.savers.alive[row.row]]
    assert ended
    for row in ended:
        (life,) = row.lives
        assert life.milestones[-1].kind == "dies"
        assert life.milestones[-1].month == max(life.wealth) + 1


@pytest.mark.parametrize(
    ("key", "kinds"),
    [
        ("careers.loan.hazard", {"takes_loan", "loan_is_repaid", "loan_defaults"}),
        ("careers.hardship.hazard", {"asks_hardship"}),
        ("policy.access", {"plan_opens", "plan_maps", "waits"}),
        ("savers.inertia", {"switches"}),
    ],
)
def test_what_is_left_out_of_the_model_is_not_told(key: str, kinds: set[str]) -> None:
    off: dict[str, object] = {"policy.access": "none", "savers.inertia": 1.0}
    without = followed(**{key: off.get(key, 0.0)})
    assert not kinds & kinds_told(without)
    assert kinds <= kinds_told(followed())


def test_milestones_agree_with_the_transfers_of_their_month() -> None:
    """Nobody takes a loan without a transfer, and no transfer of a loan is left untold; so the others."""
    pairs = {"takes_loan": "loan", "dies": "bequest", "asks_hardship": "hardship"}
    for life in all_lives(followed()):
        for milestone, transfer in pairs.items():
            told = {
                one.month: one.numbers["usd"]
                for one in life.milestones
                if one.kind in (milestone, f"is_paid_{transfer}") and one.numbers["usd"]
            }
            moved: defaultdict[int, float] = defaultdict(float)
            for part in life.transfers:
                if part.kind == transfer:
                    moved[part.month] -= part.usd
            assert told == pytest.approx(dict(moved))


READ = """age alive generation status months_out tenure pay contribution own_contribution match loan
loan_payment benefit_real lump withdrawal"""
NUMBERS = dict.fromkeys(READ.split(), 0.0)
"""What the functions below read of a saver who has nothing."""


def likeness(units: Mapping[tuple[str, int], float] | None = None, **numbers: float) -> Portrait:
    return Portrait({**NUMBERS, "alive": 1.0, "age": 40.0, **numbers}, units or {}, {}, ())


def month(before: Portrait, middle: Portrait, after: Portrait, **values: object) -> RowMonth:
    """A month in which the only fund went from 1.00 to 1.10, after a fee of a cent a unit."""
    known: dict[str, object] = {
        "prices_before": np.array([1.0]),
        "prices_after": np.array([1.1]),
        "fee_per_unit": np.array([0.01]),
        "trades": (),
        "paid": PaidOut(),
        "asked": frozenset[str](),
        "lump_purpose": "hardship",
    }
    return RowMonth(1, 2.0, before, middle, after, **{**known, **values})  # type: ignore[arg-type]


HUNDRED = {("plan", 0): 100.0}


def test_a_gain_is_told_before_fees() -> None:
    """100 units that rise by ten cents after a fee of one: 11 of gain, 1 of fee."""
    one = likeness(HUNDRED)
    told = sums(gains(month(one, one, one), HUNDRED))
    assert told == pytest.approx({"gain": 11.0, "fund_fee": -1.0})


def test_money_that_flows_in_by_its_parts() -> None:
    one = likeness(contribution=175.0, own_contribution=100.0, match=50.0, loan_payment=20.0)
    told = sums(payments_in(month(one, one, one)))
    assert told == {"deferral": 100.0, "match": 50.0, "nonelective": 25.0, "loan_repayment": 20.0}


@pytest.mark.parametrize(
    ("status", "purpose", "kind"),
    [
        (RETIRED, "cash_out", "withdrawal"),
        (WORKING, "hardship", "hardship"),
        (SEPARATED, "cash_out", "cash_out"),
    ],
)
def test_what_is_taken_has_its_name_and_its_taxes(status: int, purpose: str, kind: str) -> None:
    """A tax of 15% on 80, of which the IRA paid 30, and an addition of 10% on the 50 that were early."""
    paid = PaidOut(spent=80.0, from_ira=30.0, fees=5.0, forfeited=7.0, lent=9.0, early=50.0)
    one = likeness(status=status)
    of_month = month(one, one, one, paid=paid, lump_purpose=purpose)
    told = [(part.kind, part.account, part.usd) for part in payments_out(of_month)]
    assert told == [
        (kind, "ira", -30.0),
        (kind, "plan", -50.0),
        ("record_keeping_fee", "", -5.0),
        ("forfeiture", "", -7.0),
        ("loan", "plan", -9.0),
    ]
    outside = [part for part in transfers_of_living(of_month, 0.15, 0.10) if part.effect == OUTSIDE]
    assert sums(outside) == pytest.approx({"withdrawal_tax": -12.0, "early_penalty": -5.0})


def test_benefits_are_paid_at_the_prices_of_the_month() -> None:
    one = likeness(benefit_real=1_000.0)
    assert sums(transfers_of_living(month(one, one, one), 0.15, 0.1)) == {"social_security": 2_000.0}


def test_the_dying_leave_what_their_units_are_worth() -> None:
    """100 rises to 110 and goes to the estate; the row's next owner has none of it."""
    before, after = likeness(HUNDRED), likeness(generation=1.0)
    moved = transfers_of_dying(month(before, after, after))
    assert sums(moved) == pytest.approx({"gain": 11.0, "fund_fee": -1.0, "bequest": -110.0})
    check_wealth(1, 100.0, 0.0, moved)


def test_a_loan_without_payment_is_in_default() -> None:
    owes = likeness(loan=500.0, loan_payment=10.0)
    assert defaulted(month(owes, likeness(loan_payment=10.0), likeness())) == 0.0
    assert defaulted(month(owes, likeness(), likeness())) == 500.0
    assert defaulted(month(likeness(), likeness(), likeness())) == 0.0


def test_who_leaves_and_who_finds_a_job() -> None:
    """A birthday adds a year of tenure, unless a new employer takes it away."""
    stays, leaves = likeness(age=41.0, tenure=6.0), likeness(age=41.0)
    before = likeness(tenure=5.0)
    assert has_birthday(month(before, stays, stays))
    assert not left_job(month(before, stays, stays))
    assert left_job(month(before, leaves, leaves))
    assert not left_job(month(before, likeness(), likeness()))
    assert not left_job(month(before, leaves, likeness(age=41.0, status=RETIRED)))
    out = likeness(status=SEPARATED, months_out=1.0)
    assert found_job(month(out, likeness(), likeness()))
    assert not found_job(month(out, out, out))
    assert not left_job(month(out, likeness(age=41.0), likeness(age=41.0)))
    assert not has_birthday(month(likeness(age=0.0), stays, stays))


def test_what_no_transfer_explains_is_refused() -> None:
    paid = Transfer(1, "match", WEALTH, "plan", 10.0)
    check_wealth(1, 100.0, 110.0, [paid])
    check_wealth(1, 100.0, 110.0 + 1e-8, [paid])
    with pytest.raises(BooksError, match="month 1: the wealth of a saver"):
        check_wealth(1, 100.0, 110.001, [paid])
    with pytest.raises(BooksError):
        check_wealth(1, 100.0, 110.0, [replace(paid, effect=OUTSIDE)])
    with pytest.raises(BooksError):
        check_wealth(1, 100.0, float("nan"), [paid])


def test_units_that_no_trade_explains_are_refused() -> None:
    before, after = likeness(HUNDRED), likeness({("plan", 0): 90.0})
    sale = Trade("cash", ("plan", 0), -10.0)
    check_units(month(before, before, after, trades=(sale,)))
    with pytest.raises(BooksError, match="units off its trades"):
        check_units(month(before, before, after))
    with pytest.raises(BooksError):
        check_units(month(before, before, after, trades=(replace(sale, holding=("ira", 0)),)))
