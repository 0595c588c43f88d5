"""Fees against worked examples, published figures and limits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.funds.fees import final_value, fund_fees, gross_for_net, incentive_fee, net_of_fees
from environment.parameters import parameters

rates = st.floats(-0.3, 0.6)


@pytest.mark.parametrize(
    ("gross", "fee", "carry", "net"),
    [(0.12, 0.02, 0.20, 0.08), (0.01, 0.02, 0.20, -0.01), (0.02, 0.02, 0.20, 0.0), (0.15, 0.0, 0.0, 0.15)],
)
def test_net_of_fees(gross: float, fee: float, carry: float, net: float) -> None:
    """Two and twenty on 12% leaves 8%; a loss bears the fee and no carry."""
    assert net_of_fees(gross, fee, carry) == pytest.approx(net, abs=1e-15)
    assert net_of_fees(np.array([gross, gross]), fee, carry) == pytest.approx([net, net], abs=1e-15)


def test_incentive_fee_without_catch_up() -> None:
    """12.5% of what exceeds a hurdle of 5%: nothing at or below it, 0.625 at a gain of 10 from 100."""
    price, mark = np.array([90.0, 105.0, 110.0]), np.full(3, 100.0)
    assert incentive_fee(price, mark, 0.05, 0.125, 0.0) == pytest.approx([0.0, 0.0, 0.625])


def test_incentive_fee_with_full_catch_up() -> None:
    """All of the excess until 12.5% of the profit is reached (at 5/0.875), then 12.5% of the profit."""
    price, mark = np.array([105.0, 105.5, 100.0 + 5.0 / 0.875, 110.0]), np.full(4, 100.0)
    expected = [0.0, 0.5, 5.0 / 0.875 - 5.0, 1.25]
    assert incentive_fee(price, mark, 0.05, 0.125, 1.0) == pytest.approx(expected)


def test_incentive_fee_by_fund() -> None:
    """Terms may differ from fund to fund."""
    price, mark, hurdle = np.full(3, 110.0), np.array([100.0, 108.0, 108.0]), np.array([0.05, 0.0, 0.015])
    fee = incentive_fee(price, mark, hurdle, np.array([0.125, 0.2, 0.2]), np.array([0.0, 0.5, 0.5]))
    assert fee == pytest.approx([0.625, 0.4, 0.5 * (2.0 - 1.62)])


@given(st.floats(1.0, 1000.0), st.floats(1.0, 1000.0), st.floats(0.0, 0.3), st.sampled_from([0.0, 0.5, 1.0]))
def test_incentive_fee_bounds(price: float, mark: float, hurdle: float, catch_up: float) -> None:
    """Never negative, never above the share of the profit, and exactly nothing at an incentive of 0."""
    prices, marks = np.array([price]), np.array([mark])
    fee = incentive_fee(prices, marks, hurdle, 0.125, catch_up)[0]
    assert 0.0 <= fee <= 0.125 * max(0.0, price - mark) + 1e-12
    assert incentive_fee(prices, marks, hurdle, 0.0, catch_up)[0] == 0.0


def test_waterfall_by_hand() -> None:
    """One year, 100 paid in, 15% gross, fee 2%, 20% over 8% with full catch-up.

    Assets 113; preferred 8; catch-up 2 to the manager; the last 3 split 80/20: carried interest 2.6 = 20% of
    13.
    """
    fees = fund_fees(100.0, 1, 0.15, 0.02, 0.20, 0.08, 1.0)
    assert fees.gross_proceeds == pytest.approx(113.0)
    assert fees.management_fees == pytest.approx(2.0)
    assert fees.carried_interest == pytest.approx(2.6)
    assert fees.to_investors == pytest.approx(110.4)
    assert fees.net_multiple == pytest.approx(1.104)
    assert fees.net_irr == pytest.approx(0.104)


def test_waterfall_without_catch_up() -> None:
    """The hurdle is then a real one: 20% of the 5 beyond it."""
    assert fund_fees(100.0, 1, 0.15, 0.02, 0.20, 0.08, 0.0).carried_interest == pytest.approx(1.0)


def test_waterfall_inside_a_partial_catch_up() -> None:
    """Half beyond the hurdle until a fifth of all profit: 5 of a tier of 0.2 x 8 / 0.3 = 5.33 are used."""
    assert fund_fees(100.0, 1, 0.15, 0.02, 0.20, 0.08, 0.5).carried_interest == pytest.approx(2.5)


def test_assets_are_never_negative() -> None:
    """A fund that is gone pays no further fee: 100, -95% a year, fee 10: 5 is taken, then nothing."""
    fees = fund_fees(100.0, 3, -0.95, 0.10, 0.20, 0.08, 1.0)
    assert fees.management_fees == pytest.approx(5.0)
    assert fees.to_investors == 0.0
    assert fees.net_irr == -1.0


@given(rates, st.integers(1, 15), st.floats(0.0, 0.05), st.floats(0.0, 0.4), st.sampled_from([0.0, 0.5, 1.0]))
def test_every_dollar_is_paid(gross: float, years: int, fee: float, carry: float, catch_up: float) -> None:
    """Proceeds are split without remainder, and carry never exceeds its share of the profit."""
    fees = fund_fees(100.0, years, gross, fee, carry, 0.08, catch_up)
    assert fees.to_investors + fees.carried_interest == pytest.approx(fees.gross_proceeds)
    assert 0.0 <= fees.carried_interest <= carry * max(0.0, fees.gross_proceeds - 100.0) + 1e-9


@pytest.mark.parametrize(("net", "gross"), [(0.097, 0.126), (0.092, 0.120)])
def test_published_net_returns_grossed_up(net: float, gross: float) -> None:
    """Buyout 9.7% net is about 12.6% gross, venture 9.2% about 12.0%: ten years, 2/20/8, full catch-up."""
    assert gross_for_net(net, 10, 0.02, 0.20, 0.08, 1.0) == pytest.approx(gross, abs=5e-4)


@pytest.mark.parametrize(
    ("name", "net", "terms"),
    [
        ("buyout", 0.097, (0.02, 0.20, 0.08, 1.0)),
        ("venture", 0.092, (0.02, 0.20, 0.08, 1.0)),
        ("private_credit", 0.085, (0.0125, 0.15, 0.06, 1.0)),
        ("real_estate", 0.075, (0.01, 0.10, 0.06, 1.0)),
        ("hedge_funds", 0.050, (0.0135, 0.16, 0.0, 0.0)),
    ],
)
def test_expected_returns_in_the_numbers(
    name: str, net: float, terms: tuple[float, float, float, float]
) -> None:
    """What the file holds is the published net return, grossed up over ten years at the terms it states."""
    assert parameters()[f"market.expected.{name}"].value == round(gross_for_net(net, 10, *terms), 3)


@given(st.floats(-0.5, 0.5), st.integers(1, 15), st.sampled_from([0.0, 0.5]))
def test_grossing_up_is_the_inverse(net: float, years: int, catch_up: float) -> None:
    """The fees of the gross return found leave the net return asked for."""
    gross = gross_for_net(net, years, 0.02, 0.20, 0.08, catch_up)
    assert fund_fees(1.0, years, gross, 0.02, 0.20, 0.08, catch_up).net_irr == pytest.approx(net, abs=1e-9)


def test_without_fees_gross_is_net() -> None:
    """The inverse of nothing taken is the identity."""
    assert gross_for_net(0.05, 10, 0.0, 0.0, 0.0, 0.0) == pytest.approx(0.05, abs=1e-11)


def test_total_loss_has_no_gross_return() -> None:
    """Nothing left may have come from any return below some bound."""
    with pytest.raises(ValueError, match="does not determine"):
        gross_for_net(-1.0, 10, 0.02, 0.20, 0.08, 1.0)


def test_fee_example_of_the_department_of_labor() -> None:
    """USD 25,000, 35 years, 7% less 0.5% or 1.5%: 227,000 or 163,000 (A Look at 401(k) Plan Fees)."""
    cheap, dear = final_value(25_000, 0, 0, 35, 0.065), final_value(25_000, 0, 0, 35, 0.055)
    assert cheap == pytest.approx(226_556, abs=1.0)
    assert dear == pytest.approx(162_846, abs=1.0)
    assert 1.0 - dear / cheap == pytest.approx(0.281, abs=5e-4)


def test_final_value_of_growing_contributions() -> None:
    """A growing annuity: c ((1+r)^n - (1+g)^n)/(r - g), the first payment at the end of year 1."""
    expected = 1000.0 * (1.07**30 - 1.02**30) / 0.05
    assert final_value(0.0, 1000.0, 0.02, 30, 0.07) == pytest.approx(expected, rel=1e-12)


def test_final_value_limits() -> None:
    """No years: what was there; no return: the sum of what was paid."""
    assert final_value(5.0, 1.0, 0.5, 0, 0.07) == 5.0
    assert final_value(5.0, 1.0, 0.0, 10, 0.0) == 15.0
