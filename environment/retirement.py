"""Retirement: when it starts, when Social Security is claimed, what is planned to be taken from accounts."""

import numpy as np
from numba import njit

from environment.adequacy import shortfalls_of_year
from environment.books import GOVERNMENT, HOUSEHOLDS
from environment.careers import stop_work
from environment.earnings import benefits
from environment.law import required_distribution
from environment.life import LATE_CAREER_YEARS, late_career_starts
from environment.rules import Claiming, Retiring, Spending
from environment.savers import RETIRED
from environment.social_security import ELIGIBLE_AGE
from environment.state import MONTHS_A_YEAR, State
from environment.sums import any_positive
from environment.typing import BoolArray, FloatArray, IntArray


def retire(state: State, rows: IntArray, retiring: Retiring) -> IntArray:
    """Those who stop working at this birthday, at their age or once they can afford it."""
    savers, scenario = state.savers, state.scenario
    rows = rows[savers.status[rows] != RETIRED]
    age = savers.people.age[rows]
    if scenario.text("savers.retirement.kind") == "rule":
        near = age >= scenario.whole("savers.retirement.earliest")
        affordable = np.zeros(rows.size, dtype=np.bool_)
        affordable[near] = _can_afford(state, rows[near], retiring)
        earliest, latest = (scenario.whole(f"savers.retirement.{name}") for name in ("earliest", "latest"))
        stops = retiring.retires_by_rule(age, affordable, earliest, latest)
        savers.retirement_age[rows[stops]] = age[stops]
    else:
        stops = age >= savers.retirement_age[rows]
    retired = rows[stops]
    if retired.size:
        stop_work(state, retired)
    return retired


def _can_afford(state: State, rows: IntArray, retiring: Retiring) -> BoolArray:
    """Whether Social Security and the usual withdrawal would replace enough of the late-career pay so far."""
    savers, scenario = state.savers, state.scenario
    balance = savers.account_values(rows, state.funds.reported) / state.level
    ages = np.maximum(savers.people.age[rows], ELIGIBLE_AGE).astype(np.float64)
    pension = MONTHS_A_YEAR * benefits(state, rows, ages)
    income = scenario.number("savers.withdrawal_rate") * balance + pension
    pay = savers.late_career_pay_real[rows] / (savers.people.age[rows] - late_career_starts(state, rows))
    return retiring.can_afford_to_stop(income, pay, scenario.number("savers.retirement.target"))


def start_retirement(state: State, rows: IntArray, spending: Spending) -> None:
    """Need and first withdrawal of those who have just stopped working.

    Under the rule of retirement the late career may be longer than five years; its yearly mean counts.
    """
    if not rows.size:
        return
    savers, scenario = state.savers, state.scenario
    years = savers.retirement_age[rows] - late_career_starts(state, rows)
    savers.late_career_pay_real[rows] *= LATE_CAREER_YEARS / years
    late_pay = savers.late_career_pay_real[rows] / LATE_CAREER_YEARS
    savers.need_real[rows] = scenario.number("savers.need_share") * late_pay
    balance = savers.account_values(rows, state.funds.reported)
    rate = scenario.number("savers.withdrawal_rate")
    savers.withdrawal_real[rows] = spending.real_withdrawal(balance, rate) / state.level


def plan_year(state: State, rows: IntArray, spending: Spending) -> None:
    """At a birthday, what retired savers plan to take each month, no less than the law requires."""
    savers, scenario = state.savers, state.scenario
    rows = rows[savers.status[rows] == RETIRED]
    if not rows.size:
        return
    balance = savers.account_values(rows, state.funds.reported)
    planned = _planned_real(state, rows, balance / state.level, spending) * state.level
    if scenario.switch("required_distributions.enforced"):
        people = savers.people
        required = required_distribution(people.age[rows], people.birth_year[rows], balance)
        planned = spending.at_least_required(planned, required)
    savers.withdrawal[rows] = planned


def _planned_real(state: State, rows: IntArray, wealth: FloatArray, spending: Spending) -> FloatArray:
    savers, scenario = state.savers, state.scenario
    match scenario.text("savers.spending"):
        case "need":
            benefit = MONTHS_A_YEAR * savers.benefit_real[rows]
            return spending.need_less_income(savers.need_real[rows], benefit)
        case "required":
            return np.zeros(rows.size)
        case "guardrails":
            rails = {name: scenario.number(f"savers.guardrails.{name}") for name in ("upper", "lower", "cut")}
            savers.withdrawal_real[rows] = spending.guardrails(
                savers.withdrawal_real[rows],
                wealth,
                scenario.number("savers.withdrawal_rate"),
                raise_=scenario.number("savers.guardrails.raise"),
                **rails,
            )
    planned: FloatArray = savers.withdrawal_real[rows]
    return planned


