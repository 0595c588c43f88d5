"""Months as whole numbers: the absolute month is 12 x year + (month of the year - 1)."""

import re

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_MONTHS_A_YEAR = 12
_LAST_YEAR = 9999


def parse_month(text: str) -> int:
    """Absolute month of a date written `YYYY-MM`.

    Raises
    ------
    ValueError
        If `text` is not four digits, a hyphen and a month from 01 to 12.
    """
    match = _MONTH.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a month written YYYY-MM")
    return _MONTHS_A_YEAR * int(match[1]) + int(match[2]) - 1


def format_month(month: int) -> str:
    """The date `YYYY-MM` of an absolute month, the inverse of `parse_month`.

    Raises
    ------
    ValueError
        If the month lies outside the years 0 to 9999.
    """
    year, month_of_year = divmod(month, _MONTHS_A_YEAR)
    if not 0 <= year <= _LAST_YEAR:
        raise ValueError(f"month {month} lies outside the years 0000 to {_LAST_YEAR}")
    return f"{year:04d}-{month_of_year + 1:02d}"
