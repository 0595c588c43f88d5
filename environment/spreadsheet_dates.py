"""What a spreadsheet makes of a month: which months a date that it has reformatted may mean."""

import re
from datetime import date
from typing import Final

from environment.calendar import format_month

__all__ = ["months_meant"]

_MONTHS_A_YEAR: Final = 12
_NAMES: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_ZERO: Final = date(1899, 12, 30).toordinal()  # spreadsheets count days from here on
_FIRST_DAY, _LAST_DAY = 10_000, 99_999  # 1927 to 2173: shorter numbers may be anything
_CENTURY, _FIRST_OF_LAST_CENTURY = 100, 69  # two digits from 69 on are of the last century, as in POSIX

_YEAR_FIRST: Final = re.compile(r"([0-9]{4})[-/. ]?([0-9]{1,2})(?:[-/. ]?[0-9]{1,2})?(?:[ T][0-9:.]+Z?)?")
_YEAR_LAST: Final = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{4})")
_DAY_OR_MONTH_FIRST: Final = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})(?: [0-9:]+)?")
_NAMED: Final = re.compile(r"(?:[0-9]{1,2}[-/. ]+)?([a-z]{3})[a-z]*\.?[-/., ]*([0-9]{4}|[0-9]{2})")
_NUMBER: Final = re.compile(r"([0-9]{5})(?:\.[0-9]+)?")


def months_meant(text: str) -> tuple[str, ...]:
    """The months, as YYYY-MM, that a date may mean: two if day and month may be either, none for no date.

    Known are dates with the year first (``2001-1``, ``2001/01/31``, ``200101``), with day and month in either
    order (``1/31/2001``, ``31.01.2001``), months with their English names (``Jan-01``, ``31 January 2001``),
    ``1/2001``, and the number of days by which spreadsheets keep a date (``36892``).
    """
    found = [
        format_month(_MONTHS_A_YEAR * year + month - 1)
        for year, month in _years_and_months(text.strip().lower())
        if 1 <= month <= _MONTHS_A_YEAR
    ]
    return tuple(dict.fromkeys(found))


def _years_and_months(text: str) -> list[tuple[int, int]]:
    """Years and numbers of months, which need not be from 1 to 12, that a text may mean."""
    if match := _NUMBER.fullmatch(text):
        day = int(match[1])
        known = date.fromordinal(_DAY_ZERO + day) if _FIRST_DAY <= day <= _LAST_DAY else None
        return [(known.year, known.month)] if known else []
    if match := _YEAR_FIRST.fullmatch(text):
        return [(int(match[1]), int(match[2]))]
    if match := _YEAR_LAST.fullmatch(text):
        return [(int(match[2]), int(match[1]))]
    if match := _NAMED.fullmatch(text):
        return [(_year(match[2]), _NAMES.index(match[1]) + 1)] if match[1] in _NAMES else []
    if match := _DAY_OR_MONTH_FIRST.fullmatch(text):
        year, first, second = _year(match[4]), int(match[1]), int(match[3])
        day_first = match[2] == "."  # nobody writes the month first and points between
        return [(year, second)] if day_first else [(year, first), (year, second)]
    return []


def _year(digits: str) -> int:
    """A year written with four digits or with two."""
    if len(digits) > 2:
        return int(digits)
    return int(digits) + _CENTURY * (19 if int(digits) >= _FIRST_OF_LAST_CENTURY else 20)
