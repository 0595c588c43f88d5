"""Values given as text on the command line: `--set KEY=VALUE`."""

import tomllib
from collections.abc import Callable
from typing import Final

from environment.parameters import Kind, parameters
from environment.problems import Problem, ScenarioError, shown

SET: Final = "--set"


def parse_setting(text: str) -> tuple[str, object]:
    """The key and the value of a setting written `KEY=VALUE`.

    The value is read as the parameter's kind asks: lists are separated by commas or written as in TOML, names
    may stand in quotation marks. What cannot be read so stays a text, and what is wrong with it shows when
    the scenario is checked; the same holds for an unknown key.

    Parameters
    ----------
    text : str
        For instance `policy.cap=0.15` or `policy.classes=gold,bitcoin`.

    Raises
    ------
    ScenarioError
        If there is no equals sign or nothing before it.
    """
    key, equals, value = (part.strip() for part in text.partition("="))
    if not key or not equals:
        message = "is not a setting"
        raise ScenarioError(
            [Problem(SET, "", shown(text), "KEY=VALUE, such as policy.cap=0.15", None, message)]
        )
    parameter = parameters().get(key)
    return key, value if parameter is None else _READERS[parameter.kind](value)


def _number(text: str) -> object:
    """The number that a text spells, else the text."""
    try:
        return float(text)
    except ValueError:
        return text


def _whole(text: str) -> object:
    """The whole number that a text spells, else whatever number it spells, else the text."""
    try:
        return int(text)
    except ValueError:
        return _number(text)


def _switch(text: str) -> object:
    return {"true": True, "false": False}.get(text, text)


def _name(text: str) -> object:
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1] if quoted else text


def _names(text: str) -> object:
    """The names of a list, in brackets as TOML has it or bare between commas."""
    if text.startswith("["):
        try:
            return tomllib.loads(f"names = {text}")["names"]
        except (ValueError, RecursionError):
            return text
    return [_name(name.strip()) for name in text.split(",")] if text else []


_READERS: Final[dict[Kind, Callable[[str], object]]] = {
    "number": _number,
    "whole": _whole,
    "switch": _switch,
    "text": _name,
    "month": _name,
    "file": _name,
    "texts": _names,
}
