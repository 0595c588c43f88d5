"""What is told of a run beside its tables: manifest, summary, the scenario as a file, stories."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from environment.scenario import Scenario
from environment.tables import Column
from experiments.folders import write_inputs, write_json, write_manifest
from experiments.headlines import UNITS
from experiments.intervals import interval
from experiments.program import commit, versions
from experiments.replication import Replication
from experiments.story import files
from experiments.toml import as_toml

SCHEMA = 1


@dataclass(frozen=True, kw_only=True)
class Told:
    """All of a run but its tables.

    Attributes
    ----------
    name : str
        Name of the scenario.
    manifest, summary : dict
        As in the result folder; ``content_sha256`` is set when the result is written.
    scenario_text : str
        The scenario as a file that can be run again; empty in a result read from disk.
    inputs : mapping of str to bytes
        The CSV files that the scenario names, by the path that it gives them; empty in a result read from
        disk.
    stories : mapping of str to str
        Files that tell the lives of savers who were followed, by name; empty in a result read from disk.
    """

    name: str
    manifest: dict[str, Any]
    summary: dict[str, Any]
    scenario_text: str = ""
    inputs: Mapping[str, bytes] = field(default_factory=dict)
    stories: Mapping[str, str] = field(default_factory=dict)


def tell(scenario: Scenario, replications: Sequence[Replication], seconds: float, peak_mb: float) -> Told:
    """What is told of the replications of a scenario; their tables are not looked at.

    Parameters
    ----------
    scenario : Scenario
    replications : sequence of Replication
        In the order of their numbers.
    seconds, peak_mb : float
        Time they took together, and the largest memory of a process, MB.
    """
    manifest = {
        "schema": SCHEMA,
        "kind": "run",
        "status": "complete",
        "scenario": {"name": scenario.name, "description": scenario.description, **scenario.resolved()},
        "seed": scenario.whole("run.seed"),
        "savers": scenario.whole("run.savers"),
        "months": scenario.months,
        "replications": len(replications),
        "wall_seconds": round(seconds, 3),
        "peak_rss_mb": round(peak_mb, 1),
        "versions": versions(),
        "commit": commit(),
        "inputs": dict(scenario.inputs),
        "content_sha256": None,
        "warnings": _warnings(replications),
    }
    return Told(
        name=scenario.name,
        manifest=manifest,
        summary=summarise({name: np.array([one.headlines[name] for one in replications]) for name in UNITS}),
        scenario_text=as_toml(scenario),
        inputs={table.value: table.content for table in scenario.tables.values()},
        stories=_stories(scenario, replications[0]),
    )


def write_told(told: Told, folder: Path, fingerprint: str) -> None:
    """Write what is told into a folder that holds the tables; the manifest as a draft.

    Parameters
    ----------
    told : Told
    folder : Path
    fingerprint : str
        Content hash of the tables.
    """
    write_json(told.summary, folder / "summary.json")
    (folder / f"{told.name}.toml").write_text(told.scenario_text, encoding="utf-8")
    write_inputs(told.inputs, folder)
    for name, story in told.stories.items():
        (folder / name).write_text(story, encoding="utf-8")
    write_manifest({**told.manifest, "content_sha256": fingerprint}, folder)


def summarise(figures: Mapping[str, Column]) -> dict[str, Any]:
    """Headlines with 95% t intervals over replications, from their values by name, (replications,) each."""
    return {
        name: {**interval(figures[name]).as_dict(), "unit": unit, "replications": len(figures[name])}
        for name, unit in UNITS.items()
    }


def _stories(scenario: Scenario, first: Replication) -> dict[str, str]:
    title = f"{scenario.name}, seed {scenario.whole('run.seed')}"
    return {name: text for row in first.followed for name, text in files(row, title).items()}


def _warnings(replications: Sequence[Replication]) -> list[str]:
    return [f"replication {one.number}: {text}" for one in replications for text in one.warnings]
