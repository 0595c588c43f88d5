"""The record of one replication: tables under construction and what is carried from month to month."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from environment.assets import PRIVATE
from environment.books import MANAGERS
from environment.demography import AGE_BANDS
from environment.tables import NUMBER, SWITCH, TEXT, WHOLE, Column, Kind, Table
from environment.typing import FloatArray

QUINTILES = 5

TABLES: dict[str, dict[str, Kind]] = {
    "monthly": {
        "replication": WHOLE,
        "month": WHOLE,
        "date": TEXT,
        "inflation": NUMBER,
        "short_rate": NUMBER,
        "policy_stage": TEXT,
        "contributions_usd": NUMBER,
        "withdrawals_usd": NUMBER,
        "bequests_usd": NUMBER,
        "fees_usd": NUMBER,
        "gains_usd": NUMBER,
        "wealth_usd": NUMBER,
        "private_share": NUMBER,
        "alternatives_share": NUMBER,
        "frozen_share": NUMBER,
        "unmet_spending_usd": NUMBER,
        "exhausted_share": NUMBER,
        "gated_requests_usd": NUMBER,
        "redemptions_paid_usd": NUMBER,
        "stale_loss_usd": NUMBER,
        "excess_gain_usd": NUMBER,
        "wage_bill_usd": NUMBER,
        "social_security_usd": NUMBER,
        "ledger_residual": NUMBER,
    },
    "classes": {
        "replication": WHOLE,
        "month": WHOLE,
        "asset_class": TEXT,
        "total_return": NUMBER,
        "fundamental_return": NUMBER,
        "impact_return": NUMBER,
        "reported_return": NUMBER,
        "flow_usd": NUMBER,
        "holdings_usd": NUMBER,
        "market_value_usd": NUMBER,
    },
    "groups": {
        "replication": WHOLE,
        "year": WHOLE,
        "age_band": TEXT,
        "literacy_quintile": TEXT,
        "savers_weight": NUMBER,
        "wealth_mean": NUMBER,
        "wealth_median": NUMBER,
        "wealth_p10": NUMBER,
        "wealth_p90": NUMBER,
        "private_share": NUMBER,
        "alternatives_share": NUMBER,
        "frozen_share": NUMBER,
        "fees_usd": NUMBER,
        "contribution_rate": NUMBER,
        "traded_share": NUMBER,
        "single_default_share": NUMBER,
        "replacement_rate": NUMBER,
        "unmet_months": NUMBER,
    },
    "inequality": {
        "replication": WHOLE,
        "year": WHOLE,
        "gini": NUMBER,
        "top1_share": NUMBER,
        "top10_share": NUMBER,
        "bottom50_share": NUMBER,
        "theil": NUMBER,
        "theil_between_literacy": NUMBER,
    },
    "lorenz": {
        "replication": WHOLE,
        "year": WHOLE,
        "population_share": NUMBER,
        "wealth_share": NUMBER,
    },
    "managers": {
        "replication": WHOLE,
        "year": WHOLE,
        "manager": TEXT,
        "strategy": TEXT,
        "aum_usd": NUMBER,
        "market_share": NUMBER,
        "management_fees_usd": NUMBER,
        "performance_fees_usd": NUMBER,
        "net_return": NUMBER,
        "reported_return": NUMBER,
        "failed": SWITCH,
    },
    "employers": {
        "replication": WHOLE,
        "year": WHOLE,
        "employer": WHOLE,
        "participants": NUMBER,
        "offers_alternatives": SWITCH,
        "default_fund": TEXT,
        "match_rate": NUMBER,
        "sued": SWITCH,
    },
    "ledger": {
        "replication": WHOLE,
        "year": WHOLE,
        "payer": TEXT,
        "payee": TEXT,
        "flow": TEXT,
        "usd": NUMBER,
    },
    "adequacy": {
        "replication": WHOLE,
        "year": WHOLE,
        "literacy_quintile": TEXT,
        "retired_weight": NUMBER,
        "replacement_rate_mean": NUMBER,
        "replacement_rate_median": NUMBER,
        "below_need_share": NUMBER,
        "shortfall_real": NUMBER,
        "exhausted_share": NUMBER,
        "unmet_months": NUMBER,
        "forced_claim_empty_share": NUMBER,
        "forced_claim_frozen_share": NUMBER,
        "ended_weight": NUMBER,
        "short_deficit_share": NUMBER,
        "short_deficit_value": NUMBER,
        "short_exhausted_share": NUMBER,
    },
    "pillars": {
        "replication": WHOLE,
        "year": WHOLE,
        "pay_decile": TEXT,
        "savers_weight": NUMBER,
        "social_security_real": NUMBER,
        "plan_real": NUMBER,
        "ira_real": NUMBER,
        "replacement_social_security": NUMBER,
        "replacement_plan": NUMBER,
        "replacement_ira": NUMBER,
        "replacement_rate": NUMBER,
    },
}
"""Tables that grow during a run: name and kind of their columns, in the order of the files."""


class House(Protocol):
    """A manager as the record sees it."""

    name: str
    strategy: str

    def close_year(self) -> tuple[float, float]:
        """Management and performance fees of the year, USD."""


def no_ended_lives() -> FloatArray:
    """Counts of a year in which nobody retired has died yet, shape (5, 4)."""
    return np.zeros((QUINTILES, 4))


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
    frozen : FloatArray, shape (K,)
        Share of a holding in each fund that could not be turned into cash at the last month's end.
    fees_of_departed : FloatArray, shape (6, 5)
        Fees since the year began of those who died in it, USD an account, by age band and literacy quintile.
    ended : FloatArray, shape (5, 4)
        Retired lives that ended since the year began, as `environment.adequacy.ended_lives` counts them.
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
    frozen: FloatArray
    equity_index: list[float] = field(default_factory=lambda: [1.0])
    growth: FloatArray = field(default_factory=lambda: np.ones((len(MANAGERS), 2)))
    fees_of_departed: FloatArray = field(default_factory=lambda: np.zeros((len(AGE_BANDS), QUINTILES)))
    ended: FloatArray = field(default_factory=no_ended_lives)
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
