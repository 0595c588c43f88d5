"""A run whose people come from files, from the command line to a result that can be run again."""

import hashlib
import json
import shlex
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from experiments import report
from experiments.cli.main import main
from experiments.load import load_scenario

AGES = "age,share\n18,0.1\n30,0.5\n50,0.2\n70,0.2\n"
BALANCES = """report,age_band,mean_balance_usd,median_balance_usd,note
x,<25,7000,2000,
x,25-34,40000,16000,"one, two"
x,35-44,100000,40000,
x,45-54,190000,70000,
x,55-64,270000,260000,
x,65+,300000,95000,
x,all,,,
"""
SMALL = "--savers 400 --years 0 --replications 1 --workers 1 --quiet"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A scenario with its file of ages below it, and a file of balances; no report is drawn."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(report, "write_report", lambda *_, **__: None)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "people.toml").write_text('population.ages = "ages.csv"', encoding="utf-8")
    (tmp_path / "mine" / "ages.csv").write_text(AGES, encoding="utf-8")
    (tmp_path / "balances.csv").write_text(BALANCES, encoding="utf-8")
    return tmp_path


def run(scenario: str, out: str) -> Path:
    """The result folder of a run."""
    assert main(shlex.split(f"run {scenario} {SMALL} --out {out}")) == 0
    (result,) = Path(out).iterdir()
    return result


def test_a_run_takes_people_from_files_and_can_be_run_again(folder: Path) -> None:
    result = run("mine/people.toml --set population.initial_balances=balances.csv", "first")
    manifest = json.loads((result / "manifest.json").read_text(encoding="utf-8"))
    for name, text in (("mine/ages.csv", AGES), ("balances.csv", BALANCES)):
        assert manifest["inputs"][name] == hashlib.sha256(text.encode()).hexdigest()
    copied = tomllib.loads((result / "people.toml").read_text(encoding="utf-8"))["population"]
    for key, text in (("ages", AGES), ("initial_balances", BALANCES)):
        assert manifest["scenario"]["population"][key] == copied[key]
        assert (result / copied[key]).read_text(encoding="utf-8") == text
    groups = pd.read_parquet(result / "groups.parquet")
    bands = groups[groups["literacy_quintile"] == "all"].set_index("age_band")
    assert bands["wealth_mean"].drop("all").dropna().to_dict() == pytest.approx(
        {"<25": 7_000.0, "25-34": 40_000.0, "45-54": 190_000.0, "65+": 300_000.0}
    )
    assert bands["savers_weight"]["all"] == pytest.approx(58.7e6)

    (folder / "mine" / "ages.csv").unlink()
    again = run(f"{result}/people.toml", "second")
    assert again.name == result.name
    assert load_scenario(f"{again}/people.toml").values == load_scenario(f"{result}/people.toml").values


def test_a_bad_file_leaves_nothing_and_tells_every_problem(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "mine" / "ages.csv").write_text('age,share\n18,10%\n30,"0,9"\n', encoding="utf-8")
    line = f"run mine/people.toml {SMALL} --out results --set population.initial_balances=blances.csv"
    assert main(shlex.split(line)) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "mine/ages.csv, line 2: share = 10%: has a percent sign" in told.err
    assert "mine/ages.csv, line 3: share = 0,9: has a comma" in told.err
    assert "--set: population.initial_balances = blances.csv: does not exist" in told.err
    assert not (folder / "results").exists()


def test_the_list_of_parameters_says_that_a_file_will_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parameters", "population.ages", "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert one["range"] == ["stationary", "holders", "a CSV file"]
