"""Headline figures by hand, of two years in which prices double."""

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from environment.record import Record
from environment.state import State
from environment.tables import Column
from experiments.headlines import UNITS, headlines, real_total

LEVEL = 1.0 + np.arange(25) / 24.0  # prices double over two years

GROUPS: dict[str, Column] = {
    "year": np.array([0, 0, 1, 1, 2, 2]),
    "age_band": np.array(["65+", "all"] * 3),
    "literacy_quintile": np.array(["all"] * 6),
    "wealth_mean": np.array([9.0, 100.0, 9.0, 150.0, 9.0, 300.0]),
    "wealth_median": np.array([9.0, 50.0, 9.0, 60.0, 9.0, 80.0]),
    "private_share": np.array([0.9, 0.0, 0.9, 0.1, 0.9, 0.2]),
    "alternatives_share": np.array([0.9, 0.0, 0.9, 0.15, 0.9, 0.3]),
    "unmet_months": np.array([9.0, 0.0, 9.0, 1.0, 9.0, 2.0]),
    "replacement_rate": np.array([9.0, 0.0, 9.0, 0.4, 9.0, 0.5]),
}


def tables(groups: dict[str, Column], months: int) -> dict[str, dict[str, Column]]:
    """In USD of the start: fees of 1 a month, a loss to stale prices of 2, an excess gain of 0.5."""
    level = LEVEL[1 : months + 1]
    monthly = {"fees_usd": level, "stale_loss_usd": 2.0 * level, "excess_gain_usd": 0.5 * level}
    return {"groups": groups, "monthly": monthly, "inequality": {"gini": np.array([0.7, 0.6])}}


def world(months: int, at_65: tuple[float, float]) -> tuple[Record, State]:
    record = SimpleNamespace(at_65=np.array(at_65))
    state = SimpleNamespace(month=months, price_level=LEVEL[: months + 1], level=float(LEVEL[months]))
    return cast(Record, record), cast(State, state)


def test_headlines_of_two_years() -> None:
    assert headlines(*world(24, (3.0, 12.0)), tables(GROUPS, 24)) == pytest.approx(
        {
            "wealth_mean_real": 150.0,
            "wealth_median_real": 40.0,
            "gini": 0.6,
            "fees_usd": 24.0,
            "private_share": 0.2,
            "alternatives_share": 0.3,
            "frozen_share_at_65": 0.25,
            "net_transfer_usd": 24.0 + 48.0 - 12.0,
            "unmet_months": 1.5,
            "replacement_rate": 0.5,
        }
    )


def test_headlines_of_the_opening_alone() -> None:
    """No flows, and nothing said of what takes time."""
    opening = {name: column[:2] for name, column in GROUPS.items()}
    told = headlines(*world(0, (0.0, 0.0)), tables(opening, 0))
    assert told["wealth_mean_real"] == 100.0
    assert told["fees_usd"] == told["net_transfer_usd"] == 0.0
    assert np.isnan([told[name] for name in ("frozen_share_at_65", "unmet_months", "replacement_rate")]).all()


def test_years_without_retired_savers_do_not_count() -> None:
    groups = GROUPS | {"unmet_months": np.array([9.0, np.nan, 9.0, np.nan, 9.0, 2.0])}
    assert headlines(*world(24, (0.0, 1.0)), tables(groups, 24))["unmet_months"] == 2.0


def test_every_headline_has_a_unit() -> None:
    assert list(headlines(*world(24, (0.0, 1.0)), tables(GROUPS, 24))) == list(UNITS)


def test_sums_are_in_money_of_the_start() -> None:
    _, state = world(2, (0.0, 0.0))
    paid = {"fees_usd": np.array([LEVEL[1], 3.0 * LEVEL[2]])}
    assert real_total(state, paid, "fees_usd") == pytest.approx(4.0)
