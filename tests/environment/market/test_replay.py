"""History replayed is the file; its bootstrap keeps what stands in one month together."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from environment.assets import CASH, CLASSES, GOLD, US_EQUITY
from environment.calendar import parse_month
from environment.luck import Luck
from environment.market import MarketPath, market_path
from environment.market.bootstrap import stationary_rows
from environment.market.correlation import correlations
from environment.market.history import LEADERS, History
from environment.market.regression import regression
from environment.market.replay import FOLLOWERS, OBSERVED
from environment.parameters import parameters
from environment.scenario import ScenarioError, build_scenario
from environment.typing import FloatArray

DEFAULTS = build_scenario("defaults", "")
REPLICATIONS = 150
LIMIT = 4.5


def history(since: str = "1928-01") -> History:
    return History.since(parse_month(since), DEFAULTS.number("market.bonds.duration.treasuries"))


def path(returns: str, replication: int = 0, /, **changes: object) -> MarketPath:
    """A market of given keys below `market`, dots written as two underscores."""
    keys = {"market." + key.replace("__", "."): value for key, value in changes.items()}
    scenario = DEFAULTS.with_values({"market.returns": returns, "run.years": 5, **keys})
    return market_path(scenario, Luck(3, replication))


def observed(one: MarketPath) -> FloatArray:
    """Everything that was observed: four classes, inflation and the short rate, shape (months, 6)."""
    return np.column_stack([one.fundamental[:, list(OBSERVED)], one.inflation, one.short_rate])


def recorded(one: History) -> FloatArray:
    return np.column_stack([one.equity, one.treasuries, one.gold, one.cash, one.inflation, one.short_rate])


def test_a_replay_is_the_file_from_its_first_month() -> None:
    assert np.array_equal(observed(path("history")), recorded(history())[:60])
    later = path("history", history_start="1966-01")
    first = parse_month("1966-01") - parse_month("1928-01")
    assert np.array_equal(observed(later), recorded(history())[first : first + 60])


def test_a_replay_goes_round_to_the_first_month_that_is_used() -> None:
    round_it = path("history", history_start="2021-07", history__from="1990-02")
    file = recorded(history("1990-02"))
    assert np.array_equal(observed(round_it), np.concatenate([file[-24:], file[:36]]))


def test_history_is_the_same_in_every_replication_and_the_rest_is_not() -> None:
    one, other = path("history"), path("history", 1)
    assert np.array_equal(observed(one), observed(other))
    assert np.all(one.fundamental[:, FOLLOWERS] != other.fundamental[:, FOLLOWERS])


def test_a_bootstrap_draws_whole_months_and_new_ones_in_every_replication() -> None:
    rows = stationary_rows(Luck(3, 1), 60, len(history()), 24.0)
    assert np.array_equal(observed(path("bootstrap", 1)), recorded(history())[rows])
    assert not np.array_equal(observed(path("bootstrap", 1)), observed(path("bootstrap")))
    since = set(map(tuple, recorded(history("1971-09"))))
    assert set(map(tuple, observed(path("bootstrap", history__from="1971-09")))) <= since


@pytest.mark.parametrize("returns", ["history", "bootstrap"])
def test_a_shorter_run_is_the_beginning_of_a_longer_one(returns: str) -> None:
    short = path(returns)
    scenario = DEFAULTS.with_values({"market.returns": returns, "run.years": 9})
    long = market_path(scenario, Luck(3, 0))
    for name in ("fundamental", "inflation", "short_rate", "turbulent"):
        assert np.array_equal(getattr(short, name), getattr(long, name)[:60]), name
    empty = market_path(scenario.replace(years=0), Luck(3, 0))
    assert empty.fundamental.shape == (0, len(CLASSES))


@pytest.mark.parametrize("returns", ["history", "bootstrap"])
def test_policy_and_people_do_not_touch_the_market(returns: str) -> None:
    scenario = DEFAULTS.with_values({"market.returns": returns, "run.years": 5})
    other = scenario.with_values({"policy.access": "none", "run.savers": 30, "policy.cap": 0.1})
    assert np.array_equal(
        market_path(scenario, Luck(3, 0)).fundamental, market_path(other, Luck(3, 0)).fundamental
    )


def test_without_volatility_the_other_classes_earn_what_is_expected() -> None:
    calm: dict[str, object] = {f"volatility__{name}": 0.0 for name in CLASSES}
    returns = path("history", **calm).fundamental[:, FOLLOWERS]
    expected = (1.0 + DEFAULTS.by_class("market.expected")[FOLLOWERS]) ** (1.0 / 12.0) - 1.0
    np.testing.assert_allclose(returns, np.tile(expected, (60, 1)), rtol=1e-12)


def test_means_can_be_those_of_the_scenario() -> None:
    whole = DEFAULTS.with_values(
        {"market.returns": "history", "market.history.means": "expected", "run.years": 30}
        | {"market.history.from": "1993-07"}
    )
    one = market_path(whole, Luck(3, 0))
    expected = np.log1p(DEFAULTS.by_class("market.expected")[list(OBSERVED)])
    means = 12.0 * np.log1p(one.fundamental[:, list(OBSERVED)]).mean(axis=0)
    np.testing.assert_allclose(means, expected, rtol=1e-10)
    inflation = math.expm1(12.0 * np.log1p(one.inflation).mean())
    assert inflation == pytest.approx(DEFAULTS.number("market.inflation.mean"), rel=1e-10)
    np.testing.assert_allclose((1.0 + one.fundamental[:, CASH]) ** 12, 1.0 + one.short_rate, rtol=1e-12)
    own = market_path(whole.with_values({"market.history.means": "observed"}), Luck(3, 0))
    assert np.array_equal(own.fundamental[:, FOLLOWERS], one.fundamental[:, FOLLOWERS])
    np.testing.assert_allclose(
        np.log1p(own.fundamental).std(axis=0), np.log1p(one.fundamental).std(axis=0), rtol=1e-10
    )


def test_the_other_classes_have_the_moments_that_the_regression_implies() -> None:
    scenario = DEFAULTS.with_values(
        {"market.returns": "bootstrap", "market.bootstrap.block_months": 1.0, "run.years": 40}
    )
    means = np.log1p(scenario.by_class("market.expected")[FOLLOWERS]) / 12.0
    deviations = scenario.by_class("market.volatility")[FOLLOWERS] / math.sqrt(12.0)
    paths = [market_path(scenario, Luck(11, replication)) for replication in range(REPLICATIONS)]
    standard = np.array([(np.log1p(one.fundamental[:, FOLLOWERS]) - means) / deviations for one in paths])
    coefficients, residual = regression(correlations().matrix, LEADERS, FOLLOWERS)
    z = history().departures
    implied = coefficients @ (z.T @ z / len(z)) @ coefficients.T + residual
    within = standard.mean(axis=1)
    assert np.all(np.abs(within.mean(axis=0)) < LIMIT * within.std(axis=0, ddof=1) / math.sqrt(REPLICATIONS))
    products = np.einsum("rmi,rmj->rij", standard, standard) / 480.0
    error = products.std(axis=0, ddof=1) / math.sqrt(REPLICATIONS)
    assert np.all(np.abs(products.mean(axis=0) - implied) < LIMIT * error)
    # History has not quite the correlations of the table; what that does to the classes is bounded.
    assert np.max(np.abs(implied - correlations().matrix[np.ix_(FOLLOWERS, FOLLOWERS)])) < 0.1


def test_what_history_leaves_open_is_new_every_month() -> None:
    scenario = DEFAULTS.with_values({"market.returns": "history", "run.years": 95})
    one = np.log1p(market_path(scenario, Luck(5, 0)).fundamental[:, FOLLOWERS])
    means = np.log1p(scenario.by_class("market.expected")[FOLLOWERS]) / 12.0
    deviations = scenario.by_class("market.volatility")[FOLLOWERS] / math.sqrt(12.0)
    coefficients, residual = regression(correlations().matrix, LEADERS, FOLLOWERS)
    months = len(one)
    left = (one - means) / deviations - history().departures[:months] @ coefficients.T
    own = np.diagonal(residual)
    assert np.all(np.abs(left.mean(axis=0)) < LIMIT * np.sqrt(own / months))
    assert np.all(np.abs((left[1:] * left[:-1]).mean(axis=0)) < LIMIT * own / math.sqrt(months))
    # The product of two normal series has the variance R_ii R_jj + R_ij^2.
    error = np.sqrt((np.outer(own, own) + residual**2) / months)
    assert np.all(np.abs(left.T @ left / months - residual) < LIMIT * error)


def test_technology_follows_equity_with_the_beta_of_the_scenario() -> None:
    one = path("history", volatility__tech_equity=0.3)
    calmer = path("history", volatility__tech_equity=0.15)
    tech = CLASSES.index("tech_equity")
    mean = math.log1p(DEFAULTS.number("market.expected.tech_equity")) / 12.0
    np.testing.assert_allclose(
        np.log1p(one.fundamental[:, tech]) - mean,
        2.0 * (np.log1p(calmer.fundamental[:, tech]) - mean),
        atol=1e-14,
    )
    years = np.log1p(one.fundamental[:, [US_EQUITY, tech]])
    assert np.corrcoef(years.T)[0, 1] > 0.6


def test_gold_does_not_move_while_its_price_is_fixed() -> None:
    one = path("history", history_start="1942-02", history__from="1942-02")
    # Yearly means stand in January: nothing else moves in five years of war and peace.
    january = np.arange(60) % 12 == 11
    assert np.all(one.fundamental[~january, GOLD] == 0.0)


def ends(key: str) -> tuple[object, ...]:
    """The ends of a parameter's range."""
    bounds = parameters()[key].range
    assert bounds is not None
    return bounds


