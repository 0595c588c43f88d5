"""Result folders: written under a temporary name, renamed when whole."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

PARTIAL = ".partial-"


@dataclass(frozen=True)
class Staged:
    """A folder under a temporary name."""

    path: Path
    out: Path

    def publish(self, name: str) -> Path:
        """Give the folder its name; a result of that name is replaced whole."""
        target = self.out / name
        if target.exists():
            old = Path(tempfile.mkdtemp(prefix=PARTIAL, dir=self.out)) / "replaced"
            target.rename(old)
            self.path.rename(target)
            shutil.rmtree(old.parent)
        else:
            self.path.rename(target)
        return target


@contextmanager
def staged(out: Path) -> Iterator[Staged]:
    """A temporary folder inside ``out``; removed when the block fails before it is published."""
    out.mkdir(parents=True, exist_ok=True)
    path = Path(tempfile.mkdtemp(prefix=PARTIAL, dir=out))
    path.chmod(0o755)
    try:
        yield Staged(path, out)
    finally:
        if path.exists():
            shutil.rmtree(path, ignore_errors=True)


def write_tables(tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Write each table as ``<stem>.parquet``."""
    for stem, table in tables.items():
        table.to_parquet(folder / f"{stem}.parquet", index=False)


def content_hash(folder: Path) -> str:
    """SHA-256 of the sorted lines ``<file name> <sha256>`` of the parquet files of a folder."""
    lines = [f"{path.name} {file_hash(path)}" for path in folder.glob("*.parquet")]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def file_hash(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_json(content: Mapping[str, Any], path: Path) -> None:
    """Write a JSON object for people: indented, keys in the order given, nan refused."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    with path.open("w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
