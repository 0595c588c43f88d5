"""The bundled months of history: what was observed, and the departures that other classes answer to."""

from dataclasses import dataclass
from functools import cache
from typing import Self

import numpy as np

from environment.assets import CLASSES, GOLD, TREASURIES, US_EQUITY
from environment.calendar import parse_month
from environment.market.bonds import bond_returns
from environment.market.constant import monthly_rate
from environment.parameters import number_lines
from environment.typing import FloatArray

LEAD = 12
"""Months of the table before the first that is used: those by which its inflation is forecast."""

LEADERS = np.array([US_EQUITY, TREASURIES, GOLD, len(CLASSES)])
"""Rows of the correlation matrix that are observed, in the order of `History.departures`.

The last of them is inflation, whose row comes after those of the classes.
"""

_MONTHS_A_YEAR = 12
_TABLE = "market_history.csv"
_COLUMNS = ("month", "equity", "ten_year_yield", "inflation", "short_rate", "gold")


@dataclass(frozen=True, slots=True)
class History:
    """Consecutive months of observed markets.

    Attributes
    ----------
    first
        Absolute month of the first of them.
    equity, treasuries, gold, cash
        Simple returns of the month, shape (months,).
    inflation
        Change of the price level in the month, shape (months,).
    short_rate
        Simple rate a year, shape (months,).
    departures
        Unexpected part of `LEADERS`, shape (months, 4), each with mean 0 and variance 1 over these months
        (0 where a series never moves).
    """

    first: int
    equity: FloatArray
    treasuries: FloatArray
    gold: FloatArray
    cash: FloatArray
    inflation: FloatArray
    short_rate: FloatArray
    departures: FloatArray

    @classmethod
    def since(cls, month: int, duration: float) -> Self:
        """The bundled months from absolute month `month` on, treasuries having a duration in years.

        Equity and gold depart from their mean log returns. What is unexpected of treasuries is their return
        less a twelfth of the yield that the month begins with, and of inflation what exceeds the mean of the
        twelve months before, the naive forecast of Atkeson and Ohanian (2001): a decade of high yields or
        high inflation is not a decade of surprises.
        """
        first, table = bundled_months()
        row = month - first
        _, yields, prices, _, _ = table.T
        equity, _, inflation, short_rate, gold = table[row:].T
        carry = yields[row - 1 : -1] / _MONTHS_A_YEAR
        treasuries = bond_returns(yields[row - 1 :], duration)
        forecast = np.array([prices[now - LEAD : now].mean() for now in range(row, len(prices))])
        unexpected = np.log1p(equity), treasuries - carry, np.log1p(gold), inflation - forecast
        departures = np.column_stack([_standard(one) for one in unexpected])
        cash = monthly_rate(short_rate)
        return cls(month, equity, treasuries, gold, cash, inflation, short_rate, departures)

    def __len__(self) -> int:
        """Number of months."""
        return len(self.equity)


@cache
def bundled_months() -> tuple[int, FloatArray]:
    """Absolute month of the first line of the bundled table, and its numbers, shape (months, 5), read-only.

    Raises
    ------
    ValueError
        If the table has other columns or a month is missing.
    """
    header, *lines = (line.split(",") for line in number_lines(_TABLE))
    months = [parse_month(line[0]) for line in lines]
    if tuple(header) != _COLUMNS or months != list(range(months[0], months[0] + len(months))):
        raise ValueError(f"{_TABLE} must have consecutive months and the columns {', '.join(_COLUMNS)}")
    table = np.array([line[1:] for line in lines], dtype=np.float64)
    table.flags.writeable = False
    return months[0], table


def _standard(series: FloatArray) -> FloatArray:
    """The series less its mean, over its standard deviation; zeros when it never moves."""
    centred = series - series.mean()
    deviation = float(np.sqrt(np.mean(centred**2)))
    return centred / deviation if deviation > 0.0 else np.zeros_like(centred)
