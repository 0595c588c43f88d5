"""Checks of a month: what the fund book says after one, counted again, and wealth that has no reason."""

import numpy as np
import pytest

from environment.audit import check_wealth
from environment.books import BooksError
from environment.funds.book import PRIVATES
from tests.environment.watching import watched
from tests.environment.worlds import LIVELY


def test_units_are_those_of_their_owners_and_true_prices_what_they_own() -> None:
    """Every month, in every fund; a fund without units owns nothing and keeps a price."""
    world = watched(LIVELY, savers=300)
    for _ in range(12):
        month = world.month()
        funds, savers = world.state.funds, world.savers
        held = savers.fund >= 0
        owned = np.bincount(savers.fund[held], savers.weight * savers.units[held], funds.units.size)
        assert funds.savers == pytest.approx(owned, rel=1e-12)
        owned += funds.estates + funds.outside
        owned[PRIVATES] += funds.held.sum(axis=0)
        assert funds.units == pytest.approx(owned, rel=1e-12)
        assets = funds.assets.sum(axis=1) + funds.held @ funds.reported[PRIVATES]
        some = funds.units > 0.0
        assert funds.true[some] == pytest.approx(assets[some] / funds.units[some], rel=1e-12)
        assert funds.true[~some].tolist() == month.prices.after.true[~some].tolist()
        assert not funds.assets[~some].any()


def test_the_growth_of_managers_is_that_of_their_funds() -> None:
    """A private house's fund by its two prices, the index house by what its opening units are worth."""
    world = watched(LIVELY, savers=300)
    for _ in range(3):
        before = world.record.growth.copy()
        month = world.month()
        own, after = month.own, month.prices.after
        units = own.units[PRIVATES.stop :]
        ended, started = units @ after.reported[PRIVATES.stop :], units @ own.reported[PRIVATES.stop :]
        growth = world.record.growth / before
        assert growth[PRIVATES, 0] == pytest.approx(after.true[PRIVATES] / own.true[PRIVATES], rel=1e-12)
        assert growth[PRIVATES, 1] == pytest.approx((after.reported / own.reported)[PRIVATES], rel=1e-12)
        assert growth[PRIVATES.stop] == pytest.approx([ended / started] * 2, rel=1e-12)


def test_wealth_that_moves_without_a_flow_is_refused() -> None:
    state = watched(savers=50).state
    assert check_wealth(state, 100.0, 5.0, 105.0) == 0.0
    assert check_wealth(state, 100.0, 5.0, 105.0 + 1e-8) == pytest.approx(1e-8 / 105.0, rel=1e-6)
    for wealth in (106.0, float("nan")):
        with pytest.raises(BooksError, match="the wealth of savers"):
            check_wealth(state, 100.0, 5.0, wealth)
