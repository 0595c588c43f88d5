"""The law as dated data: limits on contributions, required distributions, early withdrawals.

Amounts are published by calendar year; those of later years follow an index. `docs/law.md` lists every rule.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import njit

from environment.demography import AGES, Whole
from environment.parameters import number_lines, parameters
from environment.scenario import Scenario
from environment.typing import BoolArray, FloatArray, IntArray

type Level = Callable[[int], float]
"""Prices or wages at the end of December of a calendar year, relative to the opening; 1 before it."""

MONTHS_A_YEAR = 12
CATCH_UP_AGE = 50  # Internal Revenue Code 414(v)(5)(A)
FIRST_HIGHER_CATCH_UP_AGE, LAST_HIGHER_CATCH_UP_AGE = 60, 63  # 414(v)(2)(B)(i)
AGE_OF_LATE_SEPARATION = 55  # 72(t)(2)(A)(v)
AGE_WITHOUT_PENALTY = 59  # 72(t)(2)(A)(i) says 59 1/2; ages are whole and the half year counts as reached

_ROUNDING_ERROR = 1e-9  # an exact multiple of a step must not fall to the one below


@functools.cache
def published_years(amount: str) -> tuple[int, int]:
    """First and last calendar year for which an amount, such as `limits.catch_up_usd`, is published."""
    years = [int(key.rpartition(".")[2]) for key in parameters() if key.startswith(f"{amount}.")]
    return min(years), max(years)


def reference_year(scenario: Scenario, amount: str) -> int:
    """The year from whose value later ones are indexed.

    The last published year where the run starts within the published years, else the year of the start, for
    which the nearest published value stands.
    """
    first, last = published_years(amount)
    start = scenario.start // MONTHS_A_YEAR
    return last if first <= start <= last else start


def published_value(scenario: Scenario, amount: str, year: int) -> float:
    """The value of the published year nearest to `year`."""
    first, last = published_years(amount)
    return scenario.number(f"{amount}.{min(max(year, first), last)}")


def growth_since_reference(reference: int, year: int, level: Level) -> float:
    """Growth of an index from the end of the year before `reference` to the end of the year before `year`."""
    return level(year - 1) / level(reference - 1)


def limit_of_year(scenario: Scenario, name: str, year: int, price_level: Level) -> float:
    """A limit of `limits` in a calendar year: published, or following prices.

    Parameters
    ----------
    scenario
        Gives the published values and the step of the rounding.
    name
        Such as `elective_deferral`.
    year
        Calendar year.
    price_level
        Consumer prices; those at the end of the year before count.

    Returns
    -------
    USD a year, rounded down to a multiple of the step and never below the limit of the year before.
    """
    amount, step = f"limits.{name}_usd", scenario.number(f"limits.rounding_usd.{name}")
    reference = reference_year(scenario, amount)
    if year <= reference:
        return published_value(scenario, amount, year)
    start = published_value(scenario, amount, reference)
    highest = max(
        growth_since_reference(reference, later, price_level) for later in range(reference + 1, year + 1)
    )
    return max(start, step * float(np.floor(start * highest / step + _ROUNDING_ERROR)))


@dataclass(frozen=True, slots=True)
class ContributionLimits:
    """Limits of one year, USD: Internal Revenue Code 402(g), 414(v), 415(c) and 401(a)(17)."""

    elective_deferral: float
    catch_up: float
    catch_up_60_to_63: float
    annual_additions: float
    compensation: float


def contribution_limits(scenario: Scenario, year: int, price_level: Level) -> ContributionLimits:
    """The limits of a calendar year; parameters as in `limit_of_year`."""

    def limit(name: str) -> float:
        return limit_of_year(scenario, name, year, price_level)

    return ContributionLimits(
        elective_deferral=limit("elective_deferral"),
        catch_up=limit("catch_up"),
        catch_up_60_to_63=limit("catch_up_60_to_63"),
        annual_additions=limit("annual_additions"),
        compensation=limit("compensation"),
    )


def catch_ups(age: Whole, limits: ContributionLimits) -> FloatArray:
    """Deferral allowed beyond the usual limit by age last birthday, USD a year, in the shape of `age`."""
    higher = (age >= FIRST_HIGHER_CATCH_UP_AGE) & (age <= LAST_HIGHER_CATCH_UP_AGE)
    allowed = np.where(higher, limits.catch_up_60_to_63, limits.catch_up)
    return np.where(age >= CATCH_UP_AGE, allowed, 0.0)


def elective_deferrals(
    pay: FloatArray, age: Whole, deferral_rate: FloatArray, limits: ContributionLimits
) -> FloatArray:
    """What savers put in themselves, within the limits.

    Parameters
    ----------
    pay : shape (rows,), USD a year
    age : shape (rows,)
        Age last birthday; the catch-up is allowed from 50, a higher one from 60 to 63.
    deferral_rate : shape (rows,), 0 to 1
        Wanted share of the pay that the plan counts, at most `limits.compensation`.
    limits
        Of the year.

    Returns
    -------
    shape (rows,), USD a year
    """
    deferrals: FloatArray = _deferrals(pay, age, deferral_rate, limits.compensation, _ceilings(limits))
    return deferrals


@njit(cache=True, nogil=True)
def _deferrals(
    pay: FloatArray, age: Whole, deferral_rate: FloatArray, compensation: float, ceilings: FloatArray
) -> FloatArray:
    deferrals = np.empty(pay.size)
    for place in range(pay.size):
        ceiling = ceilings[min(age[place], ceilings.size - 1)]
        deferrals[place] = min(deferral_rate[place] * min(pay[place], compensation), ceiling)
    return deferrals


@functools.lru_cache
def _ceilings(limits: ContributionLimits) -> FloatArray:
    """Most that may be deferred in a year by age last birthday, shape (120,), USD, read-only."""
    ceilings: FloatArray = min(limits.elective_deferral, limits.annual_additions) + catch_ups(AGES, limits)
    ceilings.flags.writeable = False
    return ceilings


def matches_within_limits(
    pay: FloatArray, deferrals: FloatArray, matches: FloatArray, limits: ContributionLimits
) -> FloatArray:
    """What employers may add of the match that their formula promises.

    Deferral and match together may reach neither more than `limits.annual_additions` nor more than the pay;
    the part of the deferral that is catch-up does not count (section 415(c) and 414(v)(3)(A)).

    Parameters
    ----------
    pay, deferrals, matches : shape (rows,), USD a year
        `deferrals` as from `elective_deferrals`, `matches` by the plan's formula.
    limits
        Of the year.

    Returns
    -------
    shape (rows,), USD a year
    """
    bounds = limits.elective_deferral, limits.annual_additions
    allowed: FloatArray = _matches(pay, deferrals, matches, *bounds)
    return allowed


@njit(cache=True, nogil=True)
def _matches(
    pay: FloatArray, deferrals: FloatArray, matches: FloatArray, elective_deferral: float, additions: float
) -> FloatArray:
    allowed = np.empty(pay.size)
    for place in range(pay.size):
        room = min(additions, pay[place]) - min(deferrals[place], elective_deferral)
        allowed[place] = min(max(matches[place], 0.0), max(room, 0.0))
    return allowed


@functools.cache
def distribution_periods() -> FloatArray:
    """The uniform lifetime table (Internal Revenue Service, Publication 590-B, table III).

    Returns
    -------
    shape (121,), years, read-only
        Divisor of the balance by age; nan below the first age of the table.
    """
    table = np.loadtxt(number_lines("required_distributions.csv"), delimiter=",", skiprows=1)
    periods = np.full(int(table[-1, 0]) + 1, np.nan)
    periods[table[:, 0].astype(np.int64)] = table[:, 1]
    periods.flags.writeable = False
    return periods


@functools.cache
def distribution_start_ages() -> tuple[IntArray, IntArray]:
    """First birth year of each group of cohorts, ascending, and the age at which its distributions start."""
    table = np.loadtxt(
        number_lines("required_distribution_ages.csv"), delimiter=",", skiprows=1, dtype=np.int64
    )
    return table[:, 0], table[:, 1]


def required_distribution(age: Whole, birth_year: Whole, balance: FloatArray) -> FloatArray:
    """What the law asks savers to take from their accounts (section 401(a)(9)).

    Parameters
    ----------
    age, birth_year : shape (rows,)
        Age last birthday, 0 and above. Cohorts before the first of the table count as of the first.
    balance : shape (rows,), USD
        At the end of the year before.

    Returns
    -------
    shape (rows,), USD a year
        Balance over the period of the table, that of its last age beyond it; 0 before the start age.
    """
    required: FloatArray = _required(
        age, birth_year, balance, distribution_start_ages(), distribution_periods()
    )
    return required


@njit(cache=True, nogil=True)
def _required(
    age: Whole, birth_year: Whole, balance: FloatArray, starts: tuple[IntArray, IntArray], periods: FloatArray
) -> FloatArray:
    """What `required_distribution` says, by the tables of the law."""
    required, oldest = np.zeros(balance.size), periods.size - 1
    first_years, start_ages = starts
    for row in range(balance.size):
        cohort = max(np.searchsorted(first_years, birth_year[row], side="right") - 1, 0)
        if age[row] >= start_ages[cohort]:
            required[row] = balance[row] / periods[min(age[row], oldest)]
    return required


def penalised(age: Whole, separated: BoolArray) -> BoolArray:
    """Whose withdrawals bear the addition to tax for early ones (section 72(t)).

    Parameters
    ----------
    age : shape (rows,)
        Age last birthday. The law says 59 1/2; everybody of 59 counts as having reached it.
    separated : shape (rows,)
        Who has left the employer of the plan that the money comes from: exempt from 55 on.
    """
    exempt = separated & (age >= AGE_OF_LATE_SEPARATION)
    return (age < AGE_WITHOUT_PENALTY) & ~exempt
