"""One saver at one moment: every column of the row, copied, for those who follow a life."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from environment.persons import Persons
from environment.reading import settled_row
from environment.savers import EMPTY, Savers
from environment.standing import Standing
from environment.typing import FloatArray

PLAN, IRA = "plan", "ira"

type Holding = tuple[str, int]
"""An account and the position of a fund in the catalogue."""


@dataclass(frozen=True, slots=True)
class Portrait:
    """One row of the table of savers at one moment.

    Attributes
    ----------
    numbers : mapping of str to float
        Every column of one number a saver, by its name in `Savers` or `Persons`.
    units, queued : mapping of Holding to float
        Units held, and those asked back and not yet paid.
    split : tuple of (int, float)
        Funds that new money goes to, with their shares.
    """

    numbers: Mapping[str, float]
    units: Mapping[Holding, float]
    queued: Mapping[Holding, float]
    split: tuple[tuple[int, float], ...]

    def __getitem__(self, name: str) -> float:
        """A column of one number."""
        return self.numbers[name]

    def wealth(self, prices: FloatArray) -> float:
        """What is held, at given prices, USD."""
        return sum(units * float(prices[fund]) for (_, fund), units in self.units.items())


def portrait(standing: Standing, savers: Savers, row: int) -> Portrait:
    """Copy of a row as it is now, settled."""
    now = settled_row(standing, savers, row)
    numbers = _numbers(savers.people, row) | _numbers(savers, row)
    numbers |= {name: float(value) for name, value in now.items() if name in numbers}
    slots = [slot for slot in range(savers.fund.shape[1]) if savers.fund[row, slot] != EMPTY]
    places = [(IRA if savers.in_ira[row, slot] else PLAN, int(savers.fund[row, slot])) for slot in slots]
    split = zip(savers.split_fund[row].tolist(), savers.split_share[row].tolist(), strict=True)
    return Portrait(
        numbers=numbers,
        units=dict(zip(places, now["units"][slots].tolist(), strict=True)),
        queued=dict(zip(places, savers.queued[row, slots].tolist(), strict=True)),
        split=tuple((fund, share) for fund, share in split if fund != EMPTY and share > 0.0),
    )


def nobody(like: Portrait) -> Portrait:
    """Portrait of somebody who is not there yet: every number is 0."""
    return Portrait(numbers=dict.fromkeys(like.numbers, 0.0), units={}, queued={}, split=())


def _numbers(table: Savers | Persons, row: int) -> dict[str, float]:
    columns = {field.name: getattr(table, field.name) for field in fields(table)}
    return {
        name: float(column[row])
        for name, column in columns.items()
        if isinstance(column, np.ndarray) and column.ndim == 1
    }
