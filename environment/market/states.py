"""The states that a month of the market can be in: turbulence, inflation, crypto."""

from dataclasses import dataclass
from typing import Self

from environment.luck import Luck
from environment.market.crypto import CryptoCycle
from environment.market.inflation import Inflation
from environment.market.regimes import Regimes
from environment.typing import BoolArray


@dataclass(frozen=True, slots=True)
class States:
    """Three independent chains, month by month.

    Attributes
    ----------
    turbulent, high_inflation, crash
        Whether the month is turbulent for all classes, one of high inflation, one of a crash of crypto, each
        of shape (months,).
    """

    turbulent: BoolArray
    high_inflation: BoolArray
    crash: BoolArray

    @classmethod
    def drawn(
        cls, luck: Luck, regimes: Regimes, inflation: Inflation, cycle: CryptoCycle, months: int
    ) -> Self:
        """The states of a replication, from a stream each."""
        return cls(
            turbulent=regimes.states(luck, months),
            high_inflation=inflation.chain.states(luck, "market.inflation.regime", months),
            crash=cycle.chain.states(luck, "market.crypto", months),
        )
