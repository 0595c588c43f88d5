"""The registry of every number of the model, read from the files in `environment/numbers`.

A table of these TOML files that has a `value` is a parameter, and its dotted path is its key. A table that
has a `file` tells where the numbers of a CSV file in the same folder come from.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

type Value = float | int | str | bool | tuple[str, ...]
type Kind = Literal["number", "whole", "text", "switch", "month", "texts", "file"]
type Bounds = tuple[float, float] | tuple[str, str]

NUMBERS: Final = Path(__file__).parent / "numbers"
STANDINGS: Final = ("law", "measured", "calibrated", "assumed")

_PARAMETER_FIELDS: Final = frozenset(
    {"value", "kind", "unit", "range", "allowed", "follows", "standing", "description", "source"}
)
_TABLE_FIELDS: Final = frozenset({"file", "unit", "standing", "description", "source"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number, name or switch of the model.

    Parameters
    ----------
    key : str
        Dotted key.
    value : float, int, str, bool or tuple of str
        The default.
    kind : {"number", "whole", "text", "switch", "month", "texts", "file"}
        What may be written: a number, a whole number, one of the allowed names, true or false, a month
        `YYYY-MM` or one of the allowed names, a list of the allowed names, one of the allowed names or a CSV
        file (its columns are in `environment.input_tables.FORMATS`).
    unit : str
        Unit of the value, in words.
    range : tuple or None
        Smallest and greatest value, both included; months as text.
    allowed : tuple of str or None
        The names that may be written.
    follows : str or None
        For a month: the key whose value holds when this one is empty. Without it a month may not be empty.
    standing : {"law", "measured", "calibrated", "assumed"}
        How far the default can be trusted.
    description, source : str
        What it means, and where the default comes from.
    """

    key: str
    value: Value
    kind: Kind
    unit: str
    range: Bounds | None
    allowed: tuple[str, ...] | None
    follows: str | None
    standing: str
    description: str
    source: str


@dataclass(frozen=True, slots=True)
class DataTable:
    """Where the numbers of a CSV file in `environment/numbers` come from; fields as in `Parameter`."""

    key: str
    file: str
    unit: str
    standing: str
    description: str
    source: str


@cache
def parameters() -> dict[str, Parameter]:
    """Every parameter of the model by its dotted key, in the order of the files.

    Raises
    ------
    ValueError
        If a file of the model itself is malformed.
    """
    found: dict[str, Parameter] = {}
    for key, table in _tables():
        if "value" in table:
            if key in found:
                raise ValueError(f"the number {key} is defined twice")
            found[key] = _parameter(key, table)
    return found


@cache
def data_tables() -> tuple[DataTable, ...]:
    """Where each CSV file of numbers comes from; several entries may speak of parts of one file."""
    return tuple(_data_table(key, table) for key, table in _tables() if "file" in table)


def number_files() -> tuple[Path, ...]:
    """The TOML and CSV files that the numbers are read from, sorted by name."""
    return tuple(sorted(path for path in NUMBERS.iterdir() if path.suffix in (".toml", ".csv")))


@cache
def number_contents() -> Mapping[str, bytes]:
    """What every file of numbers holds, by its name.

    Read together when the first is needed, so that a process computes with one state of them, which it can
    name by a hash, whatever happens to the files.
    """
    return {path.name: path.read_bytes() for path in number_files()}


def number_lines(name: str) -> list[str]:
    """The lines of a file of numbers."""
    return number_contents()[name].decode("utf-8").splitlines()


def _tables() -> Iterator[tuple[str, dict[str, Any]]]:
    """The dotted key and content of every table with a `value` or a `file`."""
    for name, content in number_contents().items():
        if name.endswith(".toml"):
            yield from _leaves("", tomllib.loads(content.decode("utf-8")))


def _leaves(prefix: str, table: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The described tables at or below `table`, whose own dotted key is `prefix`."""
    if "value" in table or "file" in table:
        yield prefix, table
        return
    for name, inner in table.items():
        key = f"{prefix}.{name}" if prefix else name
        if not isinstance(inner, dict):
            raise ValueError(f"{key} stands outside a table with a value or a file")
        yield from _leaves(key, inner)


def _parameter(key: str, table: dict[str, Any]) -> Parameter:
    """The parameter that a table describes."""
    _require_fields(key, table, _PARAMETER_FIELDS, needed={"unit", "standing", "description", "source"})
    value = tuple(table["value"]) if isinstance(table["value"], list) else table["value"]
    bounds = tuple(table["range"]) if "range" in table else None
    return Parameter(
        key=key,
        value=value,
        kind=table.get("kind", _kind_of(value)),
        unit=table["unit"],
        range=bounds,
        allowed=tuple(table["allowed"]) if "allowed" in table else None,
        follows=table.get("follows"),
        standing=table["standing"],
        description=table["description"],
        source=table["source"],
    )


def _data_table(key: str, table: dict[str, Any]) -> DataTable:
    """The provenance that a table gives for a CSV file."""
    _require_fields(key, table, _TABLE_FIELDS, needed=_TABLE_FIELDS)
    return DataTable(key=key, **table)


def _require_fields(
    key: str, table: dict[str, Any], known: frozenset[str], needed: set[str] | frozenset[str]
) -> None:
    """Refuse a table of the model's own files with a field too many or too few."""
    wrong = sorted((table.keys() - known) | (needed - table.keys()))
    if wrong:
        raise ValueError(f"the number {key} has unknown or missing fields: {', '.join(wrong)}")


def _kind_of(value: Value) -> Kind:
    """The kind that a default implies; a month or a file has to be named, since it looks like a text."""
    match value:
        case bool():
            return "switch"
        case int():
            return "whole"
        case float():
            return "number"
        case str():
            return "text"
        case _:
            return "texts"
