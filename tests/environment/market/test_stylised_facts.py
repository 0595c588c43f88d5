"""Stylised facts of listed equity (Cont 2001): fat tails, clustered volatility, no autocorrelation."""

import numpy as np
import pytest

from environment.assets import BITCOIN, BROAD_CRYPTO, INTL_EQUITY, TECH_EQUITY, US_EQUITY
from environment.market.bonds import BOND_ROWS
from environment.market.correlation import correlations
from environment.market.tails import mixing_variance
from tests.environment.market.paths import DEFAULTS, LIMIT, NO_BETAS, WITHOUT_CASH, Sample, drawn, errors

PLAIN = [row for row in WITHOUT_CASH if row not in (BITCOIN, BROAD_CRYPTO, *BOND_ROWS)]
"""Classes that the regimes alone move: no yield, no cycle."""

EQUITIES = [US_EQUITY, TECH_EQUITY, INTL_EQUITY]


@pytest.fixture(scope="module")
def parted() -> Sample:
    """100 replications in which the states have means of their own, as in monthly averages of prices."""
    return drawn(DEFAULTS.with_values({**NO_BETAS, "market.regimes.mean_gap": 2.65}), 100)


def test_tails_are_as_fat_as_regimes_and_student_t_make_them(sample: Sample) -> None:
    regimes = sample.regimes
    both = np.array([False, True])
    shares = np.array([1.0 - regimes.turbulent_share, regimes.turbulent_share])
    uniform = (np.arange(1_000_000) + 0.5) / 1_000_000
    mixing = mixing_variance(uniform, sample.scenario.number("market.regimes.tail_degrees"))
    # For a normal variable times the root of the mixing one, the fourth moment is 3 var^2 E[mixing^2].
    tilts = np.outer(regimes.tilts(both), correlations().matrix[US_EQUITY, PLAIN])
    within = 1.0 - regimes.between * correlations().matrix[US_EQUITY, PLAIN] ** 2
    variances = np.outer(regimes.scales(both) ** 2, within)
    expected = shares @ (tilts**4 + 6.0 * tilts**2 * variances + 3.0 * variances**2 * np.mean(mixing**2))
    fourth = (sample.standard[:, :, PLAIN] ** 4).mean(axis=1)
    assert np.all(np.abs(errors(fourth, expected)) < LIMIT)
    # The S&P composite, months of 1926-2023: 15; a normal variable: 3.
    assert 10.0 < expected[0] < 20.0


def test_volatility_clusters_as_the_chain_says(sample: Sample) -> None:
    regimes = sample.regimes
    both = np.array([False, True])
    second_moments = regimes.tilts(both) ** 2 + regimes.scales(both) ** 2 * (1.0 - regimes.between)
    share = regimes.turbulent_share
    spread = share * (1.0 - share) * (second_moments[1] - second_moments[0]) ** 2
    squares = sample.standard[:, :, US_EQUITY] ** 2 - 1.0
    for lag in (1, 3, 12):
        covariance = (squares[:, lag:] * squares[:, :-lag]).mean(axis=1)
        expected = spread * (regimes.stay_calm + regimes.stay_turbulent - 1.0) ** lag
        assert abs(errors(covariance, expected)) < LIMIT
        assert lag == 12 or errors(covariance, 0.0) > LIMIT


def test_listed_equity_has_no_linear_autocorrelation(sample: Sample) -> None:
    returns = sample.standard[:, :, EQUITIES]
    for lag in (1, 2, 3, 6, 12):
        covariances = (returns[:, lag:] * returns[:, :-lag]).mean(axis=1)
        assert np.all(np.abs(errors(covariances, 0.0)) < LIMIT)
        # The standard error of one run is 0.05 and more; all runs together would show 0.02.
        assert np.all(np.abs(covariances.mean(axis=0)) < 0.02)
    years = sample.standard[:, :, US_EQUITY].reshape(-1, 40, 12).sum(axis=2)
    assert abs(errors((years**2).mean(axis=1) / 12.0, 1.0)) < LIMIT


def test_states_with_means_of_their_own_make_returns_predictable(parted: Sample) -> None:
    regimes = parted.regimes
    returns = parted.standard[:, :, US_EQUITY]
    for lag in (1, 2, 6, 12):
        expected = regimes.between * (regimes.stay_calm + regimes.stay_turbulent - 1.0) ** lag
        assert abs(errors((returns[:, lag:] * returns[:, :-lag]).mean(axis=1), expected)) < LIMIT
    assert regimes.between * regimes.chain.memory == pytest.approx(0.06, abs=0.005)
    means = returns[~parted.turbulent].mean() - returns[parted.turbulent].mean()
    assert means == pytest.approx(regimes.gap, rel=0.1)


def test_monthly_averages_of_prices_look_predictable_though_prices_are_not() -> None:
    # Working (1960): averages over many steps of a random walk have changes correlated 1/4.
    steps = np.random.default_rng(1).normal(size=(2000, 40, 21))
    averages = steps.reshape(2000, -1).cumsum(axis=1).reshape(2000, 40, 21).mean(axis=2)
    changes = np.diff(averages, axis=1)
    correlation = (changes[:, 1:] * changes[:, :-1]).mean() / (changes**2).mean()
    assert correlation == pytest.approx(0.25, abs=0.015)


def test_turbulent_months_are_wilder(sample: Sample) -> None:
    returns, turbulent = sample.standard[:, :, US_EQUITY], sample.turbulent
    ratio = returns[turbulent].std() / returns[~turbulent].std()
    assert ratio == pytest.approx(sample.regimes.volatility_ratio, rel=0.02)
