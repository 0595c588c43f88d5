"""Files as values: where their paths lead, what a scenario keeps of them, and what is refused."""

import hashlib
import pickle
from pathlib import Path

import pytest

from environment.problems import Problem, ScenarioError
from environment.scenario import Scenario, Written, build_scenario
from environment.written import value_of

AGES, BALANCES = "population.ages", "population.initial_balances"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a file of ages."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ages.csv").write_text("age,share\n30,1\n", encoding="utf-8")
    return tmp_path


def scenario_with(value: object, folder: str = "") -> Scenario:
    return build_scenario("a", "", [Written("a.toml", AGES, value, folder)])


def problem_of(value: object) -> Problem:
    with pytest.raises(ScenarioError) as caught:
        scenario_with(value)
    (only,) = caught.value.problems
    return only


def test_a_file_gives_the_scenario_a_value_a_table_and_an_input(folder: Path) -> None:
    digest = hashlib.sha256((folder / "ages.csv").read_bytes()).hexdigest()
    scenario = scenario_with("ages.csv")
    assert scenario.text(AGES) == f"inputs/ages-{digest[:8]}.csv"
    assert scenario.tables[AGES].rows == ((30.0, 1.0),)
    assert scenario.inputs == {"ages.csv": digest}
    assert build_scenario("a", "").tables == {}


def test_a_path_is_relative_to_the_folder_of_what_was_written(folder: Path) -> None:
    (folder / "below").mkdir()
    assert scenario_with("../ages.csv", "below").inputs.keys() == {"ages.csv"}
    whole = str(folder / "ages.csv")
    assert scenario_with(whole, "below").inputs.keys() == {whole}


def test_what_happens_to_the_file_later_changes_nothing(folder: Path) -> None:
    scenario = scenario_with("ages.csv")
    (folder / "ages.csv").unlink()
    for other in (
        scenario.replace(savers=50),
        scenario.with_values({AGES: scenario.text(AGES)}),
        pickle.loads(pickle.dumps(scenario)),  # noqa: S301 - made on this line
    ):
        assert other.tables == scenario.tables
        assert other.inputs == scenario.inputs
        assert other.resolved()["population"]["ages"] == scenario.text(AGES)


def test_files_of_other_content_make_other_values(folder: Path) -> None:
    (folder / "same.csv").write_bytes((folder / "ages.csv").read_bytes())
    (folder / "other.csv").write_text("age,share\n31,1\n", encoding="utf-8")
    first, same, other = (scenario_with(name) for name in ("ages.csv", "same.csv", "other.csv"))
    assert first.values == same.values
    assert first.values != other.values


def test_a_name_takes_the_place_of_a_file_and_a_file_that_of_a_file(folder: Path) -> None:
    scenario = scenario_with("ages.csv")
    named = scenario.with_values({AGES: "holders"})
    assert (named.tables, named.inputs) == ({}, {})
    (folder / "other.csv").write_text("age,share\n31,1\n", encoding="utf-8")
    other = scenario.with_values({AGES: "other.csv"})
    assert other.inputs.keys() == {"other.csv"}
    assert other.tables[AGES].rows == ((31.0, 1.0),)


def test_the_last_file_holds_and_every_one_is_checked(folder: Path) -> None:
    twice = [Written("a.toml", AGES, "ages.csv"), Written("--set", AGES, "stationary")]
    assert build_scenario("a", "", twice).tables == {}
    missing = Written("a.toml", AGES, "no.csv")
    with pytest.raises(ScenarioError, match=r"a\.toml: population\.ages = no\.csv: does not exist"):
        build_scenario("a", "", [missing, twice[1]])


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("no.csv", "does not exist"),
        ("dir.csv", "cannot be read: Is a directory"),
        ("ages.csv/x.csv", "cannot be read: Not a directory"),
        ("\0.csv", "is not a path"),
        ("\ud800.csv", "is not a path"),
        ("x" * 5000 + ".csv", "cannot be read: File name too long"),
        ("holder", "is not known"),
        ("ages.txt", "is not known"),
        (3, "is not a text"),
        (["ages.csv"], "is not a text"),
    ],
)
def test_what_is_no_file_is_refused_where_it_is_written(folder: Path, value: object, message: str) -> None:
    (folder / "dir.csv").mkdir()
    only = problem_of(value)
    assert (only.place, only.key, only.message) == ("a.toml", AGES, message)
    assert only.allowed == "one of stationary, holders, or the path of a CSV file, which ends in .csv"
    assert str(only).isprintable()


def test_the_problems_of_all_files_come_at_once_with_the_others(folder: Path) -> None:
    (folder / "bad.csv").write_text("age,share\n30,2\n31,x\n", encoding="utf-8")
    written = [
        Written("a.toml", AGES, "bad.csv"),
        Written("a.toml", BALANCES, "ages.csv"),
        Written("--set", "policy.cap", 7),
    ]
    with pytest.raises(ScenarioError) as caught:
        build_scenario("a", "", written)
    assert [(one.place, one.key) for one in caught.value.problems] == [
        ("bad.csv, line 2", "share"),
        ("bad.csv, line 3", "share"),
        ("ages.csv", ""),
        ("--set", "policy.cap"),
    ]


def test_a_key_that_takes_no_file_does_not_read_one(folder: Path) -> None:
    assert value_of(Written("a.toml", "policy.start", "2030-01"), {}) == "2030-01"
    with pytest.raises(ScenarioError, match="is not known"):
        value_of(Written("a.toml", "policy.access", "ages.csv"), {})
