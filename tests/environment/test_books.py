"""The books: transfers, fees split over owners, and every sector's account over two years."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment import books as ledger
from environment.accounting import ownership
from environment.assets import PRIVATE
from environment.books import Books, Ownership, post_fees, share_fees
from environment.funds.book import PRIVATES, FundBook, open_fund_book
from environment.savers import SEPARATED
from environment.withdrawing import SPENDING
from tests.environment.funds.small_books import INDEX, SIZE, SLEEVE, random_book
from tests.environment.watching import MOVED, Passed, WatchedWorld, loans_of, watched
from tests.environment.worlds import LIVELY

SEEDS = st.integers(0, 2**32 - 1)


def owners(book: FundBook) -> Ownership:
    """Who owns the funds of a book."""
    return Ownership(book.savers, book.estates, book.outside, book.units, book.held, book.reported, book.true)


def test_what_one_pays_another_receives() -> None:
    books = Books()
    books.post("savers", "government", "withdrawal_tax", 3.0)
    books.post("government", "savers", "refund", 1.0)
    books.post("savers", "estates", "bequest", 0.0)
    assert dict(books.accounts) == {"savers": -2.0, "government": 2.0}
    assert ("savers", "estates", "bequest") not in books.year


def test_a_sector_closes_at_opening_flows_and_revaluation() -> None:
    books = Books()
    books.post("employers", "savers", "match", 5.0)
    books.revalue("savers", -2.0)
    assert books.closing("savers", 100.0) == 103.0
    assert books.closing("employers", 0.0) == -5.0


def test_a_year_is_handed_over_sorted_and_forgotten() -> None:
    books = Books()
    for payer, usd in (("savers", 1.0), ("employers", 2.0), ("savers", 3.0)):
        books.post(payer, "estates", "gift", usd)
    assert books.close_year() == [("employers", "estates", "gift", 2.0), ("savers", "estates", "gift", 4.0)]
    assert books.close_year() == []
    assert books.accounts["estates"] == 6.0


def test_stale_prices_move_claims_and_no_money() -> None:
    """A negative amount is a positive one the other way; nothing is nothing."""
    books = Books()
    books.post_valuation("savers", "outside_investors", 4.0)
    books.post_valuation("savers", "outside_investors", -1.0)
    books.post_valuation("savers", "estates", 0.0)
    assert books.close_year() == [
        ("outside_investors", "savers", "stale_price", 1.0),
        ("savers", "outside_investors", "stale_price", 4.0),
    ]
    assert not any(books.accounts.values())


def test_fees_by_hand() -> None:
    """A private fund of 100 units takes 10, a target-date fund with 20 of them takes 2, an index fund 3.

    Savers own 50 units and three quarters of the target-date fund; its other quarter is the estates'.
    """
    own = owners(open_fund_book(SIZE, np.zeros(SIZE)))
    own.units[[0, INDEX, SLEEVE]] = 100.0, 30.0, 40.0
    own.held[SLEEVE, 0] = 20.0
    own.savers[[0, INDEX, SLEEVE]], own.estates[SLEEVE], own.outside[0] = (50.0, 30.0, 30.0), 10.0, 30.0
    fees = np.zeros(SIZE)
    fees[[0, INDEX, SLEEVE]] = 10.0, 3.0, 2.0
    shares = share_fees(own, fees)
    assert shares.per_unit[[0, INDEX, SLEEVE]] == pytest.approx([0.1, 0.1, 2.0 / 40.0 + 0.1 * 20.0 / 40.0])
    by_owner = dict(zip(ledger.OWNERS, shares.by_owner, strict=True))
    assert by_owner["savers"][[0, 5]] == pytest.approx([0.1 * (50.0 + 15.0), 3.0 + 1.5])
    assert by_owner["estates"][[0, 5]] == pytest.approx([0.1 * 5.0, 0.5])
    assert by_owner["outside_investors"][[0, 5]] == pytest.approx([3.0, 0.0])


@given(SEEDS)
def test_every_fee_is_borne_by_an_owner(seed: int) -> None:
    """Over owners, the fees of each private manager are those of its fund; the rest are the index house's."""
    draw = np.random.default_rng(seed)
    book = random_book(draw)
    own = owners(book)
    fees = draw.uniform(0.0, 1.0, SIZE)
    shares = share_fees(own, fees)
    total = shares.by_owner.sum(axis=0)
    assert total == pytest.approx(np.append(fees[PRIVATES], fees[len(PRIVATE) :].sum()))
    borne = sum(float(units @ shares.per_unit) for units in (book.savers, book.estates, book.outside))
    assert borne == pytest.approx(fees.sum())


