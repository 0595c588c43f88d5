"""The opening: everybody's balance is invested as they chose, and the funds own what their units say."""

import numpy as np
import pytest

from agents import leaving
from environment.assets import CASH, PRIVATE
from environment.demography import separation_chances
from environment.funds.book import PRIVATES
from environment.funds.catalogue import PRIVATE_CLASS
from environment.life import LATE_CAREER_YEARS
from environment.membership import settle
from environment.model import RULES, World
from environment.opening import open_state
from environment.policy import NO_LIMIT
from environment.savers import EMPTY, RETIRED, SEPARATED, WORKING
from environment.sums import count_by_fund
from tests.environment.worlds import DEFAULTS, LIVELY, scenario, world

SAVERS = 5000


@pytest.fixture(scope="module")
def opened() -> World:
    """A world of some size at its opening, which the tests leave as it is."""
    return world(savers=SAVERS, years=0)


def test_every_account_is_worth_its_balance_and_all_together_the_perimeter(opened: World) -> None:
    savers = opened.savers
    _, balances = open_state(scenario(savers=SAVERS, years=0), 1, 0, RULES)
    np.testing.assert_allclose(savers.wealth, np.where(savers.has_held, balances, 0.0), rtol=1e-12)
    assert savers.weight * savers.wealth.sum() == pytest.approx(8.7e12, rel=1e-12)
    assert savers.wealth[savers.has_held].min() > 0.0
    assert not savers.in_ira.any()


def test_every_account_is_split_as_its_owner_chose(opened: World) -> None:
    savers = opened.savers
    for row in np.flatnonzero(savers.has_held)[:300]:
        used = savers.fund[row] != EMPTY
        held = dict(zip(savers.fund[row, used].tolist(), savers.units[row, used].tolist(), strict=True))
        wanted = savers.split_fund[row] != EMPTY
        worth = savers.wealth[row]
        split = dict(
            zip(
                savers.split_fund[row, wanted].tolist(), savers.split_share[row, wanted].tolist(), strict=True
            )
        )
        assert held == pytest.approx({fund: share * worth for fund, share in split.items()})
        assert sum(split.values()) == pytest.approx(1.0)


def test_funds_own_what_their_units_say_in_the_classes_they_ought_to_hold(opened: World) -> None:
    state = opened.state
    funds, listed = state.funds, ~state.catalogue.is_private
    units, _ = count_by_fund(
        state.savers.fund, state.savers.units, np.arange(state.savers.size), funds.units.size
    )
    np.testing.assert_allclose(funds.savers, state.savers.weight * units, rtol=1e-12)
    np.testing.assert_allclose(funds.savers + funds.outside, funds.units, rtol=1e-12)
    np.testing.assert_allclose(funds.assets.sum(axis=1)[listed], funds.units[listed], rtol=1e-12)
    np.testing.assert_allclose(
        funds.assets[listed], funds.units[listed, None] * state.listed_targets[listed], rtol=1e-12
    )
    assert not funds.held.any()
    assert not funds.estates.any()


@pytest.mark.parametrize("start", ["2025-01", "2019-01"])
def test_nobody_holds_an_alternative_yet_not_even_when_the_law_is_old(start: str) -> None:
    one = world({**LIVELY, "policy.start": start}, savers=300)
    savers, catalogue = one.savers, one.state.catalogue
    held = np.unique(savers.fund[savers.fund != EMPTY])
    assert not catalogue.is_alternative[held].any()
    assert held.max() < catalogue.sleeve.start
    assert not one.state.plans.open.any()


def test_private_funds_belong_to_outsiders_and_keep_their_liquid_sleeve(opened: World) -> None:
    funds = opened.state.funds
    outside = DEFAULTS.by_private("funds.outside_usd")
    np.testing.assert_array_equal(funds.units[PRIVATES], outside)
    np.testing.assert_array_equal(funds.reported[PRIVATES], np.ones(len(PRIVATE)))
    true_value = funds.units[PRIVATES] * funds.true[PRIVATES]
    assets = funds.assets[PRIVATES]
    np.testing.assert_allclose(assets.sum(axis=1), true_value, rtol=1e-12)
    np.testing.assert_allclose(assets[:, CASH], 0.1 * true_value, rtol=1e-12)
    np.testing.assert_allclose(assets[np.arange(5), PRIVATE_CLASS], 0.9 * true_value, rtol=1e-12)


def test_a_floor_under_liquid_sleeves_counts_at_the_opening_when_it_is_in_force() -> None:
    for start, expected in (("2019-01", 0.3), ("2025-01", 0.1)):
        funds = world({"policy.liquid_sleeve": 0.3, "policy.start": start}, savers=20).state.funds
        share = funds.assets[PRIVATES, CASH] / funds.assets[PRIVATES].sum(axis=1)
        np.testing.assert_allclose(share, expected, rtol=1e-12)


def test_unsmoothed_funds_open_at_their_true_value_and_smoothed_ones_behind_it(opened: World) -> None:
    assert (opened.state.funds.true[PRIVATES] > 1.0).all()
    prompt = world({f"funds.smoothing.{name}": 0.0 for name in PRIVATE}, savers=20).state.funds
    np.testing.assert_array_equal(prompt.true[PRIVATES], np.ones(5))


def test_the_opening_lag_is_the_one_that_lasts() -> None:
    """With constant returns reported prices neither catch up with the true ones nor fall further behind."""
    values = {f"market.expected.{name}": 0.08 for name in (*PRIVATE, "cash")}
    calm = {"market.returns": "constant", "policy.access": "none", "funds.evergreen.incentive_fee": 0.0}
    one = world({**values, **calm}, savers=20)
    gap = np.log(one.state.funds.true[PRIVATES] / one.state.funds.reported[PRIVATES])
    one.run_for(24)
    later = np.log(one.state.funds.true[PRIVATES] / one.state.funds.reported[PRIVATES])
    np.testing.assert_allclose(later, gap, rtol=0.02)


