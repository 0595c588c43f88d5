"""A world in which somebody looks at a few savers."""

from collections.abc import Sequence

from environment.books import Ownership
from environment.follow import FollowedRow, Follower
from environment.model import World
from environment.pricing import Prices
from environment.scenario import Scenario
from environment.settlement import Asked, Filled, Terms


class FollowedWorld(World):
    """The same world to the last bit, with a follower of some rows.

    Parameters
    ----------
    scenario : Scenario
    rows : sequence of int
        Rows to follow, perhaps none.
    replication : int
    """

    def __init__(self, scenario: Scenario, rows: Sequence[int], replication: int = 0) -> None:
        super().__init__(scenario, replication=replication, handles=False)
        self._follower = Follower(self.state, rows)

    @property
    def followed(self) -> tuple[FollowedRow, ...]:
        """What was seen so far, in the order of the rows."""
        return self._follower.rows(self.state)

    def step(self) -> None:
        """One month, looked at before and after."""
        self._follower.begin(self.state)
        super().step()
        self._follower.end(self.state)

    def _fills(self, asked: Asked, terms: Terms, prices: Prices, own: Ownership) -> Filled:
        self._follower.see_orders(self.state, asked, prices)
        filled = super()._fills(asked, terms, prices, own)
        self._follower.see_fills(self.state, filled)
        return filled
