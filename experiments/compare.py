"""The same people and the same luck under different rules: a paired difference for every person."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import experiments.lean  # noqa: F401  first, since whatever follows imports Mesa
from environment.demography import AGE_BANDS, age_band
from environment.groups import QUINTILES
from environment.problems import Problem, ScenarioError
from environment.scenario import Scenario
from environment.typing import BoolArray
from experiments.folders import Finish, TableFiles, content_hash, staged, write_json, write_manifest
from experiments.headlines import UNITS
from experiments.intervals import interval
from experiments.results import Result, columns_of, fill_folder
from experiments.simulate import Progress, simulate_all

OUTCOMES = ("better", "worse", "unchanged")
SHARED = ("run.start", "run.years", "run.savers", "run.seed", "run.replications")
WHO_LIVES = (
    "population.accounts",
    "population.ages",
    "population.initial_balances",
    "population.perimeter_usd",
    "population.entry_age",
    "population.male_share",
    "population.mode",
    "population.mortality_improvement",
)


@dataclass(frozen=True)
class Comparison:
    """A base scenario and others, replication by replication and person by person.

    Attributes
    ----------
    base : Result
    others : tuple of Result
        In the order asked for.
    differences : DataFrame
        One row a person, replication and other scenario; see docs/outputs.md.
    verdict : dict
        As in ``verdict.json``.
    """

    base: Result
    others: tuple[Result, ...]
    differences: pd.DataFrame
    verdict: dict[str, Any]


def compare(
    base: Scenario, others: Sequence[Scenario], workers: int = 1, progress: Progress | None = None
) -> Comparison:
    """Simulate all scenarios with the same luck and take paired differences.

    Raises
    ------
    ScenarioError
        When two different scenarios have the same name, or when they do not share people, months and luck.
    """
    check_comparable(base, others)
    distinct = list({scenario.name: scenario for scenario in (base, *others)}.values())
    results = {one.name: one for one in simulate_all(distinct, workers, progress)}
    first = results[base.name]
    tolerance = base.number("compare.tolerance")
    parts, verdict = [], {}
    for other in others:
        second = results[other.name]
        part = paired(first, second)
        parts.append(part)
        verdict[other.name] = judge(part, first, second, tolerance)
    differences = pd.concat(parts, ignore_index=True)
    return Comparison(first, tuple(results[one.name] for one in others), differences, verdict)


def check_comparable(base: Scenario, others: Sequence[Scenario]) -> None:
    """Refuse scenarios that cannot be compared person by person.

    Raises
    ------
    ScenarioError
        With every problem at once.
    """
    problems = []
    for other in others:
        if other.name == base.name and other.values != base.values:
            problems.append(
                _problem(other.name, "name", other.name, "a name of its own", "two scenarios share a name")
            )
        problems += [
            _problem(
                other.name, key, other.values[key], f"{base.values[key]} in both", f"differs from {base.name}"
            )
            for key in (*SHARED, *WHO_LIVES)
            if other.values[key] != base.values[key]
        ]
    names = [other.name for other in others]
    twice = sorted({name for name in names if names.count(name) > 1})
    problems += [
        _problem(name, "name", name, "each scenario once", "a scenario is named twice") for name in twice
    ]
    if problems:
        raise ScenarioError(problems)


def paired(base: Result, other: Result) -> pd.DataFrame:
    """Differences of every person ever in the run, base against other.

    The difference is the change of wealth at the end, or at death, plus the change of what was spent less
    contributed so far, in USD of the start.
    """
    one, two = base.lives, other.lives
    if not np.array_equal(one[["replication", "saver"]].to_numpy(), two[["replication", "saver"]].to_numpy()):
        raise RuntimeError("the scenarios do not share their people: births or deaths depended on policy")
    spent = two["spent_real"] - one["spent_real"]
    return pd.DataFrame(
        {
            "replication": one["replication"],
            "saver": one["saver"],
            "weight": one["weight"],
            "literacy": one["literacy"],
            "literacy_quintile": one["literacy_quintile"],
            "age_at_start": one["age_at_start"],
            "ever_held": one["has_held"] | two["has_held"],
            "base_wealth_real": one["wealth_real"],
            "other_wealth_real": two["wealth_real"],
            "base_spent_real": one["spent_real"],
            "other_spent_real": two["spent_real"],
            "difference": two["wealth_real"] - one["wealth_real"] + spent,
            "other": other.name,
        }
    )


def judge(part: pd.DataFrame, base: Result, other: Result, tolerance: float) -> dict[str, Any]:
    """Shares better, worse and unchanged, by literacy and by age at the start, and changes of the headlines.

    Over those who ever held an account in either world; each share with a 95% t interval over replications.
    """
    held = part[part["ever_held"]]
    outcome = outcomes(held, tolerance)
    replication = held["replication"].to_numpy()
    quintile = held["literacy_quintile"].to_numpy()
    at_start = held["age_at_start"].to_numpy()
    band = age_band(np.nan_to_num(at_start, nan=0.0).astype(np.int64))
    known = ~np.isnan(at_start)
    changes = other.headlines - base.headlines
    return {
        **_shares(outcome, replication, np.ones(len(held), dtype=np.bool_)),
        "by_literacy": {one: _shares(outcome, replication, quintile == one) for one in QUINTILES},
        "by_age": {
            name: _shares(outcome, replication, known & (band == row)) for row, name in enumerate(AGE_BANDS)
        },
        "changes": {name: interval(changes[name].to_numpy()).as_dict() for name in UNITS},
    }


def outcomes(part: pd.DataFrame, tolerance: float) -> dict[str, BoolArray]:
    """Who is better off, worse off and, within ``tolerance`` of the larger base amount, unchanged."""
    amount = part[["base_wealth_real", "base_spent_real"]].abs().max(axis=1).to_numpy()
    difference = part["difference"].to_numpy()
    better, worse = difference > tolerance * amount, difference < -tolerance * amount
    return {"better": better, "worse": worse, "unchanged": ~(better | worse)}


def write_comparison(comparison: Comparison, out: Path, finish: Finish | None = None) -> Path:
    """Write the comparison's folder whole, with a result folder for each scenario inside it.

    Parameters
    ----------
    comparison : Comparison
    out : Path
        Parent folder, made when missing.
    finish : callable, optional
        Adds to the folder before it gets its name, such as ``experiments.report.write_report``.

    Returns
    -------
    Path
        ``<out>/compare-<base>-<first 8 of the content hash>``; a folder of that name is replaced.

    Raises
    ------
    OSError
        When the disk does not take it; nothing half-written is left.
    """
    with staged(out) as folder:
        for result in {one.name: one for one in (comparison.base, *comparison.others)}.values():
            inside = folder.path / result.name
            inside.mkdir()
            fill_folder(result, inside)
        with TableFiles(folder.path) as files:
            files.add({"differences": columns_of(comparison.differences)})
        write_json(comparison.verdict, folder.path / "verdict.json")
        fingerprint = content_hash(folder.path)
        write_manifest(_manifest(comparison, fingerprint), folder.path)
        if finish is not None:
            finish(folder.path)
        return folder.publish(f"compare-{comparison.base.name}-{fingerprint[:8]}")


def _manifest(comparison: Comparison, fingerprint: str) -> dict[str, Any]:
    shared = comparison.base.manifest
    warnings = [
        f"{one.name}: {text}"
        for one in (comparison.base, *comparison.others)
        for text in one.manifest["warnings"]
    ]
    return {
        **{
            key: shared[key]
            for key in ("schema", "status", "scenario", "seed", "savers", "months", "replications")
        },
        "kind": "compare",
        "base": comparison.base.name,
        "others": [one.name for one in comparison.others],
        **{key: shared[key] for key in ("wall_seconds", "peak_rss_mb", "versions", "commit", "inputs")},
        "content_sha256": fingerprint,
        "warnings": list(dict.fromkeys(warnings)),
    }


def _shares(
    outcome: dict[str, BoolArray], replication: np.ndarray[Any, Any], members: BoolArray
) -> dict[str, Any]:
    numbers = np.unique(replication)
    shares = {}
    for name in OUTCOMES:
        by_replication = [_share(outcome[name], members & (replication == number)) for number in numbers]
        shares[name] = interval(by_replication).as_dict()
    return shares


def _share(marked: BoolArray, members: BoolArray) -> float:
    return float(marked[members].mean()) if members.any() else float("nan")


def _problem(place: str, key: str, value: object, allowed: str, message: str) -> Problem:
    return Problem(place=place, key=key, value=str(value), allowed=allowed, nearest=None, message=message)
