"""`thirdwave bench`: speed and memory of the model on this machine, beside plain Mesa."""

import argparse
from typing import TYPE_CHECKING, Any

from environment.problems import Problem, ScenarioError, shown
from experiments.cli.options import add_output_options
from experiments.cli.output import print_json, print_table
from experiments.cli.parser import Parser, new_parser
from experiments.cli.progress import progress_on_stderr

if TYPE_CHECKING:
    from environment.scenario import Scenario

SUMMARY = "speed and memory of the model on this machine, beside plain Mesa"
EXAMPLE = """examples:
  thirdwave bench
  thirdwave bench --savers 2000,1000000 --years 5 --repeats 1 --json"""
MOST_REPEATS = 1_000


def parser() -> Parser:
    """The command's parser."""
    made = new_parser("thirdwave bench", SUMMARY, EXAMPLE)
    sizes = "sizes of the population, separated by commas (default: 2000,20000,100000)"
    made.add_argument("--savers", metavar="N,...", default="2000,20000,100000", help=sizes)
    made.add_argument("--years", metavar="Y", default="2", help="years to simulate, from 1 (default: 2)")
    repeats = "measurements of each, in turns, of which the median counts (default: 3)"
    made.add_argument("--repeats", metavar="K", default="3", help=repeats)
    add_output_options(made, "print all figures as JSON")
    return made


def execute(args: argparse.Namespace) -> None:
    """Measure, and print what came out.

    Raises
    ------
    ScenarioError
        With every problem of the options; nothing is measured.
    """
    problems: list[Problem] = []
    scenarios = _scenarios(args.savers, args.years, problems)
    repeats = _repeats(args.repeats, problems)
    if problems:
        raise ScenarioError(list(dict.fromkeys(problems)))
    from experiments.bench.measure import Bench

    with progress_on_stderr(args.quiet) as progress:
        told = Bench(scenarios).run(repeats, progress)
    if args.json:
        print_json(told)
    else:
        _print(told)


def _scenarios(sizes: str, years: str, problems: list[Problem]) -> "list[Scenario]":
    """Open access at every size; problems are added to those known already."""
    from environment.scenario import Written
    from experiments.load import load_scenario
    from experiments.settings import parse_setting

    length = Written("--years", *parse_setting(f"run.years={years}"))
    loaded = []
    for size in dict.fromkeys(part.strip() for part in sizes.split(",")):
        try:
            savers = Written("--savers", *parse_setting(f"run.savers={size}"))
            loaded.append(load_scenario("open-access", [savers, length]))
        except ScenarioError as error:
            problems += error.problems
    if any(not scenario.months for scenario in loaded):
        problems.append(Problem("--years", "run.years", shown(years), "1 to 100", None, "leaves no month"))
    return list({scenario.whole("run.savers"): scenario for scenario in loaded}.values())


def _repeats(text: str, problems: list[Problem]) -> int:
    if text.isascii() and text.isdecimal() and len(text) <= 4 and 1 <= int(text) <= MOST_REPEATS:
        return int(text)
    allowed = f"a whole number from 1 to {MOST_REPEATS}"
    problems.append(Problem("--repeats", "", shown(text), allowed, None, "is no number of measurements"))
    return 1


def _print(told: dict[str, Any]) -> None:
    years, simple = told["years"], told["simple_month"]
    print(f"The whole model, open-access, {years} years, medians of {told['repeats']}")
    header = ("savers", "ns a saver-month", "of CPU", "opening, s", "months, s", "bytes a saver", "peak MB")
    print_table(header, [_size_row(size) for size in told["sizes"]])
    if told["size_ratio"] is not None:
        larger, smaller = (f"{size['savers']:,}" for size in told["sizes"][:-3:-1])
        print(f"CPU time a saver-month, {larger} savers relative to {smaller}: {told['size_ratio']:.2f}")
    print("\nShare of each step of the month")
    names = list(told["sizes"][0]["steps"])
    counts = [f"{size['savers']:,} savers" for size in told["sizes"]]
    rows = [(name, *(f"{size['steps'][name]:.1%}" for size in told["sizes"])) for name in names]
    print_table(("step", *counts), rows)
    print(f"\nThe simple month, {simple['savers']:,} savers")
    programs = {"mesa": "plain Mesa", "columns": "columns, as in this model"}
    rows = [(shown_as, *_times(simple, f"{name}_")) for name, shown_as in programs.items()]
    print_table(("program", "ns a saver-month", "of CPU"), rows)
    size = f"{told['replication']['savers']:,} savers x {years} years"
    print(f"\nReplications a second, {size}, one process: {told['replications_per_second']:.2f}")
    print("CPU time of plain Mesa for the simple month, relative to")
    print(f"  the whole model, {told['sizes'][-1]['savers']:,} savers: {told['mesa_ratio']:.1f}")
    print(f"  columns for the same month: {told['mesa_ratio_same_month']:.0f}")


def _times(told: dict[str, Any], prefix: str = "") -> tuple[str, str]:
    wall, cpu = told[f"{prefix}ns_per_saver_month"], told[f"{prefix}cpu_ns_per_saver_month"]
    return _three_digits(wall), _three_digits(cpu)


def _three_digits(nanoseconds: float) -> str:
    return f"{nanoseconds:,.0f}" if nanoseconds >= 100 else f"{nanoseconds:.3g}"


def _size_row(size: dict[str, Any]) -> tuple[str, ...]:
    return (
        f"{size['savers']:,}",
        *_times(size),
        f"{size['opening_seconds']:.2f}",
        f"{size['seconds']:.2f}",
        f"{size['bytes_per_saver']:,.0f}",
        f"{size['peak_rss_mb']:,.0f}",
    )
