"""Pay and what of it goes into the plan: profiles by age, shocks, the wage index, the limits of the law."""

import functools
from dataclasses import dataclass

import numpy as np

from environment.demography import Whole
from environment.luck import Luck
from environment.parameters import NUMBERS
from environment.scenario import Scenario
from environment.typing import FloatArray, IntArray

MONTHS_A_YEAR = 12
FIRST_PROFILE_AGE, LAST_PROFILE_AGE = 20, 65  # the ages the profiles were estimated on
CATCH_UP_AGE = 50  # Internal Revenue Code 414(v)(5)(A)
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
    """

    log_profile: FloatArray
    permanent_variance: FloatArray
    transitory_variance: FloatArray


@functools.cache
def pay_profiles() -> PayProfiles:
    """The bundled profiles: ln Y = constant + b1 (age/10) + b2 (age/10)^2 + b3 (age/10)^3."""
    columns = range(1, 7)
    table = np.loadtxt(NUMBERS / "pay_profiles.csv", delimiter=",", skiprows=1, usecols=columns)
    decades = np.clip(np.arange(120), FIRST_PROFILE_AGE, LAST_PROFILE_AGE) / 10.0
    powers = np.stack([decades**power for power in range(4)])
    return PayProfiles(table[:, :4] @ powers + np.log(USD_OF_PROFILES), table[:, 4], table[:, 5])


def log_pay(education: Whole, age: Whole, log_permanent_pay: FloatArray) -> FloatArray:
    """Logarithm of pay in USD of 1992 without the transitory factor, shape (rows,)."""
    return pay_profiles().log_profile[education, age] + log_permanent_pay


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
    level = scale * wage_index * transitory_pay
    return level * np.exp(log_pay(education, age, log_permanent_pay))


def log_normal_shock(standard: FloatArray, variance: FloatArray) -> FloatArray:
    """Shock N(-v/2, v) to a logarithm, whose exponential has mean 1, from standard normal draws."""
    return np.sqrt(variance) * standard - 0.5 * variance


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
        The new `transitory_pay`, a factor with mean 1.
    """
    profiles = pay_profiles()
    permanent = log_normal_shock(
        luck.normal("pay.permanent", month, rows), profiles.permanent_variance[education]
    )
    transitory = log_normal_shock(
        luck.normal("pay.transitory", month, rows), profiles.transitory_variance[education]
    )
    return permanent, np.exp(transitory)


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


@dataclass(frozen=True, slots=True)
class ContributionLimits:
    """Limits of one year, USD: Internal Revenue Code 402(g), 414(v), 415(c) and 401(a)(17)."""

    elective_deferral: float
    catch_up: float
    annual_additions: float
    compensation: float


def contribution_limits(scenario: Scenario, price_level: float) -> ContributionLimits:
    """The limits when consumer prices stand at `price_level` relative to the start.

    Each follows prices and is rounded down to a multiple of `limits.rounding_usd`. A fall of prices below
    those of the start lowers no limit, as the law has it.
    """
    step = scenario.number("limits.rounding_usd")

    def indexed(name: str) -> float:
        start = scenario.number(f"limits.{name}_usd")
        # An exact multiple of the step must not fall to the one below by the rounding of the product.
        return max(start, step * float(np.floor(start * price_level / step + 1e-9)))

    return ContributionLimits(
        elective_deferral=indexed("elective_deferral"),
        catch_up=indexed("catch_up"),
        annual_additions=indexed("annual_additions"),
        compensation=indexed("compensation"),
    )


def elective_deferrals(
    pay: FloatArray, age: Whole, deferral_rate: FloatArray, limits: ContributionLimits
) -> FloatArray:
    """What savers put in themselves, within the limits.

    Parameters
    ----------
    pay : shape (rows,), USD a year
    age : shape (rows,)
        Age last birthday; the catch-up is allowed from 50.
    deferral_rate : shape (rows,), 0 to 1
        Wanted share of the pay that the plan counts, at most `limits.compensation`.
    limits
        Of the year.

    Returns
    -------
    shape (rows,), USD a year
    """
    usual = min(limits.elective_deferral, limits.annual_additions)
    ceiling = usual + np.where(age >= CATCH_UP_AGE, limits.catch_up, 0.0)
    return np.minimum(deferral_rate * np.minimum(pay, limits.compensation), ceiling)


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
    counted = np.minimum(deferrals, limits.elective_deferral)
    room = np.minimum(limits.annual_additions, pay) - counted
    return np.clip(matches, 0.0, np.maximum(room, 0.0))
