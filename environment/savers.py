"""The savers: one row a person, columns of numpy, holdings as units of funds."""

from dataclasses import dataclass, fields

import numpy as np

from environment.funds.book import FundBook
from environment.persons import Persons
from environment.sums import account_values, any_positive, sum_by_fund
from environment.typing import BoolArray, FloatArray, IntArray

SLOTS = 6
SPLIT = 5  # four chosen funds and the plain default, which takes what a cap turns away
WORKING, SEPARATED, RETIRED = 0, 1, 2
STATUS = ("working", "separated", "retired")
EMPTY = -1


@dataclass(slots=True)
class Savers:
    """Columns of N rows; dollars are per account, not weighted.

    Attributes
    ----------
    people : Persons
        Who they are: age, sex, education, literacy, plan type, latent propensities.
    book : FundBook
        Prices at which holdings are valued.
    weight : float
        Real accounts a row stands for, the same for all and for ever.
    generation : IntArray, shape (N,)
        How many persons had the row before.
    status : IntArray, shape (N,)
        ``WORKING``, ``SEPARATED`` or ``RETIRED``.
    holds_plan, has_held : BoolArray, shape (N,)
        Has a plan account now; holds or has held an account.
    literacy_quintile : IntArray, shape (N,)
        0 to 4 by the cuts of the opening.
    perception_bias : FloatArray, shape (N,)
        Personal error in the expected return of alternatives, a year.
    plain_fund : IntArray, shape (N,)
        The plain target-date fund nearest to the year of retirement.
    caution : FloatArray, shape (N,)
        Risk aversion relative to the median saver.
    pay, deferral_rate, contribution, own_contribution : FloatArray, shape (N,)
        USD a year; share of pay; USD a month with and without the match.
    withdrawal_real : FloatArray, shape (N,)
        Planned withdrawal a month in USD of the start.
    withdrawal : FloatArray, shape (N,)
        The same in USD of the last birthday.
    late_career_pay_real : FloatArray, shape (N,)
        Sum of real pay in the last five working years.
    wanted_fund, wanted_share : shape (N, 5)
        Where savers want new money to go; -1 where unused.
    split_fund, split_share : shape (N, 5)
        Where it goes, within the cap.
    fund, units, queued, in_ira : shape (N, 6)
        Holdings: position in the catalogue (-1 empty), units, units asked back and not yet paid, account.
    fees_paid, contributed, withdrawn, spent_real : FloatArray, shape (N,)
        USD over the life so far; spent is withdrawals less contributions in USD of the start.
    gated_months, unmet_months : IntArray, shape (N,)
        Months of the life with an unpaid request, and with a withdrawal missed because money was frozen.
    year_fees, year_withdrawn_real, year_unmet, year_traded : shape (N,)
        Fees, real withdrawals, unmet months and switches since the year began.
    """

    people: Persons
    book: FundBook
    weight: float
    generation: IntArray
    status: IntArray
    holds_plan: BoolArray
    has_held: BoolArray
    literacy_quintile: IntArray
    perception_bias: FloatArray
    plain_fund: IntArray
    caution: FloatArray
    pay: FloatArray
    deferral_rate: FloatArray
    contribution: FloatArray
    own_contribution: FloatArray
    withdrawal_real: FloatArray
    withdrawal: FloatArray
    late_career_pay_real: FloatArray
    wanted_fund: IntArray
    wanted_share: FloatArray
    split_fund: IntArray
    split_share: FloatArray
    fund: IntArray
    units: FloatArray
    queued: FloatArray
    in_ira: BoolArray
    fees_paid: FloatArray
    contributed: FloatArray
    withdrawn: FloatArray
    spent_real: FloatArray
    gated_months: IntArray
    unmet_months: IntArray
    year_fees: FloatArray
    year_withdrawn_real: FloatArray
    year_unmet: IntArray
    year_traded: IntArray

    @property
    def size(self) -> int:
        """Number of rows N."""
        return self.generation.size

    @property
    def wealth(self) -> FloatArray:
        """Plan and IRA at reported prices, shape (N,), USD an account."""
        return self.account_values(np.arange(self.size), self.book.reported)

    def wealth_of(self, row: int) -> float:
        """Wealth of one row, USD an account."""
        return float(self.slot_values(np.array([row]), self.book.reported).sum())

    @property
    def ira(self) -> FloatArray:
        """Wealth in the IRA, shape (N,), USD an account."""
        values = self.slot_values(np.arange(self.size), self.book.reported)
        total: FloatArray = np.where(self.in_ira, values, 0.0).sum(axis=1)
        return total

    @property
    def age(self) -> IntArray:
        """Age at the last birthday, shape (N,), years."""
        return self.people.age.astype(np.int64)

    @property
    def literacy(self) -> FloatArray:
        """Share of literacy questions right, shape (N,)."""
        return self.people.literacy

    def slot_values(self, rows: IntArray, per_unit: FloatArray) -> FloatArray:
        """Units times something a unit of each fund, shape (n, 6)."""
        values: FloatArray = self.units[rows] * per_unit[self.fund[rows]]
        return values

    def account_values(self, rows: IntArray, per_unit: FloatArray) -> FloatArray:
        """Sum over a saver's slots of units times something a unit of each fund, shape (n,)."""
        total: FloatArray = account_values(self.fund, self.units, rows, per_unit)
        return total

    def identity(self, rows: IntArray) -> IntArray:
        """Number of a person for ever: row + N x generation."""
        return rows + self.size * self.generation[rows]

    def units_by_fund(self, funds: int) -> FloatArray:
        """Units that savers hold of each fund, shape (funds,), weighted."""
        return self.weight * sum_by_fund(self.fund, self.units, funds)

    def queued_by_fund(self, funds: int) -> FloatArray:
        """Units that savers have asked back and not been paid, shape (funds,), weighted."""
        if not self.queued.any():
            return np.zeros(funds)
        return self.weight * sum_by_fund(self.fund, self.queued, funds)

    def rows_with(self, amounts: FloatArray) -> IntArray:
        """Rows in which any slot of ``amounts``, shape (N, 6), is above zero."""
        if not amounts.any():
            return np.zeros(0, dtype=np.int64)
        return np.flatnonzero(any_positive(amounts)).astype(np.int64)

    def replace_people(self, rows: IntArray, people: Persons) -> None:
        """Give rows to new persons who own nothing."""
        for field in fields(Persons):
            getattr(self.people, field.name)[rows] = getattr(people, field.name)
        self.generation[rows] += 1
        for name in _CLEARED:
            getattr(self, name)[rows] = 0
        self.fund[rows] = EMPTY
        self.split_fund[rows] = EMPTY
        self.wanted_fund[rows] = EMPTY

    def start_year(self) -> None:
        """Forget what was counted for the year that ended."""
        for name in _YEARLY:
            getattr(self, name)[:] = 0


