"""What comes out of the regime market is what went in: means, volatilities, correlations; what is off is off.

400 independent replications of 480 months. A statistic is averaged within each replication, and its
standard error is that of the mean over replications, which covers the persistence of regimes and rates. The
limit of 4.5 standard errors is passed by chance once in 150,000 statistics. The short rate and the yields
start at their long-run means.
"""

import math

import numpy as np
import pytest

from environment.assets import BITCOIN, BROAD_CRYPTO, CASH, CLASSES, TIPS, TREASURIES, US_EQUITY
from environment.luck import Luck
from environment.market import market_path
from environment.market.betas import HEDGES
from environment.market.bonds import BONDS, income_share
from environment.market.correlation import correlations
from environment.market.inflation import Inflation
from environment.market.switching import scenario_bond, scenario_structure, short_rate_share
from environment.typing import FloatArray
from tests.environment.market.paths import (
    DEFAULTS,
    LIMIT,
    NO_BETAS,
    WITHOUT_CASH,
    Sample,
    at_long_run_levels,
    errors,
)


def income_shares(sample: Sample) -> FloatArray:
    """Share of each class's long-run variance that its yield has, shape (16,): 0 but for bonds."""
    persistence = sample.scenario.number("market.bonds.persistence")
    keys = {CLASSES.index(name): f"market.bonds.duration.{name}" for name in BONDS}
    durations = [sample.scenario.number(keys[row]) if row in keys else 0.0 for row in range(len(CLASSES))]
    return np.array([income_share(duration, persistence) for duration in durations])


def reached_by_yields(sample: Sample) -> float:
    """Part of the yields' long-run variance reached on average, from a known level: 1 - f^(2 (t - 1))."""
    persistence = sample.scenario.number("market.bonds.persistence")
    return float(np.mean(1.0 - persistence ** (2.0 * np.arange(480))))


def test_mean_in_mean_out(sample: Sample) -> None:
    assert np.all(np.abs(errors(sample.standard.mean(axis=1), 0.0)) < LIMIT)


def test_volatility_in_volatility_out(sample: Sample) -> None:
    variances = (sample.standard**2).mean(axis=1)
    expected = 1.0 - income_shares(sample) * (1.0 - reached_by_yields(sample))
    assert np.all(np.abs(errors(variances, expected)[WITHOUT_CASH]) < LIMIT)
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
    # Two classes of bonds reach their correlation as their yields spread.
    income = np.sqrt(income_shares(sample))
    direct = np.sqrt(1.0 - income_shares(sample))
    direct, yields = np.outer(direct, direct), np.outer(income, income)
    matrix = correlations().matrix[: len(CLASSES), : len(CLASSES)]
    matrix = matrix * (direct + yields * reached_by_yields(sample)) / (direct + yields)
    above = np.triu_indices(len(CLASSES), 1)
    assert np.all(np.abs(errors(products, matrix)[above]) < LIMIT)
    assert np.max(np.abs(products.mean(axis=0) - matrix)[above]) < 0.03


def test_inflation_has_its_mean_its_volatility_and_its_correlation(sample: Sample) -> None:
    scenario = sample.scenario
    years = sample.inflation.reshape(400, 40, 12).sum(axis=2)
    assert abs(errors(years.mean(axis=1), math.log(1.0 + scenario.number("market.inflation.mean")))) < LIMIT
    # The first years depart from a known level; from the fourth on less than 0.1% of the variance is missing.
    later = years[:, 4:] - math.log(1.0 + scenario.number("market.inflation.mean"))
    expected = scenario.number("market.inflation.volatility") ** 2
    assert abs(errors((later**2).mean(axis=1), expected)) < LIMIT
    monthly = sample.inflation - math.log(1.0 + scenario.number("market.inflation.mean")) / 12.0
    law = Inflation.of(scenario)
    monthly += law.chain.departures(law.gap, sample.high_inflation) / 12.0
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


def test_simple_returns_have_nearly_the_volatility_of_log_returns(sample: Sample) -> None:
    # A simple return is the log return and half its square: the difference shows in crypto alone, by about a
    # tenth for bitcoin and a fifth for the rest.
    volatility = sample.scenario.by_class("market.volatility")
    ratio = sample.simple.std(axis=(0, 1)) * math.sqrt(12.0) / volatility
    ordinary = [row for row in WITHOUT_CASH if volatility[row] < 0.3]
    assert len(ordinary) == 13
    assert np.all(np.abs(ratio[ordinary] - 1.0) < 0.03)


def test_absurdly_small_deviations_leave_the_market_finite() -> None:
    tiny = 2.3e-308
    values: dict[str, object] = {"market.volatility.cash": tiny, "market.volatility.gold": tiny}
    still: dict[str, object] = {"market.inflation.volatility": 1e-155}
    for one in (values, still, {**values, **still}):
        scenario = DEFAULTS.with_values({**one, "run.years": 2})
        assert np.all(np.isfinite(market_path(scenario, Luck(1, 0)).fundamental))


