"""Careers that people of the opening have behind them: expected covered earnings from entry to now.

`docs/social-security.md` states what they rest on.
"""

import math

import numpy as np
from numba import njit

from environment.cubics import NORMAL_REACH, NORMAL_STEPS, cubic, in_table, normal_table
from environment.demography import Whole
from environment.law import MONTHS_A_YEAR
from environment.payroll import pay_profiles
from environment.scenario import Scenario
from environment.social_security import INDEXING_AGE, Career, taxable_maximum
from environment.typing import FloatArray, IntArray

_STEPS = 256  # points of log permanent pay a unit; the error of a career is below 1e-10 of it

type Pay = tuple[FloatArray, FloatArray, FloatArray, FloatArray]


def opening_career(
    scenario: Scenario,
    education: Whole,
    age: Whole,
    retirement_age: Whole,
    log_permanent_pay: FloatArray,
) -> Career:
    """Careers that people of the opening have behind them, this year's pay included.

    The expected covered earnings at each age since entry, and their squares, of somebody with this education
    whose permanent pay has come to be what it is: a random walk that has the variance V and stands at p was
    at p V_s / V on average when its variance was V_s, with the variance V_s (1 - V_s / V).

    Parameters
    ----------
    scenario
        Gives the pay process and the taxable maximum.
    education, age, log_permanent_pay : shape (rows,)
        As in `Persons`.
    retirement_age : shape (rows,)
        Age at which each person stopped or will stop working.
    """
    entry_age, last_shock = scenario.whole("population.entry_age"), scenario.whole("savers.retirement_age")
    past = np.arange(entry_age, max(int(retirement_age.max(initial=0)), entry_age + 1))
    years = np.clip(np.minimum(age + 1, retirement_age) - entry_age, 0, past.size)
    shocks = np.clip(np.minimum(age, last_shock) - entry_age, 0, None)
    maximum = taxable_maximum(scenario, scenario.start // MONTHS_A_YEAR, lambda _: 1.0)
    pay = _pay_so_far(scenario, past, np.arange(int(shocks.max(initial=0)) + 1), maximum)
    cell, kinds = _cells(education, shocks, years)
    lowest = float(log_permanent_pay.min(initial=0.0))
    place = (log_permanent_pay - lowest) * _STEPS
    known = np.zeros((len(kinds), int(place.max(initial=0.0)) + 2, 4))
    earnings, squares = _interpolated(cell, place, known, kinds, lowest, pay, normal_table())
    return Career(years.astype(np.float64), maximum * earnings, maximum**2 * squares)


def _pay_so_far(scenario: Scenario, past: IntArray, shocks: IntArray, maximum: float) -> Pay:
    """What earnings at past ages are made of for people with so many permanent shocks so far.

    Returns
    -------
    log_level : shape (3, ages)
        Logarithm of pay over the taxable maximum without shocks, by education.
    kept, spread : shape (3, shocks, ages)
        Part of today's log permanent pay that was there on average, and standard deviation of log pay around.
    unindexed : shape (ages,)
        Growth of pay after the indexing age, which counts as it is.
    """
    profiles, initial = pay_profiles(), scenario.number("pay.initial_spread") ** 2
    past_shocks = np.minimum(past, scenario.whole("savers.retirement_age")) - past[0]
    permanent = profiles.permanent_variance[:, None, None]
    now = initial + shocks[:, None] * permanent
    then = np.minimum(initial + past_shocks * permanent, now)
    kept = np.divide(then, now, out=np.ones(then.shape), where=now > 0.0)
    spread = np.sqrt(profiles.transitory_variance[:, None, None] + then * (1.0 - kept))
    growth = (1.0 + scenario.number("market.inflation.mean")) * (1.0 + scenario.number("pay.real_growth"))
    log_level = np.log(scenario.number("pay.scale") / maximum) + profiles.log_profile[:, past]
    return log_level, kept, spread, growth ** np.maximum(past - INDEXING_AGE, 0)


def _cells(education: Whole, shocks: Whole, years: Whole) -> tuple[IntArray, IntArray]:
    """Which people differ in their permanent pay alone.

    Returns
    -------
    cell : shape (rows,)
        Number of each person's cell.
    kinds : shape (cells, 3)
        Education, permanent shocks so far and years with pay of each cell.
    """
    sizes = int(education.max(initial=0)) + 1, int(shocks.max(initial=0)) + 1, int(years.max(initial=0)) + 1
    key = (education * np.int64(sizes[1]) + shocks) * sizes[2] + years
    present = np.bincount(key, minlength=1) > 0
    return (present.cumsum() - 1)[key], np.stack(np.unravel_index(np.flatnonzero(present), sizes), axis=1)


@njit(cache=True, nogil=True)
def capped_moments(
    log_mean: float, spread: float, normal: tuple[FloatArray, FloatArray]
) -> tuple[float, float, float, float]:
    """Mean and mean square of min(X, 1) for log-normal X, and what of each comes from X below 1.

    Parameters
    ----------
    log_mean, spread
        Mean and standard deviation of ln X; the spread is above 0.
    normal
        From `normal_table`.
    """
    below, density = normal
    room = -log_mean / spread
    capped = in_table(below, density, (NORMAL_REACH - room) * NORMAL_STEPS)
    uncapped = math.exp(log_mean + 0.5 * spread * spread)
    mean = uncapped * in_table(below, density, (NORMAL_REACH + room - spread) * NORMAL_STEPS)
    square = uncapped * uncapped * math.exp(spread * spread)
    square *= in_table(below, density, (NORMAL_REACH + room - 2.0 * spread) * NORMAL_STEPS)
    return mean + capped, square + capped, mean, square


@njit(cache=True, nogil=True)
def _interpolated(
    cell: IntArray,
    place: FloatArray,
    known: FloatArray,
    kinds: IntArray,
    lowest: float,
    pay: Pay,
    normal: tuple[FloatArray, FloatArray],
) -> FloatArray:
    """Earnings and squares (2, n) of people, with the taxable maximum as the unit.

    Within a cell they are smooth functions of permanent pay, worked out only at points around those who are
    there and interpolated between them.

    Parameters
    ----------
    cell, place : shape (n,)
        Cell of each person, and steps of log permanent pay above the lowest.
    known : shape (cells, points, 4)
        Zeros, for the careers at the points.
    kinds : shape (cells, 3)
        From `_cells`.
    lowest
        Log permanent pay.
    pay
        From `_pay_so_far`.
    normal
        From `normal_table`.
    """
    totals = np.zeros((2, cell.size))
    for row in range(cell.size):
        left, careers = int(place[row]), known[cell[row]]
        for point in range(left, left + 2):
            if careers[point, 0] == 0.0:
                _add_career(careers[point], kinds[cell[row]], lowest + point / _STEPS, pay, normal)
        one, other, part = careers[left], careers[left + 1], place[row] - left
        totals[0, row] = cubic(one[0], one[1], other[0], other[1], part)
        totals[1, row] = cubic(one[2], one[3], other[2], other[3], part)
    return totals


@njit(cache=True, nogil=True)
def _add_career(
    career: FloatArray,
    kind: IntArray,
    log_permanent_pay: float,
    pay: Pay,
    normal: tuple[FloatArray, FloatArray],
) -> None:
    """Add to zeros (4,) the earnings of a career, their slope a step of permanent pay, and so the squares."""
    log_level, kept, spread, unindexed = pay
    school, so_far = kind[0], kind[1]
    for past in range(kind[2]):
        part, grown = kept[school, so_far, past], unindexed[past]
        log_mean = log_level[school, past] + part * log_permanent_pay
        mean, square, mean_below, square_below = capped_moments(
            log_mean, spread[school, so_far, past], normal
        )
        career[0] += grown * mean
        career[2] += grown * grown * square
        career[1] += grown * part * mean_below / _STEPS
        career[3] += grown * grown * part * 2.0 * square_below / _STEPS
