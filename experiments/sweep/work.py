"""What a worker does for a sweep: one replication of one cell, down to a few figures."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

from environment.scenario import Scenario
from experiments.headlines import UNITS
from experiments.outcomes import Outcome
from experiments.replication import replicate
from experiments.sweep.program_hash import program_hash


@dataclass(frozen=True, slots=True)
class Simulated:
    """Figures of one replication.

    Attributes
    ----------
    values : dict of str to float
        All headlines, and every outcome asked for; nan where there is none.
    seconds : float
        What it took.
    warnings : tuple of str
        As in ``manifest.json`` of a run.
    """

    values: dict[str, float]
    seconds: float
    warnings: tuple[str, ...]


class ChangedProgramError(OSError):
    """The program is no longer what it was when the sweep was planned."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Why there are no figures."""

    reason: str


def simulate_cell(
    scenario: Scenario, number: int, outcomes: Sequence[Outcome], program: str
) -> Simulated | Broken:
    """Simulate a replication; whatever goes wrong in it is told and not raised, so that the rest goes on.

    Parameters
    ----------
    scenario : Scenario
    number : int
        Of the replication.
    outcomes : sequence of Outcome
    program : str
        `program_hash` of who asks, under which the figures will be kept.

    Raises
    ------
    ChangedProgramError
        When this process has another: a worker that started after an edit of the sources.
    """
    if program_hash() != program:
        message = "the sources of the model have changed since the sweep began; what is finished is kept"
        raise ChangedProgramError(message)
    start = time.perf_counter()
    try:
        replication = replicate(scenario, number, lives=False)
        asked = {one.name: one.of(replication) for one in outcomes}
    except Exception as error:
        return Broken(" ".join(f"{type(error).__name__}: {error}".split()))
    infinite = [name for name, value in asked.items() if math.isinf(value)]
    if infinite:
        return Broken(f"{', '.join(infinite)} without bound")
    headlines = {name: replication.headlines[name] for name in UNITS}
    values = {name: value for name, value in headlines.items() if not math.isinf(value)} | asked
    return Simulated(values, round(time.perf_counter() - start, 3), replication.warnings)
