"""What comes out of the regime market is what went in: means, volatilities, correlations; and stylised facts.

400 independent replications of 480 months. A statistic is averaged within each replication, and its
standard error is that of the mean over replications, which covers the persistence of regimes and rates. The
limit of 4.5 standard errors is passed by chance once in 150,000 statistics. The short rate starts at its
long-run mean.
"""

import math
from dataclasses import dataclass

import numpy as np
import pytest

from environment.assets import CASH, CLASSES, US_EQUITY
from environment.luck import Luck
from environment.market import market_path
from environment.market.correlation import correlations
from environment.market.regimes import Regimes
from environment.market.switching import short_rate_share
from environment.market.tails import mixing_variance
from environment.scenario import Scenario, build_scenario
from environment.typing import BoolArray, FloatArray

REPLICATIONS = 400
LIMIT = 4.5
WITHOUT_CASH = [row for row in range(len(CLASSES)) if row != CASH]
DEFAULTS = build_scenario("defaults", "")


@dataclass
class Sample:
    """All replications: log returns less the mean, over the volatility; the other series as they come."""

    scenario: Scenario
    standard: FloatArray
    simple: FloatArray
    inflation: FloatArray
    log_rate: FloatArray
    turbulent: BoolArray


@pytest.fixture(scope="module")
def sample() -> Sample:
    """Draw the sample; a calm short rate leaves cash room for its correlations."""
    cash = DEFAULTS.number("market.expected.cash")
    scenario = DEFAULTS.with_values(
        {"market.short_rate.start": cash, "market.short_rate.volatility": 0.004, "run.years": 40}
    )
    paths = [market_path(scenario, Luck(20_250, replication)) for replication in range(REPLICATIONS)]
    simple = np.array([path.fundamental for path in paths])
    means = np.log1p(scenario.by_class("market.expected")) / 12.0
    deviations = scenario.by_class("market.volatility") / math.sqrt(12.0)
    return Sample(
        scenario=scenario,
        standard=(np.log1p(simple) - means) / deviations,
        simple=simple,
        inflation=np.log1p([path.inflation for path in paths]),
        log_rate=np.log1p([path.short_rate for path in paths]),
        turbulent=np.array([path.turbulent for path in paths]),
    )


def errors(statistics: FloatArray, expected: FloatArray | float) -> FloatArray:
    """Distance of the mean over replications (first axis) from what is expected, in standard errors."""
    error = statistics.std(axis=0, ddof=1) / math.sqrt(len(statistics))
    return np.asarray((statistics.mean(axis=0) - expected) / error)


def test_mean_in_mean_out(sample: Sample) -> None:
    assert np.all(np.abs(errors(sample.standard.mean(axis=1), 0.0)) < LIMIT)


def test_volatility_in_volatility_out(sample: Sample) -> None:
    variances = (sample.standard**2).mean(axis=1)
    assert np.all(np.abs(errors(variances, 1.0)[WITHOUT_CASH]) < LIMIT)
    assert np.all(np.abs(np.sqrt(variances.mean(axis=0)[WITHOUT_CASH]) - 1.0) < 0.02)


def test_cash_reaches_its_volatility_as_the_rate_spreads(sample: Sample) -> None:
    # The rate departs from a known level, so its variance in month t is 1 - phi^(2 (t - 1)) of the long
    # run's.
    persistence = sample.scenario.number("market.short_rate.persistence")
    share = short_rate_share(sample.scenario)
    reached = 1.0 - persistence ** (2.0 * np.arange(480))
    expected = 1.0 - share + share * float(reached.mean())
    assert abs(errors((sample.standard[:, :, CASH] ** 2).mean(axis=1), expected)) < LIMIT


def test_correlation_in_correlation_out(sample: Sample) -> None:
    products = np.einsum("rmi,rmj->rij", sample.standard, sample.standard) / 480.0
    matrix = correlations().matrix[: len(CLASSES), : len(CLASSES)]
    above = np.triu_indices(len(CLASSES), 1)
    assert np.all(np.abs(errors(products, matrix)[above]) < LIMIT)
    assert np.max(np.abs(products.mean(axis=0) - matrix)[above]) < 0.03


