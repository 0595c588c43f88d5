"""Contributions: the deferral a saver has chosen or been enrolled at, what the employer adds, the limits."""

from dataclasses import dataclass

import numpy as np
from numba import njit

from environment import law
from environment.accounts import pay_in, set_contributions
from environment.careers import opening_tenure
from environment.demography import by_age_band
from environment.membership import Moves
from environment.needs import repay
from environment.once import once_a_scenario
from environment.rowsets import union, without
from environment.rules import Matching, Saving
from environment.savers import WORKING
from environment.scenario import Scenario
from environment.state import MONTHS_A_YEAR, State
from environment.typing import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class DeferralTerms:
    """What a scenario says of deferrals.

    Attributes
    ----------
    band_rates : FloatArray, shape (6,)
        Average rate by age band.
    reference_pay : float
        Pay at which they hold at the opening, USD a year.
    pay_elasticity : float
        Relative rise of the rate for a relative rise of pay.
    passive_share : float
        Share of those enrolled automatically who take the plan's rate.
    revision_hazard : float
        Chance a year of leaving that rate.
    escalation_step, escalation_ceiling : float
        Rise a year of escalated rates, and where it ends, in shares of pay.
    """

    band_rates: FloatArray
    reference_pay: float
    pay_elasticity: float
    passive_share: float
    revision_hazard: float
    escalation_step: float
    escalation_ceiling: float


@once_a_scenario
def deferral_terms(scenario: Scenario) -> DeferralTerms:
    """Terms of a scenario."""

    def number(name: str) -> float:
        return scenario.number(f"savers.deferral.{name}")

    return DeferralTerms(
        band_rates=by_age_band(scenario, "savers.deferral"),
        reference_pay=number("reference_pay_usd"),
        pay_elasticity=number("pay_elasticity"),
        passive_share=number("passive_share"),
        revision_hazard=number("revision_hazard"),
        escalation_step=number("escalation_step"),
        escalation_ceiling=number("escalation_ceiling"),
    )


def payday(state: State, moves: Moves, saving: Saving, matching: Matching) -> None:
    """Set contributions at birthdays and where a tie to a plan changed; then everybody's money flows in."""
    savers = state.savers
    rows = union(state.birthday_rows(), moves.enrolled, moves.cashed, moves.rolled)
    stayed = without(rows, moves.enrolled)
    revise(state, stayed[savers.holds_plan[stayed] | savers.at_default[stayed]], saving)
    enrol_at(state, moves.enrolled, saving)
    set_amounts(state, rows, matching)
    repay(state)
    pay_in(state)


def enrol_at(state: State, rows: IntArray, saving: Saving) -> None:
    """Deferral rate of those who join a plan: its default for the passive it enrols, else their wish."""
    if not rows.size:
        return
    savers, luck = state.savers, state.luck
    plan = savers.people.employer[rows]
    draw = luck.uniform("deferral.passive", state.month, rows)
    passive = state.plans.auto_enrolment[plan] & (draw < deferral_terms(state.scenario).passive_share)
    wish = desired(state, rows, saving)
    savers.deferral_rate[rows] = saving.enrolment_rate(state.plans.default_rate[plan], wish, passive)
    savers.at_default[rows] = passive


def open_rates(state: State, rows: IntArray, saving: Saving, matching: Matching) -> None:
    """Deferral rates at the opening, as years in the plan would have left them, and what is not vested."""
    savers, terms = state.savers, deferral_terms(state.scenario)
    savers.tenure[rows] = opening_tenure(state, rows)
    enrol_at(state, rows, saving)
    years = savers.tenure[rows]
    never_revised = (1.0 - terms.revision_hazard) ** years
    revises = state.luck.uniform("deferral.revision", state.month, rows) >= never_revised
    step = terms.escalation_step * years.astype(np.float64)
    _go_on(state, rows, revises, step, saving)
    set_amounts(state, rows, matching)
    savers.employer_money[rows] = MONTHS_A_YEAR * savers.match[rows] * years


def revise(state: State, rows: IntArray, saving: Saving) -> None:
    """A year later: the plan's rate, a step higher where it escalates, or the saver's own wish."""
    terms = deferral_terms(state.scenario)
    revises = state.luck.uniform("deferral.revision", state.month, rows) < terms.revision_hazard
    _go_on(state, rows, revises, terms.escalation_step, saving)


def _go_on(
    state: State, rows: IntArray, revises: BoolArray, step: FloatArray | float, saving: Saving
) -> None:
    savers = state.savers
    savers.deferral_rate[rows], savers.at_default[rows] = saving.next_rate(
        savers.deferral_rate[rows],
        desired(state, rows, saving),
        savers.at_default[rows],
        revises,
        state.plans.escalates[savers.people.employer[rows]],
        step,
        deferral_terms(state.scenario).escalation_ceiling,
    )


def desired(state: State, rows: IntArray, saving: Saving) -> FloatArray:
    """Deferral rate that savers choose for themselves, shape (n,)."""
    people, terms = state.savers.people, deferral_terms(state.scenario)
    return saving.desired_deferral(
        people.age[rows],
        people.deferral_taste[rows],
        state.savers.pay[rows],
        terms.reference_pay * float(state.wage_index[state.month]),
        terms.band_rates,
        terms.pay_elasticity,
    )


def set_amounts(state: State, rows: IntArray, matching: Matching) -> None:
    """What flows in each month until the next birthday: deferral, match and other employer's money."""
    savers, plans, limits = state.savers, state.plans, state.law.limits
    ties = (savers.holds_plan, savers.status, savers.months_out)
    flows = (savers.contribution, savers.own_contribution, savers.match, savers.deferral_rate)
    rows = _payers(rows, ties, flows)
    if not rows.size:
        return
    pay, plan = savers.pay[rows], savers.people.employer[rows]
    own = law.elective_deferrals(pay, savers.people.age[rows], savers.deferral_rate[rows], limits)
    counted = np.minimum(pay, limits.compensation)
    match = matching.employer_match(counted, _ratio(own, counted), plans.match[plan])
    nonelective = plans.nonelective[plan] * counted
    promised = match + nonelective
    allowed = _ratio(law.matches_within_limits(pay, own, promised, limits), promised)
    set_contributions(state, rows, own, allowed * match, allowed * nonelective)


@njit(cache=True, nogil=True)
def _payers(
    rows: IntArray,
    ties: tuple[BoolArray, IntArray, IntArray],
    flows: tuple[FloatArray, FloatArray, FloatArray, FloatArray],
) -> IntArray:
    """Rows that pay into a plan; the others pay nothing.

    Parameters
    ----------
    rows : IntArray, shape (n,)
    ties : arrays, shape (N,)
        Who holds a plan, the status, and the months out of work.
    flows : arrays, shape (N,)
        Contribution, own contribution, match and deferral rate, set to 0 for those who do not pay.
    """
    holds_plan, status, months_out = ties
    contribution, own, match, rate = flows
    payers = np.empty(rows.size, dtype=np.int64)
    count = 0
    for row in rows:
        if holds_plan[row] and status[row] == WORKING and months_out[row] == 0:
            payers[count] = row
            count += 1
        else:
            contribution[row] = own[row] = match[row] = rate[row] = 0.0
    return payers[:count]


@njit(cache=True, nogil=True)
def _ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Part of a whole, shape (n,), 0 where there is no whole."""
    ratio = np.zeros(part.size)
    for place in range(part.size):
        if whole[place] > 0.0:
            ratio[place] = part[place] / whole[place]
    return ratio
