"""The bundled months of history: what they hold, against published figures and worked by hand."""

import csv
import math

import numpy as np
import pytest

from environment.calendar import parse_month
from environment.market import history
from environment.market.history import LEAD, LEADERS, History, bundled_months
from environment.parameters import NUMBERS, parameters

FIRST, LAST = parse_month("1928-01"), parse_month("2023-06")
DURATION = 4.0


def lines() -> dict[str, dict[str, float]]:
    """The bundled file by month."""
    with (NUMBERS / "market_history.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["month"]: {key: float(cell) for key, cell in row.items() if key != "month"}
            for row in csv.DictReader(file)
        }


def whole() -> History:
    return History.since(FIRST, DURATION)


def test_the_months_are_those_that_the_parameters_allow() -> None:
    months = list(lines())
    assert (months[LEAD], months[-1]) == parameters()["market.history_start"].range
    assert parameters()["market.history.from"].value == months[LEAD]
    first, table = bundled_months()
    assert (first + LEAD, first + len(table) - 1) == (FIRST, LAST)
    assert len(whole()) == LAST - FIRST + 1 == 1146


def test_compound_means_are_near_the_published_ones() -> None:
    # Yearly series of 1928-2024 (Damodaran, New York University): stocks 9.94%, prices 3.04%, bills 3.36%.
    # The months end in June 2023.
    one = whole()
    for series, published in ((one.equity, 0.0994), (one.inflation, 0.0304), (one.cash, 0.0336)):
        assert math.expm1(12.0 * np.log1p(series).mean()) == pytest.approx(published, abs=0.002)


@pytest.mark.parametrize(
    ("month", "column", "published"),
    [
        ("1929-11", "equity", -0.2619),  # 28.0 to 20.6, with a twelfth of a dividend of 0.96
        ("1934-01", "gold", 0.3175),  # from 26.33, the mean of 1933, to 34.69
        ("1981-09", "ten_year_yield", 0.1532),  # its highest
        ("2008-10", "inflation", -0.0101),
    ],
)
def test_well_known_months_are_there(month: str, column: str, published: float) -> None:
    assert lines()[month][column] == pytest.approx(published, abs=5e-4)


def test_series_are_the_file_to_the_last_digit() -> None:
    one, rows = whole(), list(lines().values())
    for name, column in (("equity", "equity"), ("gold", "gold"), ("inflation", "inflation")):
        assert getattr(one, name).tolist() == [row[column] for row in rows[LEAD:]]
    assert one.short_rate.tolist() == [row["short_rate"] for row in rows[LEAD:]]
    np.testing.assert_allclose((1.0 + one.cash) ** 12, 1.0 + one.short_rate, rtol=1e-14)


def test_treasuries_earn_income_duration_and_convexity_of_the_observed_yield() -> None:
    file = lines()
    before, after = file["1981-09"]["ten_year_yield"], file["1981-10"]["ten_year_yield"]
    change = after - before
    by_hand = before / 12.0 - 4.0 * change + 0.5 * 4.0 * 5.0 * change**2
    assert whole().treasuries[parse_month("1981-10") - FIRST] == pytest.approx(by_hand, rel=1e-12)
    at_rest = History.since(FIRST, 0.0)
    yields = [row["ten_year_yield"] for row in file.values()]
    np.testing.assert_allclose(at_rest.treasuries, np.array(yields[LEAD - 1 : -1]) / 12.0, rtol=1e-14)


@pytest.mark.parametrize("start", ["1928-01", "1971-09", "2013-06"])
def test_departures_have_mean_0_and_variance_1_over_the_months_that_are_used(start: str) -> None:
    one = History.since(parse_month(start), DURATION)
    assert one.departures.shape == (LAST - parse_month(start) + 1, len(LEADERS))
    np.testing.assert_allclose(one.departures.mean(axis=0), 0.0, atol=1e-13)
    np.testing.assert_allclose((one.departures**2).mean(axis=0), 1.0, rtol=1e-12)


def test_only_what_was_not_expected_departs() -> None:
    file = list(lines().values())
    inflation = np.array([row["inflation"] for row in file])
    surprises = [inflation[row] - inflation[row - 12 : row].mean() for row in range(LEAD, len(file))]
    changes = np.diff([row["ten_year_yield"] for row in file])[LEAD - 1 :]
    bonds = -4.0 * changes + 10.0 * changes**2
    departures = whole().departures
    for column, series in ((1, bonds), (3, surprises)):
        assert np.corrcoef(departures[:, column], series)[0, 1] == pytest.approx(1.0, abs=1e-12)


def test_what_never_moves_never_departs() -> None:
    # Without duration the yield does not move treasuries beyond their income.
    assert np.all(History.since(FIRST, 0.0).departures[:, 1] == 0.0)


@pytest.mark.parametrize(
    "text",
    ["month,equity\n1927-01,0\n", "{head}\n1927-01,0,0,0,0,0\n1927-03,0,0,0,0,0\n"],
    ids=["columns", "gap"],
)
def test_another_table_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    head = "month,equity,ten_year_yield,inflation,short_rate,gold"
    monkeypatch.setattr(history, "number_lines", lambda _: text.format(head=head).splitlines())
    with pytest.raises(ValueError, match="consecutive months"):
        bundled_months.__wrapped__()
