"""Bond returns from yields: income, duration and convexity; and the law of the yields.

A class of bonds with duration D has one yield y, a simple rate a year. With dy the change of the month,

    r  =  y / 12  -  D dy  +  C dy^2 / 2,        C = D (D + 1),

where y is the yield at which the month begins. C is the convexity of a zero-coupon bond of modified duration
D, D^2 + D / (1 + y), at a yield of 0: at 5% it is 1% too large for D = 4.

The yield reverts to its long-run level m with persistence f: dy = -(1 - f)(y - m) - e, where e is the shock
of the joint draw with its sign reversed. To first order

    r  =  m / 12  +  a (y - m)  +  D e,        a = 1 / 12 + D (1 - f),

and the second term has the share q = a^2 / (a^2 + D^2 (1 - f^2)) of the variance in the long run.
"""

import math
from dataclasses import dataclass

import numpy as np

from environment.assets import index
from environment.market.correlation import repair
from environment.market.rates import reverting
from environment.typing import FloatArray, IntArray

BONDS = ("treasuries", "corporate_bonds", "tips")
"""The classes that have a yield; that of `tips` is real."""

BOND_ROWS: IntArray = np.array([index(name) for name in BONDS])

_MONTHS = 12.0
_LEAST_YIELD = -6.0
_TINY = 1e-300


def convexity(duration: float) -> float:
    """C = D (D + 1), years squared, of a duration D >= 0 in years."""
    return duration * (duration + 1.0)


def bond_returns(yields: FloatArray, duration: float) -> FloatArray:
    """Simple returns of each month, r = y/12 - D dy + C dy^2 / 2 with C = D (D + 1), shape (months,).

    Never below -1: the last two terms are at least -D / (2 (D + 1)), and a month's income at least -1/2.

    Parameters
    ----------
    yields
        Simple rates a year at the opening and at the end of each month, shape (months + 1,), none below -6.
    duration
        D, years, >= 0.
    """
    change = np.diff(yields)
    returns = yields[:-1] / _MONTHS - duration * change + 0.5 * convexity(duration) * change**2
    return np.asarray(returns, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Bond:
    """The law of one class's yield.

    Attributes
    ----------
    duration
        D, years, above 0.
    persistence
        f, share of the yield's departure that is left a month later, in [0, 1).
    growth
        Mean log return of a month in the long run.
    deviation
        Standard deviation of the month's log return in the long run, >= 0.
    """

    duration: float
    persistence: float
    growth: float
    deviation: float

    @property
    def shock_deviation(self) -> float:
        """Standard deviation of the month's shock to the yield, so that the return has `deviation`."""
        unexplained = 1.0 - self.persistence**2
        income = _income_loading(self.duration, self.persistence) ** 2
        return self.deviation * math.sqrt(unexplained / (income + self.duration**2 * unexplained))

    @property
    def long_run_yield(self) -> float:
        """Yield m at which the mean log return is `growth`, a simple rate a year.

        To second order ln(1 + r) has mean ln(1 + m / 12) + C E[dy^2] / 2 - deviation^2 / 2, where the
        variance of dy is 2 / (1 + f) times that of its shock.
        """
        change = 2.0 * self.shock_deviation**2 / (1.0 + self.persistence)
        gain = 0.5 * (convexity(self.duration) * change - self.deviation**2)
        return _MONTHS * math.expm1(self.growth - gain)

    def yields(self, shocks: FloatArray, start: float) -> FloatArray:
        """Yields at the opening and at each month's end, simple rates a year, shape (months + 1,).

        Parameters
        ----------
        shocks
            Shocks of the joint draw to the return, of variance 1, shape (months,); a good one lowers yields.
        start
            Yield at the opening.
        """
        mean = self.long_run_yield
        departures = reverting(-self.shock_deviation * shocks, self.persistence, start - mean)
        return np.maximum(np.concatenate(([start], mean + departures)), _LEAST_YIELD)


def income_share(duration: float, persistence: float) -> float:
    """Share q of the long-run variance of returns that is the yield's own, in [0, 1); 0 without duration."""
    if duration == 0.0:
        return 0.0
    income = _income_loading(duration, persistence) ** 2
    return income / (income + duration**2 * (1.0 - persistence**2))


def shock_correlations(correlation: FloatArray, shares: FloatArray) -> FloatArray:
    """Correlations of the shocks for which returns have `correlation` in the long run.

    With rho that of the shocks of i and j, returns have rho (root((1 - q_i)(1 - q_j)) + root(q_i q_j)), where
    the second term is the correlation of the two yields. Entries stay between -1 and 1, and the matrix
    is repaired where it must be; with shares of 0 it is `correlation` to the last bit.

    Parameters
    ----------
    correlation
        Valid, shape (n, n).
    shares
        `income_share` of each row, 0 for what has no yield, shape (n,).
    """
    direct, income = np.sqrt(1.0 - shares), np.sqrt(shares)
    passed_on = np.outer(direct, direct) + np.outer(income, income)
    shocks = correlation / np.maximum(passed_on, np.maximum(np.abs(correlation), _TINY))
    np.fill_diagonal(shocks, 1.0)
    return repair(shocks).matrix


def _income_loading(duration: float, persistence: float) -> float:
    """The coefficient a of the module: what a month earns per unit by which the yield is above its mean."""
    return 1.0 / _MONTHS + duration * (1.0 - persistence)
