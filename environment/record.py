"""The record of one replication: tables under construction and what is carried from month to month."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from environment.assets import PRIVATE
from environment.books import MANAGERS
from environment.tables import Column, Table
from environment.typing import FloatArray

TABLES = {
    "monthly": (
        "replication",
        "month",
        "date",
        "inflation",
        "short_rate",
        "policy_stage",
        "contributions_usd",
        "withdrawals_usd",
        "bequests_usd",
        "fees_usd",
        "gains_usd",
        "wealth_usd",
        "private_share",
        "alternatives_share",
        "frozen_share",
        "unmet_spending_usd",
        "exhausted_share",
        "gated_requests_usd",
        "redemptions_paid_usd",
        "stale_loss_usd",
        "excess_gain_usd",
        "ledger_residual",
    ),
    "classes": (
        "replication",
        "month",
        "asset_class",
        "total_return",
        "fundamental_return",
        "impact_return",
        "reported_return",
        "flow_usd",
        "holdings_usd",
        "market_value_usd",
    ),
    "groups": (
        "replication",
        "year",
        "age_band",
        "literacy_quintile",
        "savers_weight",
        "wealth_mean",
        "wealth_median",
        "wealth_p10",
        "wealth_p90",
        "private_share",
        "alternatives_share",
        "frozen_share",
        "fees_usd",
        "contribution_rate",
        "traded_share",
        "single_default_share",
        "replacement_rate",
        "unmet_months",
    ),
    "inequality": (
        "replication",
        "year",
        "gini",
        "top1_share",
        "top10_share",
        "bottom50_share",
        "theil",
        "theil_between_literacy",
    ),
    "lorenz": ("replication", "year", "population_share", "wealth_share"),
    "managers": (
        "replication",
        "year",
        "manager",
        "strategy",
        "aum_usd",
        "market_share",
        "management_fees_usd",
        "performance_fees_usd",
        "net_return",
        "reported_return",
        "failed",
    ),
    "employers": (
        "replication",
        "year",
        "employer",
        "participants",
        "offers_alternatives",
        "default_fund",
        "match_rate",
        "sued",
    ),
    "ledger": ("replication", "year", "payer", "payee", "flow", "usd"),
}


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
    tables: dict[str, Table] = field(
        default_factory=lambda: {name: Table(columns) for name, columns in TABLES.items()}
    )
    breakdowns: dict[str, int] = field(default_factory=dict)
    newly_issued: dict[str, int] = field(default_factory=dict)


def no_flows() -> FloatArray:
    """Zero flows of the private funds, shape (5,)."""
    return np.zeros(len(PRIVATE))
