"""The table `[design]` of a sweep file: what is varied, by which method, in which groups."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from environment.parameters import Value, parameters
from environment.problems import Problem, ScenarioError, nearest_name, shown
from environment.scenario import Scenario, Written
from environment.tabular import InputTable
from environment.written import value_of
from experiments.sweep.design import LISTED, METHODS, ROLES, Factor, Method, Role
from experiments.sweep.factors import read_factors

_KEYS: Final = ("method", "samples", *ROLES, "factors", "groups")
_MOST_SAMPLES: Final = 2**20
_GREATEST: Final = 1e300
"""Amounts of a factor stay below it, so that their differences are numbers too."""
_SIZES: Final = ("run.start", "run.years", "run.savers", "run.seed", "run.replications")
"""What all cells share: the length of a run, its people and its luck."""


@dataclass(frozen=True)
class Axes:
    """What is varied; attributes as in `experiments.sweep.design.Design`."""

    method: Method
    samples: int
    ranges: dict[str, tuple[Value, ...]]
    roles: dict[str, Role]
    factors: dict[str, Factor]
    groups: dict[str, tuple[str, ...]]
    tables: dict[str, InputTable]


def read_axes(
    table: Mapping[str, Any], base: Scenario | None, place: str, folder: str, columns: Sequence[str]
) -> tuple[Axes | None, list[Problem]]:
    """Read and check the table.

    Parameters
    ----------
    table : mapping
        As TOML gives it.
    base : Scenario or None
        What the cells start from; None when it could not be read, and factors are checked less then.
    place, folder : str
        File of the design, and its folder, which paths are relative to.
    columns : sequence of str
        Columns of the table that are not of the design: no key or factor can bear their names.

    Returns
    -------
    Axes or None, list of Problem
        None when there is a problem.
    """
    reading = _Reading(place, folder, columns)
    axes = reading.axes(table, base)
    return (None if reading.problems else axes), reading.problems


@dataclass
class _Reading:
    """The table being read, and the problems found so far."""

    place: str
    folder: str
    columns: Sequence[str]
    problems: list[Problem] = field(default_factory=list)
    tables: dict[str, InputTable] = field(default_factory=dict)

    def axes(self, table: Mapping[str, Any], base: Scenario | None) -> Axes:
        """Read all of the table; what is wrong is in `problems`."""
        for key, value in table.items():
            if key not in _KEYS:
                self.refuse(f"design.{key}", value, ", ".join(_KEYS), "is not a known key", key, _KEYS)
        method = self._method(table.get("method"))
        factors, problems = read_factors(table.get("factors", {}), self.place)
        self.problems += problems
        ranges: dict[str, tuple[Value, ...]] = {}
        roles: dict[str, Role] = {}
        for heading, role in ROLES.items():
            for key, values in self._table(table, heading).items():
                if key in ranges:
                    self.refuse(key, values, "each key once", "is in two tables of the design")
                if key in self.columns:
                    self.refuse(key, "", "a name of its own", "is a column of the table already")
                roles[key] = role
                ranges[key] = self._range(key, values, method, factors, base)
        if not ranges:
            self.refuse("design.parameters", "", "at least one key and its values", "is empty")
        self._moved_once(ranges, factors)
        if method == "list":
            self._equal_lengths(ranges)
        samples = self._samples(table, method)
        groups = self._groups(self._table(table, "groups"), ranges, method)
        axes = Axes(method, samples, ranges, roles, factors, groups, self.tables)
        if method in LISTED and not self.problems:
            self._cells_once(axes)
        return axes

    def _method(self, value: object) -> Method:
        for method in METHODS:
            if value == method:
                return method
        name = str(value)
        message = "is missing" if value is None else "is no method"
        self.refuse(
            "design.method", "" if value is None else value, ", ".join(METHODS), message, name, METHODS
        )
        return "list"

    def _samples(self, table: Mapping[str, Any], method: Method) -> int:
        """How many samples; a power of two for Sobol', whose balance a part of the sequence would spoil."""
        value = table.get("samples", 64)
        fits = isinstance(value, int) and not isinstance(value, bool) and 2 <= value <= _MOST_SAMPLES
        if fits and (method != "sobol" or value & (value - 1) == 0):
            return 0 if method in LISTED else int(value)
        power = "a power of two " if method == "sobol" else "a whole number "
        self.refuse("design.samples", value, f"{power}from 2 to {_MOST_SAMPLES}", "is no number of samples")
        return 2

    def _range(
        self, key: str, values: object, method: Method, factors: Mapping[str, Factor], base: Scenario | None
    ) -> tuple[Value, ...]:
        """The values of one key, each checked by itself."""
        if not isinstance(values, list) or not values:
            self.refuse(
                key, values, "a list of values", "is an empty range" if values == [] else "is no list"
            )
            return ()
        if key in factors:
            checked = [self._amount(key, value, factors[key], base) for value in values]
        elif key in _SIZES:
            self.refuse(key, values, "a key at the top of the file", "is the same in all cells")
            return ()
        else:
            checked = [self._value(key, value, [*factors]) for value in values]
        accepted = tuple(value for value in checked if value is not None)
        if len(accepted) == len(values) and method not in LISTED:
            self._between(key, accepted, factors)
            self._steps(key, method)
        return accepted

    def _value(self, key: str, value: object, names: Sequence[str]) -> Value | None:
        """One value of a key of the model, or None after noting what is wrong with it."""
        if key not in parameters():
            nearest = nearest_name(key, [*parameters(), *names])
            allowed = "a key that `thirdwave parameters` lists, or a factor of the design"
            self.problems.append(Problem(self.place, key, "", allowed, nearest, "is not a known key"))
            return None
        try:
            accepted = value_of(Written(self.place, key, value, self.folder), {})
        except ScenarioError as error:
            self.problems += error.problems
            return None
        if isinstance(accepted, InputTable):
            self.tables[accepted.value] = accepted
            return accepted.value
        return accepted

    def _amount(self, name: str, value: object, factor: Factor, base: Scenario | None) -> Value | None:
        """One value of a factor; what it makes of every key has to be allowed."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < _GREATEST:
            self.refuse(name, value, "a number", "is not a number")
            return None
        for key, moved in factor.moved(base, value).items() if base else ():
            self._value(key, moved, ())
        return float(value)

    def _between(self, key: str, ends: tuple[Value, ...], factors: Mapping[str, Factor]) -> None:
        """Check a range that values are drawn from."""
        for moved in factors[key].keys if key in factors else ():
            if parameters()[moved].kind == "whole":
                allowed = "keys of any number; whole numbers need grid or list"
                self.refuse(key, list(ends), allowed, f"cannot be drawn, since {moved} is a whole number")
        kind = parameters()[key].kind if key in parameters() else "number"
        numbers = [one for one in ends if isinstance(one, int | float) and not isinstance(one, bool)]
        if kind not in ("number", "whole") or len(numbers) != len(ends):
            self.refuse(key, list(ends), "a number; names and months need grid or list", "cannot be drawn")
        elif len(ends) != 2 or not all(low < high for low, high in pairwise(numbers)):
            self.refuse(key, list(ends), "[low, high] with low below high", "is an empty range")

    def _steps(self, key: str, method: Method) -> None:
        """Refuse whole numbers where effects are divided by steps that rounding would change."""
        if method == "morris" and key in parameters() and parameters()[key].kind == "whole":
            self.refuse(key, "", "a number with fractions, or another method", "is a whole number")

    def _moved_once(self, ranges: Mapping[str, object], factors: Mapping[str, Factor]) -> None:
        """A key may be moved by one factor or by itself; a factor that nothing varies is an error."""
        movers: dict[str, str] = {}
        for name, factor in factors.items():
            if name not in ranges:
                self.refuse(f"design.factors.{name}", "", "a key of the design", "is a factor without values")
            for key in factor.keys:
                if key in ranges or key in movers:
                    other = movers.get(key, "the design itself")
                    self.refuse(key, name, "one factor a key", f"is moved by {name} and by {other}")
                movers[key] = name

    def _equal_lengths(self, ranges: Mapping[str, tuple[Value, ...]]) -> None:
        lengths = {key: len(values) for key, values in ranges.items() if values}
        longest = max(lengths.values(), default=0)
        for key, length in lengths.items():
            if length != longest:
                self.refuse(key, list(ranges[key]), f"{longest} values", f"has {length} values, others more")

    def _groups(
        self, table: Mapping[str, Any], ranges: Mapping[str, object], method: Method
    ) -> dict[str, tuple[str, ...]]:
        """Groups of keys: every key of the design in one of them, or no groups at all."""
        if table and method not in ("sobol", "morris"):
            self.refuse(
                "design.groups", "", "a design of method sobol or morris", f"mean nothing to {method}"
            )
        if table and len(table) < 2:
            self.refuse("design.groups", "", "two groups or more", "is a single group")
        found: dict[str, tuple[str, ...]] = {}
        for name, keys in table.items():
            if not name.strip() or not name.isprintable():
                self.refuse("design.groups", shown(name), "a printable name", "is no name")
            if not isinstance(keys, list) or not keys:
                self.refuse(
                    f"design.groups.{name}", keys, "a list of keys of the design", "is no list of keys"
                )
                continue
            found[name] = tuple(str(key) for key in keys)
        members = [key for keys in found.values() for key in keys]
        for key in dict.fromkeys(members):
            if key not in ranges:
                names, message = list(ranges), "is no key of the design"
                allowed = ", ".join(names) or "keys of the design"
                self.refuse("design.groups", key, allowed, message, key, names)
            if members.count(key) > 1:
                self.refuse("design.groups", key, "one group a key", "is in two groups")
        for key in ranges:
            if found and key not in members:
                self.refuse(
                    "design.groups", key, f"in one of {', '.join(map(shown, found))}", "is in no group"
                )
        return found

    def _cells_once(self, axes: Axes) -> None:
        """A cell that is written twice would count twice in every mean."""
        if axes.method == "grid":
            for key, values in axes.ranges.items():
                for value, times in Counter(values).items():
                    if times > 1:
                        self.refuse(key, value, "each value once", "is given twice: duplicate cells")
            return
        lines = list(zip(*axes.ranges.values(), strict=True))
        first: dict[tuple[Value, ...], int] = {}
        for number, line in enumerate(lines):
            if line in first:
                message = f"is cell {number} and cell {first[line]}: a duplicate cell"
                self.refuse("design.parameters", list(line), "each cell once", message)
            first.setdefault(line, number)

    def _table(self, table: Mapping[str, Any], name: str) -> dict[str, Any]:
        """A table inside the design; a key without quotation marks gives nested ones, which become dotted."""
        value = table.get(name, {})
        if not isinstance(value, dict):
            self.refuse(f"design.{name}", value, "a table", "is not a table")
            return {}
        return dict(dotted(value))

    def refuse(
        self,
        key: str,
        value: object,
        allowed: str,
        message: str,
        name: str = "",
        names: Sequence[str] = (),
    ) -> None:
        """Note a problem, with the nearest of some names to the one that was written."""
        nearest = nearest_name(name, names) if names else None
        text = "" if value == "" else shown(value)
        self.problems.append(Problem(self.place, key, text, allowed, nearest, message))


def dotted(table: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Keys and values of nested tables, the keys joined by dots."""
    found: list[tuple[str, Any]] = []
    for name, value in table.items():
        key = f"{prefix}{name}"
        found += dotted(value, f"{key}.") if isinstance(value, dict) and value else [(key, value)]
    return found
