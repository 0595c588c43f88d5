"""`thirdwave sweep` on the command line: what it prints, what it refuses, what it leaves."""

import json
import os
import signal
from pathlib import Path

import pytest

from experiments.cli.main import main
from tests.experiments.sweep.designs import TINY, written
from tests.processes import needs_processes, program, wait_for

FIGURES = {"gini", "wealth_mean_real"}


def swept(folder: Path, *options: str) -> int:
    return main(["sweep", str(written(folder)), "--out", str(folder / "out"), "--quiet", *options])


def test_help_shows_a_file_and_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", "--help"]) == 0
    said = capsys.readouterr().out
    assert all(words in said for words in ("[design.parameters]", "--dry-run", "--scheduler tcp://"))


def test_a_dry_run_prints_cells_time_and_disk_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert swept(tmp_path, "--dry-run") == 0
    said = capsys.readouterr().out
    assert "4 cells, 8 simulations, 0 of them finished" in said
    assert "time: about" in said
    assert "then up to 40 s for analysis and figures" in said
    assert "GB free" in said
    assert not (tmp_path / "out").exists()


def test_a_sweep_prints_its_figures_and_its_folder_and_is_not_run_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert swept(tmp_path, "--workers", "1") == 0
    said = capsys.readouterr().out.splitlines()
    folder = Path(said[-1])
    assert said[0] == "4 cells, 8 replications, 8 of them now"
    assert {"manifest.json", "report.html", "analysis", "figures"} <= {path.name for path in folder.iterdir()}
    assert swept(tmp_path, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["simulated_now"] == 0
    assert set(told["outcomes"]) == FIGURES
    assert all(one["lowest"] <= one["mean"] <= one["highest"] for one in told["outcomes"].values())
    assert swept(tmp_path, "--dry-run", "--json") == 0
    assert json.loads(capsys.readouterr().out)["finished"] == 8
    before = sorted((tmp_path / "out").iterdir())
    assert swept(tmp_path, "--dry-run", "--json", "--replications", "3") == 0
    assert json.loads(capsys.readouterr().out)["finished"] == 8
    assert sorted((tmp_path / "out").iterdir()) == before


def test_an_impossible_cell_is_told_beforehand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = TINY.replace('"policy.cap" = [0.05, 0.4]', '"funds.evergreen.catch_up" = [0.1, 1.0]')
    text = text.replace('"savers.inertia" = [0.2, 0.9]', '"funds.evergreen.incentive_fee" = [0.05, 0.2]')
    path = written(tmp_path, text)
    assert main(["sweep", str(path), "--dry-run", "--quiet"]) == 0
    assert "cell 1 cannot be and would be set aside" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--engine", "dsk"], "--engine: dsk: is no engine; allowed: local, dask; nearest known name: dask"),
        (["--engine", "dask"], "--engine: dask: needs --scheduler"),
        (["--engine", "dask", "--scheduler", "x", "--workers", "2"], "--workers: 2: means nothing"),
        (["--scheduler", "tcp://127.0.0.1:1"], "means nothing without --engine dask"),
        (["--workers", "0"], "--workers: 0"),
        (["--set", "policy.cap=0.2"], "policy.cap: is set and is varied by the design"),
        (["--savers", "-1"], "run.savers = -1"),
        (["--dry"], "--dry"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], words: str
) -> None:
    assert swept(tmp_path, *options) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_more_cells_than_the_disk_can_hold_are_refused_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    many = ", ".join(str(number / 10_000) for number in range(2000))
    keys = ("policy.cap", "policy.fee_cap", "savers.inertia", "savers.advert_weight")
    axes = "\n".join(f'"{key}" = [{many}]' for key in keys)
    path = written(tmp_path, f'[design]\nmethod = "grid"\n[design.parameters]\n{axes}\n')
    assert main(["sweep", str(path), "--dry-run", "--quiet"]) == 2
    assert "16,000,000,000,000 cells" in capsys.readouterr().err


@needs_processes
def test_ctrl_c_keeps_what_is_finished_and_says_how_to_go_on(tmp_path: Path) -> None:
    path, out = written(tmp_path, TINY.replace("replications = 2", "replications = 500")), tmp_path / "out"
    words = ["sweep", str(path), "--workers", "1", "--out", str(out)]
    with program("-m", "experiments", *words) as running:
        wait_for(lambda: list(out.glob("tiny-*/cells/*.json")))
        os.killpg(running.process.pid, signal.SIGINT)
        assert running.ended() == 130
        assert running.last_line.endswith("--out " + str(out))
    assert not list(out.glob("tiny-*/manifest.json"))
    assert list(out.glob("tiny-*/cells/*.json"))
