"""Finished replications of cells, one small file each, named by content and written whole."""

import json
import math
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from experiments.folders import synchronise
from experiments.sweep.work import Simulated

CELLS: Final = "cells"
_PARTIAL: Final = ".part"


class Store:
    """The folder ``cells`` of a sweep.

    A file has its name only when all of it is written, so whatever ends the process leaves files that are
    whole or not there. What an earlier sweep of the same name finished is taken over.

    Parameters
    ----------
    folder : Path
        Of the sweep.
    wanted : sequence of str
        Outcomes that a file must hold to count.
    earlier : sequence of Path
        Folders of other sweeps to look into.
    """

    def __init__(self, folder: Path, wanted: Sequence[str], earlier: Sequence[Path] = ()) -> None:
        self._folder = folder / CELLS
        self._wanted = tuple(wanted)
        self._earlier = [path / CELLS for path in earlier if path != folder]

    def holds(self, address: str, replication: int) -> bool:
        """Whether a replication is finished, here or in an earlier sweep; nothing is taken over."""
        folders = (self._folder, *self._earlier)
        return any(self._read(folder / _name(address, replication)) is not None for folder in folders)

    def read(self, address: str, replication: int) -> Simulated | None:
        """A finished replication, taken over if an earlier sweep has it, or None."""
        name = _name(address, replication)
        own = self._read(self._folder / name)
        if own is not None:
            return own
        for folder in self._earlier:
            other = self._read(folder / name)
            if other is not None:
                self.write(address, replication, other)
                return other
        return None

    def write(self, address: str, replication: int, one: Simulated) -> None:
        """Keep a finished replication.

        Raises
        ------
        OSError
            When the disk does not take it; no half of it is left under its name.
        """
        values = {name: None if math.isnan(value) else value for name, value in one.values.items()}
        content = {"values": values, "seconds": one.seconds, "warnings": list(one.warnings)}
        text = json.dumps(content, ensure_ascii=False, allow_nan=False)
        path = self._folder / _name(address, replication)
        self._make_folder()
        unfinished = path.with_name(f"{path.name}.{os.getpid()}{_PARTIAL}")
        try:
            while True:
                unfinished.write_text(text + "\n", encoding="utf-8")
                with suppress(FileNotFoundError):  # whoever finished the same sweep has cleaned up: once more
                    synchronise(unfinished)
                    unfinished.replace(path)
                    break
            synchronise(self._folder)
        finally:
            unfinished.unlink(missing_ok=True)

    def _make_folder(self) -> None:
        """Make the folder, and have its name and that of the sweep's on the disk."""
        if not self._folder.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            synchronise(self._folder.parent)
            synchronise(self._folder.parent.parent)

    def clean(self) -> None:
        """Remove what killed processes left half-written."""
        for path in self._folder.glob(f"*{_PARTIAL}"):
            path.unlink(missing_ok=True)

    def seconds(self) -> Iterator[float]:
        """What the finished replications took, s."""
        for path in self._folder.glob("*.json"):
            one = self._read(path)
            if one is not None:
                yield one.seconds

    def _read(self, path: Path) -> Simulated | None:
        """What a file holds; None when it is not there, cannot be understood or lacks an outcome."""
        try:
            content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            values = {name: _figure(value) for name, value in content["values"].items()}
            one = Simulated(values, _figure(content["seconds"]), tuple(map(str, content["warnings"])))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
        return one if all(name in one.values for name in self._wanted) else None


def _figure(value: object) -> float:
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("is no finite number")
    return float(value)


def _name(address: str, replication: int) -> str:
    return f"{address}-{replication:04d}.json"
