"""Worlds that keep what happened to people in their last month, and people who are all alike."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from agents import hardship
from environment.life import Departures
from environment.membership import Moves
from environment.model import RULES, World
from environment.savers import EMPTY, WORKING, Savers
from environment.scenario import Scenario
from environment.state import State
from environment.typing import BoolArray, FloatArray, IntArray
from tests.environment.worlds import scenario, world

BEFORE = (
    "status",
    "tenure",
    "months_out",
    "contribution",
    "employer_money",
    "loan",
    "holds_plan",
    "has_held",
    "generation",
)


@dataclass(frozen=True)
class Lived:
    """One month of lives.

    Attributes
    ----------
    before : dict
        Columns of the savers as the month began, with `age` and `employer`.
    moves : Moves
    departed : Departures
    forfeiture : FloatArray, shape (N,)
        USD due to employers.
    hardship : int
        How many asked for a hardship withdrawal.
    """

    before: dict[str, IntArray]
    moves: Moves
    departed: Departures
    forfeiture: FloatArray
    hardship: int


class CountedHardship:
    """The usual rule of hardship, which counts those who ask."""

    def __init__(self) -> None:
        self.asked = 0

    def asks_hardship(self, draw: FloatArray, hazard: float) -> BoolArray:
        """Who asks this year."""
        asks = hardship.asks_hardship(draw, hazard)
        self.asked += int(asks.sum())
        return asks

    def hardship_amount(self, pay: FloatArray, balance: FloatArray, share_of_pay: float) -> FloatArray:
        """What is asked for."""
        return hardship.hardship_amount(pay, balance, share_of_pay)


class LivingWorld(World):
    """A world that remembers the lives of its last month."""

    _before: dict[str, IntArray]
    _forfeiture: FloatArray
    _lives: tuple[Departures, Moves]

    def __init__(self, of: Scenario) -> None:
        self.hardship = CountedHardship()
        super().__init__(of, handles=False, rules=replace(RULES, hardship=self.hardship))

    def _life(self) -> tuple[Departures, Moves]:
        savers = self.savers
        self._before = {name: getattr(savers, name).copy() for name in BEFORE}
        self._before |= {"age": savers.age, "employer": savers.people.employer.astype(np.int64)}
        self._lives = super()._life()
        self._forfeiture = savers.forfeiture.copy()
        return self._lives

    def month(self) -> Lived:
        """Run one month and return what happened."""
        self.hardship.asked = 0
        self.run_for(1)
        departed, moves = self._lives
        return Lived(self._before, moves, departed, self._forfeiture, self.hardship.asked)


def living(values: Mapping[str, object] | None = None, *, savers: int = 300, years: int = 2) -> LivingWorld:
    """A world at its opening that remembers lives."""
    return LivingWorld(scenario(values, savers=savers, years=years))


def alike(age: int, count: int, values: Mapping[str, object] | None = None, *, balance: float = 0.0) -> State:
    """Workers of one age who were never members of a plan, in the first month, with a balance in it."""
    state = world(values, savers=count, years=8).state
    savers = state.savers
    savers.people.age[:] = age
    savers.people.birth_year[:] = 2026 - age
    own_nothing(savers)
    savers.status[:], savers.tenure[:], savers.months_out[:] = WORKING, 0, 0
    state.month = 1
    if balance:
        savers.fund[:, 0], savers.units[:, 0] = state.catalogue.plain.start + 3, balance
        savers.holds_plan[:], savers.has_held[:] = True, True
    return state


def own_nothing(savers: Savers) -> None:
    """Empty accounts, no membership, no debts, no claims."""
    savers.fund[:], savers.units[:], savers.queued[:], savers.in_ira[:] = EMPTY, 0.0, 0.0, False
    savers.holds_plan[:], savers.has_held[:] = False, False
    for column in (savers.contribution, savers.own_contribution, savers.match, savers.employer_money):
        column[:] = 0.0
    for column in (savers.withdrawal, savers.withdrawal_real, savers.benefit_real, savers.claim_age):
        column[:] = 0.0


def chance_error(chance: float, count: int) -> float:
    """Four and a half standard errors of a share."""
    return float(4.5 * np.sqrt(chance * (1.0 - chance) / count))


def chance_errors(chances: FloatArray, count: int) -> FloatArray:
    """Four and a half standard errors of shares."""
    errors: FloatArray = 4.5 * np.sqrt(chances * (1.0 - chances) / count)
    return errors
