"""The people of the opening and those who enter later, against the shares they are drawn from."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from environment.demography import (
    Whole,
    age_band,
    death_probabilities,
    dies,
    holding_chances,
    population_shares,
)
from environment.literacy import EDUCATIONS, opening_literacy
from environment.luck import Luck
from environment.payroll import pay_profiles, pay_shocks
from environment.persons import Persons, entrants, opening_holders, opening_persons
from environment.scenario import Scenario
from environment.typing import BoolArray, FloatArray
from tests.environment.opening import AUTOMATIC, AUTOMATIC_SHARE, DEFAULTS, PLAN_SHARES, holders, opening

SEEDS = [1, 2, 3]
HOLDER_SHARES = np.array([6, 23, 24, 21, 17, 9])
UNIFORM = ("holding_propensity", "separation_propensity")


def shares_by_band(age: Whole, holds: BoolArray | None = None) -> FloatArray:
    """Shares of persons, or of those who hold an account, by age band, in per cent."""
    counts = np.bincount(age_band(age), weights=holds, minlength=6)
    return np.asarray(100.0 * counts / counts.sum())


def distance_from_uniform(values: FloatArray) -> float:
    """Greatest distance between the distribution of values and the uniform one (Kolmogorov)."""
    middle = (np.arange(values.size) + 0.5) / values.size
    return float(np.abs(np.sort(values) - middle).max())


@settings(max_examples=20)
@given(st.integers(10, 400), st.integers(0, 5))
def test_rows_are_twelve_blocks_by_birth_month_of_near_equal_size(savers: int, seed: int) -> None:
    persons = opening_persons(DEFAULTS.replace(savers=savers), Luck(seed, 0), PLAN_SHARES)
    assert len(persons) == savers
    assert np.all(np.diff(persons.birth_month.astype(int)) >= 0)
    sizes = np.bincount(persons.birth_month, minlength=13)
    assert sizes[0] == 0
    assert np.ptp(sizes[1:]) <= 1
    for field in fields(Persons):
        assert getattr(persons, field.name).shape == (savers,)


@pytest.mark.parametrize("savers", [120, 2_000, 20_000])
def test_sexes_and_ages_are_near_exact_even_in_small_populations(savers: int) -> None:
    persons = opening_persons(DEFAULTS.replace(savers=savers), Luck(1, 0), PLAN_SHARES)
    found = np.bincount(120 * persons.sex.astype(int) + persons.age, minlength=240) / savers
    expected = population_shares(DEFAULTS).ravel()
    assert np.abs(np.cumsum(found) - np.cumsum(expected)).max() < 2.0 / savers + 13.0 / savers * (
        savers % 12 > 0
    )


def test_every_month_has_the_ages_of_the_whole() -> None:
    persons = opening_persons(DEFAULTS, Luck(1, 0), PLAN_SHARES)
    expected = 100.0 * np.bincount(
        age_band(np.arange(120)), weights=population_shares(DEFAULTS).sum(axis=0), minlength=6
    )
    for month in range(1, 13):
        block = persons.age[persons.birth_month == month]
        assert np.abs(shares_by_band(block) - expected).max() < 0.2


@pytest.mark.parametrize("start", ["2025-01", "2025-08", "2031-12"])
def test_age_is_the_number_of_birthdays_by_the_opening(start: str) -> None:
    scenario = DEFAULTS.with_values({"run.start": start, "run.savers": 500})
    persons = opening_persons(scenario, Luck(1, 0), PLAN_SHARES)
    first_birthday = 12 * persons.birth_year.astype(int) + persons.birth_month - 1
    completed = (scenario.start - 1 - first_birthday) // 12
    np.testing.assert_array_equal(completed, persons.age)


def test_education_and_plans_have_their_shares() -> None:
    persons = opening_persons(DEFAULTS, Luck(1, 0), PLAN_SHARES)
    education = np.bincount(persons.education) / len(persons)
    np.testing.assert_allclose(education, DEFAULTS.numbers("population.education", EDUCATIONS), atol=0.002)
    np.testing.assert_allclose(np.bincount(persons.employer) / len(persons), PLAN_SHARES, atol=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_propensities_are_uniform_at_every_age_and_independent(seed: int) -> None:
    persons = opening_persons(DEFAULTS, Luck(seed, 0), PLAN_SHARES)
    for name in UNIFORM:
        values = getattr(persons, name)
        assert distance_from_uniform(values) < 0.005
        for band in range(6):
            members = values[age_band(persons.age) == band]
            assert distance_from_uniform(members) < 1.6 / np.sqrt(members.size)
    for other in (persons.separation_propensity, persons.literacy, persons.deferral_taste, persons.age):
        assert abs(np.corrcoef(persons.holding_propensity, other)[0, 1]) < 0.03


def test_permanent_pay_has_spread_with_every_year_worked_and_median_one() -> None:
    persons = opening_persons(DEFAULTS, Luck(1, 0), PLAN_SHARES)
    years = np.minimum(persons.age, 65) - 22
    variance = 0.45**2 + years * pay_profiles().permanent_variance[persons.education]
    scores = persons.log_permanent_pay / np.sqrt(variance)
    for education in range(3):
        for band in range(6):
            members = scores[(persons.education == education) & (age_band(persons.age) == band)]
            assert members.mean() == pytest.approx(0.0, abs=4.0 / np.sqrt(members.size))
            assert members.var() == pytest.approx(1.0, abs=4.0 * np.sqrt(2.0 / members.size))


def test_transitory_pay_has_median_one_and_taste_mean_one() -> None:
    persons = opening_persons(DEFAULTS, Luck(1, 0), PLAN_SHARES)
    assert np.median(persons.transitory_pay) == pytest.approx(1.0, abs=0.01)
    assert persons.deferral_taste.mean() == pytest.approx(1.0, abs=0.01)
    assert np.log(persons.deferral_taste).std() == pytest.approx(0.45, abs=0.01)


@pytest.mark.parametrize("seed", SEEDS)
def test_literacy_has_the_mean_and_spread_of_the_survey_over_holders(seed: int) -> None:
    people = opening(seed)
    literacy = people.persons.literacy[people.holds]
    assert literacy.mean() == pytest.approx(0.49, abs=0.01)
    assert literacy.std() == pytest.approx(0.22, abs=0.01)
    assert np.all((literacy > 0.0) & (literacy < 1.0))


def test_literacy_differs_by_sex_education_and_age_as_in_the_surveys() -> None:
    people = opening(1)
    persons, holds = people.persons, people.holds
    parts = np.column_stack(
        [
            np.ones(holds.sum()),
            persons.sex[holds],
            persons.education[holds] == 0,
            persons.education[holds] == 2,
            np.minimum(persons.age[holds], 70),
        ]
    )
    effects = np.linalg.lstsq(parts, persons.literacy[holds], rcond=None)[0]
    np.testing.assert_allclose(effects[1:4], [0.10, -0.13, 0.12], atol=0.02)
    assert effects[4] == pytest.approx(0.004, abs=0.0005)


@pytest.mark.parametrize(("mean", "spread"), [(0.0, 0.3), (1.0, 0.3), (0.3, 0.0), (0.5, 0.5), (0.02, 0.5)])
def test_extreme_settings_of_literacy_still_give_shares(mean: float, spread: float) -> None:
    scenario = DEFAULTS.with_values({"savers.literacy.mean": mean, "savers.literacy.spread": spread})
    zero = np.zeros(5, dtype=np.int64)
    noise = np.array([-4.0, -1.0, 0.0, 1.0, 4.0])
    literacy = opening_literacy(scenario, zero, zero + 40, zero, np.zeros(5), noise)
    assert np.all((literacy >= 0.0) & (literacy <= 1.0))
    if spread == 0.0 or mean in (0.0, 1.0):
        np.testing.assert_array_equal(literacy, mean)


def test_two_replications_have_other_people_and_one_always_the_same() -> None:
    scenario = DEFAULTS.replace(savers=600)
    first, again, other = (opening_persons(scenario, Luck(1, number), PLAN_SHARES) for number in (0, 0, 1))
    for field in fields(Persons):
        np.testing.assert_array_equal(getattr(first, field.name), getattr(again, field.name))
    assert not np.array_equal(first.literacy, other.literacy)
    assert not np.array_equal(first.log_permanent_pay, other.log_permanent_pay)


@pytest.mark.parametrize("seed", SEEDS)
def test_holders_contributors_and_their_pay_are_the_published_ones(seed: int) -> None:
    people = opening(seed)
    shares = shares_by_band(people.persons.age, people.holds)
    np.testing.assert_allclose(shares, HOLDER_SHARES, atol=1.0)
    assert people.contributes.sum() / people.holds.sum() == pytest.approx(0.70, abs=0.01)
    assert np.median(people.pay[people.contributes]) == pytest.approx(89_000.0, rel=0.02)
    automatic = AUTOMATIC[people.persons.employer]
    ratio = people.holds[automatic].mean() / people.holds[~automatic].mean()
    assert ratio == pytest.approx(94.0 / 64.0, rel=0.03)


def test_a_small_population_is_close_to_the_published_shares_too() -> None:
    people = opening(1, DEFAULTS.replace(savers=1_000))
    shares = shares_by_band(people.persons.age, people.holds)
    np.testing.assert_allclose(shares, HOLDER_SHARES, atol=3.0)


HOLDERS = DEFAULTS.with_values({"population.ages": "holders"})


def plan_holding(scenario: Scenario) -> FloatArray:
    """Chance of holding by plan type and age, shape (10, 120)."""
    return holding_chances(scenario, AUTOMATIC_SHARE)[AUTOMATIC.astype(np.int64)]


@pytest.mark.parametrize("savers", [10, 20_000])
def test_every_person_of_the_holders_holds_an_account_at_the_opening(savers: int) -> None:
    scenario = HOLDERS.replace(savers=savers)
    persons = opening_holders(scenario, Luck(1, 0), PLAN_SHARES, plan_holding(scenario))
    assert holders(scenario, persons)[0].all()
    assert persons.holding_propensity.min() > 0.0


def test_holders_have_the_published_ages_and_plans_in_proportion_to_participation() -> None:
    chances = plan_holding(HOLDERS)
    persons = opening_holders(HOLDERS, Luck(1, 0), PLAN_SHARES, chances)
    np.testing.assert_allclose(shares_by_band(persons.age), HOLDER_SHARES, atol=0.1)
    expected = PLAN_SHARES * np.where(AUTOMATIC, 94.0, 64.0)
    found = np.bincount(persons.employer, minlength=10) / len(persons)
    np.testing.assert_allclose(found, expected / expected.sum(), atol=0.004)
    # Below the chance of plan and age the propensity is uniform.
    scaled = persons.holding_propensity / chances[persons.employer, persons.age]
    assert distance_from_uniform(scaled) < 0.005


def test_holders_are_those_whom_the_stationary_population_has_among_its_holders() -> None:
    """Means of latent numbers agree, whether holders are drawn or picked from people."""
    everybody = opening(1, DEFAULTS.replace(savers=60_000))
    drawn = opening_holders(HOLDERS, Luck(2, 0), PLAN_SHARES, plan_holding(HOLDERS))
    for name in ("age", "employer", "holding_propensity", "separation_propensity", "log_permanent_pay"):
        picked, other = getattr(everybody.persons, name)[everybody.holds], getattr(drawn, name)
        error = picked.std() * np.sqrt(1.0 / picked.size + 1.0 / other.size)
        assert abs(picked.mean() - other.mean()) < 4.0 * error, name


def test_where_all_plans_hold_alike_and_always_the_holders_are_the_people() -> None:
    people = opening_persons(HOLDERS, Luck(1, 0), PLAN_SHARES)
    sure = opening_holders(HOLDERS, Luck(1, 0), PLAN_SHARES, np.ones((10, 120)))
    for field in fields(Persons):
        np.testing.assert_allclose(getattr(sure, field.name), getattr(people, field.name), rtol=1e-15)


def test_plans_whose_members_never_hold_have_no_holders() -> None:
    chances = plan_holding(HOLDERS)
    chances[3:] = 0.0
    persons = opening_holders(HOLDERS.replace(savers=500), Luck(1, 0), PLAN_SHARES, chances)
    assert persons.employer.max() == 2


def test_nobody_has_an_age_of_no_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where rounding leaves the sum of the shares below 1, here far below so that it shows."""
    shares = np.zeros((2, 120))
    shares[0, 30], shares[1, 40] = 0.5, 0.499
    monkeypatch.setattr("environment.persons.population_shares", lambda scenario: shares)
    persons = opening_persons(DEFAULTS.replace(savers=12_000), Luck(1, 0), PLAN_SHARES)
    assert set(persons.age.tolist()) == {30, 40}


