"""Outcomes by name: what is refused before anything runs, and the figure that each name gives."""

import math
import pickle
import re
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest

from environment.problems import ScenarioError
from environment.tables import Column
from experiments.headlines import UNITS
from experiments.load import load_scenario
from experiments.outcomes import Outcome, parse_outcome, parse_outcomes
from experiments.outcomes.schema import COLUMNS, KEYS, VALUES, figures_of, unit_of
from experiments.replication import Replication, replicate
from tests.house_rules import ROOT
from tests.runs import BUSY

NAN = math.nan


def by_hand() -> Replication:
    """Two years of a few rows, small enough to work out every figure in the head."""
    groups = [
        (year, band, quintile, 100.0 * year + 10.0 * (band == "all") + place)
        for year in (0, 1, 2)
        for band in ("<25", "all")
        for place, quintile in enumerate(("1", "5", "all"))
    ]
    ledger = [
        (1, "savers", "index_house", "management_fee", 4.0),
        (1, "savers", "buyout_house", "management_fee", 2.0),
        (1, "savers", "buyout_house", "performance_fee", 1.0),
        (2, "savers", "index_house", "management_fee", 5.0),
    ]
    tables: dict[str, dict[str, Column]] = {
        "monthly": {
            "month": np.array([1, 2, 3, 4]),
            "date": np.array(["2025-11", "2025-12", "2026-01", "2026-02"]),
            "unmet_spending_usd": np.array([1.0, 2.0, NAN, 4.0]),
            "exhausted_share": np.array([0.1, 0.2, 0.3, NAN]),
        },
        "groups": {
            name: np.array(column)
            for name, column in zip(
                ("year", "age_band", "literacy_quintile", "wealth_median"),
                zip(*groups, strict=True),
                strict=True,
            )
        },
        "ledger": {
            name: np.array(column)
            for name, column in zip(
                ("year", "payer", "payee", "flow", "usd"), zip(*ledger, strict=True), strict=True
            )
        },
        "lorenz": {
            "year": np.array([0, 0, 2, 2]),
            "population_share": np.array([0.5, 0.58, 0.5, 0.58]),
            "wealth_share": np.array([0.1, 0.2, 0.3, 0.4]),
        },
        "savers": {
            "saver": np.array([0, 1, 2]),
            "status": np.array(["working", "retired", "retired"]),
            "has_held": np.array([True, True, False]),
            "gated_months": np.array([3, 0, 4]),
            "wealth_real": np.array([10.0, 30.0, 0.0]),
        },
    }
    return Replication(0, tables, {}, {"gini": 0.7, "replacement_rate": NAN}, 1.0, ())


