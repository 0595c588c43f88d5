"""What this room expects of the rules of behaviour that the World hands to it.

Each protocol is met by a module of `agents`; another module with the same functions is a rival theory.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from environment.typing import BoolArray, FloatArray, IntArray

type Ages = npt.NDArray[np.integer]


class Leaving(Protocol):
    """Rules of those who leave an employer (`agents.leaving`)."""

    @property
    def KEEP(self) -> int:  # noqa: N802 - the name of a constant of the module
        """The account stays in a plan, the old or the next."""

    @property
    def CASH(self) -> int:  # noqa: N802
        """The account is cashed out."""

    def changes_job(self, draw: FloatArray, age: Ages, hazard_by_band: FloatArray) -> BoolArray:
        """Who leaves the employer this year."""

    def spell_months(
        self, draw_happens: FloatArray, draw_length: FloatArray, chance: float, mean_months: float, most: int
    ) -> IntArray:
        """Months until the next job."""

    def account_fate(
        self,
        balance_real: FloatArray,
        draw_cash: FloatArray,
        draw_roll: FloatArray,
        bounds: FloatArray,
        cash_out_shares: FloatArray,
        rollover_share: float,
    ) -> IntArray:
        """Whether an account stays in a plan, moves to an IRA or is cashed out."""


class Hardship(Protocol):
    """Rules of hardship withdrawals (`agents.hardship`)."""

    def asks_hardship(self, draw: FloatArray, hazard: float) -> BoolArray:
        """Who asks for a withdrawal this year."""

    def hardship_amount(self, pay: FloatArray, balance: FloatArray, share_of_pay: float) -> FloatArray:
        """What is asked for, USD."""


class Borrowing(Protocol):
    """Rules of loans from the own account (`agents.borrowing`)."""

    def asks_loan(self, draw: FloatArray, hazard: float, has_loan: BoolArray) -> BoolArray:
        """Who takes a loan this year."""

    def loan_amount(self, vested_balance: FloatArray, share_wanted: float, most_usd: float) -> FloatArray:
        """What is lent, USD."""

    def level_payment(self, loan: FloatArray, rate_a_year: float, years: float) -> FloatArray:
        """Payment a month, USD."""


class Saving(Protocol):
    """Rules of deferral (`agents.saving`)."""

    def desired_deferral(
        self,
        age: Ages,
        taste: FloatArray,
        pay: FloatArray,
        reference_pay: float,
        band_rates: FloatArray,
        pay_elasticity: float,
    ) -> FloatArray:
        """Share of pay a saver who chooses defers."""

    def enrolment_rate(self, default: FloatArray, desired: FloatArray, passive: BoolArray) -> FloatArray:
        """Deferral rate on joining a plan."""

    def next_rate(
        self,
        rate: FloatArray,
        desired: FloatArray,
        at_default: BoolArray,
        revises: BoolArray,
        escalates: BoolArray,
        step: FloatArray | float,
        ceiling: float,
    ) -> tuple[FloatArray, BoolArray]:
        """Deferral rate of the coming year, and who is still at the plan's."""


class Matching(Protocol):
    """Rules of employers' contributions (`agents.matching`)."""

    def employer_match(self, pay: FloatArray, deferral_rate: FloatArray, formula: FloatArray) -> FloatArray:
        """Employer's match by a formula, USD a year."""


class Retiring(Protocol):
    """Rules of retirement (`agents.retiring`)."""

    def retirement_ages(self, draw: FloatArray, fixed_age: int, shares_by_age: FloatArray) -> IntArray:
        """Age at which each person stops working."""

    def can_afford_to_stop(
        self, income_real: FloatArray, late_pay_real: FloatArray, target: float
    ) -> BoolArray:
        """Whether retirement would replace enough of late-career pay."""

    def retires_by_rule(self, age: Ages, affordable: BoolArray, earliest: int, latest: int) -> BoolArray:
        """Who stops at this birthday."""


class Claiming(Protocol):
    """Rules of claiming Social Security (`agents.claiming`)."""

    @property
    def NOT_YET(self) -> int:  # noqa: N802
        """Does not claim now."""

    @property
    def PLANNED(self) -> int:  # noqa: N802
        """Claims as planned."""

    def planned_claim_ages(self, draw: FloatArray, claim_age: int, spread: int) -> IntArray:
        """Age at which each person means to claim."""

    def claims(
        self,
        age: Ages,
        planned_age: Ages,
        without_pay: BoolArray,
        payable_usd: FloatArray,
        wealth_usd: FloatArray,
        need_usd: FloatArray,
    ) -> IntArray:
        """Who claims now, and why."""


class Spending(Protocol):
    """Rules of spending in retirement (`agents.spending`); USD a month."""

    def real_withdrawal(self, balance: FloatArray, rate: float) -> FloatArray:
        """A share of the balance at retirement."""

    def need_less_income(self, need_year: FloatArray, social_security_year: FloatArray) -> FloatArray:
        """What a fixed need leaves after Social Security."""

    def guardrails(
        self,
        last_real: FloatArray,
        wealth_real: FloatArray,
        initial_rate: float,
        *,
        upper: float,
        lower: float,
        cut: float,
        raise_: float,
    ) -> FloatArray:
        """The last withdrawal, cut or raised when it leaves the rails."""

    def at_least_required(self, planned: FloatArray, required_year: FloatArray) -> FloatArray:
        """The plan, or the required distribution where that is more."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How savers behave over their lives: one theory for each of these decisions."""

    leaving: Leaving
    hardship: Hardship
    borrowing: Borrowing
    saving: Saving
    matching: Matching
    retiring: Retiring
    claiming: Claiming
    spending: Spending
