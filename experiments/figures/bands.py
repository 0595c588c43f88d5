"""Lines and their bands: the mean over replications and its 95% interval, point by point."""

from dataclasses import dataclass

import numpy as np

from environment.typing import FloatArray
from experiments.intervals import mean_and_half_width


@dataclass(frozen=True)
class Band:
    """Mean over replications and its interval, all three of one shape.

    Attributes
    ----------
    value : FloatArray
        Mean over the replications that have a value; NaN where none has one.
    low, high : FloatArray
        Ends of the 95% t interval; NaN where fewer than two replications have a value.
    """

    value: FloatArray
    low: FloatArray
    high: FloatArray

    @property
    def exists(self) -> bool:
        """Whether any point has an interval."""
        return bool(np.isfinite(self.low).any())

    @property
    def reach(self) -> FloatArray:
        """Distances from the mean down and up, shape (2, ...), 0 where there is no interval."""
        return np.nan_to_num(np.stack([self.value - self.low, self.high - self.value]))


def band(values: FloatArray) -> Band:
    """Return mean and interval over the first axis (replications); NaN marks a missing value."""
    mean, half = mean_and_half_width(np.asarray(values, dtype=np.float64))
    return Band(np.asarray(mean), np.asarray(mean - half), np.asarray(mean + half))


def share_band(values: FloatArray) -> Band:
    """`band` of fractions of a whole, whose interval ends at 0 and at 1."""
    share = band(values)
    return Band(share.value, np.clip(share.low, 0.0, 1.0), np.clip(share.high, 0.0, 1.0))
