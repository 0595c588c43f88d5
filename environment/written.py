"""What somebody wrote for one key, and the value that it gives."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from environment.checking import Refusal, accept, allowed_text
from environment.input_tables import read_table
from environment.parameters import Parameter, Value, parameters
from environment.problems import Problem, ScenarioError, nearest_name, shown
from environment.tabular import InputTable

__all__ = ["Written", "value_of"]


@dataclass(frozen=True, slots=True)
class Written:
    """One value as somebody wrote it: where, for which dotted key, and what.

    A path in it is relative to `folder`; empty is the current folder.
    """

    place: str
    key: str
    value: object
    folder: str = ""


def value_of(written: Written, before: Mapping[str, InputTable]) -> Value | InputTable:
    """The value, or the table of a CSV file, that one written line gives.

    Parameters
    ----------
    written : Written
    before : mapping of str to InputTable
        Tables in force by key; who writes the value of one of them again means that table.

    Raises
    ------
    ScenarioError
        With what is wrong with it.
    """
    known = parameters()
    parameter = known.get(written.key)
    if parameter is None:
        raise ScenarioError([_unknown(written, known)])
    answer = accept(parameter, written.value)
    if isinstance(answer, Refusal):
        raise ScenarioError([_refused(written, parameter, answer)])
    if parameter.kind == "file" and isinstance(answer, str) and answer not in (parameter.allowed or ()):
        return _table(written, parameter, answer, before.get(written.key))
    return answer


def _table(written: Written, parameter: Parameter, path: str, before: InputTable | None) -> InputTable:
    """The table at the path of a written line, or the one before if that is what is written.

    Raises
    ------
    ScenarioError
        If the file cannot be read, or with what is wrong in it.
    """
    if before is not None and path == before.value:
        return before
    try:
        return read_table(
            written.key, Path(written.folder, path), os.path.normpath(Path(written.folder, path))
        )
    except FileNotFoundError:
        refusal = Refusal("does not exist")
    except OSError as error:
        refusal = Refusal(f"cannot be read: {error.strerror or error}")
    except ScenarioError:
        raise
    except ValueError:  # a path with characters that no path can have
        refusal = Refusal("is not a path")
    raise ScenarioError([_refused(written, parameter, refusal)])


def _refused(written: Written, parameter: Parameter, refusal: Refusal) -> Problem:
    """The problem of a value that may not stand."""
    allowed = allowed_text(parameter)
    value = shown(written.value)
    return Problem(written.place, written.key, value, allowed, refusal.nearest, refusal.message)


def _unknown(written: Written, known: Mapping[str, object]) -> Problem:
    """What is wrong with a key that names no parameter."""
    members = [key for key in known if key.startswith(written.key + ".")]
    message = "is a group of keys, not a key" if members else "is not a known key"
    topics = dict.fromkeys(key.partition(".")[0] for key in known)
    nearest = members[0] if members else nearest_name(written.key, [*known, *topics])
    allowed = "a key that `thirdwave parameters` lists"
    return Problem(written.place, shown(written.key), shown(written.value), allowed, nearest, message)
