"""Rounds of a sweep: what is missing is simulated, then cells whose intervals are too wide get another batch.

Whether a cell goes on is decided on whole batches counted from replication 0, never on what has arrived, so
that neither workers nor interruptions change what is simulated. The rule is that of Chow and Robbins (1965):
stop at the first batch with all half widths as wanted.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field

import numpy as np

from experiments.engines import Engine, Lost
from experiments.intervals import mean_and_half_width
from experiments.simulate import Progress
from experiments.sweep.design import Design
from experiments.sweep.plan import Failure, Plan, Planned, scenario_of
from experiments.sweep.program_hash import program_hash
from experiments.sweep.store import Store
from experiments.sweep.work import Broken, Simulated, simulate_cell

type Task = tuple[str, int]
"""Address of a cell, and a replication."""


@dataclass
class Rounds:
    """What is known of a sweep while its cells are simulated.

    Attributes
    ----------
    wanted : dict of int to int
        Replications that each cell is to have, by its number, so far as is known.
    broken : dict of str to (int, str)
        Replication and reason of cells that are set aside, by address.
    """

    design: Design
    planned: Plan
    store: Store
    engine: Engine
    progress: Progress | None
    wanted: dict[int, int] = field(default_factory=dict)
    broken: dict[str, tuple[int, str]] = field(default_factory=dict)
    ran: int = 0

    def another(self) -> bool:
        """Simulate what is missing, then widen what is not precise enough; False when nothing was."""
        if not self.wanted:
            self.wanted = {cell.number: self.design.replications for cell in self.planned.cells}
        missing = self._missing()
        total = self._total()
        done = total - len(missing)
        if missing:
            self._say(done, total, "starting")
        with closing(self.engine.each_finished(simulate_cell, self._tasks(missing))) as finished:
            for (address, replication), answer in finished:
                self._take(address, replication, answer)
                done += 1
                self._say(done, total, f"cell {missing[address, replication].number}")
        return self._widened()

    def alive(self) -> list[Planned]:
        """Cells that no replication failed of, in order."""
        return [cell for cell in self.planned.cells if cell.address not in self.broken]

    def failures(self) -> list[Failure]:
        """Cells that are set aside, in order."""
        broken = [
            Failure(cell.number, cell.values, *self.broken[cell.address])
            for cell in self.planned.cells
            if cell.address in self.broken
        ]
        return sorted([*self.planned.impossible, *broken], key=lambda one: one.number)

    def _missing(self) -> dict[Task, Planned]:
        """Replications to simulate, the first of every cell first; cells of the same content are one."""
        most = max(self.wanted.values(), default=0)
        return {
            (cell.address, replication): cell
            for replication in range(most)
            for cell in self.alive()
            if replication < self.wanted[cell.number] and self.store.read(cell.address, replication) is None
        }

    def _total(self) -> int:
        """Replications that are wanted of all cells, those of the same content counted once."""
        return sum({cell.address: self.wanted[cell.number] for cell in self.alive()}.values())

    def _tasks(self, missing: Mapping[Task, Planned]) -> Iterator[tuple[Task, tuple[object, ...]]]:
        """Arguments of the work, made when it is their turn, and not at all once a cell is broken."""
        for (address, replication), cell in missing.items():
            if address not in self.broken:
                scenario = scenario_of(self.design, cell.values)
                yield (address, replication), (scenario, replication, self.design.outcomes, program_hash())

    def _take(self, address: str, replication: int, answer: Simulated | Broken | Lost) -> None:
        """Keep what a worker answered."""
        self.ran += 1
        if isinstance(answer, Simulated):
            self.store.write(address, replication, answer)
            return
        first = self.broken.get(address, (replication, answer.reason))
        self.broken[address] = min(first, (replication, answer.reason))

    def _widened(self) -> bool:
        """Ask for a further batch of every cell with an interval that is too wide."""
        rule = self.design.stopping
        if rule is None:
            return False
        grown = False
        for cell in self.alive():
            count = self.wanted[cell.number]
            if count < rule.most and not self._narrow(cell, count, rule.half_width):
                self.wanted[cell.number] = min(count + self.design.replications, rule.most)
                grown = True
        return grown

    def _narrow(self, cell: Planned, count: int, half_widths: Mapping[str, float]) -> bool:
        found = [self.store.read(cell.address, number) for number in range(count)]
        values = np.array([[one.values[name] for name in half_widths] for one in found if one is not None])
        half = mean_and_half_width(values)[1]
        return bool((half <= list(half_widths.values())).all())

    def _say(self, done: int, total: int, what: str) -> None:
        if self.progress is not None:
            self.progress(done, total, what)
