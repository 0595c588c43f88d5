"""The numbers of the model are those of their sources, or follow from them as they say."""

import csv
import itertools

import numpy as np
import pytest

from environment.assets import CLASSES, PRIVATE
from environment.parameters import NUMBERS, parameters
from environment.typing import FloatArray


def values(prefix: str, names: tuple[str, ...] = CLASSES) -> FloatArray:
    """The defaults `prefix.name`."""
    return np.array([parameters()[f"{prefix}.{name}"].value for name in names], dtype=np.float64)


def number(key: str) -> float:
    """One default."""
    value = parameters()[key].value
    assert isinstance(value, float | int)
    return float(value)


def correlations() -> tuple[list[str], FloatArray]:
    """Names and matrix of the file of correlations."""
    with (NUMBERS / "correlations.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert [row[0] for row in rows] == head[1:]
    return head[1:], np.array([row[1:] for row in rows], dtype=np.float64)


def test_every_class_and_inflation_have_their_correlations() -> None:
    names, matrix = correlations()
    assert tuple(names) == (*CLASSES, "inflation")
    np.testing.assert_array_equal(matrix, matrix.T)
    np.testing.assert_array_equal(np.diag(matrix), 1.0)
    assert np.linalg.eigvalsh(matrix).min() > 0.0


@pytest.mark.parametrize(
    ("one", "other", "published"),
    [
        ("treasuries", "tips", 0.61),
        ("buyout", "venture", 0.78),
        ("buyout", "hedge_funds", 0.80),
        ("private_credit", "treasuries", -0.43),
        ("real_estate", "inflation", 0.31),
        ("gold", "commodities", 0.36),
        ("cash", "tips", 0.04),
    ],
)
def test_published_correlations_are_carried_over(one: str, other: str, published: float) -> None:
    names, matrix = correlations()
    assert matrix[names.index(one), names.index(other)] == published


US = np.array([CLASSES.index("us_equity"), CLASSES.index("tech_equity")])


def us_weights() -> FloatArray:
    """Market weights of the two halves of the United States market."""
    sizes: FloatArray = values("market.size_usd")[US]
    return sizes / sizes.sum()


def test_the_halves_of_us_equity_make_the_published_whole() -> None:
    """U.S. Large Cap: 7.0% compound, 16.19% volatility, and these correlations (LTCMA 2024)."""
    _, matrix = correlations()
    spread = values("market.volatility")
    weighted = us_weights() * spread[US]
    volatility = np.sqrt(weighted @ matrix[np.ix_(US, US)] @ weighted)
    assert volatility == pytest.approx(0.1619, abs=0.0005)
    # Log-normal halves held at market weight: the mix compounds at the mean log return plus half the variance
    # that mixing takes away.
    gained = 0.5 * (us_weights() @ spread[US] ** 2 - volatility**2)
    compound = np.expm1(us_weights() @ np.log1p(values("market.expected")[US]) + gained)
    assert compound == pytest.approx(0.070, abs=0.001)
    whole = weighted @ matrix[US] / volatility
    published = {"buyout": 0.79, "venture": 0.65, "private_credit": 0.61, "hedge_funds": 0.68, "gold": 0.03}
    for name, correlation in published.items():
        assert whole[CLASSES.index(name)] == pytest.approx(correlation, abs=0.005)


INSTITUTIONAL = {
    # published net return; fee, carry, hurdle and catch-up as written in the source of each number
    "buyout": (0.097, 0.02, 0.20, 0.08, 1.0),
    "venture": (0.092, 0.02, 0.20, 0.08, 1.0),
    "private_credit": (0.085, 0.0125, 0.15, 0.06, 1.0),
    "real_estate": (0.075, 0.01, 0.10, 0.06, 1.0),
    "hedge_funds": (0.050, 0.0135, 0.16, 0.0, 0.0),
}


def net_return(
    gross: float, fee: float, carry: float, hurdle: float, catch_up: float, years: int = 10
) -> float:
    """Yearly return over ten years on 1 paid in, after a fee on paid-in capital and a carry with catch-up."""
    value, years = 1.0, 10
    for _ in range(years):
        value = max(0.0, value * (1.0 + gross) - fee)
    profit = value - 1.0
    preferred = min(profit, (1.0 + hurdle) ** years - 1.0)
    caught = min(profit - preferred, carry * preferred / (catch_up - carry)) if catch_up else 0.0
    manager = catch_up * caught + carry * (profit - preferred - caught)
    return float((1.0 + profit - manager) ** (1.0 / years) - 1.0)


@pytest.mark.parametrize("name", PRIVATE)
def test_gross_private_returns_leave_the_published_net_after_institutional_fees(name: str) -> None:
    net, fee, carry, hurdle, catch_up = INSTITUTIONAL[name]
    kept = net_return(number(f"market.expected.{name}"), fee, carry, hurdle, catch_up)
    assert kept == pytest.approx(net, abs=0.0005)
    stated = [f"{100 * share:g}%" for share in (net, fee, carry, hurdle) if share]
    assert all(share in parameters()[f"market.expected.{name}"].source for share in stated)


def test_the_two_regimes_are_those_estimated_since_1926() -> None:
    """Calm 16.0% mean and 9.87% volatility 84.6% of the time, turbulent -24.6% and 29.58%."""
    leave_calm = 1.0 - number("market.regimes.stay_calm")
    leave_turbulent = 1.0 - number("market.regimes.stay_turbulent")
    calm = leave_turbulent / (leave_calm + leave_turbulent)
    assert calm == pytest.approx(0.846, abs=0.002)
    assert number("market.regimes.volatility_ratio") == pytest.approx(29.58 / 9.87, abs=0.01)
    gap = 0.1596 + 0.2464
    within = calm * 0.0987**2 + (1.0 - calm) * 0.2958**2
    whole = np.sqrt(within + calm * (1.0 - calm) * gap**2 / 12.0)
    assert f"a gap of {gap / whole:.2f}," in parameters()["market.regimes.mean_gap"].source


def test_monthly_inflation_has_the_yearly_autocorrelation_of_history() -> None:
    """Sums over twelve months of an autoregression of order one are correlated 0.61 from year to year."""
    persistence = number("market.inflation.persistence")
    lags = np.arange(24)
    decay = persistence**lags
    same = sum(decay[abs(first - second)] for first, second in itertools.product(range(12), range(12)))
    next_year = sum(decay[12 + second - first] for first, second in itertools.product(range(12), range(12)))
    assert next_year / same == pytest.approx(0.61, abs=0.005)


def test_the_short_rate_moves_as_cash_returns_do() -> None:
    """A twelfth of a rate whose long-run deviation is s varies by s / root 12 a year."""
    persistence = number("market.short_rate.persistence")
    assert persistence**12 == pytest.approx(0.92, abs=0.005)
    innovation = number("market.short_rate.volatility") / np.sqrt(12.0)
    long_run = innovation / np.sqrt(1.0 - persistence**2)
    assert long_run / np.sqrt(12.0) == pytest.approx(number("market.volatility.cash"), rel=0.02)


def test_the_bands_of_balances_give_the_published_mean_of_all_holders() -> None:
    """Holder shares of 6, 23, 24, 21, 17 and 9%, which are rounded, and the band means give 148,126 USD."""
    with (NUMBERS / "balances_by_age.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["age_band"] for row in rows] == ["<25", "25-34", "35-44", "45-54", "55-64", "65+"]
    means = np.array([float(row["mean_balance_usd"]) for row in rows])
    medians = np.array([float(row["median_balance_usd"]) for row in rows])
    assert (means > medians).all()
    assert means @ [0.06, 0.23, 0.24, 0.21, 0.17, 0.09] == pytest.approx(148_126, rel=0.005)
    assert number("population.perimeter_usd") / number("population.accounts") == pytest.approx(
        148_153, rel=0.001
    )


def test_matching_employers_promise_about_what_is_published() -> None:
    """A promised match of 4.5 to 4.7% of pay among the 86% of plans that match, 72% of them in one tier."""
    full_match = {
        "none": 0.0,
        "half_of_six": 0.03,
        "full_of_four": 0.04,
        "full_of_five": 0.05,
        "full_of_six": 0.06,
        "full_of_eight": 0.08,
        "full_of_three_half_of_two": 0.04,
        "full_of_one_half_of_five": 0.035,
    }
    mix = values("employers.match_mix", tuple(full_match))
    assert mix[0] == 0.14
    assert mix.sum() == pytest.approx(1.0, abs=1e-9)
    assert 0.045 <= mix @ list(full_match.values()) / mix[1:].sum() <= 0.047
    assert mix[1:6].sum() / mix[1:].sum() == pytest.approx(0.72, abs=0.005)


def test_three_in_a_hundred_contributors_are_between_jobs_at_a_time() -> None:
    """Job changes of contributors by band (9/30/27/20/14%), times spells, times months, over twelve."""
    bands = ("under_25", "25_34", "35_44", "45_54", "55_64")
    changes = values("careers.job_change", bands) @ [0.09, 0.30, 0.27, 0.20, 0.14]
    mean, most = number("careers.unemployment.mean_months"), number("careers.unemployment.most_months")
    months = mean * (1.0 - (1.0 - 1.0 / mean) ** most)
    assert changes * number("careers.unemployment.chance") * months / 12.0 == pytest.approx(0.03, abs=0.003)


def test_the_bands_of_cash_outs_are_those_of_their_balances() -> None:
    """The smaller the balance, the more are cashed out; 80% below 1,000 USD, 65% below 5,000 (Alight)."""
    bounds = values("careers.cash_out.below_usd", ("tiny", "small", "modest", "middle", "large"))
    shares = values("careers.cash_out.share", ("tiny", "small", "modest", "middle", "large", "largest"))
    assert (np.diff(bounds) > 0.0).all()
    assert (np.diff(shares) < 0.0).all()
    assert (bounds[:2].tolist(), shares[:2].tolist()) == ([1_000.0, 5_000.0], [0.8, 0.65])


def test_outside_money_is_what_semiliquid_funds_held() -> None:
    assert values("funds.outside_usd", PRIVATE).sum() == pytest.approx(344e9)
