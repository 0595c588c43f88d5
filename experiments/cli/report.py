"""`thirdwave report`: rebuild the figures and the page of a result folder."""

import argparse
import os
from pathlib import Path

from environment.problems import Problem, ScenarioError, shown
from experiments.cli.options import add_output_options
from experiments.cli.parser import Parser, new_parser

SUMMARY = "rebuild the figures and report.html of a result folder without simulating"
EXAMPLE = """example:
  thirdwave report results/open-access-0a1b2c3d"""


def parser() -> Parser:
    """The command's parser."""
    made = new_parser("thirdwave report", SUMMARY, EXAMPLE)
    made.add_argument("folder", metavar="DIR", help="result folder of run, compare or sweep")
    add_output_options(made, None)
    return made


def execute(args: argparse.Namespace) -> None:
    """Rebuild the report and print where it is.

    Raises
    ------
    ScenarioError
        If the folder holds no result.
    """
    folder = Path(args.folder)
    if not (folder / "manifest.json").is_file():
        message = "has no manifest.json" if folder.is_dir() else "is not a folder"
        allowed = "a result folder of run, compare or sweep"
        raise ScenarioError([Problem("report", "", shown(args.folder), allowed, None, message)])
    from experiments.report import write_report

    print(write_report(folder, os.cpu_count() or 1))
