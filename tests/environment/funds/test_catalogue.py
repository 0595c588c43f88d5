"""The catalogue: every fund at one place, and each saver's nearest target year."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.assets import (
    BITCOIN,
    BROAD_CRYPTO,
    CASH,
    CORPORATE_BONDS,
    IS_PRIVATE,
    PRIVATE,
    TECH_EQUITY,
    TREASURIES,
    US_EQUITY,
    index,
)
from environment.funds.catalogue import (
    ALTERNATIVE_INDEX_FUNDS,
    INDEX_FUNDS,
    MANAGED_FUNDS,
    PRIVATE_CLASS,
    build_catalogue,
)
from environment.scenario import build_scenario

SCENARIO = build_scenario("defaults", "")
CATALOGUE = build_catalogue(SCENARIO)
MARKETS = np.full(16, 1e12)
MARKETS[[US_EQUITY, TECH_EQUITY]] = 30e12, 10e12


def test_every_fund_has_one_name_and_one_place() -> None:
    assert len(set(CATALOGUE.names)) == CATALOGUE.size == 5 + 11 + 3 + 2 * CATALOGUE.target_years.size
    assert CATALOGUE.names[CATALOGUE.privates] == tuple(f"evergreen_{name}" for name in PRIVATE)
    years = CATALOGUE.target_years
    assert CATALOGUE.names[CATALOGUE.plain] == tuple(f"target_date_{year}" for year in years)
    assert CATALOGUE.names[CATALOGUE.sleeve] == tuple(f"target_date_{year}_sleeve" for year in years)


def test_slow_funds_are_private_or_hold_private_funds() -> None:
    slow = {CATALOGUE.names[fund] for fund in np.flatnonzero(CATALOGUE.is_slow)}
    assert slow == {name for name in CATALOGUE.names if name.startswith("evergreen_") or "sleeve" in name}


def test_target_years_cover_everybody() -> None:
    """From those seven years past their target at the opening to those who enter at 22 in the last year."""
    years = CATALOGUE.target_years
    assert np.all(np.diff(years) == 5)
    assert np.all(years % 5 == 0)
    assert years[0] - 5 < 2024 - 7 <= years[0]
    assert years[-1] - 5 < 2024 + 40 + (65 - 22) <= years[-1]


def test_a_run_may_start_in_any_year() -> None:
    scenario = SCENARIO.with_values({"run.start": "1990-07", "run.years": 1})
    years = build_catalogue(scenario).target_years
    assert (years[0], years[-1]) == (1985, 2035)


@given(st.lists(st.integers(1900, 2100), min_size=1, max_size=8))
def test_the_default_is_the_nearest_target_year(born: list[int]) -> None:
    """Within two and a half years of the 65th birthday, or at an end of the family."""
    funds = CATALOGUE.plain_default(np.array(born), 65)
    years = CATALOGUE.target_years[funds - CATALOGUE.plain.start]
    retires = np.clip(np.array(born) + 65, CATALOGUE.target_years[0], CATALOGUE.target_years[-1])
    assert np.all(np.abs(years - retires) <= 2)
    assert np.all(CATALOGUE.is_target_date[funds])


def test_the_sleeve_variant_has_the_same_target() -> None:
    plain = np.arange(CATALOGUE.plain.start, CATALOGUE.plain.stop)
    for fund, variant in zip(plain, CATALOGUE.with_sleeve(plain), strict=True):
        assert CATALOGUE.names[variant] == CATALOGUE.names[fund] + "_sleeve"


def test_what_counts_as_alternative() -> None:
    marked = [name for name, mark in zip(CATALOGUE.names, CATALOGUE.is_alternative, strict=True) if mark]
    index_funds = ["gold", "bitcoin", "commodities", "broad_crypto"]
    assert marked == [*(f"evergreen_{name}" for name in PRIVATE), *index_funds, "crypto_hybrid"]
    assert np.flatnonzero(CATALOGUE.is_private).tolist() == [0, 1, 2, 3, 4]
    classes = CATALOGUE.alternative_classes
    assert PRIVATE_CLASS.tolist() == np.flatnonzero(IS_PRIVATE).tolist()
    assert [np.flatnonzero(row).tolist() for row in classes[:5]] == [[one] for one in PRIVATE_CLASS]
    for name in ALTERNATIVE_INDEX_FUNDS:
        assert np.flatnonzero(classes[CATALOGUE.fund(name)]).tolist() == [index(name)]
    assert np.flatnonzero(classes[CATALOGUE.hybrid]).tolist() == [BITCOIN, BROAD_CRYPTO]
    assert not classes[~CATALOGUE.is_alternative].any()


def test_index_funds_hold_their_classes_at_market_weight() -> None:
    weights = CATALOGUE.index_weights(MARKETS)
    sp500 = weights[CATALOGUE.fund("sp500")]
    assert sp500[[US_EQUITY, TECH_EQUITY]] == pytest.approx([0.75, 0.25])
    single = [CATALOGUE.fund(name) for name, classes in INDEX_FUNDS.items() if len(classes) == 1]
    assert np.all(weights[single].max(axis=1) == 1.0)
    elsewhere = CATALOGUE.is_target_date.copy()
    elsewhere[CATALOGUE.hybrid] = True
    assert weights[~elsewhere].sum(axis=1) == pytest.approx(np.ones(18))
    assert not weights[elsewhere].any()
    assert weights[CATALOGUE.active].tolist() == sp500.tolist()
    assert np.all(weights[np.arange(5), PRIVATE_CLASS] == 1.0)


def test_every_fund_charges_its_own_key() -> None:
    fees = {f"funds.index_fee.{name}": 0.001 * rank for rank, name in enumerate(INDEX_FUNDS, start=1)}
    fees |= {"funds.stable_value.fee": 0.1, "funds.active.fee": 0.2, "funds.hybrid.fee": 0.3}
    own = {"funds.evergreen.management_fee": 0.02, "funds.target_date.fee": 0.003}
    charged = CATALOGUE.management_fees(SCENARIO.with_values({**fees, **own}))
    assert charged[CATALOGUE.privates].tolist() == [0.02] * 5
    for rank, name in enumerate(INDEX_FUNDS, start=1):
        assert charged[CATALOGUE.fund(name)] == 0.001 * rank
    assert charged[[CATALOGUE.fund(name) for name in MANAGED_FUNDS]].tolist() == [0.1, 0.2, 0.3]
    assert np.all(charged[CATALOGUE.is_target_date] == 0.003)


def test_stable_value_holds_cash_and_both_kinds_of_nominal_bonds() -> None:
    """A quarter in cash, a fifth of the rest corporate."""
    values = {"funds.stable_value.cash_share": 0.25, "funds.stable_value.corporate_share": 0.2}
    mix = build_catalogue(SCENARIO.with_values(values)).stable_mix
    assert mix[[CASH, TREASURIES, CORPORATE_BONDS]] == pytest.approx([0.25, 0.6, 0.15])
    assert mix.sum() == pytest.approx(1.0)
