"""The CSV files of ages and balances: what they must hold, and what they give."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment import input_tables
from environment.age_bands import AGE_BANDS
from environment.input_tables import FORMATS, read_table
from environment.parameters import NUMBERS, parameters
from environment.problems import Problem, ScenarioError
from environment.tabular import InputTable

AGES, BALANCES = "population.ages", "population.initial_balances"
BANDS = [(band, 100.0 * (row + 2), 50.0 * (row + 1)) for row, band in enumerate(AGE_BANDS)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


def ages(path: Path, rows: str) -> InputTable:
    path.write_text("age,share\n" + rows, encoding="utf-8")
    return read_table(AGES, path, "table.csv")


def balances(path: Path, rows: Sequence[tuple[str, object, object]]) -> InputTable:
    lines = [f"{band},{mean},{median}" for band, mean, median in rows]
    path.write_text("\n".join(["age_band,mean_balance_usd,median_balance_usd", *lines]), encoding="utf-8")
    return read_table(BALANCES, path, "table.csv")


def told(caught: pytest.ExceptionInfo[ScenarioError]) -> list[tuple[str, str, str, str]]:
    def parts(one: Problem) -> tuple[str, str, str, str]:
        return one.place, one.key, one.value, one.message

    return [parts(one) for one in caught.value.problems]


def test_every_parameter_that_takes_a_file_has_a_format() -> None:
    assert {key for key, one in parameters().items() if one.kind == "file"} == set(FORMATS)


def test_ages_come_sorted_and_their_shares_sum_to_one(path: Path) -> None:
    table = ages(path, "70,0.25\n18,0.5\n119,0.255\n40,0\n")
    assert table.columns == ("age", "share")
    assert [row[0] for row in table.rows] == [18.0, 40.0, 70.0, 119.0]
    assert [row[1] for row in table.rows] == pytest.approx([0.5 / 1.005, 0.0, 0.25 / 1.005, 0.255 / 1.005])


@pytest.mark.parametrize("share", ["0.99", "1", "1.0", "1e0"])
def test_the_sum_may_be_off_by_one_per_cent(path: Path, share: str) -> None:
    assert ages(path, f"30,{share}").rows == ((30.0, 1.0),)


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ("30,0.98", ("table.csv", "", "", "the shares sum to 0.98")),
        ("30,0.6\n31,0.42", ("table.csv", "", "", "the shares sum to 1.02")),
        ("17,1", ("table.csv, line 2", "age", "17", "is out of range")),
        ("120,1", ("table.csv, line 2", "age", "120", "is out of range")),
        ("30.5,1", ("table.csv, line 2", "age", "30.5", "is not a whole number")),
        ("30,-0.1", ("table.csv, line 2", "share", "-0.1", "is out of range")),
        ("30,100%", ("table.csv, line 2", "share", "100%", "has a percent sign")),
        ("30,0.5\n30,0.5", ("table.csv, line 3", "age", "30", "stands in line 2 too")),
        (
            "30,0,5",
            (
                "table.csv, line 2",
                "",
                "",
                "the line has 3 cells, the heading has 2 (a comma as decimal point?)",
            ),
        ),
    ],
)
def test_ages_that_are_none_are_refused(path: Path, rows: str, problem: tuple[str, str, str, str]) -> None:
    with pytest.raises(ScenarioError) as caught:
        ages(path, rows)
    assert told(caught) == [problem]


def test_everything_wrong_with_the_ages_is_told_at_once(path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        ages(path, '17,nan\n30,"0,5"\n30,0.1\n')
    assert [one[:3] for one in told(caught)] == [
        ("table.csv, line 2", "age", "17"),
        ("table.csv, line 2", "share", "nan"),
        ("table.csv, line 3", "share", "0,5"),
        ("table.csv, line 4", "age", "30"),
    ]


@given(st.dictionaries(st.integers(18, 119), st.integers(1, 1000), min_size=1))
def test_any_whole_weights_come_back_as_shares(
    tmp_path_factory: pytest.TempPathFactory, weights: dict[int, int]
) -> None:
    total = sum(weights.values())
    path = tmp_path_factory.getbasetemp() / "ages.csv"
    table = ages(path, "\n".join(f"{age},{weight / total!r}" for age, weight in weights.items()))
    read = {int(age): share for age, share in table.rows}
    assert read == pytest.approx({age: weight / total for age, weight in weights.items()})


def test_balances_come_in_the_order_of_the_bands(path: Path) -> None:
    table = balances(path, [BANDS[4], *BANDS[:4], BANDS[5]])
    assert table.columns == ("mean_balance_usd", "median_balance_usd")
    assert table.rows == tuple((mean, median) for _, mean, median in BANDS)


def test_the_row_for_all_ages_is_passed_over_whatever_it_holds(path: Path) -> None:
    assert balances(path, [*BANDS, ("all", "n/a", "")]).rows == balances(path, BANDS).rows


def test_the_published_table_can_be_read_as_it_is_and_with_more_columns(path: Path) -> None:
    own = read_table(BALANCES, NUMBERS / "balances_by_age.csv", "balances_by_age.csv")
    assert own.rows[0] == (6899.0, 1948.0)
    text = (NUMBERS / "balances_by_age.csv").read_text(encoding="utf-8").splitlines()
    wider = [f'HAS 2025,{line},"seen, twice"' for line in text[1:]]
    path.write_text("\n".join([f"report,{text[0]},note", *wider]), encoding="utf-8")
    assert read_table(BALANCES, path, "table.csv").rows == own.rows


def test_everything_wrong_with_the_balances_is_told_at_once(path: Path) -> None:
    rows: list[tuple[str, object, object]] = [
        ("<25", 100, 100),
        ("25-34", 0, -1),
        ("25-34", 200, 100),
        ("35\u201344", 200, 100),
        ("45-54", "nan", "5%"),
    ]
    with pytest.raises(ScenarioError) as caught:
        balances(path, rows)
    assert told(caught) == [
        ("table.csv, line 2", "mean_balance_usd", "100", "is not above the median, 100"),
        ("table.csv, line 3", "mean_balance_usd", "0", "is out of range"),
        ("table.csv, line 3", "median_balance_usd", "-1", "is out of range"),
        ("table.csv, line 4", "age_band", "25-34", "stands in line 3 too"),
        ("table.csv, line 5", "age_band", "35\u201344", "is not known"),
        ("table.csv, line 6", "mean_balance_usd", "nan", "is not a number"),
        ("table.csv, line 6", "median_balance_usd", "5%", "has a percent sign"),
        ("table.csv", "", "", "has no row for 35-44, 55-64, 65+"),
    ]
    assert caught.value.problems[4].nearest == "35-44"


def test_a_missing_column_does_not_hide_what_is_wrong_in_the_others(path: Path) -> None:
    path.write_text("band,mean_balance_usd,median_balance_usd\n<25,1%,1\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_table(BALANCES, path, "table.csv")
    assert told(caught) == [
        ("table.csv", "", "", "has no column age_band, has band instead"),
        ("table.csv, line 2", "mean_balance_usd", "1%", "has a percent sign"),
    ]
    path.write_text("age,shares\n17,1\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_table(AGES, path, "table.csv")
    assert told(caught) == [
        ("table.csv", "", "", "has no column share, has shares instead"),
        ("table.csv, line 2", "age", "17", "is out of range"),
    ]


@given(
    st.lists(
        st.tuples(st.sampled_from([*AGE_BANDS, "all", "x"]), st.sampled_from(["1", "2", "", "-3", "nan"])),
        max_size=9,
    )
)
def test_balances_of_any_bands_are_whole_or_refused(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "balances.csv"
    every = sorted(band for band, _ in rows if band != "all")
    right = every == sorted(AGE_BANDS) and all(mean == "2" for band, mean in rows if band != "all")
    lines = [(band, mean, 1) for band, mean in rows]
    if right:
        assert balances(path, lines).rows == 6 * ((2.0, 1.0),)
        return
    with pytest.raises(ScenarioError):
        balances(path, lines)


def test_a_table_knows_its_file_its_bytes_and_its_place_in_a_result(path: Path) -> None:
    table = ages(path, "30,1\n")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (table.file, table.content, table.sha256) == ("table.csv", path.read_bytes(), digest)
    assert table.value == f"inputs/ages-{digest[:8]}.csv"
    other = ages(path, "31,1\n")
    assert other.value != table.value


def test_a_file_too_large_is_not_read_to_its_end(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(input_tables, "_LARGEST_FILE", 20)
    with pytest.raises(OSError, match="larger than 20 bytes"):
        ages(path, "30,0.5\n31,0.5\n")
