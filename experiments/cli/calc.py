"""`thirdwave calc`: one formula of the model on its own."""

import argparse
import textwrap

from experiments.calc import CALCULATORS, calculate
from experiments.calculator import Calculator, Input
from experiments.cli.options import add_output_options
from experiments.cli.output import print_json, print_table
from experiments.cli.parser import Parser, new_parser

SUMMARY = "one formula of the model on its own"
EXAMPLE = """example:
  thirdwave calc fee-drag initial=25000 years=35 gross=0.07 fee=0.015 --json"""


def parser() -> Parser:
    """The command's parser."""
    told = [f"{SUMMARY}; rates are fractions a year, lists are separated by commas\n\ncalculators:"]
    told += [_described(name, calculator) for name, calculator in CALCULATORS.items()]
    made = new_parser("thirdwave calc", "\n".join(told), EXAMPLE)
    made.add_argument("name", metavar="NAME", nargs="?", help="a calculator; without one they are listed")
    made.add_argument("settings", metavar="KEY=VALUE", nargs="*", help="its inputs")
    add_output_options(made, "print one JSON object")
    return made


def execute(args: argparse.Namespace) -> None:
    """Print what a calculator answers, or which calculators there are."""
    if args.name is None:
        _list_calculators(args.json)
        return
    answer = calculate(args.name, args.settings)
    if args.json:
        print_json(answer)
        return
    rows = [(name, "none" if value is None else f"{value:,.8g}") for name, value in answer.items()]
    print_table(("output", "value"), rows)


def _list_calculators(as_json: bool) -> None:
    rows = [(name, one.purpose, " ".join(map(_shown, one.inputs))) for name, one in CALCULATORS.items()]
    if as_json:
        keys = ("name", "purpose", "inputs")
        print_json([dict(zip(keys, row, strict=True)) for row in rows])
    else:
        print_table(("name", "answers", "inputs"), rows)


def _described(name: str, calculator: Calculator) -> str:
    inputs = [f"{_shown(one)}: {one.meaning}; {one.allowed}" for one in calculator.inputs]
    indented = [
        textwrap.fill(line, 88, initial_indent="      ", subsequent_indent="        ")
        for line in (calculator.formula, *inputs)
    ]
    return "\n".join([f"  {name}: {calculator.purpose}", *indented])


def _shown(one: Input) -> str:
    if one.required:
        return one.name
    return f"[{one.name}]" if one.default is None else f"[{one.name}={one.default:g}]"
