"""The life table, ages in balance, and chances that meet the published shares."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.demography import (
    AGES,
    LAST_AGE,
    age_band,
    by_age_band,
    death_probabilities,
    dies,
    everybody_holds,
    holder_shares,
    holding_by_age,
    holding_chances,
    life_table,
    population_shares,
    separation_chances,
    stationary_ages,
)
from environment.luck import Luck
from environment.scenario import Scenario
from environment.tabular import InputTable
from environment.typing import FloatArray
from tests.environment.opening import DEFAULTS

HOLDER_SHARES = np.array([0.06, 0.23, 0.24, 0.21, 0.17, 0.09])  # account holders of 2024 by age band
BAND_NAMES = ("under_25", "25_34", "35_44", "45_54", "55_64", "65_plus")
CONTRIBUTING_SHARE = 0.7


def holder_ages(scenario: Scenario) -> FloatArray:
    """Shares of account holders by age."""
    holding = population_shares(scenario).sum(axis=0) * holding_by_age(scenario)
    return np.asarray(holding / holding.sum())


def with_ages(shares: dict[int, float]) -> Scenario:
    """The defaults with a table of shares by age."""
    rows = tuple((float(age), share) for age, share in sorted(shares.items()))
    table = InputTable("inputs/ages.csv", "ages.csv", "0f", b"", ("age", "share"), rows)
    values = {**DEFAULTS.values, "population.ages": table.value}
    return replace(DEFAULTS, values=values, tables={"population.ages": table})


def holder_bands(scenario: Scenario) -> FloatArray:
    """Shares of account holders by age band."""
    return np.bincount(age_band(AGES), weights=holder_ages(scenario))


@pytest.mark.parametrize(
    ("sex", "age", "years"), [(0, 0, 80.19), (1, 0, 74.74), (0, 65, 20.12), (1, 65, 17.48)]
)
def test_life_expectancies_are_those_published_with_the_table(sex: int, age: int, years: float) -> None:
    survival = np.cumprod(1.0 - life_table()[sex, age:])
    assert survival.sum() + 0.5 == pytest.approx(years, abs=0.02)


def test_probabilities_are_probabilities_and_rise_after_forty() -> None:
    table = life_table()
    assert table.shape == (2, 120)
    assert np.all((table > 0.0) & (table <= 1.0))
    assert np.all(np.diff(table[:, 40:], axis=1) > 0.0)
    assert np.all(table[1, :114] > table[0, :114])


def test_the_table_cannot_be_changed_by_accident() -> None:
    with pytest.raises(ValueError, match="read-only"):
        life_table()[0, 0] = 0.5


def test_improvement_compounds_and_zero_leaves_the_table() -> None:
    np.testing.assert_array_equal(death_probabilities(0.0, 40.0), life_table())
    better = death_probabilities(0.01, 40.0)
    np.testing.assert_allclose(better[:, :LAST_AGE], 0.99**40 * life_table()[:, :LAST_AGE])
    np.testing.assert_array_equal(better[:, LAST_AGE], 1.0)


@pytest.mark.parametrize("sex", [0, 1])
def test_a_simulated_cohort_survives_as_in_the_table(sex: int) -> None:
    size, luck = 40_000, Luck(3, 0)
    rows = np.arange(size)
    alive = np.ones(size, dtype=np.bool_)
    sexes = np.full(size, sex, dtype=np.uint8)
    probabilities = death_probabilities(0.0, 0.0)[np.newaxis]
    for age in range(22, 90):
        months, ages = np.full(size, 12 * (age - 21)), np.full(size, age, dtype=np.int32)
        alive &= ~dies(luck, months, rows, sexes, ages, 12 * (age - 21), probabilities)
        if age + 1 in (65, 80, 90):
            expected = float(np.prod(1.0 - life_table()[sex, 22 : age + 1]))
            error = np.sqrt(expected * (1.0 - expected) / size)
            assert abs(alive.mean() - expected) < 4.0 * error


def test_deaths_do_not_depend_on_who_else_is_asked() -> None:
    luck, rows = Luck(1, 0), np.arange(1000)
    sex, age, months = rows % 2, np.full(1000, 95), np.full(1000, 7)
    tables = life_table()[np.newaxis]
    every = dies(luck, months, rows, sex, age, 7, tables)
    some = np.array([3, 17, 500])
    alone = dies(luck, months[some], some, sex[some], age[some], 7, tables)
    np.testing.assert_array_equal(alone, every[some])
    assert every.any()
    assert not every.all()


def test_each_month_of_a_year_has_its_own_table_and_its_own_draws() -> None:
    """Nobody dies in the first month and everybody in the second; the third is drawn as it is alone."""
    luck, rows, months = Luck(1, 0), np.arange(900), np.arange(900) // 300 + 5
    sex, age = rows % 2, np.full(900, 90)
    tables = np.stack([np.zeros((2, 120)), np.ones((2, 120)), life_table()])
    died = dies(luck, months, rows, sex, age, 5, tables)
    assert not died[:300].any()
    assert died[300:600].all()
    last = dies(luck, months[600:], rows[600:], sex[600:], age[600:], 5, tables)
    np.testing.assert_array_equal(died[600:], last)
    np.testing.assert_array_equal(last, luck.uniform("death", 7, rows[600:]) < life_table()[sex[600:], 90])


@given(st.integers(0, 90), st.floats(0.0, 1.0))
def test_a_year_of_deaths_and_entries_leaves_the_ages_as_they_are(entry_age: int, male_share: float) -> None:
    before = stationary_ages(entry_age, male_share)
    deaths = before * life_table()
    after = np.zeros_like(before)
    after[:, 1:] = (before - deaths)[:, :-1]
    after[:, entry_age] += deaths.sum() * np.array([1.0 - male_share, male_share])
    np.testing.assert_allclose(after, before, atol=1e-14)
    assert before.sum() == pytest.approx(1.0)


def test_women_are_more_than_half_of_a_population_born_equal() -> None:
    years = [np.cumprod(np.append(1.0, 1.0 - life_table()[sex, 22:LAST_AGE])).sum() for sex in (0, 1)]
    assert population_shares(DEFAULTS)[0].sum() == pytest.approx(years[0] / sum(years))


def test_people_of_the_holders_have_the_ages_and_sexes_of_account_holders() -> None:
    scenario = DEFAULTS.with_values({"population.ages": "holders"})
    shares = population_shares(scenario)
    assert everybody_holds(scenario)
    assert not everybody_holds(DEFAULTS)
    assert shares.sum() == pytest.approx(1.0)
    by_band = np.bincount(age_band(AGES), weights=shares.sum(axis=0))
    np.testing.assert_allclose(by_band, HOLDER_SHARES, atol=1e-4)
    np.testing.assert_allclose(shares.sum(axis=0), holder_ages(DEFAULTS))
    # Holding does not depend on sex: at every age the sexes stand as among all people.
    people = population_shares(DEFAULTS)
    np.testing.assert_allclose(shares[0] * people[1], shares[1] * people[0], atol=1e-12)
    np.testing.assert_array_equal(holder_shares(scenario), shares)
    np.testing.assert_allclose(holder_shares(DEFAULTS), shares)


@given(st.dictionaries(st.integers(18, 119), st.floats(0.001, 1.0), min_size=1))
def test_a_table_gives_the_ages_and_the_life_table_the_sexes(weights: dict[int, float]) -> None:
    total = sum(weights.values())
    scenario = with_ages({age: weight / total for age, weight in weights.items()})
    shares = population_shares(scenario.with_values({"population.male_share": 0.4}))
    expected = np.array([weights.get(age, 0.0) / total for age in range(120)])
    np.testing.assert_allclose(shares.sum(axis=0), expected, atol=1e-12)
    stationary = stationary_ages(22, 0.4)
    for age in weights:
        women, men = stationary[:, age] if age >= 22 else (0.6, 0.4)
        assert shares[0, age] * men == pytest.approx(shares[1, age] * women)
    assert holder_shares(scenario).sum() == pytest.approx(1.0)


def test_a_table_of_the_stationary_ages_is_the_stationary_population() -> None:
    stationary = population_shares(DEFAULTS)
    scenario = with_ages({age: float(stationary[:, age].sum()) for age in range(18, 120)})
    np.testing.assert_allclose(population_shares(scenario), stationary, atol=1e-15)


def test_bands_begin_where_their_names_say() -> None:
    ages = np.array([0, 24, 25, 34, 35, 44, 45, 54, 55, 64, 65, 119])
    np.testing.assert_array_equal(age_band(ages), [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5])


def test_holders_by_band_and_their_median_age_are_the_published_ones() -> None:
    np.testing.assert_allclose(holder_bands(DEFAULTS), HOLDER_SHARES, atol=1e-4)
    assert np.searchsorted(np.cumsum(holder_ages(DEFAULTS)), 0.5) == 43


def test_the_chances_of_holding_in_the_file_solve_their_calibration() -> None:
    peak = DEFAULTS.number("population.holding.peak")
    chances = np.full(6, peak)
    for _ in range(100):
        values = dict(zip(BAND_NAMES, chances, strict=True))
        trial = DEFAULTS.with_values({f"population.holding.chance.{name}": values[name] for name in values})
        chances = chances * HOLDER_SHARES / holder_bands(trial)
        chances *= peak / chances.max()
    np.testing.assert_allclose(by_age_band(DEFAULTS, "population.holding.chance"), chances, atol=1e-4)


def test_the_peak_scales_all_chances() -> None:
    lower = DEFAULTS.with_values({"population.holding.peak": 0.4})
    np.testing.assert_allclose(holding_by_age(lower), 0.5 * holding_by_age(DEFAULTS))
    assert holding_by_age(DEFAULTS)[22:].max() <= 0.8


def test_holding_falls_to_its_last_chance_at_retirement() -> None:
    chances = by_age_band(DEFAULTS, "population.holding.chance")
    assert holding_by_age(DEFAULTS)[64] == chances[4]
    np.testing.assert_array_equal(holding_by_age(DEFAULTS)[65:], chances[5])


def test_three_in_four_of_those_who_ever_held_have_moved_their_plan_at_retirement() -> None:
    chances = holding_by_age(DEFAULTS)
    assert 1.0 - chances[65] / chances[22:65].max() == pytest.approx(0.77, abs=0.02)


def test_participation_in_the_two_kinds_of_plan_is_as_94_to_64() -> None:
    voluntary, automatic = holding_chances(DEFAULTS, 0.75)
    np.testing.assert_allclose(automatic / voluntary, 94.0 / 64.0)


@given(st.floats(0.0, 1.0))
def test_the_two_kinds_of_plan_together_hold_as_calibrated(share: float) -> None:
    voluntary, automatic = holding_chances(DEFAULTS, share)
    together = share * automatic + (1.0 - share) * voluntary
    np.testing.assert_allclose(together, holding_by_age(DEFAULTS), atol=1e-12)
    assert np.all((voluntary >= 0.0) & (automatic <= 1.0))
    assert np.all(automatic >= voluntary - 1e-12)


def test_seventy_per_cent_of_holders_contribute() -> None:
    working = AGES < 65
    contributing = holder_ages(DEFAULTS) * (1.0 - separation_chances(DEFAULTS)) * working
    assert contributing.sum() == pytest.approx(CONTRIBUTING_SHARE, abs=1e-4)


def test_the_chance_of_separation_in_the_file_solves_its_calibration() -> None:
    ages = holder_ages(DEFAULTS)[22:65]
    path = (AGES[22:65] - 22) / 42
    solved = (ages.sum() - CONTRIBUTING_SHARE) / (ages @ path)
    assert DEFAULTS.number("population.holding.separated_at_64") == pytest.approx(solved, abs=1e-4)


def test_separation_rises_in_a_straight_line_from_entry() -> None:
    chances = separation_chances(DEFAULTS)
    assert chances[22] == 0.0
    assert chances[64] == DEFAULTS.number("population.holding.separated_at_64")
    np.testing.assert_allclose(np.diff(chances[22:65]), chances[64] / 42)
    assert separation_chances(DEFAULTS.with_values({"population.holding.separated_at_64": 1.0})).max() == 1.0