def test_statuses_of_the_opening_are_those_that_birthdays_would_give(opened: World) -> None:
    savers = opened.savers
    before = savers.status.copy(), savers.holds_plan.copy(), savers.has_held.copy()
    nobody = np.zeros(0, dtype=np.int64)
    moves = settle(opened.state, np.arange(SAVERS), nobody, nobody, leaving)
    assert not any(moved.size for moved in (moves.enrolled, moves.rolled, moves.cashed, moves.stopped))
    for column, old in zip((savers.status, savers.holds_plan, savers.has_held), before, strict=True):
        np.testing.assert_array_equal(column, old)
    np.testing.assert_array_equal(savers.status == RETIRED, savers.age >= 65)
    assert not (savers.status[~savers.has_held] == SEPARATED).any()


def test_those_who_have_left_are_as_many_as_their_age_says(opened: World) -> None:
    savers = opened.savers
    members = savers.holds_plan & (savers.status != RETIRED)
    chance = separation_chances(DEFAULTS)[savers.age[members]]
    found = (savers.status[members] == SEPARATED).sum()
    assert abs(found - chance.sum()) < 4.5 * np.sqrt((chance * (1.0 - chance)).sum())
    contributing = (savers.contribution > 0.0).sum() / savers.has_held.sum()
    assert contributing == pytest.approx(0.7, abs=0.02)
    assert (savers.contribution[members & (savers.status == WORKING)] > 0.0).all()


def test_real_pay_of_the_late_career_covers_the_years_lived(opened: World) -> None:
    savers = opened.savers
    years = np.clip(savers.age - (65 - LATE_CAREER_YEARS) + 1, 0, LATE_CAREER_YEARS)
    np.testing.assert_array_equal(savers.late_career_pay_real > 0.0, years > 0)
    exactly_60 = savers.age == 60
    expected = savers.pay[exactly_60] / savers.people.transitory_pay[exactly_60]
    variance = np.array([0.1056, 0.0738, 0.0584])[savers.people.education[exactly_60]]
    expected *= np.exp(variance / 2.0)  # the mean of the shocks of the years past
    np.testing.assert_allclose(savers.late_career_pay_real[exactly_60], expected, rtol=1e-12)


def test_nobody_is_between_jobs_or_in_debt_yet_and_nothing_is_due(opened: World) -> None:
    savers = opened.savers
    for name in (
        "months_out",
        "loan",
        "loan_payment",
        "lump",
        "frozen_lump",
        "borrowing",
        "forfeiture",
        "contributed",
    ):
        assert not getattr(savers, name).any(), name
    assert not savers.tenure[savers.age == 22].any()
    assert (savers.tenure <= savers.age - 22).all()


def test_the_old_have_claimed_and_the_retired_take_what_they_plan(opened: World) -> None:
    savers, years = opened.savers, opened.savers.age
    np.testing.assert_array_equal(savers.claim_age, np.where(years >= 65, 65.0, 0.0))
    np.testing.assert_array_equal(savers.benefit_real > 0.0, years >= 65)
    assert not savers.forced_claim.any()
    assert not savers.withdrawal[years < 65].any()
    young_old = savers.has_held & (years >= 65) & (years < 70)
    np.testing.assert_allclose(savers.withdrawal[young_old], 0.04 / 12.0 * savers.wealth[young_old])
    late = savers.late_career_pay_real / LATE_CAREER_YEARS
    np.testing.assert_allclose(savers.need_real, np.where(years >= 65, 0.7 * late, 0.0))


def test_about_six_in_ten_start_with_nothing_but_a_target_date_fund(opened: World) -> None:
    """The passive 59%, and those who chose and picked the same fund alone."""
    savers, catalogue = opened.savers, opened.state.catalogue
    held = savers.fund[savers.has_held]
    single = ((held != EMPTY).sum(axis=1) == 1) & catalogue.is_target_date[held[:, 0]]
    error = 4.5 * np.sqrt(0.59 * 0.41 / held.shape[0])
    assert 0.59 - error < single.mean() < 0.70
    inert = world({"savers.single_default_share": 1.0}, savers=100).savers
    assert ((inert.fund[inert.has_held] != EMPTY).sum(axis=1) == 1).all()


def test_first_year_contributions_are_four_to_seven_per_cent_of_wealth() -> None:
    one = world(savers=2000)
    opening = one.savers.weight * one.savers.wealth.sum()
    one.run_for(12)
    paid_in = one.record.tables["monthly"].columns()["contributions_usd"].sum()
    assert 0.04 < paid_in / opening < 0.07


@pytest.mark.parametrize("cap", [0.2, NO_LIMIT])
def test_wishes_have_columns_of_their_own_where_there_is_a_cap(cap: float) -> None:
    savers = World(scenario({"policy.cap": cap, "policy.start": "2025-01"}), handles=False).savers
    apart = cap < NO_LIMIT
    assert np.shares_memory(savers.wanted_share, savers.split_share) != apart
    assert np.shares_memory(savers.wanted_fund, savers.split_fund) != apart


def test_a_scenario_of_no_years_is_the_opening_alone(opened: World) -> None:
    assert opened.state.month == 0
    tables = {name: table.columns() for name, table in opened.record.tables.items()}
    assert tables["monthly"]["month"].size == 0
    assert set(tables["groups"]["year"].tolist()) == {0}
    assert tables["inequality"]["year"].tolist() == [0]
