"""The differences of two results, put together."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.diff.changes import Change, changes, code_is_known
from experiments.diff.figures import Cells, Ends, Figure, compared_cells, figures
from experiments.diff.reading import Folder, read_folders


@dataclass(frozen=True, slots=True)
class Diff:
    """What differs between two results of the same kind.

    Attributes
    ----------
    kind : str
        ``run``, ``compare`` or ``sweep``.
    folders : tuple of Path
    same : bool
        Whether all content hashes are equal: the same results to the last byte.
    code_known : bool
        Whether the recorded commits tell the code of both.
    changes : list of Change
        Of what went in.
    figures : list of Figure
        Of what came out, also those that are the same.
    cells : Cells or None
        Cells of sweeps that are in one table or in both; None for other kinds.
    warnings, failures : tuple of list of str
        What only the first and only the second tells; failures are those of cells.
    """

    kind: str
    folders: tuple[Path, Path]
    same: bool
    code_known: bool
    changes: list[Change]
    figures: list[Figure]
    cells: Cells | None
    warnings: tuple[list[str], list[str]]
    failures: tuple[list[str], list[str]]

    @property
    def causes(self) -> dict[str, int]:
        """Differences that can move a result, counted by part."""
        parts = [one.part for one in self.changes if one.matters]
        return {part: parts.count(part) for part in dict.fromkeys(parts)}

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain values, ready for JSON."""
        return {
            "kind": self.kind,
            "folders": [str(folder) for folder in self.folders],
            "same_results": self.same,
            "causes": list(self.causes),
            "code_known": self.code_known,
            "changes": [
                {"part": one.part, "name": one.name, "first": one.first, "second": one.second}
                | {"matters": one.matters}
                for one in self.changes
            ],
            "figures": [
                {"name": one.name, "unit": one.unit, "first": _ends(one.first), "second": _ends(one.second)}
                | {"difference": one.difference, "verdict": one.verdict}
                for one in self.figures
            ],
            "cells": None if self.cells is None else self.cells._asdict(),
            "warnings": _both(self.warnings),
            "failures": _both(self.failures),
        }


def diff(first: Path, second: Path) -> Diff:
    """Compare two result folders.

    Parameters
    ----------
    first, second : Path
        Of ``run``, ``compare`` or ``sweep``, both of the same kind.

    Raises
    ------
    ScenarioError
        With everything that is wrong with either folder.
    """
    one, two = read_folders(first, second)
    return Diff(
        kind=one.kind,
        folders=(first, second),
        same=_hashes(one) == _hashes(two),
        code_known=code_is_known(one, two),
        changes=changes(one, two),
        figures=figures(one, two),
        cells=compared_cells(one, two) if one.kind == "sweep" else None,
        warnings=_only(_texts(one.manifest["warnings"]), _texts(two.manifest["warnings"])),
        failures=_only(_failures(one), _failures(two)),
    )


def _hashes(folder: Folder) -> list[str]:
    """Content hashes of a folder and, in a comparison, of every scenario."""
    own = [folder.manifest["content_sha256"]]
    return own + [f"{name} {run.manifest['content_sha256']}" for name, run in sorted(folder.runs.items())]


def _texts(warnings: Sequence[object]) -> list[str]:
    return [str(one) for one in warnings]


def _failures(folder: Folder) -> list[str]:
    """Failures of a sweep in words, by the values of the cell and not by its number."""
    return [
        f"{json.dumps(one['values'], sort_keys=True)}, replication {one['replication']}: {one['reason']}"
        for one in folder.failed
    ]


def _only(first: Sequence[str], second: Sequence[str]) -> tuple[list[str], list[str]]:
    in_first, in_second = set(first), set(second)
    return [one for one in first if one not in in_second], [one for one in second if one not in in_first]


def _both(pair: tuple[object, object]) -> dict[str, object]:
    return {"only_first": pair[0], "only_second": pair[1]}


def _ends(ends: Ends) -> dict[str, float | None]:
    return {name: ends[name] for name in ("value", "low", "high")}
