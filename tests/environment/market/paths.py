"""Many paths of the market of regimes, and how far a statistic of them is from what is expected."""

import math
from dataclasses import dataclass

import numpy as np

from environment.assets import CASH, CLASSES, TIPS
from environment.luck import Luck
from environment.market import market_path
from environment.market.betas import HEDGES
from environment.market.bonds import BONDS
from environment.market.inflation import Inflation
from environment.market.regimes import Regimes
from environment.market.states import States
from environment.market.switching import scenario_bond, scenario_movers
from environment.scenario import Scenario, build_scenario
from environment.typing import BoolArray, FloatArray

LIMIT = 4.5
DEFAULTS = build_scenario("defaults", "")
WITHOUT_CASH = [row for row in range(len(CLASSES)) if row != CASH]
NO_BETAS: dict[str, object] = {
    f"market.inflation_beta{part}.{name}": 0.0 for part in ("", ".error") for name in HEDGES
}


def at_long_run_levels(scenario: Scenario) -> Scenario:
    """The scenario with the short rate and the yields of bonds at their long-run levels at the opening."""
    levels: dict[str, object] = {
        f"market.bonds.yield_start.{name}": scenario_bond(scenario, name).long_run_yield for name in BONDS
    }
    return scenario.with_values(
        {**levels, "market.short_rate.start": scenario.number("market.expected.cash")}
    )


@dataclass
class Sample:
    """All replications: log returns less the mean, over the volatility; the other series as they come.

    Those of `tips` are less the surprise in the month's inflation.
    """

    scenario: Scenario
    standard: FloatArray
    simple: FloatArray
    inflation: FloatArray
    log_rate: FloatArray
    turbulent: BoolArray
    high_inflation: BoolArray

    @property
    def regimes(self) -> Regimes:
        """The regimes that the sample was drawn with."""
        return Regimes.of(self.scenario)


def drawn(scenario: Scenario, replications: int) -> Sample:
    """Replications of forty years."""
    scenario = scenario.with_values({"run.years": 40})
    lucks = [Luck(20_250, replication) for replication in range(replications)]
    paths = [market_path(scenario, luck) for luck in lucks]
    simple = np.array([path.fundamental for path in paths])
    inflation = np.log1p([path.inflation for path in paths])
    logs = np.log1p(simple)
    logs[:, :, TIPS] -= inflation - math.log1p(scenario.number("market.inflation.mean")) / 12.0
    means = np.log1p(scenario.by_class("market.expected")) / 12.0
    deviations = scenario.by_class("market.volatility") / math.sqrt(12.0)
    movers, law = scenario_movers(scenario), Inflation.of(scenario)
    states = [States.drawn(luck, movers.regimes, law, movers.cycle, scenario.months) for luck in lucks]
    return Sample(
        scenario=scenario,
        standard=(logs - means) / deviations,
        simple=simple,
        inflation=inflation,
        log_rate=np.log1p([path.short_rate for path in paths]),
        turbulent=np.array([path.turbulent for path in paths]),
        high_inflation=np.array([state.high_inflation for state in states]),
    )


def errors(statistics: FloatArray, expected: FloatArray | float) -> FloatArray:
    """Distance of the mean over replications (first axis) from what is expected, in standard errors."""
    error = statistics.std(axis=0, ddof=1) / math.sqrt(len(statistics))
    return np.asarray((statistics.mean(axis=0) - expected) / error)
