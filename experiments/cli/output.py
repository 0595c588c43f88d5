"""What commands print: aligned tables and JSON on stdout."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under a header, every column but the last padded to its longest entry."""
    widths = [max(len(row[column]) for row in (header, *rows)) for column in range(len(header))]
    for row in (header, *rows):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        print("  ".join(cells).rstrip())


def print_json(content: object) -> None:
    """Print one JSON document.

    Raises
    ------
    ValueError
        If a number in it is nan or infinite, which JSON cannot say.
    """
    print(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False))


def print_path(folder: Path, as_json: bool, quiet: bool) -> None:
    """Print where a result is: the last line of stdout, or on stderr when stdout holds JSON alone."""
    if not as_json:
        print(folder)
    elif not quiet:
        print(folder, file=sys.stderr)


def interval_text(interval: Mapping[str, Any]) -> str:
    """Write `{value, low, high}` as `value [low, high]`; without an interval the value alone."""
    value, low, high = (interval[key] for key in ("value", "low", "high"))
    if value is None:
        return "none"
    told = figure_text(value)
    return told if low is None else f"{told} [{figure_text(low)}, {figure_text(high)}]"


def share_text(interval: Mapping[str, Any]) -> str:
    """Write the interval of a share as `interval_text` does, within 0 and 1 and with three digits."""
    value, low, high = (interval[key] for key in ("value", "low", "high"))
    if value is None:
        return "none"
    told = f"{value:.3g}"
    return told if low is None else f"{told} [{max(low, 0.0):.3g}, {min(high, 1.0):.3g}]"


def figure_text(value: float) -> str:
    """Write a figure with at most six digits, large ones whole."""
    return f"{value:,.0f}" if abs(value) >= 1e5 else f"{value:,.6g}"


def change_text(value: float) -> str:
    """Write a difference with its sign and three digits, large ones whole."""
    return f"{value:+,.0f}" if abs(value) >= 1e3 else f"{value:+.3g}"
