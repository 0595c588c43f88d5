"""Time and memory of a stretch of work, and of the steps of the model's month."""

import gc
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from statistics import median
from typing import Any

import numpy as np

from environment.model import World
from environment.savers import Savers
from environment.scenario import Scenario
from environment.tables import Column

STEPS = tuple(name for name in World.step.__code__.co_names if callable(getattr(World, name, None)))
"""Methods that `World.step` calls, in its order: the steps of the month."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a piece of work took, seconds: by the clock on the wall, and of all cores together."""

    wall: float
    cpu: float


def time_of(work: Callable[[], object]) -> Spent:
    """Do some work and say what it took; what earlier work left behind is cleared away before."""
    gc.collect()
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu)


def middle(measured: list[Spent]) -> Spent:
    """Medians of repeated measurements."""
    return Spent(median(one.wall for one in measured), median(one.cpu for one in measured))


class TimedWorld(World):
    """A world that keeps the time each step of its months took.

    Parameters
    ----------
    scenario : Scenario

    Attributes
    ----------
    seconds : dict of str to float
        Wall time so far by name of the step, in the order of the month.
    """

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario, handles=False)
        self.seconds = dict.fromkeys(STEPS, 0.0)
        for name in STEPS:
            setattr(self, name, self._timed(name, getattr(self, name)))

    def _timed(self, name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*arguments: Any) -> Any:  # noqa: ANN401 - whatever the step takes and gives
            start = time.perf_counter()
            given = step(*arguments)
            self.seconds[name] += time.perf_counter() - start
            return given

        return timed


def bytes_a_saver(savers: Savers) -> float:
    """Memory of the columns of savers and of who they are, bytes a row."""
    columns = {id(column): column.nbytes for column in _columns(savers, savers.size)}
    return sum(columns.values()) / savers.size


def _columns(table: object, rows: int) -> Iterator[Column]:
    """The arrays with a row a saver in a dataclass and in those within it, one that has two names twice."""
    for one in fields(table) if is_dataclass(table) else ():
        value = getattr(table, one.name)
        if isinstance(value, np.ndarray) and value.ndim and len(value) == rows:
            yield value
        elif is_dataclass(value):
            yield from _columns(value, rows)
