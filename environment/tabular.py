"""CSV files that a user gives in place of a value: read once, with everything that is wrong told at once."""

import csv
import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from environment.problems import Problem, nearest_name, shown
from environment.typing import FloatArray

__all__ = ["InputTable", "Row", "Sheet", "read_sheet"]

_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_SEPARATORS: Final = {";": "semicolons", "\t": "tabs"}
_DIGITS: Final = re.compile(r"[0-9]+")
_MOST_ALIKE: Final = 3
_MINUS: Final = "\N{MINUS SIGN}"
_NO_TEXT: Final = {
    b"PK\x03\x04": "a workbook or another ZIP file",
    b"\xd0\xcf\x11\xe0": "a workbook",
    b"\xff\xfe": "text in UTF-16",
    b"\xfe\xff": "text in UTF-16",
}
"""How files begin that people take for CSV."""
_IN_BRACKETS: Final = re.compile(r"\([0-9.]+\)")
_COMMA_DECIMAL: Final = re.compile(r"[+-]?[0-9]*,[0-9]+")


@dataclass(frozen=True, slots=True)
class InputTable:
    """The content of a CSV file that stands for the value of a parameter.

    Attributes
    ----------
    value : str
        What the parameter's value reads: `inputs/<last part of the key>-<first 8 of the hash>.csv`, the path
        of the copy inside a result folder. Two files of the same content have the same value.
    file : str
        The file as it was named by whoever wrote the scenario.
    sha256 : str
        Hash of the file's bytes.
    content : bytes
        The file as it was when it was read.
    columns : tuple of str
        Names of the columns of `rows`.
    rows : tuple of tuples of float
        The numbers, checked and in the order that the parameter's format defines.
    """

    value: str
    file: str
    sha256: str
    content: bytes
    columns: tuple[str, ...]
    rows: tuple[tuple[float, ...], ...]

    def numbers(self) -> FloatArray:
        """The rows as an array, shape (rows, columns)."""
        return np.array(self.rows, dtype=np.float64).reshape(-1, len(self.columns))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a sheet: its number in the file and its cells, stripped of blanks, by column."""

    line: int
    cells: Mapping[str, str]


@dataclass(slots=True)
class Sheet:
    """A CSV file as text, with the problems found in it so far.

    Attributes
    ----------
    file : str
        As it was named.
    columns : tuple of str
        Those of the columns asked for that are there once.
    others : tuple of str
        The other columns of the heading.
    rows : list of Row
        Below the heading, without blank lines and lines of another length; only `columns`.
    problems : list of Problem
    """

    file: str
    columns: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, message: str, allowed: str, nearest: str | None = None) -> None:
        """Note a problem of the file as a whole."""
        self.problems.append(Problem(self.file, "", "", allowed, nearest, message))

    def refuse_line(self, line: int, message: str, allowed: str) -> None:
        """Note a problem of a whole line."""
        self.problems.append(Problem(self.place(line), "", "", allowed, None, message))

    def refuse_cell(
        self, row: Row, column: str, message: str, allowed: str, nearest: str | None = None
    ) -> None:
        """Note a problem of one cell."""
        value = shown(row.cells[column])
        self.problems.append(Problem(self.place(row.line), column, value, allowed, nearest, message))

    def place(self, line: int) -> str:
        """A line of the file in words."""
        return f"{self.file}, line {line}"

    def told(self) -> list[Problem]:
        """The problems, of those of one column and one cause the first three and how many more there are."""
        kept: list[Problem] = []
        alike: dict[tuple[str, str], list[Problem]] = {}
        for one in self.problems:
            of_a_kind = alike.setdefault((one.key, _DIGITS.sub("", one.message)), [])
            of_a_kind.append(one)
            if one.place == self.file or len(of_a_kind) <= _MOST_ALIKE:
                kept.append(one)
        for (column, _), found in alike.items():
            if found[-1] not in kept:
                message = f"and {len(found) - _MOST_ALIKE} more, to {found[-1].place.rpartition(', ')[2]}"
                after = kept.index(found[_MOST_ALIKE - 1]) + 1
                kept.insert(after, Problem(self.file, column, "", found[-1].allowed, None, message))
        return kept

    def number(self, row: Row, column: str, low: float, high: float, allowed: str) -> float | None:
        """The number in a cell from `low` to `high`, or None after noting why there is none.

        None, too, in a column that is not there, which has been noted already.
        """
        if column not in row.cells:
            return None
        text = row.cells[column]
        if not _NUMBER.fullmatch(text):
            self.refuse_cell(row, column, _no_number(text), allowed)
            return None
        value = float(text)
        if not math.isfinite(value) or not low <= value <= high:
            self.refuse_cell(row, column, "is out of range", allowed)
            return None
        return value

    def whole(self, row: Row, column: str, low: int, high: int, allowed: str) -> int | None:
        """The whole number in a cell from `low` to `high`, or None after noting why there is none."""
        value = self.number(row, column, low, high, allowed)
        if value is not None and not value.is_integer():
            self.refuse_cell(row, column, "is not a whole number", allowed)
            return None
        return None if value is None else int(value)


def read_sheet(file: str, content: bytes, columns: Sequence[str], optional: Sequence[str] = ()) -> Sheet:
    """The named columns of a CSV file: comma-separated UTF-8 with a heading, other columns ignored.

    Parameters
    ----------
    file : str
        Name of the file, for its problems.
    content : bytes
        A byte order mark, blank lines and blanks around cells do not matter.
    columns : sequence of str
        The columns that have to be there, in any order.
    optional : sequence of str
        Columns that may be there.
    """
    sheet = Sheet(file)
    lines = _lines(sheet, content)
    if not lines:
        if not sheet.problems:
            sheet.refuse("is empty", _heading_allowed(columns))
        return sheet
    complete = not sheet.problems
    _, heading = lines[0]
    _read_heading(sheet, heading, columns, optional)
    if not sheet.columns:
        return sheet
    for line, cells in lines[1:]:
        if len(cells) != len(heading):
            message = f"the line has {_count(len(cells), 'cell')}, the heading has {len(heading)}"
            if len(cells) > len(heading):
                message += " (a comma as decimal point?)"
            sheet.refuse_line(line, message, "a cell for every column, numbers with a decimal point")
            continue
        sheet.rows.append(Row(line, {name: cells[heading.index(name)] for name in sheet.columns}))
    if len(lines) == 1 and complete:
        sheet.refuse("has no rows below the heading", "a CSV file with rows")
    return sheet


def _lines(sheet: Sheet, content: bytes) -> list[tuple[int, list[str]]]:
    """Line number and cells of every line that is not blank."""
    lines: list[tuple[int, list[str]]] = []
    kind = next((name for start, name in _NO_TEXT.items() if content.startswith(start)), None)
    if kind is not None:
        sheet.refuse(f"is {kind}, not CSV", "comma-separated values in UTF-8, as a spreadsheet exports them")
        return lines
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        sheet.refuse(f"is not UTF-8 text, line {line}", "comma-separated values in UTF-8")
        return lines
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                lines.append((reader.line_num, cells))
    except csv.Error as error:
        sheet.refuse_line(reader.line_num, f"is not CSV: {error}", "comma-separated values")
    return lines


def _read_heading(
    sheet: Sheet, heading: Sequence[str], columns: Sequence[str], optional: Sequence[str]
) -> None:
    """Take the columns that are there once; note those that are missing or there more than once."""
    allowed = _heading_allowed(columns)
    separator = next((name for sign, name in _SEPARATORS.items() if sign in heading[0]), None)
    if len(heading) == 1 < len(columns) and separator is not None:
        sheet.refuse(f"has its columns separated by {separator}", allowed + ", separated by commas")
        return
    asked = [*columns, *optional]
    sheet.others = tuple(name for name in heading if name and name not in asked)
    sheet.columns = tuple(name for name in asked if heading.count(name) == 1)
    for name in asked:
        if heading.count(name) > 1:
            sheet.refuse(f"has {heading.count(name)} columns {name}", allowed)
    missing = [name for name in columns if name not in heading]
    if len(missing) == len(columns) > 1 and not any(nearest_name(name, heading) for name in missing):
        sheet.refuse(f"has none of its columns in the first line, {shown(','.join(heading))}", allowed)
    elif missing:
        sheet.refuse(_missing(missing, sheet.others), allowed)


def _missing(names: Sequence[str], others: Sequence[str]) -> str:
    """Name the columns that are missing, and what is there in their place."""
    nearest = {name: nearest_name(name, others) for name in names}
    if len(names) == 1:
        (name,) = names
        return f"has no column {name}" + (f", has {shown(nearest[name])} instead" if nearest[name] else "")
    listed = [f"{name} (has {shown(like)} instead)" if like else name for name, like in nearest.items()]
    return f"has no columns {', '.join(listed)}"


def _heading_allowed(columns: Sequence[str]) -> str:
    return "a heading with the columns " + ", ".join(columns)


def _no_number(text: str) -> str:
    """Why a text is no number, in words."""
    causes = (
        (not text, "is empty"),
        ("%" in text, "has a percent sign"),
        (text.startswith("#"), "is what a spreadsheet writes for an error"),
        (_NUMBER.fullmatch(text.replace(_MINUS, "-")), "has a long minus sign, not a hyphen"),
        (_IN_BRACKETS.fullmatch(text), "is in brackets: a loss has a minus sign"),
        (_COMMA_DECIMAL.fullmatch(text), "has a comma for a decimal point or between thousands"),
    )
    return next((words for applies, words in causes if applies), "is not a number")


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
