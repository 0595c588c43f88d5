"""The savers: one row a person, columns of numpy, holdings as units of funds."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numba import njit

from environment import slots
from environment.funds.book import FundBook
from environment.persons import Persons
from environment.sums import account_values, marked_values, plan_values
from environment.typing import BoolArray, FloatArray, IntArray, ShortArray, TinyArray

SLOTS, SPLIT = slots.SLOTS, slots.SPLIT
WORKING, SEPARATED, RETIRED = 0, 1, 2
STATUS = ("working", "separated", "retired")
EMPTY = -1


@dataclass(slots=True)
class Savers:
    """Columns of N rows; dollars are per account, not weighted. Real dollars are those of the start.

    Attributes
    ----------
    people : Persons
        Who they are: age, sex, education, literacy, plan type, latent propensities.
    book : FundBook
        Prices at which holdings are valued.
    weight : float
        Real accounts a row stands for, the same for all and for ever.
    alive : BoolArray, shape (N,)
        False once nobody takes over the row of the dead (closed population).
    generation : ShortArray, shape (N,)
        How many persons had the row before.
    status : TinyArray, shape (N,)
        ``WORKING``, ``SEPARATED`` or ``RETIRED``.
    holds_plan, has_held : BoolArray, shape (N,)
        Is a member of a plan now; holds or has held an account.
    literacy_quintile : TinyArray, shape (N,)
        0 to 4 by the cuts of the opening.
    perception_bias : FloatArray, shape (N,)
        Personal error in the expected return of alternatives, a year.
    plain_fund : ShortArray, shape (N,)
        The plain target-date fund nearest to the year of retirement.
    caution : FloatArray, shape (N,)
        Risk aversion relative to the median saver.
    tenure, retirement_age : TinyArray, shape (N,)
        Completed years with the employer; age of retirement.
    months_out : ShortArray, shape (N,)
        Months until the next job, 0 for who has one.
    pay, deferral_rate : FloatArray, shape (N,)
        USD a year; share of pay to be deferred.
    contribution, own_contribution, match : FloatArray, shape (N,)
        USD a month: all that flows into the plan, the deferral in it, the employer's match in it.
    at_default : BoolArray, shape (N,)
        Still at the deferral rate at which the plan enrolled them, or to which it escalated.
    employer_money : FloatArray, shape (N,)
        USD the present employer has matched since the saver was hired, of which a part may not be vested.
    loan, loan_payment : FloatArray, shape (N,)
        USD owed to the own account, and repaid to it each month.
    lump : FloatArray, shape (N,)
        USD wanted at once this month (hardship, cash-out), infinite for all there is.
    frozen_lump : FloatArray, shape (N,)
        USD of it that was frozen, and is paid as private funds of the plan pay.
    borrowing, forfeiture : FloatArray, shape (N,)
        USD asked as a loan this month, and due to the employer this month for want of vesting.
    withdrawal_real, withdrawal : FloatArray, shape (N,)
        Planned withdrawal a month in USD of the start, and in USD of the last birthday.
    late_career_pay_real : FloatArray, shape (N,)
        Sum of real pay in the last five working years.
    career_years, career_earnings, career_squares : FloatArray, shape (N,)
        Record of Social Security: years, sum of covered earnings at the wages of the start, and of squares.
    planned_claim : TinyArray, shape (N,)
        Age at which Social Security is to be claimed.
    claim_age, benefit_real : FloatArray, shape (N,)
        Age at which Social Security was claimed, 0 before; real USD a month.
    forced_claim : TinyArray, shape (N,)
        Why it was claimed earlier than planned: 0 it was not, else as the rule of claiming says.
    need_real : FloatArray, shape (N,)
        Real USD a year needed in retirement, 0 before.
    shortfall_real, shortfall_value : FloatArray, shape (N,)
        Sum over retirement of what income fell short of the need, and the same discounted to its start.
    exhausted : BoolArray, shape (N,)
        Nothing was left in the accounts in retirement while the need exceeded Social Security.
    wanted_fund, wanted_share : shape (N, 5)
        Where savers want new money to go; -1 where unused. The same arrays as the split where no cap ever is.
    split_fund, split_share : shape (N, 5)
        Where it goes, within the cap.
    fund, units, queued, in_ira : shape (N, 6)
        Holdings: position in the catalogue (-1 empty), units, units asked back and not yet paid, account.
    fees_paid, contributed, withdrawn, spent_real : FloatArray, shape (N,)
        USD over the life so far; spent is withdrawals less contributions in USD of the start.
    gated_months, unmet_months : ShortArray, shape (N,)
        Months of the life with an unpaid request, and with a withdrawal missed because money was frozen.
    year_fees, year_plan_real, year_ira_real, year_benefit_real, year_unmet, year_traded : shape (N,)
        Fees, real income by pillar, unmet months and switches since the year began.
    """

    people: Persons
    book: FundBook
    weight: float
    alive: BoolArray
    generation: ShortArray
    status: TinyArray
    holds_plan: BoolArray
    has_held: BoolArray
    literacy_quintile: TinyArray
    perception_bias: FloatArray
    plain_fund: ShortArray
    caution: FloatArray
    tenure: TinyArray
    months_out: ShortArray
    retirement_age: TinyArray
    pay: FloatArray
    deferral_rate: FloatArray
    contribution: FloatArray
    own_contribution: FloatArray
    match: FloatArray
    at_default: BoolArray
    employer_money: FloatArray
    loan: FloatArray
    loan_payment: FloatArray
    lump: FloatArray
    frozen_lump: FloatArray
    borrowing: FloatArray
    forfeiture: FloatArray
    withdrawal_real: FloatArray
    withdrawal: FloatArray
    late_career_pay_real: FloatArray
    career_years: FloatArray
    career_earnings: FloatArray
    career_squares: FloatArray
    planned_claim: TinyArray
    claim_age: FloatArray
    benefit_real: FloatArray
    forced_claim: TinyArray
    need_real: FloatArray
    shortfall_real: FloatArray
    shortfall_value: FloatArray
    exhausted: BoolArray
    wanted_fund: ShortArray
    wanted_share: FloatArray
    split_fund: ShortArray
    split_share: FloatArray
    fund: ShortArray
    units: FloatArray
    queued: FloatArray
    in_ira: BoolArray
    fees_paid: FloatArray
    contributed: FloatArray
    withdrawn: FloatArray
    spent_real: FloatArray
    gated_months: ShortArray
    unmet_months: ShortArray
    year_fees: FloatArray
    year_plan_real: FloatArray
    year_ira_real: FloatArray
    year_benefit_real: FloatArray
    year_unmet: TinyArray
    year_traded: TinyArray

    @property
    def size(self) -> int:
        """Number of rows N."""
        return self.generation.size

    @property
    def wealth(self) -> FloatArray:
        """Plan and IRA at reported prices, shape (N,), USD an account."""
        return self.account_values(np.arange(self.size), self.book.reported)

    @property
    def ira(self) -> FloatArray:
        """Wealth in the IRA, shape (N,), USD an account."""
        return self.marked_values(np.arange(self.size), self.in_ira, self.book.reported)

    def plan_values(self, rows: IntArray, per_unit: FloatArray) -> FloatArray:
        """Sum over the slots of the plan of units times something a unit of each fund, shape (n,)."""
        total: FloatArray = plan_values(self.fund, self.units, self.in_ira, rows, per_unit)
        return total

    def marked_values(self, rows: IntArray, marked: BoolArray, per_unit: FloatArray) -> FloatArray:
        """Sum over marked slots, (n, 6), of units times something a unit of each fund, shape (n,)."""
        total: FloatArray = marked_values(self.fund, self.units, marked, rows, per_unit)
        return total

    @property
    def paid_in(self) -> FloatArray:
        """What flows into the plan each month: deferral, employer's money, repaid loan, shape (N,), USD."""
        total: FloatArray = self.contribution + self.loan_payment
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
        return rows + self.size * self.generation[rows].astype(np.int64)

    def replace_people(self, rows: IntArray, people: Persons) -> None:
        """Give rows to new persons who own nothing."""
        for name in _OF_PERSONS:
            getattr(self.people, name)[rows] = getattr(people, name)
        self.generation[rows] += 1
        self.clear(rows)

    def clear(self, rows: IntArray) -> None:
        """Forget the life and the holdings of those who had the rows."""
        for names, fill in _OF_LIFE:
            _fill(rows, tuple([getattr(self, name) for name in names]), fill)
        waiting = rows[self.queued[rows].any(axis=1)]  # zeros over zeros would take memory for them
        self.queued[waiting] = 0.0

    def let_wishes_be_splits(self) -> None:
        """Keep what is wanted in the columns of where money goes: only a cap tells them apart."""
        self.wanted_fund, self.wanted_share = self.split_fund, self.split_share

    def start_year(self) -> None:
        """Forget what was counted for the year that ended."""
        for name in _OF_YEAR:
            getattr(self, name).fill(0)