def test_the_first_month_pays_the_rate_of_the_opening() -> None:
    scenario = DEFAULTS.with_values({"run.years": 1, "market.short_rate.start": 0.05})
    assert market_path(scenario, Luck(1, 0)).short_rate[0] == pytest.approx(0.05, rel=1e-12)


def test_without_volatility_cash_pays_the_short_rate() -> None:
    values: dict[str, object] = {f"market.volatility.{name}": 0.0 for name in CLASSES}
    path = market_path(at_long_run_levels(DEFAULTS.with_values(values)), Luck(1, 0))
    assert np.allclose(path.fundamental[:, CASH], (1.0 + path.short_rate) ** (1.0 / 12.0) - 1.0, atol=1e-15)
    others = [row for row in WITHOUT_CASH if row != TIPS]
    monthly = (1.0 + DEFAULTS.by_class("market.expected")) ** (1.0 / 12.0) - 1.0
    assert np.allclose(path.fundamental[:, others], monthly[others], atol=1e-15)


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


def test_without_duration_bonds_are_drawn_directly() -> None:
    direct = DEFAULTS.with_values({f"market.bonds.duration.{name}": 0.0 for name in BONDS})
    other = direct.with_values(
        {"market.bonds.persistence": 0.5, **{f"market.bonds.yield_start.{name}": 0.2 for name in BONDS}}
    )
    one = market_path(direct, Luck(1, 0)).fundamental
    assert one.tobytes() == market_path(other, Luck(1, 0)).fundamental.tobytes()
    # The structure is that of the table itself.
    volatility = math.sqrt(12.0) * np.log1p(one[:, TREASURIES]).std()
    assert volatility == pytest.approx(DEFAULTS.number("market.volatility.treasuries"), rel=0.3)
    assert np.array_equal(scenario_structure(direct).tilt, correlations().matrix[US_EQUITY])


def test_a_duration_changes_the_bonds_it_belongs_to() -> None:
    calm: dict[str, object] = {f"market.volatility.{name}": 0.0 for name in CLASSES}
    rising = DEFAULTS.with_values({**calm, "market.bonds.yield_start.treasuries": 0.01})
    path = market_path(rising, Luck(1, 0)).fundamental
    mean = scenario_bond(rising, "treasuries").long_run_yield
    change = (0.01 - mean) * (0.995 - 1.0)
    first = 0.01 / 12.0 - 4.0 * change + 10.0 * change**2
    assert path[0, TREASURIES] == pytest.approx(first, rel=1e-9)


def test_inflation_is_paid_on_protected_bonds() -> None:
    calm: dict[str, object] = {f"market.volatility.{name}": 0.0 for name in CLASSES}
    scenario = DEFAULTS.with_values(calm)
    level = scenario.with_values(
        {"market.bonds.yield_start.tips": scenario_bond(scenario, "tips").long_run_yield}
    )
    path = market_path(level, Luck(1, 0))
    real = (1.0 + path.fundamental[:, TIPS]) / (1.0 + path.inflation)
    assert np.allclose(real**12, 1.046 / 1.025, rtol=1e-10)


def test_bonds_and_equity_move_together_in_high_inflation_and_apart_in_low(sample: Sample) -> None:
    structure, law = scenario_structure(sample.scenario), Inflation.of(sample.scenario)
    products = sample.standard[:, :, US_EQUITY] * sample.standard[:, :, TREASURIES]
    direct = math.sqrt(1.0 - income_shares(sample)[TREASURIES])
    states = np.array([False, True])
    expected = direct * (structure.tilt[TREASURIES] - law.chain.departures(structure.swing_gap, states))
    assert expected[0] < -0.1 < 0.1 < expected[1]
    for state in states:
        here = sample.high_inflation == state
        # Departures from what is expected, by replication, whether or not the state came up in it.
        assert abs(errors(((products - expected[int(state)]) * here).mean(axis=1), 0.0)) < LIMIT


def test_no_correlation_gap_no_swing() -> None:
    still = DEFAULTS.with_values({"market.inflation.regimes.correlation_gap": 0.0})
    flat = still.with_values({"market.inflation.regimes.mean_gap": 0.0})
    other = flat.with_values({"market.inflation.regimes.stay_high": 0.5})
    one, two = market_path(flat, Luck(1, 0)), market_path(other, Luck(1, 0))
    assert one.fundamental.tobytes() == two.fundamental.tobytes()
    assert one.inflation.tobytes() == two.inflation.tobytes()


def test_only_bonds_and_what_depends_on_inflation_know_of_the_regimes() -> None:
    flat = DEFAULTS.with_values({**NO_BETAS, "market.inflation.regimes.mean_gap": 0.0})
    changed = (
        market_path(flat, Luck(1, 0)).fundamental
        != market_path(DEFAULTS.with_values(NO_BETAS), Luck(1, 0)).fundamental
    )
    assert np.flatnonzero(np.any(changed, axis=0)).tolist() == [TIPS]
    assert {BITCOIN, BROAD_CRYPTO} <= {CLASSES.index(name) for name in HEDGES}
