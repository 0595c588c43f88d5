"""Plan types: a fixed number of employers with heavy-tailed sizes and their rules (economics 24)."""

import csv
import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from environment.luck import Luck
from environment.scenario import Scenario
from environment.typing import BoolArray, FloatArray, IntArray

MONTHS_A_YEAR = 12
FORMULAS = Path(__file__).parent / "numbers" / "match_formulas.csv"


@dataclass(slots=True)
class Plans:
    """Columns of P plan types.

    Attributes
    ----------
    share : FloatArray, shape (P,)
        Share of all covered workers.
    auto_enrolment : BoolArray, shape (P,)
    match : FloatArray, shape (P, 4)
        First rate and limit, second rate and limit, as shares of pay.
    review_month : IntArray, shape (P,)
        Calendar month of the review, 1 to 12.
    record_keeping_usd : FloatArray, shape (P,)
        Fee a participant a year, USD of the start.
    open : BoolArray, shape (P,)
        Offers alternatives to savers who choose.
    sleeve_default : BoolArray, shape (P,)
        The default is the target-date fund with the private sleeve.
    """

    share: FloatArray
    auto_enrolment: BoolArray
    match: FloatArray
    review_month: IntArray
    record_keeping_usd: FloatArray
    open: BoolArray
    sleeve_default: BoolArray

    @property
    def best_match(self) -> FloatArray:
        """Most the employer adds, as a share of pay, shape (P,)."""
        first, limit, second, upper = self.match.T
        best: FloatArray = first * limit + second * (upper - limit)
        return best


@functools.cache
def match_formulas() -> dict[str, tuple[float, ...]]:
    """Match formulas by name: first rate and limit, second rate and limit, as shares of pay."""
    with FORMULAS.open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    return {name: tuple(float(cell) for cell in cells) for name, *cells in rows}


def size_shares(plans: int, tail: float) -> FloatArray:
    """Shares of workers by plan type, largest first: Zipf's law of firm sizes.

    Parameters
    ----------
    plans : int
    tail : float
        Exponent of P(size > s) ~ s^-tail; 1.06 for US firms (Axtell 2001), so that size ~ rank^(-1/tail).
    """
    sizes = np.arange(1, plans + 1, dtype=np.float64) ** (-1.0 / tail)
    shares: FloatArray = sizes / sizes.sum()
    return shares


def build_plans(scenario: Scenario, luck: Luck) -> Plans:
    """Plan types of one replication; large ones enrol automatically more often and pay less a head."""
    count = scenario.whole("employers.plans")
    rows = np.arange(count)
    shares = size_shares(count, scenario.number("employers.size_tail"))
    # Half of all workers are in the plan types counted as large.
    large = np.cumsum(shares) - shares < 0.5

    def by_size(name: str) -> FloatArray:
        return np.where(large, scenario.number(f"{name}.large"), scenario.number(f"{name}.small"))

    formulas = match_formulas()
    chances = np.cumsum([scenario.number(f"employers.match_mix.{name}") for name in formulas])
    drawn = np.searchsorted(chances[:-1], luck.uniform("employer.match", 0, rows), side="right")
    review = np.floor(MONTHS_A_YEAR * luck.uniform("employer.review_month", 0, rows)).astype(np.int64)
    return Plans(
        share=shares,
        auto_enrolment=luck.uniform("employer.auto_enrolment", 0, rows) < by_size("employers.auto_enrolment"),
        match=np.array(list(formulas.values()))[drawn],
        review_month=1 + review,
        record_keeping_usd=by_size("employers.record_keeping_fee_usd"),
        open=np.zeros(count, dtype=np.bool_),
        sleeve_default=np.zeros(count, dtype=np.bool_),
    )
