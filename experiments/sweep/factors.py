"""The tables `[design.factors.NAME]` of a sweep file."""

from collections.abc import Mapping
from typing import Any, Final

from environment.parameters import parameters
from environment.problems import Problem, nearest_name, shown
from experiments.sweep.design import Factor, How

_KEYS: Final = ("keys", "how")
_HOWS: Final[tuple[How, ...]] = ("add", "times", "set")


def read_factors(table: object, place: str) -> tuple[dict[str, Factor], list[Problem]]:
    """Factors by name, and what is wrong with those that are none.

    Parameters
    ----------
    table : object
        ``design.factors`` as TOML gives it.
    place : str
        The file, for messages.
    """
    found: dict[str, Factor] = {}
    problems: list[Problem] = []
    if not isinstance(table, dict):
        return found, [_problem(place, "", table, "a table for each factor", "is not a table")]
    for name, one in table.items():
        wrong = _wrong(name, one, place)
        problems += wrong
        if not wrong:
            how = next(how for how in _HOWS if how == one.get("how", "add"))
            found[name] = Factor(tuple(one["keys"]), how)
    return found, problems


def _wrong(name: str, one: object, place: str) -> list[Problem]:
    """What is wrong with one factor."""
    if name in parameters():
        return [_problem(place, name, "", "a name of its own", "is a key of the model already")]
    if not name.strip() or not name.isprintable():
        return [_problem(place, name, "", "a printable name", "is no name")]
    if not isinstance(one, dict):
        return [_problem(place, name, one, "a table with keys and how", "is not a table")]
    problems = [
        _problem(place, f"{name}.{key}", one[key], ", ".join(_KEYS), "is not a known key")
        for key in one
        if key not in _KEYS
    ]
    how = one.get("how", "add")
    if how not in _HOWS:
        problems.append(_problem(place, f"{name}.how", how, ", ".join(_HOWS), "is no way to move a key"))
    return problems + _wrong_keys(name, one, place)


def _wrong_keys(name: str, one: Mapping[str, Any], place: str) -> list[Problem]:
    keys = one.get("keys")
    if not isinstance(keys, list) or not keys:
        return [_problem(place, f"{name}.keys", keys, "a list of dotted keys", "is no list of keys")]
    known = parameters()
    problems = []
    for key in keys:
        if not isinstance(key, str) or key not in known or known[key].kind not in ("number", "whole"):
            nearest = nearest_name(str(key), known)
            allowed = "keys of numbers that `thirdwave parameters` lists"
            message = "is no key of a number"
            place_key = f"design.factors.{name}.keys"
            problems.append(Problem(place, place_key, shown(key), allowed, nearest, message))
    if len(set(map(str, keys))) < len(keys):
        problems.append(_problem(place, f"{name}.keys", keys, "each key once", "names a key twice"))
    return problems


def _problem(place: str, name: str, value: object, allowed: str, message: str) -> Problem:
    key = f"design.factors.{name}".removesuffix(".")
    return Problem(place, key, "" if value == "" else shown(value), allowed, None, message)
