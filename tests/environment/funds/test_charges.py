"""What managers charge: management fees, incentives over a hurdle and a high-water mark, the fee cap."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from environment.assets import BUYOUT, CASH, CLASSES, PRIVATE
from environment.funds.book import FundBook, Valuation, open_fund_book, value
from environment.funds.charges import (
    Charges,
    FeeTerms,
    age_marks,
    fee_terms,
    management_charge,
    mark_high_water,
    performance_charge,
    performance_owed,
    within_means,
)
from environment.scenario import build_scenario
from tests.environment.funds.small_books import SIZE, UNCHANGED

NO_CAP = 1.0
PATHS = settings(max_examples=40)  # each a history of several quarters


def terms(incentive: float = 0.125, hurdle: float = 0.0, catch_up: float = 0.0) -> FeeTerms:
    """Terms without a management fee, so that the incentive stands alone."""
    return FeeTerms(management=np.zeros(SIZE), incentive=incentive, hurdle=hurdle, catch_up=catch_up)


def buyout_fund(units: float = 100.0, phi: float = 0.0) -> FundBook:
    """A buyout fund at a dollar a unit, all of it invested."""
    smoothing = np.zeros(SIZE)
    smoothing[0] = phi
    book = open_fund_book(SIZE, smoothing)
    book.units[0], book.assets[0, BUYOUT] = units, units
    return book


def pass_month(book: FundBook, month: int, growth: float, agreed: FeeTerms, fee_cap: float = NO_CAP) -> float:
    """One month of the buyout fund without trades; returns the incentive fee in USD a unit."""
    none = np.zeros(SIZE)
    assets = book.assets * growth
    before = value(book, assets, none, UNCHANGED)
    age_marks(book, before)
    owed = performance_owed(book, before, agreed, month)
    share = performance_charge(owed, agreed, fee_cap)
    after = value(book, assets, share, UNCHANGED)
    book.assets, book.reported, book.true = assets * (1.0 - share)[:, None], after.reported, after.true
    mark_high_water(book, after, owed)
    return float(share[0] * after.gross[0] / book.units[0])


def pass_quarters(
    book: FundBook, growths: list[float], agreed: FeeTerms, fee_cap: float = NO_CAP
) -> list[float]:
    """Incentive fees a unit of quarters that grow by the given factors."""
    fees = []
    for quarter, growth in enumerate(growths):
        months = [
            pass_month(book, 3 * quarter + one, growth ** (1 / 3), agreed, fee_cap) for one in (1, 2, 3)
        ]
        assert months[:2] == [0.0, 0.0]
        fees.append(months[2])
    return fees


def test_a_twelfth_of_the_management_fee_within_the_cap() -> None:
    agreed = FeeTerms(management=np.array([0.0125, 0.0028, 0.0]), incentive=0.0, hurdle=0.0, catch_up=0.0)
    assert management_charge(agreed, NO_CAP) == pytest.approx(np.array([0.0125, 0.0028, 0.0]) / 12)
    assert management_charge(agreed, 0.005) == pytest.approx(np.array([0.005, 0.0028, 0.0]) / 12)
    assert not management_charge(agreed, 0.0).any()


@PATHS
@given(st.lists(st.floats(0.5, 2.0), min_size=1, max_size=6))
def test_an_incentive_of_nothing_is_nothing(growths: list[float]) -> None:
    assert pass_quarters(buyout_fund(), growths, terms(incentive=0.0)) == [0.0] * len(growths)


def test_gains_are_paid_for_once() -> None:
    """Up to 1.20: an eighth of 0.20, which leaves 1.175. A fall and the way back are free; beyond is not."""
    way = [1.2, 0.8, 1.25, 1.1]
    fees = pass_quarters(buyout_fund(), way, terms())
    assert fees == pytest.approx([0.025, 0.0, 0.0, 0.125 * 0.1175], abs=1e-12)


@PATHS
@given(st.lists(st.floats(0.6, 1.6), min_size=1, max_size=12))
def test_no_gain_is_paid_for_twice(growths: list[float]) -> None:
    """Every fee is an eighth of what the price exceeds all prices at which a fee was taken, and no more."""
    book, mark = buyout_fund(), 1.0
    for quarter, growth in enumerate(growths):
        price = book.reported[0] * growth
        (fee,) = pass_quarters(book, [growth], terms())
        assert fee == pytest.approx(0.125 * max(0.0, price - mark), abs=1e-12)
        mark = max(mark, price - fee) if fee else mark
        assert book.high_water[0] == pytest.approx(mark), quarter


@PATHS
@given(st.lists(st.floats(0.6, 1.6), min_size=1, max_size=12), st.floats(0.0, 0.95))
def test_smoothing_does_not_lower_the_mark(growths: list[float], phi: float) -> None:
    """The mark never falls; after a fee it is at least the reported price that the fee left."""
    book = buyout_fund(phi=phi)
    for growth in growths:
        mark = book.high_water[0]
        (fee,) = pass_quarters(book, [growth], terms())
        assert book.high_water[0] >= mark
        assert fee == 0.0 or book.high_water[0] == max(mark, book.reported[0])


def test_the_hurdle_grows_with_the_months_since_the_last_fee() -> None:
    """5% a year: 1.24% after a quarter, 2.47% after two. Two quarters of 1.2% stay below it."""
    agreed = terms(hurdle=0.05)
    assert pass_quarters(buyout_fund(), [1.012, 1.012], agreed) == [0.0, 0.0]
    first = 0.125 * (0.013 - (1.05**0.25 - 1.0))
    assert pass_quarters(buyout_fund(), [1.013], agreed) == pytest.approx([first])
    two = 0.125 * (1.012 * 1.014 - 1.0 - (1.05**0.5 - 1.0))
    assert pass_quarters(buyout_fund(), [1.012, 1.014], agreed) == pytest.approx([0.0, two])


def test_a_fee_starts_the_hurdle_afresh() -> None:
    book = buyout_fund()
    pass_quarters(book, [1.1], terms(hurdle=0.05))
    price = book.reported[0]
    assert (book.months_since_mark[0], book.high_water[0]) == (0.0, price)
    (fee,) = pass_quarters(book, [1.02], terms(hurdle=0.05))
    assert fee == pytest.approx(0.125 * price * (0.02 - (1.05**0.25 - 1.0)))


def test_a_full_catch_up_takes_an_eighth_of_the_whole_gain() -> None:
    assert pass_quarters(buyout_fund(), [1.1], terms(hurdle=0.05, catch_up=1.0)) == pytest.approx([0.0125])


def test_the_fee_cap_binds() -> None:
    """A cap of 3% a year leaves three quarters of a percent a quarter beside a management fee of nothing.

    Beside a management fee of 2% it leaves a quarter of a percent, beside one of 4% nothing.
    """
    for management, share in ((0.0, 0.0075), (0.02, 0.0025), (0.04, 0.0)):
        agreed = FeeTerms(np.full(SIZE, management), incentive=0.125, hurdle=0.0, catch_up=0.0)
        (fee,) = pass_quarters(buyout_fund(), [1.5], agreed, fee_cap=0.03)
        assert fee == pytest.approx(1.5 * share, abs=1e-15)


@PATHS
@given(st.floats(0.0, 0.99), st.lists(st.floats(0.5, 2.0), min_size=4, max_size=4))
def test_a_year_costs_at_most_the_cap(fee_cap: float, growths: list[float]) -> None:
    """Management and incentive fees together, as shares of assets."""
    agreed = FeeTerms(np.full(SIZE, 0.0125), incentive=0.9, hurdle=0.0, catch_up=0.0)
    book, total = buyout_fund(), 0.0
    for month in range(1, 13):
        fee = pass_month(book, month, growths[(month - 1) // 3] ** (1 / 3), agreed, fee_cap)
        total += float(management_charge(agreed, fee_cap)[0]) + fee / (book.reported[0] + fee)
    assert total <= fee_cap + 1e-12


def test_a_cap_of_one_is_no_cap() -> None:
    """An incentive of 0.9 on a price that rose a hundredfold takes 89% of the fund in one quarter."""
    (fee,) = pass_quarters(buyout_fund(), [100.0], terms(incentive=0.9))
    assert fee == pytest.approx(0.9 * 99.0)


def test_the_fee_is_a_share_of_what_is_there_though_the_gain_is_reported() -> None:
    """Half the log gain is reported: at a true 1.21 the fee is an eighth of 0.10, 0.0125 of 1.21."""
    book = buyout_fund(phi=0.5)
    assets = book.assets * 1.21
    before = value(book, assets, np.zeros(SIZE), UNCHANGED)
    age_marks(book, before)
    share = performance_owed(book, before, terms(), 3)
    assert share[0] == pytest.approx(0.0125 / 1.21)
    assert not share[1:].any()


def test_a_gain_lost_to_impact_is_not_paid_for_again() -> None:
    """A fee at 1.10 leaves 1.0875. Sales of the same month push the price to 1: the way back is free."""
    book = buyout_fund()
    before = value(book, book.assets * 1.1, np.zeros(SIZE), UNCHANGED)
    age_marks(book, before)
    share = performance_owed(book, before, terms(), 3)
    charged = value(book, book.assets * 1.1, share, UNCHANGED)
    mark_high_water(book, charged, share)
    assert book.high_water[0] == pytest.approx(1.0875)
    assert pass_quarters(book, [1.08], terms()) == [0.0]
    assert pass_quarters(book, [1.01], terms()) == pytest.approx([0.125 * (1.08 * 1.01 - 1.0875)])


def test_nobody_pays_for_gains_from_before_anybody_owned_the_fund() -> None:
    """A fund without owners rises to 2; who then buys in pays for what comes after only."""
    book = open_fund_book(SIZE, np.zeros(SIZE))
    rises = np.full(SIZE, 2.0 ** (1 / 3))
    for month in (1, 2, 3):
        funds = value(book, book.assets, np.zeros(SIZE), rises)
        age_marks(book, funds)
        share = performance_owed(book, funds, terms(hurdle=0.05), month)
        mark_high_water(book, funds, share)
        book.true, book.reported = funds.true, funds.reported
    book.units[0], book.assets[0, BUYOUT] = 50.0, 100.0
    assert pass_quarters(book, [1.01], terms(hurdle=0.05)) == [0.0]
    (fee,) = pass_quarters(book, [1.05], terms(hurdle=0.05))
    assert fee == pytest.approx(0.125 * 2.0 * (1.01 * 1.05 - 1.0 - (1.05**0.5 - 1.0)))


def test_charges_add_up() -> None:
    taken = np.array([0.002, 0.003])
    both = Charges(management=np.array([0.001, 0.0]), performance=taken, owed=2.0 * taken)
    assert both.total == pytest.approx([0.003, 0.003])


def test_the_numbers_reach_the_terms() -> None:
    keys = {"incentive_fee": 0.2, "hurdle": 0.06, "catch_up": 0.5}
    scenario = build_scenario("fees", "").with_values(
        {f"funds.evergreen.{key}": number for key, number in keys.items()}
    )
    agreed = fee_terms(scenario, np.zeros(len(PRIVATE)))
    assert (agreed.incentive, agreed.hurdle, agreed.catch_up) == (0.2, 0.06, 0.5)


def test_what_a_cap_waives_is_not_collected_when_it_ends() -> None:
    """A quarter at 10% under a cap that leaves no room costs nothing, and nothing later."""
    book = buyout_fund()
    assert pass_quarters(book, [1.1], terms(), fee_cap=0.0) == [0.0]
    (fee,) = pass_quarters(book, [1.02], terms())
    assert fee == pytest.approx(0.125 * 1.1 * 0.02)


def test_a_charge_is_within_what_a_fund_holds_directly() -> None:
    """A tenth where a tenth is direct, the charge where there is more, all of it in a fund without assets."""
    assets, gross = np.zeros((SIZE, len(CLASSES))), np.full(SIZE, 10.0)
    assets[:3, CASH] = 1.0, 8.0, -1.0
    gross[3] = 0.0
    before = Valuation(assets, gross, gross, gross)
    within = within_means(np.full(SIZE, 0.5), np.zeros(SIZE), before)
    assert within.tolist() == [0.1, 0.5, 0.0, 0.5, *[0.0] * (SIZE - 4)]


def test_an_incentive_fee_is_within_what_the_management_fee_leaves() -> None:
    assets, gross = np.zeros((SIZE, len(CLASSES))), np.full(SIZE, 10.0)
    assets[:, CASH] = 8.0
    left = within_means(np.full(SIZE, 0.9), np.full(SIZE, 0.5), Valuation(assets, gross, gross, gross))
    np.testing.assert_allclose(left, 0.3)


def test_a_gain_that_is_reported_and_lost_already_leaves_the_manager_his_share_of_the_rest() -> None:
    """At a reported 10 and a true price of 0.1 the fee is owed on 9, and is 0.9 of the 0.1."""
    book = buyout_fund(phi=0.5)
    book.assets *= 0.1
    book.reported[0] = 1000.0
    before = value(book, book.assets, np.zeros(SIZE), UNCHANGED)
    age_marks(book, before)
    assert before.reported[0] == pytest.approx(10.0)
    assert performance_owed(book, before, terms(incentive=0.9), 3)[0] == 0.9
