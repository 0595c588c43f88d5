"""What is in the accounts at the opening: balances with the published means and medians by age."""

import csv
import functools
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from environment.demography import AGE_BANDS, age_band
from environment.luck import Luck
from environment.parameters import number_lines
from environment.payroll import log_pay
from environment.persons import OPENING, Persons
from environment.scenario import Scenario
from environment.typing import BoolArray, FloatArray

_FEWEST_FOR_MEDIAN = 30  # holders of a band below which only its mean is met
_NARROWEST = 0.05  # spread of a part, log points, as for the lower part
_GRID_POINTS = 4001
_GRID_REACH = 8.0  # standard deviations beyond the centres of the parts
_MEAN_TOLERANCE = 1e-12
_MOST_STEPS = 50


@dataclass(frozen=True, slots=True)
class BalanceMixture:
    """Logarithm of balance over median in an age band: a mixture of two normal parts.

    Attributes
    ----------
    lower_share
        Share of holders in the lower part.
    lower_centre, lower_spread, upper_centre, upper_spread
        Mean and standard deviation of each part.
    """

    lower_share: float
    lower_centre: float
    lower_spread: float
    upper_centre: float
    upper_spread: float

    def cumulative(self, log_ratio: FloatArray) -> FloatArray:
        """Share of holders whose logarithm of balance over median is at most `log_ratio`."""
        lower = ndtr((log_ratio - self.lower_centre) / self.lower_spread)
        upper = ndtr((log_ratio - self.upper_centre) / self.upper_spread)
        share: FloatArray = self.lower_share * lower + (1.0 - self.lower_share) * upper
        return share

    def quantiles(self, chance: FloatArray) -> FloatArray:
        """Balances over the median at probabilities in (0, 1), by interpolation on a grid of logarithms."""
        low = min(
            self.lower_centre - _GRID_REACH * self.lower_spread,
            self.upper_centre - _GRID_REACH * self.upper_spread,
        )
        high = max(
            self.lower_centre + _GRID_REACH * self.lower_spread,
            self.upper_centre + _GRID_REACH * self.upper_spread,
        )
        log_ratio = np.linspace(low, high, _GRID_POINTS)
        return np.exp(np.interp(chance, self.cumulative(log_ratio), log_ratio))


@functools.cache
def published_balances() -> FloatArray:
    """Mean and median balance of account holders by age band, shape (6, 2), USD."""
    rows = {row["age_band"]: row for row in csv.DictReader(number_lines("balances_by_age.csv"))}
    columns = ("mean_balance_usd", "median_balance_usd")
    return np.array([[float(rows[band][column]) for column in columns] for band in AGE_BANDS])


def balances_by_band(scenario: Scenario) -> FloatArray:
    """Mean and median balance of account holders by age band, shape (6, 2), USD.

    Those of the table of `population.initial_balances`, or the published ones.
    """
    table = scenario.tables.get("population.initial_balances")
    return published_balances() if table is None else table.numbers()


def fitted_mixture(
    mean_over_median: float, lower_share: float, lower_gap: float, lower_spread: float
) -> BalanceMixture:
    """The mixture with median 1 and a given mean whose lower part lies `lower_gap` below the log median.

    Let z be the normal quantile of the share of the upper part that has to lie below the median, R the mean
    that the upper part has to have. Its spread s then gives the centre -z s and solves exp(-z s + s^2 / 2) =
    R, which is a quadratic in s. Where the upper part would need a mean below the median, or a spread below
    0.05, which happens only with a ratio below 1.5, the log-normal distribution of that median and mean takes
    the mixture's place: spread sqrt(2 log(mean / median)).

    Parameters
    ----------
    mean_over_median
        Above 1.
    lower_share, lower_gap, lower_spread
        As `population.balances.lower_*`.
    """
    below = (0.5 - lower_share * float(ndtr(lower_gap / lower_spread))) / (1.0 - lower_share)
    lower_mean = float(np.exp(-lower_gap + 0.5 * lower_spread**2))
    upper_mean = (mean_over_median - lower_share * lower_mean) / (1.0 - lower_share)
    z = float(ndtri(below))
    upper_spread = z + float(np.sqrt(z**2 + 2.0 * np.log(max(upper_mean, 1.0))))
    if upper_mean <= 1.0 or upper_spread < _NARROWEST:
        spread = float(np.sqrt(2.0 * np.log(mean_over_median)))
        return BalanceMixture(0.0, 0.0, spread, 0.0, spread)
    return BalanceMixture(lower_share, -lower_gap, lower_spread, -z * upper_spread, upper_spread)


