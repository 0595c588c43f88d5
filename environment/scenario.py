"""A scenario: a value for every parameter of the model, checked as a whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from environment.assets import CLASSES, PRIVATE
from environment.calendar import parse_month
from environment.checking import NEVER, Refusal, accept, allowed_text
from environment.contradictions import contradictions, followed
from environment.parameters import Value, parameters
from environment.problems import Problem, ScenarioError, nearest_name, shown
from environment.typing import FloatArray

__all__ = ["Problem", "Scenario", "ScenarioError", "Written", "build_scenario"]

_MONTHS_A_YEAR: Final = 12
_DEFAULTS: Final = "defaults"


@dataclass(frozen=True, slots=True)
class Written:
    """One value as somebody wrote it: where, for which dotted key, and what."""

    place: str
    key: str
    value: object


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
    """

    name: str
    description: str
    values: Mapping[str, Value]
    inputs: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))
        object.__setattr__(self, "inputs", MappingProxyType(dict(self.inputs)))

    def __reduce__(self) -> tuple[type["Scenario"], tuple[str, str, dict[str, Value], dict[str, str]]]:
        """Pickle through plain dictionaries, since read-only views have no pickle of their own."""
        return Scenario, (self.name, self.description, dict(self.values), dict(self.inputs))

    def number(self, key: str) -> float:
        """The value of a number, whole or not."""
        value = self.values[key]
        if isinstance(value, bool) or not isinstance(value, float | int):
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
        return np.array([self.number(f"{prefix}.{name}") for name in names], dtype=np.float64)

    def by_class(self, prefix: str) -> FloatArray:
        """The numbers `prefix.<class>` in the order of `CLASSES`, shape (16,)."""
        return self.numbers(prefix, CLASSES)

    def by_private(self, prefix: str) -> FloatArray:
        """The numbers `prefix.<class>` in the order of `PRIVATE`, shape (5,)."""
        return self.numbers(prefix, PRIVATE)

    @property
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
        return build_scenario(self.name, self.description, written, inputs=self.inputs, base=self.values)

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
    base: Mapping[str, Value] | None = None,
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
    base : mapping, optional
        Values to start from in place of the defaults.
    problems : sequence of Problem
        What the caller has found wrong already, reported together with what is found here.

    Raises
    ------
    ScenarioError
        If anything is wrong, with every problem.
    """
    values = dict(base) if base is not None else {key: one.value for key, one in parameters().items()}
    places: dict[str, str] = {}
    found = list(problems)
    unsure: set[str] = set()
    for one in written:
        accepted = _checked(one)
        if isinstance(accepted, Problem):
            found.append(accepted)
            unsure.add(one.key)
        else:
            values[one.key] = accepted
            places[one.key] = one.place
    found += _together({key: value for key, value in values.items() if key not in unsure}, places)
    if found:
        raise ScenarioError(found)
    return Scenario(name, description, values, inputs or {})


def _checked(written: Written) -> Value | Problem:
    """The value that one written line gives, or what is wrong with it."""
    known = parameters()
    parameter = known.get(written.key)
    if parameter is None:
        return _unknown(written, known)
    answer = accept(parameter, written.value)
    if not isinstance(answer, Refusal):
        return answer
    allowed = allowed_text(parameter)
    return Problem(written.place, written.key, shown(written.value), allowed, answer.nearest, answer.message)


def _unknown(written: Written, known: Mapping[str, object]) -> Problem:
    """What is wrong with a key that names no parameter."""
    members = [key for key in known if key.startswith(written.key + ".")]
    message = "is a group of keys, not a key" if members else "is not a known key"
    topics = dict.fromkeys(key.partition(".")[0] for key in known)
    nearest = members[0] if members else nearest_name(written.key, [*known, *topics])
    allowed = "a key that `thirdwave parameters` lists"
    return Problem(written.place, shown(written.key), shown(written.value), allowed, nearest, message)


def _together(values: Mapping[str, Value], places: Mapping[str, str]) -> list[Problem]:
    """The contradictions among values that are right one by one, each at the place that wrote one of them."""
    problems = []
    for one in contradictions(values):
        key = next((key for key in one.keys if key in places), one.keys[0])
        place = places.get(key, _DEFAULTS)
        problems.append(Problem(place, key, shown(values[key]), one.allowed, None, one.message))
    return problems
