"""The record of one replication: tables under construction and what is carried from month to month."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from environment.assets import PRIVATE
from environment.books import MANAGERS
from environment.tables import Column, Table
from environment.typing import FloatArray

TABLES = ("monthly", "classes", "groups", "inequality", "lorenz", "managers", "employers", "ledger")


class House(Protocol):
    """A manager as the record sees it."""

    name: str
    strategy: str

    def close_year(self) -> tuple[float, float]:
        """Management and performance fees of the year, USD."""


@dataclass(slots=True)
class Record:
    """What has been observed so far.

    Attributes
    ----------
    replication : int
    managers : sequence of House
        In the order of ``MANAGERS``.
    smoothing, log_reported : FloatArray, shape (16,)
        Monthly smoothing of every class and its last reported log return.
    holdings : FloatArray, shape (16,)
        Savers' holdings by class at the last month's end, USD.
    private_flows : list of (FloatArray, FloatArray)
        USD paid into and out of the private funds, month by month from the opening, shape (5,) each.
    equity_index : list of float
        Total return of listed US equity, 1 at the opening.
    growth : FloatArray, shape (6, 2)
        Growth of each manager's funds since the year began, true and reported.
    at_65 : FloatArray, shape (2,)
        Frozen and total wealth of those who turned 65, USD an account, summed over the run.
    lives : list
        Lives that ended, in blocks of columns.
    tables : dict of str to Table
    breakdowns, newly_issued : dict of str to int
        Months in which a class broke down, or in which savers wanted more of it than there was.
    """

    replication: int
    managers: Sequence[House]
    smoothing: FloatArray
    log_reported: FloatArray
    holdings: FloatArray
    private_flows: list[tuple[FloatArray, FloatArray]]
    equity_index: list[float] = field(default_factory=lambda: [1.0])
    growth: FloatArray = field(default_factory=lambda: np.ones((len(MANAGERS), 2)))
    at_65: FloatArray = field(default_factory=lambda: np.zeros(2))
    lives: list[dict[str, Column]] = field(default_factory=list)
    tables: dict[str, Table] = field(default_factory=lambda: {name: Table() for name in TABLES})
    breakdowns: dict[str, int] = field(default_factory=dict)
    newly_issued: dict[str, int] = field(default_factory=dict)


def no_flows() -> FloatArray:
    """Zero flows of the private funds, shape (5,)."""
    return np.zeros(len(PRIVATE))
