"""The parser of the command line: what argparse does, with its complaints told like all others."""

import argparse
from typing import NoReturn

from environment.problems import Problem, ScenarioError, nearest_name, shown


class Parser(argparse.ArgumentParser):
    """An `ArgumentParser` that raises `ScenarioError` where the original prints and exits."""

    def error(self, message: str) -> NoReturn:
        """Refuse the command line.

        Raises
        ------
        ScenarioError
            Always.
        """
        raise ScenarioError([Problem(self.prog, "", "", f"see {self.prog} --help", None, message)])

    def unknown(self, extras: list[str]) -> ScenarioError:
        """The error for arguments that nobody asked for, with the nearest option of each."""
        return ScenarioError([self._unknown(extra) for extra in extras])

    def _unknown(self, extra: str) -> Problem:
        if not extra.startswith("-"):
            allowed = f"see {self.prog} --help"
            return Problem(self.prog, "", shown(extra), allowed, None, "is one argument too many")
        options = [option for option in self._option_string_actions if option.startswith("--")]
        nearest = nearest_name(extra.partition("=")[0], options)
        return Problem(self.prog, "", shown(extra), ", ".join(options), nearest, "is not an option")


def new_parser(prog: str, summary: str, example: str) -> Parser:
    """A parser that shows `summary` above and `example` below its options, and takes no shortened options."""
    return Parser(
        prog=prog,
        description=summary,
        epilog=example,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
