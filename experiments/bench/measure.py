"""The benchmark: the whole model at several sizes, replications, and the simple month in two programs.

All are measured in turns and the medians told, since a busy machine may slow any one of them down.
"""

import os
import platform
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Any, Final

from environment.scenario import Scenario
from experiments.bench.columns import ColumnModel
from experiments.bench.plain_mesa import PlainModel
from experiments.bench.timing import STEPS, Spent, TimedWorld, bytes_a_saver, middle, time_of
from experiments.bench.workload import Workload
from experiments.program import versions
from experiments.replication import replicate
from experiments.simulate import Progress, peak_memory_mb

type Pieces = Iterator[tuple[str, Callable[[], None]]]

REPLICATION_SAVERS: Final = 2_000
"""The size of a cell of a sweep."""
MOST_MESA_SAVERS: Final = 10_000
"""Plain Mesa takes as long a saver-month at 10,000 savers as at 1,000,000."""
MONTHS_A_YEAR: Final = 12
NANO: Final = 1e9


class Bench:
    """The measurements of one benchmark.

    Parameters
    ----------
    scenarios : sequence of Scenario
        One a size, all of the same length of at least a year.
    """

    def __init__(self, scenarios: Sequence[Scenario]) -> None:
        self.scenarios = sorted(scenarios, key=lambda one: one.whole("run.savers"))
        self.months = self.scenarios[0].months
        self._opening: dict[int, list[Spent]] = defaultdict(list)
        self._running: dict[int, list[Spent]] = defaultdict(list)
        self._steps: dict[int, Counter[str]] = defaultdict(Counter)
        self._bytes: dict[int, float] = {}
        self._peak: dict[int, float] = {}
        self._replication: list[Spent] = []
        self._simple: dict[str, list[Spent]] = defaultdict(list)
        savers = min(self.scenarios[-1].whole("run.savers"), MOST_MESA_SAVERS)
        self._workload = Workload.draw(savers, self.months)

    def run(self, repeats: int, progress: Progress | None = None) -> dict[str, Any]:
        """Measure everything a number of times in turns.

        Parameters
        ----------
        repeats : int
            At least 1.
        progress : callable, optional
            Called before every measurement.

        Returns
        -------
        dict
            Ready for JSON; `docs/performance.md` explains the keys.
        """
        _warm_up(self.scenarios[0])
        pieces = list(chain.from_iterable(self._pieces() for _ in range(repeats)))
        for number, (name, measure) in enumerate(pieces):
            if progress is not None:
                progress(number, len(pieces), name)
            measure()
        return {**self._told(), "repeats": repeats, "machine": _machine()}

    def _pieces(self) -> Pieces:
        """One turn, small before large, so that the first gives the peak of memory of every size."""
        for scenario in self.scenarios:
            savers = scenario.whole("run.savers")
            yield f"the model, {savers:,} savers", partial(self._measure_world, scenario)
        yield f"a replication, {REPLICATION_SAVERS:,} savers", self._measure_replication
        yield "the simple month, columns", partial(self._measure_simple, "columns", ColumnModel)
        yield "the simple month, plain Mesa", partial(self._measure_simple, "mesa", PlainModel)

    def _measure_world(self, scenario: Scenario) -> None:
        savers, made = scenario.whole("run.savers"), list[TimedWorld]()
        self._opening[savers].append(time_of(lambda: made.append(TimedWorld(scenario))))
        world = made[0]
        self._running[savers].append(time_of(lambda: world.run_for(self.months)))
        self._steps[savers].update(world.seconds)
        self._bytes[savers] = bytes_a_saver(world.savers)
        self._peak.setdefault(savers, peak_memory_mb())

    def _measure_replication(self) -> None:
        scenario = self.scenarios[0].replace(savers=REPLICATION_SAVERS)
        self._replication.append(time_of(lambda: replicate(scenario, 0)))

    def _measure_simple(self, name: str, program: type[ColumnModel] | type[PlainModel]) -> None:
        model = program(self._workload)
        self._simple[name].append(time_of(lambda: model.run_for(self.months)))

    def _told(self) -> dict[str, Any]:
        sizes = [self._size(savers) for savers in self._running]
        largest, replication, simple = sizes[-1], middle(self._replication), self._simple_month()
        mesa = simple["mesa_cpu_ns_per_saver_month"]  # of CPU, since a busy machine stretches the wall's time
        return {
            "ns_per_saver_month": largest["ns_per_saver_month"],
            "cpu_ns_per_saver_month": largest["cpu_ns_per_saver_month"],
            "bytes_per_saver": largest["bytes_per_saver"],
            "peak_rss_mb": largest["peak_rss_mb"],
            "mesa_ratio": mesa / largest["cpu_ns_per_saver_month"],
            "mesa_ratio_same_month": mesa / simple["columns_cpu_ns_per_saver_month"],
            "size_ratio": _size_ratio(sizes),
            "replications_per_second": 1.0 / replication.wall,
            "years": self.months // MONTHS_A_YEAR,
            "sizes": sizes,
            "replication": {
                "savers": REPLICATION_SAVERS,
                "seconds": replication.wall,
                "cpu_seconds": replication.cpu,
            },
            "simple_month": simple,
        }

    def _size(self, savers: int) -> dict[str, Any]:
        opening, running, steps = (
            middle(self._opening[savers]),
            middle(self._running[savers]),
            self._steps[savers],
        )
        scale, whole = NANO / (savers * self.months), steps.total()
        return {
            "savers": savers,
            "ns_per_saver_month": scale * running.wall,
            "cpu_ns_per_saver_month": scale * running.cpu,
            "seconds": running.wall,
            "opening_seconds": opening.wall,
            "bytes_per_saver": self._bytes[savers],
            "peak_rss_mb": self._peak[savers],
            "steps": {name.removeprefix("_"): steps[name] / whole for name in STEPS},
        }

    def _simple_month(self) -> dict[str, Any]:
        scale = NANO / (self._workload.savers * self.months)
        told: dict[str, Any] = {"savers": self._workload.savers}
        for name, measured in self._simple.items():
            spent = middle(measured)
            told[f"{name}_ns_per_saver_month"] = scale * spent.wall
            told[f"{name}_cpu_ns_per_saver_month"] = scale * spent.cpu
        return told


def _size_ratio(sizes: Sequence[dict[str, Any]]) -> float | None:
    """CPU time a saver-month at the largest size over that at the next; None when there is one size alone."""
    if len(sizes) == 1:
        return None
    next_largest, largest = (size["cpu_ns_per_saver_month"] for size in sizes[-2:])
    return float(largest / next_largest)


def _warm_up(scenario: Scenario) -> None:
    """Load or compile every loop, and let both programs of the simple month run once."""
    few = scenario.replace(savers=50, years=1)
    replicate(few, 1)
    workload = Workload.draw(50, few.months)
    for program in (PlainModel, ColumnModel):
        program(workload).run_for(few.months)


def _machine() -> dict[str, Any]:
    """What the figures depend on; no name of the machine."""
    return {
        "cores": os.cpu_count(),
        "system": platform.system(),
        "architecture": platform.machine(),
        "versions": versions(),
    }
