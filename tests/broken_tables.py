"""Tables that are right, and what spreadsheets and people do to them."""

from collections.abc import Callable, Mapping

from environment.assets import CLASSES
from environment.input_tables import FORMATS


def _returns() -> str:
    """A table of returns for ten years from 2025."""
    rows = [f"{2025 + month // 12}-{month % 12 + 1:02d}" for month in range(120)]
    cells = ",".join("0.005" for _ in CLASSES)
    return "\n".join([f"month,{','.join(CLASSES)},inflation", *(f"{row},{cells},0.002" for row in rows)])


_GOOD: Mapping[str, str] = {
    "population.ages": "age,share\n20,0.1\n30,0.25\n40,0.25\n60,0.25\n70,0.15\n",
    "population.initial_balances": """age_band,mean_balance_usd,median_balance_usd
<25,6899.5,1948.5
25-34,42640.0,16255.0
35-44,103552.0,39958.0
45-54,188643.0,67796.0
55-64,271320.0,95642.0
65+,299442.0,95425.0
""",
    "market.returns": _returns(),
}
GOOD: Mapping[str, str] = {key: text for key, text in _GOOD.items() if key in FORMATS}
"""A right table for every key that takes one."""


def _rows(change: Callable[[list[list[str]], int], list[list[str]]]) -> Callable[[str, int], bytes]:
    """A change of a table by rows and cells; takes the rows below the heading and a number that picks one."""

    def changed(text: str, pick: int) -> bytes:
        heading, *rows = [line.split(",") for line in text.splitlines()]
        return "\n".join(",".join(row) for row in [heading, *change(rows, pick)]).encode()

    return changed


def _cell(change: Callable[[str], str]) -> Callable[[str, int], bytes]:
    """A change of one number."""

    def changed(rows: list[list[str]], pick: int) -> list[list[str]]:
        row, column = pick % len(rows), 1 + pick // len(rows) % (len(rows[0]) - 1)
        rows[row][column] = change(rows[row][column])
        return rows

    return _rows(changed)


def _one(rows: list[list[str]], pick: int) -> int:
    return pick % len(rows)


BREAKAGES: Mapping[str, Callable[[str, int], bytes]] = {
    "decimal commas": lambda text, _: text.replace(".", ",").encode(),
    "semicolons between cells": lambda text, _: text.replace(",", ";").encode(),
    "semicolons and decimal commas": lambda text, _: text.replace(",", ";").replace(".", ",").encode(),
    "tabulators between cells": lambda text, _: text.replace(",", "\t").encode(),
    "UTF-16 with a mark": lambda text, _: text.encode("utf-16"),
    "UTF-16 without a mark": lambda text, _: text.encode("utf-16-le"),
    "a word in Latin-1": lambda text, _: text.encode() + "\nTotal für alle".encode("latin-1"),
    "a workbook": lambda text, _: b"PK\x03\x04\x14\x00\x06\x00" + text.encode()[:40] + b"\x00\xff",
    "a page of the web": lambda text, _: b"<!DOCTYPE html>\n<html><body>Sign in</body></html>\n",
    "nothing": lambda text, _: b"",
    "blank lines": lambda text, _: b"\n\n,,\n",
    "the heading alone": lambda text, _: text.splitlines()[0].encode(),
    "no heading": lambda text, _: "\n".join(text.splitlines()[1:]).encode(),
    "a heading twice": lambda text, _: text.replace("\n", "," + text.split(",")[0] + "\n", 1).encode(),
    "a heading in capitals": lambda text, _: (
        text.split("\n", 1)[0].upper() + "\n" + text.split("\n", 1)[1]
    ).encode(),
    "a title above the heading": lambda text, _: b"My table\n" + text.encode(),
    "a quotation mark that stays open": lambda text, _: text.replace(",", ',"', 1).encode(),
    "a nul": lambda text, _: text.encode().replace(b"0", b"\x00", 1),
    "a duplicate row": _rows(lambda rows, pick: [*rows, rows[_one(rows, pick)]]),
    "a missing row": _rows(lambda rows, pick: rows[: len(rows) // 2] + rows[len(rows) // 2 + 1 :]),
    "a total below": _rows(lambda rows, _: [*rows, ["Total", *rows[0][1:]]]),
    "a note below": _rows(lambda rows, _: [*rows, ["Source: my own"]]),
    "a cell too many": _rows(lambda rows, pick: [*rows, [*rows.pop(_one(rows, pick)), ""]]),
    "a cell too few": _rows(lambda rows, pick: [*rows, rows.pop(_one(rows, pick))[:-1]]),
    "a first cell that is empty": _rows(lambda rows, pick: [*rows, ["", *rows.pop(_one(rows, pick))[1:]]]),
    "a first cell as a date": _rows(lambda rows, pick: [*rows, ["25. Okt", *rows.pop(_one(rows, pick))[1:]]]),
    "a percent sign": _cell(lambda cell: f"{cell}%"),
    "a dollar sign": _cell(lambda cell: f"${cell}"),
    "a thousands separator": _cell(lambda cell: f'"1,{cell}"'),
    "a blank between thousands": _cell(lambda cell: f"1 {cell}"),
    "an apostrophe between thousands": _cell(lambda cell: f"1'{cell}"),
    "accountants' brackets": _cell(lambda cell: f"({cell})"),
    "a typographic minus": _cell(lambda cell: f"\u2212{cell}"),
    "an empty cell": _cell(lambda cell: ""),
    "a dash for none": _cell(lambda cell: "-"),
    "a value that is not available": _cell(lambda cell: "#N/A"),
    "a reference that is gone": _cell(lambda cell: "#REF!"),
    "a formula": _cell(lambda cell: f"={cell}"),
    "not a number": _cell(lambda cell: "NaN"),
    "infinity": _cell(lambda cell: "inf"),
    "an overflow": _cell(lambda cell: "1e999"),
    "hashes for a column too narrow": _cell(lambda cell: "####"),
    "a negative beyond all": _cell(lambda cell: "-1e6"),
    "a number beyond all": _cell(lambda cell: "1e300"),
}
"""What spreadsheets and people do to a table, by name; each takes the text of a right one and a number."""