@cache
def simulated() -> Replication:
    return replicate(load_scenario("open-access", (*BUSY, "run.savers=60", "run.years=1")), 0)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("gini", 0.7),
        ("replacement_rate", NAN),
        ("groups.wealth_median", 212.0),
        ("groups.wealth_median:first", 12.0),
        ("groups.wealth_median[literacy_quintile=1]", 210.0),
        ("groups.wealth_median[age_band=<25, year=1, literacy_quintile=5]", 101.0),
        ("groups.wealth_median[literacy_quintile=5]:mean", 111.0),
        ("groups.wealth_median[year=7]", NAN),
        ("monthly.unmet_spending_usd", 4.0),
        ("monthly.unmet_spending_usd:sum", 7.0),
        ("monthly.unmet_spending_usd:mean", 7.0 / 3.0),
        ("monthly.unmet_spending_usd:max", 4.0),
        ("monthly.unmet_spending_usd:min", 1.0),
        ("monthly.unmet_spending_usd[date=2025-12]", 2.0),
        ("monthly.unmet_spending_usd[month=1]", 1.0),
        ("monthly.unmet_spending_usd[month=3]:sum", NAN),
        ("monthly.exhausted_share", NAN),
        ("lorenz.wealth_share[population_share=0.58]", 0.4),
        ("lorenz.wealth_share[population_share=0.50]:first", 0.1),
        ("ledger.usd[flow=management_fee]:sum", 11.0),
        ("ledger.usd[payer=savers, payee=index_house, flow=management_fee]", 5.0),
        ("ledger.usd[payer=savers, payee=buyout_house, flow=management_fee]", 0.0),
        ("ledger.usd[flow=loan]:sum", 0.0),
        ("ledger.usd[flow=loan]:mean", NAN),
        ("ledger.usd[year=3]:sum", NAN),
        ("savers.wealth_real:mean", 40.0 / 3.0),
        ("savers.wealth_real[status=retired]:max", 30.0),
        ("savers.wealth_real[saver=1]", 30.0),
        ("savers.wealth_real[has_held=true]:mean", 20.0),
        ("savers.has_held:mean", 2.0 / 3.0),
        (" savers . gated_months [ status = retired ] : sum ", 4.0),
    ],
)
def test_the_figure_of_a_name(name: str, expected: float) -> None:
    outcome = parse_outcome(name)
    assert outcome.name == name
    assert outcome.of(by_hand()) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("gni", "gni: is no headline"),
        ("gni", "nearest known name: gini"),
        ("", "is no headline"),
        ("gini:mean", "a headline is one figure"),
        ("monthly.fees_usd[month=1", "cannot be read"),
        ("montly.fees_usd", "montly: is no table"),
        ("montly.fees_usd", "nearest known name: monthly"),
        ("monthly.fee_usd", "nearest known name: fees_usd"),
        ("monthly.date", "is no column of figures in monthly"),
        ("employers.employer:mean", "is no column of figures in employers"),
        ("monthly.fees_usd[mnth=1]", "mnth: is no key of monthly"),
        ("monthly.fees_usd[mnth=1]", "nearest known name: month"),
        ("monthly.fees_usd[replication=0]", "is no key of monthly"),
        ("monthly.fees_usd[inflation=0]", "is no key of monthly"),
        ("monthly.fees_usd[]", "is no filter"),
        ("monthly.fees_usd[month]", "month: is no filter"),
        ("monthly.fees_usd[month=1, month=2]", "filters by month again"),
        ("monthly.fees_usd[month=0]", "0: is no month of monthly; allowed: a whole number from 1"),
        ("monthly.fees_usd[month=25]", "to 24"),
        ("monthly.fees_usd[month=x]", "is no month of monthly"),
        ("monthly.fees_usd[date=2025-13]", "is no date"),
        ("groups.wealth_mean[year=3]", "a whole number from 0 to 2"),
        ("employers.participants[year=0]:sum", "a whole number from 1 to 2"),
        ("lorenz.wealth_share[population_share=0.5, year=1]", "allowed: 0, 2"),
        ("lorenz.wealth_share[population_share=0.55]", "is no point of the Lorenz curve"),
        ("groups.wealth_mean[age_band=55-65]", "nearest known name: 55-64"),
        ("groups.wealth_mean[literacy_quintile=6]", "6: is no literacy_quintile"),
        ("savers.wealth_usd[has_held=yes]:mean", "allowed: true, false"),
        ("monthly.fees_usd:median", "median: is no reducer; allowed: last, first, mean"),
        ("classes.total_return", "filters by asset_class, or a reducer: mean, sum, min, max"),
        ("savers.wealth_usd", "last needs one row, and savers has several"),
        ("ledger.usd[payer=savers]:first", "filters by payee, flow"),
        ("funds.irr[strategy=buyout]", "filters by fund"),
    ],
)
def test_what_does_not_exist_is_refused_with_the_nearest(name: str, told: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_outcome(name, "caps.toml", years=2)
    assert told in str(caught.value)
    assert str(caught.value).startswith("caps.toml: ")


def test_everything_wrong_is_told_at_once() -> None:
    name = "groups.wealth_medain[age_bnd=1, literacy_quintile=9]:middle"
    outcomes, problems = parse_outcomes(["gini", name, "gini", "unmet_month"], "caps.toml")
    assert [outcome.name for outcome in outcomes] == ["gini"]
    assert [problem.nearest for problem in problems] == [
        "wealth_median",
        "age_band",
        None,
        None,
        None,
        "unmet_months",
    ]
    assert "is written twice" in str(problems[4])
    assert all(problem.key == name for problem in problems[:4])


def test_the_declared_tables_are_those_of_a_replication() -> None:
    """Names and kinds of all columns, and the values that a column of text may have."""
    tables = simulated().tables
    assert set(COLUMNS) == set(KEYS) == set(tables)
    for table, columns in tables.items():
        kinds = {name: np.dtype(kind).kind for name, kind in COLUMNS[table].items()}
        assert kinds == {name: column.dtype.kind for name, column in columns.items()}, table
        for name, column in columns.items():
            if kinds[name] == "U" and name != "date":
                assert set(column.tolist()) <= set(VALUES[name]), (table, name)
        rows = zip(*(columns[key].tolist() for key in KEYS[table]), strict=True)
        assert len(set(rows)) == len(columns["replication"]), f"{table} has two rows of the same keys"


def test_every_figure_of_every_table_can_be_asked_for() -> None:
    """As can every headline; what is not null everywhere has a largest value."""
    replication = simulated()
    for name, value in replication.headlines.items():
        assert parse_outcome(name).of(replication) == pytest.approx(value, nan_ok=True)
        assert parse_outcome(name).unit == UNITS[name]
    for table in COLUMNS:
        for column in figures_of(table):
            outcome = parse_outcome(f"{table}.{column}:max")
            known = replication.tables[table][column].astype(np.float64)
            assert outcome.of(replication) <= np.max(known, initial=-np.inf, where=~np.isnan(known)) or (
                np.isnan(outcome.of(replication))
            )


def test_the_median_headline_is_a_figure_of_the_table() -> None:
    """The same figure by both ways: groups hold USD of the month, headlines USD of the start."""
    replication = simulated()
    inflation = replication.tables["monthly"]["inflation"]
    nominal = parse_outcome("groups.wealth_median").of(replication)
    headline = parse_outcome("wealth_median_real").of(replication)
    assert nominal / np.prod(1.0 + inflation) == pytest.approx(headline, rel=1e-12)


def test_an_outcome_travels_between_processes() -> None:
    outcome = parse_outcome("groups.wealth_median[year=2, literacy_quintile=1]:mean")
    other: Outcome = pickle.loads(pickle.dumps(outcome))  # noqa: S301
    assert other == outcome
    assert len(pickle.dumps(outcome)) < 1_000


def documented() -> Iterator[tuple[str, str, str]]:
    """Table, column and unit of every figure in the tables of `docs/outputs.md`; the ledger has none."""
    page = (ROOT / "docs" / "outputs.md").read_text(encoding="utf-8")
    for section in re.split(r"^#+ ", page, flags=re.MULTILINE)[1:]:
        heading, _, text = section.partition("\n")
        tables = [name for name in re.findall(r"`(\w+)\.parquet`", heading) if name in COLUMNS]
        for line in text.splitlines() if tables else ():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if len(cells) != 3 or not cells[0].startswith("`"):
                continue
            names = re.findall(r"`(\w+)`", cells[0])
            units = cells[1].split(", ") if cells[1].count(",") == len(names) - 1 else [cells[1]] * len(names)
            for name, unit in zip(names, units, strict=True):
                yield from ((table, name, unit) for table in tables if name in figures_of(table))


def test_units_are_those_of_the_documentation() -> None:
    found = list(documented())
    assert {(table, column) for table, column, _ in found} == {
        (table, column) for table in COLUMNS for column in figures_of(table) if table != "ledger"
    }
    said = {"true or false": "0 or 1"}
    wrong = [
        (table, column, unit, unit_of(table, column))
        for table, column, unit in found
        if said.get(unit, unit) != unit_of(table, column)
    ]
    assert wrong == []


def test_the_names_in_the_documentation_can_be_read() -> None:
    page = (ROOT / "docs" / "outputs.md").read_text(encoding="utf-8")
    (section,) = re.findall(r"^## One figure by its name$(.*?)^## ", page, re.MULTILINE | re.DOTALL)
    (table, *_) = re.findall(r"^\| name .*?\n\n", section, re.MULTILINE | re.DOTALL)
    names = re.findall(r"^\| `([^`]+)`", table, re.MULTILINE)
    assert len(names) > 5
    assert parse_outcomes(names, "docs")[1] == []