def test_inflation_has_its_mean_its_volatility_and_its_correlation(sample: Sample) -> None:
    scenario = sample.scenario
    years = sample.inflation.reshape(REPLICATIONS, 40, 12).sum(axis=2)
    assert abs(errors(years.mean(axis=1), math.log(1.0 + scenario.number("market.inflation.mean")))) < LIMIT
    # The first years depart from a known level; from the fourth on less than 0.1% of the variance is missing.
    later = years[:, 4:] - math.log(1.0 + scenario.number("market.inflation.mean"))
    expected = scenario.number("market.inflation.volatility") ** 2
    assert abs(errors((later**2).mean(axis=1), expected)) < LIMIT
    monthly = sample.inflation - math.log(1.0 + scenario.number("market.inflation.mean")) / 12.0
    shocks = monthly[:, 1:] - scenario.number("market.inflation.persistence") * monthly[:, :-1]
    shocks /= math.sqrt(np.mean(shocks**2))
    products = np.einsum("rm,rmc->rc", shocks, sample.standard[:, 1:, :]) / 479.0
    assert np.all(np.abs(errors(products, correlations().matrix[-1, :-1])) < LIMIT)


def test_the_short_rate_has_its_mean_and_spread(sample: Sample) -> None:
    mean = math.log1p(sample.scenario.number("market.expected.cash"))
    assert abs(errors(sample.log_rate.mean(axis=1), mean)) < LIMIT
    persistence = sample.scenario.number("market.short_rate.persistence")
    innovation = sample.scenario.number("market.short_rate.volatility") / math.sqrt(12.0)
    variance = innovation**2 * (1.0 - persistence ** (2 * 479)) / (1.0 - persistence**2)
    assert abs(errors((sample.log_rate[:, -1] - mean) ** 2, variance)) < LIMIT


def test_tails_are_as_fat_as_regimes_and_student_t_make_them(sample: Sample) -> None:
    regimes = Regimes.of(sample.scenario)
    both = np.array([False, True])
    shares = np.array([1.0 - regimes.turbulent_share, regimes.turbulent_share])
    uniform = (np.arange(1_000_000) + 0.5) / 1_000_000
    mixing = mixing_variance(uniform, sample.scenario.number("market.regimes.tail_degrees"))
    # For a normal variable times the root of the mixing one, the fourth moment is 3 var^2 E[mixing^2].
    tilts = np.outer(regimes.tilts(both), correlations().matrix[US_EQUITY, WITHOUT_CASH])
    within = 1.0 - regimes.between * correlations().matrix[US_EQUITY, WITHOUT_CASH] ** 2
    variances = np.outer(regimes.scales(both) ** 2, within)
    expected = shares @ (tilts**4 + 6.0 * tilts**2 * variances + 3.0 * variances**2 * np.mean(mixing**2))
    fourth = (sample.standard[:, :, WITHOUT_CASH] ** 4).mean(axis=1)
    assert np.all(np.abs(errors(fourth, expected)) < LIMIT)
    # The S&P composite, months of 1926-2023: 15; a normal variable: 3.
    assert 10.0 < expected[0] < 20.0


def test_volatility_clusters_as_the_chain_says(sample: Sample) -> None:
    regimes = Regimes.of(sample.scenario)
    both = np.array([False, True])
    second_moments = regimes.tilts(both) ** 2 + regimes.scales(both) ** 2 * (1.0 - regimes.between)
    share = regimes.turbulent_share
    spread = share * (1.0 - share) * (second_moments[1] - second_moments[0]) ** 2
    squares = sample.standard[:, :, US_EQUITY] ** 2 - 1.0
    for lag in (1, 3, 12):
        covariance = (squares[:, lag:] * squares[:, :-lag]).mean(axis=1)
        expected = spread * (regimes.stay_calm + regimes.stay_turbulent - 1.0) ** lag
        assert abs(errors(covariance, expected)) < LIMIT
        assert lag == 12 or errors(covariance, 0.0) > LIMIT


