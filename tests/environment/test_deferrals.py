"""Deferrals: published rates by age, what joining, revising and escalating does, the limits of the year."""

import numpy as np
import pytest

from agents import matching, saving
from environment.deferrals import desired, enrol_at, open_rates, payday, revise, set_amounts
from environment.demography import age_band
from environment.membership import Moves, works_covered
from environment.model import World
from environment.savers import RETIRED, SEPARATED
from environment.state import State
from environment.typing import FloatArray
from tests.environment.living import alike, chance_error
from tests.environment.worlds import DEFAULTS, rows, scenario, world

PUBLISHED = np.array([0.055, 0.068, 0.073, 0.079, 0.093])
NO_MOVES = Moves(rows(), rows(), rows(), rows())
PASSIVE = DEFAULTS.number("savers.deferral.passive_share")
REVISION = DEFAULTS.number("savers.deferral.revision_hazard")


def members(count: int, values: dict[str, object] | None = None, *, pay: float = 80_000.0) -> State:
    """Workers of 40, all members of one automatic plan: default 3%, escalating, half of six matched."""
    state = alike(40, count, values, balance=1e4)
    plans, savers = state.plans, state.savers
    savers.people.employer[:], savers.pay[:] = 0, pay
    plans.auto_enrolment[0], plans.escalates[0], plans.default_rate[0] = True, True, 0.03
    plans.match[0], plans.nonelective[0] = (0.5, 0.06, 0.0, 0.06), 0.02
    return state


def rates_by_age(one: World) -> tuple[FloatArray, FloatArray]:
    """Mean deferral rate of contributors in the five bands below 65, and its standard error."""
    savers = one.savers
    contributes = savers.contribution > 0.0
    band, rate = age_band(savers.age)[contributes], savers.deferral_rate[contributes]
    counts = np.bincount(band, minlength=5)[:5]
    errors = [rate[band == one].std() for one in range(5)] / np.sqrt(counts)
    return np.bincount(band, weights=rate, minlength=5)[:5] / counts, errors


def participation(one: World) -> list[float]:
    """Shares that take part of those at work who may join: automatic plans, voluntary ones."""
    savers = one.savers
    at_work = works_covered(one.state, np.arange(savers.size)) & (savers.months_out == 0)
    takes_part = savers.contribution > 0.0
    assert not (takes_part & ~at_work).any()
    automatic = one.state.plans.auto_enrolment[savers.people.employer]
    return [float(takes_part[at_work & kind].mean()) for kind in (automatic, ~automatic)]


@pytest.fixture(scope="module")
def openings() -> list[World]:
    """Five openings: the largest plan types, and with them their rules, differ from one to the next.

    In the fifth only 62% of people are in automatic plans, fewer than in nine of ten.
    """
    people = scenario(savers=20_000, years=0)
    return [World(people, seed=seed, handles=False) for seed in range(1, 6)]


def test_deferral_by_age_is_the_published_one_at_the_opening(openings: list[World]) -> None:
    """5.5, 6.8, 7.3, 7.9 and 9.3% of pay (How America Saves 2025), fitted: `savers.deferral.*`."""
    found = np.mean([rates_by_age(one)[0] for one in openings], axis=0)
    np.testing.assert_allclose(found, PUBLISHED, atol=0.003)


def test_participation_is_94_and_64_per_cent_of_those_who_may_join(openings: list[World]) -> None:
    """Fed in as `population.holding.participation.*`; met since the peak of holding is below their mean."""
    for one in openings:
        np.testing.assert_allclose(participation(one), [0.94, 0.64], atol=0.02)


@pytest.fixture(scope="module")
def later() -> World:
    """Ten years on; of 5,000 about 600 at work may join a voluntary plan."""
    one = world(savers=5_000, years=10)
    one.run_for(120)
    return one


def test_deferral_by_age_and_participation_stay_what_they_are_for_ten_years(later: World) -> None:
    found, errors = rates_by_age(later)
    np.testing.assert_array_less(np.abs(found - PUBLISHED), 0.003 + 3.0 * errors)
    np.testing.assert_allclose(participation(later), [0.94, 0.64], atol=0.05)


def test_contributions_are_those_of_members_at_work(later: World) -> None:
    savers = later.savers
    pays = savers.contribution > 0.0
    np.testing.assert_array_equal(pays, savers.deferral_rate > 0.0)
    np.testing.assert_array_less(savers.own_contribution, savers.contribution + 1e-9)
    assert (savers.pay[pays] > 0.0).all()
    assert savers.holds_plan[pays].all()
    assert not savers.months_out[pays].any()
    assert not np.isin(savers.status[pays], (SEPARATED, RETIRED)).any()


def test_nine_in_ten_take_the_default_of_a_plan_that_enrols_them() -> None:
    state = members(6_000)
    everyone = np.arange(6_000)
    enrol_at(state, everyone, saving)
    savers = state.savers
    assert savers.at_default.mean() == pytest.approx(PASSIVE, abs=chance_error(PASSIVE, 6_000))
    assert (savers.deferral_rate[savers.at_default] == 0.03).all()
    active = ~savers.at_default
    np.testing.assert_array_equal(savers.deferral_rate[active], desired(state, everyone, saving)[active])


def test_in_a_voluntary_plan_everybody_chooses() -> None:
    state = members(500)
    state.plans.auto_enrolment[0] = False
    enrol_at(state, np.arange(500), saving)
    assert not state.savers.at_default.any()
    np.testing.assert_array_equal(state.savers.deferral_rate, desired(state, np.arange(500), saving))


