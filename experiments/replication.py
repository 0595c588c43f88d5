"""One replication from a scenario to its tables: the unit of work of a worker process."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

import experiments.lean  # noqa: F401  first, since whatever follows imports Mesa
from environment.assets import BITCOIN, BROAD_CRYPTO, CLASSES
from environment.calendar import format_month
from environment.endings import fund_table, life_table, saver_table
from environment.follow import FollowedRow
from environment.model import World
from environment.scenario import Scenario
from environment.state import State
from environment.tables import Column
from experiments.followed import FollowedWorld
from experiments.headlines import headlines

type Columns = dict[str, Column]


SOURCES = ("regimes", "constant", "history", "bootstrap")
WILDEST = 0.6  # of what a class is worth, in a month
MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Replication:
    """What one replication leaves.

    Attributes
    ----------
    number : int
    tables : dict of str to Columns
        By file stem, as in the result folder.
    lives : Columns
        One row for everybody who was ever in the run; no columns unless asked for.
    headlines : dict of str to float
        Values of ``summary.json``; nan where there is none.
    weight : float
        Real accounts a row stands for.
    warnings : tuple of str
        What a reader must know of this replication.
    followed : tuple of FollowedRow
        Rows whose lives were followed; none unless asked for.
    """

    number: int
    tables: dict[str, Columns]
    lives: Columns
    headlines: dict[str, float]
    weight: float
    warnings: tuple[str, ...]
    followed: tuple[FollowedRow, ...] = ()


def replicate(scenario: Scenario, number: int, follow: Sequence[int] = (), lives: bool = True) -> Replication:
    """Simulate one replication; following rows changes nothing else of it.

    Parameters
    ----------
    scenario : Scenario
    number : int
        Counts from 0; addresses the luck together with the scenario's seed.
    follow : sequence of int
        Rows of savers whose lives are to be followed.
    lives : bool
        Whether the table of all lives, the largest, is wanted.
    """
    world = FollowedWorld(scenario, follow, number)
    if scenario.months:
        world.run_for(scenario.months)
    record, state = world.record, world.state
    tables = {name: table.columns() for name, table in record.tables.items()}
    tables["savers"] = saver_table(record, state, world.perceived_excess())
    tables["funds"] = fund_table(record, state)
    left = Replication(
        number=number,
        tables=tables,
        lives=life_table(record, state) if lives else {},
        headlines=headlines(record, state, tables),
        weight=state.savers.weight,
        warnings=tuple(_warnings(world)),
        followed=world.followed,
    )
    # World and agents know each other: the columns would stay until Python looks for such rings.
    vars(world).clear()
    return left


def wild_returns(state: State) -> list[str]:
    """Months in which a file moves a class, crypto apart, further than shares ever moved.

    Shares of the United States rose by 39% in one month of 1933 and fell by 30% in one of 1931, the furthest
    in a century; a percentage in a single cell of a file goes further, and its column still looks right.
    """
    if state.scenario.text("market.returns") in SOURCES:
        return []
    wild = np.abs(state.path.fundamental) > WILDEST
    wild[:, [BITCOIN, BROAD_CRYPTO]] = False
    return [
        f"{CLASSES[place]} moves by {state.path.fundamental[month, place]:+.0%} in "
        f"{format_month(state.scenario.start + month)}: is that cell of the file a percentage?"
        for month, place in np.argwhere(wild)[:MOST_TOLD].tolist()
    ]


def _warnings(world: World) -> list[str]:
    record, dropped = world.record, world.state.orders_dropped
    found = wild_returns(world.state) if record.replication == 0 else []
    found += [
        f"market breakdown in {_counted(months, 'month')}: {name} met more orders than its market could bear"
        for name, months in record.breakdowns.items()
    ]
    found += [
        f"in {_counted(months, 'month')} savers wanted more {name} than there was: the rest was newly issued"
        for name, months in record.newly_issued.items()
    ]
    if dropped:
        found.append(f"{_counted(dropped, 'choice')} went to the default, for six funds were held already")
    return found


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
