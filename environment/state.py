"""Everything that makes up one world at one moment."""

from dataclasses import dataclass, field

import numpy as np

from environment.books import Books
from environment.funds.book import FundBook
from environment.funds.catalogue import Catalogue
from environment.funds.glide import GlidePath
from environment.funds.hybrid import VolatilityTarget
from environment.law import ContributionLimits, contribution_limits
from environment.luck import Luck
from environment.market.path import MarketPath
from environment.menus import Menu
from environment.plans import Plans
from environment.policy import Policy
from environment.savers import Savers
from environment.scenario import Scenario
from environment.social_security import taxable_maximum
from environment.standing import Standing
from environment.successors import Successors
from environment.typing import BoolArray, FloatArray, IntArray

MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class LawOfYear:
    """Amounts that the law sets for a calendar year, USD of the day.

    Attributes
    ----------
    year : int
    limits : ContributionLimits
        On what goes into plans.
    taxable_maximum : float
        Greatest pay a year that Social Security covers.
    """

    year: int
    limits: ContributionLimits
    taxable_maximum: float


@dataclass(slots=True)
class State:
    """One world: what it is made of, and where it stands.

    Attributes
    ----------
    price_level, wage_index : FloatArray, shape (M + 1,)
        Relative to the opening, at the end of every month.
    market_value : FloatArray, shape (16,)
        USD of every class, all owners together.
    literacy_cuts : FloatArray, shape (4,)
        Cuts of the literacy quintiles among holders at the opening.
    holding_table : FloatArray, shape (2, 120)
        Chance of holding a plan account without and with automatic enrolment, by age.
    separation_table : FloatArray, shape (120,)
        Chance that a person has left covered work for good, by age.
    eligible_table : FloatArray, shape (120,)
        Chance that those who have not work where there is a plan, by age.
    hybrid : VolatilityTarget
        Rule of the fund held to a volatility target.
    active_return : FloatArray, shape (M,)
        Return of the active fund relative to its benchmark; entry t - 1 is month t.
    standing : Standing
        Who acts this month, and what is known of all others together.
    stage : str
        Stage of the government's rule.
    month : int
        Simulated month, 0 at the opening.
    listed_targets : FloatArray, shape (K, 16)
        Class weights of what every fund is to hold directly this month.
    policy : Policy
        Levers of the month.
    orders_dropped : int
        Choices that went to the default because six funds were held.
    known_law : LawOfYear or None
        The law as last looked up.
    known_cohorts : dict of int to tuple of 4 float
        Law of Social Security for those who turned 62 in each year up to this one, where it was looked up.
    known_successors : Successors or None
        Those who take over the rows of the dead this calendar year, once they are drawn.
    known_block : (int, IntArray) or None
        The month for which the rows of birthdays were last asked for, and these rows.
    known_targets : dict
        The private targets that have been asked for, by cap and classes.
    block_ends : tuple of 13 int
        Where the rows of each birth month end, the first being 0; rows lie in order of birth month.
    """

    scenario: Scenario
    luck: Luck
    path: MarketPath
    catalogue: Catalogue
    glide: GlidePath
    menu: Menu
    plans: Plans
    savers: Savers
    funds: FundBook
    books: Books
    price_level: FloatArray
    wage_index: FloatArray
    market_value: FloatArray
    literacy_cuts: FloatArray
    holding_table: FloatArray
    separation_table: FloatArray
    eligible_table: FloatArray
    listed_targets: FloatArray
    policy: Policy
    hybrid: VolatilityTarget
    active_return: FloatArray
    standing: Standing
    stage: str = "closed"
    month: int = 0
    orders_dropped: int = 0
    known_law: LawOfYear | None = None
    known_cohorts: dict[int, tuple[float, ...]] = field(default_factory=dict)
    known_successors: Successors | None = None
    known_block: tuple[int, IntArray] | None = None
    known_targets: dict[tuple[float, frozenset[str]], FloatArray] = field(default_factory=dict)
    block_ends: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        months = np.arange(MONTHS_A_YEAR + 1)
        ends = self.savers.people.birth_month.searchsorted(months, side="right")
        self.block_ends = tuple(ends.tolist())

    @property
    def calendar_month(self) -> int:
        """Month of the year, 1 to 12."""
        return (self.scenario.start + self.month - 1) % MONTHS_A_YEAR + 1

    @property
    def calendar_year(self) -> int:
        """Year of the month."""
        return (self.scenario.start + self.month - 1) // MONTHS_A_YEAR

    @property
    def ends_year(self) -> bool:
        """Whether this is the last month of a year of the run."""
        return self.month % MONTHS_A_YEAR == 0

    @property
    def level(self) -> float:
        """Price level of the month relative to the opening."""
        return float(self.price_level[self.month])

    def price_at_year_end(self, year: int) -> float:
        """Price level at the end of a calendar year relative to the opening; 1 before the start."""
        return float(self.price_level[self._year_end(year)])

    def wages_at_year_end(self, year: int) -> float:
        """Wage level at the end of a calendar year relative to the opening; 1 before the start."""
        return float(self.wage_index[self._year_end(year)])

    def _year_end(self, year: int) -> int:
        """Simulated month of a December, 0 before the start and the present month for one to come."""
        december = MONTHS_A_YEAR * (year + 1) - self.scenario.start
        return min(max(december, 0), self.month)

    @property
    def law(self) -> LawOfYear:
        """Amounts of the law in the calendar year of the month, looked up once a year."""
        year = self.calendar_year
        if self.known_law is None or self.known_law.year != year:
            limits = contribution_limits(self.scenario, year, self.price_at_year_end)
            maximum = taxable_maximum(self.scenario, year, self.wages_at_year_end)
            self.known_law = LawOfYear(year, limits, maximum)
        return self.known_law

    def birthday_block(self) -> IntArray:
        """Rows whose birthday is in this month, in order, whether anybody lives in them or not."""
        known, month = self.known_block, self.month
        if known is None or known[0] != month:
            first, end = self._block()
            known = self.known_block = month, np.arange(first, end)
        return known[1]

    def birthday_rows(self) -> IntArray:
        """Rows of the living whose birthday is in this month, in order."""
        rows, (first, end) = self.birthday_block(), self._block()
        alive = self.savers.alive[first:end]
        return rows if alive.all() else rows[alive]

    def _block(self) -> tuple[int, int]:
        """First row with a birthday in this month, and the first after the last."""
        month = self.calendar_month
        return self.block_ends[month - 1], self.block_ends[month]

    def plain_default(self, rows: IntArray) -> IntArray:
        """Plain target-date fund of each row."""
        funds: IntArray = self.savers.plain_fund[rows]
        return funds

    def plan_default(self, rows: IntArray) -> IntArray:
        """Default fund of each row's plan: with the sleeve where the plan took it and the law allows it."""
        plain = self.plain_default(rows)
        if not self.policy.opens_default:
            return plain
        sleeve = self.plans.sleeve_default[self.savers.people.employer[rows]] & self.savers.holds_plan[rows]
        return np.where(sleeve, self.catalogue.with_sleeve(plain), plain)

    def menu_open(self, rows: IntArray, in_ira: BoolArray) -> BoolArray:
        """Whose menu offers alternatives: that of open plans, and of IRAs where their menu is free."""
        open_plans = self.policy.opens_menu & self.plans.open[self.savers.people.employer[rows]]
        offered: BoolArray = np.where(in_ira, self.scenario.switch("savers.free_ira"), open_plans)
        return offered

    def set_listed_targets(self) -> None:
        """Set what every fund is to hold directly this month, knowing the returns of the months before."""
        weights = self.catalogue.index_weights(self.market_value)
        weights[self.catalogue.hybrid] = self.hybrid.weights(max(self.month - 1, 0), self.market_value)
        now = (self.scenario.start + self.month) / MONTHS_A_YEAR
        years_to_target = self.catalogue.target_years.astype(np.float64) - now
        by_vintage = self.glide.listed_weights(years_to_target, self.market_value)
        weights[self.catalogue.plain] = by_vintage
        weights[self.catalogue.sleeve] = by_vintage
        self.listed_targets = weights

    def private_targets(self, cap: float, classes: frozenset[str]) -> FloatArray:
        """Share of each fund to be in each private fund, shape (K, 5); only sleeves have any.

        Worked out once for each cap and set of classes; callers must not change what they get.
        """
        if (cap, classes) not in self.known_targets:
            targets = np.zeros_like(self.funds.held)
            targets[self.catalogue.sleeve] = self.glide.private_target(cap, classes)
            self.known_targets[cap, classes] = targets
        return self.known_targets[cap, classes]
