"""Glide path of the target-date family: what each fund ought to hold, by years to its target."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numba import njit

from environment.assets import (
    CASH,
    CLASSES,
    CORPORATE_BONDS,
    INTL_EQUITY,
    PRIVATE,
    TECH_EQUITY,
    TIPS,
    TREASURIES,
    US_EQUITY,
)
from environment.scenario import Scenario
from environment.typing import FloatArray


@dataclass(frozen=True)
class GlidePath:
    """Piecewise linear glide path (the shape of the large index families).

    Attributes
    ----------
    young, at_target, final : float
        Equity share 25 years or more before the target, at it, and years after it.
    years_flat, years_after : float
        Years before the target at which the descent begins, and after it at which it ends.
    us_share, corporate_share : float
        US share of equity; share of corporate among nominal bonds.
    tips_share, cash_share : float
        Shares of inflation-linked bonds and of cash among bonds at the end of the path.
    private_share : float
        Strategic share of private funds in the sleeve variant.
    private_mix : FloatArray, shape (5,)
        Split of that share over the private strategies, sums to 1.
    """

    young: float
    at_target: float
    final: float
    years_flat: float
    years_after: float
    us_share: float
    corporate_share: float
    tips_share: float
    cash_share: float
    private_share: float
    private_mix: FloatArray

    def equity_share(self, years_to_target: FloatArray) -> FloatArray:
        """Equity share by years to the target (negative after it); any shape, 0 to 1."""
        return np.interp(years_to_target, *self._knots)

    @cached_property
    def _knots(self) -> tuple[FloatArray, FloatArray]:
        """Years to the target at which the path bends, and its equity shares there."""
        years = np.array([-self.years_after, 0.0, self.years_flat])
        return years, np.array([self.final, self.at_target, self.young])

    def listed_weights(self, years_to_target: FloatArray, market_value: FloatArray) -> FloatArray:
        """Class weights of the listed part, each row summing to 1.

        Parameters
        ----------
        years_to_target : FloatArray, shape (V,)
        market_value : FloatArray, shape (16,)
            USD; splits US equity between technology and the rest.

        Returns
        -------
        FloatArray, shape (V, 16)
        """
        weights = np.zeros((years_to_target.size, len(CLASSES)))
        aged = np.interp(years_to_target, *self._ageing)
        splits = self.us_share, self.corporate_share, self.tips_share, self.cash_share
        _place_weights(weights, self.equity_share(years_to_target), aged, market_value, splits)
        return weights

    @cached_property
    def _ageing(self) -> tuple[FloatArray, FloatArray]:
        """Years to the target between which tips and cash enter, and how far they have come there."""
        return np.array([-self.years_after, self.years_flat]), np.array([1.0, 0.0])

    def private_target(self, cap: float, allowed: frozenset[str]) -> FloatArray:
        """Target share of each private strategy in the sleeve variant, shape (5,).

        The total is the lower of the strategic share and the cap (economics 23); strategies that may
        not be offered give their part to the others.
        """
        mix = self.private_mix * np.array([name in allowed for name in PRIVATE], dtype=np.float64)
        total = mix.sum()
        if total == 0.0:
            return mix
        return min(self.private_share, cap) * mix / total


@njit(cache=True, nogil=True)
def _place_weights(
    weights: FloatArray,
    equity: FloatArray,
    aged: FloatArray,
    market_value: FloatArray,
    splits: tuple[float, float, float, float],
) -> None:
    """Fill the weights (V, 16) from the equity share and the progress of tips and cash, (V,) each.

    The splits are the US share of equity, the corporate share of nominal bonds, and the shares of tips and
    cash among bonds at the end of the path.
    """
    us_share, corporate_share, tips_share, cash_share = splits
    us, tech = market_value[US_EQUITY], market_value[TECH_EQUITY]
    for vintage in range(equity.size):
        bonds = 1.0 - equity[vintage]
        tips, cash = tips_share * aged[vintage], cash_share * aged[vintage]
        nominal = bonds * max(1.0 - tips - cash, 0.0)  # 1 - 0.9 - 0.1 is not 0
        weights[vintage, US_EQUITY] = equity[vintage] * us_share * (us / (us + tech))
        weights[vintage, TECH_EQUITY] = equity[vintage] * us_share * (tech / (us + tech))
        weights[vintage, INTL_EQUITY] = equity[vintage] * (1.0 - us_share)
        weights[vintage, TREASURIES] = nominal * (1.0 - corporate_share)
        weights[vintage, CORPORATE_BONDS] = nominal * corporate_share
        weights[vintage, TIPS] = bonds * tips
        weights[vintage, CASH] = bonds * cash


def glide_path(scenario: Scenario) -> GlidePath:
    """Glide path of a scenario."""

    def glide(name: str) -> float:
        return scenario.number(f"funds.target_date.glide.{name}")

    return GlidePath(
        young=glide("young_equity"),
        at_target=glide("at_target_equity"),
        final=glide("final_equity"),
        years_flat=glide("years_flat"),
        years_after=glide("years_after"),
        us_share=glide("us_share_of_equity"),
        corporate_share=glide("corporate_share_of_bonds"),
        tips_share=glide("tips_share_of_bonds_at_end"),
        cash_share=glide("cash_share_of_bonds_at_end"),
        private_share=scenario.number("funds.target_date.private_share"),
        private_mix=scenario.by_private("funds.target_date.private_mix"),
    )
