"""`thirdwave diff`: what differs between two results, and why."""

import argparse
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.cli.options import add_output_options
from experiments.cli.output import change_text, interval_text, print_json, print_table
from experiments.cli.parser import Parser, new_parser

if TYPE_CHECKING:
    from experiments.diff import Diff

SUMMARY = "what differs between two results, and why"
EXAMPLE = """example:
  thirdwave diff results/open-access-0a1b2c3d results/capped-4e5f6a7b"""
_LONGEST, _SHORT = 60, 12
_MOST_CELLS = 5
_HASH = re.compile("[0-9a-f]{40,64}[+]?")


def parser() -> Parser:
    """The command's parser."""
    made = new_parser("thirdwave diff", SUMMARY, EXAMPLE)
    told = "result folder of run, compare or sweep"
    made.add_argument("first", metavar="DIR", help=told)
    made.add_argument("second", metavar="DIR", help=f"{told}, of the same kind")
    add_output_options(made, "print all differences as JSON")
    return made


def execute(args: argparse.Namespace) -> None:
    """Print the differences, the causes first.

    Raises
    ------
    ScenarioError
        With everything that is wrong with the two folders.
    """
    from experiments.diff import diff

    found = diff(Path(args.first), Path(args.second))
    if args.json:
        print_json(found.as_dict())
        return
    for line in _why(found):
        print(line)
    _print_changes(found)
    _print_figures(found)
    _print_only(found)


def _why(found: "Diff") -> Iterator[str]:
    """The first lines: are the results the same, and what may be the cause if they are not."""
    yield "the same results to the last byte" if found.same else "the results differ"
    causes = ", ".join(f"{part} ({count})" for part, count in found.causes.items())
    if causes:
        yield f"what differs and could matter: {causes}"
    else:
        yield "nothing that could matter differs"
    if not found.code_known and "code" not in found.causes:
        yield "whether the code is the same is not recorded: no commit, or one with changes"


def _print_changes(found: "Diff") -> None:
    if found.changes:
        rows = [(one.part, one.name, _text(one.first), _text(one.second)) for one in found.changes]
        print()
        print_table(("what went in", "name", "first", "second"), rows)


def _print_figures(found: "Diff") -> None:
    from experiments.diff.figures import SAME

    moved = [one for one in found.figures if one.verdict != SAME]
    print()
    if moved:
        header = ("what came out", "first [95% t interval]", "second", "difference", "verdict", "unit")
        rows = [
            (
                one.name,
                interval_text(one.first),
                interval_text(one.second),
                "none" if one.difference is None else change_text(one.difference),
                one.verdict,
                one.unit,
            )
            for one in moved
        ]
        print_table(header, rows)
    print(f"{len(found.figures) - len(moved)} of {len(found.figures)} figures are the same")


def _print_only(found: "Diff") -> None:
    """What one of them tells and the other does not."""
    if found.cells is not None:
        first, second, both = found.cells
        print(
            f"cells only in the first: {len(first):,}, only in the second: {len(second):,}, in both: {both:,}"
        )
        for which, cells in (("first", first), ("second", second)):
            for cell in cells[:_MOST_CELLS]:
                told = ", ".join(f"{key} = {_text(value)}" for key, value in cell.items())
                print(f"cell only in the {which}: {told}")
            if len(cells) > _MOST_CELLS:
                print(f"cells only in the {which} that are not named: {len(cells) - _MOST_CELLS:,}")
        print(f"means are over {'the cells in both' if both else 'all cells of each'}")
    for what, pair in (("warning", found.warnings), ("failed cell", found.failures)):
        for which, texts in zip(("first", "second"), pair, strict=True):
            for text in texts:
                print(f"{what} only in the {which}: {text}")


def _text(value: object) -> str:
    if value is None:
        return "none"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if _HASH.fullmatch(text):
        return f"{text[:_SHORT]}...{'+' * text.endswith('+')}"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
