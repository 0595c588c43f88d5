"""What a disk does to results: full at any moment, or shared with another run that writes the same.

A disk that fills up while the tables or the report are written is in tests/test_interruption.py too.
"""

import json
import shlex
import subprocess
import sys
from pathlib import Path
from threading import Barrier, Thread

import pytest

from experiments import folders, report
from experiments.cli.main import main
from experiments.folders import content_hash, staged, write_manifest
from experiments.results import read_result, write_result
from tests.runs import simulated

TINY = ("run.savers=50", "run.years=0", "run.replications=1")
SMALL = "--savers 50 --years 0 --replications 1 --workers 1 --quiet"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def whole(folder: Path) -> bool:
    """Whether the files of a result are those that its manifest speaks of."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return bool(content_hash(folder) == manifest["content_sha256"]) and folder.name.endswith(
        manifest["content_sha256"][:8]
    )


# A limit on the size of files stands for a disk that is full at another moment each time.
FULL_DISK = """
import resource, sys
from pathlib import Path
from experiments.load import load_scenario
from experiments.results import write_result
from experiments.simulate import simulate

out, settings = Path(sys.argv[1]), sys.argv[2].split()
result = simulate(load_scenario("closed-door", settings))
report = lambda folder: (folder / "report.html").write_bytes(bytes(300_000))
print(write_result(result, out, finish=report).name)
for limit in map(int, sys.argv[3:]):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        write_result(result, out, finish=report)
        print("written")
    except OSError as error:
        print(error)
"""


def test_a_full_disk_leaves_an_earlier_result_as_it_was(tmp_path: Path) -> None:
    """Whichever file does not find room, from the first table to the report."""
    assert len(simulated("closed-door", *TINY).savers) == 50  # compiled before there is a limit
    limits = [0, *(3**power for power in range(5, 12)), 10**9]
    arguments = [sys.executable, "-c", FULL_DISK, str(tmp_path), " ".join(TINY), *map(str, limits)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    name, *outcomes = done.stdout.splitlines()
    assert outcomes[-1] == "written"
    assert all("File too large" in outcome for outcome in outcomes[:-1])
    assert names(tmp_path) == [name]
    assert whole(tmp_path / name)
    assert (tmp_path / name / "report.html").is_file()


# The report takes time, and what happens to it is what happens to the other files.
WITHOUT_REPORT = """
import sys
from experiments import report
from experiments.cli.main import main

report.write_report = lambda *_, **__: None
sys.exit(main(sys.argv[1:]))
"""


def test_two_runs_into_one_folder_leave_one_whole_result(tmp_path: Path) -> None:
    arguments = ["run", "closed-door", *SMALL.split(), "--out", str(tmp_path)]
    command = [sys.executable, "-c", WITHOUT_REPORT, *arguments]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    told = [one.communicate(timeout=120) for one in running]
    assert [one.returncode for one in running] == [0, 0], told
    (result,) = tmp_path.iterdir()
    assert {out.splitlines()[-1] for out, _ in told} == {str(result)}
    assert whole(result)
    assert read_result(result).summary


def test_results_published_at_the_same_moment(tmp_path: Path) -> None:
    """Nobody fails, one of them stays, and it is whole: many times, since the moments have to meet."""
    writers, rounds = 4, 25
    meet, failed = Barrier(writers, timeout=60), []

    def publish(writer: int) -> None:
        try:
            for _ in range(rounds):
                with staged(tmp_path) as folder:
                    for part in ("a", "b"):
                        (folder.path / part).write_text(str(writer), encoding="utf-8")
                    write_manifest({}, folder.path)
                    meet.wait()
                    folder.publish("result")
        except BaseException as error:
            failed.append(error)
            meet.abort()

    threads = [Thread(target=publish, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert names(tmp_path) == ["result"]
    assert names(tmp_path / "result") == ["a", "b", "manifest.json"]
    assert (tmp_path / "result" / "a").read_text() == (tmp_path / "result" / "b").read_text()


@pytest.mark.parametrize("kind", ["file", "link", "empty folder", "full folder"])
def test_whatever_bears_the_name_of_a_result_gives_way(kind: str, tmp_path: Path) -> None:
    result = simulated("closed-door", *TINY)
    out = tmp_path / "out"
    target = write_result(result, tmp_path / "before")
    target = out / target.name
    out.mkdir()
    if kind == "file":
        target.write_text("mine", encoding="utf-8")
    elif kind == "link":
        target.symlink_to(tmp_path / "before")
    else:
        target.mkdir()
        if kind == "full folder":
            (target / "manifest.json").write_text("{}", encoding="utf-8")
    assert write_result(result, out) == target
    assert not target.is_symlink()
    assert names(out) == [target.name]
    assert whole(target)


def test_a_name_that_cannot_be_given_is_told_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that takes no new name, as one of another owner does."""

    def refuse(folder: Path, target: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr(folders, "_renamed", refuse)
    monkeypatch.setattr(report, "write_report", lambda *_, **__: None)
    assert main(shlex.split(f"run closed-door {SMALL} --out {tmp_path}")) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines()[-1].endswith("Permission denied")
    assert "Traceback" not in told.err
    assert names(tmp_path) == []
