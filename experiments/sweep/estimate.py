"""What a sweep would take: cells, simulations, time and disk; nothing is written to find out."""

import shutil
import statistics
import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from environment.problems import Problem, ScenarioError
from environment.scenario import Scenario
from experiments.sweep.design import Design
from experiments.sweep.plan import Plan, plan
from experiments.sweep.program_hash import program_hash
from experiments.sweep.runner import store_of
from experiments.sweep.sampling import count_of
from experiments.sweep.work import simulate_cell

BYTES_A_REPLICATION: Final = 4096 + 256
"""A file of the store takes a block of the disk; its row in the table is far smaller."""
_BYTES_OF_THE_REST: Final = 20_000_000  # report, figures and tables
SECONDS_OF_THE_REPORT: Final = 40
"""Analysis and figures take from 5 s (two keys and outcomes of a grid) to 40, once all cells are there."""
_TIMED: Final = 20  # finished replications whose time is looked at
_SHORT_YEARS: Final = 1
_FEW_SAVERS: Final = 200


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a sweep would take.

    Attributes
    ----------
    plan : Plan
    simulations, finished : int
        Replications of all cells, those of a first batch under a stopping rule, and how many are there.
    seconds_each : float
        What one takes: the median of those finished, else from a run of a year on this machine.
    disk_bytes, free_bytes : int
        What the folder may come to, and what the disk has left.
    """

    plan: Plan
    simulations: int
    finished: int
    seconds_each: float
    disk_bytes: int
    free_bytes: int

    def seconds(self, workers: int) -> float:
        """Time that what is missing takes some workers, were each as fast as one alone."""
        return (self.simulations - self.finished) * self.seconds_each / workers


def estimate(design: Design, out: Path) -> Estimate:
    """Look at all cells of a design, at what is finished of them, and time a short run.

    Raises
    ------
    ScenarioError
        When there are more cells than the disk can hold, or none that can be simulated.
    """
    check_disk(design, out)
    planned, store = plan(design), store_of(design, out)
    addresses = {cell.address for cell in planned.cells}
    wanted = [(address, number) for address in sorted(addresses) for number in range(design.replications)]
    finished = sum(store.holds(*one) for one in wanted)
    timed = list(islice(store.seconds(), _TIMED))
    seconds = statistics.median(timed) if timed else _timed(design)
    return Estimate(planned, len(wanted), finished, seconds, _bytes(design), _free(out))


def check_disk(design: Design, out: Path) -> None:
    """Refuse a design of more cells than the disk has room for.

    Raises
    ------
    ScenarioError
        With the cells there is room for.
    """
    free = _free(out)
    if _bytes(design) > free:
        room = max(0, free - _BYTES_OF_THE_REST) // (BYTES_A_REPLICATION * _most(design))
        message = f"needs {_bytes(design) / 1e9:,.1f} GB, and the disk has {free / 1e9:,.1f} GB left"
        raise ScenarioError(
            [Problem(design.place, "design", f"{count_of(design):,} cells", f"{room:,} cells", None, message)]
        )


def _timed(design: Design) -> float:
    """Seconds of one replication, from a short one: its opening, and its months multiplied.

    A few savers go first, untimed: they load the compiled loops, or compile them where no run has yet.
    """
    years = design.base.whole("run.years")
    short = min(years, _SHORT_YEARS)
    _run(design.base.replace(savers=min(design.base.whole("run.savers"), _FEW_SAVERS), years=short))
    opening = _run(design.base.replace(years=0))
    if not years:
        return opening
    return opening + max(0.0, _run(design.base.replace(years=short)) - opening) * years / short


def _run(scenario: Scenario) -> float:
    start = time.perf_counter()
    simulate_cell(scenario, 0, (), program_hash())
    return time.perf_counter() - start


def _most(design: Design) -> int:
    return design.replications if design.stopping is None else design.stopping.most


def _bytes(design: Design) -> int:
    return count_of(design) * _most(design) * BYTES_A_REPLICATION + _BYTES_OF_THE_REST


def _free(out: Path) -> int:
    existing = next(path for path in (out.absolute(), *out.absolute().parents) if path.exists())
    return shutil.disk_usage(existing).free
