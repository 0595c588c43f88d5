"""Two result folders, read and checked as far as a comparison of them needs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from environment.problems import Problem, ScenarioError, shown
from experiments.folders import MANIFEST
from experiments.manifest import SCHEMA

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("run", "compare", "sweep")
_ALLOWED = f"a result folder of {', '.join(KINDS)}"
_WORDS = {"dict": "object", "list": "list"}
_ALWAYS: dict[str, type | tuple[type, ...]] = {
    "scenario": dict,
    "seed": int,
    "savers": int,
    "months": int,
    "replications": int,
    "versions": dict,
    "commit": (str, type(None)),
    "inputs": dict,
    "content_sha256": str,
    "warnings": list,
}
_OF_FAILURE = {"values", "replication", "reason"}
_OF_KIND: dict[str, dict[str, type | tuple[type, ...]]] = {
    "run": {},
    "compare": {"base": str, "others": list},
    "sweep": {"design": dict, "outcomes": dict, "cells": int, "failed": int},
}


@dataclass(frozen=True, slots=True)
class Folder:
    """What is looked at in a result folder.

    Attributes
    ----------
    path : Path
    manifest : dict
    runs : dict of str to Folder
        Scenarios of a comparison by name.
    figures : dict
        ``summary.json`` of a run, ``verdict.json`` of a comparison.
    failed : list of dict
        ``failed.json`` of a sweep.
    table : DataFrame or None
        ``sweep.parquet``.
    """

    path: Path
    manifest: dict[str, Any]
    runs: dict[str, "Folder"] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)
    failed: list[dict[str, Any]] = field(default_factory=list)
    table: "pd.DataFrame | None" = None

    @property
    def kind(self) -> str:
        """``run``, ``compare`` or ``sweep``."""
        return str(self.manifest["kind"])

    @property
    def keys(self) -> list[str]:
        """What varies over the cells of a sweep."""
        return list(self.manifest["design"]["parameters"])


def read_folders(first: Path, second: Path) -> tuple[Folder, Folder]:
    """Read two result folders.

    Raises
    ------
    ScenarioError
        With everything that is wrong with either, or when they are of different kinds.
    """
    problems: list[Problem] = []
    one, two = _folder(first, problems), _folder(second, problems)
    if one is not None and two is not None and one.kind != two.kind:
        message = f"is a result of {two.kind}, and {first} one of {one.kind}"
        _refuse(problems, second, f"two results of one kind: {', '.join(KINDS)}", message)
    if problems or one is None or two is None:
        raise ScenarioError(list(dict.fromkeys(problems)))
    return one, two


def _refuse(problems: list[Problem], path: Path, allowed: str, message: str) -> None:
    problems.append(Problem("diff", "", shown(str(path)), allowed, None, message))


def _folder(path: Path, problems: list[Problem]) -> Folder | None:
    """A folder and all that is read of it; None when it cannot be used."""
    if not (path / MANIFEST).is_file():
        _refuse(problems, path, _ALLOWED, f"has no {MANIFEST}" if path.is_dir() else "is not a folder")
        return None
    manifest = _read(path / MANIFEST, dict, problems)
    if manifest is None or not _can_be_used(path / MANIFEST, manifest, problems):
        return None
    before = len(problems)
    match manifest["kind"]:
        case "run":
            found = Folder(path, manifest, figures=_read(path / "summary.json", dict, problems) or {})
            _check_intervals(path / "summary.json", found.figures, problems)
        case "compare":
            found = _comparison(path, manifest, problems)
        case _:
            failed = _read(path / "failed.json", list, problems) or []
            if not all(isinstance(one, dict) and one.keys() >= _OF_FAILURE for one in failed):
                allowed = f"objects with {', '.join(sorted(_OF_FAILURE))}"
                _refuse(problems, path / "failed.json", allowed, "holds something else")
            found = Folder(path, manifest, failed=failed, table=_table(path, manifest, problems))
    return None if len(problems) > before else found


def _comparison(path: Path, manifest: dict[str, Any], problems: list[Problem]) -> Folder:
    names = dict.fromkeys([manifest["base"], *map(str, manifest["others"])])
    inside = {name: _folder(path / name, problems) for name in names}
    verdict = _read(path / "verdict.json", dict, problems) or {}
    _check_intervals(path / "verdict.json", verdict, problems)
    return Folder(path, manifest, {name: one for name, one in inside.items() if one is not None}, verdict)


def _read[Kind: dict[str, Any] | list[Any]](
    path: Path, kind: type[Kind], problems: list[Problem]
) -> Kind | None:
    """The content of a JSON file; None, and a problem, when it is not of the kind."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_number)
    except FileNotFoundError:
        _refuse(problems, path, "a complete result folder", "does not exist")
    except (ValueError, RecursionError) as error:
        _refuse(problems, path, "JSON as it was written", f"is not JSON: {error}")
    else:
        if isinstance(content, kind):
            return content
        _refuse(problems, path, f"a JSON {_WORDS[kind.__name__]}", "is something else")
    return None


