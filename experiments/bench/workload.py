"""A month far simpler than the model's, for comparing ways to simulate many savers.

Savers hold four classes. A month brings one common return and one fee a class; then those at work pay in with
a match, split by weights of their own, and the retired take out. Every twelfth month pay rises, everybody
rebalances and three statistics of wealth are taken. The amounts are round numbers that make the work alike
for all programs; they claim nothing about the world.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple, Self

import numpy as np

from environment.luck import Luck
from environment.typing import FloatArray, IntArray

MONTHS_A_YEAR: Final = 12
MEAN_RETURN: Final = (0.006, 0.002, 0.008, 0.004)
"""A month, by class."""
VOLATILITY: Final = (0.045, 0.012, 0.060, 0.030)
"""Of the month's return, by class."""
FEE: Final = (0.0005 / 12, 0.0010 / 12, 0.0150 / 12, 0.0060 / 12)
"""Share of the holding a month, by class."""
DEFERRAL: Final = 0.06
"""Share of pay."""
MATCH: Final = 0.5
"""Of the deferral."""
RAISE: Final = 0.03
"""Of pay, a year."""
WITHDRAWN: Final = 0.04 / 12
"""Share of wealth that the retired take a month."""
RETIREMENT_AGE: Final = 65
YOUNGEST: Final = 25
OLDEST: Final = 75
_CLASSES: Final = len(FEE)


class Statistics(NamedTuple):
    """Of the savers' wealth: USD, USD, and 0 to 1."""

    mean: float
    median: float
    gini: float


@dataclass(frozen=True, slots=True)
class Workload:
    """Who the savers are at the start, and what the classes will return.

    Attributes
    ----------
    months_to_retirement : IntArray, shape (N,)
        Months still to work, ascending; 0 for the retired.
    pay : FloatArray, shape (N,)
        USD a month.
    weights : FloatArray, shape (N, 4)
        Where each saver's money goes; rows sum to 1.
    wealth : FloatArray, shape (N,)
        USD at the start, held by the weights.
    returns : FloatArray, shape (M, 4)
        Of every month and class, before fees.
    """

    months_to_retirement: IntArray
    pay: FloatArray
    weights: FloatArray
    wealth: FloatArray
    returns: FloatArray

    @classmethod
    def draw(cls, savers: int, months: int, seed: int = 1) -> Self:
        """The workload of a number of savers (at least 1) over a number of months."""
        luck, rows = Luck(seed, 0), np.arange(savers)
        span = MONTHS_A_YEAR * (OLDEST - YOUNGEST)
        worked = np.floor(span * luck.uniform("bench.age", 0, rows)).astype(np.int64)
        worked = np.sort(worked)[::-1]
        career = MONTHS_A_YEAR * (RETIREMENT_AGE - YOUNGEST)
        pay = 4_000.0 * np.exp(0.5 * luck.normal("bench.pay", 0, rows))
        shares = luck.uniforms("bench.weights", 0, rows, _CLASSES)
        times, classes = np.arange(1, months + 1), np.arange(_CLASSES)
        shocks = luck.normal_grid("bench.return", times, classes)
        return cls(
            months_to_retirement=np.maximum(career - worked, 0),
            pay=pay,
            weights=shares / shares.sum(axis=1, keepdims=True),
            wealth=0.05 * pay * np.minimum(worked, career),
            returns=np.expm1(np.asarray(MEAN_RETURN) + np.asarray(VOLATILITY) * shocks),
        )

    @property
    def savers(self) -> int:
        """Number of savers."""
        return self.pay.size

    @property
    def months(self) -> int:
        """Number of months."""
        return len(self.returns)
