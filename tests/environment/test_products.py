"""Worlds in which people hold every new product: the books close, caps look through, what is off is off."""

from collections.abc import Mapping

import numpy as np
import pytest

from environment.assets import BITCOIN, BROAD_CRYPTO, IS_ALTERNATIVE
from environment.funds.catalogue import MANAGED_FUNDS
from environment.funds.hybrid import volatility_target
from environment.market.correlation import correlations
from environment.reviews import alternative_share, keep_splits_within_cap
from environment.savers import EMPTY
from tests.environment.reviewing import home as plain_fund
from tests.environment.reviewing import opened, set_split, split_of
from tests.environment.watching import MOVED, watched
from tests.environment.worlds import CATALOGUE, LIVELY, assert_identical, rows, world

NEW = (*MANAGED_FUNDS, "commodities", "broad_crypto")
FUNDS = [CATALOGUE.fund(name) for name in NEW]
HYBRID = CATALOGUE.hybrid

# Tastes decide: every option is picked by some.
MANY: Mapping[str, object] = {**MOVED, "savers.choice_noise": 1.0, "market.impact.bitcoin": 20.0}
WILD: Mapping[str, object] = {
    **MANY,
    "funds.active.tracking_error": 0.8,
    "funds.hybrid.memory": 0.5,
    "funds.hybrid.volatility_target": 0.3,
    "funds.hybrid.crypto_cap": 1.0,
    "market.volatility.treasuries": 0.3,
    "market.volatility.corporate_bonds": 0.3,
}


@pytest.mark.parametrize("values", [MANY, WILD], ids=["many", "wild"])
def test_the_books_close_and_every_unit_is_somebodys(values: Mapping[str, object]) -> None:
    one = watched(values)
    most = np.zeros(len(FUNDS))
    for _ in range(24):
        month, funds = one.month(), one.state.funds
        assert abs(month.account.residual) < 1e-9
        owned = funds.savers + funds.estates + funds.outside
        owned[:5] += funds.held.sum(axis=0)
        np.testing.assert_allclose(owned, funds.units, rtol=1e-12, atol=1e-6)
        assert (funds.reported > 0.0).all()
        assert (funds.true > 0.0).all()
        most = np.maximum(most, funds.units[FUNDS])
    assert (most > 0.0).all()


def test_the_issuer_pays_when_leavers_have_taken_what_there_was() -> None:
    """Everybody looks every year at bonds as wild as shares: of a few holders most leave at once."""
    paid, stable = 0, CATALOGUE.fund("stable_value")
    for seed in range(4):
        values = {**WILD, "run.seed": seed, "market.volatility.treasuries": 1.0}
        one = watched(values, savers=30)
        for _ in range(24):
            one.month()
            funds = one.state.funds
            assert (
                funds.true[stable] >= 0.5 * funds.reported[stable] * (1.0 - 1e-9) or not funds.units[stable]
            )
            if funds.paid_up[stable] > 0.0 and funds.units[stable] > 0.0:
                assert funds.true[stable] == pytest.approx(funds.reported[stable])
                paid += 1
    assert paid > 0


def test_the_hybrid_reaches_its_weights_every_month_without_impact() -> None:
    one = watched({**LIVELY, "savers.choice_noise": 1.0})
    held_for = 0
    for _ in range(12):
        one.month()
        held = one.state.funds.assets[HYBRID]
        if held.any():
            np.testing.assert_allclose(held / held.sum(), one.state.listed_targets[HYBRID], atol=1e-9)
            held_for += 1
    assert held_for > 6


def test_the_hybrid_knows_the_returns_of_the_months_before_and_no_others() -> None:
    """Two worlds whose markets part in month 7: until then, and in it, their hybrids aim at the same."""
    first, second = world(savers=20), world(savers=20)
    second.state.path.fundamental[6:] *= 0.3
    hybrid = volatility_target(
        second.state.scenario, correlations().matrix[:16, :16], second.state.path.fundamental
    )
    second.state.hybrid = hybrid
    same = []
    for _ in range(8):
        first.run_for(1)
        second.run_for(1)
        sizes = first.state.market_value
        second.state.market_value = sizes.copy()
        aims = [one.state.listed_targets[HYBRID] for one in (first, second)]
        same.append(bool((aims[0] == aims[1]).all()))
    assert same == [True] * 7 + [False]


def test_the_hybrid_counts_under_a_cap_with_its_crypto_alone() -> None:
    state = opened()
    crypto = state.listed_targets[HYBRID][[BITCOIN, BROAD_CRYPTO]].sum()
    assert alternative_share(state)[HYBRID] == pytest.approx(crypto)
    assert 0.0 < crypto < 0.15
    assert not state.listed_targets[[CATALOGUE.fund("stable_value"), CATALOGUE.active]][
        :, IS_ALTERNATIVE
    ].any()


def test_a_cap_leaves_so_much_of_the_hybrid_as_its_crypto_allows() -> None:
    """With a cap of 4% the share x of a fund with c crypto is 0.04 / c."""
    state = opened({"policy.cap": 0.04})
    crypto = alternative_share(state)[HYBRID]
    set_split(state, 0, {HYBRID: 1.0})
    keep_splits_within_cap(state, rows(0))
    kept = 0.04 / crypto
    assert split_of(state, 0) == pytest.approx({HYBRID: kept, plain_fund(state, 0): 1.0 - kept})


def test_only_plans_hold_stable_value_and_a_shut_door_keeps_the_hybrid_out() -> None:
    one = world({**MANY, "policy.access": "none", "savers.free_ira": False})
    savers, stable = one.savers, CATALOGUE.fund("stable_value")
    one.run_for(24)
    owns = (savers.fund != EMPTY) & (savers.units > 0.0)
    assert not (owns & (savers.fund == stable) & savers.in_ira).any()
    assert (owns & (savers.fund == stable)).any()
    assert (owns & (savers.fund == CATALOGUE.active)).any()
    assert not (owns & (savers.fund == HYBRID)).any()


def test_terms_of_products_that_are_not_sold_change_nothing() -> None:
    off = {**MANY, **{f"funds.offered.{name}": False for name in NEW}}
    terms = {
        "funds.stable_value.duration": 0.0,
        "funds.stable_value.fee": 0.1,
        "funds.active.alpha": 0.2,
        "funds.hybrid.volatility_target": 0.5,
        "funds.hybrid.memory": 0.1,
        "funds.index_fee.commodities": 0.1,
        "funds.index_fee.broad_crypto": 0.1,
    }
    first, second = world(off, savers=200), world({**off, **terms}, savers=200)
    for one in (first, second):
        one.run_for(18)
        funds = one.state.funds
        assert not funds.units[FUNDS].any()
        for column in (funds.true, funds.reported, funds.smoothing, funds.trend, funds.promised):
            column[FUNDS] = 1.0
    assert_identical(first, second)
