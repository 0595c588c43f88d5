"""What funds and their managers charge: annual fees, incentive fees, and the waterfall of a whole fund.

Rates are fractions a year. A hurdle, or preferred return, is what investors receive before the manager shares
in the profit; `catch_up` is the share of the next profit that the manager then takes until it holds its full
part of all profit (0: there is no such tier, 1: full catch-up).
"""

from dataclasses import dataclass

import numpy as np

from environment.typing import FloatArray


def net_of_fees[Amount: (float, FloatArray)](gross: Amount, management_fee: float, carry: float) -> Amount:
    """Return that is left of a gross return: (gross - fee)(1 - carry), with carry on a gain only.

    Parameters
    ----------
    gross : float or FloatArray
        Return before fees, a fraction a year; a number or any shape.
    management_fee : float
        Fraction of assets a year.
    carry : float
        Share of the gain that the manager takes, 0 to 1.

    Returns
    -------
    float or FloatArray
        Return after fees, a fraction a year, in the shape of `gross`.
    """
    after_fee = gross - management_fee
    gain = (after_fee + abs(after_fee)) / 2.0
    return after_fee - carry * gain


def incentive_fee(
    price: FloatArray,
    high_water_mark: FloatArray,
    hurdle_growth: FloatArray | float,
    incentive: FloatArray | float,
    catch_up: FloatArray | float,
) -> FloatArray:
    """Incentive fee of an evergreen fund, in USD a unit, over a hurdle and a high-water mark.

    The profit is what the price stands above the mark. Nothing is due up to the hurdle. Beyond it the manager
    takes `incentive` of the excess or, with a catch-up, `catch_up` of the excess until it holds `incentive`
    of the profit.

    Parameters
    ----------
    price : FloatArray
        Price of a unit before the fee, USD, any shape.
    high_water_mark : FloatArray
        Greatest price after a fee so far, USD, same shape.
    hurdle_growth : FloatArray or float
        Hurdle of the period as a fraction of the mark, such as 0.05 for 5% since the last fee, >= 0.
    incentive : FloatArray or float
        Share of the profit, 0 to 1; 0 charges exactly nothing.
    catch_up : FloatArray or float
        0 for none, else above `incentive` and at most 1.

    Returns
    -------
    FloatArray
        Fee in USD a unit, >= 0, in the shape of `price`.
    """
    profit = price - high_water_mark
    excess = profit - high_water_mark * hurdle_growth
    with_catch_up = np.minimum(incentive * profit, catch_up * excess)
    fee: FloatArray = np.where(np.asarray(catch_up) > 0.0, with_catch_up, incentive * excess)
    return np.where(excess > 0.0, fee, 0.0)


@dataclass(frozen=True, slots=True)
class FundFees:
    """What a closed fund earned, and who received it: USD, except the multiple and the rate a year.

    `gross_proceeds` is after management fees and before carried interest.
    """

    gross_proceeds: float
    management_fees: float
    carried_interest: float
    to_investors: float
    net_multiple: float
    net_irr: float


def fund_fees(
    paid_in: float,
    years: int,
    gross: float,
    management_fee: float,
    carry: float,
    hurdle: float,
    catch_up: float,
) -> FundFees:
    """Fees of a fund that is paid in full at the start and sold at the end, by a whole-fund waterfall.

    Each year the assets earn `gross` and the fee on paid-in capital is taken, as far as there are assets.

    Parameters
    ----------
    paid_in : float
        Capital paid in at time 0, USD, > 0.
    years : int
        Life of the fund, >= 1.
    gross : float
        Return of the assets before all fees, a fraction a year, >= -1.
    management_fee : float
        Fraction of paid-in capital a year, >= 0.
    carry, hurdle, catch_up : float
        See the module; `catch_up` is 0 or above `carry`.

    Returns
    -------
    FundFees
        Proceeds, fees, carried interest and what investors receive.
    """
    assets, management_fees = paid_in, 0.0
    for _ in range(years):
        grown = assets * (1.0 + gross)
        taken = min(grown, management_fee * paid_in)
        assets, management_fees = grown - taken, management_fees + taken
    preferred = paid_in * ((1.0 + hurdle) ** years - 1.0)
    carried_interest = waterfall_carry(assets, paid_in, preferred, carry, catch_up)
    to_investors = assets - carried_interest
    multiple = to_investors / paid_in
    return FundFees(
        gross_proceeds=assets,
        management_fees=management_fees,
        carried_interest=carried_interest,
        to_investors=to_investors,
        net_multiple=multiple,
        net_irr=multiple ** (1.0 / years) - 1.0,
    )


def waterfall_carry(
    proceeds: float, paid_in: float, preferred: float, carry: float, catch_up: float
) -> float:
    """Carried interest of a whole fund, USD: capital back, preferred return, catch-up, then the split.

    The catch-up tier ends where the manager holds `carry` of all profit: a tier of x pays it catch_up x =
    carry (preferred + x).
    """
    remaining = max(0.0, proceeds - paid_in - preferred)
    if catch_up == 0.0:
        return carry * remaining
    tier = min(remaining, carry * preferred / (catch_up - carry))
    return catch_up * tier + carry * (remaining - tier)


def gross_for_net(
    net: float,
    years: int,
    management_fee: float,
    carry: float,
    hurdle: float,
    catch_up: float,
) -> float:
    """Gross return a year at which `fund_fees` leaves investors `net`: it grosses up published net figures.

    Where a full catch-up takes all of a range of profit, every gross return in that range leaves exactly the
    hurdle; one of them is returned.

    Raises
    ------
    ValueError
        If `net` is -1 or less: a total loss does not say what was earned.
    """
    from scipy.optimize import brentq

    if not net > -1.0:
        raise ValueError(f"a net return of {net} a year does not determine the gross return")

    def excess(gross: float) -> float:
        return fund_fees(1.0, years, gross, management_fee, carry, hurdle, catch_up).net_irr - net

    below, above = max(-1.0, net - 0.05), net + 0.05
    while excess(above) < 0.0:
        above = net + 2.0 * (above - net)
    return float(brentq(excess, below, above, xtol=1e-12))


def final_value(
    initial: float, contribution: float, contribution_growth: float, years: int, rate: float
) -> float:
    """Value after `years` of an initial sum and contributions, compounded once a year at `rate`.

    Parameters
    ----------
    initial : float
        USD at time 0.
    contribution, contribution_growth : float
        The contribution c(1 + g)^(t - 1), USD, arrives at the end of the years t = 1..years.
    years : int
        Whole years, >= 0.
    rate : float
        Return after fees, a fraction a year.

    Returns
    -------
    float
        Value at the end of the last year, USD.
    """
    value = initial
    for year in range(years):
        value = value * (1.0 + rate) + contribution * (1.0 + contribution_growth) ** year
    return value
