"""The root of the shocks: its algebra is exact, also where the short rate leaves cash little room."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.assets import CASH, US_EQUITY
from environment.luck import Luck
from environment.market.correlation import correlations
from environment.market.regimes import Regimes
from environment.market.shocks import INFLATION, joint_shocks, shock_root
from environment.typing import FloatArray

REGIMES = Regimes(0.969, 0.828, 3.0, 0.765)
OTHERS = [row for row in range(INFLATION + 1) if row != CASH]


def unconditional(rate_share: float) -> FloatArray:
    """Covariance of classes and inflation that follows from the root, with the short rate's part of cash."""
    matrix = correlations().matrix
    root = shock_root(matrix, REGIMES, rate_share)
    covariance = root @ root.T + REGIMES.between * np.outer(matrix[US_EQUITY], matrix[US_EQUITY])
    covariance[CASH, CASH] += rate_share
    return covariance


def test_with_room_for_cash_the_correlations_are_exact() -> None:
    assert np.allclose(unconditional(0.5), correlations().matrix, atol=1e-12)


@given(st.floats(0.0, 1.0))
def test_the_variances_and_all_correlations_but_those_of_cash_are_exact_always(rate_share: float) -> None:
    covariance = unconditional(rate_share)
    matrix = correlations().matrix
    assert np.allclose(covariance[np.ix_(OTHERS, OTHERS)], matrix[np.ix_(OTHERS, OTHERS)], atol=1e-12)
    # With a correlation of -0.04 to U.S. equity a share of 0.0001 of the variance of cash lies between the
    # states.
    assert covariance[CASH, CASH] == pytest.approx(1.0, abs=1.5e-4)


def test_correlations_of_cash_shrink_in_one_proportion_when_the_rate_leaves_little() -> None:
    matrix = correlations().matrix
    tilt = REGIMES.between * matrix[CASH, US_EQUITY] * matrix[US_EQUITY]
    shrunk = (unconditional(0.99)[CASH] - tilt)[OTHERS] / (matrix[CASH] - tilt)[OTHERS]
    explained = matrix[CASH, OTHERS] @ np.linalg.solve(matrix[np.ix_(OTHERS, OTHERS)], matrix[CASH, OTHERS])
    assert shrunk == pytest.approx(np.sqrt(0.01 / explained), rel=0.01)


def test_a_rate_that_moves_cash_too_much_leaves_no_shock() -> None:
    root = shock_root(correlations().matrix, REGIMES, 2.0)
    assert np.all(root[CASH] == 0.0)
    assert np.array_equal(root[OTHERS], shock_root(correlations().matrix, REGIMES, 0.5)[OTHERS])


def test_extreme_months_are_shared() -> None:
    luck = Luck(1, 0)
    calm = np.zeros(20_000, dtype=np.bool_)
    fat = joint_shocks(luck, REGIMES, calm, 4.0, 0.5)
    thin = joint_shocks(luck, REGIMES, calm, 1000.0, 0.5)
    gold = 12
    for shocks, linked in ((fat, True), (thin, False)):
        sizes = np.abs(shocks[:, [US_EQUITY, gold]])
        # U.S. equity and gold are hardly correlated, yet under fat tails they are large together.
        assert (np.corrcoef(sizes.T)[0, 1] > 0.1) == linked


def test_one_class_has_the_same_normal_draw_whatever_the_others_do() -> None:
    # U.S. equity comes first in the elimination: its shock is its own draw, scaled.
    luck = Luck(1, 0)
    calm = np.zeros(10, dtype=np.bool_)
    shocks = joint_shocks(luck, Regimes(0.9, 0.9, 1.0, 0.0), calm, 1e9, 0.5)
    own = luck.normal_grid("market.shock", np.arange(1, 11), np.array([US_EQUITY]))[:, 0]
    assert np.allclose(shocks[:, US_EQUITY], own, rtol=1e-3)
