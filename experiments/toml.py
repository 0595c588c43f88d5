"""A scenario written as TOML, every value spelled out."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from environment.scenario import Scenario


def as_toml(scenario: "Scenario") -> str:
    """A scenario file that gives the same values whatever the defaults are.

    The name stands in a comment: a scenario is named after its file.
    """
    tree = scenario.resolved()
    name, description = tree.pop("name"), tree.pop("description")
    lines = [f"# {name}", f"description = {_text(description)}"]
    for group, table in tree.items():
        lines += _table(group, table)
    return "\n".join(lines)


def _table(path: str, table: Mapping[str, Any]) -> list[str]:
    """Lines of a table: its own values first, then the tables inside it."""
    values = [f"{key} = {_text(value)}" for key, value in table.items() if not isinstance(value, dict)]
    lines = ["", f"[{path}]", *values] if values else []
    for key, inner in table.items():
        if isinstance(inner, dict):
            lines += _table(f"{path}.{key}", inner)
    return lines


def _text(value: object) -> str:
    """A number, switch, text or list as TOML has it: as JSON has it, but for the sign of deletion."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