def test_entrants_are_young_and_have_the_shares_and_spread_of_entry() -> None:
    size = 100_000
    rows = np.arange(size)
    scenario = DEFAULTS.with_values({"population.male_share": 0.6})
    born = np.full(size, 6), np.full(size, 2005)
    persons = entrants(scenario, Luck(1, 0), np.full(size, 30), rows, *born, PLAN_SHARES)
    assert set(persons.age.tolist()) == {22}
    assert set(persons.birth_month.tolist()) == {6}
    assert set(persons.birth_year.tolist()) == {2005}
    error = 4.0 / np.sqrt(size)
    assert persons.sex.mean() == pytest.approx(0.6, abs=0.5 * error)
    np.testing.assert_allclose(
        np.bincount(persons.education) / size,
        DEFAULTS.numbers("population.education", EDUCATIONS),
        atol=error,
    )
    np.testing.assert_allclose(np.bincount(persons.employer) / size, PLAN_SHARES, atol=error)
    assert persons.log_permanent_pay.std() == pytest.approx(0.45, rel=error)
    for name in UNIFORM:
        assert distance_from_uniform(getattr(persons, name)) < 1.6 / np.sqrt(size)
    assert persons.literacy.mean() == pytest.approx(0.49, abs=0.01)
    assert persons.literacy.std() == pytest.approx(0.22, abs=0.01)


