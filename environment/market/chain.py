"""Chains of two states, month by month: calm and turbulent, low and high inflation, build-up and crash."""

from dataclasses import dataclass

import numpy as np

from environment.luck import Luck
from environment.typing import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class Chain:
    """A Markov chain of a first state (False) and a second (True).

    Attributes
    ----------
    stay_first, stay_second
        Chance that a month is followed by one of the same state, in [0, 1], not both 1.
    """

    stay_first: float
    stay_second: float

    @property
    def share(self) -> float:
        """Share of months of the second state in the long run (p)."""
        return (1.0 - self.stay_first) / (2.0 - self.stay_first - self.stay_second)

    @property
    def memory(self) -> float:
        """Autocorrelation of the state from one month to the next, in (-1, 1)."""
        return self.stay_first + self.stay_second - 1.0

    def variance(self, gap: float) -> float:
        """Variance p (1 - p) gap^2 of `departures` in the long run."""
        return self.share * (1.0 - self.share) * gap**2

    def departures(self, gap: float, second: BoolArray) -> FloatArray:
        """What a month adds: p gap in the first state, -(1 - p) gap in the second, in the shape of `second`.

        Their mean in the long run is 0, and the first state stands `gap` above the second.
        """
        return np.where(second, -(1.0 - self.share) * gap, self.share * gap)

    def states(self, luck: Luck, stream: str, months: int) -> BoolArray:
        """Whether each month is of the second state, shape (months,).

        The state at the opening is drawn from the long-run shares. Draws come from `stream`, one a month.
        """
        draws = luck.uniform_grid(stream, np.arange(months + 1), np.array([0]))[:, 0]
        states = np.empty(months + 1, dtype=np.bool_)
        chance = self.share
        for month, draw in enumerate(draws.tolist()):
            states[month] = draw < chance
            chance = self.stay_second if states[month] else 1.0 - self.stay_first
        return states[1:]
