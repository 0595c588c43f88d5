"""How large each market is: it grows with its returns and shrinks by what it pays out."""

from dataclasses import dataclass

import numpy as np

from environment.once import once_a_scenario
from environment.scenario import Scenario
from environment.typing import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class Covered:
    """Market values that savers' holdings fit into.

    Attributes
    ----------
    market_values
        USD, shape (16,), none below the holdings.
    newly_issued
        Classes of which savers want more than there was, so that the rest is newly issued, shape (16,).
    """

    market_values: FloatArray
    newly_issued: BoolArray


def net_payout(expected: FloatArray, growth: float) -> FloatArray:
    """Share of market value that a class pays out in a month, net of new issues; negative for net issuers.

    With it a market that earns its expected compound return grows by `growth`:
    (1 + expected)^(1/12) (1 - payout) = (1 + growth)^(1/12).

    Parameters
    ----------
    expected
        Compound return a year, above -1, any shape.
    growth
        Growth of market value a year, above -1.
    """
    return np.asarray(1.0 - ((1.0 + growth) / (1.0 + expected)) ** (1.0 / 12.0), dtype=np.float64)


@once_a_scenario
def scenario_payout(scenario: Scenario) -> FloatArray:
    """Net payout of every class a month, shape (16,): `net_payout` at `market.nominal_growth`."""
    return net_payout(scenario.by_class("market.expected"), scenario.number("market.nominal_growth"))


def grown(market_values: FloatArray, total_returns: FloatArray, payout: FloatArray) -> FloatArray:
    """Market values at the end of a month, USD: value x (1 + total return) x (1 - payout), any shape."""
    return market_values * (1.0 + total_returns) * (1.0 - payout)


def covering(market_values: FloatArray, holdings: FloatArray) -> Covered:
    """Market values raised to what savers hold where that is more: outsiders never hold less than nothing.

    Parameters
    ----------
    market_values, holdings
        USD, shape (16,).
    """
    return Covered(np.maximum(market_values, holdings), holdings > market_values)