def claim(state: State, rows: IntArray, frozen: FloatArray, claiming: Claiming) -> None:
    """Claims of Social Security at this birthday, as planned or for want of money that can be paid out.

    Parameters
    ----------
    state : State
    rows : IntArray
    frozen : FloatArray, shape (K,)
        Share of a holding in each fund that cannot be paid out within three months.
    claiming : Claiming
    """
    savers, prices = state.savers, state.funds.reported
    who = savers.people.age, savers.planned_claim, savers.status, savers.months_out
    rows, age, planned, without_pay = _may_claim(rows, savers.claim_age, *who)
    if not rows.size:
        return
    payable = savers.account_values(rows, prices * (1.0 - frozen))
    wealth = savers.account_values(rows, prices)
    need = _need(state, rows) * state.level
    reason = claiming.claims(age, planned, without_pay, payable, wealth, need)
    now = reason != claiming.NOT_YET
    rows, reason, at = rows[now], reason[now], age[now].astype(np.float64)
    if not rows.size:
        return
    savers.claim_age[rows] = at
    savers.forced_claim[rows] = np.where(reason == claiming.PLANNED, 0, reason)
    savers.benefit_real[rows] = benefits(state, rows, at)


@njit(cache=True, nogil=True)
def _may_claim(
    rows: IntArray,
    claim_age: FloatArray,
    ages: IntArray,
    planned_claim: IntArray,
    status: IntArray,
    months_out: IntArray,
) -> tuple[IntArray, IntArray, IntArray, BoolArray]:
    """Those of rows (n,) who are old enough and have not claimed, by columns (N,).

    Returns
    -------
    rows, age, planned : IntArray, shape (m,)
        Age last birthday, and that at which they mean to claim.
    without_pay : BoolArray, shape (m,)
        Who is retired or between jobs.
    """
    found, age, planned = np.empty((3, rows.size), dtype=np.int64)
    without_pay, count = np.empty(rows.size, dtype=np.bool_), 0
    for row in rows:
        if ages[row] >= ELIGIBLE_AGE and claim_age[row] == 0.0:
            found[count], age[count], planned[count] = row, ages[row], planned_claim[row]
            without_pay[count] = status[row] == RETIRED or months_out[row] > 0
            count += 1
    return found[:count], age[:count], planned[:count], without_pay[:count]


def open_claims(state: State) -> None:
    """Social Security of those who were past their age of claiming before the opening."""
    savers = state.savers
    rows = np.flatnonzero(savers.people.age >= savers.planned_claim)
    savers.claim_age[rows] = savers.planned_claim[rows]
    savers.benefit_real[rows] = benefits(state, rows, savers.claim_age[rows])


def _need(state: State, rows: IntArray) -> FloatArray:
    """Real need of a year: that of retirement, before it the same share of the mean pay of the career."""
    savers = state.savers
    wages = float(state.wage_index[state.month]) / state.level
    share_of_career = state.scenario.number("savers.need_share") * wages
    career = savers.career_years, savers.career_earnings
    need: FloatArray = _needed(rows, savers.status, savers.need_real, *career, share_of_career)
    return need


@njit(cache=True, nogil=True)
def _needed(
    rows: IntArray,
    status: IntArray,
    need_real: FloatArray,
    career_years: FloatArray,
    career_earnings: FloatArray,
    share_of_career: float,
) -> FloatArray:
    """What `_need` says of rows (n,), by columns (N,) and the share of mean indexed pay that is needed."""
    need = np.empty(rows.size)
    for place in range(rows.size):
        row = rows[place]
        if status[row] == RETIRED:
            need[place] = need_real[row]
        else:
            need[place] = share_of_career * career_earnings[row] / max(career_years[row], 1.0)
    return need


def pay_benefits(state: State, benefit_real: float) -> None:
    """Social Security of the month goes to households and is spent there."""
    savers, rows = state.savers, state.standing.acting
    savers.year_benefit_real[rows] += savers.benefit_real[rows]
    usd = savers.weight * benefit_real * state.level
    state.books.post(GOVERNMENT, HOUSEHOLDS, "social_security", usd)


def close_year(state: State) -> None:
    """At a year's end, what the income of the retired lacked of their need, and whose accounts are empty."""
    savers = state.savers
    rows, shortfall, value = shortfalls_of_year(savers, state.scenario)
    savers.shortfall_real[rows] += shortfall
    savers.shortfall_value[rows] += value
    unmet = rows[savers.need_real[rows] > MONTHS_A_YEAR * savers.benefit_real[rows]]
    savers.exhausted[unmet[~any_positive(savers.units[unmet])]] = True
