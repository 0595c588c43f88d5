"""Runs on markets from data, from the command line to a result that can be run again."""

import hashlib
import json
import shlex
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from environment.assets import CLASSES
from experiments import report
from experiments.cli.main import main
from experiments.compare import compare
from experiments.load import load_scenario
from experiments.results import read_result
from tests.house_rules import ROOT

SMALL = "--savers 60 --years 1 --replications 2 --workers 1 --quiet"


def file_of(months: int) -> str:
    """A file of returns from January 2025 on, with inflation and without the short rate."""
    rows = [
        f"{2025 + month // 12}-{month % 12 + 1:02d},{','.join(16 * [str(0.01 - 0.001 * month)])},0.002"
        for month in range(months)
    ]
    return "\n".join([f"month,{','.join(CLASSES)},inflation", *rows, ""])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, in which no report is drawn: a scenario with its file of returns below it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(report, "write_report", lambda *_, **__: None)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "fixed.toml").write_text('market.returns = "returns.csv"', encoding="utf-8")
    (tmp_path / "mine" / "returns.csv").write_text(file_of(14), encoding="utf-8")
    return tmp_path


def test_one_cell_in_percent_is_a_warning(folder: Path) -> None:
    """The column looks like fractions; crypto may move like that."""
    rows = file_of(14).split("\n")
    cells = rows[3].split(",")
    cells[1 + CLASSES.index("us_equity")], cells[1 + CLASSES.index("bitcoin")] = "3.2", "-0.7"
    rows[3] = ",".join(cells)
    (folder / "mine" / "returns.csv").write_text("\n".join(rows), encoding="utf-8")
    assert main(shlex.split(f"run mine/fixed.toml {SMALL} --out results")) == 0
    (result,) = (folder / "results").iterdir()
    warnings = json.loads((result / "manifest.json").read_text())["warnings"]
    assert [one for one in warnings if "cell" in one] == [
        "replication 0: us_equity moves by +320% in 2025-03: is that cell of the file a percentage?"
    ]


def test_the_file_in_the_docs_is_one(folder: Path) -> None:
    page = (ROOT / "docs" / "market.md").read_text(encoding="utf-8")
    lines = page.split("```text\nmonth,", maxsplit=1)[1].split("```", maxsplit=1)[0]
    (folder / "mine.csv").write_text(f"month,{lines}", encoding="utf-8")
    scenario = load_scenario("closed-door", ["market.returns=mine.csv", "run.years=0"])
    assert set(scenario.tables) == {"market.returns"}


def test_a_run_earns_the_returns_of_the_file_and_can_be_run_again(folder: Path) -> None:
    before = load_scenario("mine/fixed.toml", ["run.years=1"]).tables["market.returns"]
    assert main(shlex.split(f"run mine/fixed.toml {SMALL} --out results")) == 0
    (result,) = (folder / "results").iterdir()
    classes = pd.read_parquet(result / "classes.parquet")
    earned = classes["fundamental_return"].to_numpy().reshape(2, -1, 16)[:, -12:]
    expected = [float(str(0.01 - 0.001 * month)) for month in range(12)]
    assert np.array_equal(earned, np.broadcast_to(np.array(expected)[:, np.newaxis], (2, 12, 16)))
    assert set(pd.read_parquet(result / "monthly.parquet")["inflation"]) <= {0.0, 0.002}
    manifest = json.loads((result / "manifest.json").read_text(encoding="utf-8"))
    digest = hashlib.sha256(file_of(14).encode()).hexdigest()
    assert manifest["inputs"]["mine/returns.csv"] == digest
    copied = tomllib.loads((result / "fixed.toml").read_text(encoding="utf-8"))["market"]["returns"]
    assert copied == manifest["scenario"]["market"]["returns"] == f"inputs/returns-{digest[:8]}.csv"
    assert (result / copied).read_text(encoding="utf-8") == file_of(14)
    (folder / "mine" / "returns.csv").unlink()
    again = load_scenario(result / "fixed.toml").tables["market.returns"]
    assert (again.rows, again.value) == (before.rows, before.value)


@pytest.mark.parametrize("returns", ["history", "bootstrap", "mine/returns.csv"])
@pytest.mark.usefixtures("folder")
def test_worlds_that_are_compared_have_the_same_market(returns: str, tmp_path: Path) -> None:
    settings = ["run.savers=60", "run.years=1", "run.replications=1", f"market.returns={returns}"]
    one, other = (load_scenario(name, settings) for name in ("closed-door", "open-access"))
    compared, _ = compare(one, [other], tmp_path)
    columns = ["replication", "month", "asset_class", "fundamental_return"]
    base, changed = (read_result(compared / world.name).classes[columns] for world in (one, other))
    assert_frame_equal(base, changed, check_exact=True)
    assert len(base) >= 12 * 16


def test_a_bad_file_leaves_nothing_and_tells_every_problem(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = file_of(14).replace("2025-03,0.008", "2025-03,1%").replace("2025-05,", "2025-04,")
    (folder / "mine" / "returns.csv").write_text(text, encoding="utf-8")
    assert main(shlex.split(f"run mine/fixed.toml {SMALL} --out results --set run.strat=2025-01")) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "mine/returns.csv, line 4: us_equity = 1%: has a percent sign" in told.err
    assert "mine/returns.csv, line 6: month = 2025-04: stands in line 5 too" in told.err
    assert "run.strat" in told.err
    assert not (folder / "results").exists()


def test_a_file_that_ends_too_soon_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(shlex.split("run mine/fixed.toml --savers 60 --years 2 --quiet")) == 2
    assert "covers 2025-01 to 2026-02, not the whole run, 2025-01 to 2026-12" in capsys.readouterr().err
