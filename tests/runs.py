"""Simulations that several tests look at, each run once a process, and what many tests read off them."""

from functools import cache

import numpy as np
import pandas as pd

from environment.typing import FloatArray
from experiments.load import load_scenario
from experiments.results import Result
from experiments.simulate import simulate

# Everybody opens, most look every year, gates are narrow and orders move prices: no column stays at zero.
BUSY = (
    "run.savers=400",
    "run.years=4",
    "run.replications=2",
    "employers.open_hazard.guidance=1",
    "employers.open_hazard.safe_harbour=1",
    "savers.inertia=0.3",
    "savers.single_default_share=0.2",
    "funds.gate.monthly=0.01",
    "funds.gate.quarterly=0.02",
    "market.impact.us_equity=0.5",
    "market.impact.bitcoin=20",
)


@cache
def simulated(scenario: str, *settings: str) -> Result:
    """The result of a shipped scenario with settings `KEY=VALUE`."""
    return simulate(load_scenario(scenario, settings))


def price_level(monthly: pd.DataFrame) -> FloatArray:
    """Price level at the end of every month of one replication, the opening being 1, shape (M,)."""
    return np.cumprod(1.0 + monthly["inflation"].to_numpy())


def everybody(groups: pd.DataFrame) -> pd.DataFrame:
    """The rows of all age bands and all quintiles together."""
    return groups[(groups["age_band"] == "all") & (groups["literacy_quintile"] == "all")]


def one_replication(table: pd.DataFrame, number: int) -> pd.DataFrame:
    """The rows of one replication."""
    return table[table["replication"] == number].reset_index(drop=True)
