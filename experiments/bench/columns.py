"""The simple month of `workload` in the way of this model: columns, units of funds, only those who act.

What a saver pays in does not change between two acts, so the units bought follow from a running sum of one
over the price of each class, and what the retired keep from a running product. A month costs a few numbers a
class; savers are visited when they retire and when the year ends.
"""

import numpy as np

from environment.typing import FloatArray
from experiments.bench.workload import (
    DEFERRAL,
    FEE,
    MATCH,
    MONTHS_A_YEAR,
    RAISE,
    WITHDRAWN,
    Statistics,
    Workload,
)


class ColumnModel:
    """All savers of a workload, a row each in the order in which they retire.

    Parameters
    ----------
    workload : Workload

    Attributes
    ----------
    statistics : list of Statistics
        One entry a year.
    """

    def __init__(self, workload: Workload) -> None:
        self.workload = workload
        self.month = 0
        self.prices = np.ones(len(FEE))
        self.units = workload.wealth[:, None] * workload.weights
        self.paid_in = workload.pay * DEFERRAL * (1.0 + MATCH)
        self.retired = 0  # the rows before this one are retired
        self.statistics: list[Statistics] = []
        self._start_sums()
        self._retire()

    def run_for(self, months: int) -> None:
        """Simulate some months."""
        for _ in range(months):
            self.step()

    def step(self) -> None:
        """One month."""
        self._retire()
        self.prices *= (1.0 + self.workload.returns[self.month]) * (1.0 - np.asarray(FEE))
        self.units_a_dollar += 1.0 / self.prices
        self.kept *= 1.0 - WITHDRAWN
        self.month += 1
        if self.month % MONTHS_A_YEAR == 0:
            self._end_year()

    def _start_sums(self) -> None:
        """Begin anew after everybody was visited."""
        self.units_a_dollar = np.zeros(len(FEE))  # bought by a dollar a month since
        self.kept = 1.0  # share of the units that the retired still have

    def _retire(self) -> None:
        """Visit those who worked for the last time in the month before."""
        last = int(np.searchsorted(self.workload.months_to_retirement, self.month, side="right"))
        rows = slice(self.retired, last)
        self.units[rows] += self._bought(rows)
        self.units[rows] /= self.kept  # which the end of the year multiplies in again
        self.retired = last

    def _bought(self, rows: slice) -> FloatArray:
        """Units bought since the sums began, shape (n, 4)."""
        return self.paid_in[rows, None] * (self.workload.weights[rows] * self.units_a_dollar)

    def _end_year(self) -> None:
        working = slice(self.retired, None)
        self.units[: self.retired] *= self.kept
        self.units[working] += self._bought(working)
        self._start_sums()
        self.paid_in *= 1.0 + RAISE
        wealth = self.units @ self.prices
        np.multiply(self.workload.weights, wealth[:, None], out=self.units)
        self.units /= self.prices
        self.statistics.append(_statistics(wealth))


def _statistics(wealth: FloatArray) -> Statistics:
    """Mean, median and Gini, from one sort."""
    ordered, n = np.sort(wealth), wealth.size
    total = float(ordered.sum())
    median = float(ordered[n // 2] + ordered[-(n // 2) - 1]) / 2.0
    ranks = np.arange(1 - n, n + 1, 2, dtype=np.float64)
    return Statistics(total / n, median, float(ranks @ ordered) / (n * total))
