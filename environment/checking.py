"""Whether one written value may stand for one parameter."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Final

from environment.calendar import parse_month
from environment.parameters import Kind, Parameter, Value
from environment.problems import nearest_name, shown

NEVER: Final = "never"
_CSV: Final = ".csv"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a value may not stand: in words, with the nearest allowed name if there is one."""

    message: str
    nearest: str | None = None


def accept(parameter: Parameter, written: object) -> Value | Refusal:
    """The value that `written` gives the parameter, or why it gives none.

    Whole numbers count as numbers, and numbers without a fraction as whole ones; true and false are neither.
    """
    return _READERS[parameter.kind](parameter, written)


def allowed_text(parameter: Parameter) -> str:
    """What may be written for the parameter, in words."""
    match parameter.kind:
        case "switch":
            return "true or false"
        case "text" | "file":
            path = f", or the path of a CSV file, which ends in {_CSV}" if parameter.kind == "file" else ""
            return "one of " + ", ".join(parameter.allowed or ()) + path
        case "texts":
            return "a list of names from " + ", ".join(parameter.allowed or ())
        case "month":
            return "a month as text, YYYY-MM" + _between(parameter) + _other_months(parameter)
        case "whole":
            return "a whole number" + _between(parameter)
        case "number":
            return "a number" + _between(parameter)


def _number(parameter: Parameter, written: object) -> Value | Refusal:
    if isinstance(written, bool) or not isinstance(written, Real):
        return Refusal("is not a number")
    try:
        value = float(written)
    except OverflowError:
        return Refusal("is out of range")
    if not math.isfinite(value):
        return Refusal("is not a finite number")
    return _within(parameter, value)


def _whole(parameter: Parameter, written: object) -> Value | Refusal:
    if isinstance(written, float) and written.is_integer():
        written = int(written)
    if isinstance(written, bool) or not isinstance(written, Integral):
        return Refusal("is not a whole number")
    return _within(parameter, int(written))


def _within(parameter: Parameter, value: float | int) -> Value | Refusal:
    """The number itself if it lies in the parameter's range."""
    if parameter.range is None:
        return value
    low, high = parameter.range
    inside = not isinstance(low, str) and not isinstance(high, str) and low <= value <= high
    return value if inside else Refusal("is out of range")


def _switch(_: Parameter, written: object) -> Value | Refusal:
    return written if isinstance(written, bool) else Refusal("is neither true nor false")


def _text(parameter: Parameter, written: object) -> Value | Refusal:
    if not isinstance(written, str):
        return Refusal("is not a text")
    allowed = parameter.allowed or ()
    return written if written in allowed else Refusal("is not known", nearest_name(written, allowed))


def _name_or_file(parameter: Parameter, written: object) -> Value | Refusal:
    """An allowed name, or any path of a CSV file; whether there is such a file is for others to find out."""
    is_path = isinstance(written, str) and written.lower().endswith(_CSV)
    return str(written) if is_path else _text(parameter, written)


def _texts(parameter: Parameter, written: object) -> Value | Refusal:
    if not isinstance(written, list | tuple):
        return Refusal("is not a list of names")
    allowed = parameter.allowed or ()
    for position, name in enumerate(written):
        if not isinstance(name, str):
            return Refusal(f"has the entry {shown(name)}, which is not a text")
        if name not in allowed:
            return Refusal(f"has the unknown entry {shown(name)}", nearest_name(name, allowed))
        if name in written[:position]:
            return Refusal(f"names {name} twice")
    return tuple(written)


def _month(parameter: Parameter, written: object) -> Value | Refusal:
    if not isinstance(written, str):
        return Refusal("is not a text")
    names = parameter.allowed or ()
    if written in names or (written == "" and parameter.follows is not None):
        return written
    try:
        parse_month(written)
    except ValueError:
        return Refusal("is not a month", nearest_name(written, names))
    low, high = (str(bound) for bound in parameter.range or (written, written))
    return written if low <= written <= high else Refusal("is out of range")


def _between(parameter: Parameter) -> str:
    if parameter.range is None:
        return ""
    low, high = parameter.range
    return f" from {low:g} to {high:g}" if parameter.kind == "number" else f" from {low} to {high}"


def _other_months(parameter: Parameter) -> str:
    names = "".join(f", or {name}" for name in parameter.allowed or ())
    return names + (f", or empty for that of {parameter.follows}" if parameter.follows else "")


_READERS: Final[dict[Kind, Callable[[Parameter, object], Value | Refusal]]] = {
    "number": _number,
    "whole": _whole,
    "switch": _switch,
    "text": _text,
    "texts": _texts,
    "month": _month,
    "file": _name_or_file,
}
