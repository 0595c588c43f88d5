"""The root of the shocks: its algebra is exact, also where the short rate leaves cash little room."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.assets import BITCOIN, BROAD_CRYPTO, CASH, CORPORATE_BONDS, TIPS, TREASURIES, US_EQUITY
from environment.luck import Luck
from environment.market.chain import Chain
from environment.market.correlation import correlations, semidefinite_root
from environment.market.crypto import CryptoCycle, crypto_direction
from environment.market.regimes import Regimes
from environment.market.shocks import INFLATION, Movers, Structure, joint_shocks
from environment.market.states import States
from environment.market.switching import scenario_movers, scenario_structure
from environment.scenario import build_scenario
from environment.typing import FloatArray

REGIMES = Regimes(0.969, 0.828, 3.0, 0.765)
MOVERS = Movers(REGIMES, CryptoCycle(Chain(0.972, 0.917), 1.15), Chain(0.982, 0.955), 0.37)
STILL = Movers(Regimes(0.9, 0.9, 1.0, 0.0), CryptoCycle(Chain(1.0, 0.9), 0.0), Chain(0.9, 0.9), 0.0)
OTHERS = [row for row in range(INFLATION + 1) if row != CASH]
CRYPTO = [BITCOIN, BROAD_CRYPTO]


def unconditional(rate_share: float, movers: Movers = MOVERS) -> FloatArray:
    """Covariance of classes and inflation that follows, with the short rate's part of cash."""
    matrix = correlations().matrix
    structure = Structure.of(matrix, movers, rate_share)
    covariance = structure.root @ structure.root.T
    covariance += movers.regimes.between * np.outer(matrix[US_EQUITY], matrix[US_EQUITY])
    covariance += movers.inflation.variance(structure.swing_gap) * np.outer(structure.swing, structure.swing)
    crypto = crypto_direction(INFLATION + 1)
    covariance += movers.cycle.chain.variance(structure.cycle_gap) * np.outer(crypto, crypto)
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
    tilt = REGIMES.between * np.outer(matrix[US_EQUITY], matrix[US_EQUITY])
    shrunk = (unconditional(0.99) - tilt)[CASH, OTHERS] / (matrix - tilt)[CASH, OTHERS]
    structure = Structure.of(matrix, MOVERS, 0.0)
    within = structure.root @ structure.root.T
    row = within[CASH, OTHERS]
    explained = row @ np.linalg.solve(within[np.ix_(OTHERS, OTHERS)], row)
    assert shrunk == pytest.approx(np.sqrt((within[CASH, CASH] - 0.99) / explained), rel=1e-6)


def test_a_rate_that_moves_cash_too_much_leaves_no_shock() -> None:
    root = Structure.of(correlations().matrix, MOVERS, 2.0).root
    assert np.all(root[CASH] == 0.0)
    assert np.array_equal(root[OTHERS], Structure.of(correlations().matrix, MOVERS, 0.5).root[OTHERS])


ANY_MOVERS = st.builds(
    Movers,
    regimes=st.builds(
        Regimes, st.floats(0.0, 0.9999), st.floats(0.0, 0.9999), st.floats(1.0, 20.0), st.floats(0.0, 1.44)
    ),
    cycle=st.builds(
        CryptoCycle, st.builds(Chain, st.floats(0.0, 1.0), st.floats(0.0, 0.999)), st.floats(0.0, 2.9)
    ),
    inflation=st.builds(Chain, st.floats(0.0, 0.9999), st.floats(0.0, 0.9999)),
    correlation_gap=st.floats(0.0, 2.0),
)


@given(ANY_MOVERS)
def test_whatever_moves_the_shocks_the_correlations_are_those_of_the_table(movers: Movers) -> None:
    covariance = unconditional(0.0, movers)
    assert np.allclose(
        covariance[np.ix_(OTHERS, OTHERS)], correlations().matrix[np.ix_(OTHERS, OTHERS)], atol=1e-6
    )
    structure = Structure.of(correlations().matrix, movers, 0.0)
    assert structure.swing_gap <= movers.correlation_gap
    assert structure.cycle_gap <= movers.cycle.gap


def test_the_default_gaps_are_granted_in_full() -> None:
    scenario = build_scenario("defaults", "")
    structure, movers = scenario_structure(scenario), scenario_movers(scenario)
    assert structure.swing_gap == movers.correlation_gap == 0.37
    assert structure.cycle_gap == movers.cycle.gap


def test_the_widest_swing_of_bonds_leaves_the_cycle_of_crypto() -> None:
    scenario = build_scenario("defaults", "")
    wide = scenario.with_values({"market.inflation.regimes.correlation_gap": 2.0})
    structure, movers = scenario_structure(wide), scenario_movers(wide)
    assert 1.0 < structure.swing_gap < 2.0
    assert structure.cycle_gap == movers.cycle.gap


def test_without_gaps_the_root_is_that_of_the_table() -> None:
    matrix = correlations().matrix
    last = [BITCOIN, BROAD_CRYPTO, CASH]
    order = np.array([row for row in range(INFLATION + 1) if row not in last] + last)
    assert np.array_equal(
        Structure.of(matrix, STILL, 0.0).root[OTHERS], semidefinite_root(matrix, order)[OTHERS]
    )


def states(months: int) -> States:
    """Calm months of low inflation and no crash."""
    never = np.zeros(months, dtype=np.bool_)
    return States(never, never, never)


def test_extreme_months_are_shared() -> None:
    luck = Luck(1, 0)
    structure = Structure.of(correlations().matrix, MOVERS, 0.5)
    fat = joint_shocks(luck, structure, MOVERS, states(20_000), 4.0)
    thin = joint_shocks(luck, structure, MOVERS, states(20_000), 1000.0)
    gold = 12
    for shocks, linked in ((fat, True), (thin, False)):
        sizes = np.abs(shocks[:, [US_EQUITY, gold]])
        # U.S. equity and gold are hardly correlated, yet under fat tails they are large together.
        assert (np.corrcoef(sizes.T)[0, 1] > 0.1) == linked


def test_one_class_has_the_same_normal_draw_whatever_the_others_do() -> None:
    # U.S. equity comes first in the elimination: its shock is its own draw, scaled.
    luck = Luck(1, 0)
    shocks = joint_shocks(luck, Structure.of(correlations().matrix, STILL, 0.5), STILL, states(10), 1e9)
    own = luck.normal_grid("market.shock", np.arange(1, 11), np.array([US_EQUITY]))[:, 0]
    assert np.allclose(shocks[:, US_EQUITY], own, rtol=1e-3)


def test_states_move_bonds_and_crypto_alone() -> None:
    luck, structure = Luck(1, 0), Structure.of(correlations().matrix, MOVERS, 0.5)
    calm = joint_shocks(luck, structure, MOVERS, states(10), 6.0)
    always, never = np.ones(10, dtype=np.bool_), np.zeros(10, dtype=np.bool_)
    inflated = joint_shocks(luck, structure, MOVERS, States(never, always, never), 6.0)
    crashed = joint_shocks(luck, structure, MOVERS, States(never, never, always), 6.0)
    assert np.flatnonzero(np.any(inflated != calm, axis=0)).tolist() == [TREASURIES, CORPORATE_BONDS, TIPS]
    assert np.allclose(crashed[:, CRYPTO] - calm[:, CRYPTO], -structure.cycle_gap)
    assert np.flatnonzero(np.any(crashed != calm, axis=0)).tolist() == CRYPTO
