"""Absurd but allowed values: whatever the scenario, the run ends, and what it leaves makes sense.

The suite always tries the same scenarios of at most three years. With `THIRDWAVE_EXAMPLES=2000` in its
environment it tries as many as that says, of up to thirty years and others every time.
"""

import json
import os
from collections.abc import Iterator
from fnmatch import fnmatch

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from environment.endings import fund_table, life_table, saver_table
from environment.model import World
from environment.parameters import parameters
from environment.scenario import Scenario, build_scenario
from environment.tables import Column
from experiments.headlines import headlines
from experiments.replication import replicate
from experiments.results import build_result, write_result
from tests.environment.worlds import columns
from tests.shrunk import SHRUNK
from tests.strategies import BOUNDS, Values, corners, files, scenario_values, without_contradictions, written

DEFAULTS = build_scenario("defaults", "")
MANY = os.environ.get("THIRDWAVE_EXAMPLES")
MOST_YEARS = 30 if MANY else 3
EXAMPLES = settings(max_examples=int(MANY or 30), derandomize=MANY is None)
TOPICS = tuple(dict.fromkeys(key.partition(".")[0] for key in parameters()))

POSITIVE = (
    "FundBook.reported",
    "FundBook.true",
    "classes.market_value_usd",
    "State.market_value",
    "State.price_level",
    "State.wage_index",
)
NOT_NEGATIVE = (
    "monthly.wealth_usd",
    "monthly.withdrawals_usd",
    "monthly.bequests_usd",
    "monthly.fees_usd",
    "monthly.unmet_spending_usd",
    "monthly.gated_requests_usd",
    "monthly.redemptions_paid_usd",
    "monthly.*_share",
    "classes.holdings_usd",
    "groups.*",
    "inequality.*",
    "managers.aum_usd",
    "managers.*_fees_usd",
    "Savers.units",
    "Savers.queued",
    "Savers.pay",
    "Savers.contribution",
    "Savers.benefit_real",
    "Savers.withdrawn",
    "Savers.fees_paid",
    "Savers.loan",
    "FundBook.units",
    "FundBook.savers",
    "FundBook.outside",
    "FundBook.estates",
    "FundBook.held",
    "FundBook.assets",
)
ABOVE_MINUS_ONE = ("classes.*_return", "monthly.inflation", "monthly.short_rate")
AT_MOST_ONE = ("monthly.*_share", "groups.*_share", "inequality.gini", "inequality.*_share")

# Shares of nothing, and figures of groups in which there is nobody.
MAY_BE_UNKNOWN = (
    "monthly.*_share",
    "groups.*",
    "inequality.*",
    "lorenz.wealth_share",
    "adequacy.*",
    "pillars.*",
    "managers.market_share",
    "savers.*_share",
    "savers.claim_age",
    "funds.tvpi",
    "funds.irr",
    "funds.pme",
    "lives.age_at_start",
    "headlines.*",
)
ROUNDING = 1e-9
GRAIN = 1e-15  # of the greatest assets: what sums of purchases and sales of a class may leave


def finished(values: dict[str, object]) -> World:
    """A world that has run to its end."""
    scenario = DEFAULTS.with_values(values)
    world = World(scenario, handles=False)
    world.run_for(scenario.months)
    return world


def results(world: World) -> Iterator[tuple[str, Column]]:
    """Every column of the result of a world that has run."""
    record, state = world.record, world.state
    tables = {name: table.columns() for name, table in record.tables.items()}
    tables["savers"] = saver_table(record, state, world.perceived_excess())
    tables["funds"] = fund_table(record, state)
    figures = headlines(record, state, tables)
    tables["lives"] = life_table(record, state)
    tables["headlines"] = {name: np.array([figure]) for name, figure in figures.items()}
    for table, found in tables.items():
        yield from ((f"{table}.{name}", column) for name, column in found.items())