def test_linear_autocorrelation_is_that_of_the_means_and_hidden_in_one_run(sample: Sample) -> None:
    regimes = Regimes.of(sample.scenario)
    returns = sample.standard[:, :, US_EQUITY]
    for lag in (1, 2, 6, 12):
        expected = regimes.between * (regimes.stay_calm + regimes.stay_turbulent - 1.0) ** lag
        assert abs(errors((returns[:, lag:] * returns[:, :-lag]).mean(axis=1), expected)) < LIMIT
        # Two standard errors of the autocorrelation of one run of forty years.
        assert expected < 2.0 / math.sqrt(480.0)


def test_turbulent_months_are_wilder_and_worse(sample: Sample) -> None:
    regimes = Regimes.of(sample.scenario)
    returns, turbulent = sample.standard[:, :, US_EQUITY], sample.turbulent
    assert returns[~turbulent].mean() - returns[turbulent].mean() == pytest.approx(regimes.gap, rel=0.05)
    ratio = returns[turbulent].std() / returns[~turbulent].std()
    assert ratio == pytest.approx(regimes.volatility_ratio, rel=0.02)


def test_simple_returns_have_nearly_the_volatility_of_log_returns(sample: Sample) -> None:
    # A simple return is the log return and half its square: the difference shows in crypto alone, by about a
    # tenth for bitcoin and a fifth for the rest.
    volatility = sample.scenario.by_class("market.volatility")
    ratio = sample.simple.std(axis=(0, 1)) * math.sqrt(12.0) / volatility
    ordinary = [row for row in WITHOUT_CASH if volatility[row] < 0.3]
    assert len(ordinary) == 13
    assert np.all(np.abs(ratio[ordinary] - 1.0) < 0.03)


def test_the_first_month_pays_the_rate_of_the_opening() -> None:
    scenario = DEFAULTS.with_values({"run.years": 1, "market.short_rate.start": 0.05})
    assert market_path(scenario, Luck(1, 0)).short_rate[0] == pytest.approx(0.05, rel=1e-12)


def test_without_volatility_cash_pays_the_short_rate() -> None:
    values: dict[str, object] = {f"market.volatility.{name}": 0.0 for name in CLASSES}
    path = market_path(DEFAULTS.with_values(values), Luck(1, 0))
    assert np.allclose(path.fundamental[:, CASH], (1.0 + path.short_rate) ** (1.0 / 12.0) - 1.0, atol=1e-15)
    monthly = (1.0 + DEFAULTS.by_class("market.expected")) ** (1.0 / 12.0) - 1.0
    assert np.allclose(path.fundamental[:, WITHOUT_CASH], monthly[WITHOUT_CASH], atol=1e-15)


def test_a_shorter_run_is_the_beginning_of_a_longer_one() -> None:
    short = market_path(DEFAULTS.replace(years=3), Luck(1, 4))
    long = market_path(DEFAULTS.replace(years=40), Luck(1, 4))
    for name in ("fundamental", "inflation", "short_rate", "turbulent"):
        assert np.array_equal(getattr(short, name), getattr(long, name)[:36])


def test_years_without_end_or_beginning() -> None:
    path = market_path(DEFAULTS.replace(years=0), Luck(1, 0))
    assert path.fundamental.shape == (0, len(CLASSES))
    assert path.inflation.shape == path.short_rate.shape == path.turbulent.shape == (0,)


def test_the_market_never_depends_on_policy_or_on_the_number_of_savers() -> None:
    other = DEFAULTS.with_values(
        {"policy.access": "none", "run.savers": 1000, "market.impact.us_equity": 5.0}
    )
    for name in ("fundamental", "inflation", "short_rate", "turbulent"):
        one = getattr(market_path(DEFAULTS, Luck(1, 0)), name)
        assert np.array_equal(one, getattr(market_path(other, Luck(1, 0)), name))


def test_no_class_loses_more_than_everything(sample: Sample) -> None:
    assert np.all(sample.simple > -1.0)
    assert np.all(np.isfinite(sample.simple))


def test_one_volatility_changes_one_class_alone() -> None:
    before = market_path(DEFAULTS, Luck(1, 0)).fundamental
    after = market_path(DEFAULTS.with_values({"market.volatility.bitcoin": 0.9}), Luck(1, 0)).fundamental
    changed = np.any(before != after, axis=0)
    assert [name for name, different in zip(CLASSES, changed, strict=True) if different] == ["bitcoin"]
