"""Comparisons by hand: who is better off, what cannot be compared, and what a comparison with itself is."""

from pathlib import Path
from weakref import ref

import numpy as np
import pandas as pd
import pytest

from environment.problems import ScenarioError
from environment.scenario import Scenario
from environment.tables import Column
from experiments import simulate
from experiments.compare import check_comparable, compare, judge
from experiments.folders import read_json
from experiments.headlines import UNITS
from experiments.load import load_scenario
from experiments.pairs import outcomes, paired, shares
from experiments.replication import Replication, replicate

TINY = ("run.savers=20", "run.years=1", "run.replications=2")


def replication(wealth: list[float], spent: list[float], **columns: object) -> Replication:
    """A few persons."""
    count = len(wealth)
    lives = {
        "saver": np.arange(count),
        "literacy": 0.5,
        "literacy_quintile": "3",
        "age_at_start": 30.0,
        "has_held": True,
        "wealth_real": wealth,
        "spent_real": spent,
    }
    return Replication(
        number=0,
        tables={},
        lives={name: np.broadcast_to(np.array(column), count) for name, column in (lives | columns).items()},
        headlines=dict.fromkeys(UNITS, float(sum(wealth))),
        weight=2.0,
        warnings=(),
    )


BASE = replication([100.0, 100.0, 100.0, 0.0, 10.0], [0.0, 0.0, -50.0, 0.0, 1_000.0])
OTHER = replication([100.2, 99.9, 90.0, 0.1, 10.9], [0.0, 0.0, -30.0, 0.0, 1_000.0])


def test_the_difference_is_wealth_and_spending_together() -> None:
    """Who has 10 less and contributed 20 less has gained 10."""
    part = paired(BASE, OTHER, "other")
    np.testing.assert_allclose(part["difference"], [0.2, -0.1, 10.0, 0.1, 0.9])
    assert set(part["other"]) == {"other"}
    assert (part["weight"] == 2.0).all()
    assert part["ever_held"].all()


def test_unchanged_is_within_a_thousandth_of_the_larger_base_amount() -> None:
    """0.2 of 100 is more; 0.1 of 100 and 0.9 of 1,000 spent are not; anything is more than nothing."""
    marks = outcomes(paired(BASE, OTHER, "other"), tolerance=0.001)
    assert marks["better"].tolist() == [True, False, True, True, False]
    assert marks["worse"].tolist() == [False] * 5
    assert marks["unchanged"].tolist() == [False, True, False, False, True]
    assert outcomes(paired(OTHER, BASE, "base"), tolerance=0.001)["worse"].tolist() == [
        True,
        False,
        True,
        True,
        False,
    ]


def test_a_tolerance_of_nothing_still_calls_the_equal_unchanged() -> None:
    assert outcomes(paired(BASE, BASE, "base"), tolerance=0.0)["unchanged"].all()


def test_the_verdict_counts_who_ever_held_by_literacy_and_age() -> None:
    """The fifth never held in either world; the fourth was born later and has no age at the start."""
    columns = {
        "literacy_quintile": ["1", "1", "5", "5", "5"],
        "age_at_start": [24.0, 25.0, 70.0, np.nan, 30.0],
        "has_held": [True, True, True, True, False],
    }
    base, other = (
        replication(one.lives["wealth_real"].tolist(), one.lives["spent_real"].tolist(), **columns)
        for one in (BASE, OTHER)
    )
    told = judge([shares(paired(base, other, "other"), tolerance=0.001)], [base], [other])
    assert told["better"] == {"value": 0.75, "low": None, "high": None}
    assert told["unchanged"]["value"] == 0.25
    assert told["by_literacy"]["1"]["better"]["value"] == 0.5
    assert told["by_literacy"]["5"]["better"]["value"] == 1.0
    assert told["by_literacy"]["3"]["better"]["value"] is None
    by_age = {band: shares["better"]["value"] for band, shares in told["by_age"].items()}
    assert by_age == {"<25": 1.0, "25-34": 0.0, "35-44": None, "45-54": None, "55-64": None, "65+": 1.0}
    change = sum(OTHER.lives["wealth_real"]) - sum(BASE.lives["wealth_real"])
    assert told["changes"]["gini"]["value"] == pytest.approx(change)


