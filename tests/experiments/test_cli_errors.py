"""The command line when something is wrong: every problem at once, exit codes, never a traceback."""

import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from experiments.cli import run
from experiments.cli.main import main

Output = pytest.CaptureFixture[str]
PROGRAM = [sys.executable, "-m", "experiments"]
COMMANDS = "run, compare, sweep, report, diff, scenarios, parameters, calc, bench"


def command(line: str) -> int:
    return main(shlex.split(line))


def raising(error: BaseException) -> Callable[[object], None]:
    def execute(args: object) -> None:
        raise error

    return execute


def test_every_problem_of_a_run_is_told_at_once(capsys: Output, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    sizes = "--savers x --years 1.5 --seed -1 --replications 0 --workers 0"
    settings = "--set policy.cpa=1 --set policy.cap=7"
    assert command(f"run opn-access {sizes} {settings} --out {tmp_path}/file") == 2
    told = capsys.readouterr()
    assert told.out == ""
    lines = told.err.splitlines()
    assert lines[0] == "thirdwave: 9 problems, nothing was written:"
    for place in ("opn-access", "--savers", "--years", "--seed", "--replications", "--workers", "--out"):
        assert sum(place in line for line in lines) == 1
    assert "nearest known name: open-access" in told.err
    assert "nearest known name: policy.cap" in told.err
    assert "policy.cap = 7.0: is out of range; allowed: a number from 0 to 1" in told.err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_problem_of_both_scenarios_is_told_once(capsys: Output) -> None:
    assert command("compare closed-door open-access --set policy.cap=7 --replications 0") == 2
    assert "2 problems" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_refused(capsys: Output, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert command(f"run --out {tmp_path}/file/below") == 2
    assert "--out" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("", f"needs a command; allowed: {COMMANDS}"),
        ("cmpare", f"cmpare: is not a command; allowed: {COMMANDS}; nearest known name: compare"),
        ("--nonsense", "--nonsense"),
        ("run --savrs 5", "--savrs: is not an option; allowed: --help, --savers"),
        ("run --savrs 5", "nearest known name: --savers"),
        ("run --sav 5", "--sav: is not an option"),
        ("run --savers", "--savers: expected one argument"),
        ("run closed-door capped", "capped: is one argument too many"),
        ("compare closed-door", "OTHER"),
        ("report nowhere", "nowhere: is not a folder"),
        ("scenarios shwo capped", "nearest known name: show"),
        ("scenarios show", "needs the name of a scenario"),
        ("scenarios show caped", "nearest known name: capped"),
        ("scenarios list capped", "capped"),
        ("parameters polcy.cap", "nearest known name: policy.cap"),
        ("calc fee-drga", "nearest known name: fee-drag"),
        ("calc fee-drag yeers=1", "nearest known name: years"),
    ],
)
def test_wrong_command_lines(line: str, told: str, capsys: Output) -> None:
    assert command(line) == 2
    output = capsys.readouterr()
    assert told in output.err
    assert "Traceback" not in output.err
    assert output.out == ""


def test_a_folder_without_a_result_is_refused(capsys: Output, tmp_path: Path) -> None:
    assert command(f"report {tmp_path}") == 2
    assert "has no manifest.json" in capsys.readouterr().err


def test_interrupt(capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    """130, and one line that says what is kept and how to go on."""
    monkeypatch.setattr(run, "execute", raising(KeyboardInterrupt()))
    assert command("run 'my file.toml' --seed 3") == 130
    assert capsys.readouterr().err == (
        "thirdwave: interrupted; finished results are intact, "
        "to continue: thirdwave run 'my file.toml' --seed 3\n"
    )


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(28, "No space left on device", "results/x"), "results/x: No space left on device"),
        (OSError("no disk"), "no disk"),
        (ValueError("two\nlines"), "ValueError: two lines"),
        (MemoryError(), "MemoryError"),
    ],
)
def test_failures_are_one_line(
    error: Exception, told: str, capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("THIRDWAVE_DEBUG", raising=False)
    monkeypatch.setattr(run, "execute", raising(error))
    assert command("run") == 1
    output = capsys.readouterr()
    assert output.err == f"thirdwave: {told}\n"
    assert output.out == ""


def test_a_pipe_that_breaks_elsewhere_is_a_failure(capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a reader of stdout may leave early: the pipe to a worker is no such thing."""
    monkeypatch.setattr(run, "execute", raising(BrokenPipeError(32, "Broken pipe")))
    assert command("run") == 1
    assert capsys.readouterr().err == "thirdwave: Broken pipe\n"


def test_a_traceback_is_shown_on_request(capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THIRDWAVE_DEBUG", "1")
    monkeypatch.setattr(run, "execute", raising(ValueError("inside")))
    assert command("run") == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_reader_may_leave_early() -> None:
    """`thirdwave parameters | head -1` says nothing and is no failure."""
    with subprocess.Popen(
        [*PROGRAM, "parameters"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
def test_a_full_disk_is_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*PROGRAM, "parameters"], stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1
    assert done.stderr == b"thirdwave: No space left on device\n"


def test_scenarios_that_do_not_fit_together_are_told_with_the_rest(capsys: Output, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("[run]\nseed = 4\n")
    assert command(f"compare closed-door {tmp_path}/other.toml --workers 0") == 2
    told = capsys.readouterr().err
    assert "2 problems" in told
    assert "run.seed = 4" in told
