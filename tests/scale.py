"""What a sweep takes as it grows: memory of the process that hands out the work, and time on two workers.

``python -m tests.scale --cells 200`` prints both. Memory is that of the parent alone, for 40 and 1,000 cells
of a few savers on two workers. Time is that of cells of 2,000 savers and 40 years, with one worker and with
two in turns; the ratio is the time with two over half of that with one, 1 being a perfect share of the work.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

DESIGN = """
savers = {savers}
years = {years}
replications = 1
outcomes = ["gini", "wealth_mean_real", "net_transfer_usd"]
[design]
method = "list"
[design.parameters]
"policy.cap" = {caps}
"""
FEW, MANY = 40, 1000
MEASURED = """
import json, resource, sys
from experiments.cli.main import main
from experiments.simulate import BYTES_A_UNIT

code = main(sys.argv[1:])
own, theirs = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
cpu = sum(one.ru_utime + one.ru_stime for one in (own, theirs))
print(json.dumps({"peak_mb": own.ru_maxrss * BYTES_A_UNIT / 1e6, "cpu": cpu}))
sys.exit(code)
"""


@dataclass(frozen=True)
class Spent:
    """What a sweep took.

    Attributes
    ----------
    wall, cpu : float
        s, from the start of its process to its end; processor time is that of workers too.
    peak_mb : float
        Largest resident memory of the process that hands out the work, MB.
    """

    wall: float
    cpu: float
    peak_mb: float


def design(folder: Path, cells: int, savers: int, years: int) -> Path:
    """A sweep file of so many cells."""
    caps = np.linspace(0.0, 1.0, cells + 1)[1:].tolist()
    path = folder / f"{cells}-cells.toml"
    path.write_text(DESIGN.format(savers=savers, years=years, caps=caps), encoding="utf-8")
    return path


def spent(path: Path, out: Path, workers: int) -> Spent:
    """Sweep in a process of its own."""
    command = [sys.executable, "-c", MEASURED, "sweep", str(path), "--out", str(out), "--quiet"]
    began = time.perf_counter()
    done = subprocess.run(
        [*command, "--workers", str(workers)], check=True, stdout=subprocess.PIPE, text=True
    )
    wall = time.perf_counter() - began
    told = json.loads(done.stdout.splitlines()[-1])
    return Spent(wall, told["cpu"], told["peak_mb"])


def _print(cells: int, workers: int, one: Spent) -> None:
    print(f"{cells:5d} {workers:8d} {one.wall:8.1f} {one.cpu:8.1f} {one.peak_mb:8.0f}", flush=True)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.scale", description=__doc__)
    parser.add_argument("--cells", type=int, default=200, help="of the sweep that is timed; 0 leaves it out")
    parser.add_argument("--turns", type=int, default=1, help="how often it is timed")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print("cells  workers   wall s    cpu s  peak of the parent MB")
        for cells in (FEW, MANY):
            one = spent(design(folder, cells, 20, 0), folder / "memory", 2)
            _print(cells, 2, one)
        if not asked.cells:
            return
        path = design(folder, asked.cells, 2000, 40)
        walls: dict[int, list[float]] = {1: [], 2: []}
        for turn in range(asked.turns):
            for workers, measured in walls.items():
                one = spent(path, folder / f"time-{turn}-{workers}", workers)
                print(
                    f"{asked.cells:5d} {workers:8d} {one.wall:8.1f} {one.cpu:8.1f} {one.peak_mb:8.0f}",
                    flush=True,
                )
                measured.append(one.wall)
        ratio = sum(walls[2]) / (sum(walls[1]) / 2)
        print(f"two workers take {ratio:.2f} of half the time of one")


if __name__ == "__main__":
    main()
