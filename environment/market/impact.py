"""What net purchases do to prices, and total returns.

A purchase of 1% of a market raises its price by the multiplier in percent (Gabaix and Koijen 2021); a sale
lowers it by the reciprocal move, so that no price falls below zero.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from environment.assets import TECH_EQUITY, US_EQUITY
from environment.typing import BoolArray, FloatArray

_BREAKDOWN = 1.0
_FURTHEST = 999.0  # pressure, either way, beyond which a price moves no further: a thousandfold change
_LEAST_VALUE, _MOST_VALUE = 1e3, 1e19  # USD that impact makes of no market's value: markets open in between


class Impact(NamedTuple):
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
    market = np.broadcast_arrays(multiplier, flow, market_value)
    flat = (np.ascontiguousarray(one.ravel(), dtype=np.float64) for one in market)
    change: FloatArray = _response(_pressure(*flat)).reshape(market[0].shape)
    return change


def class_impacts(
    multipliers: FloatArray, flows: FloatArray, expected_flows: FloatArray, market_values: FloatArray
) -> Impact:
    """Price impact of the month's net purchases on the sixteen classes.

    Expected purchases are in prices already and only the surprise moves them. The multiplier of `us_equity`
    acts on the flow into the two United States classes together, that of `tech_equity` on technology's flow
    beyond its share of their market value; the pressures of technology add up. Every other class stands
    alone.

    No month's purchases or sales make a price more than a thousand times what it was, or less than a
    thousandth; nor do they carry the value of a market beyond 1e19 USD or under 1,000. Such months are
    breakdowns long before that, and a price that nothing stops would reach zero, or infinity.

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
    return Impact(*_class_impacts(multipliers, flows, expected_flows, market_values, US_EQUITY, TECH_EQUITY))


@njit(cache=True, nogil=True)
def total_return(fundamental: FloatArray, impact: FloatArray) -> FloatArray:
    """Fundamental return and impact compounded: f + i + f i, which is f to the last bit when i is 0."""
    return fundamental + impact + fundamental * impact


@njit(cache=True, nogil=True)
def _class_impacts(
    multipliers: FloatArray,
    flows: FloatArray,
    expected_flows: FloatArray,
    market_values: FloatArray,
    us: int,
    tech: int,
) -> tuple[FloatArray, BoolArray]:
    """Price changes and breakdowns, (16,), where ``us`` and ``tech`` are the classes of the United States."""
    surprise = flows - expected_flows * market_values
    pressures = _pressure(multipliers, surprise, market_values)
    joint_flow, joint_value = surprise[us] + surprise[tech], market_values[us] + market_values[tech]
    joint = multipliers[us] * joint_flow / joint_value
    excess = surprise[tech] - joint_flow * market_values[tech] / joint_value
    pressures[us] = joint
    pressures[tech] = joint + multipliers[tech] * excess / market_values[tech]
    change = _response(np.clip(pressures, -_FURTHEST, _FURTHEST))
    least = np.minimum(_LEAST_VALUE / market_values, 1.0) - 1.0
    most = np.maximum(_MOST_VALUE / market_values, 1.0) - 1.0
    return np.clip(change, least, most), np.abs(pressures) > _BREAKDOWN


@njit(cache=True, nogil=True)
def _pressure(multipliers: FloatArray, flows: FloatArray, market_values: FloatArray) -> FloatArray:
    """Multiplier x flow / market value, shape (n,); errors as in `price_change`."""
    pressures = np.empty(flows.size)
    for place in range(flows.size):
        if multipliers[place] < 0.0:
            raise ValueError("a price-impact multiplier must be >= 0")
        if not market_values[place] > 0.0:
            raise ValueError("a market value must be above 0")
        pressures[place] = multipliers[place] * (flows[place] / market_values[place])
    return pressures


@njit(cache=True, nogil=True)
def _response(pressures: FloatArray) -> FloatArray:
    """Change of price under a pressure, shape (n,), with 0.0 for -0.0."""
    changes = np.empty(pressures.size)
    for place, pressure in enumerate(pressures):
        changes[place] = pressure / (1.0 - pressure) if pressure < 0.0 else pressure + 0.0
    return changes
