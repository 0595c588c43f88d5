"""`thirdwave compare`: the same people and the same luck under different rules."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.cli.options import RunOptions, add_run_options
from experiments.cli.output import interval_text, print_json, print_path, print_table, share_text
from experiments.cli.parser import Parser, new_parser
from experiments.cli.progress import progress_on_stderr

if TYPE_CHECKING:
    from environment.scenario import Scenario
    from experiments.simulate import Progress

SUMMARY = "the same people, the same luck, different rules: what each saver gains or loses"
EXAMPLE = """example:
  thirdwave compare closed-door open-access --savers 2000 --years 10"""


def parser() -> Parser:
    """The command's parser."""
    made = new_parser("thirdwave compare", SUMMARY, EXAMPLE)
    made.add_argument("base", metavar="BASE", help="name or path of the scenario to compare with")
    made.add_argument("others", metavar="OTHER", nargs="+", help="names or paths of the others")
    add_run_options(made)
    return made


def execute(args: argparse.Namespace) -> None:
    """Simulate all scenarios, write folder and report, print the verdict and where the folder is.

    Raises
    ------
    ScenarioError
        With every problem of the scenarios and the options; nothing is written.
    """
    options = RunOptions(args, [args.base, *args.others], _check_together)
    with progress_on_stderr(args.quiet) as progress:
        folder, verdict, warnings = _compared(options, progress)
    if args.json:
        print_json(verdict)
    else:
        for other, told in verdict.items():
            _print_verdict(options.scenarios[0].name, other, told)
        _tell(warnings)
    print_path(folder, args.json, args.quiet)


def _check_together(scenarios: Sequence["Scenario"]) -> None:
    from experiments.compare import check_comparable

    check_comparable(scenarios[0], scenarios[1:])


def _tell(warnings: Sequence[str]) -> None:
    """Print what is wrong with the comparison as a whole, and how much more the report has to say."""
    single = [text for text in warnings if "replication " in text]
    for text in warnings:
        if text not in single:
            print(f"warning: {text}")
    if single:
        print(f"{len(single)} warnings of single replications are in the report")


def _compared(options: RunOptions, progress: "Progress | None") -> tuple[Path, dict[str, Any], list[str]]:
    """The comparison's folder, its verdict and its warnings.

    The last two are not from the published folder: another run may be replacing it.
    """
    from experiments.compare import compare
    from experiments.folders import read_manifest
    from experiments.report import write_report

    base, *others = options.scenarios
    warnings: list[str] = []

    def finish(unfinished: Path) -> None:
        write_report(unfinished, workers=options.workers)
        warnings.extend(read_manifest(unfinished)["warnings"])

    folder, verdict = compare(base, others, options.out, finish, options.workers, progress)
    return folder, verdict, warnings


def _print_verdict(base: str, other: str, told: dict[str, Any]) -> None:
    print(f"{other} against {base}")
    from experiments.headlines import UNITS

    outcomes = ("better", "worse", "unchanged")
    shares = [(f"savers {name}", share_text(told[name]), "share of savers") for name in outcomes]
    changes = [
        (f"change of {name}", interval_text(one), UNITS[name]) for name, one in told["changes"].items()
    ]
    print_table(("figure", "mean [95% t interval]", "unit"), shares + changes)
