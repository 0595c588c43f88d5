"""A CSV file of returns month by month: what it has to hold, and what spreadsheets do to it."""

import math
from itertools import accumulate, pairwise
from typing import Final

from environment.assets import CLASSES
from environment.calendar import format_month, parse_month
from environment.problems import nearest_name
from environment.spreadsheet_dates import months_meant
from environment.tabular import Row, Sheet

__all__ = ["OPTIONAL_COLUMNS", "RETURN_COLUMNS", "parse_returns"]

RETURN_COLUMNS: Final = ("month", *CLASSES)
"""The columns that have to be there: the month, and the fundamental return of each class in it."""

OPTIONAL_COLUMNS: Final = ("inflation", "short_rate")
"""The change of the price level in the month, and the short rate a year at which it begins."""

_ABOVE: Final = math.nextafter(-1.0, 0.0)
_LARGEST: Final = 9_999.0  # the largest return of a month that the model draws itself
_PERCENT_SHARE: Final = 0.25  # no class moves by more than all it is worth in every fourth month
_FURTHEST_GROWTH: Final = 1e100  # squares of wealth, and what is divided by it, have to be numbers too
_FASTEST: Final = (
    0.15  # mean log return of a month: sixfold in a year, or 0.16 percent a month taken for a fraction
)
_MONTHS_OF_A_YEAR: Final = 12
_FAST: Final = ("bitcoin", "broad_crypto")  # a sixfold year has happened here
_MONTH: Final = "a month as YYYY-MM"
_FRACTION: Final = (
    "a fraction above -1 (what is worth nothing has no price) and at most 9999, with a decimal point: "
    "0.01 for 1%"
)


def parse_returns(sheet: Sheet) -> tuple[tuple[float, ...], ...]:
    """Absolute month and returns, with the optional columns that are there, by month.

    Every problem is noted in the sheet: months that are none, missing, doubled or out of order, cells that
    are no fractions above -1 and at most 9,999, columns that look like percent or misspelt, and prices that
    leave all bounds.
    """
    _check_names(sheet)
    months = _months(sheet)
    numbers = [name for name in sheet.columns if name != "month"]
    in_percent = [name for name in numbers if _looks_like_percent(sheet, name)]
    _refuse_percent(sheet, in_percent, len(numbers))
    columns: list[list[float]] = []
    for name in numbers:
        low, high = (-math.inf, math.inf) if name in in_percent else (_ABOVE, _LARGEST)
        found = [sheet.number(row, name, low, high, _FRACTION) for row in sheet.rows]
        columns.append([value for value in found if value is not None])
        if name not in ("short_rate", *in_percent):
            _check_growth(sheet, name, columns[-1])
    if not sheet.problems:
        _check_best(sheet, columns[: len(CLASSES)])
    return () if sheet.problems else tuple(zip(months, *columns, strict=True))


def _check_names(sheet: Sheet) -> None:
    """Refuse a column whose name is nearly that of an optional one."""
    free = [name for name in OPTIONAL_COLUMNS if name not in sheet.columns]
    for other in sheet.others:
        nearest = nearest_name(other, free)
        if nearest is not None:
            sheet.refuse(f"has the unknown column {other}", "the name of a column as it is known", nearest)


def _months(sheet: Sheet) -> list[float]:
    """The absolute months of the rows, when they are all there, once and in order."""
    if "month" not in sheet.columns:
        return []
    whole = len(sheet.rows) > 0 and not any(one.message.startswith("the line has") for one in sheet.problems)
    known = len(sheet.problems)
    lines: dict[int, int] = {}
    previous: Row | None = None
    for row in sheet.rows:
        month = _month(sheet, row)
        if month is None:
            continue
        if month in lines:
            sheet.refuse_cell(row, "month", f"stands in line {lines[month]} too", "each month once")
            continue
        if previous is not None and row.cells["month"] < previous.cells["month"]:
            message = f"stands below {previous.cells['month']} in line {previous.line}"
            sheet.refuse_cell(row, "month", message, "months in their order, the first on top")
        lines[month] = row.line
        previous = row
    if whole and len(sheet.problems) == known:
        _check_gaps(sheet, sorted(lines))
    return [float(month) for month in lines]


