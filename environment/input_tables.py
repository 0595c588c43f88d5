"""The tables that a scenario may take from CSV files: their columns and what is allowed in them."""

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from environment.age_bands import AGE_BANDS, LAST_AGE
from environment.problems import ScenarioError, nearest_name
from environment.returns_table import OPTIONAL_COLUMNS, RETURN_COLUMNS, parse_returns
from environment.tabular import InputTable, Row, Sheet, read_sheet

__all__ = ["FORMATS", "TableFormat", "read_table"]

type Rows = tuple[tuple[float, ...], ...]

FIRST_ADULT_AGE: Final = 18
_ALL: Final = "all"  # the row for all ages of a published table
_SUM_TOLERANCE: Final = 0.01
_ROUNDING: Final = 1e-9
_SMALLEST_USD, _LARGEST_USD = 0.01, 1e12
_LARGEST_FILE: Final = 10_000_000  # bytes
_SHOWN_DIGITS: Final = 8


@dataclass(frozen=True, slots=True)
class TableFormat:
    """What the CSV file of one parameter holds.

    Attributes
    ----------
    columns : tuple of str
        The columns that have to be there.
    numbers : tuple of str
        The columns of the numbers that `parse` returns, before the optional ones that are there.
    parse : callable
        Takes the sheet, notes its problems in it and returns the numbers; what it returns counts only when
        there are no problems. A column that is missing has been noted already.
    optional : tuple of str
        Columns that may be there.
    """

    columns: tuple[str, ...]
    numbers: tuple[str, ...]
    parse: Callable[[Sheet], Rows]
    optional: tuple[str, ...] = ()


def read_table(key: str, path: Path, file: str) -> InputTable:
    """The table of a CSV file for a parameter.

    Parameters
    ----------
    key : str
        Dotted key of the parameter, one of `FORMATS`.
    path : Path
        Where the file lies.
    file : str
        What people call it, for problems and the list of inputs.

    Raises
    ------
    OSError
        If it cannot be read.
    ScenarioError
        If anything in it is wrong, with every problem; many of a kind are counted.
    """
    with path.open("rb") as opened:
        content = opened.read(_LARGEST_FILE + 1)
    if len(content) > _LARGEST_FILE:
        raise OSError(f"it is larger than {_LARGEST_FILE} bytes")
    one = FORMATS[key]
    sheet = read_sheet(file, content, one.columns, one.optional)
    rows = one.parse(sheet) if sheet.rows else ()
    if sheet.problems:
        raise ScenarioError(sheet.told())
    sha256 = hashlib.sha256(content).hexdigest()
    value = f"inputs/{key.rpartition('.')[2]}-{sha256[:_SHOWN_DIGITS]}.csv"
    columns = one.numbers + tuple(name for name in one.optional if name in sheet.columns)
    return InputTable(value, file, sha256, content, columns, rows)


def _ages(sheet: Sheet) -> Rows:
    """Age and share of people, the shares made to sum to 1 exactly, by age."""
    allowed = f"a whole age from {FIRST_ADULT_AGE} to {LAST_AGE}"
    shares: dict[int, float] = {}
    seen: dict[int, int] = {}
    for row in sheet.rows:
        age = sheet.whole(row, "age", FIRST_ADULT_AGE, LAST_AGE, allowed)
        share = sheet.number(row, "share", 0.0, 1.0, "a fraction from 0 to 1")
        if age is not None and age in seen:
            sheet.refuse_cell(row, "age", f"stands in line {seen[age]} too", "each age once")
        elif age is not None:
            seen[age] = row.line
            shares[age] = share or 0.0
    total = math.fsum(shares.values())
    if not sheet.problems and abs(total - 1.0) > _SUM_TOLERANCE + _ROUNDING:
        sheet.refuse(f"the shares sum to {total:.6g}", "shares that sum to 1 within 1%")
    return () if sheet.problems else tuple((float(age), shares[age] / total) for age in sorted(shares))


def _balances(sheet: Sheet) -> Rows:
    """Mean and median balance by age band, in the order of the bands; a row for all ages is passed over."""
    found: dict[str, tuple[float, ...]] = {}
    seen: dict[str, int] = {}
    for row in sheet.rows:
        band = row.cells.get("age_band")
        if band == _ALL:
            continue
        amounts = _mean_and_median(sheet, row)
        if band is None:
            continue
        if band not in AGE_BANDS:
            allowed = f"one of {', '.join(AGE_BANDS)}, or {_ALL}, which is ignored"
            sheet.refuse_cell(row, "age_band", "is not known", allowed, nearest_name(band, AGE_BANDS))
        elif band in seen:
            sheet.refuse_cell(row, "age_band", f"stands in line {seen[band]} too", "each band once")
        else:
            seen[band] = row.line
            found[band] = amounts
    missing = [band for band in AGE_BANDS if band not in seen]
    if missing and "age_band" in sheet.columns:
        sheet.refuse(f"has no row for {', '.join(missing)}", f"the bands {', '.join(AGE_BANDS)}")
    return () if sheet.problems else tuple(found[band] for band in AGE_BANDS)


def _mean_and_median(sheet: Sheet, row: Row) -> tuple[float, ...]:
    """The two amounts of a band; notes what is wrong with each, and with the two together."""
    allowed = f"USD from {_SMALLEST_USD:g} to {_LARGEST_USD:g}, with a decimal point"
    columns = _BALANCE_COLUMNS[1:]
    amounts = [sheet.number(row, name, _SMALLEST_USD, _LARGEST_USD, allowed) for name in columns]
    known = tuple(amount for amount in amounts if amount is not None)
    if len(known) == len(columns) and known[0] <= known[1]:
        message = f"is not above the median, {row.cells[columns[1]]}"
        sheet.refuse_cell(row, columns[0], message, "a mean above the median")
    return known


_BALANCE_COLUMNS: Final = ("age_band", "mean_balance_usd", "median_balance_usd")

FORMATS: Final[dict[str, TableFormat]] = {
    "market.returns": TableFormat(RETURN_COLUMNS, RETURN_COLUMNS, parse_returns, OPTIONAL_COLUMNS),
    "population.ages": TableFormat(("age", "share"), ("age", "share"), _ages),
    "population.initial_balances": TableFormat(_BALANCE_COLUMNS, _BALANCE_COLUMNS[1:], _balances),
}
"""The CSV format of every parameter that takes a file."""
