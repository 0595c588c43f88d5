"""What is wrong with an input, said so that it can be put right."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_LONGEST_SHOWN = 80
_SIMILAR_ENOUGH = 0.6


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one value.

    Parameters
    ----------
    place : str
        Where the value was written: a file, `--set`, or another part of the program.
    key : str
        Dotted key, empty when the whole place is at fault.
    value : str
        The value as the user would recognise it.
    allowed : str
        What would be right, in words.
    nearest : str or None
        The nearest known name, if the key or the value resembles one.
    message : str
        What is wrong, in words.
    """

    place: str
    key: str
    value: str
    allowed: str
    nearest: str | None
    message: str

    def __str__(self) -> str:
        """One line: place, key, value, what is wrong, what is allowed, and the nearest name."""
        subject = f"{self.key} = {self.value}" if self.key and self.value else self.key or self.value
        parts = [self.place, subject, self.message]
        line = ": ".join(part for part in parts if part)
        if self.allowed:
            line += f"; allowed: {self.allowed}"
        if self.nearest is not None:
            line += f"; nearest known name: {self.nearest}"
        return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in line)


class ScenarioError(ValueError):
    """Everything that is wrong with a scenario, all at once.

    Parameters
    ----------
    problems : sequence of Problem
        At least one.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(tuple(problems))
        self.problems = list(problems)

    def __str__(self) -> str:
        """All problems, a line each."""
        return "\n".join(str(problem) for problem in self.problems)


def shown(value: object) -> str:
    """`value` on one line of at most 80 printable characters, much as it was written."""
    if isinstance(value, bool):
        return "true" if value else "false"
    try:
        text = value if isinstance(value, str) and value.isprintable() and value else repr(value)
    except (RecursionError, ValueError):
        return "a value too long to show"
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "..."


def nearest_name(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None if none is like it.

    Names are first compared whole. Dotted names are then compared by their last part, so that `cap` finds
    `policy.cap`. Capitals count as small letters.
    """
    names = {one.lower(): one for one in known}
    probe = name[:_LONGEST_SHOWN].lower()
    whole = difflib.get_close_matches(probe, names, n=1, cutoff=_SIMILAR_ENOUGH)
    if whole:
        return names[whole[0]]
    by_last_part: dict[str, str] = {}
    for lowered, candidate in names.items():
        by_last_part.setdefault(lowered.rpartition(".")[2], candidate)
    last = difflib.get_close_matches(
        probe.rpartition(".")[2], list(by_last_part), n=1, cutoff=_SIMILAR_ENOUGH
    )
    return by_last_part[last[0]] if last else None
