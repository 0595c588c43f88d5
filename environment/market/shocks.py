"""The month's joint shocks of the sixteen classes and of inflation, in standard deviations.

    s  =  d b  +  c k  +  v (z + t l z_E)

d, v: tilt and scale of calm and turbulent months; c: of crypto's cycle; t: the swing of bonds with equity
between low and high inflation (`regimes`, `crypto`, `inflation`). Everything that moves the mean or the
loadings is taken out of the covariance of z, so that s has the correlations asked for in the long run.
"""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np

from environment.assets import BITCOIN, BROAD_CRYPTO, CASH, CLASSES, TREASURIES, US_EQUITY
from environment.luck import Luck
from environment.market.chain import Chain
from environment.market.correlation import semidefinite_root, without
from environment.market.crypto import CryptoCycle, crypto_direction
from environment.market.inflation import bond_loading
from environment.market.regimes import Regimes
from environment.market.states import States
from environment.market.tails import mixing_variance
from environment.typing import FloatArray

INFLATION = len(CLASSES)
"""Row of inflation in the joint shocks, after the classes."""

# Cash comes last: its shock answers to those of all others, and nothing else depends on its own. Crypto comes
# before it, so that its cycle changes no other draw.
_LAST = (BITCOIN, BROAD_CRYPTO, CASH)
_ORDER = np.array([row for row in range(INFLATION + 1) if row not in _LAST] + list(_LAST))


@dataclass(frozen=True, slots=True)
class Movers:
    """What moves the distribution of the shocks from month to month.

    Attributes
    ----------
    regimes
        Calm and turbulent months.
    cycle
        Build-ups and crashes of crypto.
    inflation
        The chain of low (first) and high (second) inflation.
    correlation_gap
        Correlation of treasuries with U.S. equity in high inflation less that in low inflation, >= 0.
    """

    regimes: Regimes
    cycle: CryptoCycle
    inflation: Chain
    correlation_gap: float


@dataclass(frozen=True, slots=True)
class Structure:
    """The covariance of the shocks, taken apart.

    Attributes
    ----------
    root
        Root of the covariance of z, shape (17, 17).
    tilt
        Loadings on the tilts of the regimes (b of the module), shape (17,).
    swing
        Loadings on U.S. equity's shock per unit of the swing (l), shape (17,).
    swing_gap, cycle_gap
        Gaps of the swing and of the cycle that the correlations allow: those asked for, or less.
    """

    root: FloatArray
    tilt: FloatArray
    swing: FloatArray
    swing_gap: float
    cycle_gap: float

    @classmethod
    def of(cls, correlation: FloatArray, movers: Movers, rate_share: float) -> Self:
        """Take the covariance apart.

        Parameters
        ----------
        correlation
            Valid correlations of the classes and inflation (last), shape (17, 17).
        movers
            What moves the shocks from month to month.
        rate_share
            Share of the variance of cash returns that is the short rate's, >= 0. The shock of cash has what
            is left. If its correlations with the other shocks need more than that, all of them shrink in
            proportion until it is enough.
        """
        swing = bond_loading(correlation, TREASURIES)
        crypto = crypto_direction(len(correlation))
        within = movers.regimes.within(correlation, US_EQUITY)
        within, swinging = without(within, swing, movers.inflation.variance(movers.correlation_gap))
        within, cycling = without(within, crypto, movers.cycle.between)
        root = semidefinite_root(within, _ORDER)
        root[CASH] = _with_variance(root[CASH], CASH, within[CASH, CASH] - rate_share)
        return cls(
            root=root,
            tilt=correlation[US_EQUITY],
            swing=swing,
            swing_gap=_granted(movers.correlation_gap, movers.inflation.variance(1.0), swinging),
            cycle_gap=_granted(movers.cycle.gap, movers.cycle.chain.variance(1.0), cycling),
        )


def joint_shocks(
    luck: Luck, structure: Structure, movers: Movers, states: States, tail_degrees: float
) -> FloatArray:
    """Departures of the classes and of inflation (last) from their means, shape (months, 17).

    Every column has mean 0 and, in the long run, variance 1, that of cash without the share of the short
    rate; together they have the correlations that the structure was made from.

    Parameters
    ----------
    luck
        Draws from the streams "market.shock" (row: the class) and "market.tail".
    structure, movers
        The covariance taken apart, and what it was made for.
    states
        The states of each month.
    tail_degrees
        Degrees of freedom of the Student t within a state, above 2.
    """
    months = np.arange(1, len(states.turbulent) + 1)
    normal = luck.normal_grid("market.shock", months, np.arange(INFLATION + 1))
    tail = mixing_variance(luck.uniform_grid("market.tail", months, np.array([0])), tail_degrees)
    # einsum adds in one fixed order, which a threaded matrix product need not.
    within = np.sqrt(tail) * np.einsum("mk,ck->mc", normal, structure.root)
    # Equity's own variance within a state is 1 less what lies between the states.
    equity = within[:, US_EQUITY] / math.sqrt(1.0 - movers.regimes.between)
    swings = -movers.inflation.departures(structure.swing_gap, states.high_inflation)
    within += np.outer(swings * equity, structure.swing)
    tilts = np.outer(movers.regimes.tilts(states.turbulent), structure.tilt)
    cycle = movers.cycle.chain.departures(structure.cycle_gap, states.crash)
    tilts += np.outer(cycle, crypto_direction(INFLATION + 1))
    shocks: FloatArray = tilts + movers.regimes.scales(states.turbulent)[:, np.newaxis] * within
    return shocks


def _granted(gap: float, unit: float, taken: float) -> float:
    """The gap whose variance was taken: `gap`, or less if the covariance allowed less than unit x gap^2."""
    return gap if unit * gap**2 <= taken else math.sqrt(taken / unit)


def _with_variance(row: FloatArray, own: int, variance: float) -> FloatArray:
    """A row of a root with another variance: the entry `own` adapts, down to 0, then the others shrink."""
    adapted = row.copy()
    adapted[own] = 0.0
    explained = float(np.sum(adapted**2))
    variance = max(variance, 0.0)
    if explained > variance:
        return adapted * math.sqrt(variance / explained)
    adapted[own] = math.sqrt(variance - explained)
    return adapted
