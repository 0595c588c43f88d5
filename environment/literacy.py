"""How literate in matters of money people are when they enter the model."""

from dataclasses import dataclass

import numpy as np
from numba import njit

from environment.beta_scores import beta_quantiles
from environment.demography import AGES, Whole, holder_shares
from environment.once import once_a_scenario
from environment.scenario import Scenario
from environment.typing import FloatArray

EDUCATIONS = ("no_high_school", "high_school", "college")

_OLDEST_MEASURED = (
    70  # about the middle age of the oldest generation surveyed; beyond it no difference is known
)
_MOST_EXPLAINED = 0.9  # of the variance, by sex, age, education and pay together; the rest is chance
_MOST_OF_POSSIBLE_VARIANCE = 0.98  # near mean x (1 - mean) everybody knows either everything or nothing

_LEAST_SPREAD = 1e-4  # a smaller one is none: no test has ten thousand questions


@dataclass(frozen=True, slots=True)
class _Differences:
    """Differences in the latent score, which is standard normal over the account holders of the opening.

    Attributes
    ----------
    sex : shape (2,)
        By sex, mean 0.
    age : shape (120,)
        By age, mean 0.
    education : shape (3,)
        By education, mean 0.
    pay : float
        Of one standard deviation of log permanent pay.
    chance, chance_without_age : float
        Standard deviation of the part of the score that these, or these but age, leave to chance.
    """

    sex: FloatArray
    age: FloatArray
    education: FloatArray
    pay: float
    chance: float
    chance_without_age: float


def opening_literacy(
    scenario: Scenario, sex: Whole, age: Whole, education: Whole, pay_score: FloatArray, noise: FloatArray
) -> FloatArray:
    """Literacy of the people of the opening.

    A latent score adds the published differences by sex, age and education, a correlation with permanent pay
    and noise, so that its variance over account holders is 1. A Beta quantile maps it to the share of
    questions right, with `savers.literacy.mean` and `savers.literacy.spread` over account holders (within
    about 0.01, since the score is a sum of parts that are not all normal).

    Parameters
    ----------
    scenario
        Gives `savers.literacy`.
    sex, age, education : shape (rows,)
        As in `Persons`.
    pay_score : shape (rows,)
        Log permanent pay as a standard normal score among people of the same age and education.
    noise : shape (rows,)
        Standard normal.

    Returns
    -------
    shape (rows,), 0 to 1
        Share of questions right.
    """
    differences = _differences(scenario)
    score = differences.sex[sex] + differences.age[age] + differences.education[education]
    score += differences.pay * pay_score + differences.chance * noise
    return _share_right(scenario, score)


def entrant_literacy(
    scenario: Scenario, sex: Whole, education: Whole, pay_score: FloatArray, noise: FloatArray
) -> FloatArray:
    """Literacy of entrants; parameters and result as in `opening_literacy`.

    Nothing raises literacy later in life, so that an entrant gets the level of a lifetime: the difference by
    age is left out and chance takes its variance. With the level of the young, mean literacy would fall for
    fifty years by accident.
    """
    differences = _differences(scenario)
    score = _score(
        (sex, education),
        (pay_score, noise),
        differences.sex,
        differences.education,
        differences.pay,
        differences.chance_without_age,
    )
    return _share_right(scenario, score)


@njit(cache=True, nogil=True)
def _score(
    kinds: tuple[Whole, Whole],
    draws: tuple[FloatArray, FloatArray],
    by_sex: FloatArray,
    by_education: FloatArray,
    by_pay: float,
    by_chance: float,
) -> FloatArray:
    """Latent score (n,) of entrants of a sex and an education (n,), with scores of pay and of chance (n,)."""
    (sex, education), (pay, noise) = kinds, draws
    score = np.empty(pay.size)
    for row in range(pay.size):
        known = by_sex[sex[row]] + by_education[education[row]] + by_pay * pay[row]
        score[row] = known + by_chance * noise[row]
    return score


@once_a_scenario
def _differences(scenario: Scenario) -> _Differences:
    """The parameters in standard deviations, centred on account holders, shrunk if they explain too much."""
    spread = scenario.number("savers.literacy.spread")
    unit = 1.0 / spread if spread >= _LEAST_SPREAD else 0.0
    holders = holder_shares(scenario)
    sex, sex_variance = _centred(
        np.array([0.0, scenario.number("savers.literacy.male_advantage") * unit]), holders.sum(axis=1)
    )
    age, age_variance = _centred(
        scenario.number("savers.literacy.age_slope") * unit * np.minimum(AGES, _OLDEST_MEASURED),
        holders.sum(axis=0),
    )
    education, education_variance = _centred(
        scenario.numbers("savers.literacy.education", EDUCATIONS) * unit,
        scenario.numbers("population.education", EDUCATIONS),
    )
    pay = scenario.number("savers.literacy.pay_correlation")
    without_age = sex_variance + education_variance + pay**2
    shrink = min(1.0, _MOST_EXPLAINED / max(without_age + age_variance, _MOST_EXPLAINED))
    factor = np.sqrt(shrink)
    return _Differences(
        sex=factor * sex,
        age=factor * age,
        education=factor * education,
        pay=factor * pay,
        chance=float(np.sqrt(1.0 - shrink * (without_age + age_variance))),
        chance_without_age=float(np.sqrt(1.0 - shrink * without_age)),
    )


def _centred(differences: FloatArray, shares: FloatArray) -> tuple[FloatArray, float]:
    """Differences less their mean, and their variance, over groups of the given shares."""
    centred = differences - differences @ shares
    return centred, float(centred**2 @ shares)


@once_a_scenario
def _beta(scenario: Scenario) -> tuple[float, float] | None:
    """The two parameters of the Beta distribution of shares right; None where all have the mean."""
    mean = scenario.number("savers.literacy.mean")
    possible = mean * (1.0 - mean)
    variance = min(scenario.number("savers.literacy.spread") ** 2, _MOST_OF_POSSIBLE_VARIANCE * possible)
    if variance < _LEAST_SPREAD**2:
        return None
    total = possible / variance - 1.0
    return mean * total, (1.0 - mean) * total


def _share_right(scenario: Scenario, score: FloatArray) -> FloatArray:
    """Beta quantile of a standard normal score, with the mean and standard deviation of the scenario."""
    beta = _beta(scenario)
    if beta is None:
        return np.full(score.shape, scenario.number("savers.literacy.mean"))
    return beta_quantiles(*beta, score)
