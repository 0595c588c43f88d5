"""What ends a command before its end: Ctrl-C, a killed process, a full disk, a folder that takes nothing.

Nothing half-written is taken for a result, no process is left behind, and the reason is told in one line.
What becomes of workers when this or that process is killed is in tests/experiments/test_workers.py.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from experiments import folders
from experiments.cli.main import main
from experiments.compare import compare
from experiments.folders import Finish
from experiments.load import load_scenario
from experiments.results import read_result, write_result
from tests.processes import needs_processes, program, wait_for
from tests.runs import simulated

TINY = ("run.savers=50", "run.years=0", "run.replications=1")
LONG = "run open-access --savers 50 --years 1 --replications 2000 --workers 2"


@needs_processes
def test_ctrl_c_ends_everything_and_says_how_to_go_on(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with program("-m", "experiments", *LONG.split(), "--out", str(out)) as running:
        running.wait_until_it_says("replication 1")
        os.killpg(running.process.pid, signal.SIGINT)
        assert running.ended() == 130
        wait_for(lambda: running.group() == [])
        assert "Traceback" not in running.said
        told = (
            f"thirdwave: interrupted; finished results are intact, to continue: thirdwave {LONG} --out {out}"
        )
        assert running.last_line == told
    assert not out.exists()


KILLED_WHILE_WRITING = """
import os, signal, sys
from pathlib import Path
import numpy as np
from experiments.folders import TableFiles, staged, write_manifest

with staged(Path(sys.argv[1])) as folder:
    with TableFiles(folder.path) as files:
        files.add({"monthly": {"month": np.ones(1)}})
    write_manifest({"status": "complete"}, folder.path)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_process_killed_while_it_writes_leaves_no_result(tmp_path: Path) -> None:
    """No folder has a manifest, nothing is taken for a result, and the next one is none the worse."""
    arguments = [sys.executable, "-c", KILLED_WHILE_WRITING, str(tmp_path)]
    assert subprocess.run(arguments, check=False).returncode == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".partial-")
    assert (left / "monthly.parquet").is_file()
    assert list(tmp_path.rglob("manifest.json")) == []
    assert main(["report", str(left)]) == 2
    result = simulated("closed-door", *TINY)
    assert read_result(write_result(result, tmp_path)).summary == result.summary
    assert len(list(tmp_path.rglob("manifest.json"))) == 1


class Killed(BaseException):
    """Ends the process in the eyes of the code under test."""


def write_run(out: Path, finish: Finish) -> Path:
    return write_result(simulated("closed-door", *TINY), out, finish=finish)


def write_pair(out: Path, finish: Finish) -> Path:
    base, other = (load_scenario(name, TINY) for name in ("closed-door", "open-access"))
    return compare(base, [other], out, finish)[0]


@pytest.mark.parametrize(("write", "tables"), [(write_run, 12), (write_pair, 25)])
def test_killed_before_the_report_is_done_nothing_is_a_result(
    write: Callable[[Path, Finish], Path], tables: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor are the results inside a comparison: the disk stays as a killed process leaves it."""

    def die(folder: Path) -> None:
        raise Killed

    monkeypatch.setattr(folders, "_discard", lambda _: None)
    with pytest.raises(Killed):
        write(tmp_path, die)
    assert len(list(tmp_path.rglob("*.parquet"))) == tables
    assert list(tmp_path.rglob("manifest.json")) == []


# A limit on the size of files stands for a full disk.
FULL_DISK = """
import resource, sys
from pathlib import Path
from experiments import report
from experiments.cli.main import main

write = report.write_report
report.write_report = lambda folder, **more: (print("the tables are written"), write(folder, **more))
for limit in map(int, sys.argv[2:]):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    size = "--savers 50 --years 0 --replications 1 --workers 1"
    print(main(f"run closed-door {size} --quiet --json --out {Path(sys.argv[1]) / str(limit)}".split()))
"""


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    """While it writes the tables, and while it writes the report after them."""
    assert (
        len(simulated("closed-door", *TINY).savers) == 50
    )  # all is compiled: the limit would hold for that too
    limits = ("1000", "100000")
    arguments = [sys.executable, "-c", FULL_DISK, str(tmp_path), *limits]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["1", "the tables are written", "1"]
    told = done.stderr.splitlines()
    assert len(told) == 2
    assert all(line.startswith("thirdwave: ") and "File too large" in line for line in told)
    assert not any((tmp_path / limit).exists() for limit in limits)


def test_a_folder_that_cannot_be_written_is_refused_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever runs this may be allowed to write anywhere, so the system's answer is replaced."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert main(["run", "--out", str(tmp_path / "results")]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "--out" in told.err
    assert "read-only" in told.err
    assert list(tmp_path.iterdir()) == []
