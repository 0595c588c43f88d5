"""`thirdwave scenarios`: the shipped scenarios, and one in full."""

import argparse

from environment.problems import Problem, ScenarioError, nearest_name, shown
from experiments.cli.options import add_output_options
from experiments.cli.output import print_json, print_table
from experiments.cli.parser import Parser, new_parser

SUMMARY = "the shipped scenarios; `show NAME` prints one in full"
EXAMPLE = """examples:
  thirdwave scenarios
  thirdwave scenarios show open-access > mine.toml"""
_ACTIONS = ("list", "show")


def parser() -> Parser:
    """The command's parser."""
    made = new_parser("thirdwave scenarios", SUMMARY, EXAMPLE)
    made.add_argument("action", metavar="list | show", nargs="?", default="list", help="default: list")
    made.add_argument("name", metavar="NAME", nargs="?", help="the scenario to show, or the path of a file")
    add_output_options(made, "print the list as JSON")
    return made


def execute(args: argparse.Namespace) -> None:
    """List the scenarios, or print one as TOML with every value.

    Raises
    ------
    ScenarioError
        If the action or the scenario is not known.
    """
    if args.action not in _ACTIONS:
        nearest = nearest_name(args.action, _ACTIONS)
        raise ScenarioError([_problem(args.action, "list, or show NAME", nearest, "is not known")])
    if args.action == "show":
        _show(args.name)
    elif args.name is not None:
        raise ScenarioError([_problem(args.name, "show NAME", None, "is more than list takes")])
    else:
        _list(args.json)


def _problem(value: str, allowed: str, nearest: str | None, message: str) -> Problem:
    return Problem("scenarios", "", shown(value), allowed, nearest, message)


def _list(as_json: bool) -> None:
    from experiments.load import load_scenario, shipped_scenarios

    rows = [(name, load_scenario(name).description) for name in shipped_scenarios()]
    if as_json:
        print_json([{"name": name, "description": description} for name, description in rows])
    else:
        print_table(("name", "description"), rows)


def _show(name: str | None) -> None:
    from experiments.load import load_scenario, shipped_scenarios
    from experiments.toml import as_toml

    if name is None:
        allowed = ", ".join(shipped_scenarios())
        raise ScenarioError([_problem("show", allowed, None, "needs the name of a scenario")])
    print(as_toml(load_scenario(name)))
