"""Rules that change nothing change nothing, to the last bit and for every person."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from environment.scenario import Scenario
from experiments.compare import compare
from experiments.folders import read_json
from experiments.load import load_scenario
from experiments.results import read_result
from tests.runs import BUSY

SIZE = (*BUSY, "run.savers=200", "run.years=2", "run.replications=1")
LEVERS = {"policy.cap": 0.05, "policy.fee_cap": 0.002, "policy.disclosure": 1.0, "policy.liquid_sleeve": 0.5}
"""Every lever that has a strength, pulled hard."""


def moved(edge: str, month: str) -> dict[str, object]:
    """All levers with another month for their start or end."""
    return {**LEVERS, **{f"{key}_{edge}": month for key in LEVERS}}


SAME_AS_OPEN: Mapping[str, Mapping[str, object]] = {
    "itself": {},
    "a cap of 1": {"policy.cap": 1.0, "policy.cap_start": "2025-01"},
    "a cap on fees of 1": {"policy.fee_cap": 1.0, "policy.fee_cap_start": "2025-01"},
    "disclosure of strength 0": {"policy.disclosure": 0.0, "policy.disclosure_start": "2025-01"},
    "a floor of 0": {"policy.liquid_sleeve": 0.0, "policy.liquid_sleeve_start": "2025-01"},
    "a floor under a higher one": {"policy.liquid_sleeve": 0.1},
    "every lever after the end": moved("start", "2027-01"),
    "every lever never": moved("start", "never"),
    "every lever until it begins": moved("end", "2025-08"),
}
SAME_AS_CLOSED: Mapping[str, Mapping[str, object]] = {
    "access none": {"policy.access": "none"},
    "a cap of 0": {"policy.cap": 0.0},
    "no classes": {"policy.classes": []},
    "access after the end": {"policy.access_start": "2027-01"},
    "access never": {"policy.start": "never"},
    "access until it begins": {"policy.access_end": "2025-08"},
    "access none and a cap": {"policy.access": "none", "policy.cap": 0.05},
}
CASES = [*((0, name) for name in SAME_AS_OPEN), *((1, name) for name in SAME_AS_CLOSED)]


def named(scenario: Scenario, name: str, values: Mapping[str, object]) -> Scenario:
    return replace(scenario.with_values(values), name=name)


@pytest.fixture(scope="module")
def comparisons(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Against open access and against the closed door, two busy years each."""
    opened = replace(load_scenario("open-access", SIZE), name="base")
    closed = replace(load_scenario("closed-door", SIZE), name="base")
    out = tmp_path_factory.mktemp("results")
    return (
        compare(opened, [named(opened, name, values) for name, values in SAME_AS_OPEN.items()], out)[0],
        compare(closed, [named(opened, name, values) for name, values in SAME_AS_CLOSED.items()], out)[0],
    )


def differences_of(folder: Path) -> pd.DataFrame:
    return pd.read_parquet(folder / "differences.parquet")


@pytest.mark.parametrize(("which", "name"), CASES)
def test_nobody_is_a_cent_better_or_worse_off(comparisons: tuple[Path, Path], which: int, name: str) -> None:
    comparison = comparisons[which]
    differences = differences_of(comparison)
    own = differences[differences["other"] == name]
    assert len(own) > 200
    assert (own["difference"] == 0.0).all()
    assert (own["base_wealth_real"] == own["other_wealth_real"]).all()
    told = read_json(comparison / "verdict.json")[name]
    assert told["unchanged"]["value"] == 1.0
    assert {change["value"] for change in told["changes"].values()} <= {0.0, None}


@pytest.mark.parametrize(("which", "name"), CASES)
def test_every_table_is_the_same(comparisons: tuple[Path, Path], which: int, name: str) -> None:
    """Not only the savers: prices, funds, plans and the ledger."""
    comparison = comparisons[which]
    other = read_result(comparison / name)
    for stem, table in read_result(comparison / "base").tables.items():
        assert_frame_equal(table, other.tables[stem], check_exact=True, obj=stem)


def test_the_worlds_compared_have_something_to_change(comparisons: tuple[Path, Path], tmp_path: Path) -> None:
    """Or the tests above would hold of an empty model: pulled in time, every lever moves somebody."""
    opened, closed = (read_result(one / "base") for one in comparisons)
    assert opened.monthly["private_share"].iloc[-1] > 0.05
    assert closed.monthly["alternatives_share"].max() == 0.0
    base = load_scenario("open-access", SIZE)
    levers = [named(base, key, {key: strength}) for key, strength in LEVERS.items()]
    pulled = differences_of(compare(base, levers, tmp_path)[0])
    assert set(pulled["other"][pulled["difference"] != 0.0]) == set(LEVERS)