def _no_number(name: str) -> NoReturn:
    """Refuse the nan and the infinities that Python reads and JSON does not know."""
    raise ValueError(f"{name} is no number")


def _can_be_used(path: Path, manifest: Mapping[str, Any], problems: list[Problem]) -> bool:
    """Tell whether a manifest is of a layout and a kind that are known, and says what is asked of it."""
    if manifest.get("schema") != SCHEMA:
        message = f"has layout {shown(manifest.get('schema'))}, which this version does not know"
        _refuse(problems, path, f"schema {SCHEMA}", message)
        return False
    if manifest.get("kind") not in KINDS:
        _refuse(problems, path, ", ".join(KINDS), f"is of kind {shown(manifest.get('kind'))}")
        return False
    wanted = {**_ALWAYS, **_OF_KIND[manifest["kind"]]}
    wrong = [key for key, kind in wanted.items() if not isinstance(manifest.get(key, ...), kind)]
    design = manifest.get("design")
    if manifest["kind"] == "sweep" and isinstance(design, dict):
        wrong += ["design.parameters"] * (not isinstance(design.get("parameters"), dict))
    if wrong:
        _refuse(problems, path, "a manifest as it was written", f"lacks or garbles {', '.join(wrong)}")
    return not wrong


def _check_intervals(path: Path, figures: Mapping[str, Any], problems: list[Problem]) -> None:
    """Refuse anything at the ends of a tree of figures that is no `{value, low, high}` of numbers or null."""
    if "value" in figures:
        ends = [figures.get(name, "") for name in ("value", "low", "high")]
        if all(end is None or isinstance(end, int | float) for end in ends):
            return
    elif all(isinstance(inner, dict) for inner in figures.values()):
        for inner in figures.values():
            _check_intervals(path, inner, problems)
        return
    _refuse(problems, path, "figures as they were written", "holds something that is no figure")


def _table(path: Path, manifest: Mapping[str, Any], problems: list[Problem]) -> "pd.DataFrame | None":
    """The table of a sweep; None, and a problem, when it is not what the manifest says."""
    import pandas as pd

    name, rows = path / "sweep.parquet", ["cell", "replication"]
    try:
        table = pd.read_parquet(name)
    except (OSError, ValueError) as error:
        missing = isinstance(error, FileNotFoundError)
        _refuse(problems, name, "a complete result folder", "does not exist" if missing else f"{error}")
        return None
    lacking = [
        key
        for key in (*rows, *manifest["design"]["parameters"], *manifest["outcomes"])
        if key not in table.columns
    ]
    if lacking:
        _refuse(problems, name, "the columns of the manifest", f"has no column {', '.join(lacking)}")
    elif table.duplicated(rows).any():
        _refuse(problems, name, "one row a cell and replication", "has several")
    return table
