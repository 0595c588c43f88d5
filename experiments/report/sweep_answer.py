"""The question of a sweep and its answer in short: the largest effects with figures and intervals."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from experiments.figures.sweep_source import Swept, figure, plain
from experiments.figures.sweep_style import capital
from experiments.figures.wording import percent
from experiments.report.sweep_numbers import Numbers

MOST_NAMED = 4
"""Outcomes that a title names."""
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


def answers(swept: Swept, numbers: Numbers) -> list[str]:
    """Return one sentence or two an outcome: what moves it most, how much, and how sure that is."""
    told: Callable[[Swept, Numbers, str], str]
    if numbers.sobol is not None:
        told = _by_variance
    elif numbers.morris is not None:
        told = _by_screening
    elif numbers.regression is not None:
        told = _by_regression
    else:
        told = _by_values
    return [f"{capital(swept.name(outcome))}: {told(swept, numbers, outcome)}" for outcome in swept.outcomes]


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


def _by_variance(_swept: Swept, numbers: Numbers, outcome: str) -> str:
    """Tell total and first-order shares, the largest total first."""
    rows = _records(numbers.sobol, outcome, "total")
    if not rows:
        return "no shares, as it does not vary between cells."

    def share(one: dict[Any, Any], kind: str) -> str:
        return between(lambda value: percent(value, 0), one[kind], one[f"{kind}_low"], one[f"{kind}_high"])

    parts = [f"{one['name']} {share(one, 'total')}, alone {share(one, 'first')}" for one in rows[:TOLD]]
    alone = percent(sum(float(one["first"]) for one in rows), 0)
    noise = numbers.noise(outcome)
    unknown = "unknown" if np.isnan(noise) else f"at most {percent(noise)}"
    return (
        f"share of the variance with interactions: {'; '.join(parts)}. Shares alone add up to {alone}; "
        f"noise {unknown}."
    )


def _by_screening(swept: Swept, numbers: Numbers, outcome: str) -> str:
    """Tell the mean sizes of elementary effects, the largest first."""
    rows = _records(numbers.morris, outcome, "mu_star")
    if not rows:
        return "no effects."

    def write(value: float) -> str:
        return swept.write(outcome, value)

    parts = [
        f"{one['name']} {between(write, one['mu_star'], one['mu_star_low'], one['mu_star_high'])}"
        for one in rows[:TOLD]
    ]
    return f"mean size of the change over the range of a key: {'; '.join(parts)}."


def _by_regression(_swept: Swept, numbers: Numbers, outcome: str) -> str:
    """Tell the standardised coefficients, the largest first."""
    rows = _records(numbers.regression, outcome, "coefficient")
    if not rows:
        return "no coefficients, as it does not vary between cells."

    def write(value: float) -> str:
        return figure(value, sign=True)

    parts = [
        f"{one['key']} {between(write, one['coefficient'], one['low'], one['high'])}" for one in rows[:TOLD]
    ]
    explained = percent(float(rows[0]["r_squared"]), 0)
    return (
        f"standardised coefficients {'; '.join(parts)}. Straight lines explain {explained} of the variance."
    )


def _by_values(swept: Swept, numbers: Numbers, outcome: str) -> str:
    """Tell between which values of a key the mean changes most, the largest change first."""
    rows = _records(numbers.changes, outcome, "change")
    if not rows:
        return "no key has two values with this outcome."

    def write(value: float) -> str:
        return swept.write(outcome, value, change=True)

    parts = [
        f"{one['key']} from {plain(one['start'])} to {plain(one['end'])}: "
        f"{between(write, one['change'], one['low'], one['high'])}"
        for one in rows[:TOLD]
    ]
    return f"change of the mean with {'; '.join(parts)}."
