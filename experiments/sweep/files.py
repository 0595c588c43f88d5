"""A design written as files that can be run again."""

import json
import re
from collections.abc import Mapping
from typing import Final

from experiments.sweep.design import LISTED, ROLES, Design
from experiments.toml import as_toml

DESIGN = "design.toml"
_BARE: Final = re.compile("[A-Za-z0-9_-]+")
"""Keys that TOML takes without quotation marks."""


def design_files(design: Design) -> dict[str, bytes]:
    """The design, the scenario that it starts from with every value spelled out, and the CSV files of that.

    Returns
    -------
    dict of str to bytes
        By path inside the folder. ``thirdwave sweep design.toml`` there asks for the same sweep.
    """
    base = design.base
    inputs = {table.value: table.content for table in [*base.tables.values(), *design.tables.values()]}
    return {
        DESIGN: _as_toml(design).encode(),
        _base_file(design): as_toml(base).encode(),
        **inputs,
    }


def _base_file(design: Design) -> str:
    file = f"{design.base.name}.toml"
    return file if file != DESIGN else f"scenario-{DESIGN}"


def _as_toml(design: Design) -> str:
    top = {
        "name": design.name,
        "description": design.description,
        "scenario": _base_file(design),
        "outcomes": [one.name for one in design.outcomes],
    }
    table: dict[str, object] = {"method": design.method}
    if design.method not in LISTED:
        table["samples"] = design.samples
    lines = [*_lines(top), "", "[design]", *_lines(table)]
    for heading, role in ROLES.items():
        chosen = {key: list(values) for key, values in design.ranges.items() if design.roles[key] == role}
        lines += _section(f"design.{heading}", chosen)
    for name, factor in design.factors.items():
        lines += _section(f"design.factors.{_text(name)}", {"keys": list(factor.keys), "how": factor.how})
    lines += _section("design.groups", {name: list(keys) for name, keys in design.groups.items()})
    if design.stopping is not None:
        lines += _section("stopping", {"most": design.stopping.most})
        lines += _section("stopping.half_width", design.stopping.half_width)
    return "\n".join(lines) + "\n"


def _section(heading: str, values: Mapping[str, object]) -> list[str]:
    return ["", f"[{heading}]", *_lines(values)] if values else []


def _lines(values: Mapping[str, object]) -> list[str]:
    return [
        f"{key if _BARE.fullmatch(key) else _text(key)} = {_text(value)}" for key, value in values.items()
    ]


def _text(value: object) -> str:
    """A text, number, switch or list as TOML has it: as JSON has it, but for the sign of deletion."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
