"""Betas to inflation: a regression of years finds them again, and without them nothing changes."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.assets import BITCOIN, BROAD_CRYPTO, CASH, CLASSES, GOLD, TIPS
from environment.luck import Luck
from environment.market import market_path
from environment.market.betas import HEDGES, answering, drawn_betas, turned
from environment.market.correlation import correlations, semidefinite_root
from environment.market.shocks import INFLATION
from environment.scenario import build_scenario
from environment.typing import FloatArray

DEFAULTS = build_scenario("defaults", "")
NONE: dict[str, object] = {f"market.inflation_beta.{name}": 0.0 for name in HEDGES}
SURE: dict[str, object] = {f"market.inflation_beta.error.{name}": 0.0 for name in HEDGES}


MATRIX = correlations().matrix
KEPT = np.array([row for row in range(len(CLASSES)) if row not in (GOLD, BITCOIN, BROAD_CRYPTO, CASH)])


@given(st.floats(-0.99, 0.99), st.floats(-1.0, 1.0))
def test_turning_gives_variance_one_and_the_correlation_asked_for(correlation: float, target: float) -> None:
    keep, add = turned(correlation, target)
    assert keep**2 + add**2 + 2.0 * keep * add * correlation == pytest.approx(1.0, abs=1e-9)
    assert keep * correlation + add == pytest.approx(target, abs=1e-9)


def correlations_of_gold(gain: float) -> FloatArray:
    """Covariances of the answering shocks of gold with all shocks and, last, their variance, shape (18,).

    The columns of a root stand for months of shocks whose products sum to exactly the matrix.
    """
    root = semidefinite_root(MATRIX, np.arange(len(MATRIX))).T
    gold = answering(root, MATRIX, GOLD, KEPT, gain)
    return np.append(gold @ root, gold @ gold)


# Of gold and of inflation the kept classes leave 0.769 and 0.850 standard deviations: 0.65 is their product.
@given(st.floats(-0.6, 0.6))
def test_a_gain_changes_the_covariance_with_inflation_alone(gain: float) -> None:
    covariances = correlations_of_gold(gain)
    assert covariances[-1] == pytest.approx(1.0, abs=1e-12)
    assert covariances[INFLATION] == pytest.approx(MATRIX[GOLD, INFLATION] + gain, abs=1e-12)
    assert np.allclose(covariances[KEPT], MATRIX[GOLD, KEPT], atol=1e-12)


@given(st.floats(-50.0, 50.0))
def test_any_gain_is_granted_up_to_a_correlation_of_one(gain: float) -> None:
    covariances = correlations_of_gold(gain)
    assert covariances[-1] == pytest.approx(1.0, abs=1e-9)
    expected = min(max(MATRIX[GOLD, INFLATION] + gain, -1.0), 1.0)
    assert covariances[INFLATION] == pytest.approx(expected, abs=1e-9)


def test_classes_that_explain_everything_leave_the_whole_shocks_to_turn() -> None:
    # Class 1 is class 0 itself: nothing of it is orthogonal to what is kept.
    matrix = np.array([[1.0, 1.0, 0.2], [1.0, 1.0, 0.2], [0.2, 0.2, 1.0]])
    root = semidefinite_root(matrix, np.arange(3)).T
    answered = answering(root, matrix, 1, np.array([0]), 0.5)
    assert answered @ root[:, 2] == pytest.approx(0.7)
    assert answered @ answered == pytest.approx(1.0)


def test_without_a_gain_the_shocks_are_the_same_to_the_last_bit() -> None:
    shocks = Luck(1, 0).normal("a", 0, np.arange(17 * 50)).reshape(50, 17)
    assert answering(shocks, MATRIX, GOLD, KEPT, 0.0).tobytes() == shocks[:, GOLD].tobytes()


@pytest.mark.parametrize(
    ("beta", "other"),
    [
        (4.3, {}),
        (0.0, {}),
        (4.3, {"market.inflation.regimes.mean_gap": 0.0}),
        (-4.3, {"market.inflation.persistence": 0.5}),
    ],
)
def test_a_regression_of_years_finds_the_beta_on_unexpected_inflation(
    beta: float, other: dict[str, object]
) -> None:
    # The estimator behind the default: yearly log returns of gold on the residual of a first-order
    # autoregression of yearly inflation, on paths as long as the record.
    scenario = DEFAULTS.with_values({**SURE, **other, "market.inflation_beta.gold": beta, "run.years": 51})
    slopes = np.empty(150)
    for replication in range(len(slopes)):
        path = market_path(scenario, Luck(9, replication))
        gold = np.log1p(path.fundamental[:, GOLD]).reshape(-1, 12).sum(axis=1)[1:]
        inflation = np.log1p(path.inflation).reshape(-1, 12).sum(axis=1)
        before = np.column_stack((np.ones(len(gold)), inflation[:-1]))
        residual = inflation[1:] - before @ np.linalg.lstsq(before, inflation[1:], rcond=None)[0]
        slopes[replication] = (residual @ gold) / (residual @ residual)
    error = slopes.std(ddof=1) / math.sqrt(len(slopes))
    assert abs(slopes.mean() - beta) < 4.5 * error
    assert error < 0.25


def test_gold_keeps_its_correlations_while_it_answers_to_inflation() -> None:
    # One draw of betas and one of shocks: the change of each correlation has no part of the sampling error.
    calm = DEFAULTS.with_values({**SURE, "run.years": 40, "market.inflation_beta.gold": 0.0})
    changes = []
    for replication in range(60):
        rows = []
        for scenario in (calm, calm.with_values({"market.inflation_beta.gold": 4.3})):
            logs = np.log1p(market_path(scenario, Luck(3, replication)).fundamental)
            rows.append(np.corrcoef(logs.T)[GOLD])
        changes.append(rows[1] - rows[0])
    change = np.mean(changes, axis=0)[KEPT]
    error = np.std(changes, axis=0)[KEPT] / math.sqrt(len(changes))
    tips = KEPT == TIPS  # which pay the month's inflation itself
    assert np.all(np.abs(change[~tips]) < 4.5 * error[~tips])
    assert np.all(np.abs(change) < 0.04)


def test_each_replication_draws_its_own_beta_with_the_error_stated() -> None:
    betas = np.array([drawn_betas(DEFAULTS, Luck(1, replication)) for replication in range(2000)])
    estimates = DEFAULTS.numbers("market.inflation_beta", HEDGES)
    errors = DEFAULTS.numbers("market.inflation_beta.error", HEDGES)
    assert np.all(np.abs(betas.mean(axis=0) - estimates) < 4.5 * errors / math.sqrt(2000))
    assert betas.std(axis=0) == pytest.approx(errors, rel=4.5 / math.sqrt(4000))
    assert np.all(np.abs(np.corrcoef(betas.T)[np.triu_indices(3, 1)]) < 4.5 / math.sqrt(2000))
    sure = DEFAULTS.with_values(SURE)
    assert np.array_equal(drawn_betas(sure, Luck(1, 5)), estimates)


def test_a_beta_moves_its_class_alone() -> None:
    without = market_path(DEFAULTS.with_values({**NONE, **SURE}), Luck(1, 0)).fundamental
    assert np.array_equal(drawn_betas(DEFAULTS.with_values({**NONE, **SURE}), Luck(1, 0)), np.zeros(3))
    golden = {**NONE, **SURE, "market.inflation_beta.gold": 5.0}
    with_gold = market_path(DEFAULTS.with_values(golden), Luck(1, 0)).fundamental
    changed = np.any(without != with_gold, axis=0)
    assert np.flatnonzero(changed).tolist() == [GOLD]
    assert len(changed) == len(CLASSES)
