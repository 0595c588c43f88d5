"""Tables of retirement income made of arithmetic, for results that were never simulated."""

import numpy as np
import pandas as pd

QUINTILES = ("1", "2", "3", "4", "5", "all")
DECILES = (*(str(number) for number in range(1, 11)), "all")


def below_need(quintile: str, year: int, replication: int, private: float) -> float:
    """Share of retired savers below need: literacy helps, time and private funds hurt."""
    skill = 3 if quintile == "all" else int(quintile)
    return 0.5 - 0.05 * skill + 0.001 * year + 0.01 * replication + 0.1 * private


def adequacy_table(years: int, private: float, replications: int) -> pd.DataFrame:
    """Return ``adequacy.parquet``; nobody died retired in the first year."""
    rows = [
        _adequacy_row(quintile, year, replication, private)
        for replication in range(replications)
        for year in range(1, years + 1)
        for quintile in QUINTILES
    ]
    return pd.DataFrame(rows, columns=list(_adequacy_row("all", 1, 0, 0.0)))


def _adequacy_row(quintile: str, year: int, replication: int, private: float) -> dict[str, float | str]:
    """Return one row of ``adequacy.parquet``."""
    below, size = below_need(quintile, year, replication, private), 5.0 if quintile == "all" else 1.0
    of_dead = np.nan if year == 1 else 1.0
    return {
        "replication": replication,
        "year": year,
        "literacy_quintile": quintile,
        "retired_weight": 1e6 * size,
        "replacement_rate_mean": 1.0 - below,
        "replacement_rate_median": 0.9 - below,
        "below_need_share": below,
        "shortfall_real": 10_000.0 * below,
        "exhausted_share": 0.3 * below,
        "unmet_months": 0.5 * private,
        "forced_claim_empty_share": 0.02,
        "forced_claim_frozen_share": 0.1 * private,
        "ended_weight": 0.0 if year == 1 else 1_000.0 * size,
        "short_deficit_share": 0.8 * below * of_dead,
        "short_deficit_value": 50_000.0 * below * of_dead,
        "short_exhausted_share": 0.4 * below * of_dead,
    }


def pillars_table(years: int, private: float, replications: int) -> pd.DataFrame:
    """Return ``pillars.parquet``."""
    rows = [
        _pillars_row(decile, year, replication, private)
        for replication in range(replications)
        for year in range(1, years + 1)
        for decile in DECILES
    ]
    return pd.DataFrame(rows, columns=list(_pillars_row("all", 1, 0, 0.0)))


def _pillars_row(decile: str, year: int, replication: int, private: float) -> dict[str, float | str]:
    """Return one row of ``pillars.parquet``: late-career pay is 20,000 USD times the decile."""
    pay = 20_000.0 * (5.5 if decile == "all" else int(decile))
    income = {
        "social_security": 8_000.0 + 0.15 * pay,
        "plan": 0.1 * pay * (1.0 + private) + 100.0 * replication,
        "ira": 0.002 * pay * year,
    }
    return {
        "replication": replication,
        "year": year,
        "pay_decile": decile,
        "savers_weight": 1e5,
        **{f"{name}_real": usd for name, usd in income.items()},
        **{f"replacement_{name}": usd / pay for name, usd in income.items()},
        "replacement_rate": sum(income.values()) / pay,
    }
