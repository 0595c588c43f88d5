"""The command line: help, tables and simulations. What it refuses is in test_cli_errors.py."""

import json
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest

from environment.parameters import parameters
from experiments.cli.main import COMMANDS, main
from experiments.cli.options import SHORTHANDS
from experiments.cli.output import share_text
from experiments.cli.progress import progress_on_stderr
from experiments.load import load_scenario

Output = pytest.CaptureFixture[str]
PROGRAM = [sys.executable, "-m", "experiments"]
SMALL = "--savers 200 --years 1 --replications 1 --workers 1"
HEAVY = {"numpy", "scipy", "pandas", "pyarrow", "numba", "mesa", "matplotlib", "seaborn", "rich"}
CALCULATORS = ("fee-drag", "advertised", "frozen-share", "impact", "inequality")
PARAMETER_FIELDS = ["key", "value", "unit", "range", "standing", "description", "source"]


def command(line: str) -> int:
    return main(shlex.split(line))


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_has_an_example_that_parses(name: str, capsys: Output) -> None:
    """Every command explains itself, and its examples are command lines that it takes."""
    assert command(f"{name} --help") == 0
    examples = re.findall(r"^  thirdwave ([^>\n]+)", capsys.readouterr().out, flags=re.MULTILINE)
    assert examples
    for example in examples:
        called, *arguments = shlex.split(example)
        extras = COMMANDS[called].parser().parse_known_intermixed_args(arguments)[1]
        assert extras == []


def test_help_lists_every_command_and_calculator(capsys: Output) -> None:
    command("--help")
    overview = capsys.readouterr().out
    assert all(name in overview for name in COMMANDS)
    command("calc --help")
    told = capsys.readouterr().out
    assert all(name in told for name in CALCULATORS)
    assert "p / (p + (1 - p)(1 - d))" in told


def test_help_tells_the_defaults_of_the_registry() -> None:
    known = parameters()
    for name, (_, _, default) in SHORTHANDS.items():
        assert default == str(known[f"run.{name}"].value)


def test_help_imports_nothing_heavy() -> None:
    script = "import sys; from experiments.cli.main import main; main(['--help']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert not HEAVY & set(done.stdout.split())


def test_help_is_quick() -> None:
    """0.3 seconds with the start of Python; the best of five, since the machine may be busy."""
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run([*PROGRAM, "--help"], capture_output=True, check=True)
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.3


def test_parameters_as_json(capsys: Output) -> None:
    """Every parameter, in the fields of the contract."""
    assert command("parameters --json") == 0
    listed = {one["key"]: one for one in json.loads(capsys.readouterr().out)}
    assert set(listed) == set(parameters())
    assert all(list(one) == PARAMETER_FIELDS for one in listed.values())
    assert listed["policy.cap"]["range"] == [0.0, 1.0]
    assert set(listed["policy.access"]["range"]) == {"none", "menu", "default", "all"}
    assert listed["run.savers"]["value"] == 20000
    assert isinstance(listed["policy.classes"]["value"], list)


@pytest.mark.parametrize("pattern", ["policy.cap", "POLICY.CAP", "policy.ca[p]", "*.cap"])
def test_parameters_by_pattern(pattern: str, capsys: Output) -> None:
    """Part of a key, or a pattern of the whole of it."""
    assert command(f"parameters '{pattern}' --json") == 0
    keys = [one["key"] for one in json.loads(capsys.readouterr().out)]
    assert "policy.cap" in keys
    assert all("cap" in key for key in keys)


def test_parameters_for_people(capsys: Output) -> None:
    assert command("parameters policy.cap") == 0
    told = capsys.readouterr().out
    assert "policy.cap = 1" in told
    assert "0 to 1" in told
    assert parameters()["policy.cap"].source in told


def test_scenarios(capsys: Output) -> None:
    """The list, and the same as JSON."""
    assert command("scenarios --json") == 0
    listed = json.loads(capsys.readouterr().out)
    assert {"closed-door", "open-access", "capped", "sleeve"} <= {one["name"] for one in listed}
    assert all(one["description"] for one in listed)
    assert command("scenarios list") == 0
    told = capsys.readouterr().out
    assert all(one["name"] in told and one["description"] in told for one in listed)


@pytest.mark.parametrize("name", ["closed-door", "open-access", "capped", "sleeve"])
def test_a_scenario_in_full_is_a_scenario_file(name: str, capsys: Output, tmp_path: Path) -> None:
    """What `show` prints, saved and loaded, has the same value for every key."""
    assert command(f"scenarios show {name}") == 0
    (tmp_path / "copy.toml").write_text(capsys.readouterr().out)
    copy, original = load_scenario(tmp_path / "copy.toml"), load_scenario(name)
    assert copy.values == original.values
    assert copy.description == original.description


