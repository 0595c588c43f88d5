"""Worlds that keep what passed between the steps of their last month."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from environment.accounting import MonthAccount
from environment.books import Ownership
from environment.events import MonthEvents
from environment.life import Departures
from environment.model import World
from environment.pricing import Prices
from environment.settlement import Asked, Filled, Terms
from environment.typing import FloatArray, IntArray
from tests.environment.worlds import LIVELY, scenario

# Lively choices in markets that answer to them.
MOVED: Mapping[str, object] = {
    **LIVELY,
    "market.impact.us_equity": 5.0,
    "market.impact.buyout": 20.0,
    "market.impact.real_estate": 20.0,
    "market.impact.gold": 3.0,
}


@dataclass(frozen=True)
class Passed:
    """What one month passed on: owners at its start, requests, terms, prices, fills, the account."""

    own: Ownership
    asked: Asked
    terms: Terms
    prices: Prices
    filled: Filled
    account: MonthAccount

    @property
    def departed(self) -> Departures:
        """Those who died."""
        return self.asked.departed


class WatchedWorld(World):
    """A world that remembers its last month."""

    passed: Passed
    _asked: Asked

    def _fills(self, asked: Asked, terms: Terms, prices: Prices, own: Ownership) -> Filled:
        self._asked = asked
        return super()._fills(asked, terms, prices, own)

    def _books(
        self, own: Ownership, terms: Terms, prices: Prices, departed: Departures, filled: Filled
    ) -> tuple[MonthAccount, MonthEvents]:
        account, events = super()._books(own, terms, prices, departed, filled)
        self.passed = Passed(own, self._asked, terms, prices, filled, account)
        return account, events

    def month(self) -> Passed:
        """Run one month and return what it passed on."""
        self.run_for(1)
        return self.passed


def watched(values: Mapping[str, object] | None = None, *, savers: int = 200, years: int = 2) -> WatchedWorld:
    """A small watched world at its opening."""
    return WatchedWorld(scenario(values, savers=savers, years=years), handles=False)


def loans_of(
    world: WatchedWorld, month: Passed, owed: FloatArray, generation: IntArray
) -> tuple[float, float]:
    """USD an account that were repaid in a month, and written off when borrowers left their employer.

    A loan lasts for five years: who owed money and neither died nor repays has left.
    """
    savers = world.savers
    owes = (owed > 0.0) & (savers.generation == generation)
    lent_anew = np.zeros(savers.size, dtype=np.bool_)
    lent_anew[month.filled.cash.rows[month.filled.cash.lent > 0.0]] = True
    repays = owes & (savers.loan_payment > 0.0) & ~lent_anew
    return float(savers.loan_payment[repays].sum()), float(owed[owes & ~repays].sum())