@given(SEEDS)
def test_shares_of_fees_are_those_of_the_formulas(seed: int) -> None:
    """A rate a unit, and for what is inside a fund the rates of the units it holds for one of its own."""
    draw = np.random.default_rng(seed)
    own, fees = owners(random_book(draw)), draw.uniform(0.0, 1.0, SIZE)
    shares, rate = share_fees(own, fees), fees / own.units
    assert shares.per_unit == pytest.approx(rate + own.held @ rate[PRIVATES] / own.units, rel=1e-12)
    for owner, units in enumerate((own.savers, own.estates, own.outside)):
        to_private = (units[PRIVATES] + units / own.units @ own.held) * rate[PRIVATES]
        to_index_house = units[INDEX:] @ rate[INDEX:]
        assert shares.by_owner[owner] == pytest.approx(np.append(to_private, to_index_house), rel=1e-12)


def test_fees_reach_managers_and_leave_owners_where_prices_put_them() -> None:
    """They are taken in prices: the owner's account closes without them, and the manager has the money."""
    own = owners(open_fund_book(SIZE, np.zeros(SIZE)))
    own.units[0], own.savers[0], own.outside[0] = 10.0, 4.0, 6.0
    books = Books()
    post_fees(books, share_fees(own, np.where(np.arange(SIZE) == 0, 5.0, 0.0)), "management_fee")
    assert books.closing("savers", 4.0) == pytest.approx(4.0)
    assert books.accounts["buyout_house"] == pytest.approx(5.0)
    assert books.year["savers", "buyout_house", "management_fee"] == pytest.approx(2.0)


def cash_to_estates(world: WatchedWorld, month: Passed) -> float:
    """USD paid to estates: for units that queued, and for what the dead held of funds that pay daily."""
    reported, paid = month.prices.after.reported, month.prices.paid
    left = np.zeros(world.state.catalogue.size)
    held = month.departed.fund >= 0
    np.add.at(left, month.departed.fund[held], world.savers.weight * month.departed.units[held])
    daily = np.where(world.state.catalogue.is_private, 0.0, left * paid)
    return float((daily + paid * month.own.estates) @ reported)


def stocks(world: WatchedWorld, cash: Mapping[str, float]) -> dict[str, float]:
    """What every sector has now: units at reported prices, and the cash it was paid."""
    funds = world.state.funds
    holdings = {
        ledger.SAVERS: world.savers.weight * float(world.savers.wealth.sum()),
        ledger.ESTATES: float(funds.estates @ funds.reported),
        ledger.OUTSIDE: float(funds.outside @ funds.reported),
    }
    return {sector: holdings.get(sector, 0.0) + cash.get(sector, 0.0) for sector in (*holdings, *cash)}


def tax_of(world: WatchedWorld, month: Passed, written_off: float) -> float:
    """USD an account: 15%, and a tenth before 59 but for those who left the employer at 55 or later.

    All there is in a plan, or the private part of it that waited, is asked by those who left.
    """
    cash, wanted = month.filled.cash, month.asked.withdrawals
    age, separated = world.savers.age[cash.rows], world.savers.status[cash.rows] == SEPARATED
    waited = ~(wanted.source | world.savers.in_ira[cash.rows]).all(axis=1)
    left = separated | np.isinf(wanted.due[:, SPENDING]) | waited
    early = (age < 59) & ~(left & (age >= 55))
    return float(0.15 * (cash.spent.sum() + written_off) + 0.1 * cash.spent[early].sum())