_KEPT = ("alive", "generation")
_TYPES: dict[object, tuple[type, float]] = {
    FloatArray: (np.float64, 0.0),
    ShortArray: (np.int16, 0),
    TinyArray: (np.int8, 0),
    BoolArray: (np.bool_, False),
}
_FILLS = {"alive": True, "caution": 1.0, "fund": EMPTY, "split_fund": EMPTY, "wanted_fund": EMPTY}
_WIDTHS = dict.fromkeys(("fund", "units", "queued", "in_ira"), SLOTS) | dict.fromkeys(
    ("wanted_fund", "wanted_share", "split_fund", "split_share"), SPLIT
)


def _columns() -> dict[str, tuple[type, float, int]]:
    """Kind, first value and width (0 for one number a row) of every column."""
    kinds = {field.name: _TYPES[field.type] for field in fields(Savers) if field.type in _TYPES}
    return {
        name: (kind, _FILLS.get(name, zero), _WIDTHS.get(name, 0)) for name, (kind, zero) in kinds.items()
    }


_COLUMNS = _columns()


def _alike() -> list[tuple[list[str], float]]:
    """Columns of a life by kind, first value and whether they have slots, with that value."""
    groups: dict[tuple[type, float, bool], list[str]] = {}
    for name, (kind, fill, width) in _COLUMNS.items():
        if name not in (*_KEPT, "queued"):
            groups.setdefault((kind, fill, width > 0), []).append(name)
    return [(names, kind(fill)) for (kind, fill, _), names in groups.items()]


_OF_LIFE = _alike()
_OF_PERSONS = tuple(field.name for field in fields(Persons))
_OF_YEAR = tuple(name for name in _COLUMNS if name.startswith("year_"))


@njit(cache=True, nogil=True)
def _fill(rows: IntArray, columns: tuple[FloatArray, ...], value: float) -> None:
    """Set columns, all of one kind and (N,) or (N, m), to a value in rows (n,)."""
    for column in columns:
        for row in rows:
            column[row] = value


def empty_savers(people: Persons, book: FundBook, weight: float) -> Savers:
    """Table of persons who own nothing yet."""
    rows = people.age.size
    columns: dict[str, Any] = {}
    for name, (kind, fill, width) in _COLUMNS.items():
        shape = (rows, width) if width else rows
        # Columns of zeros take memory only when somebody has something in them.
        columns[name] = np.full(shape, fill, dtype=kind) if fill else np.zeros(shape, dtype=kind)
    return Savers(people=people, book=book, weight=weight, **columns)
