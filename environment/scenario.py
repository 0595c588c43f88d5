"""A scenario: a value for every parameter of the model, checked as a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from environment.assets import CLASSES, PRIVATE
from environment.calendar import parse_month
from environment.checking import NEVER
from environment.contradictions import contradictions, followed
from environment.parameters import Value, parameters
from environment.problems import Problem, ScenarioError, shown
from environment.tabular import InputTable
from environment.typing import FloatArray
from environment.written import Written, value_of

__all__ = ["Problem", "Scenario", "ScenarioError", "Written", "build_scenario"]

_MONTHS_A_YEAR: Final = 12
_DEFAULTS: Final = "defaults"


@dataclass(frozen=True)
class Scenario:
    """A value for every parameter of the model.

    Made by `build_scenario` or `experiments.load.load_scenario`, which check the values.

    Parameters
    ----------
    name : str
        The stem of the scenario's file.
    description : str
        One or two sentences for a reader.
    values : mapping of str to value
        Every parameter by its dotted key; read-only.
    inputs : mapping of str to str
        The SHA-256 of every file that the values were read from; read-only.
    tables : mapping of str to InputTable
        Content of the CSV files that values name, by dotted key; read-only. It was read once, so that what
        happens to a file later changes nothing.
    """

    name: str
    description: str
    values: Mapping[str, Value]
    inputs: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, InputTable] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))
        object.__setattr__(self, "inputs", MappingProxyType(dict(self.inputs)))
        object.__setattr__(self, "tables", MappingProxyType(dict(self.tables)))

    def __reduce__(self) -> tuple[type["Scenario"], tuple[object, ...]]:
        """Pickle through plain dictionaries, since read-only views have no pickle of their own."""
        mappings = (dict(self.values), dict(self.inputs), dict(self.tables))
        return Scenario, (self.name, self.description, *mappings)

    def number(self, key: str) -> float:
        """The value of a number, whole or not."""
        value = self.values[key]
        if type(value) is float:
            return value
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"{key} is not a number")
        return float(value)

    def whole(self, key: str) -> int:
        """The value of a whole number."""
        value = self.values[key]
        if isinstance(value, bool) or not isinstance(value, int):
            raise TypeError(f"{key} is not a whole number")
        return value

    def text(self, key: str) -> str:
        """The value of a name, or a month as it is written."""
        value = self.values[key]
        if not isinstance(value, str):
            raise TypeError(f"{key} is not a text")
        return value

    def switch(self, key: str) -> bool:
        """The value of a switch."""
        value = self.values[key]
        if not isinstance(value, bool):
            raise TypeError(f"{key} is not a switch")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """The value of a list of names."""
        value = self.values[key]
        if not isinstance(value, tuple):
            raise TypeError(f"{key} is not a list of names")
        return value

    def month(self, key: str) -> int | None:
        """Simulated month of a date: 1 for the start of the run, 0 and below before it, None for never.

        An empty month is that of the key it follows.
        """
        if parameters()[key].kind != "month":
            raise TypeError(f"{key} is not a month")
        text = followed(self.values, key)
        return None if text == NEVER else parse_month(text) - self.start + 1

    def numbers(self, prefix: str, names: Sequence[str]) -> FloatArray:
        """The numbers `prefix.name` for each of the names, shape (len(names),)."""
        key = (prefix, *names)
        if key not in self._numbers:
            self._numbers[key] = np.array([self.number(f"{prefix}.{name}") for name in names])
        return self._numbers[key].copy()

    def by_class(self, prefix: str) -> FloatArray:
        """The numbers `prefix.<class>` in the order of `CLASSES`, shape (16,)."""
        return self.numbers(prefix, CLASSES)

    def by_private(self, prefix: str) -> FloatArray:
        """The numbers `prefix.<class>` in the order of `PRIVATE`, shape (5,)."""
        return self.numbers(prefix, PRIVATE)

    @cached_property
    def _numbers(self) -> dict[tuple[str, ...], FloatArray]:
        """What `numbers` has looked up; some of it is wanted every month."""
        return {}

    @cached_property
    def start(self) -> int:
        """Absolute month of the first simulated month."""
        return parse_month(self.text("run.start"))

    @property
    def months(self) -> int:
        """Number of simulated months."""
        return _MONTHS_A_YEAR * self.whole("run.years")

    def replace(
        self,
        *,
        savers: int | None = None,
        years: int | None = None,
        seed: int | None = None,
        replications: int | None = None,
    ) -> "Scenario":
        """The same scenario with another size or other luck; what is not given stays.

        Raises
        ------
        ScenarioError
            If a value is not allowed.
        """
        given = {"savers": savers, "years": years, "seed": seed, "replications": replications}
        return self.with_values({f"run.{name}": value for name, value in given.items() if value is not None})

    def with_values(self, values: Mapping[str, object]) -> "Scenario":
        """The same scenario with other values for some dotted keys.

        Raises
        ------
        ScenarioError
            With every problem at once: unknown keys, wrong types, values out of range, contradictions.
        """
        written = [Written("with_values", str(key), value) for key, value in values.items()]
        return build_scenario(self.name, self.description, written, inputs=self.inputs, base=self)

    def resolved(self) -> dict[str, Any]:
        """Name, description and every value as nested plain dictionaries, ready for JSON."""
        tree: dict[str, Any] = {"name": self.name, "description": self.description}
        for key, value in self.values.items():
            *groups, last = key.split(".")
            inner = tree
            for group in groups:
                inner = inner.setdefault(group, {})
            inner[last] = list(value) if isinstance(value, tuple) else value
        return tree


def build_scenario(
    name: str,
    description: str,
    written: Sequence[Written] = (),
    *,
    inputs: Mapping[str, str] | None = None,
    base: Scenario | None = None,
    problems: Sequence[Problem] = (),
) -> Scenario:
    """The scenario that `written` makes of the defaults.

    Parameters
    ----------
    name, description : str
        As in `Scenario`.
    written : sequence of Written
        What was written; the last value for a key holds, and every one of them is checked.
    inputs : mapping, optional
        As in `Scenario`.
    base : Scenario, optional
        Values, with their tables, to start from in place of the defaults.
    problems : sequence of Problem
        What the caller has found wrong already, reported together with what is found here.

    Raises
    ------
    ScenarioError
        If anything is wrong, with every problem.
    """
    values = dict(base.values) if base is not None else {key: one.value for key, one in parameters().items()}
    before = dict(base.tables) if base is not None else {}
    tables = dict(before)
    places: dict[str, str] = {}
    found = list(problems)
    unsure: set[str] = set()
    for one in written:
        try:
            accepted = value_of(one, before)
        except ScenarioError as error:
            found += error.problems
            unsure.add(one.key)
            continue
        tables.pop(one.key, None)
        if isinstance(accepted, InputTable):
            tables[one.key] = accepted
            accepted = accepted.value
        values[one.key] = accepted
        places[one.key] = one.place
    sure = {key: value for key, value in values.items() if key not in unsure}
    found += _together(sure, tables, places)
    if found:
        raise ScenarioError(found)
    gone = {table.file for table in before.values()}
    kept = {file: digest for file, digest in (inputs or {}).items() if file not in gone}
    read = {table.file: table.sha256 for table in tables.values()}
    return Scenario(name, description, values, kept | read, tables)


def _together(
    values: Mapping[str, Value], tables: Mapping[str, InputTable], places: Mapping[str, str]
) -> list[Problem]:
    """The contradictions among values that are right one by one, each at the place that wrote one of them."""
    problems = []
    for one in contradictions(values, tables):
        key = next((key for key in one.keys if key in places), one.keys[0])
        place = places.get(key, _DEFAULTS)
        written = tables[key].file if key in tables else values[key]
        problems.append(Problem(place, key, shown(written), one.allowed, None, one.message))
    return problems