def cash_of(world: WatchedWorld, month: Passed, repaid: float, written_off: float) -> dict[str, float]:
    """USD that the month moved to everybody outside the funds, from what was filled and charged."""
    savers, cash = world.savers, month.filled.cash
    weight = savers.weight
    benefits = weight * world.state.level * float(savers.benefit_real.sum())
    tax = weight * tax_of(world, month, written_off)
    taken = weight * float(cash.spent.sum() + cash.lent.sum() - repaid)
    fees = month.terms.charges.total * month.prices.after.gross
    return {
        ledger.EMPLOYERS: -weight * float(savers.contribution.sum() - cash.forfeited.sum()),
        ledger.GOVERNMENT: tax - benefits,
        ledger.HOUSEHOLDS: taken - tax + benefits,
        ledger.RECORD_KEEPERS: weight * float(cash.fees.sum()),
        ledger.ESTATES: cash_to_estates(world, month),
        **dict(zip(ledger.MANAGERS[:5], fees[PRIVATES].tolist(), strict=True)),
        ledger.INDEX_HOUSE: float(fees[len(PRIVATE) :].sum()),
    }


@pytest.mark.parametrize(
    ("values", "queues"), [({}, False), (LIVELY, True), (MOVED, True)], ids=["defaults", "lively", "moved"]
)
def test_every_sector_closes_over_two_years(values: Mapping[str, object], queues: bool) -> None:
    """Opening, flows and revaluation are what each sector holds and was paid, to 1e-12 of wealth."""
    world = watched(values, savers=2000)
    opening = stocks(world, {})
    cash: defaultdict[str, float] = defaultdict(float)
    dead, defaulted, queued = 0, 0.0, False
    for _ in range(24):
        owed, generation = world.savers.loan.copy(), world.savers.generation.copy()
        month = world.month()
        repaid, written_off = loans_of(world, month, owed, generation)
        for sector, usd in cash_of(world, month, repaid, written_off).items():
            cash[sector] += usd
        defaulted += written_off
        dead += int((month.departed.units > 0.0).any(axis=1).sum())
        queued |= bool(world.state.funds.estates.any())
    books, now = world.state.books, stocks(world, cash)
    assert set(books.accounts) <= set(now)
    for sector, usd in now.items():
        expected = pytest.approx(usd, abs=1e-12 * now[ledger.SAVERS])
        assert books.closing(sector, opening.get(sector, 0.0)) == expected, sector
    assert dead > 0
    assert defaulted > 0.0
    assert queued == queues


def test_all_transfers_cancel() -> None:
    world = watched(LIVELY)
    world.run_for(24)
    accounts = world.state.books.accounts
    assert sum(accounts.values()) == pytest.approx(0.0, abs=1e-12 * abs(accounts[ledger.SAVERS]))


def test_the_ledger_has_the_fees_of_the_months() -> None:
    """What savers pay as fees in the two years of the ledger are `fees_usd` of the 24 months."""
    world = watched(LIVELY)
    fees = [world.month().account.fees for _ in range(24)]
    rows = world.record.tables["ledger"].columns()
    paid = (rows["payer"] == ledger.SAVERS) & np.isin(rows["flow"], ledger.FEE_FLOWS)
    by_year = [float(rows["usd"][paid & (rows["year"] == year)].sum()) for year in (1, 2)]
    assert by_year == pytest.approx([sum(fees[:12]), sum(fees[12:])], rel=1e-12)
    assert np.all(rows["usd"] != 0.0)


def test_a_new_world_owes_nothing() -> None:
    """Opening balances and the outsiders' units are stocks, not flows."""
    world = watched()
    own = ownership(world.state)
    assert not world.state.books.accounts
    assert own.units[PRIVATES] == pytest.approx(own.outside[PRIVATES])
