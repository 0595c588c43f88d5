"""Who is alive and who holds an account: life table, ages in balance, chances of holding and separation."""

import functools

import numpy as np
import numpy.typing as npt
from numba import njit

from environment.age_bands import AGE_BAND_STARTS, AGE_BANDS, LAST_AGE
from environment.luck import Luck
from environment.parameters import number_lines
from environment.scenario import Scenario
from environment.typing import BoolArray, FloatArray, IntArray

__all__ = [
    "AGES",
    "AGE_BANDS",
    "AGE_BAND_STARTS",
    "LAST_AGE",
    "Whole",
    "age_band",
    "by_age_band",
    "death_probabilities",
    "dies",
    "eligible_chances",
    "everybody_holds",
    "holder_shares",
    "holding_by_age",
    "holding_chances",
    "life_table",
    "mean_participation",
    "population_shares",
    "separation_chances",
    "stationary_ages",
]

type Whole = npt.NDArray[np.integer]

AGES = np.arange(LAST_AGE + 1)

_BAND_KEYS = ("under_25", "25_34", "35_44", "45_54", "55_64", "65_plus")
_MIDDLE_AGES = (29.5, 39.5, 49.5, 59.5)  # of the bands from 25 to 64
_SEPARATION_STATED_AT = 64


def age_band(age: Whole) -> IntArray:
    """Index into `AGE_BANDS` of ages last birthday."""
    return np.searchsorted(AGE_BAND_STARTS, age, side="right").astype(np.int64)


def by_age_band(scenario: Scenario, prefix: str) -> FloatArray:
    """Six numbers of a scenario, such as `savers.deferral`, in the order of `AGE_BANDS`."""
    return scenario.numbers(prefix, _BAND_KEYS)


@functools.cache
def life_table() -> FloatArray:
    """Death probabilities of the bundled period life table (Social Security Administration, 2022).

    Returns
    -------
    shape (2, 120), read-only
        Probability that somebody of age x dies before the next birthday; row 0 women, row 1 men, column x.
    """
    table = np.loadtxt(number_lines("life_table.csv"), delimiter=",", skiprows=1)
    probabilities = np.ascontiguousarray(table[:, 1:].T)
    probabilities.flags.writeable = False
    return probabilities


def death_probabilities(improvement: float, years: float) -> FloatArray:
    """Death probabilities so many years after the start, when they fall by `improvement` a year.

    Parameters
    ----------
    improvement
        Yearly fall of every probability, 0 to 1; 0 keeps the period table for ever.
    years
        Years since the start of the run, >= 0.

    Returns
    -------
    shape (2, 120)
        As `life_table`; nobody outlives the last age, whatever the improvement.
    """
    left = float((1.0 - improvement) ** years)
    probabilities = life_table() * left
    probabilities[:, LAST_AGE] = 1.0
    return probabilities


def dies(
    luck: Luck,
    months: IntArray,
    rows: IntArray,
    sex: Whole,
    age: Whole,
    first: int,
    probabilities: FloatArray,
) -> BoolArray:
    """Which persons do not live to see their birthday.

    Parameters
    ----------
    luck, months, rows
        Address of the draws, shape (rows,) both; the luck of a life never depends on policy.
    sex, age : shape (rows,)
        Sex (0 woman, 1 man) and the age just completed, that is before the birthday adds a year.
    first
        The earliest month there may be.
    probabilities : shape (months, 2, 120)
        From `death_probabilities`, of the first month and those that follow.
    """
    (draw,) = luck.uniform_dated(("death",), months, rows)
    return _below(draw, months - first, sex, age, probabilities)


@njit(cache=True, nogil=True)
def _below(draw: FloatArray, table: IntArray, sex: Whole, age: Whole, probabilities: FloatArray) -> BoolArray:
    """Which draws (n,) are below the probability of their table, sex and age (n,)."""
    below, oldest = np.empty(draw.size, dtype=np.bool_), probabilities.shape[2] - 1
    for place in range(draw.size):
        probability = probabilities[table[place], sex[place], min(age[place], oldest)]
        below[place] = draw[place] < probability
    return below


@functools.cache
def stationary_ages(entry_age: int, male_share: float) -> FloatArray:
    """Shares of the population by sex and age when each death is followed by an entry at `entry_age`.

    In balance the number of people of an age is proportional to the chance of living from entry to that age,
    so that entries, ageing and deaths leave every share as it is (Lotka's stationary population).

    Parameters
    ----------
    entry_age
        Age at which people enter, 0 to 118.
    male_share
        Share of men among entrants, 0 to 1. Women live longer, so their share of the population is larger.

    Returns
    -------
    shape (2, 120), read-only, sum 1
    """
    survivors = np.zeros_like(life_table())
    survivors[:, entry_age] = 1.0 - male_share, male_share
    for age in range(entry_age, LAST_AGE):
        survivors[:, age + 1] = survivors[:, age] * (1.0 - life_table()[:, age])
    survivors /= survivors.sum()
    survivors.flags.writeable = False
    return survivors


