"""The question of a sweep and its answer in short: the largest effects with figures and intervals."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments.figures.sweep_families import Family, families
from experiments.figures.sweep_source import Swept, figure, plain
from experiments.figures.sweep_style import capital
from experiments.figures.wording import percent
from experiments.report.sweep_numbers import Numbers

MOST_NAMED = 4
"""Outcomes that a title names."""
NOTHING = (
    "{name} changed nothing: every figure is the same {what}. Is the mechanism it belongs to on in the base "
    "scenario?"
)
TOLD = 3
"""Keys or groups that the answer names for an outcome."""


def question(swept: Swept) -> str:
    """Return the question that a sweep answers: ``What moves median wealth and net transfer?``."""
    names = [swept.name(outcome) for outcome in swept.outcomes]
    if len(names) > MOST_NAMED:
        names = [*names[: MOST_NAMED - 1], f"{len(names) - MOST_NAMED + 1} more outcomes"]
    return f"What moves {in_words(names)}?"


def in_words(names: list[str]) -> str:
    """Join names: a, b and c."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


@dataclass(frozen=True)
class Told:
    """What the answer says of an outcome: words before, the keys with the largest effect first, and after."""

    before: str
    parts: list[str]
    after: str = ""


def answers(swept: Swept, numbers: Numbers) -> list[str]:
    """Return what moves each outcome, or family of them, most, how much, how sure that is; and what nothing.

    Of a family every member is told with the key that moves it most.
    """
    tell: Callable[[Swept, Numbers, str], Told]
    if numbers.sobol is not None:
        tell = _by_variance
    elif numbers.morris is not None:
        tell = _by_screening
    elif numbers.regression is not None:
        tell = _by_regression
    else:
        tell = _by_values
    found = {next(iter(family.members)): family for family in families(swept.outcomes)}
    kin = {name for family in found.values() for name in family.members}
    sentences = []
    for outcome in swept.outcomes:
        if outcome in found:
            sentences.append(_of_family(found[outcome], lambda name: tell(swept, numbers, name)))
        elif outcome not in kin:
            told = tell(swept, numbers, outcome)
            parts = "; ".join(told.parts[:TOLD])
            sentences.append(f"{capital(swept.name(outcome))}: {told.before}{parts}{told.after}")
    what = "over its range" if swept.sampled else "at all its values"
    return sentences + [NOTHING.format(name=name, what=what) for name in numbers.unmoved]


def _of_family(family: Family, tell: Callable[[str], Told]) -> str:
    """Tell of every member of a family what moves it most."""
    told = {member: tell(outcome) for outcome, member in family.members.items()}
    known = {member: one for member, one in told.items() if one.parts}
    if not known:
        return f"{family.name}: {next(iter(told.values())).before}"
    before = next(iter(known.values())).before
    parts = "; ".join(f"[{member}] {one.parts[0]}" for member, one in known.items())
    return f"{family.name}: {before}the largest of each: {parts}."


def _records(frame: pd.DataFrame | None, outcome: str, size: str) -> list[dict[Any, Any]]:
    """Return the rows of an outcome that have a size, the largest first."""
    if frame is None:
        return []
    rows = frame[frame["outcome"] == outcome]
    order = rows[size].abs().sort_values(ascending=False, kind="stable", na_position="last").index
    return list(rows.loc[order].dropna(subset=[size]).to_dict("records"))


def between(write: Callable[[float], str], value: float, low: float, high: float) -> str:
    """Write a figure with the ends of its interval: ``52% (48% to 56%)``."""
    if np.isnan(low) or np.isnan(high):
        return write(value)
    return f"{write(value)} ({write(low).removesuffix(' points')} to {write(high)})"


def _by_variance(_swept: Swept, numbers: Numbers, outcome: str) -> Told:
    """Tell total and first-order shares, the largest total first."""
    rows = _records(numbers.sobol, outcome, "total")
    if not rows:
        return Told("no shares, as it does not vary between cells.", [])

    def share(one: dict[Any, Any], kind: str) -> str:
        return between(lambda value: percent(value, 0), one[kind], one[f"{kind}_low"], one[f"{kind}_high"])

    parts = [f"{one['name']} {share(one, 'total')}, alone {share(one, 'first')}" for one in rows]
    alone = percent(sum(float(one["first"]) for one in rows), 0)
    noise = numbers.noise(outcome)
    unknown = "unknown" if np.isnan(noise) else f"at most {percent(noise)}"
    after = f". Shares alone add up to {alone}; noise {unknown}."
    return Told("share of the variance with interactions: ", parts, after)


def _by_screening(swept: Swept, numbers: Numbers, outcome: str) -> Told:
    """Tell the mean sizes of elementary effects, the largest first."""
    rows = _records(numbers.morris, outcome, "mu_star")
    if not rows:
        return Told("no effects.", [])

    def write(value: float) -> str:
        return swept.write(outcome, value)

    parts = [
        f"{one['name']} {between(write, one['mu_star'], one['mu_star_low'], one['mu_star_high'])}"
        for one in rows
    ]
    return Told("mean size of the change over the range of a key: ", parts, ".")


def _by_regression(_swept: Swept, numbers: Numbers, outcome: str) -> Told:
    """Tell the standardised coefficients, the largest first."""
    rows = _records(numbers.regression, outcome, "coefficient")
    if not rows:
        return Told("no coefficients, as it does not vary between cells.", [])

    def write(value: float) -> str:
        return figure(value, sign=True)

    parts = [f"{one['key']} {between(write, one['coefficient'], one['low'], one['high'])}" for one in rows]
    explained = percent(float(rows[0]["r_squared"]), 0)
    after = f". Straight lines explain {explained} of the variance."
    return Told("standardised coefficients ", parts, after)


def _by_values(swept: Swept, numbers: Numbers, outcome: str) -> Told:
    """Tell between which values of a key the mean changes most, the largest change first."""
    rows = [one for one in _records(numbers.changes, outcome, "change") if one["key"] not in numbers.unmoved]
    if not rows:
        return Told("no key that moves it has two values with this outcome.", [])

    def write(value: float) -> str:
        return swept.write(outcome, value, change=True)

    parts = [
        f"{one['key']} from {plain(one['start'])} to {plain(one['end'])}: "
        f"{between(write, one['change'], one['low'], one['high'])}"
        for one in rows
    ]
    return Told("change of the mean with ", parts, ".")
