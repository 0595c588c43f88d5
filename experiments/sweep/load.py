"""Sweep files: found, read and checked as a whole."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from environment.problems import Problem, ScenarioError, nearest_name, shown
from environment.scenario import Scenario, Written
from environment.written import value_of
from experiments.headlines import UNITS
from experiments.load import load_scenario, shipped_scenarios
from experiments.outcomes import Outcome, parse_outcomes
from experiments.reading import UnreadableError, read_toml
from experiments.sweep.axes import Axes, dotted, read_axes
from experiments.sweep.design import INDEX, Design, Stopping
from experiments.sweep.sampling import count_of

_SHIPPED: Final = Path(__file__).parent.parent / "designs"
_SIZES: Final = ("savers", "years", "seed", "replications")
_KEYS: Final = ("name", "description", "scenario", *_SIZES, "outcomes", "set", "design", "stopping")
_STOPPING_KEYS: Final = ("most", "half_width")
MOST_CELLS: Final = 2**20
"""Cells of a design: each is looked at before the first is simulated, which takes some milliseconds."""
_MOST_LEVELS: Final = 50  # of tables and lists inside one another
_MOST_REPLICATIONS: Final = 100_000
_LONGEST_NAME: Final = 200
_WIDEST: Final = 1e300  # beyond it lies what is no number, and whole numbers that no float can hold


def load_design(name_or_path: str | Path, settings: Sequence[str | Written] = ()) -> Design:
    """The design of a sweep file, its base changed by settings.

    Parameters
    ----------
    name_or_path : str or Path
        The name of a shipped design, or the path of a TOML file.
    settings : sequence of str or Written, optional
        Further values for every cell, as `experiments.load.load_scenario` takes them; they hold against those
        of the file.

    Raises
    ------
    ScenarioError
        If anything is wrong in the file, the scenario it names or the settings, with every problem.
    """
    shipped = shipped_designs()
    if isinstance(name_or_path, str) and name_or_path in shipped:
        path, place = shipped[name_or_path], f"experiments/{_SHIPPED.name}/{name_or_path}.toml"
    else:
        path, place = Path(name_or_path), str(name_or_path)
    if not os.path.lexists(path):
        allowed = f"one of {', '.join(shipped)}, or a TOML file"
        nearest = nearest_name(place, shipped)
        raise ScenarioError([Problem("sweep", "", shown(place), allowed, nearest, "does not exist")])
    try:
        document = read_toml(path)
        if _is_deeper(document.content, _MOST_LEVELS):
            raise UnreadableError("is nested too deeply")
    except UnreadableError as error:
        raise ScenarioError([Problem(place, "", "", "a TOML file", None, str(error))]) from None
    return _Reading(place, str(path.parent)).design(path.stem, document.content, settings)


def shipped_designs() -> dict[str, Path]:
    """The files of the shipped designs by name, sorted."""
    return {path.stem: path for path in sorted(_SHIPPED.glob("*.toml"))}


@dataclass
class _Reading:
    """One sweep file being read: its place, its folder, and the problems found so far."""

    place: str
    folder: str
    problems: list[Problem] = field(default_factory=list)

    def design(self, stem: str, content: dict[str, Any], settings: Sequence[str | Written]) -> Design:
        """Read all of it.

        Raises
        ------
        ScenarioError
            With every problem.
        """
        self._unknown("", content, _KEYS)
        base = self._base(content, settings)
        outcomes = self._outcomes(content.get("outcomes", list(UNITS)))
        axes = self._axes(content.get("design"), base, outcomes)
        if axes is not None:
            self._varied_and_set([*_keys_of(content.get("set")), *settings], axes)
        stopping = self._stopping(content.get("stopping"), outcomes, base)
        name = self._text(content, "name", stem)
        if not _names_a_folder(name):
            allowed = f"printable, up to {_LONGEST_NAME} bytes, no slash, no dot or space at its ends"
            self._refuse("name", name or "''", allowed, "cannot name a folder")
        description = self._text(content, "description", "")
        if self.problems or base is None or axes is None:
            raise ScenarioError(list(dict.fromkeys(self.problems)))
        design = Design(
            name=name,
            description=description,
            base=base,
            outcomes=tuple(outcomes),
            stopping=stopping,
            place=self.place,
            folder=self.folder,
            **vars(axes),
        )
        if count_of(design) > MOST_CELLS:
            self._refuse("design", f"{count_of(design):,} cells", f"{MOST_CELLS:,}", "has too many cells")
            raise ScenarioError(self.problems)
        return design

    def _base(self, content: Mapping[str, Any], settings: Sequence[str | Written]) -> Scenario | None:
        """The scenario that the cells start from."""
        fixed = content.get("set", {})
        if not isinstance(fixed, dict):
            self._refuse("set", fixed, "a table of dotted keys and values", "is not a table")
            fixed = {}
        own = [Written(self.place, f"run.{key}", content[key]) for key in _SIZES if key in content]
        own += [Written(self.place, key, value, self.folder) for key, value in dotted(fixed)]
        where = self._scenario(content.get("scenario", "open-access"))
        if where is None:
            self._checked_alone(own)
            return None
        try:
            return load_scenario(where, [*own, *settings])
        except ScenarioError as error:
            self.problems += error.problems
            return None

    def _scenario(self, name: object) -> str | None:
        """The name or path of the scenario that is asked for; None after noting why there is none."""
        shipped = list(shipped_scenarios())
        if not isinstance(name, str):
            self._refuse("scenario", name, "the name or path of a scenario", "is not a text")
            return None
        if name in shipped:
            return name
        if os.path.lexists(Path(self.folder, name)):
            return str(Path(self.folder, name))
        allowed, nearest = f"one of {', '.join(shipped)}, or a TOML file", nearest_name(name, shipped)
        self.problems.append(Problem(self.place, "scenario", shown(name), allowed, nearest, "does not exist"))
        return None

    def _checked_alone(self, written: Sequence[Written]) -> None:
        """Note what is wrong with single values, where there is no scenario to check them together with."""
        for one in written:
            try:
                value_of(one, {})
            except ScenarioError as error:
                self.problems += error.problems

    def _outcomes(self, texts: object) -> list[Outcome]:
        """What is asked of every replication."""
        if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
            self._refuse("outcomes", texts, "a list of names", "is not a list of names")
            return []
        twice = [text for text, times in Counter(texts).items() if times > 1]
        for text in twice:
            self._refuse("outcomes", text, "each outcome once", "is named twice")
        outcomes, problems = parse_outcomes(list(dict.fromkeys(texts)), self.place)
        self.problems += problems
        return outcomes

    def _axes(self, table: object, base: Scenario | None, outcomes: Sequence[Outcome]) -> Axes | None:
        """What is varied, and how."""
        if not isinstance(table, dict):
            self._refuse("design", table, "a table with a method and parameters", "is missing or no table")
            return None
        columns = (*INDEX, *(one.name for one in outcomes))
        axes, problems = read_axes(table, base, self.place, self.folder, columns)
        self.problems += problems
        return axes

    def _varied_and_set(self, settings: Sequence[str | Written], axes: Axes) -> None:
        """Note settings of what the design varies: they would be written over without a word."""
        replaced = [key for factor in axes.factors.values() if factor.how == "set" for key in factor.keys]
        for one in settings:
            key = one.key if isinstance(one, Written) else one.partition("=")[0].strip()
            if key in axes.ranges or key in replaced:
                self._refuse(
                    key, "", "a key that the design does not vary", "is set and is varied by the design"
                )

    def _stopping(self, table: object, outcomes: Sequence[Outcome], base: Scenario | None) -> Stopping | None:
        """When a cell has replications enough."""
        if table is None:
            return None
        if not isinstance(table, dict) or not isinstance(table.get("half_width"), dict):
            self._refuse("stopping", table, "most, and a table half_width", "lacks the table half_width")
            return None
        self._unknown("stopping.", table, _STOPPING_KEYS)
        names = [one.name for one in outcomes]
        allowed = ", ".join(names) or "outcomes of this sweep"
        widths: dict[str, float] = {}
        for name, width in table["half_width"].items():
            key = f"stopping.half_width.{name}"
            if name not in names:
                self._refuse(key, width, allowed, "is no outcome of this sweep", names)
            elif isinstance(width, bool) or not isinstance(width, int | float) or not 0 < width < _WIDEST:
                self._refuse(key, width, "a number above 0, in the outcome's unit", "is no half width")
            else:
                widths[name] = float(width)
        if not table["half_width"]:
            self._refuse("stopping.half_width", "", allowed, "names no outcome")
        batch = base.whole("run.replications") if base else 2
        if batch < 2:
            self._refuse("replications", batch, "2 or more", "gives no interval to stop at")
        most = table.get("most", 64)
        if isinstance(most, bool) or not isinstance(most, int) or not batch <= most <= _MOST_REPLICATIONS:
            allowed = f"a whole number from {batch} (replications) to {_MOST_REPLICATIONS}"
            self._refuse("stopping.most", most, allowed, "is no limit")
            return None
        return Stopping(widths, most)

    def _text(self, content: Mapping[str, Any], key: str, default: str) -> str:
        value = content.get(key, default)
        if isinstance(value, str):
            return value
        self._refuse(key, value, "a text", "is not a text")
        return default

    def _unknown(self, prefix: str, table: Mapping[str, Any], known: Sequence[str]) -> None:
        """Note keys of a table that mean nothing."""
        for key, value in table.items():
            if key not in known:
                self._refuse(f"{prefix}{key}", value, ", ".join(known), "is not a known key", known)

    def _refuse(self, key: str, value: object, allowed: str, message: str, names: Sequence[str] = ()) -> None:
        """Note a problem; with `names`, the nearest of them to the key's last part."""
        nearest = nearest_name(key.rpartition(".")[2], names) if names else None
        text = "" if value == "" else shown(value)
        self.problems.append(Problem(self.place, key, text, allowed, nearest, message))


def _names_a_folder(name: str) -> bool:
    """Whether every system takes it, with the hash behind it, and a person sees what it is."""
    plain = name.isprintable() and not any(sign in name for sign in "/\\") and name == name.strip(" .")
    return bool(name) and plain and len(name.encode()) <= _LONGEST_NAME


def _keys_of(table: object) -> list[Written]:
    return [Written("set", key, value) for key, value in dotted(table)] if isinstance(table, dict) else []


def _is_deeper(document: dict[str, Any], levels: int) -> bool:
    """Whether tables and lists lie inside one another on more levels; a key of many dots makes as many."""
    level: list[object] = [document]
    while level and levels:
        levels -= 1
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return any(isinstance(one, dict | list) for one in level)