@settings(max_examples=15, deadline=None)
@given(st.data(), st.sampled_from(["history", "bootstrap"]), st.sampled_from(["observed", "expected"]))
def test_absurd_but_allowed_values_stay_finite(data: st.DataObject, returns: str, means: str) -> None:
    keys = [f"market.{what}.{name}" for what in ("expected", "volatility") for name in CLASSES]
    keys += ["market.bonds.duration.treasuries", "market.bootstrap.block_months", "market.inflation.mean"]
    keys += ["market.history.from"]
    values = {key: data.draw(st.sampled_from(ends(key)), label=key) for key in keys}
    one = DEFAULTS.with_values({"market.returns": returns, "market.history.means": means, **values})
    market = market_path(one, Luck(3, 0))
    for series in (market.fundamental, market.inflation, market.short_rate):
        assert np.all(np.isfinite(series) & (series > -1.0))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"market.history_start": "1927-12"}, "from 1928-01 to 2023-06"),
        ({"market.history_start": "2023-07"}, "from 1928-01 to 2023-06"),
        ({"market.history.from": "2013-07"}, "from 1928-01 to 2013-06"),
        (
            {"market.history_start": "1950-01", "market.history.from": "1960-01"},
            "market.history_start, which is 1950-01, lies before market.history.from, which is 1960-01",
        ),
        ({"market.bootstrap.block_months": 0.5}, "a number from 1 to 1200"),
        ({"market.returns": "histroy"}, "nearest known name: history"),
    ],
)
def test_months_that_are_not_bundled_are_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        DEFAULTS.with_values(values)
