"""Sweeps that are killed again and again, and still come to the bytes of one that nothing disturbed.

``python -m tests.killed --kills 20`` starts a small sweep as a process of its own, ends it by SIGKILL at a
moment of its work, starts it again with another number of workers, and so on until it is finished; then the
next sweep, until there were so many kills.
"""

import argparse
import os
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import numpy as np

from experiments.engines.local import LocalEngine
from experiments.folders import DRAFT, MANIFEST, PARTIAL
from experiments.sweep.load import load_design
from experiments.sweep.runner import folder_of, sweep
from tests.processes import Program, program, wait_for

DESIGN = """
name = "killed"
savers = 50
years = 1
replications = 1
outcomes = ["gini", "wealth_mean_real", "unmet_months"]
[design]
method = "list"
[design.parameters]
"policy.cap" = {caps}
"""
CELLS = 40
STARTING = 8.0  # s in which a process reads the design, looks at all cells and starts workers
STAGES = ("start", "workers", "middle", "table", "report")
TARGETS = ("the whole session", "the parent alone", "a worker")

# A report takes most of the time of a small sweep; this one takes enough to be killed in, and no more.
SHORT_REPORT = """
import sys, time
from experiments import report
from experiments.cli.main import main

def write(folder, workers=1):
    time.sleep(0.3)
    (folder / "report.html").write_text("report", encoding="utf-8")

report.write_report = write
sys.exit(main(sys.argv[1:]))
"""
type File = tuple[int, int]
"""Inode of a file, and when it was written, ns."""


@dataclass
class Trial:
    """Sweeps of one design that are killed.

    Attributes
    ----------
    folder : Path
        For everything that is written.
    whole : bytes
        Table of the sweep that nothing disturbed.
    chance : Generator
        Says when, and who of the processes.
    entry : tuple of str
        Arguments of Python that make it the command.
    cells : int
    """

    folder: Path
    chance: np.random.Generator
    entry: tuple[str, ...]
    cells: int = CELLS
    whole: bytes = b""
    killed: Counter[tuple[str, str]] = field(default_factory=Counter)
    starts: int = 0

    def __post_init__(self) -> None:
        self.design = self.folder / "killed.toml"
        caps = np.linspace(0.01, 1.0, self.cells).round(4).tolist()
        self.design.write_text(DESIGN.format(caps=caps), encoding="utf-8")
        undisturbed = sweep(load_design(self.design), self.folder / "undisturbed", LocalEngine(1))
        self.whole = (undisturbed.folder / "sweep.parquet").read_bytes()

    def run(self, kills: int) -> None:
        """Kill so often, at each stage in turn, and finish what is left."""
        stages, workers = cycle(STAGES), cycle((2, 1, 3))
        sweeps = 0
        while self.killed.total() < kills:
            sweeps += 1
            out = self.folder / f"out{sweeps}"
            while not self._finished(out, stages, next(workers), kills):
                pass
            self._check_result(out)

    def _finished(self, out: Path, stages: Iterator[str], workers: int, kills: int) -> bool:
        """Start the sweep once and kill it, or let it come to its end; whether it did."""
        folder = folder_of(load_design(self.design), out)
        before = files_of(folder)
        self.starts += 1
        arguments = ("sweep", str(self.design), "--out", str(out), "--workers", str(workers))
        with program(*self.entry, *arguments) as running:
            ended = False
            if self.killed.total() < kills:
                stage = next(stages)
                ended = self._killed(running, folder, stage, workers)
            code = running.ended()
            wait_for(lambda: running.group() == [])
            assert code == (-signal.SIGKILL if ended else 0), running.said
        assert before.items() <= files_of(folder).items(), "a finished cell ran twice"
        assert (folder / MANIFEST).exists() == (not ended), "a folder is taken for a result before its end"
        return not ended

    def _killed(self, running: Program, folder: Path, stage: str, workers: int) -> bool:
        """Kill somebody at a moment of a stage; whether that ends the sweep."""
        moment = self._moment(folder, stage)
        running.wait_for(lambda: moment() or running.process.poll() is not None, pause=0.002)
        if running.process.poll() is not None:
            return False
        target = TARGETS[self.chance.integers(len(TARGETS))]
        at_work = running.workers()
        if target == "a worker" and not at_work:
            target = "the parent alone"
        self.killed[stage, target] += 1
        done = len(files_of(folder))
        print(f"{self.killed.total():3d}. {target} at stage {stage}, {done} cells finished", flush=True)
        match target:
            case "the whole session":
                os.killpg(running.process.pid, signal.SIGKILL)
            case "the parent alone":
                os.kill(running.process.pid, signal.SIGKILL)
            case _:
                os.kill(at_work[self.chance.integers(len(at_work))], signal.SIGKILL)
        return target != "a worker"

    def _moment(self, folder: Path, stage: str) -> Callable[[], bool]:
        """What tells that the moment has come, from what is in the folder."""
        began = time.monotonic()
        there = len(files_of(folder))
        left = set(folder.glob(f"{PARTIAL}*"))
        match stage:
            case "start":
                wait = self.chance.uniform(0.0, STARTING)
                return lambda: time.monotonic() - began > wait
            case "workers":
                return lambda: len(files_of(folder)) > there
            case "middle":
                wanted = min(there + int(self.chance.integers(2, max(3, self.cells - there))), self.cells)
                return lambda: len(files_of(folder)) >= wanted
            case "table":
                return lambda: bool(set(folder.glob(f"{PARTIAL}*")) - left)
            case _:
                return lambda: any((one / DRAFT).exists() for one in set(folder.glob(f"{PARTIAL}*")) - left)

    def _check_result(self, out: Path) -> None:
        (folder,) = out.iterdir()
        assert (folder / "sweep.parquet").read_bytes() == self.whole, "the bytes of the table differ"
        assert len(files_of(folder)) == self.cells
        left = [path.name for path in folder.rglob("*") if ".part" in path.name.replace(".parquet", "")]
        assert left == [], "something half-written is left"


def files_of(folder: Path) -> dict[str, File]:
    """Finished cells of a sweep, each with what tells whether it was written again."""
    found = {}
    for path in (folder / "cells").glob("*.json"):
        stat = path.stat()
        found[path.name] = (stat.st_ino, stat.st_mtime_ns)
    return found


def main() -> None:
    """Kill, and say what was done."""
    parser = argparse.ArgumentParser(prog="python -m tests.killed", description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        began = time.monotonic()
        trial = Trial(Path(name), np.random.default_rng(asked.seed), ("-m", "experiments"))
        trial.run(asked.kills)
    for (stage, target), times in sorted(trial.killed.items()):
        print(f"{times:3d} x {target} at stage {stage}")
    print(
        f"{trial.killed.total()} kills, {trial.starts} starts of sweeps of {trial.cells} cells,"
        f" {time.monotonic() - began:.0f} s: every table has the bytes of the undisturbed sweep,"
        " no finished cell ran twice, no process and nothing half-written was left"
    )


if __name__ == "__main__":
    main()
