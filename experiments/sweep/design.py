"""What a sweep file asks for, once it is checked."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from environment.parameters import Value, parameters
from environment.scenario import Scenario
from environment.tabular import InputTable
from environment.written import Written
from experiments.outcomes import Outcome

type Method = Literal["grid", "list", "lhs", "sobol", "morris"]
type Role = Literal["parameter", "uncertainty", "lever"]
type How = Literal["add", "times", "set"]

METHODS: Final[tuple[Method, ...]] = ("grid", "list", "lhs", "sobol", "morris")
INDEX: Final = ("cell", "replication")
"""First columns of a sweep's table."""
LISTED: Final[tuple[Method, ...]] = ("grid", "list")
"""Methods whose values are written out; the others draw them from a range."""
ROLES: Final[dict[str, Role]] = {
    "parameters": "parameter",
    "uncertainties": "uncertainty",
    "levers": "lever",
}
"""Table of a sweep file, and the role that it gives its keys (Lempert, Popper and Bankes 2003: XLRM)."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One number that moves several keys of the model together.

    Attributes
    ----------
    keys : tuple of str
        Dotted keys of numbers.
    how : {"add", "times", "set"}
        Whether the number is added to what the scenario has for each key, multiplies it, or takes its place.
    """

    keys: tuple[str, ...]
    how: How

    def moved(self, base: Scenario, amount: float) -> dict[str, float]:
        """What each key becomes."""
        match self.how:
            case "add":
                return {key: base.number(key) + amount for key in self.keys}
            case "times":
                return {key: base.number(key) * amount for key in self.keys}
            case "set":
                return dict.fromkeys(self.keys, amount)


@dataclass(frozen=True, slots=True)
class Stopping:
    """When a cell has replications enough: batches are added until every interval is narrow enough.

    Attributes
    ----------
    half_width : dict of str to float
        Wanted half width of the 95% t interval, in the outcome's unit, by outcome.
    most : int
        Replications of a cell at which it is left at that.
    """

    half_width: dict[str, float]
    most: int


@dataclass(frozen=True, kw_only=True)
class Design:
    """A sweep, read and checked.

    Attributes
    ----------
    name, description : str
    base : Scenario
        What every cell starts from; its size, seed and replications are those of the cells.
    outcomes : tuple of Outcome
    method : {"grid", "list", "lhs", "sobol", "morris"}
    samples : int
        lhs: cells; sobol: base samples; morris: trajectories. Without meaning for grid and list.
    ranges : dict of str to tuple
        By key or factor, in the order of the file: its values, or lowest and highest.
    roles : dict of str to str
        Role of each of them.
    factors : dict of str to Factor
    groups : dict of str to tuple of str
        Keys by group; empty when each stands for itself.
    tables : dict of str to InputTable
        CSV files among the values, by the value that stands for them.
    stopping : Stopping or None
        None: every cell has ``run.replications`` of the base.
    place, folder : str
        Where the design was written, for messages, and the folder that paths in it are relative to.
    """

    name: str
    description: str
    base: Scenario
    outcomes: tuple[Outcome, ...]
    method: Method
    samples: int
    ranges: dict[str, tuple[Value, ...]]
    roles: dict[str, Role]
    factors: dict[str, Factor] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tables: dict[str, InputTable] = field(default_factory=dict)
    stopping: Stopping | None = None
    place: str = ""
    folder: str = ""

    @property
    def replications(self) -> int:
        """Replications of a cell; with a stopping rule those of a batch."""
        return self.base.whole("run.replications")

    def written(self, values: Mapping[str, Value]) -> list[Written]:
        """What a cell with these values writes over the base, factors spelled out."""
        lines: list[Written] = []
        for name, value in values.items():
            if name in self.factors and isinstance(value, int | float):
                moved = self.factors[name].moved(self.base, value)
                lines += [Written(self.place, key, amount) for key, amount in moved.items()]
            else:
                lines.append(Written(self.place, name, value, self.folder))
        return lines

    def told(self) -> dict[str, Any]:
        """The design as the manifest has it, which says all but the base."""
        known = parameters()
        units = {key: known[key].unit if key in known else self._factor_unit(key) for key in self.ranges}
        return {
            "method": self.method,
            "samples": self.samples if self.method not in LISTED else None,
            "parameters": {key: list(values) for key, values in self.ranges.items()},
            "roles": self.roles,
            "groups": {name: list(keys) for name, keys in self.groups.items()},
            "factors": {name: {"keys": list(one.keys), "how": one.how} for name, one in self.factors.items()},
            "units": units,
            "standings": {key: self._standing(key) for key in self.ranges},
        }

    def hash(self) -> str:
        """SHA-256 of all that the table depends on but the program."""
        stopping = self.stopping
        told = {
            "name": self.name,
            "base": content_of(self.base),
            "outcomes": [one.name for one in self.outcomes],
            "design": {key: self.told()[key] for key in ("method", "samples", "parameters", "factors")},
            "order": list(self.ranges),
            "roles": self.roles,
            "groups": {name: list(keys) for name, keys in self.groups.items()},
            "stopping": None if stopping is None else [stopping.half_width, stopping.most],
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    def _standing(self, name: str) -> str:
        """How far the default of a key can be trusted, or those of all keys that a factor moves."""
        keys = self.factors[name].keys if name in self.factors else (name,)
        return ", ".join(dict.fromkeys(parameters()[key].standing for key in keys))

    def _factor_unit(self, name: str) -> str:
        factor = self.factors[name]
        return "times" if factor.how == "times" else parameters()[factor.keys[0]].unit


def content_of(scenario: Scenario) -> dict[str, Any]:
    """Every value of a scenario, and in place of a file's name the hash of what is in it."""
    values = {
        key: list(value) if isinstance(value, tuple) else value for key, value in scenario.values.items()
    }
    return values | {key: table.sha256 for key, table in scenario.tables.items()}
