"""The headline figures of one replication, as in ``summary.json``."""

import numpy as np

from environment.record import Record
from environment.state import State
from environment.tables import Column

UNITS = {
    "wealth_mean_real": "USD of the start, per saver",
    "wealth_median_real": "USD of the start, per saver",
    "gini": "0 to 1",
    "fees_usd": "USD of the start, all savers, whole run",
    "private_share": "share of wealth at the end",
    "alternatives_share": "share of wealth at the end",
    "frozen_share_at_65": "share of wealth in the month of the 65th birthday, whole run",
    "net_transfer_usd": "USD of the start, savers to managers, whole run",
    "unmet_months": "months a year per retired saver, mean of the run's years",
    "replacement_rate": "share of real pay in the last five working years, last year of the run",
}


def headlines(record: Record, state: State, tables: dict[str, dict[str, Column]]) -> dict[str, float]:
    """Headline figures of a replication, by the names of ``UNITS``; nan where there is no such figure.

    ``net_transfer_usd`` is fees, plus losses to stale prices, less the gross excess return over listed
    equity of the same money (mechanism 74).
    """
    groups, monthly, last = tables["groups"], tables["monthly"], state.month // 12
    everybody = (groups["age_band"] == "all") & (groups["literacy_quintile"] == "all")
    at_end = np.flatnonzero(everybody & (groups["year"] == last))[0]
    after_start = everybody & (groups["year"] > 0)
    fees, stale, excess = (
        real_total(state, monthly, name) for name in ("fees_usd", "stale_loss_usd", "excess_gain_usd")
    )
    return {
        "wealth_mean_real": float(groups["wealth_mean"][at_end]) / state.level,
        "wealth_median_real": float(groups["wealth_median"][at_end]) / state.level,
        "gini": float(tables["inequality"]["gini"][-1]),
        "fees_usd": fees,
        "private_share": float(groups["private_share"][at_end]),
        "alternatives_share": float(groups["alternatives_share"][at_end]),
        "frozen_share_at_65": float(record.at_65[0] / record.at_65[1]) if record.at_65[1] > 0.0 else np.nan,
        "net_transfer_usd": fees + stale - excess,
        "unmet_months": _known_mean(groups["unmet_months"][after_start]),
        "replacement_rate": float(groups["replacement_rate"][at_end]) if last else np.nan,
    }


def real_total(state: State, monthly: dict[str, Column], name: str) -> float:
    """Sum of a monthly flow over the run in USD of the start; 0 for a run of no months."""
    return float((monthly[name] / state.price_level[1:]).sum())


def _known_mean(values: Column) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else np.nan