def test_calc(capsys: Output) -> None:
    """One JSON object, or an aligned table."""
    line = "calc fee-drag initial=25000 --json years=35 gross=0.07 fee=0.015"
    assert command(line) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["final_with_fee"] == pytest.approx(162_846, abs=1.0)
    assert command(line.replace("--json", "")) == 0
    assert capsys.readouterr().out.splitlines()[2].split() == ["final_with_fee", "162,845.63"]


def test_calc_without_a_name_lists_the_calculators(capsys: Output) -> None:
    assert command("calc --json") == 0
    assert {one["name"] for one in json.loads(capsys.readouterr().out)} >= set(CALCULATORS)
    assert command("calc") == 0
    assert "private_share public_fall" in capsys.readouterr().out


def test_no_progress_without_a_terminal(capsys: Output) -> None:
    with progress_on_stderr(quiet=False) as progress:
        assert progress is None


@pytest.mark.parametrize("quiet", [False, True])
def test_progress_on_a_terminal(quiet: bool, capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bar on stderr, which `--quiet` silences; stdout stays clean."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    with progress_on_stderr(quiet=quiet) as progress:
        assert (progress is None) == quiet
        if progress:
            progress(1, 2, "replications of capped")
    told = capsys.readouterr()
    assert told.out == ""
    assert ("replications of capped" in told.err) == (not quiet)


def test_a_bar_for_work_without_a_measure_does_not_keep_the_last_one(
    capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It pulses, and counts nothing."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    with progress_on_stderr(quiet=False) as progress:
        assert progress is not None
        progress(8, 8, "cell 7")
        capsys.readouterr()
        progress(0, 0, "analysing and drawing")
        progress(0, 0, "analysing and drawing")
    last = capsys.readouterr().err
    assert "analysing and drawing" in last
    assert "0/?" in last
    assert "/8" not in last


def without_report(folder: Path, workers: int = 1) -> Path:
    return folder / "report.html"


def test_run(capsys: Output, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last line is the path of a whole result; JSON is the summary; the report can be rebuilt."""
    assert command(f"run closed-door {SMALL} --out {tmp_path}") == 0
    output = capsys.readouterr()
    folder = Path(output.out.splitlines()[-1])
    assert folder.parent == tmp_path
    assert folder.name.startswith("closed-door-")
    assert output.err == ""
    assert json.loads((folder / "manifest.json").read_text())["savers"] == 200

    (folder / "report.html").unlink()
    assert command(f"report {folder}") == 0
    assert Path(capsys.readouterr().out.splitlines()[-1]) == folder / "report.html"
    assert (folder / "report.html").is_file()

    monkeypatch.setattr("experiments.report.write_report", without_report)
    assert command(f"run closed-door {SMALL} --out {tmp_path} --json --quiet") == 0
    assert json.loads(capsys.readouterr().out) == json.loads((folder / "summary.json").read_text())
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_compare(capsys: Output, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A scenario file of the user's own beside a shipped one; JSON is the verdict."""
    monkeypatch.setattr("experiments.report.write_report", without_report)
    (tmp_path / "mine.toml").write_text('extends = "open-access"\n[policy]\ncap = 0.1\n')
    line = f"compare closed-door {tmp_path / 'mine.toml'} {SMALL} --out {tmp_path / 'out'}"
    assert command(line) == 0
    output = capsys.readouterr().out.splitlines()
    folder = Path(output[-1])
    assert folder.name.startswith("compare-closed-door-")
    assert output[0] == "mine against closed-door"
    assert "0.000" not in " ".join(output[1:5])
    warnings = json.loads((folder / "manifest.json").read_text())["warnings"]
    assert warnings
    single = [text for text in warnings if "replication " in text]
    told = [f"warning: {text}" for text in warnings if text not in single]
    told += [f"{len(single)} warnings of single replications are in the report"] if single else []
    assert output[-1 - len(told) : -1] == told
    assert "simulated savers" in warnings[0]
    assert {"closed-door", "mine"} <= {path.name for path in folder.iterdir()}

    assert command(f"{line} --json --quiet") == 0
    verdict = json.loads(capsys.readouterr().out)
    assert verdict == json.loads((folder / "verdict.json").read_text())
    assert list(verdict) == ["mine"]
    assert set(verdict["mine"]["better"]) == {"value", "low", "high"}


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(-0.012345, 0.0987654, "0.0432 [0, 0.0988]"), (None, None, "0.0432"), (0.5, 1.2, "0.0432 [0.5, 1]")],
)
def test_a_share_is_told_as_on_the_page(low: float | None, high: float | None, text: str) -> None:
    """Three digits, and no interval that leaves 0 to 1."""
    assert share_text({"value": 0.0432109876, "low": low, "high": high}) == text
