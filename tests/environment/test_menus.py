"""What stands on the menu: net returns by hand, volatility as reported, and who is offered what."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.assets import BITCOIN, BROAD_CRYPTO, CLASSES, PRIVATE, index
from environment.funds.smoothing import monthly_smoothing
from environment.market.correlation import correlations
from environment.menus import DEFAULT, LISTED_FUNDS, Menu, reported_volatility
from environment.policy import Policy
from environment.typing import BoolArray
from tests.environment.worlds import CATALOGUE, DEFAULTS, world

INDEXED = ("gold", "bitcoin", "commodities", "broad_crypto")
OPTIONS = ("default", *LISTED_FUNDS, *PRIVATE, *INDEXED, "stable_value", "active_equity", "crypto_hybrid")
LEFT_OUT = ("commodities", "broad_crypto", "stable_value", "active_equity", "crypto_hybrid")
EXPECTED = dict(zip(CLASSES, DEFAULTS.by_class("market.expected").tolist(), strict=True))
VOLATILITY = dict(zip(CLASSES, DEFAULTS.by_class("market.volatility").tolist(), strict=True))


@pytest.fixture(scope="module")
def menu() -> Menu:
    return world(savers=20).state.menu


def at(name: str) -> int:
    """Position of an option on the menu."""
    return OPTIONS.index(name)


def policy(*classes: str) -> Policy:
    return Policy("menu", frozenset(classes), 1.0, 1.0, 0.0, 0.0)


def test_the_menu_has_the_default_the_listed_funds_and_every_alternative_fund(menu: Menu) -> None:
    names = [
        "default" if fund < 0 else CATALOGUE.names[fund].removeprefix("evergreen_") for fund in menu.funds
    ]
    assert tuple(names) == OPTIONS
    assert menu.funds[DEFAULT] == -1
    classes = [[CLASSES[one] for one in np.flatnonzero(marks)] for marks in menu.classes]
    single = [[name] for name in (*PRIVATE, *INDEXED)]
    assert classes == [[]] * 8 + single + [[], [], ["bitcoin", "broad_crypto"]]
    np.testing.assert_array_equal(menu.is_alternative, menu.classes.any(axis=1))
    assert menu.is_sold.all()
    assert [OPTIONS[one] for one in np.flatnonzero(menu.in_plans_only)] == ["stable_value"]


def test_the_net_return_of_an_index_fund_is_the_class_less_the_fee(menu: Menu) -> None:
    for name in ("treasuries", "tips", "cash", *INDEXED):
        fee = DEFAULTS.number(f"funds.index_fee.{name}")
        assert menu.net_return[at(name)] == pytest.approx(EXPECTED[name] - fee)


def test_the_net_return_of_a_private_fund_is_what_both_fees_leave(menu: Menu) -> None:
    """A tenth of the fund is its liquid sleeve, in cash."""
    for name in PRIVATE:
        gross = 0.9 * EXPECTED[name] + 0.1 * EXPECTED["cash"]
        assert menu.net_return[at(name)] == pytest.approx((gross - 0.0125) * (1.0 - 0.125))


def test_the_default_is_nine_tenths_in_shares(menu: Menu) -> None:
    """25 years before the target: 60% of shares are American, 40% of bonds corporate."""
    sizes = dict(zip(CLASSES, DEFAULTS.by_class("market.size_usd").tolist(), strict=True))
    tech = sizes["tech_equity"] / (sizes["us_equity"] + sizes["tech_equity"])
    american = (1 - tech) * EXPECTED["us_equity"] + tech * EXPECTED["tech_equity"]
    equity = 0.6 * american + 0.4 * EXPECTED["intl_equity"]
    bonds = 0.6 * EXPECTED["treasuries"] + 0.4 * EXPECTED["corporate_bonds"]
    assert menu.net_return[DEFAULT] == pytest.approx(0.9 * equity + 0.1 * bonds - 0.0028)


def test_only_alternatives_are_advertised_above_what_they_bring(menu: Menu) -> None:
    listed = ~menu.is_alternative
    np.testing.assert_array_equal(menu.advertised[listed], menu.net_return[listed])
    for name in (*PRIVATE, *INDEXED):
        assert menu.advertised[at(name)] == DEFAULTS.number(f"savers.advertised_return.{name}")


def test_the_volatility_of_one_class_is_that_of_the_class(menu: Menu) -> None:
    for name in ("international", "treasuries", "corporate_bonds", "tips", "cash", *INDEXED):
        asset = {"international": "intl_equity"}.get(name, name)
        assert menu.volatility[at(name)] == pytest.approx(VOLATILITY[asset])


def test_the_volatility_of_two_classes_is_that_of_the_portfolio(menu: Menu) -> None:
    classes = [index("us_equity"), index("tech_equity")]
    sizes = DEFAULTS.by_class("market.size_usd")[classes]
    first, second = sizes / sizes.sum() * [VOLATILITY["us_equity"], VOLATILITY["tech_equity"]]
    rho = correlations().matrix[classes[0], classes[1]]
    expected = np.sqrt(first**2 + second**2 + 2 * rho * first * second)
    assert menu.volatility[at("sp500")] == pytest.approx(expected)


def test_a_smoothed_fund_looks_calmer_than_it_is() -> None:
    seen = [
        world(
            {"funds.smoothing.real_estate": rho, "funds.liquid_sleeve": 0.0}, savers=20
        ).state.menu.volatility[at("real_estate")]
        for rho in (0.0, 0.75)
    ]
    ratio = reported_volatility(monthly_smoothing(np.array([0.75])))[0]
    assert seen == pytest.approx([VOLATILITY["real_estate"], ratio * VOLATILITY["real_estate"]])
    assert ratio < 0.4


@given(st.floats(0.0, 0.95))
def test_reported_volatility_is_that_of_the_weights_that_smoothing_gives_past_returns(phi: float) -> None:
    weights = (1.0 - phi) * phi ** np.arange(2000)
    assert reported_volatility(np.array([phi]))[0] == pytest.approx(np.sqrt((weights**2).sum()))


def offered(menu: Menu, is_open: bool, *classes: str, in_plan: bool = True) -> set[str]:
    """Names of what one saver is offered."""
    marks: BoolArray = menu.offered(np.array([is_open]), np.array([in_plan]), policy(*classes))[0]
    return {name for name, mark in zip(OPTIONS, marks, strict=True) if mark}


def test_a_shut_plan_offers_no_alternative_and_an_open_one_the_allowed_classes(menu: Menu) -> None:
    listed = {"default", *LISTED_FUNDS, "stable_value", "active_equity"}
    assert offered(menu, False, "gold", "buyout") == listed
    assert offered(menu, True, "gold", "buyout") == listed | {"gold", "buyout"}
    assert offered(menu, True) == listed
    assert offered(menu, True, *CLASSES) == set(OPTIONS)
    assert offered(menu, True, *CLASSES, in_plan=False) == set(OPTIONS) - {"stable_value"}


def test_the_mixed_fund_comes_with_either_kind_of_crypto(menu: Menu) -> None:
    listed = {"default", *LISTED_FUNDS, "stable_value", "active_equity"}
    assert offered(menu, True, "bitcoin") == listed | {"bitcoin", "crypto_hybrid"}
    assert offered(menu, True, "broad_crypto") == listed | {"broad_crypto", "crypto_hybrid"}
    assert offered(menu, False, "bitcoin", "broad_crypto") == listed


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_is_not_sold_is_on_no_menu(name: str) -> None:
    menu = world({f"funds.offered.{name}": False}, savers=20).state.menu
    assert offered(menu, True, *CLASSES) == set(OPTIONS) - {name}


def test_without_new_listed_funds_the_others_are_duplicated_as_before() -> None:
    """Sixteen sevenths of each, and one more of none."""
    values = {f"funds.offered.{name}": False for name in LEFT_OUT}
    menu = world(values, savers=20).state.menu
    names = [name for name, mark in zip(OPTIONS, menu.is_duplicated, strict=True) if mark]
    assert tuple(names) == LISTED_FUNDS
    both = menu.plan_copies(np.array([17]))[0], menu.ira_copies
    np.testing.assert_allclose(both, 16 / 7, rtol=1e-14)
    sold = np.mean([menu.net_return[at(name)] for name in (*PRIVATE, *INDEXED[:2])])
    assert menu.excess_return(menu.net_return) == pytest.approx(sold - menu.net_return[at("sp500")])


def test_the_active_fund_is_the_index_with_its_alpha_its_fee_and_its_tracking_error() -> None:
    values = {"funds.active.alpha": 0.01, "funds.active.tracking_error": 0.12, "funds.active.fee": 0.007}
    menu = world(values, savers=20).state.menu
    active, sp500 = at("active_equity"), at("sp500")
    assert menu.net_return[active] == pytest.approx(menu.net_return[sp500] + 0.0004 + 0.01 - 0.007)
    assert menu.volatility[active] ** 2 == pytest.approx(menu.volatility[sp500] ** 2 + 0.12**2)


def test_the_mixed_fund_is_as_volatile_as_its_target_and_its_crypto_is_advertised() -> None:
    one = world({"funds.hybrid.volatility_target": 0.08}, savers=20).state
    hybrid, weights = at("crypto_hybrid"), one.listed_targets[one.catalogue.hybrid]
    assert one.menu.volatility[hybrid] == pytest.approx(0.08)
    gross = weights @ DEFAULTS.by_class("market.expected")
    assert one.menu.net_return[hybrid] == pytest.approx(gross - 0.006)
    told = sum(
        weights[index(name)] * (DEFAULTS.number(f"savers.advertised_return.{name}") - EXPECTED[name])
        for name in ("bitcoin", "broad_crypto")
    )
    assert one.menu.advertised[hybrid] == pytest.approx(one.menu.net_return[hybrid] + told)
    assert weights[[BITCOIN, BROAD_CRYPTO]].sum() > 0.05


def test_stable_value_looks_calmer_than_its_bonds() -> None:
    """By the ratio of an average over three years; at market value by nothing."""
    calm, bonds = (
        world({"funds.stable_value.duration": years}, savers=20).state.menu.volatility[at("stable_value")]
        for years in (3.0, 0.0)
    )
    assert calm / bonds == pytest.approx(np.sqrt((1 / 36) / (71 / 36)))


def test_picks_become_funds_and_the_default_that_of_the_saver(menu: Menu) -> None:
    picked = np.array([[DEFAULT, at("gold"), -1], [at("buyout"), DEFAULT, at("cash")]])
    positions = menu.positions(picked, np.array([20, 21]))
    cash, gold = CATALOGUE.fund("cash"), CATALOGUE.fund("gold")
    assert positions.tolist() == [[20, gold, -1], [0, 21, cash]]


def test_the_excess_of_alternatives_is_over_the_index_of_shares(menu: Menu) -> None:
    expected = np.mean([menu.net_return[at(name)] for name in (*PRIVATE, *INDEXED, "crypto_hybrid")])
    assert menu.excess_return(menu.net_return) == pytest.approx(expected - menu.net_return[at("sp500")])


def test_near_duplicates_are_of_listed_funds_alone(menu: Menu) -> None:
    """And a plan has one stable value fund."""
    names = [name for name, mark in zip(OPTIONS, menu.is_duplicated, strict=True) if mark]
    assert tuple(names) == (*LISTED_FUNDS, "active_equity")


def test_seventeen_options_are_a_default_stable_value_and_15_eighths_of_every_listed_fund(menu: Menu) -> None:
    copies = menu.plan_copies(np.array([17, 10, 18, 3]))
    np.testing.assert_allclose(copies, [15 / 8, 1.0, 2.0, 1.0], rtol=1e-14)


def test_an_individual_account_has_a_menu_of_its_own() -> None:
    menu = world({"employers.menu_options.ira": 36}, savers=20).state.menu
    assert menu.plan_copies(np.array([8])) == 1.0
    assert menu.ira_copies == pytest.approx(35 / 8)
