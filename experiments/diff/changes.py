"""Differences of what went into two results."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from experiments.diff.reading import Folder

SIZE = ("seed", "savers", "months", "replications")
_NOT_PARAMETERS = ("name", "description", "run.seed", "run.savers", "run.years", "run.replications")
_OF_DESIGN = ("method", "samples", "parameters", "roles", "groups", "factors")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that two results do not have in common.

    Attributes
    ----------
    part : str
        What it belongs to, such as ``parameters`` or ``versions``.
    name : str
    first, second : object
        Its value in each; None where it does not exist.
    matters : bool
        Whether it can move a result.
    """

    part: str
    name: str
    first: object
    second: object
    matters: bool = True


def changes(first: Folder, second: Folder) -> list[Change]:
    """All differences of what went into two results of the same kind, part by part."""
    found = [
        *_parameters(first, second),
        *_of_kind(first, second),
        *_apart("inputs", _inputs(first), _inputs(second)),
        *_apart("code", _code(first), _code(second)),
        *_apart("versions", first.manifest["versions"], second.manifest["versions"]),
        *_apart("seed and size", _picked(first.manifest, SIZE), _picked(second.manifest, SIZE)),
    ]
    return [one for one in found if one.first != one.second]


def code_is_known(first: Folder, second: Folder) -> bool:
    """Tell whether it can be told that both ran the same code: commits are recorded, without changes."""
    commits = [folder.manifest["commit"] for folder in (first, second)]
    return all(commit is not None and not commit.endswith("+") for commit in commits)


def flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """The values of nested dictionaries by dotted key; an empty one has none."""
    found: dict[str, Any] = {}
    for name, value in tree.items():
        if isinstance(value, dict):
            found |= flat(value, f"{prefix}{name}.")
        else:
            found[f"{prefix}{name}"] = value
    return found


def _apart(part: str, first: Mapping[str, Any], second: Mapping[str, Any]) -> Iterator[Change]:
    for name in dict.fromkeys((*first, *second)):
        yield Change(part, name, first.get(name), second.get(name), _matters(part, name))


def _matters(part: str, name: str) -> bool:
    """Tell whether something can move a result.

    The values of a TOML file are parameters, and told as such; drawing changes pictures, roles change words.
    """
    match part:
        case "inputs":
            return not name.endswith(".toml")
        case "versions":
            return name not in ("seaborn", "matplotlib")
        case "design":
            return not name.startswith("roles.")
        case _:
            return True


def _picked(content: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: content.get(name) for name in names}


def _code(folder: Folder) -> dict[str, Any]:
    return _picked(folder.manifest, ("commit",))


def _inputs(folder: Folder) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for one in (folder, *folder.runs.values()):
        merged |= one.manifest["inputs"]
    return merged


def _parameters(first: Folder, second: Folder) -> Iterator[Change]:
    """Differing parameters; in a comparison those of each scenario that is in both."""
    if first.kind != "compare":
        yield from _apart("parameters", _values(first, ""), _values(second, ""))
    for name in first.runs:
        if name in second.runs:
            one, two = (_values(folder.runs[name], f"{name}: ") for folder in (first, second))
            yield from _apart("parameters", one, two)


def _values(folder: Folder, prefix: str) -> dict[str, Any]:
    values = flat(folder.manifest["scenario"])
    return {f"{prefix}{key}": value for key, value in values.items() if key not in _NOT_PARAMETERS}


def _of_kind(first: Folder, second: Folder) -> Iterator[Change]:
    """Differences that only a comparison or a sweep can have."""
    if first.kind == "compare":
        one, two = ({"base": folder.manifest["base"]} | _roll(folder) for folder in (first, second))
        yield from _apart("scenarios", one, two)
    if first.kind == "sweep":
        yield from _apart("design", _design(first), _design(second))
        if first.keys != second.keys and set(first.keys) == set(
            second.keys
        ):  # a sample is drawn otherwise, a grid renumbered
            yield Change("design", "order of keys", first.keys, second.keys)
        yield from _apart(
            "outcomes", *(dict.fromkeys(one.manifest["outcomes"], True) for one in (first, second))
        )


def _design(folder: Folder) -> dict[str, Any]:
    stopping = {"stopping": folder.manifest.get("stopping")}
    return flat(_picked(folder.manifest["design"], _OF_DESIGN) | stopping)


def _roll(folder: Folder) -> dict[str, Any]:
    return dict.fromkeys(folder.runs, True)
