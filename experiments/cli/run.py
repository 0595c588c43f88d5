"""`thirdwave run`: simulate one scenario and write its result folder."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.cli.options import RunOptions, add_run_options
from experiments.cli.output import interval_text, print_json, print_path, print_table
from experiments.cli.parser import Parser, new_parser
from experiments.cli.progress import progress_on_stderr

if TYPE_CHECKING:
    from experiments.simulate import Progress

SUMMARY = "simulate one scenario and write a result folder"
EXAMPLE = """example:
  thirdwave run open-access --savers 2000 --years 10 --set policy.cap=0.15
  thirdwave run open-access --savers 500 --replications 1 --follow 17"""


def parser() -> Parser:
    """The command's parser."""
    made = new_parser("thirdwave run", SUMMARY, EXAMPLE)
    made.add_argument(
        "scenario",
        metavar="SCENARIO",
        nargs="?",
        default="open-access",
        help="name of a shipped scenario, or path of a TOML file (default: open-access)",
    )
    add_run_options(made)
    made.add_argument(
        "--follow",
        metavar="ROW",
        action="append",
        default=[],
        help="add the life of the saver in this row, from 0, as a story with every transfer; may be repeated",
    )
    return made


def execute(args: argparse.Namespace) -> None:
    """Simulate, write folder and report, print the headline figures and where stories and folder are.

    Raises
    ------
    ScenarioError
        With every problem of the scenario and the options; nothing is written.
    """
    options = RunOptions(args, [args.scenario], follow=args.follow)
    with progress_on_stderr(args.quiet) as progress:
        folder, summary = _simulated(options, progress)
    if args.json:
        print_json(summary)
    else:
        rows = [(name, interval_text(one), one["unit"]) for name, one in summary.items()]
        print_table(("headline", "value", "unit"), rows)
    for row in options.follow:
        print_path(folder / f"story-{row}.txt", args.json, args.quiet)
    print_path(folder, args.json, args.quiet)


def _simulated(options: RunOptions, progress: "Progress | None") -> tuple[Path, dict[str, Any]]:
    """The result's folder, and its headlines from memory: another run may be replacing the folder."""
    from experiments.report import write_report
    from experiments.simulate import simulate_to_folder

    (scenario,) = options.scenarios
    return simulate_to_folder(scenario, options.out, write_report, options.workers, progress, options.follow)
