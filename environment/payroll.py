"""Pay: profiles by age, shocks, the wage index."""

import functools
from dataclasses import dataclass

import numpy as np
from numba import njit

from environment.demography import AGES, Whole
from environment.luck import Luck
from environment.once import once_a_scenario
from environment.parameters import number_lines
from environment.scenario import Scenario
from environment.typing import FloatArray, IntArray

MONTHS_A_YEAR = 12
FIRST_PROFILE_AGE, LAST_PROFILE_AGE = 20, 65  # the ages the profiles were estimated on
USD_OF_PROFILES = 1000.0  # the profiles are in thousands of USD of 1992


@dataclass(frozen=True, slots=True)
class PayProfiles:
    """Pay by age and education (Cocco, Gomes and Maenhout 2005, tables 1 to 3).

    Attributes
    ----------
    log_profile : shape (3, 120)
        Logarithm of pay in USD of 1992 by education and age; constant outside the ages 20 to 65.
    permanent_variance, transitory_variance : shape (3,)
        Variances of the yearly shocks to log pay, by education.
    shock_spreads : shape (2, 3)
        Their square roots.
    """

    log_profile: FloatArray
    permanent_variance: FloatArray
    transitory_variance: FloatArray
    shock_spreads: FloatArray


@functools.cache
def pay_profiles() -> PayProfiles:
    """The bundled profiles: ln Y = constant + b1 (age/10) + b2 (age/10)^2 + b3 (age/10)^3."""
    columns = range(1, 7)
    table = np.loadtxt(number_lines("pay_profiles.csv"), delimiter=",", skiprows=1, usecols=columns)
    decades = np.clip(np.arange(120), FIRST_PROFILE_AGE, LAST_PROFILE_AGE) / 10.0
    powers = np.stack([decades**power for power in range(4)])
    log_profile = table[:, :4] @ powers + np.log(USD_OF_PROFILES)
    return PayProfiles(log_profile, table[:, 4], table[:, 5], np.sqrt(table[:, 4:6].T.copy()))


def log_pay(education: Whole, age: Whole, log_permanent_pay: FloatArray) -> FloatArray:
    """Logarithm of pay in USD of 1992 without the transitory factor, shape (rows,)."""
    profile = pay_profiles().log_profile
    # A flat index into a small table is found faster than a pair of them.
    return profile.take(education * np.int64(profile.shape[1]) + age) + log_permanent_pay


def yearly_pay(
    scale: float,
    education: Whole,
    age: Whole,
    log_permanent_pay: FloatArray,
    transitory_pay: FloatArray,
    wage_index: float,
) -> FloatArray:
    """Pay of a working person.

    Parameters
    ----------
    scale
        From USD of 1992 to USD of the start (`pay.scale`).
    education, age, log_permanent_pay, transitory_pay : shape (rows,)
        As in `Persons`.
    wage_index
        Level of wages relative to the start.

    Returns
    -------
    shape (rows,), USD a year
        scale x profile(education, age) x exp(log_permanent_pay) x transitory_pay x wage_index.
    """
    pay, rows = np.empty(len(log_permanent_pay)), np.arange(len(log_permanent_pay))
    kinds = np.asarray(education, dtype=np.uint8), np.asarray(age, dtype=np.int32)
    personal = log_permanent_pay, transitory_pay
    set_yearly_pay(pay, rows, kinds, personal, pay_profiles().log_profile, scale * wage_index)
    return pay


@njit(cache=True, nogil=True)
def set_yearly_pay(
    pay: FloatArray,
    rows: IntArray,
    kinds: tuple[Whole, Whole],
    personal: tuple[FloatArray, FloatArray],
    log_profile: FloatArray,
    level: float,
) -> None:
    """Set the pay, (N,) USD a year, of rows (n,) to what `yearly_pay` says.

    Parameters
    ----------
    pay, rows
    kinds, personal : shape (N,)
        Education and age; logarithm of permanent pay and transitory pay.
    log_profile : shape (3, 120)
        As in `PayProfiles`.
    level
        Scale times wage index.
    """
    (education, age), (permanent, transitory) = kinds, personal
    for row in rows:
        usual = log_profile[education[row], age[row]] + permanent[row]
        pay[row] = level * transitory[row] * np.exp(usual)


def pay_shocks(luck: Luck, month: int, rows: IntArray, education: Whole) -> tuple[FloatArray, FloatArray]:
    """The shocks of one birthday.

    Parameters
    ----------
    luck, month, rows
        Address of the draws; the luck of pay never depends on policy.
    education : shape (rows,)
        As in `Persons`.

    Returns
    -------
    permanent : shape (rows,)
        To be added to `log_permanent_pay`.
    transitory : shape (rows,)
        The new `transitory_pay`, a factor with median 1.
    """
    normal = luck.normal_streams(("pay.permanent", "pay.transitory"), month, rows)
    permanent, transitory = normal * pay_profiles().shock_spreads.take(education, axis=1)
    return permanent, np.exp(transitory)


def pay_of_scores(
    scenario: Scenario, education: Whole, age: Whole, permanent: FloatArray, transitory: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Pay of people who have grown to their age, relative to the profile.

    Parameters
    ----------
    scenario
        Gives the spread at entry and the ages between which permanent pay spreads further.
    education, age : shape (rows,)
        As in `Persons`.
    permanent, transitory : shape (rows,)
        Standard normal scores.

    Returns
    -------
    log_permanent_pay, transitory_pay : shape (rows,)
        As in `Persons`.
    """
    spreads, of_shock = _permanent_spreads(scenario), pay_profiles().shock_spreads[1]
    log_permanent = spreads.take(spreads.shape[1] * education + age) * permanent
    return log_permanent, np.exp(of_shock.take(education) * transitory)


@once_a_scenario
def _permanent_spreads(scenario: Scenario) -> FloatArray:
    """Standard deviation of the logarithm of permanent pay, shape (3, 120), by education and age."""
    last_age = np.minimum(AGES, scenario.whole("savers.retirement_age"))
    working_years = np.maximum(last_age - scenario.whole("population.entry_age"), 0)
    grown = working_years * pay_profiles().permanent_variance[:, np.newaxis]
    spreads: FloatArray = np.sqrt(scenario.number("pay.initial_spread") ** 2 + grown)
    return spreads


def wage_index(inflation: FloatArray, real_growth: float) -> FloatArray:
    """Level of wages at each month's end relative to the start, shape (M + 1,), entry 0 being 1.

    Parameters
    ----------
    inflation : shape (M,)
        Change of the price level in each month.
    real_growth
        Growth of wages above inflation, a year, compounded monthly.
    """
    growth = (1.0 + inflation) * (1.0 + real_growth) ** (1.0 / MONTHS_A_YEAR)
    return np.concatenate(([1.0], np.cumprod(growth)))
