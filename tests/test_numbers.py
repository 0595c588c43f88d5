"""The files of numbers are complete, and the model uses every number in them."""

import ast
import re
from collections.abc import Iterable, Iterator

import pytest

from environment.checking import accept
from environment.parameters import (
    STANDINGS,
    DataTable,
    Parameter,
    data_tables,
    number_files,
    parameters,
)
from tests.house_rules import ROOMS, sources

REGISTRY = parameters()
ENTRIES: list[Parameter | DataTable] = [*REGISTRY.values(), *data_tables()]
FEWEST_WORDS_OF_A_REASON = 5
VAGUE = re.compile(r"\b(?:todo|tbd|fixme|xxx|unknown|n/a)\b", re.IGNORECASE)

each_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.key)
each_parameter = pytest.mark.parametrize("one", REGISTRY.values(), ids=lambda one: one.key)


@each_entry
def test_every_number_says_what_it_is_and_where_it_comes_from(entry: Parameter | DataTable) -> None:
    assert entry.standing in STANDINGS
    assert entry.unit
    assert re.fullmatch(r"[A-Z0-9].*[^.]\.", entry.description), (
        "a description is a sentence with a full stop"
    )
    assert len(entry.source.split()) > 1
    assert not VAGUE.search(entry.description + entry.source)


@each_entry
def test_what_is_assumed_or_recalled_gives_its_reason(entry: Parameter | DataTable) -> None:
    if entry.standing == "assumed":
        assert len(entry.source.split()) >= FEWEST_WORDS_OF_A_REASON
        assert entry.source.endswith("."), "a reason is a sentence"
    if entry.standing in ("law", "measured"):
        assert "recalled" not in entry.source


@each_parameter
def test_every_default_lies_in_its_own_range(one: Parameter) -> None:
    assert accept(one, one.value) == one.value
    if one.kind in ("number", "whole", "month"):
        assert one.range is not None
        low, high = one.range
        assert str(low) < str(high) if isinstance(low, str) else float(low) < float(high)
    if one.kind in ("text", "texts"):
        assert one.allowed
    assert one.follows is None or REGISTRY[one.follows].kind == one.kind == "month"


def test_every_csv_file_says_where_it_comes_from_and_every_such_file_exists() -> None:
    described = {table.file for table in data_tables()}
    assert described == {path.name for path in number_files() if path.suffix == ".csv"}


def test_no_number_stands_in_two_places() -> None:
    keys = [entry.key for entry in ENTRIES]
    assert len(set(keys)) == len(keys)
    groups = {key.rpartition(".")[0] for key in keys}
    assert not groups & set(REGISTRY), "a number is not a group of numbers"


# What checks a value does not use it.
CHECKS = ("environment/contradictions.py", "environment/scenario.py")


def named(code: str) -> Iterator[str]:
    """Every text by which code may name a number, as a pattern in which what is filled in is one part."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield re.escape(node.value)
        elif isinstance(node, ast.JoinedStr):
            fixed = [str(part.value) if isinstance(part, ast.Constant) else None for part in node.values]
            yield "".join("[a-z0-9_]+" if part is None else re.escape(part) for part in fixed)


def unused(keys: Iterable[str], codes: Iterable[str]) -> list[str]:
    """The keys that no code names, neither whole nor by the group that they are in."""
    topics = {key.partition(".")[0] for key in keys}
    texts = {text for code in codes for text in named(code)}
    patterns = {text for text in texts if r"\." in text and text.partition(r"\.")[0] in topics}
    names = re.compile("|".join(sorted(patterns)) or "-")
    return [key for key in keys if not any(names.fullmatch(name) for name in (key, key.rpartition(".")[0]))]


def test_every_number_is_used_by_the_model() -> None:
    codes = [source.text for source in sources(*ROOMS) if source.name not in CHECKS]
    left = set(unused(REGISTRY, codes))
    followed = {one.follows for key, one in REGISTRY.items() if key not in left}
    assert sorted(left - followed) == []


@pytest.mark.parametrize(
    ("code", "left"),
    [
        ("x", ["market.size.gold", "policy.cap"]),
        ('f("policy.cap")', ["market.size.gold"]),
        ('f("market.size")', ["policy.cap"]),
        ('f(f"market.size.{name}")', ["policy.cap"]),
        (
            'f(f"{topic}.cap", f"{topic}.size.{name}", "policy", "market", "cap")',
            ["market.size.gold", "policy.cap"],
        ),
    ],
)
def test_a_number_that_no_code_names_is_found(code: str, left: list[str]) -> None:
    assert unused(["market.size.gold", "policy.cap"], [code]) == left