_YEARLY = ("year_fees", "year_withdrawn_real", "year_unmet", "year_traded")
_CLEARED = (
    *_YEARLY,
    "status",
    "holds_plan",
    "has_held",
    "pay",
    "deferral_rate",
    "contribution",
    "own_contribution",
    "withdrawal_real",
    "withdrawal",
    "late_career_pay_real",
    "split_share",
    "wanted_share",
    "units",
    "queued",
    "in_ira",
    "fees_paid",
    "contributed",
    "withdrawn",
    "spent_real",
    "gated_months",
    "unmet_months",
)


def empty_savers(people: Persons, book: FundBook, weight: float) -> Savers:
    """Table of persons who own nothing yet."""
    rows = people.age.size

    def zeros() -> FloatArray:
        return np.zeros(rows)

    def counts() -> IntArray:
        return np.zeros(rows, dtype=np.int64)

    return Savers(
        people=people,
        book=book,
        weight=weight,
        generation=counts(),
        status=counts(),
        holds_plan=np.zeros(rows, dtype=np.bool_),
        has_held=np.zeros(rows, dtype=np.bool_),
        literacy_quintile=counts(),
        perception_bias=zeros(),
        plain_fund=counts(),
        caution=np.ones(rows),
        pay=zeros(),
        deferral_rate=zeros(),
        contribution=zeros(),
        own_contribution=zeros(),
        withdrawal_real=zeros(),
        withdrawal=zeros(),
        late_career_pay_real=zeros(),
        wanted_fund=np.full((rows, SPLIT), EMPTY, dtype=np.int64),
        wanted_share=np.zeros((rows, SPLIT)),
        split_fund=np.full((rows, SPLIT), EMPTY, dtype=np.int64),
        split_share=np.zeros((rows, SPLIT)),
        fund=np.full((rows, SLOTS), EMPTY, dtype=np.int64),
        units=np.zeros((rows, SLOTS)),
        queued=np.zeros((rows, SLOTS)),
        in_ira=np.zeros((rows, SLOTS), dtype=np.bool_),
        fees_paid=zeros(),
        contributed=zeros(),
        withdrawn=zeros(),
        spent_real=zeros(),
        gated_months=counts(),
        unmet_months=counts(),
        year_fees=zeros(),
        year_withdrawn_real=zeros(),
        year_unmet=counts(),
        year_traded=counts(),
    )
