"""The active fund: an index fund without alpha and tracking error, and both in logs as they are asked for."""

import numpy as np
import pytest

from environment.funds.active import active_returns
from environment.luck import Luck
from environment.typing import FloatArray
from tests.environment.watching import watched
from tests.environment.worlds import DEFAULTS, assert_identical, world

LONG = DEFAULTS.replace(years=100)


def returns(alpha: float, error: float, replication: int = 0) -> FloatArray:
    values = {"funds.active.alpha": alpha, "funds.active.tracking_error": error}
    return active_returns(LONG.with_values(values), Luck(1, replication))


def test_without_alpha_and_tracking_error_it_earns_its_benchmark() -> None:
    assert returns(0.0, 0.0).tolist() == [0.0] * 1200


def test_alpha_alone_compounds_to_itself_in_a_year() -> None:
    assert np.prod(1.0 + returns(0.02, 0.0)[:12]) == pytest.approx(1.02, rel=1e-12)


@pytest.mark.parametrize(("alpha", "error"), [(0.0, 0.05), (0.01, 0.2), (-0.02, 1.0)])
def test_the_average_is_alpha_and_the_deviation_the_tracking_error(alpha: float, error: float) -> None:
    """Twelve times a hundred years, within four and a half standard errors."""
    drawn = np.concatenate([returns(alpha, error, one) for one in range(12)])
    logs = np.log1p(drawn)
    monthly = error / np.sqrt(12.0)
    assert (drawn > -1.0).all()
    assert logs.std() == pytest.approx(monthly, rel=4.5 / np.sqrt(2 * drawn.size))
    spread = np.sqrt(np.expm1(monthly**2) / drawn.size)
    assert 1.0 + drawn.mean() == pytest.approx((1.0 + alpha) ** (1.0 / 12.0), abs=4.5 * spread)


def test_a_shorter_run_is_the_beginning_of_a_longer_one_and_replications_differ() -> None:
    short = active_returns(DEFAULTS.replace(years=2), Luck(1, 0))
    long = active_returns(DEFAULTS.replace(years=3), Luck(1, 0))
    np.testing.assert_array_equal(short, long[:24])
    assert (short != active_returns(DEFAULTS.replace(years=2), Luck(1, 1))).all()


def test_at_the_index_funds_fee_it_is_the_index_fund_bit_for_bit() -> None:
    """Of funds that nobody holds: what people hold is rounded by their dollars."""
    nobody = {"savers.single_default_share": 1.0, "savers.inertia": 1.0, "policy.access": "none"}
    fee = {"funds.active.tracking_error": 0.0, "funds.active.fee": DEFAULTS.number("funds.index_fee.sp500")}
    one = world(nobody | fee, savers=40)
    one.run_for(24)
    funds, catalogue = one.state.funds, one.state.catalogue
    assert funds.units[[catalogue.active, catalogue.fund("sp500")]].tolist() == [0.0, 0.0]
    assert funds.reported[catalogue.active] == funds.reported[catalogue.fund("sp500")]


def test_what_nobody_holds_is_priced_with_its_own_return_too() -> None:
    one = watched({"funds.offered.active_equity": False, "funds.active.tracking_error": 0.3}, savers=40)
    active = one.state.catalogue.active
    for month in range(12):
        grown = one.month().prices.after.reported[active] / one.passed.own.reported[active]
        benchmark = 1.0 + one.state.listed_targets[active] @ one.state.path.fundamental[month]
        ahead = 1.0 + one.state.active_return[month]
        assert grown == pytest.approx(benchmark * ahead * (1.0 - 0.0059 / 12), rel=1e-12)
        assert ahead != 1.0


def test_what_people_hold_earns_benchmark_and_active_return_less_the_fee() -> None:
    one = watched({"funds.active.alpha": 0.03, "funds.active.tracking_error": 0.3})
    catalogue = one.state.catalogue
    for _ in range(6):
        month = one.month()
        own, after = month.own.reported, month.prices.after.reported
        index_fund = after[catalogue.fund("sp500")] / own[catalogue.fund("sp500")] / (1.0 - 0.0004 / 12)
        ahead = 1.0 + one.state.active_return[one.state.month - 1]
        expected = index_fund * ahead * (1.0 - 0.0059 / 12)
        assert after[catalogue.active] / own[catalogue.active] == pytest.approx(expected, rel=1e-9)
    assert one.state.funds.units[catalogue.active] > 0.0


def test_the_other_prices_do_not_know_of_it() -> None:
    """Nobody may choose it, so that it could move nothing but its own price."""
    values = {"funds.offered.active_equity": False}
    quiet, loud = (
        world({**values, "funds.active.alpha": alpha, "funds.active.tracking_error": error})
        for alpha, error in ((0.0, 0.0), (0.1, 0.4))
    )
    for one in (quiet, loud):
        one.run_for(12)
        prices = one.state.funds
        for column in (prices.true, prices.reported):
            column[one.state.catalogue.active] = 1.0
    assert_identical(quiet, loud)
