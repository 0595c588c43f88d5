"""Betas to inflation: a regression of years finds them again, and without them nothing changes."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.assets import CLASSES, GOLD
from environment.luck import Luck
from environment.market import market_path
from environment.market.betas import HEDGES, drawn_betas, loaded, loading
from environment.market.rates import surprise_per_shock
from environment.scenario import build_scenario

DEFAULTS = build_scenario("defaults", "")
NONE: dict[str, object] = {f"market.inflation_beta.{name}": 0.0 for name in HEDGES}
CERTAIN: dict[str, object] = {f"market.inflation_beta.error.{name}": 0.0 for name in HEDGES}


@given(st.floats(-1.0, 1.0), st.floats(-1.0, 1.0))
def test_the_variance_stays_one(correlation: float, weight: float) -> None:
    own = loaded(np.array([1.0]), np.array([0.0]), correlation, weight)[0]
    assert own**2 + weight**2 + 2.0 * own * weight * correlation == pytest.approx(1.0, abs=1e-9)


def test_without_a_weight_the_shocks_are_the_same_to_the_last_bit() -> None:
    shocks = Luck(1, 0).normal("a", 0, np.arange(50))
    assert np.array_equal(loaded(shocks, shocks[::-1], -0.3, 0.0), shocks)


def test_without_persistence_a_shock_is_the_surprise() -> None:
    assert surprise_per_shock(0.0) == 1.0
    assert loading(3.0, 0.01, 0.05, 0.0) == pytest.approx(0.6)
    assert loading(3.0, 0.01, 0.0, 0.0) == 0.0
    assert loading(-1e9, 0.01, 0.05, 0.0) == -1.0


def test_a_regression_of_years_finds_the_beta() -> None:
    # Years of an autoregression that starts at its mean: the surprise of the year is its sum.
    persistence, innovation, deviation, beta, years = 0.936, 0.0005, 0.05, 6.0, 100_000
    draws = Luck(1, 0).normal("a", 0, np.arange(24 * years)).reshape(2, years, 12)
    weights = np.cumsum(persistence ** np.arange(12))[::-1]
    surprises = innovation * draws[0] @ weights
    weight = loading(beta, innovation, deviation, persistence)
    returns = deviation * loaded(draws[1], draws[0], 0.0, weight).sum(axis=1)
    slope = (returns @ surprises) / (surprises @ surprises)
    error = returns.std() / surprises.std() / math.sqrt(years)
    assert abs(slope - beta) < 4.5 * error


def test_each_replication_draws_its_own_beta_with_the_error_stated() -> None:
    betas = np.array([drawn_betas(DEFAULTS, Luck(1, replication)) for replication in range(2000)])
    estimates = DEFAULTS.numbers("market.inflation_beta", HEDGES)
    errors = DEFAULTS.numbers("market.inflation_beta.error", HEDGES)
    assert np.all(np.abs(betas.mean(axis=0) - estimates) < 4.5 * errors / math.sqrt(2000))
    assert betas.std(axis=0) == pytest.approx(errors, rel=4.5 / math.sqrt(4000))
    assert np.all(np.abs(np.corrcoef(betas.T)[np.triu_indices(3, 1)]) < 4.5 / math.sqrt(2000))
    sure = DEFAULTS.with_values(CERTAIN)
    assert np.array_equal(drawn_betas(sure, Luck(1, 5)), estimates)


def test_a_beta_moves_its_class_alone() -> None:
    without = market_path(DEFAULTS.with_values({**NONE, **CERTAIN}), Luck(1, 0)).fundamental
    assert np.array_equal(drawn_betas(DEFAULTS.with_values({**NONE, **CERTAIN}), Luck(1, 0)), np.zeros(3))
    golden = {**NONE, **CERTAIN, "market.inflation_beta.gold": 5.0}
    with_gold = market_path(DEFAULTS.with_values(golden), Luck(1, 0)).fundamental
    changed = np.any(without != with_gold, axis=0)
    assert np.flatnonzero(changed).tolist() == [GOLD]
    assert len(changed) == len(CLASSES)
