"""Inputs that must be refused: values, keys, files and tables, wrong in the ways in which people get them wrong."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

from environment.assets import CLASSES
from environment.input_tables import FORMATS
from environment.parameters import Parameter, parameters

type Text = st.SearchStrategy[str]

NUMBERS_IN_TOML = ("true", '"0.5"', '"5%"', "nan", "inf", "-inf", "[]", "[0.5]", "{}", "2025-01-01", "12:00:00", '""')
NUMBERS_AS_TEXT = ("", "x", "5%", "0,5", "1 000", "1.000,5", "$5", "nan", "inf", "-inf", "1e999", "0x10", "true", "½")
MONTHS = ("2025-13", "2025-00", "2025-1", "25-01", "01/2025", "2025/01", "Jan 2025", "2025-01-01", "nevr", " ", "-2025-01")
WORDS = ("", "yes", "All", "none ", "0", "ﬁxed", "\u202eall")


@dataclass(frozen=True)
class Hostile:
    """One thing written for one key.

    Attributes
    ----------
    key : str
        The key, right or wrong.
    text : str
        What follows the equals sign.
    """

    key: str
    text: str


def wrong_lines() -> st.SearchStrategy[Hostile]:
    """A line of a scenario file: a known key, and a value that it cannot have."""
    return st.sampled_from(list(parameters().values())).flatmap(
        lambda one: st.builds(Hostile, st.just(one.key), wrong_in_toml(one))
    )


def wrong_settings() -> st.SearchStrategy[Hostile]:
    """A setting of the command line: a known key, and a text that spells no value of it."""
    return st.sampled_from(list(parameters().values())).flatmap(
        lambda one: st.builds(Hostile, st.just(one.key), wrong_as_text(one))
    )


def misspelt_keys() -> st.SearchStrategy[Hostile]:
    """A key with a letter too few, too many or exchanged, or in the wrong case, and a right value."""
    return st.builds(_misspelt, st.sampled_from(list(parameters().values())), st.integers(0, 10**6), st.integers(0, 3))


def wrong_in_toml(one: Parameter) -> Text:
    """Values of TOML that a parameter cannot have."""
    match one.kind:
        case "number":
            return st.sampled_from(NUMBERS_IN_TOML) | _outside(one)
        case "whole":
            return st.sampled_from([*NUMBERS_IN_TOML, "1.5", "9" * 400]) | _outside(one)
        case "switch":
            return st.sampled_from(["1", "0", '"true"', '"yes"', "[]", "0.0"])
        case "month":
            texts = [json.dumps(text, ensure_ascii=False) for text in MONTHS]
            return st.sampled_from([*texts, "2025-01-01", "202501", "false", "[]", '"0001-01"', '"9999-12"'])
        case "texts":
            wrong = ['"gold"', '["gold", "gold"]', '["silver"]', "[1]", '[["gold"]]', "true", "0", '["gold,"]']
            return st.sampled_from(wrong)
        case "text" | "file":
            wrong = [json.dumps(text, ensure_ascii=False) for text in WORDS]
            wrong += ["0", "true", "[]", '"nowhere.csv"', '"folder.csv"', '"table.xlsx"', '"nul\\u0000l.csv"']
            return st.sampled_from(wrong)


def wrong_as_text(one: Parameter) -> Text:
    """Texts that spell no value of a parameter."""
    match one.kind:
        case "number":
            return st.sampled_from(NUMBERS_AS_TEXT) | _outside(one)
        case "whole":
            return st.sampled_from([*NUMBERS_AS_TEXT, "1.5", "9" * 400]) | _outside(one)
        case "switch":
            return st.sampled_from(["", "1", "yes", "True", "on"])
        case "month":
            return st.sampled_from([text for text in MONTHS if text.strip()] + ["202501", "0001-01", "9999-12"])
        case "texts":
            return st.sampled_from(["silver", "gold,gold", "gold;bitcoin", "[gold]", '["gold"', "gold,,bitcoin"])
        case "text" | "file":
            return st.sampled_from([text for text in WORDS if text == text.strip()] + ["nowhere.csv", "folder.csv"])


def _outside(one: Parameter) -> Text:
    """Numbers beyond the ends of a range."""
    assert one.range is not None, f"{one.key} has no range"
    low, high = (float(end) for end in one.range)
    if one.kind == "whole":
        return st.sampled_from([str(int(low) - 1), str(int(one.range[1]) + 1), "-9" + "9" * 30])
    beyond = [math.nextafter(low, -math.inf), math.nextafter(high, math.inf), -1e300, 1e300, -100.0 * abs(low) - 1.0]
    return st.sampled_from([repr(number) for number in beyond])


def _misspelt(one: Parameter, place: int, how: int) -> Hostile:
    key = one.key
    spot = place % len(key)
    variants = (
        key[:spot] + key[spot + 1 :],
        key[:spot] + "x" + key[spot:],
        key[:spot] + "x" + key[spot + 1 :],
        key.upper(),
    )
    return Hostile(variants[how], json.dumps(one.value) if not isinstance(one.value, tuple) else "[]")


CONTRADICTIONS: tuple[str, ...] = (
    "population.education.college = {share}",
    "employers.match_mix.none = {share}",
    "funds.target_date.private_mix.buyout = {share}",
    "funds.evergreen.incentive_fee = 0.3\nfunds.evergreen.catch_up = {small}",
    "savers.retirement.earliest = {late}\nsavers.retirement.latest = {early}",
    "savers.retirement.share.60 = {large}\nsavers.retirement.share.62 = {large}",
    "policy.start = '{after}'\npolicy.end = '{before}'",
    "policy.cap_start = '{after}'\npolicy.cap_end = '{before}'",
    "social_security.first_bend_usd.2025 = {usd}\nsocial_security.second_bend_usd.2025 = 1",
    "careers.cash_out.below_usd.tiny = {usd}",
    "funds.target_date.glide.tips_share_of_bonds_at_end = {large}\nfunds.target_date.glide.cash_share_of_bonds_at_end = 0.5",
)
"""Values each of which is allowed, and which do not go together, in the style of TOML."""


def contradictory() -> Text:
    """Scenario files that contradict themselves."""
    numbers = st.fixed_dictionaries(
        {
            "share": st.floats(0.7, 1.0),
            "small": st.floats(0.01, 0.29),
            "large": st.floats(0.6, 1.0),
            "late": st.integers(66, 75),
            "early": st.integers(50, 65),
            "after": st.sampled_from(["2030-02", "2999-12"]),
            "before": st.sampled_from(["2030-01", "1900-01"]),
            "usd": st.floats(5000.0, 1e9),
        }
    )
    return st.builds(lambda text, found: text.format(**found), st.sampled_from(CONTRADICTIONS), numbers)


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
    "a heading in capitals": lambda text, _: (text.split("\n", 1)[0].upper() + "\n" + text.split("\n", 1)[1]).encode(),
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


def no_toml() -> st.SearchStrategy[bytes]:
    """Bytes that are no scenario file: binary, other encodings, other formats, and files cut short."""
    text = '[policy]\ncap = 0.15\nclasses = ["gold"]\n'
    others = (
        text.encode("utf-16"),
        b"\xef\xbb\xbf\xef\xbb\xbf" + text.encode(),
        b"PAR1" + bytes(range(256)),
        b"\x89PNG\r\n\x1a\n" + bytes(20),
        b"{\"policy\": {\"cap\": 0.15}}",
        b"policy:\n  cap: 0.15\n",
        b"<policy cap='0.15'/>",
        b"policy.cap: 0.15\n",
        b"policy.cap = 0,15\n",
        b"policy.cap = 15%\n",
        b"policy.cap = .15\n",
        b"policy.cap = 0.15 0.2\n",
        b"policy.cap = 0.1\npolicy.cap = 0.2\n",
        b"# caf\xe9\n",
        b"\x00",
        b"x = " + b"[" * 5000,
        b"x" * 1_000_001,
        b"#" * 5_000_000,
    )
    noise = st.binary(min_size=1, max_size=40).map(lambda noise: b"\xff" + noise)
    cut = st.integers(text.index("[policy]") + 1, 7).map(lambda end: text.encode()[:end])
    return st.sampled_from(others) | noise | cut
