"""Opening balances against published means, medians and shares, and the mixture against closed forms."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from agents.matching import employer_match
from agents.saving import deferral_rate
from environment.balances import (
    account_weight,
    balances_by_band,
    fitted_mixture,
    opening_balances,
    published_balances,
)
from environment.demography import age_band, by_age_band
from environment.law import contribution_limits, elective_deferrals, matches_within_limits
from environment.luck import Luck
from environment.scenario import Scenario
from environment.tabular import InputTable
from environment.typing import FloatArray
from tests.environment.opening import DEFAULTS, Opening, opening

SEEDS = [1, 2, 3]
PUBLISHED = [  # How America Saves 2025: mean and median balance by age band at the end of 2024
    (6_899.0, 1_948.0),
    (42_640.0, 16_255.0),
    (103_552.0, 39_958.0),
    (188_643.0, 67_796.0),
    (271_320.0, 95_642.0),
    (299_442.0, 95_425.0),
]


def balances_of(seed: int, scenario: Scenario = DEFAULTS) -> tuple[Opening, FloatArray]:
    """An opening and its balances."""
    people = opening(seed, scenario)
    return people, opening_balances(scenario, Luck(seed, 0), people.persons, people.holds)


def with_balances(figures: Sequence[tuple[float, ...]]) -> Scenario:
    """The defaults with a table of mean and median balance by band."""
    columns = ("mean_balance_usd", "median_balance_usd")
    table = InputTable("inputs/balances.csv", "balances.csv", "0f", b"", columns, tuple(figures))
    key = "population.initial_balances"
    return replace(DEFAULTS, values={**DEFAULTS.values, key: table.value}, tables={key: table})


def scores(values: FloatArray) -> FloatArray:
    """Ranks of distinct values, standardised."""
    ranks = np.argsort(np.argsort(values)).astype(np.float64)
    return np.asarray((ranks - ranks.mean()) / ranks.std())


def test_the_bundled_figures_are_the_published_ones() -> None:
    np.testing.assert_array_equal(published_balances(), PUBLISHED)


@pytest.mark.parametrize("seed", SEEDS)
def test_every_band_has_its_mean_and_median(seed: int) -> None:
    people, balances = balances_of(seed)
    band = age_band(people.persons.age)
    for number, (mean, median) in enumerate(PUBLISHED):
        members = balances[people.holds & (band == number)]
        assert members.mean() == pytest.approx(mean, rel=0.005)
        assert np.median(members) == pytest.approx(median, rel=0.03)
        assert members.min() > 0.0


@pytest.mark.parametrize("seed", SEEDS)
def test_shares_below_and_above_the_published_marks(seed: int) -> None:
    people, balances = balances_of(seed)
    held = balances[people.holds]
    assert (held < 10_000.0).mean() == pytest.approx(0.28, abs=0.03)
    assert (held > 100_000.0).mean() == pytest.approx(0.31, abs=0.03)
    assert (held > 250_000.0).mean() == pytest.approx(0.165, abs=0.03)
    assert held.mean() == pytest.approx(148_153.0, rel=0.02)


def test_the_weight_makes_the_savers_the_perimeter_and_their_number_the_accounts() -> None:
    people, balances = balances_of(1)
    weight = account_weight(DEFAULTS, balances, people.holds)
    assert weight * balances.sum() == pytest.approx(8.7e12)
    assert weight * people.holds.sum() == pytest.approx(58.7e6, rel=0.02)


def test_who_holds_nothing_has_nothing() -> None:
    people, balances = balances_of(1)
    np.testing.assert_array_equal(balances > 0.0, people.holds)


def test_initial_balances_of_zero_are_zero_and_weights_follow_the_accounts() -> None:
    scenario = DEFAULTS.with_values({"population.initial_balances": "zero", "run.savers": 500})
    people, balances = balances_of(1, scenario)
    np.testing.assert_array_equal(balances, 0.0)
    assert account_weight(scenario, balances, people.holds) == 58.7e6 / people.holds.sum()
    nobody = np.zeros_like(people.holds)
    assert account_weight(scenario, balances, nobody) == 58.7e6 / 500


@pytest.mark.parametrize("savers", [10, 40, 300])
def test_bands_of_few_holders_have_the_mean(savers: int) -> None:
    people, balances = balances_of(4, DEFAULTS.replace(savers=savers))
    band = age_band(people.persons.age)
    for number, (mean, _) in enumerate(PUBLISHED):
        members = balances[people.holds & (band == number)]
        if members.size:
            assert members.mean() == pytest.approx(mean)


def test_the_tilt_to_the_mean_leaves_the_median() -> None:
    people, balances = balances_of(1, DEFAULTS.replace(savers=1_500))
    band = age_band(people.persons.age)
    for number, (mean, median) in enumerate(PUBLISHED):
        members = balances[people.holds & (band == number)]
        assert members.mean() == pytest.approx(mean)
        assert np.median(members) == pytest.approx(median, rel=0.002)


def test_no_holders_at_all_have_no_balances() -> None:
    people = opening(1, DEFAULTS.replace(savers=50))
    nobody = np.zeros_like(people.holds)
    np.testing.assert_array_equal(opening_balances(DEFAULTS, Luck(1, 0), people.persons, nobody), 0.0)


def test_the_copula_ties_balances_to_pay_and_literacy() -> None:
    people, balances = balances_of(1, DEFAULTS.replace(savers=100_000))
    band = age_band(people.persons.age)
    for number in range(1, 5):
        members = people.holds & (band == number)
        balance = scores(balances[members])
        # Spearman's coefficient of a Gaussian copula with correlation r is (6 / pi) arcsin(r / 2).
        for other, r in ((people.pay, 0.5), (people.persons.literacy, 0.3)):
            spearman = float(np.mean(balance * scores(other[members])))
            assert spearman == pytest.approx(6.0 / np.pi * np.arcsin(r / 2.0), abs=0.03)


def test_equal_literacy_orders_nobody() -> None:
    scenario = DEFAULTS.with_values({"savers.literacy.spread": 0.0})
    people, balances = balances_of(1, scenario)
    held = people.holds & (age_band(people.persons.age) == 2)
    row = np.flatnonzero(held).astype(np.float64)
    assert abs(np.mean(scores(balances[held]) * scores(row))) < 0.05


@given(
    ratio=st.floats(1.6, 10.0),
    lower_share=st.floats(0.0, 0.45),
    lower_gap=st.floats(0.0, 4.0),
    lower_spread=st.floats(0.05, 1.2),
)
def test_the_mixture_has_its_median_and_mean(
    ratio: float, lower_share: float, lower_gap: float, lower_spread: float
) -> None:
    mixture = fitted_mixture(ratio, lower_share, lower_gap, lower_spread)
    assert mixture.cumulative(np.zeros(1))[0] == pytest.approx(0.5)
    upper_mean = np.exp(mixture.upper_centre + 0.5 * mixture.upper_spread**2)
    lower_mean = np.exp(mixture.lower_centre + 0.5 * mixture.lower_spread**2)
    assert lower_share * lower_mean + (1.0 - lower_share) * upper_mean == pytest.approx(ratio)


def test_without_a_lower_part_the_mixture_is_the_log_normal() -> None:
    mixture = fitted_mixture(2.0, 0.0, 1.8, 0.8)
    assert mixture.upper_centre == pytest.approx(0.0, abs=1e-12)
    assert mixture.upper_spread == pytest.approx(np.sqrt(2.0 * np.log(2.0)))


def test_quantiles_invert_the_distribution() -> None:
    mixture = fitted_mixture(2.6, 0.39, 1.8, 0.8)
    chances = np.array([1e-4, 0.01, 0.2, 0.5, 0.8, 0.99, 1.0 - 1e-4])
    np.testing.assert_allclose(mixture.cumulative(np.log(mixture.quantiles(chances))), chances, atol=1e-6)


@pytest.mark.parametrize(
    ("ratio", "shape"), [(1.1, (0.4, 0.1, 0.9)), (1.0001, (0.45, 0.0, 1.2)), (1.157, (0.3, 0.3, 1.2))]
)
def test_where_the_mixture_does_not_fit_the_log_normal_does(
    ratio: float, shape: tuple[float, float, float]
) -> None:
    """The log-normal with median 1 and spread s has the mean exp(s^2 / 2)."""
    mixture = fitted_mixture(ratio, *shape)
    spread = np.sqrt(2.0 * np.log(ratio))
    points = np.array([-1.0, 0.0, 2.0])
    np.testing.assert_allclose(mixture.cumulative(spread * points), ndtr(points))


@settings(max_examples=25)
@given(
    ratios=st.lists(st.floats(1.0, 1e4, exclude_min=True), min_size=6, max_size=6),
    lower_share=st.floats(0.0, 0.45),
    lower_gap=st.floats(0.0, 10.0),
    lower_spread=st.floats(0.05, 1.2),
)
def test_any_table_with_means_above_medians_is_met(
    ratios: list[float], lower_share: float, lower_gap: float, lower_spread: float
) -> None:
    shape = {"share": lower_share, "gap": lower_gap, "spread": lower_spread}
    values = {f"population.balances.lower_{name}": value for name, value in shape.items()}
    scenario = with_balances([(1_000.0 * ratio, 1_000.0) for ratio in ratios]).with_values(values)
    scenario = scenario.replace(savers=1_000)
    people, balances = balances_of(1, scenario)
    band = age_band(people.persons.age)
    for number, ratio in enumerate(ratios):
        members = balances[people.holds & (band == number)]
        assert members.mean() == pytest.approx(1_000.0 * ratio)
        if members.size >= 30:
            assert np.median(members) == pytest.approx(1_000.0, rel=0.1)


@pytest.mark.parametrize("ratio", [1e8, 1e14])
def test_means_far_above_the_median_are_met_too(ratio: float) -> None:
    scenario = with_balances([(ratio, 1.0)] * 6)
    people, balances = balances_of(1, scenario.replace(savers=1_000))
    members = balances[people.holds & (age_band(people.persons.age) == 2)]
    assert members.mean() == pytest.approx(ratio)
    assert np.median(members) == pytest.approx(1.0, rel=0.1)


def test_a_table_takes_the_place_of_the_published_figures() -> None:
    figures = [(200.0 * row, 50.0 * row) for row in range(1, 7)]
    np.testing.assert_array_equal(balances_by_band(with_balances(figures)), figures)
    np.testing.assert_array_equal(balances_by_band(DEFAULTS), PUBLISHED)


def test_a_table_of_the_published_figures_gives_the_calibrated_balances() -> None:
    _, calibrated = balances_of(1)
    _, from_table = balances_of(1, with_balances(PUBLISHED))
    np.testing.assert_array_equal(from_table, calibrated)


def test_with_a_table_weights_follow_the_number_of_accounts() -> None:
    scenario = with_balances(PUBLISHED)
    people, balances = balances_of(1, scenario)
    assert account_weight(scenario, balances, people.holds) == 58.7e6 / people.holds.sum()


@pytest.mark.parametrize("seed", SEEDS)
def test_contributions_of_the_first_year_are_four_to_seven_per_cent_of_wealth(seed: int) -> None:
    """Deferrals by age and taste within the limits, and the commonest match, half of the first 6% of pay."""
    people, balances = balances_of(seed)
    who = people.contributes
    pay, persons = people.pay[who], people.persons
    limits = contribution_limits(DEFAULTS, 2025, lambda year: 1.0)
    rate = deferral_rate(
        persons.age[who], persons.deferral_taste[who], by_age_band(DEFAULTS, "savers.deferral")
    )
    deferrals = elective_deferrals(pay, persons.age[who], rate, limits)
    counted = np.minimum(pay, limits.compensation)
    promised = employer_match(counted, deferrals / counted, np.array([0.5, 0.06, 0.0, 0.06]))
    matches = matches_within_limits(pay, deferrals, promised, limits)
    assert 0.04 < (deferrals + matches).sum() / balances.sum() < 0.07
