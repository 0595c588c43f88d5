"""What net purchases do to prices, and total returns.

A purchase of 1% of a market raises its price by the multiplier in percent (Gabaix and Koijen 2021); a sale
lowers it by the reciprocal move, so that no price falls below zero.
"""

from dataclasses import dataclass

import numpy as np

from environment.assets import TECH_EQUITY, US_EQUITY
from environment.typing import BoolArray, FloatArray

_BREAKDOWN = 1.0


@dataclass(frozen=True, slots=True)
class Impact:
    """The month's price impact.

    Attributes
    ----------
    price_change
        Change of each class's price by net purchases, a fraction, shape (16,), above -1.
    breakdown
        Classes whose market broke down: a pressure of more than 1 either way, shape (16,).
    """

    price_change: FloatArray
    breakdown: BoolArray


def price_change(
    multiplier: FloatArray | float, flow: FloatArray | float, market_value: FloatArray | float
) -> FloatArray:
    """Change of a price by net purchases: x if x >= 0, else x / (1 - x), where x is the pressure.

    Arrays, or numbers for one market.

    Parameters
    ----------
    multiplier
        USD of market value that a USD of net purchases adds, >= 0. At 0 the change is exactly 0.
    flow
        Net purchases, USD; negative for sales.
    market_value
        Before the flow, USD, above 0.

    Returns
    -------
    FloatArray
        A fraction above -1, in the common shape of the arguments.

    Raises
    ------
    ValueError
        If a multiplier is negative or a market value is not positive.
    """
    return _response(pressure(multiplier, flow, market_value))


def pressure(
    multiplier: FloatArray | float, flow: FloatArray | float, market_value: FloatArray | float
) -> FloatArray:
    """Multiplier x flow / market value; arguments and errors as in `price_change`."""
    if np.any(np.less(multiplier, 0.0)):
        raise ValueError("a price-impact multiplier must be >= 0")
    if not np.all(np.greater(market_value, 0.0)):
        raise ValueError("a market value must be above 0")
    return np.asarray(np.multiply(multiplier, np.divide(flow, market_value)), dtype=np.float64)


def class_impacts(
    multipliers: FloatArray, flows: FloatArray, expected_flows: FloatArray, market_values: FloatArray
) -> Impact:
    """Price impact of the month's net purchases on the sixteen classes.

    Expected purchases are in prices already and only the surprise moves them. The multiplier of `us_equity`
    acts on the flow into the two United States classes together, that of `tech_equity` on technology's flow
    beyond its share of their market value; the pressures of technology add up. Every other class stands
    alone.

    Parameters
    ----------
    multipliers
        `market.impact`, shape (16,), >= 0.
    flows
        Net purchases of the month at prices before impact, USD, shape (16,).
    expected_flows
        `market.expected_flow`: shares of market value a month, shape (16,).
    market_values
        Before impact, USD, shape (16,), above 0.

    Raises
    ------
    ValueError
        As `price_change`.
    """
    surprise = flows - expected_flows * market_values
    pressures = pressure(multipliers, surprise, market_values)
    both = np.array([US_EQUITY, TECH_EQUITY])
    joint_flow, joint_value = surprise[both].sum(), market_values[both].sum()
    joint = multipliers[US_EQUITY] * joint_flow / joint_value
    excess = surprise[TECH_EQUITY] - joint_flow * market_values[TECH_EQUITY] / joint_value
    pressures[US_EQUITY] = joint
    pressures[TECH_EQUITY] = joint + multipliers[TECH_EQUITY] * excess / market_values[TECH_EQUITY]
    return Impact(_response(pressures), np.abs(pressures) > _BREAKDOWN)


def total_return(fundamental: FloatArray, impact: FloatArray) -> FloatArray:
    """Fundamental return and impact compounded: f + i + f i, which is f to the last bit when i is 0."""
    return fundamental + impact + fundamental * impact


def _response(pressures: FloatArray) -> FloatArray:
    """Change of price under a pressure, with 0.0 for -0.0."""
    falls = np.minimum(pressures, 0.0)
    return np.asarray(np.where(pressures < 0.0, falls / (1.0 - falls), pressures) + 0.0, dtype=np.float64)