def test_the_wish_rises_with_pay_and_the_reference_moves_with_wages() -> None:
    """Twice the pay, with an elasticity of 0.25: 2^0.25 of the rate; the same once wages have doubled."""
    state = members(50, pay=89_000.0)
    state.wage_index[1] = 1.0
    usual = desired(state, np.arange(50), saving)
    state.savers.pay[:] = 178_000.0
    np.testing.assert_allclose(desired(state, np.arange(50), saving), usual * 2.0**0.25)
    state.wage_index[1] = 2.0
    np.testing.assert_allclose(desired(state, np.arange(50), saving), usual)


def test_a_year_later_the_rate_is_a_step_higher_or_the_own_wish() -> None:
    state = members(6_000)
    savers, everyone = state.savers, np.arange(6_000)
    enrol_at(state, everyone, saving)
    passive = savers.at_default.copy()
    state.month = 13
    revise(state, everyone, saving)
    stays = savers.at_default
    assert not (stays & ~passive).any()
    assert stays[passive].mean() == pytest.approx(1.0 - REVISION, abs=chance_error(REVISION, 5_000))
    np.testing.assert_allclose(savers.deferral_rate[stays], 0.04)
    np.testing.assert_array_equal(savers.deferral_rate[~stays], desired(state, everyone, saving)[~stays])


def test_escalation_ends_at_its_ceiling_and_needs_a_plan_that_escalates() -> None:
    state = members(200, {"savers.deferral.revision_hazard": 0.0, "savers.deferral.passive_share": 1.0})
    everyone = np.arange(200)
    state.plans.default_rate[0] = 0.05
    enrol_at(state, everyone, saving)
    for year in range(1, 8):
        state.month = 1 + 12 * year
        state.plans.escalates[0] = year != 3
        revise(state, everyone, saving)
        steps = year if year < 3 else year - 1
        np.testing.assert_allclose(state.savers.deferral_rate, min(0.05 + 0.01 * steps, 0.10))


def test_the_opening_looks_like_years_in_the_plan() -> None:
    """After t years (1 - h)^t of the passive are still at the default, t steps higher; match since hire."""
    state = members(6_000)
    savers, everyone = state.savers, np.arange(6_000)
    open_rates(state, everyone, saving, matching)
    years = savers.tenure
    for tenure in (0, 1, 3):
        of_them = years == tenure
        share = PASSIVE * (1.0 - REVISION) ** tenure
        error = chance_error(share, int(of_them.sum()))
        assert savers.at_default[of_them].mean() == pytest.approx(share, abs=error)
    still = savers.at_default
    np.testing.assert_allclose(savers.deferral_rate[still], np.minimum(0.03 + 0.01 * years[still], 0.10))
    np.testing.assert_allclose(savers.employer_money, 12.0 * savers.match * years)


def test_what_flows_in_by_hand() -> None:
    """80,000 USD: 5% own, half of it matched, 2% besides; then no pay from a plan, from a job, or at all."""
    state = members(20)
    savers = state.savers
    savers.deferral_rate[:] = 0.05
    savers.status[1], savers.months_out[2], savers.holds_plan[3] = RETIRED, 3, False
    set_amounts(state, np.arange(20), matching)
    expected = np.array([4_000.0, 2_000.0, 7_600.0]) / 12.0
    found = np.stack((savers.own_contribution, savers.match, savers.contribution), axis=1)
    np.testing.assert_allclose(found[[0, 4]], [expected, expected])
    assert not found[1:4].any()
    assert savers.deferral_rate[:5].tolist() == [0.05, 0.0, 0.0, 0.0, 0.05]


def test_the_limits_of_the_year_bind() -> None:
    """400,000 USD of pay: 23,500 own in 2025 and 24,500 in 2026, on 350,000 and 360,000 that count."""
    state = members(20, {"run.start": "2025-01"}, pay=400_000.0)
    savers = state.savers
    for month, limit, counted in (
        (1, 23_500.0, 350_000.0),
        (12, 23_500.0, 350_000.0),
        (13, 24_500.0, 360_000.0),
    ):
        state.month = month
        savers.deferral_rate[:] = 0.5
        set_amounts(state, np.arange(20), matching)
        own, match, other = 12.0 * savers.own_contribution, 12.0 * savers.match, 0.02 * counted
        np.testing.assert_allclose(own, limit)
        np.testing.assert_allclose(match, 0.5 * 0.06 * counted)
        np.testing.assert_allclose(12.0 * savers.contribution, own + match + other)


def test_a_squeezed_match_and_the_rest_of_employers_money_shrink_alike() -> None:
    """70,000 USD may go in during 2025: 23,500 of the saver's, 46,500 of the 52,500 + 35,000 promised."""
    state = members(20, {"run.start": "2025-01"}, pay=350_000.0)
    state.plans.match[0], state.plans.nonelective[0] = (2.5, 0.06, 0.0, 0.06), 0.1
    state.savers.deferral_rate[:] = 0.5
    set_amounts(state, np.arange(20), matching)
    np.testing.assert_allclose(12.0 * state.savers.contribution, 70_000.0)
    np.testing.assert_allclose(12.0 * state.savers.match, 46_500.0 * 52_500.0 / 87_500.0)


def test_contributions_are_set_at_birthdays_and_flow_in_every_month() -> None:
    state = members(240)
    savers, born = state.savers, state.birthday_rows()
    payday(state, NO_MOVES, saving, matching)
    assert np.flatnonzero(savers.contribution).tolist() == born.tolist()
    np.testing.assert_allclose(savers.employer_money, savers.match)
    newcomers = np.setdiff1d(np.arange(5), born)
    state.month = 2
    payday(state, Moves(newcomers, rows(), rows(), rows()), saving, matching)
    set_now = np.union1d(np.union1d(born, state.birthday_rows()), newcomers)
    assert np.flatnonzero(savers.contribution).tolist() == set_now.tolist()
    np.testing.assert_allclose(savers.contributed[born], 2.0 * savers.contribution[born])
