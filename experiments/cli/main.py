"""The `thirdwave` command: finds the subcommand, runs it, and turns what goes wrong into an exit code.

0 done; 2 the input is wrong, with every problem on stderr; 130 interrupted; 1 anything else, in one line.
"""

import contextlib
import os
import shlex
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from environment.problems import Problem, ScenarioError, nearest_name, shown
from experiments.cli import bench, calc, compare, diff, parameters, report, run, scenarios, sweep
from experiments.cli.parser import Parser, new_parser

COMMANDS: dict[str, ModuleType] = {
    "run": run,
    "compare": compare,
    "sweep": sweep,
    "report": report,
    "diff": diff,
    "scenarios": scenarios,
    "parameters": parameters,
    "calc": calc,
    "bench": bench,
}
"""Every command: a module with SUMMARY, parser() and execute(args)."""

DONE, FAILED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments without the program's name; those of the process when left out.

    Returns
    -------
    int
        The exit code.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        _dispatch(arguments)
        sys.stdout.flush()
    except ScenarioError as error:
        return _wrong_input(error)
    except KeyboardInterrupt:
        again = shlex.join(["thirdwave", *arguments])
        return _ended(INTERRUPTED, f"interrupted; finished results are intact, to continue: {again}")
    except OSError as error:
        nobody_reads = isinstance(error, BrokenPipeError)
        if _stdout_is_broken(probe="\n" if nobody_reads else "") and nobody_reads:
            return DONE
        where = f"{error.filename}: " if error.filename else ""
        return _failed(f"{where}{error.strerror or str(error) or type(error).__name__}")
    except Exception as error:
        return _failed(f"{type(error).__name__}: {error}".removesuffix(": "))
    return DONE


def _dispatch(arguments: list[str]) -> None:
    """Run the command that the first argument names; help is printed by the parsers themselves."""
    if not arguments or arguments[0].startswith("-"):
        with contextlib.suppress(SystemExit):
            _overview().parse_args(arguments)
            raise ScenarioError([Problem("thirdwave", "", "", ", ".join(COMMANDS), None, "needs a command")])
        return
    name = arguments[0]
    if name not in COMMANDS:
        allowed, nearest = ", ".join(COMMANDS), nearest_name(name, COMMANDS)
        raise ScenarioError([Problem("thirdwave", "", shown(name), allowed, nearest, "is not a command")])
    parser: Parser = COMMANDS[name].parser()
    try:
        args, extras = parser.parse_known_intermixed_args(arguments[1:])
    except SystemExit:
        return
    if extras:
        raise parser.unknown(extras)
    COMMANDS[name].execute(args)


def _overview() -> Parser:
    width = max(map(len, COMMANDS))
    commands = [f"  {name:<{width}}  {command.SUMMARY}" for name, command in COMMANDS.items()]
    made = new_parser(
        "thirdwave",
        "An agent-based model of private assets in American retirement accounts.\n\ncommands:\n"
        + "\n".join(commands),
        "thirdwave COMMAND --help tells more, with an example:\n"
        "  thirdwave compare closed-door open-access --savers 2000 --years 10",
    )
    made.usage = "thirdwave COMMAND ..."
    return made


def _wrong_input(error: ScenarioError) -> int:
    count = len(error.problems)
    heading = f"{count} problem{'s' if count > 1 else ''}, nothing was written:"
    return _ended(WRONG_INPUT, "\n".join([heading, *(f"  {problem}" for problem in error.problems)]))


def _failed(message: str) -> int:
    """Say in one line what went wrong; all of it for those who ask through THIRDWAVE_DEBUG."""
    if os.environ.get("THIRDWAVE_DEBUG"):
        traceback.print_exc()
    return _ended(FAILED, " ".join(message.split()))


def _ended(code: int, message: str) -> int:
    with contextlib.suppress(OSError):
        print(f"thirdwave: {message}", file=sys.stderr, flush=True)
    return code


def _stdout_is_broken(probe: str) -> bool:
    """Whether stdout takes nothing more, being full or read by nobody; then it is closed for good.

    The write that failed may have emptied the buffer, so that it takes another, the probe, to find out. Were
    stdout left open, Python would try once more at exit, and complain.
    """
    try:
        print(end=probe, flush=True)
    except OSError:
        with contextlib.suppress(OSError), Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        return True
    return False
