"""The options that `run` and `compare` share, and what they make of a scenario."""

import argparse
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from environment.problems import Problem, ScenarioError, shown

if TYPE_CHECKING:
    from environment.scenario import Scenario, Written

SHORTHANDS = {
    "savers": ("N", "savers, each a row of the population", "20000"),
    "years": ("Y", "years to simulate; 0 gives the opening alone", "40"),
    "seed": ("S", "seed of all luck, a whole number from 0", "1"),
    "replications": ("R", "independent repetitions", "8"),
}
"""Options that set the parameter `run.<name>`: the letter, the meaning and the default of the registry."""


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """Add what both commands take; values stay text, so that all that is wrong is told at once."""
    for name, (letter, meaning, default) in SHORTHANDS.items():
        told = f"{meaning} (default: the scenario's, {default} unless it says otherwise)"
        parser.add_argument(f"--{name}", metavar=letter, help=told)
    parser.add_argument(
        "--set",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="another value for any parameter, by its dotted key; may be repeated",
    )
    parser.add_argument("--out", metavar="DIR", default="results", help="parent folder (default: results)")
    parser.add_argument("--workers", metavar="K", help="processes at work (default: one a core)")
    add_output_options(parser, "print the headline figures as JSON")


def add_output_options(parser: argparse.ArgumentParser, json_help: str | None) -> None:
    """Add `--quiet` and, where there is something to print as JSON, `--json`."""
    parser.add_argument("--quiet", action="store_true", help="no progress on stderr")
    if json_help:
        parser.add_argument("--json", action="store_true", help=json_help)


class RunOptions:
    """Scenarios and options of one command line, read together so that every problem is told at once.

    Parameters
    ----------
    args : argparse.Namespace
        With the options of `add_run_options`.
    names : sequence of str
        Names or paths of the scenarios to load.
    check : callable, optional
        Takes the scenarios, once all could be loaded, and raises ScenarioError if they do not fit together.
    follow : sequence of str
        Rows of savers to follow.

    Attributes
    ----------
    scenarios : list of Scenario
        In the order of `names`.
    workers : int
        Processes, at least 1.
    out : Path
        Parent folder of the result, which may not exist yet.
    follow : list of int
        Rows of savers to follow, each once.

    Raises
    ------
    ScenarioError
        With every problem of the scenarios and of the options.
    """

    def __init__(
        self,
        args: argparse.Namespace,
        names: Sequence[str],
        check: "Callable[[Sequence[Scenario]], None] | None" = None,
        follow: Sequence[str] = (),
    ) -> None:
        problems: list[Problem] = []
        self.scenarios = _load(names, settings_of(args), problems)
        if check is not None and not problems:
            with collected(problems):
                check(self.scenarios)
        self.workers = workers_of(args.workers, problems)
        self.out = writable_folder(args.out, problems)
        self.follow = _rows(follow, self.scenarios, problems)
        if problems:
            raise ScenarioError(list(dict.fromkeys(problems)))


def settings_of(args: argparse.Namespace) -> "list[str | Written]":
    """What `--set` and the shorthands write over a scenario."""
    from environment.scenario import Written
    from experiments.settings import parse_setting

    settings: list[str | Written] = list(args.set)
    for name in SHORTHANDS:
        text = getattr(args, name)
        if text is not None:
            settings.append(Written(f"--{name}", *parse_setting(f"run.{name}={text}")))
    return settings


def _load(names: Sequence[str], settings: "list[str | Written]", problems: list[Problem]) -> "list[Scenario]":
    from experiments.load import load_scenario

    scenarios = []
    for name in names:
        with collected(problems):
            scenarios.append(load_scenario(name, settings))
    return scenarios


@contextmanager
def collected(problems: list[Problem]) -> Iterator[None]:
    """Add the problems that the block raises to those known already."""
    try:
        yield
    except ScenarioError as error:
        problems += error.problems


def workers_of(text: str | None, problems: list[Problem]) -> int:
    """The number of processes that `--workers` asks for, one a core when it is left out, or a problem."""
    if text is None:
        return os.cpu_count() or 1
    if text.isascii() and text.isdecimal() and 1 <= int(text) <= 4096:
        return int(text)
    allowed = "a whole number from 1 to 4096"
    problems.append(Problem("--workers", "", shown(text), allowed, None, "is no number of processes"))
    return 1


def _rows(texts: Sequence[str], scenarios: "Sequence[Scenario]", problems: list[Problem]) -> list[int]:
    """Rows of the smallest population; any whole number while it is not known how many savers there are."""
    savers = min((scenario.whole("run.savers") for scenario in scenarios), default=None)
    allowed = "a whole number from 0" + ("" if savers is None else f" to {savers - 1}")
    rows = []
    for text in texts:
        if text.isascii() and text.isdecimal() and len(text) <= 9 and (savers is None or int(text) < savers):
            rows.append(int(text))
        else:
            problems.append(Problem("--follow", "", shown(text), allowed, None, "is no row of a saver"))
    return list(dict.fromkeys(rows))


def writable_folder(text: str, problems: list[Problem]) -> Path:
    """The folder `text`, which exists or can be made, or a problem; nothing is written to find out."""
    folder = Path(text)
    existing = next(path for path in (folder.absolute(), *folder.absolute().parents) if os.path.lexists(path))
    if not existing.is_dir():
        message = f"cannot be a folder, since {existing} is not one"
    elif not os.access(existing, os.W_OK | os.X_OK):
        message = f"cannot be written, since {existing} is read-only"
    else:
        return folder
    problems.append(Problem("--out", "", shown(text), "a folder that can be written", None, message))
    return folder
