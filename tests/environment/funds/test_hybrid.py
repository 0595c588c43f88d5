"""The fund held to a volatility target: on target when no bound binds, within its bounds always."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from environment.assets import (
    BITCOIN,
    BROAD_CRYPTO,
    CLASSES,
    CORPORATE_BONDS,
    TECH_EQUITY,
    TREASURIES,
    US_EQUITY,
)
from environment.funds.hybrid import VolatilityTarget, forecasts, risky_share, volatility_target
from environment.market.correlation import correlations
from environment.typing import FloatArray
from tests.environment.worlds import DEFAULTS

SIZES = DEFAULTS.by_class("market.size_usd")
CORRELATION = correlations().matrix[:16, :16]
VOLATILITY = DEFAULTS.by_class("market.volatility")
YEARLY = CORRELATION * np.outer(VOLATILITY, VOLATILITY)
NO_MONTHS = np.zeros((0, len(CLASSES)))
CRYPTO, SHARES, BONDS = [BITCOIN, BROAD_CRYPTO], [US_EQUITY, TECH_EQUITY], [TREASURIES, CORPORATE_BONDS]


def rule(returns: FloatArray = NO_MONTHS, **values: object) -> VolatilityTarget:
    scenario = DEFAULTS.with_values({f"funds.hybrid.{name}": value for name, value in values.items()})
    return volatility_target(scenario, CORRELATION, returns)


def volatility(weights: FloatArray, covariance: FloatArray) -> float:
    return float(np.sqrt(weights @ covariance @ weights))


@given(st.floats(0.05, 0.2), st.floats(0.0, 1.0))
def test_the_target_is_met_exactly_where_the_cap_does_not_bind(target: float, crypto: float) -> None:
    """From the calm of bonds, about 3.5%, to that of crypto, 60%, there is a share that meets it."""
    fund = rule(volatility_target=target, crypto_share=crypto, crypto_cap=1.0)
    weights = fund.weights(0, SIZES)
    assert weights.sum() == pytest.approx(1.0, rel=1e-12)
    assert (weights >= 0.0).all()
    most = volatility(
        rule(volatility_target=2.0, crypto_share=crypto, crypto_cap=1.0).weights(0, SIZES), YEARLY
    )
    assert volatility(weights, YEARLY) == pytest.approx(min(target, most), rel=1e-9)
    risky = weights[CRYPTO + SHARES].sum()
    assert weights[CRYPTO].sum() == pytest.approx(crypto * risky, abs=1e-12)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_crypto_stays_within_its_cap_and_the_fund_is_then_calmer(
    cap: float, share: float, goal: float
) -> None:
    weights = rule(volatility_target=goal, crypto_share=share, crypto_cap=cap).weights(0, SIZES)
    assert weights.sum() == pytest.approx(1.0, rel=1e-12)
    assert (weights >= 0.0).all()
    assert weights[CRYPTO].sum() <= cap + 1e-12
    free = rule(volatility_target=goal, crypto_share=share, crypto_cap=1.0).weights(0, SIZES)
    if free[CRYPTO].sum() > cap:
        assert weights[CRYPTO].sum() == pytest.approx(cap, abs=1e-12)
    else:
        np.testing.assert_array_equal(weights, free)


def test_blocks_are_held_at_market_weight() -> None:
    weights = rule().weights(0, SIZES)
    for block in (CRYPTO, SHARES, BONDS):
        np.testing.assert_allclose(weights[block] / weights[block].sum(), SIZES[block] / SIZES[block].sum())
    assert set(np.flatnonzero(weights)) == {*CRYPTO, *SHARES, *BONDS}


@pytest.mark.parametrize(
    ("classes", "held"),
    [(["bitcoin"], [BITCOIN]), (["gold", "broad_crypto"], [BROAD_CRYPTO]), (["gold"], CRYPTO), ([], CRYPTO)],
)
def test_it_holds_the_crypto_that_may_be_offered(classes: list[str], held: list[int]) -> None:
    """Where none may be, nobody may choose it, and it holds both."""
    scenario = DEFAULTS.with_values({"policy.access": "menu", "policy.classes": classes})
    weights = volatility_target(scenario, CORRELATION, NO_MONTHS).weights(0, SIZES)
    assert [one for one in CRYPTO if weights[one] > 0.0] == held


def test_the_share_of_two_independent_parts_by_hand() -> None:
    """Variances 0.04 and 0.01, target 0.1: 5 x^2 - 2 x = 0."""
    assert risky_share(0.04, 0.0, 0.01, 0.1) == pytest.approx(0.4)
    assert risky_share(0.04, 0.0, 0.0, 0.1) == pytest.approx(0.5)


def test_bounds_of_the_share() -> None:
    assert risky_share(0.04, 0.0, 0.01, 0.2) == 1.0
    assert risky_share(0.04, 0.0, 0.01, 0.01) == pytest.approx(0.2)  # least variance: 0.01 / 0.05
    assert risky_share(0.04, 0.04, 0.04, 0.1) == 0.0
    assert risky_share(0.0, 0.0, 0.0, 0.0) == 1.0
    assert risky_share(0.04, 0.02, 0.01, 0.0) == 0.0  # the parts move as one: the safe one alone is calmest


def test_forecasts_weigh_past_returns_exponentially() -> None:
    """After months r1, r2: m^2 S + (1 - m)(m r1 r1' + r2 r2')."""
    start = np.array([[2.0, 0.5], [0.5, 1.0]])
    logs = np.array([[0.1, -0.2], [0.3, 0.05]])
    got = forecasts(start, np.expm1(logs), 0.9)
    first, second = (np.outer(one, one) for one in logs)
    np.testing.assert_allclose(got[2], 0.81 * start + 0.1 * (0.9 * first + second), rtol=1e-12)
    np.testing.assert_array_equal(got[0], start)


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_with_memory_1_the_past_does_not_matter_and_a_storm_makes_it_sell_otherwise(seed: int) -> None:
    draw = np.random.default_rng(seed)
    returns = np.expm1(draw.normal(0.0, 0.02, (6, 16)))
    returns[-1, SHARES + CRYPTO] = -0.4
    steady, moving = rule(returns, memory=1.0, crypto_cap=1.0), rule(returns, crypto_cap=1.0)
    for month in range(7):
        np.testing.assert_array_equal(steady.weights(month, SIZES), steady.weights(0, SIZES))
        forecast = volatility(moving.weights(month, SIZES), 12.0 * moving.covariance[month])
        assert forecast == pytest.approx(0.1, rel=1e-9)
    risky = [moving.weights(month, SIZES)[SHARES + CRYPTO].sum() for month in (5, 6)]
    assert risky[1] < 0.8 * risky[0]


def test_without_crypto_it_is_a_fund_of_shares_and_bonds_on_target() -> None:
    weights = rule(crypto_share=0.0, crypto_cap=0.0).weights(0, SIZES)
    assert weights[CRYPTO].tolist() == [0.0, 0.0]
    assert volatility(weights, YEARLY) == pytest.approx(0.1, rel=1e-9)
