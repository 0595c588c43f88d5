"""Every cell of a design with the address of its content; cells that cannot be are known beforehand."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from environment.problems import Problem, ScenarioError
from environment.scenario import Scenario, build_scenario
from experiments.sweep.design import Design, content_of
from experiments.sweep.program_hash import program_hash
from experiments.sweep.sampling import Cell, cells_of


@dataclass(frozen=True, slots=True)
class Planned:
    """A cell that can be simulated.

    Attributes
    ----------
    number : int
        From 0, in the order of the design.
    values : dict
        Of every key of the design.
    address : str
        Hash of all that its figures depend on but the number of the replication.
    """

    number: int
    values: Cell
    address: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A cell that is set aside, the replication that failed if one did, and why."""

    number: int
    values: Cell
    replication: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Cells that can be simulated, and those whose values contradict each other."""

    cells: list[Planned]
    impossible: list[Failure]


def plan(design: Design, progress: Callable[[int], None] | None = None) -> Plan:
    """Build the scenario of every cell once, to know its address or why it cannot be.

    Parameters
    ----------
    design : Design
    progress : callable, optional
        Takes the number of cells looked at.

    Raises
    ------
    ScenarioError
        When no cell can be simulated, with the problems of the first.
    """
    cells: list[Planned] = []
    impossible: list[Failure] = []
    first: list[Problem] = []
    for number, values in enumerate(cells_of(design)):
        try:
            cells.append(Planned(number, values, address_of(scenario_of(design, values))))
        except ScenarioError as error:
            first = first or error.problems
            reason = "; ".join(map(str, error.problems))
            impossible.append(Failure(number, values, None, reason))
        if progress is not None:
            progress(number + 1)
    if first and not cells:
        raise ScenarioError(first)
    return Plan(cells, impossible)


def scenario_of(design: Design, values: Cell) -> Scenario:
    """The scenario of a cell.

    Raises
    ------
    ScenarioError
        When its values contradict each other.
    """
    base, written = design.base, design.written(values)
    named = {key: design.tables[value] for key, value in values.items() if value in design.tables}
    if named:  # what a file held when the design was read is what counts
        base = replace(base, tables={**base.tables, **named})
    return build_scenario(base.name, base.description, written, inputs=base.inputs, base=base)


def address_of(scenario: Scenario) -> str:
    """SHA-256, cut to 32 digits, of the values of a scenario and of the program that simulates it.

    The number of replications is not part of it, so that finished ones serve a design that asks for more.
    """
    content = {key: value for key, value in content_of(scenario).items() if key != "run.replications"}
    told = json.dumps([content, program_hash()], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:32]
