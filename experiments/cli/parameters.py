"""`thirdwave parameters`: every number of the model with its unit, range, standing and source."""

import argparse
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from environment.problems import Problem, ScenarioError, nearest_name, shown
from experiments.cli.options import add_output_options
from experiments.cli.output import print_json
from experiments.cli.parser import Parser, new_parser

if TYPE_CHECKING:
    from environment.parameters import Parameter

SUMMARY = "key, value, unit, range, standing, description and source of every parameter"
EXAMPLE = """examples:
  thirdwave parameters
  thirdwave parameters gate
  thirdwave parameters 'market.expected.*' --json"""


def parser() -> Parser:
    """The command's parser."""
    made = new_parser("thirdwave parameters", SUMMARY, EXAMPLE)
    made.add_argument(
        "pattern", metavar="PATTERN", nargs="?", default="", help="part of the key, or a pattern with * and ?"
    )
    add_output_options(made, "print a JSON list of objects")
    return made


def execute(args: argparse.Namespace) -> None:
    """Print the parameters whose key matches the pattern.

    Raises
    ------
    ScenarioError
        If there is none.
    """
    from environment.parameters import parameters

    known = parameters()
    found = [one for key, one in known.items() if _matches(key, args.pattern)]
    if not found:
        nearest = nearest_name(args.pattern, known)
        allowed = "part of a key, or a pattern with * and ?"
        raise ScenarioError(
            [Problem("parameters", "", shown(args.pattern), allowed, nearest, "matches no parameter")]
        )
    if args.json:
        print_json([_as_object(one) for one in found])
        return
    for one in found:
        print(f"{one.key} = {_value_text(one.value)}")
        for label, text in _details(one):
            print(f"    {label:<11} {text}")


def _matches(key: str, pattern: str) -> bool:
    whole = pattern if any(sign in pattern for sign in "*?[") else f"*{pattern}*"
    return fnmatchcase(key, whole.lower())


def _allowed_values(one: "Parameter") -> list[Any] | None:
    if one.kind == "switch":
        return [False, True]
    if one.kind == "file":
        return [*(one.allowed or ()), "a CSV file"]
    bounds = one.allowed if one.range is None else one.range
    return None if bounds is None else list(bounds)


def _as_object(one: "Parameter") -> dict[str, Any]:
    return {
        "key": one.key,
        "value": list(one.value) if isinstance(one.value, tuple) else one.value,
        "unit": one.unit,
        "range": _allowed_values(one),
        "standing": one.standing,
        "description": one.description,
        "source": one.source,
    }


def _value_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _details(one: "Parameter") -> list[tuple[str, str]]:
    values = [_value_text(value) for value in _allowed_values(one) or []]
    told = " to ".join(values) if one.range is not None else ", ".join(values)
    return [
        ("unit", one.unit),
        ("range", told),
        ("standing", one.standing),
        ("description", one.description),
        ("source", one.source),
    ]
