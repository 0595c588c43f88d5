"""What a calculator is: its inputs, how they are read from `KEY=VALUE`, and the function that answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from environment.problems import Problem, nearest_name, shown

type Answer = dict[str, float | None]
"""Names of the outputs and their values; None where the figure does not exist, as a share of nothing."""

LARGEST = 1e18
"""Greatest size of a number that is taken."""

_KINDS = {"number": "a number", "whole": "a whole number", "numbers": "numbers separated by commas, each"}

type Kind = Literal["number", "whole", "numbers", "name"]


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a calculator.

    Attributes
    ----------
    name : str
        Its key.
    meaning : str
        What it is, with its unit.
    kind : {"number", "whole", "numbers", "name"}
        A number, a whole number, a comma-separated list of numbers, or one of the names.
    low, high : float
        Range of the number, or of each number of a list.
    above : bool
        Whether `low` itself is excluded.
    required : bool
        Whether there is no default.
    default : float or None
        Value when it is left out; None is a list left out.
    names : tuple of str
        What may be given where the kind is a name.
    """

    name: str
    meaning: str
    kind: Kind = "number"
    low: float = -LARGEST
    high: float = LARGEST
    above: bool = False
    required: bool = True
    default: float | None = None
    names: tuple[str, ...] = ()

    @property
    def allowed(self) -> str:
        """What may be given, in words."""
        if self.kind == "name":
            return " or ".join(self.names)
        lower = "above" if self.above else "from"
        return f"{_KINDS[self.kind]} {lower} {self.low:g} to {self.high:g}"

    def parse(self, text: str) -> float | list[float] | str:
        """Read the input.

        Raises
        ------
        ValueError
            If `text` is not what is allowed.
        """
        if self.kind == "name":
            if text not in self.names:
                raise ValueError(f"{text!r} is no name that is known")
            return text
        if self.kind == "numbers":
            return [self._in_range(float(part)) for part in text.split(",")]
        number = self._in_range(float(text))
        if self.kind == "number":
            return number
        if not number.is_integer():
            raise ValueError(f"{number} is not whole")
        return int(number)

    def _in_range(self, number: float) -> float:
        if not self.low <= number <= self.high or (self.above and number == self.low):
            raise ValueError(f"{number} is out of range")
        return number


@dataclass(frozen=True, slots=True)
class Calculator:
    """A formula with its inputs and outputs.

    Attributes
    ----------
    purpose, formula : str
        What it answers and how, for `thirdwave calc --help`.
    inputs : tuple of Input
        In the order in which they are listed.
    compute : callable
        Takes the inputs by name.
    contradictions : callable
        Takes the inputs by name, each within its range; returns key, what is allowed and a message for
        those that do not fit together.
    """

    purpose: str
    formula: str
    inputs: tuple[Input, ...]
    compute: Callable[..., Answer]
    contradictions: Callable[..., list[tuple[str, str, str]]] = lambda **_: []


def read_settings(
    place: str, inputs: Sequence[Input], settings: Sequence[str]
) -> tuple[dict[str, Any], list[Problem]]:
    """Read settings as they are typed.

    Parameters
    ----------
    place : str
        What the problems name as their place.
    inputs : sequence of Input
        What may be given.
    settings : sequence of str
        `KEY=VALUE` each.

    Returns
    -------
    tuple of dict and list
        The values by name, defaults filled in, and everything that is wrong with the settings.
    """
    known = {one.name: one for one in inputs}
    given: dict[str, Any] = {one.name: one.default for one in inputs if not one.required}
    written: set[str] = set()
    problems: list[Problem] = []
    for setting in settings:
        key, equals, text = setting.partition("=")
        if not equals:
            problems.append(Problem(place, "", shown(setting), "KEY=VALUE", None, "has no equals sign"))
        elif key not in known:
            nearest = nearest_name(key, known)
            problems.append(Problem(place, shown(key), shown(text), ", ".join(known), nearest, "is no input"))
        elif key in written:
            problems.append(Problem(place, key, shown(text), "once", None, "is given twice"))
        else:
            try:
                given[key] = known[key].parse(text)
            except ValueError:
                problems.append(
                    Problem(place, key, shown(text), known[key].allowed, None, "is not what is needed")
                )
        written.add(key)
    problems += [
        Problem(place, one.name, "", one.allowed, None, "is missing")
        for one in inputs
        if one.required and one.name not in written
    ]
    return given, problems