def population_shares(scenario: Scenario) -> FloatArray:
    """Shares of all persons by sex and age at the opening, shape (2, 120), sum 1.

    In balance with mortality and entry (`population.ages` = `stationary`), those of the account holders of
    2024 (`holders`: the stationary shares times the chance of holding at each age), or those of a table by
    age. The sexes of a table stand at each age as in the stationary population, below the age of entry as
    among entrants.
    """
    male_share = scenario.number("population.male_share")
    stationary = stationary_ages(scenario.whole("population.entry_age"), male_share)
    table = scenario.tables.get("population.ages")
    if table is not None:
        entrants = np.array([[1.0 - male_share], [male_share]])
        people = stationary.sum(axis=0)
        by_sex = np.where(people > 0.0, stationary / np.where(people > 0.0, people, 1.0), entrants)
        age, share = table.numbers().T
        return by_sex * np.bincount(age.astype(np.int64), weights=share, minlength=AGES.size)
    if everybody_holds(scenario):
        holders = stationary * holding_by_age(scenario)
        return holders / holders.sum()
    return stationary


def everybody_holds(scenario: Scenario) -> bool:
    """Whether the people of the opening are account holders, every one of them."""
    return scenario.text("population.ages") == "holders"


def holder_shares(scenario: Scenario) -> FloatArray:
    """Shares of the account holders of the opening by sex and age, shape (2, 120), sum 1."""
    people = population_shares(scenario)
    if everybody_holds(scenario):
        return people
    holders = people * holding_by_age(scenario)
    return holders / holders.sum()


def holding_by_age(scenario: Scenario) -> FloatArray:
    """Chance, shape (120,), that a person of each age holds a plan account, over all plans together.

    Linear between the middle ages of the five bands of working age, constant from retirement on, by when most
    have moved their plan to an individual account. The chances of the bands are calibrated to the account
    holders of 2024 and scaled to the peak.
    """
    chances = by_age_band(scenario, "population.holding.chance")
    chances *= scenario.number("population.holding.peak") / chances.max()
    first_middle_age = (scenario.whole("population.entry_age") + AGE_BAND_STARTS[0] - 1) / 2
    working = np.interp(AGES, (first_middle_age, *_MIDDLE_AGES), chances[:-1])
    return np.where(scenario.whole("savers.retirement_age") > AGES, working, chances[-1])


def holding_chances(scenario: Scenario, automatic_share: float) -> FloatArray:
    """Chance that a person holds a plan account, by kind of plan and age.

    Participation where enrolment is automatic stands to that where it is voluntary as 94 to 64. The chance of
    an automatic plan is at most 1; what that cuts off goes to the voluntary ones, so that the chance over all
    plans remains the calibrated one at every age.

    Parameters
    ----------
    scenario
        Gives the chances by age and the two rates of participation.
    automatic_share
        Share of people, 0 to 1, whose plan type enrols automatically.

    Returns
    -------
    shape (2, 120)
        Row 0 voluntary, row 1 automatic. A person holds an account at an age if and only if their
        `holding_propensity` is below the chance of their plan at that age: as the chance rises people join,
        as it falls they move their plan to an individual account.
    """
    overall = holding_by_age(scenario)
    automatic_rate = scenario.number("population.holding.participation.automatic")
    mean_rate = mean_participation(scenario, automatic_share)
    automatic = np.minimum(overall * automatic_rate / mean_rate, 1.0)
    if automatic_share == 1.0:
        return np.stack((overall, overall))
    voluntary = (overall - automatic_share * automatic) / (1.0 - automatic_share)
    return np.stack((voluntary, automatic))


def separation_chances(scenario: Scenario) -> FloatArray:
    """Chance, shape (120,), that a holder of each age has left the employer but not the plan.

    Linear from 0 at entry through the calibrated chance at 64, at most 1. A holder of working age is
    separated, and contributes nothing, if and only if their `separation_propensity` is below the chance.
    """
    entry_age = scenario.whole("population.entry_age")
    slope = scenario.number("population.holding.separated_at_64") / (_SEPARATION_STATED_AT - entry_age)
    return np.clip(slope * (AGES - entry_age), 0.0, 1.0)


def eligible_chances(scenario: Scenario, automatic_share: float) -> FloatArray:
    """Chance, shape (120,), that a person who has not left covered work for good may join a plan, by age.

    The chance of holding over the rate of participation, at most 1. Those between the two chances are
    eligible and take no part: they opted out of an automatic plan or never joined a voluntary one.

    Parameters
    ----------
    scenario
        Gives the chances by age and the two rates of participation.
    automatic_share
        As in `holding_chances`.
    """
    return np.minimum(holding_by_age(scenario) / mean_participation(scenario, automatic_share), 1.0)


def mean_participation(scenario: Scenario, automatic_share: float) -> float:
    """Participation over all plans, 0 to 1, where a share of people is in plans that enrol automatically."""
    automatic = scenario.number("population.holding.participation.automatic")
    voluntary = scenario.number("population.holding.participation.voluntary")
    return automatic_share * automatic + (1.0 - automatic_share) * voluntary
