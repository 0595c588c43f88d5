"""Old-age benefits of Social Security from indexed earnings (Social Security Act, sections 202 and 215).

A career is kept as three numbers: years with covered pay, the sum of their indexed earnings and the sum of
squares, from which the best 35 years are estimated. `docs/social-security.md` states the error.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from environment.law import (
    MONTHS_A_YEAR,
    Level,
    growth_since_reference,
    published_value,
    reference_year,
)
from environment.once import once_a_scenario
from environment.scenario import Scenario
from environment.typing import FloatArray, IntArray

ELIGIBLE_AGE, LAST_CLAIM_AGE = 62, 70  # sections 202(a)(2) and 202(w)(2)(A)
INDEXING_AGE = 60  # earnings of later years count as they are, section 215(b)(3)(B)
COMPUTATION_YEARS = 35  # 40 elapsed years less 5, section 215(b)(2)

_FIRST_BEND = "social_security.first_bend_usd"


class Career(NamedTuple):
    """Covered earnings of a life so far, in USD of the opening's wages.

    Attributes
    ----------
    years : shape (rows,)
        Years with covered pay.
    earnings : shape (rows,), USD
        Sum of the indexed yearly earnings.
    squares : shape (rows,), USD squared
        Sum of their squares.
    """

    years: FloatArray
    earnings: FloatArray
    squares: FloatArray


def amount_of_year(scenario: Scenario, name: str, rounding: str, year: int, wage_level: Level) -> float:
    """A published amount of Social Security, or the last one as it follows wages, rounded to the nearest."""
    amount = f"social_security.{name}_usd"
    reference = reference_year(scenario, amount)
    if year <= reference:
        return published_value(scenario, amount, year)
    step = scenario.number(f"social_security.rounding_usd.{rounding}")
    grown = published_value(scenario, amount, reference) * growth_since_reference(reference, year, wage_level)
    return step * float(np.floor(grown / step + 0.5))


def taxable_maximum(scenario: Scenario, year: int, wage_level: Level) -> float:
    """Greatest pay of a calendar year that is covered, USD; it never falls (section 230)."""
    first = min(year, reference_year(scenario, "social_security.taxable_maximum_usd"))
    return max(
        amount_of_year(scenario, "taxable_maximum", "taxable_maximum", one, wage_level)
        for one in range(first, year + 1)
    )


def bend_points(scenario: Scenario, year_of_62: int, wage_level: Level) -> tuple[float, float]:
    """Bend points of the benefit formula for those who turn 62 in a calendar year, USD a month."""
    return (
        amount_of_year(scenario, "first_bend", "bend", year_of_62, wage_level),
        amount_of_year(scenario, "second_bend", "bend", year_of_62, wage_level),
    )


def average_indexed_monthly_earnings(career: Career, wage_level: FloatArray | float = 1.0) -> FloatArray:
    """Estimate of the monthly mean of the best 35 years from the three numbers of a career.

    With n <= 35 years it is exact. Beyond, the n - 35 lowest years are taken to lie below the mean m of all
    by as much as in a career of the same spread s whose sorted years rise in a straight line,

        mean of the lowest = m - 35 s sqrt(3 / (n^2 - 1)),

    at least 0. Careers that are constant or straight are met exactly.

    Parameters
    ----------
    career
        So far.
    wage_level
        Level of wages in which the answer is wanted, relative to the opening (`law_wage_level`).

    Returns
    -------
    shape (rows,), USD a month, unrounded
    """
    return _best_years(career.years, career.earnings, career.squares, wage_level)


@njit(cache=True, nogil=True)
def _best_years(
    covered: FloatArray, earnings: FloatArray, squares: FloatArray, wage_level: FloatArray | float
) -> FloatArray:
    """What `average_indexed_monthly_earnings` says, from the three numbers (rows,) of a career."""
    years = np.maximum(covered, 1.0)
    mean = earnings / years
    spread = np.sqrt(np.maximum(squares / years - mean**2, 0.0))
    dropped = np.maximum(years - COMPUTATION_YEARS, 0.0)
    below = COMPUTATION_YEARS * spread * np.sqrt(3.0 / np.maximum(years**2 - 1.0, 1.0))
    best = earnings - dropped * np.maximum(mean - below, 0.0)
    monthly: FloatArray = wage_level * best / (MONTHS_A_YEAR * COMPUTATION_YEARS)
    return monthly


def primary_insurance_amount(
    aime: FloatArray, bends: tuple[FloatArray | float, FloatArray | float], shares: FloatArray
) -> FloatArray:
    """Monthly benefit at the full age (section 215(a)(1)(A)), unrounded.

    Parameters
    ----------
    aime : shape (rows,), USD a month, >= 0
        Average indexed monthly earnings.
    bends
        First and second bend point, USD a month.
    shares : shape (3,)
        Replaced below, between and above the bend points (`insured_shares`).
    """
    return _insured(aime, bends[0], bends[1], shares)


@njit(cache=True, nogil=True)
def _insured(
    aime: FloatArray, first: FloatArray | float, second: FloatArray | float, shares: FloatArray
) -> FloatArray:
    """What `primary_insurance_amount` says."""
    lower = np.minimum(aime, first)
    middle = np.minimum(aime, second) - lower
    insured: FloatArray = shares[0] * lower + shares[1] * middle + shares[2] * (aime - lower - middle)
    return insured


@once_a_scenario
def insured_shares(scenario: Scenario) -> FloatArray:
    """Shares of earnings below, between and above the bend points that are replaced, shape (3,)."""
    return scenario.numbers("social_security.share", ("first", "second", "third"))


def claim_factor(scenario: Scenario, claim_age: FloatArray) -> FloatArray:
    """Benefit over primary insurance amount (sections 202(q) and 202(w)).

    Parameters
    ----------
    scenario
        Gives the full age and the factors.
    claim_age : shape (rows,)
        Age at the claim in years, taken to the nearest month; 62 to 70.
    """
    return _factor(claim_age, *_claim_rules(scenario))


@once_a_scenario
def _claim_rules(scenario: Scenario) -> tuple[float, float, float, float, float]:
    """Full age, months of the first reduction, the two reductions and the credit a month."""
    return (
        scenario.number("social_security.full_age"),
        scenario.number("social_security.reduction.first_months"),
        scenario.number("social_security.reduction.first"),
        scenario.number("social_security.reduction.second"),
        scenario.number("social_security.delayed_credit"),
    )


@njit(cache=True, nogil=True)
def _factor(
    claim_age: FloatArray, full_age: float, first_months: float, first: float, second: float, credit: float
) -> FloatArray:
    """What `claim_factor` says: reductions a month in the first months and before them, credit a month."""
    months = np.rint(MONTHS_A_YEAR * (claim_age - full_age))
    latest = MONTHS_A_YEAR * (LAST_CLAIM_AGE - full_age)
    early, late = np.maximum(-months, 0.0), np.minimum(np.maximum(months, 0.0), latest)
    reduction = first * np.minimum(early, first_months) + second * np.maximum(early - first_months, 0.0)
    factor: FloatArray = 1.0 - reduction + credit * late
    return factor


def law_of_cohort(scenario: Scenario, year_of_62: int, wage_level: Level) -> tuple[float, float, float]:
    """Bend points of those who turn 62 in a year, and the level of wages that they refer to.

    Earnings and bend points are indexed to the same year, that of the 60th birthday, so that the growth of
    the first bend point is that of the indexed earnings. Those who turned 62 before the start of the run have
    the law of its year less `pay.real_growth` a year.

    Returns
    -------
    first, second
        USD a month, of the year they turn 62; of the opening where that lies before it.
    level
        Relative to the opening.
    """
    reference = reference_year(scenario, _FIRST_BEND)
    known = scenario.start // MONTHS_A_YEAR  # at most the reference
    first, second = bend_points(scenario, max(year_of_62, known), wage_level)
    earlier = (1.0 + scenario.number("pay.real_growth")) ** max(known - year_of_62, 0)
    level = first / published_value(scenario, _FIRST_BEND, reference)
    return first / earlier, second / earlier, level / earlier


def benefits(scenario: Scenario, career: Career, laws: FloatArray, claim_age: FloatArray) -> FloatArray:
    """Monthly benefits in USD of the opening, which cost-of-living adjustments keep for life.

    Parameters
    ----------
    scenario
        Gives the law.
    career
        Up to the claim.
    laws : shape (4, rows)
        Of each person's cohort: bend points and level of wages as from `law_of_cohort`, and the level of
        prices at the end of the year before the 62nd birthday.
    claim_age : shape (rows,)
        Age at the claim, years, 62 to 70.

    Returns
    -------
    shape (rows,), USD of the opening a month
    """
    payable = scenario.number("social_security.payable_share")
    paid: FloatArray = _paid(
        career, laws, claim_age, insured_shares(scenario), _claim_rules(scenario), payable
    )
    return paid


@njit(cache=True, nogil=True)
def _paid(
    career: Career,
    laws: FloatArray,
    claim_age: FloatArray,
    shares: FloatArray,
    rules: tuple[float, float, float, float, float],
    payable: float,
) -> FloatArray:
    """What `benefits` says, in one call: the steps are short and their callers few."""
    aime = _best_years(career.years, career.earnings, career.squares, laws[2])
    insured = _insured(aime, laws[0], laws[1], shares)
    paid: FloatArray = payable * _factor(claim_age, *rules) * insured / laws[3]
    return paid


@njit(cache=True, nogil=True)
def add_year(
    years: FloatArray,
    earnings: FloatArray,
    squares: FloatArray,
    rows: IntArray,
    pay: FloatArray,
    maximum: float,
    wage_level: FloatArray,
) -> None:
    """Add one more year of covered pay to some careers, in place; no pay adds no year.

    Parameters
    ----------
    years, earnings, squares : shape (N,)
        Careers, as in `Career`.
    rows : shape (n,)
    pay : shape (n,), USD a year
    maximum
        The taxable maximum of the year, USD.
    wage_level : shape (n,)
        Level of wages relative to the opening, in the year of the pay or, for pay after it, at the person's
        60th birthday.
    """
    for place in range(rows.size):
        row, covered = rows[place], min(pay[place], maximum) / wage_level[place]
        if covered > 0.0:
            years[row] += 1.0
            earnings[row] += covered
            squares[row] += covered * covered
