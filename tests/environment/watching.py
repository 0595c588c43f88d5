"""Worlds that keep what passed between the steps of their last month."""

from collections.abc import Mapping
from dataclasses import dataclass

from environment.accounting import MonthAccount
from environment.books import Ownership
from environment.life import Departures
from environment.model import World
from environment.pricing import Prices
from environment.recorder import MonthEvents
from environment.settlement import Asked, Filled, Terms
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
