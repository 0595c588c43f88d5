"""A market from a CSV file is the file, whatever the luck; the whole run has to stand in it."""

from pathlib import Path

import numpy as np
import pytest

from environment.assets import CLASSES
from environment.calendar import format_month, parse_month
from environment.luck import Luck
from environment.market import market_path
from environment.problems import shown
from environment.scenario import Scenario, ScenarioError, build_scenario
from environment.typing import FloatArray
from environment.written import Written

DEFAULTS = build_scenario("defaults", "")
MONTHS = 36


def returns() -> FloatArray:
    """Returns of three years, shape (36, 16), each its own."""
    return np.round(0.01 * np.sin(np.arange(MONTHS * 16.0).reshape(MONTHS, 16)), 6)


def written(folder: Path, first: str = "2024-01", extra: str = "", values: str = "") -> Path:
    path = folder / "returns.csv"
    lines = [
        f"{format_month(parse_month(first) + month)},{','.join(map(repr, row))}{values}"
        for month, row in enumerate(returns().tolist())
    ]
    path.write_text("\n".join([f"month,{','.join(CLASSES)}{extra}", *lines]), encoding="utf-8")
    return path


def scenario(path: Path, **run: object) -> Scenario:
    keys = {f"run.{name}": value for name, value in run.items()}
    return DEFAULTS.with_values({"market.returns": str(path), "run.years": 2, **keys})


def test_the_market_is_the_file_in_every_replication(tmp_path: Path) -> None:
    one = scenario(written(tmp_path))
    assert one.text("market.returns").startswith("inputs/returns-")
    for luck in (Luck(1, 0), Luck(8, 3)):
        assert np.array_equal(market_path(one, luck).fundamental, returns()[12:])


def test_the_run_begins_anywhere_in_the_file(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert np.array_equal(
        market_path(scenario(path, start="2024-01"), Luck(1, 0)).fundamental, returns()[:24]
    )
    late = market_path(scenario(path, start="2024-06", years=1), Luck(1, 0))
    assert np.array_equal(late.fundamental, returns()[5:17])
    nothing = market_path(scenario(path, start="2060-06", years=0), Luck(1, 0))
    assert nothing.fundamental.shape == (0, 16)


def test_without_inflation_and_short_rate_those_of_the_constant_market_hold(tmp_path: Path) -> None:
    path = market_path(scenario(written(tmp_path)), Luck(1, 0))
    steady = market_path(DEFAULTS.with_values({"market.returns": "constant", "run.years": 2}), Luck(1, 0))
    assert np.array_equal(path.inflation, steady.inflation)
    assert np.array_equal(path.short_rate, steady.short_rate)
    assert not path.turbulent.any()


def test_inflation_and_short_rate_are_taken_from_the_file(tmp_path: Path) -> None:
    path = market_path(
        scenario(written(tmp_path, extra=",short_rate,inflation", values=",0.05,-0.01")), Luck(1, 0)
    )
    assert path.inflation.tolist() == 24 * [-0.01]
    assert path.short_rate.tolist() == 24 * [0.05]
    assert np.array_equal(path.fundamental, returns()[12:])


@pytest.mark.parametrize(
    ("first", "years", "start", "run"),
    [
        ("2024-01", 3, "2025-01", "2025-01 to 2027-12"),
        ("2025-02", 2, "2025-01", "2025-01 to 2026-12"),
        ("2024-01", 40, "1990-01", "1990-01 to 2029-12"),
    ],
)
def test_a_file_that_does_not_cover_the_run_is_refused(
    tmp_path: Path, first: str, years: int, start: str, run: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario(written(tmp_path, first), years=years, start=start)
    (only,) = caught.value.problems
    assert only.key == "market.returns"
    assert only.value == shown(str(tmp_path / "returns.csv"))  # the path as it was written
    last = format_month(parse_month(first) + MONTHS - 1)
    assert only.message.endswith(f"returns.csv covers {first} to {last}, not the whole run, {run}")
    assert only.allowed == "a row for every month of the run"


def test_a_longer_run_of_a_good_scenario_is_refused_too(tmp_path: Path) -> None:
    one = scenario(written(tmp_path))
    with pytest.raises(ScenarioError, match="not the whole run, 2025-01 to 2028-12"):
        one.replace(years=4)
    with pytest.raises(ScenarioError, match="is not a month") as caught:
        one.with_values({"run.start": "2026-13"}).replace(years=4)
    assert len(caught.value.problems) == 1


def test_a_path_is_relative_to_whoever_names_it_and_its_hash_is_kept(tmp_path: Path) -> None:
    path = written(tmp_path)
    line = Written("a.toml", "market.returns", "returns.csv", str(tmp_path))
    one = build_scenario("a", "", [line, Written("a.toml", "run.years", 2)])
    assert one.inputs == {str(path): one.tables["market.returns"].sha256}
    other = one.with_values({"market.returns": "regimes"})
    assert (dict(other.inputs), dict(other.tables)) == ({}, {})