def opening_balances(scenario: Scenario, luck: Luck, persons: Persons, holds: BoolArray) -> FloatArray:
    """Plan balances at the opening.

    In each age band the balances are stratified quantiles of the band's mixture. They go to holders in the
    order of a latent normal number that a Gaussian copula ties to pay and literacy, and are tilted so that
    the mean of the band is exact. Bands with fewer than 30 holders meet the mean only.

    Parameters
    ----------
    scenario
        Gives `population.initial_balances` and `population.balances`.
    luck
        Of the replication.
    persons
        The people of the opening, n rows.
    holds : shape (n,)
        Who holds a plan account.

    Returns
    -------
    shape (n,), USD an account
        0 for those who hold none, and for everybody when `population.initial_balances` is `zero`.
    """
    balances = np.zeros(holds.shape)
    if scenario.text("population.initial_balances") == "zero":
        return balances
    shape = [scenario.number(f"population.balances.lower_{name}") for name in ("share", "gap", "spread")]
    pay = log_pay(persons.education, persons.age, persons.log_permanent_pay) + np.log(persons.transitory_pay)
    band = age_band(persons.age)
    for number, (mean, median) in enumerate(balances_by_band(scenario)):
        members = np.flatnonzero(holds & (band == number))
        if members.size == 0:
            continue
        noise = luck.normal("opening.balance", OPENING, members)
        rank = _ranks(_latent(scenario, pay[members], persons.literacy[members], noise))
        ratios = fitted_mixture(mean / median, *shape).quantiles(rank)
        balances[members] = median * _tilted(ratios, mean / median)
    return balances


def account_weight(scenario: Scenario, balances: FloatArray, holds: BoolArray) -> float:
    """Number of real accounts for which every saver stands, for ever.

    Where balances are calibrated, the perimeter over their sum; otherwise the number of accounts over the
    savers who hold one, or over all savers when none does.
    """
    total = float(balances.sum())
    if scenario.text("population.initial_balances") == "calibrated" and total > 0.0:
        return scenario.number("population.perimeter_usd") / total
    return scenario.number("population.accounts") / (int(holds.sum()) or holds.size)


def _latent(scenario: Scenario, pay: FloatArray, literacy: FloatArray, noise: FloatArray) -> FloatArray:
    """Number whose rank orders balances, correlated as given with the normal scores of pay and literacy."""
    pay_score, literacy_score = ndtri(_ranks(pay)), ndtri(_ranks(literacy))
    with_pay = scenario.number("population.balances.copula.pay")
    with_literacy = scenario.number("population.balances.copula.literacy")
    between = float(np.mean(pay_score * literacy_score))
    # Weights of the regression of the number on the two scores, which are correlated with each other.
    of_pay = (with_pay - between * with_literacy) / (1.0 - between**2)
    of_literacy = (with_literacy - between * with_pay) / (1.0 - between**2)
    unexplained = max(0.0, 1.0 - of_pay * with_pay - of_literacy * with_literacy)
    latent: FloatArray = of_pay * pay_score + of_literacy * literacy_score + np.sqrt(unexplained) * noise
    return latent


def _ranks(values: FloatArray) -> FloatArray:
    """Middle ranks in (0, 1): (position - 1/2) / n, equal values sharing the mean of their positions."""
    order = values.argsort()
    in_order = values[order]
    first = np.flatnonzero(np.concatenate(([True], in_order[1:] != in_order[:-1])))
    after = np.append(first[1:], values.size)
    ranks = np.empty(values.size)
    ranks[order] = np.repeat(0.5 * (first + after) / values.size, after - first)
    return ranks


def _tilted(ratios: FloatArray, mean: float) -> FloatArray:
    """Balances over the median, tilted to an exact mean.

    Each ratio is raised to the power k that gives the mean, found by Newton's method. The power leaves a
    ratio of 1, that is the median, where it is. The mean is convex in k, 1 at 0 and unbounded beyond, so that
    one k above 0 gives a mean above 1; doubling at most keeps steps from below in reach of it. Few holders
    are scaled to the mean instead.
    """
    if ratios.size < _FEWEST_FOR_MEDIAN:
        return ratios * (mean / ratios.mean())
    logarithms = np.log(ratios)
    power, tilted = 1.0, ratios
    for _ in range(_MOST_STEPS):
        gap = float(tilted.mean()) - mean
        if abs(gap) <= _MEAN_TOLERANCE * mean:
            break
        slope = float(np.mean(tilted * logarithms))
        power = min(power - gap / slope, 2.0 * power) if slope > 0.0 else 2.0 * power
        tilted = np.exp(power * logarithms)
    return tilted * (mean / tilted.mean())
