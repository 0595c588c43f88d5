"""What the market does in one replication, whatever the policy."""

from dataclasses import dataclass

from environment.typing import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class MarketPath:
    """The luck of the market, month by month; entry t - 1 is simulated month t.

    Attributes
    ----------
    fundamental
        Simple return of the month of each class before fees and price impact, shape (months, 16), above -1.
    inflation
        Change of the price level in the month, shape (months,).
    short_rate
        Rate of interest at which the month begins, a simple rate a year, shape (months,).
    turbulent
        Whether the month is of the turbulent regime, shape (months,).
    """

    fundamental: FloatArray
    inflation: FloatArray
    short_rate: FloatArray
    turbulent: BoolArray
