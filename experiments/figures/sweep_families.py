"""Families of outcomes: one figure of a run for several values of a filter, such as quintiles."""

from collections.abc import Sequence
from dataclasses import dataclass

from experiments.outcomes import Outcome, parse_outcomes

MOST_MEMBERS = 6
"""Lines that one panel can hold."""


@dataclass(frozen=True)
class Family:
    """Outcomes that differ in the value of one filter alone.

    Attributes
    ----------
    name : str
        What they share: ``groups.wealth_median by literacy_quintile``.
    key : str
        The filter in which they differ.
    members : dict of str to str
        Value of the filter by outcome, in the order of the design.
    """

    name: str
    key: str
    members: dict[str, str]


def families(names: Sequence[str]) -> list[Family]:
    """Return the families among some outcomes, of two to six members each; no outcome is in two.

    Parameters
    ----------
    names : sequence of str
    """
    parsed = {name: found[0] for name in names if (found := parse_outcomes([name], "")[0])}
    made: list[Family] = []
    taken: set[str] = set()
    for name, one in parsed.items():
        rest = {other: two for other, two in parsed.items() if other not in taken}
        if name in taken:
            continue
        kin = [(key, _members(one, key, rest)) for key, _ in one.filters]
        key, members = max(kin, key=lambda pair: len(pair[1]), default=("", {}))
        if 1 < len(members) <= MOST_MEMBERS:
            made.append(Family(f"{_shared(one, key)} by {key}", key, members))
            taken |= set(members)
    return made


def _members(one: Outcome, key: str, others: dict[str, Outcome]) -> dict[str, str]:
    """Return those outcomes that are as one is but for the value of a filter."""
    return {
        name: str(dict(other.filters)[key])
        for name, other in others.items()
        if key in dict(other.filters) and _without(other, key) == _without(one, key)
    }


def _without(one: Outcome, key: str) -> tuple[str, str, str, frozenset[tuple[str, object]]]:
    filters = frozenset(pair for pair in one.filters if pair[0] != key)
    return one.table, one.column, one.reducer, filters


def _shared(one: Outcome, key: str) -> str:
    """Return the name of an outcome without a filter."""
    head, bracket, rest = one.name.partition("[")
    inner, _, tail = rest.partition("]")
    left = [part.strip() for part in inner.split(",") if part.partition("=")[0].strip() != key]
    return f"{head}[{', '.join(left)}]{tail}" if bracket and left else f"{head}{tail if bracket else ''}"
