"""Names of outcomes, checked before anything runs.

``HEADLINE``, or ``TABLE.COLUMN[KEY=VALUE, ...]:REDUCER`` with filters and reducer optional.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from environment.calendar import parse_month
from environment.groups import ALL
from environment.problems import Problem, ScenarioError, nearest_name, shown
from environment.tables import SWITCH, TEXT
from environment.yearly import LORENZ_YEARS
from experiments.headlines import UNITS
from experiments.outcomes import schema
from experiments.outcomes.outcome import OF_ONE_MOMENT, REDUCERS, Filter, Outcome, Value

OUTCOMES = "outcomes"
_FORM = "a headline, or TABLE.COLUMN[KEY=VALUE, ...]:REDUCER"
_TABLE_COLUMN = re.compile(
    r"(?P<table>[^.\[\]:]*)\.(?P<column>[^.\[\]:]*)(?:\[(?P<filters>[^\[\]]*)\]\s*)?(?::(?P<reducer>[^\[\]:]*))?"
)
_MOST_DIGITS = 9


def parse_outcome(text: str, place: str = OUTCOMES, years: int | None = None) -> Outcome:
    """The outcome of a name, such as ``gini`` or ``groups.wealth_median[literacy_quintile=1]``.

    Parameters
    ----------
    text : str
    place : str
        Where it was written, for messages.
    years : int, optional
        Length of the run; filters by a later month or year are refused then.

    Raises
    ------
    ScenarioError
        With everything that is wrong in the name.
    """
    outcomes, problems = parse_outcomes([text], place, years)
    if problems:
        raise ScenarioError(problems)
    return outcomes[0]


def parse_outcomes(
    texts: Sequence[str], place: str, years: int | None = None
) -> tuple[list[Outcome], list[Problem]]:
    """The outcomes of some names, in their order without those that are wrong, and what is wrong.

    Parameters
    ----------
    texts : sequence of str
        Each once.
    place, years
        As in `parse_outcome`.
    """
    outcomes, problems = [], []
    for position, text in enumerate(texts):
        reading = _Reading(place, text, years, [])
        outcome = reading.outcome()
        if text in texts[:position]:
            reading.refuse(text, "each outcome once", "is written twice")
        problems += reading.problems
        if outcome is not None and not reading.problems:
            outcomes.append(outcome)
    return outcomes, problems


@dataclass(frozen=True, slots=True)
class _Reading:
    """One name being read, and what has been found wrong in it."""

    place: str
    text: str
    years: int | None
    problems: list[Problem]

    def refuse(self, value: str, allowed: str, message: str, nearest: str | None = None) -> None:
        """Add a problem."""
        key = "" if value == self.text else shown(self.text)
        self.problems.append(Problem(self.place, key, shown(value), allowed, nearest, message))

    def outcome(self) -> Outcome | None:
        """What the name says; None if it cannot be understood."""
        text = self.text.strip()
        if text in UNITS:
            return Outcome(self.text, UNITS[text], "", text, (), REDUCERS[0])
        match = _TABLE_COLUMN.fullmatch(text)
        if match is None:
            self._no_figure(text)
            return None
        table, column = match["table"].strip(), match["column"].strip()
        if not self._known("table", table, schema.COLUMNS):
            return None
        self._known(f"column of figures in {table}", column, schema.figures_of(table))
        filters = self._filters(table, match["filters"])
        reducer = REDUCERS[0] if match["reducer"] is None else match["reducer"].strip()
        if self._known("reducer", reducer, REDUCERS) and filters is not None:
            self._one_row(table, filters, reducer)
        if self.problems:
            return None
        margins: dict[str, Value] = dict.fromkeys(schema.MARGINS.get(table, ()), ALL)
        rows = tuple({**margins, **dict(filters or ())}.items())
        return Outcome(self.text, schema.unit_of(table, column), table, column, rows, reducer)

    def _no_figure(self, text: str) -> None:
        headline = re.split(r"[.\[\]:]", text, maxsplit=1)[0].strip()
        if headline in UNITS:
            self.refuse(
                self.text, headline, "a headline is one figure, without filters and reducer", headline
            )
        elif headline == text:
            allowed = f"{', '.join(UNITS)}; or TABLE.COLUMN of a result table"
            self.refuse(self.text, allowed, "is no headline", nearest_name(text, UNITS))
        else:
            self.refuse(self.text, _FORM, "cannot be read")

    def _known(self, what: str, name: str, names: Iterable[str]) -> bool:
        names = list(names)
        if name not in names:
            self.refuse(name or "nothing", ", ".join(names), f"is no {what}", nearest_name(name, names))
        return name in names

    def _filters(self, table: str, text: str | None) -> tuple[Filter, ...] | None:
        """The filters between the brackets; None when one of them is wrong."""
        if text is None:
            return ()
        before, found = len(self.problems), dict[str, Value]()
        for part in text.split(","):
            name, equals, value = (piece.strip() for piece in part.partition("="))
            if not equals:
                self.refuse(part.strip() or "nothing", "KEY=VALUE, ...", "is no filter")
            elif name in found:
                self.refuse(part.strip(), "each key once", f"filters by {name} again")
            elif self._known(f"key of {table}", name, schema.filters_of(table)):
                accepted = self._value(table, name, value)
                if accepted is not None:
                    found[name] = accepted
        return None if len(self.problems) > before else tuple(found.items())

    def _value(self, table: str, name: str, text: str) -> Value | None:
        """The value of a filter; None, and a problem, when the column never has it."""
        kind = schema.COLUMNS[table][name]
        if name == "date":
            return self._date(text)
        if name == "population_share":
            return self._share(text)
        if kind is TEXT:
            return text if self._known(name, text, schema.VALUES[name]) else None
        if kind is SWITCH:
            return text == "true" if self._known(name, text, ("true", "false")) else None
        return self._number(table, name, text)

    def _date(self, text: str) -> str | None:
        try:
            parse_month(text)
        except ValueError:
            self.refuse(text or "nothing", "a month written YYYY-MM", "is no date")
            return None
        return text

    def _share(self, text: str) -> float | None:
        """A share of the population at which the Lorenz curve has a point."""
        try:
            return next(point for point in schema.POINTS if math.isclose(point, float(text), abs_tol=1e-9))
        except (ValueError, StopIteration):
            allowed = f"0, {schema.POINTS[1]:g}, {schema.POINTS[2]:g} and so on to 1"
            self.refuse(text or "nothing", allowed, "is no point of the Lorenz curve")
            return None

    def _number(self, table: str, name: str, text: str) -> int | None:
        """A whole number; of a month or year, one that the table has."""
        number = int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else -1
        lowest, highest = 0, 10**_MOST_DIGITS - 1
        if name in schema.TIMES:
            lowest = 0 if table in schema.OPENED else 1
            highest = highest if self.years is None else self.years * (12 if name == "month" else 1)
        allowed = f"a whole number from {lowest} to {highest}"
        fits = lowest <= number <= highest
        if fits and table == "lorenz" and self.years is not None:
            drawn = sorted({*(year for year in LORENZ_YEARS if year <= self.years), self.years})
            fits, allowed = number in drawn, ", ".join(map(str, drawn))
        if not fits:
            self.refuse(text or "nothing", allowed, f"is no {name} of {table}")
        return number if fits else None

    def _one_row(self, table: str, filters: Sequence[Filter], reducer: str) -> None:
        """Refuse the figure of one moment where a moment has several rows."""
        given = {name for name, _ in filters} | set(schema.MARGINS.get(table, ())) | set(schema.TIMES)
        open_keys = [name for name in schema.KEYS[table] if name not in given]
        if reducer in OF_ONE_MOMENT and open_keys:
            others = ", ".join(one for one in REDUCERS if one not in OF_ONE_MOMENT)
            allowed = f"filters by {', '.join(open_keys)}, or a reducer: {others}"
            self.refuse(self.text, allowed, f"{reducer} needs one row, and {table} has several")
