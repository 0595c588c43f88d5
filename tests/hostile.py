"""Inputs that must be refused: values, keys and files, wrong in the ways in which people get them wrong."""

import json
import math
from dataclasses import dataclass

from hypothesis import strategies as st

from environment.parameters import Parameter, parameters

type Text = st.SearchStrategy[str]

NUMBERS_IN_TOML = (
    "true",
    '"0.5"',
    '"5%"',
    "nan",
    "inf",
    "-inf",
    "[]",
    "[0.5]",
    "{}",
    "2025-01-01",
    "12:00:00",
    '""',
)
NUMBERS_AS_TEXT = (
    "",
    "x",
    "5%",
    "0,5",
    "1 000",
    "1.000,5",
    "$5",
    "nan",
    "inf",
    "-inf",
    "1e999",
    "0x10",
    "true",
    "½",
)
MONTHS = (
    "2025-13",
    "2025-00",
    "2025-1",
    "25-01",
    "01/2025",
    "2025/01",
    "Jan 2025",
    "2025-01-01",
    "nevr",
    " ",
    "-2025-01",
)
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
    return st.builds(
        _misspelt, st.sampled_from(list(parameters().values())), st.integers(0, 10**6), st.integers(0, 3)
    )


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
            wrong = [
                '"gold"',
                '["gold", "gold"]',
                '["silver"]',
                "[1]",
                '[["gold"]]',
                "true",
                "0",
                '["gold,"]',
            ]
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
            return st.sampled_from(
                [text for text in MONTHS if text.strip()] + ["202501", "0001-01", "9999-12"]
            )
        case "texts":
            return st.sampled_from(
                ["silver", "gold,gold", "gold;bitcoin", "[gold]", '["gold"', "gold,,bitcoin"]
            )
        case "text" | "file":
            return st.sampled_from(
                [text for text in WORDS if text == text.strip()] + ["nowhere.csv", "folder.csv"]
            )


def _outside(one: Parameter) -> Text:
    """Numbers beyond the ends of a range."""
    assert one.range is not None, f"{one.key} has no range"
    low, high = (float(end) for end in one.range)
    if one.kind == "whole":
        return st.sampled_from([str(int(low) - 1), str(int(one.range[1]) + 1), "-9" + "9" * 30])
    beyond = [
        math.nextafter(low, -math.inf),
        math.nextafter(high, math.inf),
        -1e300,
        1e300,
        -100.0 * abs(low) - 1.0,
    ]
    return st.sampled_from([repr(number) for number in beyond])


def _misspelt(one: Parameter, place: int, how: int) -> Hostile:
    key = one.key
    spot = place % len(key)
    variants = (
        key[:spot] + key[spot + 1 :],
        key[:spot] + "x" + key[spot:],
        key[:spot] + ("y" if key[spot] == "x" else "x") + key[spot + 1 :],
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
    "market.size_usd.buyout = {usd}",
    "market.impact.gold = {late}\nmarket.expected_flow.gold = 0.01",
    "[funds.target_date.glide]\ntips_share_of_bonds_at_end = {large}\ncash_share_of_bonds_at_end = 0.5",
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


def no_toml() -> st.SearchStrategy[bytes]:
    """Bytes that are no scenario file: binary, other encodings, other formats, and files cut short."""
    text = '[policy]\ncap = 0.15\nclasses = ["gold"]\n'
    others = (
        text.encode("utf-16"),
        b"\xef\xbb\xbf\xef\xbb\xbf" + text.encode(),
        b"PAR1" + bytes(range(256)),
        b"\x89PNG\r\n\x1a\n" + bytes(20),
        b'{"policy": {"cap": 0.15}}',
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