def test_an_entrant_does_not_depend_on_who_else_enters() -> None:
    rows = np.array([3, 40, 41])
    months, years = np.array([5, 5, 5]), np.array([2004, 2004, 2004])
    entered, one, none = np.array([17, 18, 18]), slice(1, 2), slice(0)
    together = entrants(DEFAULTS, Luck(2, 1), entered, rows, months, years, PLAN_SHARES)
    alone = entrants(DEFAULTS, Luck(2, 1), entered[one], rows[one], months[one], years[one], PLAN_SHARES)
    nobody = entrants(DEFAULTS, Luck(2, 1), entered[none], rows[none], months[none], years[none], PLAN_SHARES)
    for field in fields(Persons):
        assert getattr(together, field.name)[1] == getattr(alone, field.name)[0]
        assert getattr(nobody, field.name).size == 0


def live_a_month(scenario: Scenario, luck: Luck, month: int, persons: Persons) -> None:
    """Birthdays of one month: deaths, entries, ageing and shocks to pay, in place."""
    rows = np.flatnonzero(persons.birth_month == 1 + (month - 1) % 12)
    now, tables = np.full(rows.size, month), death_probabilities(0.0, 0.0)[np.newaxis]
    dead = dies(luck, now, rows, persons.sex[rows], persons.age[rows], month, tables)
    living, replaced = rows[~dead], rows[dead]
    persons.age[living] += 1
    working = living[persons.age[living] < 65]
    permanent, transitory = pay_shocks(luck, month, working, persons.education[working])
    persons.log_permanent_pay[working] += permanent
    persons.transitory_pay[working] = transitory
    birth_years = np.full(replaced.size, (scenario.start + month - 1) // 12 - 22)
    birth_months = persons.birth_month[replaced]
    new = entrants(scenario, luck, now[dead], replaced, birth_months, birth_years, PLAN_SHARES)
    for field in fields(Persons):
        getattr(persons, field.name)[replaced] = getattr(new, field.name)


def test_forty_years_of_deaths_and_entries_leave_the_population_as_it_was() -> None:
    luck = Luck(1, 0)
    start = opening(1)
    persons = start.persons
    people_before = shares_by_band(persons.age)
    men_before = persons.sex.mean()
    spread_before = persons.log_permanent_pay[persons.age < 65].std()
    for month in range(1, 481):
        live_a_month(DEFAULTS, luck, month, persons)
    holds, contributes = holders(DEFAULTS, persons)
    assert np.abs(shares_by_band(persons.age) - people_before).max() < 1.0
    assert np.abs(shares_by_band(persons.age, holds) - HOLDER_SHARES).max() < 1.5
    assert contributes.sum() / holds.sum() == pytest.approx(0.70, abs=0.02)
    assert persons.sex.mean() == pytest.approx(men_before, abs=0.015)
    # The young of the opening keep their lower score for life, so that the mean dips for a while.
    assert persons.literacy[holds].mean() == pytest.approx(0.49, abs=0.02)
    assert persons.log_permanent_pay[persons.age < 65].std() == pytest.approx(spread_before, abs=0.02)
    completed = (DEFAULTS.start + 479 - 12 * persons.birth_year.astype(int) - persons.birth_month + 1) // 12
    np.testing.assert_array_equal(completed, persons.age)
