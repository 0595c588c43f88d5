"""A market that a user gives month by month in a CSV file."""

import numpy as np

from environment.assets import CLASSES
from environment.market.constant import constant_path
from environment.market.path import MarketPath
from environment.scenario import Scenario
from environment.tabular import InputTable


def table_path(scenario: Scenario, table: InputTable) -> MarketPath:
    """The months of the run as they stand in the table, the same in every replication.

    Where the table has no inflation or no short rate, that of the market without luck takes its place.

    Parameters
    ----------
    scenario
        Its months all stand in the table.
    table
        Of the parameter `market.returns`: `month` as an absolute month, the classes, and what else there is.
    """
    numbers = table.numbers()
    first = scenario.start - int(numbers[0, 0])
    run = dict(zip(table.columns, numbers[first : first + scenario.months].T, strict=True))
    steady = constant_path(scenario)
    return MarketPath(
        fundamental=np.column_stack([run[name] for name in CLASSES]),
        inflation=run.get("inflation", steady.inflation),
        short_rate=run.get("short_rate", steady.short_rate),
        turbulent=steady.turbulent,
    )