def wrong_columns(world: World) -> Iterator[str]:
    """What is wrong with the columns of a world that has run, in words."""
    state = world.state
    parts = {name: getattr(state, name) for name in ("market_value", "price_level", "wage_index")}
    named = {**dict(columns(world)), **{f"State.{name}": column for name, column in parts.items()}}
    for name, column in {**named, **dict(results(world))}.items():
        if column.dtype.kind == "f":
            yield from (f"{name} {wrong}" for wrong in wrongs(name, column))
    monthly = world.record.tables["monthly"].columns()
    for name in ("private_share", "alternatives_share", "frozen_share"):
        if np.isnan(monthly[name][monthly["wealth_usd"] > 0.0]).any():
            yield f"monthly.{name} is unknown although there is wealth"


def wrongs(name: str, column: Column) -> Iterator[str]:
    """What is wrong with one column of numbers."""
    if np.isnan(column).any() and not matches(name, MAY_BE_UNKNOWN):
        yield "is not a number"
    known = column[~np.isnan(column)]
    if np.isinf(known).any():
        yield "is infinite"
    if matches(name, POSITIVE) and not (known > 0.0).all():
        yield f"is not positive: {known.min()}"
    grain = -GRAIN * np.abs(known).max(initial=0.0) if name == "FundBook.assets" else 0.0
    if matches(name, NOT_NEGATIVE) and not (known >= grain).all():
        yield f"is negative: {known.min()}"
    if matches(name, ABOVE_MINUS_ONE) and not (known > -1.0).all():
        yield f"is not above -1: {known.min()}"
    if matches(name, AT_MOST_ONE) and not (known <= 1.0 + ROUNDING).all():
        yield f"is above 1: {known.max()}"


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a name is one of some, or of their kind."""
    return any(fnmatch(name, pattern) for pattern in patterns)


@EXAMPLES
@given(values=scenario_values(MOST_YEARS), tables=files())
def test_whatever_is_allowed_runs_to_its_end_and_makes_sense(
    values: Values, tables: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The books, which the model checks every month, close; there are no warnings of numpy's."""
    changes = written(values, tables, tmp_path_factory.getbasetemp())
    assert list(wrong_columns(finished(changes))) == []


@pytest.mark.parametrize("end", [0, -1])
@pytest.mark.parametrize("topic", TOPICS)
def test_a_whole_topic_at_one_end_of_its_ranges(topic: str, end: int) -> None:
    """All numbers at their least or at their greatest, all names the first or the last."""
    known = {key: one for key, one in parameters().items() if key.startswith(f"{topic}.")}
    ends = {key: sorted(corners(one), key=repr)[end] for key, one in known.items() if one.range is None}
    ends |= {key: one.range[end] for key, one in known.items() if one.range is not None}
    sizes = {key: least for key, (least, _) in BOUNDS.items()}
    values = without_contradictions({**ends, **sizes, "run.years": 2})
    assert list(wrong_columns(finished(dict(values)))) == []


@pytest.mark.parametrize("values", SHRUNK.values(), ids=SHRUNK)
def test_what_once_went_wrong(values: dict[str, object]) -> None:
    sizes: dict[str, object] = {"run.savers": 60, "run.years": 3}
    assert list(wrong_columns(finished(sizes | values))) == []


@settings(max_examples=3)
@given(values=scenario_values())
def test_what_is_written_has_no_infinite_number(
    values: Values, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """JSON takes neither nan nor infinity, parquet takes nan as null."""
    scenario: Scenario = DEFAULTS.with_values(values)
    count = scenario.whole("run.replications")
    result = build_result(scenario, [replicate(scenario, number) for number in range(count)], 0.0, 0.0)
    folder = write_result(result, tmp_path_factory.mktemp("absurd"))
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert {one["replications"] for one in summary.values()} == {count}
    for path in folder.glob("*.parquet"):
        numbers = pd.read_parquet(path).select_dtypes("number")
        assert not np.isinf(numbers.to_numpy(np.float64)).any(), path.name