def test_who_holds_in_one_world_only_counts() -> None:
    one, two = replication([1.0], [0.0], has_held=False), replication([1.0], [0.0], has_held=True)
    assert paired(one, two, "two")["ever_held"].tolist() == [True]


def test_different_people_cannot_be_paired() -> None:
    other = replication([1.0], [0.0])
    with pytest.raises(RuntimeError, match="do not share their people"):
        paired(BASE, other, "other")


@pytest.mark.parametrize(
    ("setting", "key"),
    [
        ("run.seed=2", "run.seed"),
        ("run.start=2026-01", "run.start"),
        ("run.years=2", "run.years"),
        ("run.savers=30", "run.savers"),
        ("run.replications=3", "run.replications"),
        ("population.mortality_improvement=0.01", "population.mortality_improvement"),
        ("population.male_share=0.4", "population.male_share"),
    ],
)
def test_scenarios_that_share_no_people_or_luck_are_refused(setting: str, key: str) -> None:
    base, other = load_scenario("closed-door", TINY), load_scenario("open-access", [*TINY, setting])
    with pytest.raises(ScenarioError, match=r"differs from closed-door") as caught:
        check_comparable(base, [other])
    assert [problem.key for problem in caught.value.problems] == [key]


def test_names_stand_for_one_scenario(tmp_path: Path) -> None:
    base, other = load_scenario("open-access", TINY), load_scenario("open-access", [*TINY, "policy.cap=0.1"])
    with pytest.raises(ScenarioError, match="share a name"):
        check_comparable(base, [other])
    with pytest.raises(ScenarioError, match="named twice"):
        check_comparable(load_scenario("closed-door", TINY), [other, other])
    check_comparable(base, [base])


@pytest.fixture(name="scenario")
def tiny_scenario() -> Scenario:
    return load_scenario("open-access", TINY)


def test_a_scenario_with_itself_is_one_folder_of_zeros(scenario: Scenario, tmp_path: Path) -> None:
    folder, verdict = compare(scenario, [scenario], tmp_path)
    assert folder.name.startswith("compare-open-access-")
    assert [path.name for path in folder.iterdir() if path.is_dir()] == ["open-access"]
    assert (pd.read_parquet(folder / "differences.parquet")["difference"] == 0.0).all()
    assert read_json(folder / "verdict.json") == verdict
    assert verdict["open-access"]["unchanged"] == {"value": 1.0, "low": 1.0, "high": 1.0}
    manifest = read_json(folder / "manifest.json")
    assert manifest["kind"] == "compare"
    assert manifest["base"] == "open-access"
    assert manifest["others"] == ["open-access"]


def test_the_report_is_written_before_the_folder_has_its_name(scenario: Scenario, tmp_path: Path) -> None:
    seen: list[list[str]] = []

    def finish(folder: Path) -> None:
        seen.append(sorted(path.name for path in folder.iterdir()))
        (folder / "report.html").touch()

    folder, _ = compare(scenario, [scenario], tmp_path, finish)
    assert seen == [["differences.parquet", "manifest.json.part", "open-access", "verdict.json"]]
    assert (folder / "report.html").is_file()
    assert (folder / "manifest.json").is_file()


@pytest.mark.parametrize("replications", [3, 9])
def test_no_more_than_a_pair_is_in_memory(
    replications: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many replications there are: the base's lives wait for the other's, and both are dropped."""
    born: list[list[ref[Column]]] = []
    alive: list[int] = []

    def watched(*arguments: object) -> Replication:
        alive.append(sum(any(column() is not None for column in one) for one in born))
        one = replicate(*arguments)  # type: ignore[arg-type]
        columns = [column for table in (*one.tables.values(), one.lives) for column in table.values()]
        born.append([ref(column) for column in columns])
        return one

    monkeypatch.setattr(simulate, "replicate", watched)
    base, other = (
        load_scenario(name, ("run.savers=20", "run.years=0", f"run.replications={replications}"))
        for name in ("closed-door", "open-access")
    )
    compare(base, [other], tmp_path)
    assert alive == [0, 1] * replications
