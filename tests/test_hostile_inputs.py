"""Five hundred hostile inputs and more: each is refused by name, and none of them reaches the model.

Every one goes through the command line, in this process: exit code 2, the place and the key that are wrong,
what is allowed, no traceback, and nothing written.
"""

import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from hypothesis import example, given, settings

from environment.input_tables import FORMATS
from environment.model import World
from experiments.cli.main import main
from experiments.load import load_scenario
from tests import hostile
from tests.broken_tables import BREAKAGES, GOOD
from tests.hostile import Hostile


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The working folder, in which a folder bears the name of a table, and no world can be made."""
    path = tmp_path_factory.mktemp("hostile")
    (path / "folder.csv").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(path)
        patch.setattr(World, "__init__", reached)
        yield path


def reached(*_: object) -> None:
    raise AssertionError("the input has reached the model")


def refused(*arguments: str, command: str = "run") -> str:
    """What a command says that refuses its input."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main([command, *arguments, "--out", "written/results", "--workers", "1"])
    told = err.getvalue()
    assert code == 2, told
    assert out.getvalue() == ""
    assert "Traceback" not in told
    assert "nothing was written" in told
    assert told.isprintable() or all(line.isprintable() for line in told.splitlines())
    assert not Path("written").exists()
    return told


def line_with(told: str, words: str) -> str:
    """The one line that has some words and says what is allowed."""
    lines = [line for line in told.splitlines() if words in line]
    assert lines, f"{words} is not in:\n{told}"
    assert all("; allowed: " in line for line in lines)
    return lines[0]


@settings(max_examples=180)
@given(hostile.wrong_lines())
def test_wrong_values_in_a_file(folder: Path, wrong: Hostile) -> None:
    Path("mine.toml").write_text(f'description = "mine"\n{wrong.key} = {wrong.text}\n', encoding="utf-8")
    assert line_with(refused("mine.toml"), f"mine.toml: {wrong.key}")


@settings(max_examples=180)
@given(hostile.wrong_settings())
def test_wrong_values_of_settings(folder: Path, wrong: Hostile) -> None:
    assert line_with(refused("--set", f"{wrong.key}={wrong.text}"), f"--set: {wrong.key}")


@settings(max_examples=60)
@given(hostile.misspelt_keys())
def test_misspelt_keys_are_told_with_the_nearest(folder: Path, wrong: Hostile) -> None:
    Path("mine.toml").write_text(f"{wrong.key} = {wrong.text}\n", encoding="utf-8")
    line = line_with(refused("mine.toml"), f"mine.toml: {wrong.key}")
    assert "is not a known key" in line
    assert "; nearest known name: " in line


@settings(max_examples=50)
@given(hostile.contradictory())
def test_contradictions(folder: Path, text: str) -> None:
    Path("mine.toml").write_text(text, encoding="utf-8")
    _, line = refused("mine.toml").splitlines()
    place, key = line.strip().split(": ")[:2]
    assert place == "mine.toml"
    assert key.partition(" = ")[0].rpartition(".")[2] in text
    assert "; allowed: " in line


@settings(max_examples=40)
@given(hostile.no_toml())
@example(b"\xff")
def test_files_that_are_no_scenarios(folder: Path, content: bytes) -> None:
    Path("mine.toml").write_bytes(content)
    assert line_with(refused("mine.toml"), "mine.toml")


@pytest.mark.parametrize("key", sorted(GOOD))
@pytest.mark.parametrize("how", sorted(BREAKAGES))
def test_tables_as_spreadsheets_break_them(key: str, how: str, folder: Path) -> None:
    """The line names the file, whatever row and cell are hit."""
    for pick in (0, 8, 13, 1000):
        Path("table.csv").write_bytes(BREAKAGES[how](GOOD[key], pick))
        assert line_with(refused("--set", f"{key}=table.csv"), "table.csv")


@pytest.mark.parametrize("key", sorted(GOOD))
def test_the_tables_that_are_broken_are_right_before(key: str, folder: Path) -> None:
    Path("table.csv").write_text(GOOD[key], encoding="utf-8")
    assert key in load_scenario("open-access", ["run.years=10", f"{key}=table.csv"]).tables


def test_every_table_is_broken_in_these_ways() -> None:
    assert GOOD.keys() == FORMATS.keys()


@pytest.mark.parametrize(
    "name", ["folder.csv", "no/such.toml", "mine.csv/x.toml", "loop", "gone", "/dev/zero", ""]
)
def test_paths_that_lead_to_no_scenario(name: str, folder: Path) -> None:
    for link, target in (("loop", "loop"), ("gone", "nowhere")):
        if not Path(link).is_symlink():
            Path(link).symlink_to(target)
    Path("base.toml").write_text(f'extends = "{name}"', encoding="utf-8")
    assert refused(name)
    assert line_with(refused("base.toml"), name or "base.toml")


def test_a_table_without_end(folder: Path) -> None:
    Path("endless.csv").symlink_to("/dev/zero")
    assert "larger than" in line_with(refused("--set", "population.ages=endless.csv"), "endless.csv")


def test_thousands_of_values(folder: Path) -> None:
    """They are refused at once: to look for what each of them resembles would take minutes."""
    lines = [f"polixy.cap{number} = {number}" for number in range(30_000)]
    Path("mine.toml").write_text("\n".join(lines), encoding="utf-8")
    assert line_with(refused("mine.toml"), "mine.toml: has more than")


def test_all_problems_of_all_places_are_told_at_once(folder: Path) -> None:
    """Also to who compares scenarios: each place once."""
    Path("base.toml").write_text("run.savers = -1\npolicy.cap = nan\n", encoding="utf-8")
    Path("mine.toml").write_text('extends = "base.toml"\npolicy.cpa = 1\n', encoding="utf-8")
    told = refused("mine.toml", "base.toml", "--set", "run.start=2025", "--years", "x", command="compare")
    for words in (
        "base.toml: run.savers",
        "base.toml: policy.cap",
        "mine.toml: policy.cpa",
        "--set: run.start",
        "--years",
    ):
        assert line_with(told, words)
    assert told.startswith("thirdwave: 5 problems")


@pytest.mark.parametrize(
    "arguments",
    [
        ["mine.toml"],
        ["--set", "population.ages=table.csv"],
        ["--set", "market.volatility.gold=1e999", "--seed", "-1"],
    ],
)
def test_the_program_itself_ends_with_code_2(arguments: list[str], folder: Path) -> None:
    Path("mine.toml").write_bytes(b"\xff\xfe[policy]")
    Path("table.csv").write_bytes(BREAKAGES["UTF-16 with a mark"](GOOD["population.ages"], 0))
    command = [sys.executable, "-m", "experiments", "run", *arguments, "--out", "written"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert line_with(done.stderr, arguments[-1].partition("=")[2] or arguments[0])
    assert not Path("written").exists()
