"""TOML files of users: read whole, or refused in words."""

import hashlib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_LARGEST_FILE: Final = 1_000_000  # bytes; every parameter written out takes a fiftieth of it
_LINE: Final = re.compile(r"\(at line ([0-9]+), column [0-9]+\)")


class UnreadableError(ValueError):
    """Why a file is not read, in words that go on after its name."""


@dataclass(frozen=True, slots=True)
class Document:
    """Content of a TOML file, and the SHA-256 of its bytes."""

    content: dict[str, Any]
    sha256: str


def read_toml(path: Path) -> Document:
    """Read a TOML file.

    Raises
    ------
    UnreadableError
        When it cannot be opened, is too large, is not UTF-8 text or not TOML.
    """
    content = _bytes_of(path)
    try:
        document = tomllib.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableError(f"is not UTF-8 text, line {line}") from None
    except ValueError as error:
        raise UnreadableError(f"is not TOML: {_with_line(str(error), content)}") from None
    except RecursionError:
        raise UnreadableError("is nested too deeply") from None
    return Document(document, hashlib.sha256(content).hexdigest())


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror or error}") from None
    if len(content) > _LARGEST_FILE:
        raise UnreadableError(f"is larger than {_LARGEST_FILE} bytes")
    return content


def _with_line(message: str, content: bytes) -> str:
    """The parser's message with the number of the line at its end."""
    found = _LINE.search(message)
    line = int(found[1]) if found else content.count(b"\n") + 1
    return f"{_LINE.sub('', message).replace('(at end of document)', '').strip()}, line {line}"
