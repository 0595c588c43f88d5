"""How to make a result again: command, versions, seed, hash, warnings."""

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from experiments.figures.tables import parameter_values, scenario_name
from experiments.figures.wording import counted
from experiments.report.html import block, bullets, code, heading, paragraph, table

SHORTHANDS = ("run.savers", "run.years", "run.seed", "run.replications")
"""Parameters that have options of their own on the command line."""


def provenance(manifest: Mapping[str, Any], command: str) -> list[str]:
    """Return the part of a page that tells where its result comes from.

    Parameters
    ----------
    manifest : Mapping
        Contents of ``manifest.json``.
    command : str
        Command that makes the result again.
    """
    versions = manifest.get("versions", {})
    rows = [
        ["Replications", f"{manifest['replications']:,}"],
        ["Savers", f"{int(manifest['savers']):,}"],
        ["Simulated", counted(int(manifest["months"]), "month")],
        ["Seed", str(manifest["seed"])],
        ["Content hash (SHA-256)", str(manifest.get("content_sha256", "unwritten"))],
        ["Commit", str(manifest.get("commit") or "not recorded")],
        ["Versions", ", ".join(f"{name} {version}" for name, version in versions.items())],
    ]
    return [
        heading("Make it again"),
        paragraph("The same command gives the same files, byte for byte, on any number of workers."),
        code(command),
        paragraph("A path in it is of a file inside this folder: run the command here."),
        table(["What", "Value"], rows, "Where this result comes from", "words"),
        heading("Warnings", 3),
        _warnings(manifest.get("warnings", ())),
    ]


def _warnings(warnings: Sequence[Any]) -> str:
    """Return the warnings of a run as a box, or that there were none."""
    if not warnings:
        return paragraph("None.")
    return block(bullets(str(warning) for warning in warnings), "warning")


def command_for(kind: str, manifests: Sequence[Mapping[str, Any]]) -> str:
    """Return the command that makes a result again.

    Parameters
    ----------
    kind : str
        ``run`` or ``compare``.
    manifests : sequence of Mapping
        Manifests of the scenarios, the base first.

    Returns
    -------
    str
        The command with size, seed, and a ``--set`` for every value of the base that its scenario, as
        shipped, does not have. A scenario that is not shipped stands as the file in the result folder.
    """
    first = manifests[0]
    names = [scenario_name(manifest, "open-access") for manifest in manifests]
    changed = _changed_values(names[0], parameter_values(first))
    words = ["thirdwave", kind, *(_as_argument(kind, name) for name in names)]
    years = int(first["months"]) // 12
    for option, value in (
        ("--savers", first["savers"]),
        ("--years", years),
        ("--seed", first["seed"]),
        ("--replications", first["replications"]),
    ):
        words += [option, str(value)]
    for key, value in changed.items():
        words += ["--set", f"{key}={value}"]
    return shlex.join(words)


def _as_argument(kind: str, name: str) -> str:
    """Return a shipped name as it is, or the path of the scenario's file inside the result folder."""
    from experiments.load import shipped_scenarios

    if name in shipped_scenarios():
        return name
    return f"{name}.toml" if kind == "run" else f"{name}/{name}.toml"


def _changed_values(name: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Tell which values of a shipped scenario differ from those it is shipped with, as text."""
    from experiments.load import load_scenario, shipped_scenarios

    if name not in shipped_scenarios():
        return {}
    original = load_scenario(name).values
    plain = {key: list(value) if isinstance(value, tuple) else value for key, value in original.items()}
    changed = {
        key: value
        for key, value in values.items()
        if key in plain and key not in SHORTHANDS and value != plain[key]
    }
    return {key: _as_setting(value) for key, value in changed.items()}


def _as_setting(value: object) -> str:
    """Write a value as ``--set`` reads it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(str(part) for part in value)
    return str(value)
