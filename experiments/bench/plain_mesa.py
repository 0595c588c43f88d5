"""The simple month of `workload` as a user of Mesa writes it: an agent a saver, a data collector."""

from typing import Any

from mesa import Agent, DataCollector, Model

from experiments.bench.workload import (
    DEFERRAL,
    FEE,
    MATCH,
    MONTHS_A_YEAR,
    RAISE,
    WITHDRAWN,
    Statistics,
    Workload,
)


class PlainSaver(Agent[Any]):
    """A saver who does everything alone.

    Parameters
    ----------
    model : PlainModel
    months_to_retirement : int
    pay : float
        USD a month.
    weights : list of float
        Where the money goes, sum 1.
    wealth : float
        USD.
    """

    def __init__(
        self,
        model: "PlainModel",
        months_to_retirement: int,
        pay: float,
        weights: list[float],
        wealth: float,
    ) -> None:
        super().__init__(model)
        self.months_to_retirement = months_to_retirement
        self.pay = pay
        self.weights = weights
        self.holdings = [wealth * weight for weight in weights]

    @property
    def wealth(self) -> float:
        """USD."""
        return sum(self.holdings)

    def step(self) -> None:
        """One month."""
        growth = self.model.growth
        if self.months_to_retirement > 0:
            self.months_to_retirement -= 1
            paid_in = self.pay * DEFERRAL * (1.0 + MATCH)
            for i, weight in enumerate(self.weights):
                self.holdings[i] = self.holdings[i] * growth[i] + paid_in * weight
        else:
            for i in range(len(self.holdings)):
                self.holdings[i] = self.holdings[i] * growth[i] * (1.0 - WITHDRAWN)
        if self.model.ends_year:
            self.pay *= 1.0 + RAISE
            wealth = self.wealth
            self.holdings = [wealth * weight for weight in self.weights]


class PlainModel(Model[Any, Any]):
    """All savers of a workload.

    Parameters
    ----------
    workload : Workload
    """

    def __init__(self, workload: Workload) -> None:
        super().__init__(rng=1)  # nothing draws from it
        self.month = 0
        self.ends_year = False
        self.returns = workload.returns.tolist()
        self.growth: list[float] = []
        PlainSaver.create_agents(
            self,
            workload.savers,
            workload.months_to_retirement.tolist(),
            workload.pay.tolist(),
            workload.weights.tolist(),
            workload.wealth.tolist(),
        )
        reporters = {"mean": _mean, "median": _median, "gini": _gini}
        self.datacollector = DataCollector(model_reporters=reporters)

    def step(self) -> None:
        """One month."""
        returns = self.returns[self.month]
        self.growth = [(1.0 + one) * (1.0 - fee) for one, fee in zip(returns, FEE, strict=True)]
        self.month += 1
        self.ends_year = self.month % MONTHS_A_YEAR == 0
        self.agents.do("step")
        if self.ends_year:
            self.datacollector.collect(self)

    @property
    def statistics(self) -> list[Statistics]:
        """One entry a year."""
        kept = self.datacollector.model_vars
        return [Statistics(*year) for year in zip(kept["mean"], kept["median"], kept["gini"], strict=True)]


def _wealth(model: PlainModel) -> list[float]:
    wealth: list[float] = model.agents.get("wealth")
    return wealth


def _mean(model: PlainModel) -> float:
    return sum(_wealth(model)) / len(model.agents)


def _median(model: PlainModel) -> float:
    values, middle = sorted(_wealth(model)), len(model.agents) // 2
    return (values[middle] + values[-middle - 1]) / 2.0


def _gini(model: PlainModel) -> float:
    values, n = sorted(_wealth(model)), len(model.agents)
    return sum((2 * i - n + 1) * value for i, value in enumerate(values)) / (n * sum(values))
