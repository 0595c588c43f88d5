"""Numbers in words that people read: $43,000, $1.2 tn, 12.3%, +0.4 points."""

import math

LARGE = ((1e12, "tn"), (1e9, "bn"), (1e6, "mn"))
"""Thresholds in USD from which an amount is told in trillions, billions and millions."""
MINUS = "\N{MINUS SIGN}"
SMALL_SHARE, SMALLEST_SHARE = 0.01, 0.0001
"""Shares below the first are told with two decimals; those below the second by it."""
MISSING = "none"
"""What is printed where a figure does not exist."""


def _rounded(value: float, digits: int) -> str:
    """Return `value` with so many significant digits, thousands separated and no exponent."""
    if value == 0:
        return "0"
    decimals = max(digits - 1 - math.floor(math.log10(value)), 0)
    whole_digits = min(digits - 1 - math.floor(math.log10(value)), 0)
    return f"{round(value, decimals or whole_digits):,.{decimals}f}"


def money(usd: float | None, sign: bool = False, digits: int = 3) -> str:
    """Write an amount of money for people.

    Parameters
    ----------
    usd : float or None
        Amount in USD; None and NaN give ``"none"``.
    sign : bool
        Whether a gain carries a plus.
    digits : int
        Significant digits.

    Returns
    -------
    str
        ``$950``, ``$43,000``, ``$1.20 mn``, ``$8.70 tn``, with a leading sign where it is due.
    """
    if usd is None or math.isnan(usd):
        return MISSING
    size, unit = abs(usd), ""
    for threshold, name in LARGE:
        if size >= threshold:
            size, unit = size / threshold, f" {name}"
            break
    figure = _rounded(size, digits) if unit or size >= 10 ** (digits - 1) else f"{size:,.0f}"
    return f"{_sign(usd, sign, figure)}${figure}{unit}"


def percent(share: float | None, decimals: int = 1) -> str:
    """Write a fraction as a percentage: 0.123 gives ``12.3%``; None and NaN give ``"none"``."""
    if share is None or math.isnan(share):
        return MISSING
    figure = f"{abs(share) * 100:.{decimals}f}"
    return f"{_sign(share, False, figure)}{figure}%"


def fine_percent(share: float) -> str:
    """Write a share so that a small one is told from none: ``12.3%``, ``0.34%``, ``under 0.01%``."""
    if 0.0 < share < SMALLEST_SHARE:
        return f"under {percent(SMALLEST_SHARE, 2)}"
    return percent(share, 2 if 0.0 < share < SMALL_SHARE else 1)


def points(share: float | None, decimals: int = 2) -> str:
    """Write a difference of fractions in percentage points: 0.004 gives ``+0.40 points``."""
    if share is None or math.isnan(share):
        return MISSING
    figure = f"{abs(share) * 100:.{decimals}f}"
    return f"{_sign(share, True, figure)}{figure} points"


def number(value: float | None, sign: bool = False) -> str:
    """Write a plain number with three significant digits: 0.7834 gives ``0.783``."""
    if value is None or math.isnan(value):
        return MISSING
    figure = _rounded(abs(value), 3)
    return f"{_sign(value, sign, figure)}{figure}"


def counted(count: int, noun: str) -> str:
    """Write a count with its noun: ``1 replication``, ``8 replications``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _sign(value: float, plus: bool, figure: str) -> str:
    """Return the sign to print before the size of `value`: none when it is printed as nought."""
    if not figure.strip("0.,"):
        return ""
    if value < 0:
        return MINUS
    return "+" if plus else ""
