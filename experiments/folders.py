"""Result folders: filled under a temporary name, and named when whole.

The manifest marks a result, so it gets its own name last: while a folder is being filled its manifest is a
draft, and whatever ends the process before the end leaves no folder with a ``manifest.json``.
"""

import errno
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from environment.tables import Column

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetWriter

MANIFEST = "manifest.json"
DRAFT = f"{MANIFEST}.part"
PARTIAL = ".partial-"
_CANNOT = (errno.EINVAL, errno.EBADF, errno.ENOTSUP, errno.EACCES)

type Finish = Callable[[Path], object]
"""Takes a filled folder and adds what is made from its files, such as the report."""


@dataclass(frozen=True)
class Staged:
    """A folder under a temporary name.

    Attributes
    ----------
    path, out : Path
        The folder, and the one in which it lies and will lie.
    """

    path: Path
    out: Path

    def publish(self, name: str) -> Path:
        """Turn drafts into manifests and give the folder its name, replacing a result of that name whole.

        Other processes may do so at the same time: each puts aside what it finds, and the last one stays.
        """
        for draft in sorted(self.path.rglob(DRAFT)):
            draft.rename(draft.with_name(MANIFEST))
        to_disk(self.path)
        target = self.out / name
        replaced: list[Path] = []
        while not _renamed(self.path, target):
            replaced.append(Path(tempfile.mkdtemp(prefix=PARTIAL, dir=self.out)))
            with suppress(FileNotFoundError):  # somebody else has put it aside
                target.rename(replaced[-1] / "replaced")
        for folder in replaced:
            _discard(folder)
        synchronise(self.out)
        return target


def _renamed(folder: Path, target: Path) -> bool:
    """Give a folder its name unless something bears it already; whether it has it now."""
    try:
        folder.rename(target)
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
            return False
        raise
    return True


@contextmanager
def staged(out: Path) -> Iterator[Staged]:
    """A temporary folder inside ``out``; removed when the block fails before it is published.

    So are folders that had to be made for it, unless something else lies there by then.
    """
    missing = [folder for folder in (out, *out.parents) if not folder.exists()]
    out.mkdir(parents=True, exist_ok=True)
    path = Path(tempfile.mkdtemp(prefix=PARTIAL, dir=out))
    path.chmod(0o755)
    try:
        yield Staged(path, out)
    finally:
        if path.exists():
            _discard(path)
            with suppress(OSError):
                for folder in missing:
                    folder.rmdir()


def _discard(folder: Path) -> None:
    """Remove a folder, its manifests first, so that no half of it is ever taken for a result."""
    for manifest in sorted(folder.rglob(MANIFEST)):
        manifest.unlink()
    shutil.rmtree(folder, ignore_errors=True)


def write_manifest(content: Mapping[str, Any], folder: Path) -> None:
    """Write the draft of a folder's manifest."""
    write_json(content, folder / DRAFT)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read the manifest of a result folder, or of one that is being filled.

    Raises
    ------
    FileNotFoundError
        When there is neither.
    """
    for name in (MANIFEST, DRAFT):
        if (folder / name).is_file():
            return read_json(folder / name)
    raise FileNotFoundError(f"{folder} is not a result folder: it holds no {MANIFEST}")


class TableFiles:
    """Tables of a folder, ``<stem>.parquet`` each, that grow by a block of rows at a time.

    Blocks lie in the files in the order in which they were added, as a row group each, and none is kept in
    memory. nan is written as null.

    Parameters
    ----------
    folder : Path
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writers: dict[str, ParquetWriter] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Complete the files; after an error they are only closed, and what that meets is not told."""
        for writer in self._writers.values():
            with suppress(OSError) if error else nullcontext():
                writer.close()

    def add(self, tables: Mapping[str, Mapping[str, Column]]) -> None:
        """Append a block of rows to the table of each stem; a table's first block settles its columns."""
        from pyarrow.parquet import ParquetWriter

        from experiments.arrow import as_arrow

        for stem, columns in tables.items():
            block = as_arrow(columns)
            if stem not in self._writers:
                self._writers[stem] = ParquetWriter(self._folder / f"{stem}.parquet", block.schema)
            self._writers[stem].write_table(block)


def write_inputs(inputs: Mapping[str, bytes], folder: Path) -> None:
    """Write copies of the files that a scenario took values from, by their path inside the folder."""
    for name, content in inputs.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)


def to_disk(folder: Path) -> None:
    """Wait until the disk holds all of a folder, so that no power cut empties what bears its name."""
    for path in folder.rglob("*"):
        synchronise(path)
    synchronise(folder)


def synchronise(path: Path) -> None:
    """Wait until the disk holds a file, or the names in a folder, where the file system can do that.

    Some cannot for folders, and nobody can for what may not be read: then it is in the system's hands.
    """
    try:
        place = os.open(path, os.O_RDONLY)
        try:
            os.fsync(place)
        finally:
            os.close(place)
    except OSError as error:
        if error.errno not in _CANNOT:
            raise


def content_hash(folder: Path) -> str:
    """SHA-256 of the sorted lines ``<file name> <sha256>`` of the parquet files of a folder."""
    lines = [f"{path.name} {file_hash(path)}" for path in folder.glob("*.parquet")]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def file_hash(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_json(content: object, path: Path) -> None:
    """Write a JSON document for people: indented, keys in the order given, nan refused."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
