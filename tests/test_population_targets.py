"""The population starts as account holders of 2024 were, pays in as they do, and stays in balance.

Published figures: Vanguard, How America Saves 2025 (balances at the end of 2024), and the holder shares that
the project adopted with them; the aggregate of all accounts is the Investment Company Institute's.
"""

import numpy as np
import pandas as pd
import pytest

from environment.typing import FloatArray
from tests.runs import everybody, simulated

BANDS = ["<25", "25-34", "35-44", "45-54", "55-64", "65+"]
MEANS = [6_899.0, 42_640.0, 103_552.0, 188_643.0, 271_320.0, 299_442.0]
MEDIANS = [1_948.0, 16_255.0, 39_958.0, 67_796.0, 95_642.0, 95_425.0]
HOLDERS = [0.06, 0.23, 0.24, 0.21, 0.17, 0.09]
BALANCES = {"below 10,000": 0.28, "above 100,000": 0.31, "above 250,000": 0.165}
YEARS = 40


@pytest.fixture(scope="module")
def opening() -> pd.DataFrame:
    """Savers of the default size at the opening."""
    return simulated("closed-door", "run.years=0", "run.replications=1").savers


def shares_by_age(savers: pd.DataFrame, year: int) -> FloatArray:
    """Shares of the six age bands among those who hold a plan account at the end of a year."""
    age = year - savers[savers["plan_usd"] > 0.0]["birth_year"]
    counts = np.bincount(np.searchsorted([25, 35, 45, 55, 65], age, side="right"), minlength=6)
    return np.asarray(counts / counts.sum())


def test_every_band_starts_with_its_published_mean_and_median() -> None:
    groups = simulated("closed-door", "run.years=0", "run.replications=1").groups
    bands = groups[groups["literacy_quintile"] == "all"].set_index("age_band").loc[BANDS]
    np.testing.assert_allclose(bands["wealth_mean"], MEANS, rtol=0.005)
    np.testing.assert_allclose(bands["wealth_median"], MEDIANS, rtol=0.03)
    shares = bands["savers_weight"] / bands["savers_weight"].sum()
    np.testing.assert_allclose(shares, HOLDERS, rtol=0.0, atol=0.03)


def test_balances_spread_as_published(opening: pd.DataFrame) -> None:
    held = opening.query("plan_usd > 0")["plan_usd"]
    told = {
        "below 10,000": (held < 10_000.0).mean(),
        "above 100,000": (held > 100_000.0).mean(),
        "above 250,000": (held > 250_000.0).mean(),
    }
    for name, share in BALANCES.items():
        assert told[name] == pytest.approx(share, abs=0.03), name


def test_all_accounts_are_the_perimeter(opening: pd.DataFrame) -> None:
    """8.7 trillion USD in about 58.7 million accounts, nothing in IRAs, 70% of holders paying in."""
    assert (opening["weight"] * opening["wealth_usd"]).sum() == pytest.approx(8.7e12, rel=0.001)
    holders = opening[opening["plan_usd"] > 0.0]
    assert holders["weight"].sum() == pytest.approx(58.7e6, rel=0.02)
    assert (opening["ira_usd"] == 0.0).all()
    assert (holders["status"] == "working").mean() == pytest.approx(0.70, abs=0.02)
    median_pay = holders[holders["status"] == "working"]["income_usd"].median()
    assert median_pay == pytest.approx(89_000.0, rel=0.03)


@pytest.mark.parametrize("scenario", ["closed-door", "open-access"])
def test_first_year_contributions_are_between_4_and_7_percent_of_wealth(scenario: str) -> None:
    result = simulated(scenario, "run.savers=4000", "run.years=1", "run.replications=1")
    first = everybody(result.groups).iloc[0]
    ratio = result.monthly["contributions_usd"].sum() / (first["savers_weight"] * first["wealth_mean"])
    assert 0.04 < ratio < 0.07


def test_after_forty_years_holders_have_the_ages_they_had() -> None:
    size = ("run.savers=4000", "run.replications=1")
    start = simulated("closed-door", *size, "run.years=0").savers
    end = simulated("closed-door", *size, f"run.years={YEARS}").savers
    before, after = shares_by_age(start, 2024), shares_by_age(end, 2024 + YEARS)
    np.testing.assert_allclose(after, before, rtol=0.0, atol=0.03)
    np.testing.assert_allclose(before, HOLDERS, rtol=0.0, atol=0.03)
    assert (end["saver"] >= 4000).mean() > 0.4
