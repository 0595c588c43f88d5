"""Scenario files: found, read with all they extend, and checked as a whole."""

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

from environment.parameters import NUMBERS, number_contents, parameters
from environment.problems import Problem, ScenarioError, nearest_name, shown
from environment.scenario import Scenario, Written, build_scenario
from experiments.reading import UnreadableError, read_toml
from experiments.settings import SET, parse_setting

__all__ = ["load_scenario", "parse_setting", "shipped_scenarios"]

_SHIPPED: Final = Path(__file__).parent / "scenarios"
_LONGEST_CHAIN: Final = 100


def load_scenario(name_or_path: str | Path, settings: Sequence[str | Written] = ()) -> Scenario:
    """The scenario of a file, changed by settings.

    What a file extends is read first, then the file, then the settings; the last value for a key holds. An
    empty file is the default scenario, `open-access`.

    Parameters
    ----------
    name_or_path : str or Path
        The name of a shipped scenario, or the path of a TOML file.
    settings : sequence of str or Written, optional
        Further values, as `KEY=VALUE` or with a place of their own; paths in them are relative to the current
        folder.

    Returns
    -------
    Scenario
        Named after the file's stem. Its `inputs` hold the hash of every scenario file read, of the files of
        numbers and of the CSV files that values name.

    Raises
    ------
    ScenarioError
        If anything is wrong in the files or the settings, with every problem.
    """
    reading = _Reading()
    name, description = reading.top(name_or_path)
    for setting in settings:
        reading.setting(setting)
    inputs = dict(sorted(reading.inputs.items())) | _number_hashes()
    return build_scenario(name, description, reading.written, inputs=inputs, problems=reading.problems)


def shipped_scenarios() -> dict[str, Path]:
    """The files of the shipped scenarios by name, sorted."""
    return {path.stem: path for path in sorted(_SHIPPED.glob("*.toml"))}


@dataclass
class _Reading:
    """What has been read so far: values in the order in which they hold, hashes of files, and problems."""

    written: list[Written] = field(default_factory=list)
    inputs: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def top(self, name_or_path: str | Path) -> tuple[str, str]:
        """Read the scenario asked for; its name and description."""
        shipped = shipped_scenarios()
        if isinstance(name_or_path, str) and name_or_path in shipped:
            path, place = shipped[name_or_path], _shipped_place(name_or_path)
        else:
            path, place = Path(name_or_path), str(name_or_path)
        if not os.path.lexists(path):
            self._refuse("scenario", "", place, "does not exist", nearest_name(place, shipped))
            return path.stem, ""
        return path.stem, self._file(path, place, ())

    def setting(self, setting: str | Written) -> None:
        """Read one setting."""
        if isinstance(setting, Written):
            self.written.append(setting)
            return
        try:
            self.written.append(Written(SET, *parse_setting(setting)))
        except ScenarioError as error:
            self.problems += error.problems

    def _file(self, path: Path, place: str, chain: tuple[str, ...]) -> str:
        """Read one file after all that it extends; its description."""
        document = self._document(path, place)
        if document is None:
            return ""
        chain = (*chain, os.path.realpath(path))
        if "extends" in document:
            self._extended(document.pop("extends"), path, place, chain)
        description = document.pop("description", "")
        if not isinstance(description, str):
            self.problems.append(
                Problem(place, "description", shown(description), "a text", None, "is not a text")
            )
            description = ""
        self._values(document, place, str(path.parent))
        return description

    def _extended(self, base: object, path: Path, place: str, chain: tuple[str, ...]) -> None:
        """Read the scenario that the file at `path` extends."""
        if not isinstance(base, str) or not base:
            self._refuse(place, "extends", shown(base), "is not the name or path of a scenario")
            return
        shipped = shipped_scenarios()
        base_path = shipped.get(base, path.parent / base)
        base_place = _shipped_place(base) if base in shipped else os.path.normpath(Path(place).parent / base)
        if not os.path.lexists(base_path):
            self._refuse(place, "extends", shown(base), "does not exist", nearest_name(base, shipped))
        elif os.path.realpath(base_path) in chain:
            self._refuse(place, "extends", shown(base), "leads back to a file that is being read")
        elif len(chain) == _LONGEST_CHAIN:
            self._refuse(place, "extends", shown(base), f"ends a chain of {_LONGEST_CHAIN} files")
        else:
            self._file(base_path, base_place, chain)

    def _document(self, path: Path, place: str) -> dict[str, Any] | None:
        """The content of a TOML file, or None after noting why it cannot be read."""
        try:
            read = read_toml(path)
        except UnreadableError as error:
            self._refuse(place, "", "", str(error))
            return None
        self.inputs[place] = read.sha256
        return read.content

    def _values(self, document: dict[str, Any], place: str, folder: str) -> None:
        """Note every value of a document; a key written twice, once whole and once in parts, is a problem.

        Paths among the values are relative to `folder`, the one in which the document lies. A document with
        far more values than the model has keys is refused as a whole: to name the like of each takes time.
        """
        seen: set[str] = set()
        most = 2 * len(parameters())
        values = list(islice(_leaves(document), most + 1))
        if len(values) > most:
            self._refuse(place, "", "", f"has more than {most} values, and the model {most // 2} keys")
            return
        for key, value in values:
            if key in seen:
                self.problems.append(Problem(place, key, shown(value), "one value", None, "is written twice"))
            seen.add(key)
            self.written.append(Written(place, key, value, folder))

    def _refuse(self, place: str, key: str, value: str, message: str, nearest: str | None = None) -> None:
        """Note a problem with a file as such."""
        names = ", ".join(shipped_scenarios())
        self.problems.append(Problem(place, key, value, f"one of {names}, or a TOML file", nearest, message))


def _leaves(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Dotted keys and values of nested tables, in the order of the file.

    An empty table is passed over where the model has a group of that name and given as a value elsewhere, so
    that a misspelt heading does not go unnoticed. A stack takes the place of recursion: tables may be nested
    without limit.
    """
    groups = _groups()
    stack: list[tuple[str, Any]] = [("", document)]
    while stack:
        key, value = stack.pop()
        if isinstance(value, dict) and (value or key in groups):
            inner = [(f"{key}.{name}" if key else name, part) for name, part in value.items()]
            stack.extend(reversed(inner))
        else:
            yield key, value


@cache
def _groups() -> frozenset[str]:
    """Every group of keys: `policy`, `market.expected`, and the whole, which is empty."""
    groups = {""}
    for key in parameters():
        parts = key.split(".")
        groups.update(".".join(parts[:length]) for length in range(1, len(parts)))
    return frozenset(groups)


@cache
def _number_hashes() -> dict[str, str]:
    """The SHA-256 of every file of numbers, by its path inside the project."""
    return {
        f"environment/{NUMBERS.name}/{name}": hashlib.sha256(content).hexdigest()
        for name, content in number_contents().items()
    }


def _shipped_place(name: str) -> str:
    """The file of a shipped scenario, by its path inside the project."""
    return f"experiments/{_SHIPPED.name}/{name}.toml"
