"""The market: fundamental returns, inflation and the short rate; price impact; the size of each class."""

from environment.luck import Luck
from environment.market.constant import constant_path
from environment.market.path import MarketPath
from environment.market.replay import bootstrap_path, history_path
from environment.market.switching import switching_path
from environment.market.table import table_path
from environment.scenario import Scenario

__all__ = ["MarketPath", "market_path"]


def market_path(scenario: Scenario, luck: Luck) -> MarketPath:
    """The market of one replication, a function of a scenario's `run` and `market` keys and of luck alone.

    `market.returns` chooses the source: "regimes", "bootstrap", "history", "constant", or a CSV file.
    """
    table = scenario.tables.get("market.returns")
    if table is not None:
        return table_path(scenario, table)
    match scenario.text("market.returns"):
        case "bootstrap":
            return bootstrap_path(scenario, luck)
        case "history":
            return history_path(scenario, luck)
        case "constant":
            return constant_path(scenario)
    return switching_path(scenario, luck)