def _month(sheet: Sheet, row: Row) -> int | None:
    """The absolute month of a row, or None after noting that it is none."""
    try:
        return parse_month(row.cells["month"])
    except ValueError:
        text = row.cells["month"]
        meant = months_meant(text)
        if meant:
            message = f"is a date as a spreadsheet writes it, probably {' or '.join(meant)}"
            sheet.refuse_cell(row, "month", message, f"{_MONTH}; format the column as text before saving")
        else:
            sheet.refuse_cell(row, "month", "is not a month" if text else "is empty", _MONTH)
        return None


def _check_gaps(sheet: Sheet, months: list[int]) -> None:
    """Refuse months that are missing between others."""
    for before, after in pairwise(months):
        first, last = format_month(before + 1), format_month(after - 1)
        if after - before > 1:
            missing = first if first == last else f"{first} to {last}"
            sheet.refuse(f"has no row for {missing}", "a row for every month from the first to the last")


def _looks_like_percent(sheet: Sheet, name: str) -> bool:
    """Whether more than a quarter of the numbers in a column are beyond 1 in size."""
    sizes = [
        abs(value) for value in map(_number, (row.cells[name] for row in sheet.rows)) if value is not None
    ]
    return sum(size > 1.0 for size in sizes) > _PERCENT_SHARE * max(len(sizes), 1)


def _refuse_percent(sheet: Sheet, names: list[str], columns: int) -> None:
    """Refuse the columns in percent one by one, or the file if most of its columns are.

    Percent fall below 1 in some month; prices of a column, or the levels of an index, need not.
    """
    if 2 * len(names) > columns:
        cells = [_number(row.cells[name]) for row in sheet.rows for name in names]
        prices = len(sheet.rows) > 1 and all(value is not None and value > 1.0 for value in cells)
        kind = "prices, not changes of them" if prices else "percent"
        message = f"the returns look like {kind}: most columns have numbers beyond 1 in size, "
        sheet.refuse(message + ", ".join(names), _FRACTION)
        return
    for name in names:
        sheet.refuse(f"the column {name} looks like percent: many numbers are beyond 1 in size", _FRACTION)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _check_growth(sheet: Sheet, name: str, returns: list[float]) -> None:
    """Refuse a column that grows as only percent can, or that takes what began at 1 beyond every bound."""
    logs = [math.log1p(value) for value in returns]
    if name not in _FAST and len(logs) >= _MONTHS_OF_A_YEAR and math.fsum(logs) > _FASTEST * len(logs):
        growth = math.expm1(math.fsum(logs) / len(logs))
        message = f"the column {name} looks like percent: it grows by {growth:.0%} a month on average"
        sheet.refuse(message, _FRACTION)
        return
    for total in accumulate(logs):
        if abs(total) > math.log(_FURTHEST_GROWTH):
            bounds = f"between {1.0 / _FURTHEST_GROWTH:g} and {_FURTHEST_GROWTH:g} USD"
            allowed = f"returns by which 1 USD stays {bounds}"
            sheet.refuse(f"the returns of {name} lead from 1 USD to {_power(total)} USD", allowed)
            return


def _check_best(sheet: Sheet, classes: list[list[float]]) -> None:
    """Refuse returns that take whoever holds the best class of every month beyond every bound.

    Funds that rebalance can grow far more than any of their classes.
    """
    best = math.fsum(math.log1p(max(returns)) for returns in zip(*classes, strict=True))
    if best > math.log(_FURTHEST_GROWTH):
        message = f"the best class of every month leads from 1 USD to {_power(best)} USD"
        sheet.refuse(message, f"at most {_FURTHEST_GROWTH:g} USD")


def _power(log: float) -> str:
    """exp(`log`) as a power of ten."""
    return f"10^{log / math.log(10.0):.0f}"
