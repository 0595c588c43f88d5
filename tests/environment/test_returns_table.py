"""CSV files of returns: what spreadsheets and people make of them is taken or told, cell by cell."""

import hashlib
import itertools
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.assets import CLASSES
from environment.calendar import format_month, parse_month
from environment.input_tables import read_table
from environment.luck import Luck
from environment.market import market_path
from environment.problems import ScenarioError
from environment.returns_table import OPTIONAL_COLUMNS, RETURN_COLUMNS
from environment.scenario import build_scenario
from environment.tabular import InputTable

KEY = "market.returns"
FIRST = parse_month("2025-01")
Grid = list[list[str]]


def grid(months: int = 6, columns: tuple[str, ...] = RETURN_COLUMNS) -> Grid:
    """Heading and rows of a good file: small returns, each cell its own."""
    rows = [
        [
            format_month(FIRST + row),
            *(f"{0.001 * (row % 24) + 0.0001 * cell:.4f}" for cell in range(len(columns) - 1)),
        ]
        for row in range(months)
    ]
    return [list(columns), *rows]


def text_of(cells: Grid, separator: str = ",", end: str = "\n") -> str:
    return "".join(separator.join(row) + end for row in cells)


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str | bytes], InputTable]:
    path = tmp_path_factory.mktemp("returns") / "returns.csv"

    def _read(text: str | bytes) -> InputTable:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_table(KEY, path, "returns.csv")

    return _read


Read = Callable[[str | bytes], InputTable]


def told(read: Read, text: str | bytes) -> list[str]:
    """The problems of a file, a line each, without what is allowed."""
    with pytest.raises(ScenarioError) as caught:
        read(text)
    return [str(one).partition("; allowed")[0] for one in caught.value.problems]


def changed(row: int, column: str, text: str, months: int = 6) -> str:
    """A good file but for one cell; row 0 is the first below the heading."""
    cells = grid(months)
    cells[row + 1][RETURN_COLUMNS.index(column)] = text
    return text_of(cells)


def test_a_good_file_gives_months_and_returns(read: Read) -> None:
    table = read(text_of(grid()))
    assert table.columns == RETURN_COLUMNS
    assert table.rows == tuple(
        (float(FIRST + row), *(float(cell) for cell in cells[1:])) for row, cells in enumerate(grid()[1:])
    )
    digest = hashlib.sha256(text_of(grid()).encode()).hexdigest()
    assert (table.sha256, table.value) == (digest, f"inputs/returns-{digest[:8]}.csv")


@pytest.mark.parametrize("extra", [OPTIONAL_COLUMNS, OPTIONAL_COLUMNS[:1], OPTIONAL_COLUMNS[1:], ("note",)])
def test_inflation_and_the_short_rate_may_be_there(read: Read, extra: tuple[str, ...]) -> None:
    table = read(text_of(grid(columns=(*extra, *RETURN_COLUMNS[1:], "month"))[:1] + _turned(extra)))
    known = tuple(name for name in extra if name in OPTIONAL_COLUMNS)
    assert table.columns == (*RETURN_COLUMNS, *known)
    assert all(row[len(RETURN_COLUMNS) :] == len(known) * (0.01,) for row in table.rows)


def _turned(extra: tuple[str, ...]) -> Grid:
    """Rows of a good file with further columns first and the month last."""
    return [[*(len(extra) * ["0.01"]), *row[1:], row[0]] for row in grid()[1:]]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text + "\n\n" + ",".join(17 * [""]) + "\n",
        lambda text: text.replace(",", " , "),
        lambda text: text.replace("2025-01", '"2025-01"'),
    ],
    ids=["mark", "line ends", "blank lines", "blanks", "quotation marks"],
)
def test_what_does_no_harm_is_taken(read: Read, wrap: Callable[[str], str]) -> None:
    assert read(wrap(text_of(grid()))).rows == read(text_of(grid())).rows


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1%", "has a percent sign"),
        ('"0,01"', "has a comma for a decimal point or between thousands"),
        ("", "is empty"),
        ("n/a", "is not a number"),
        ("nan", "is not a number"),
        ("inf", "is not a number"),
        ("#DIV/0!", "is what a spreadsheet writes for an error"),
        ("-1", "is out of range"),
        ("-1.5", "is out of range"),
        ("9999.5", "is out of range"),
        ("1e400", "is out of range"),
    ],
)
def test_a_cell_that_is_no_return_is_told_by_its_place(read: Read, text: str, message: str) -> None:
    for column in ("us_equity", "broad_crypto"):
        value = text.strip('"') or "''"
        assert told(read, changed(2, column, text)) == [f"returns.csv, line 4: {column} = {value}: {message}"]


@pytest.mark.parametrize("text", ["-0.9999", "9999", "+.5", "1e-3", "0"])
def test_a_return_above_minus_one_and_up_to_9999_is_taken(read: Read, text: str) -> None:
    assert read(changed(2, "gold", text)).rows[2][RETURN_COLUMNS.index("gold")] == float(text)


def test_missing_months_are_named(read: Read) -> None:
    cells = grid(12)
    left = [row for number, row in enumerate(cells) if number not in (3, 7, 8)]
    assert told(read, text_of(left)) == [
        "returns.csv: has no row for 2025-03",
        "returns.csv: has no row for 2025-07 to 2025-08",
    ]


def test_double_months_and_months_out_of_order_are_told_with_their_lines(read: Read) -> None:
    cells = grid()
    cells[4][0], cells[5], cells[6] = "2025-02", cells[6], cells[5]
    assert told(read, text_of(cells)) == [
        "returns.csv, line 5: month = 2025-02: stands in line 3 too",
        "returns.csv, line 7: month = 2025-05: stands below 2025-06 in line 6",
    ]


@given(drop=st.integers(2, 11), double=st.integers(1, 12), bad=st.integers(1, 12))
def test_every_problem_is_told_at_once(read: Read, drop: int, double: int, bad: int) -> None:
    cells = grid(12)
    cells[0][RETURN_COLUMNS.index("gold")] = "golld"
    cells[bad][RETURN_COLUMNS.index("bitcoin")] = "5%"
    cells[bad][RETURN_COLUMNS.index("tips")] = "-2"
    assert told(read, text_of(cells)) == [
        "returns.csv: has no column gold, has golld instead",
        f"returns.csv, line {bad + 1}: tips = -2: is out of range",
        f"returns.csv, line {bad + 1}: bitcoin = 5%: has a percent sign",
    ]
    assert len(told(read, text_of([*cells, cells[double]]))) == 4 + (bad == double) * 2
    del cells[drop]
    assert f"returns.csv: has no row for {format_month(FIRST + drop - 1)}" in told(read, text_of(cells))


def test_wrong_names_come_with_the_nearest(read: Read) -> None:
    cells = grid(columns=(*RETURN_COLUMNS, "inflaton"))
    cells[0][1], cells[0][15] = "us_equities", "Bitcoin"
    with pytest.raises(ScenarioError) as caught:
        read(text_of(cells))
    assert [(one.message, one.nearest) for one in caught.value.problems] == [
        ("has no columns us_equity (has us_equities instead), bitcoin (has Bitcoin instead)", None),
        ("has the unknown column inflaton", "inflation"),
    ]


def test_lines_of_another_length_are_told_without_taking_their_months_for_missing(read: Read) -> None:
    text = text_of(grid()).replace("2025-03,0.0020,", "2025-03,0,0020,")
    assert told(read, text) == [
        "returns.csv, line 4: the line has 18 cells, the heading has 17 (a comma as decimal point?)"
    ]


def percent(cells: Grid, names: tuple[str, ...]) -> Grid:
    """The cells with some columns in percent that move by one to six."""
    out = [list(row) for row in cells]
    for row, name in itertools.product(range(1, len(out)), names):
        out[row][RETURN_COLUMNS.index(name)] = f"{(-1) ** row * (1.0 + row % 6)}"
    return out


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2025-3", "2025-03"),
        ("2025-03-31", "2025-03"),
        ("2025-03-31 00:00:00", "2025-03"),
        ("2025/03", "2025-03"),
        ("202503", "2025-03"),
        ("20250331", "2025-03"),
        ("03/2025", "2025-03"),
        ("2025-03-01", "2025-03"),
        ("45717", "2025-03"),
        ("03.2025", "2025-03"),
        ("3/31/2025", "2025-03"),
        ("31/3/2025", "2025-03"),
        ("3/3/2025", "2025-03"),
        ("3/31/25", "2025-03"),
        ("31.03.2025", "2025-03"),
        ("1.3.2025", "2025-03"),
        ("Mar-25", "2025-03"),
        ("Mar-99", "1999-03"),
        ("March 2025", "2025-03"),
        ("31-Mar-2025", "2025-03"),
        ("3/1/2025", "2025-03 or 2025-01"),
        ("36892", "2001-01"),  # 1 January 2001, and 2025-03-31 is 8,855 days later
        ("45747", "2025-03"),
    ],
)
def test_dates_that_a_spreadsheet_reformatted_are_told_with_what_they_mean(
    read: Read, text: str, meant: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        read(changed(2, "month", text))
    (only,) = caught.value.problems
    assert only.message == f"is a date as a spreadsheet writes it, probably {meant}"
    assert only.allowed == "a month as YYYY-MM; format the column as text before saving"


@pytest.mark.parametrize("text", ["2025-13", "13.13.2025", "soon", "Foo-25", "7", "2025", "March", "99.5"])
def test_what_may_mean_no_month_is_told_without_a_guess(read: Read, text: str) -> None:
    assert told(read, changed(2, "month", text)) == [f"returns.csv, line 4: month = {text}: is not a month"]


def test_many_reformatted_dates_are_counted(read: Read) -> None:
    cells = grid(12)
    for number, row in enumerate(cells[1:], 1):
        row[0] = f"{number}/28/2025"
    assert told(read, text_of(cells)) == [
        *(
            f"returns.csv, line {month + 1}: month = {month}/28/2025: is a date as a spreadsheet writes it, "
            f"probably 2025-0{month}"
            for month in (1, 2, 3)
        ),
        "returns.csv: month: and 9 more, to line 13",
    ]


def test_prices_in_place_of_returns_are_told(read: Read) -> None:
    cells = grid(6)
    for number, row in enumerate(cells[1:]):
        row[1:] = [str(100 + number)] * 16
    (only,) = told(read, text_of(cells))
    assert only.startswith("returns.csv: the returns look like prices, not changes of them: most columns")


def test_returns_in_percent_are_told_once(read: Read) -> None:
    (only,) = told(read, text_of(percent(grid(24), CLASSES)))
    assert only.startswith("returns.csv: the returns look like percent")
    one, other = told(read, text_of(percent(grid(24), ("gold", "tips"))))
    assert one == "returns.csv: the column tips looks like percent: many numbers are beyond 1 in size"
    assert other.startswith("returns.csv: the column gold looks like percent")
    cells = percent(grid(24), ("gold",))
    cells[5][RETURN_COLUMNS.index("gold")] = "3%"
    assert told(read, text_of(cells))[1:] == ["returns.csv, line 6: gold = 3%: has a percent sign"]


@pytest.mark.parametrize(
    ("column", "value", "power"),
    [("bitcoin", "0.9", 100), ("gold", "-0.95", -100), ("inflation", "-0.95", -100)],
)
def test_prices_beyond_every_bound_are_told(read: Read, column: str, value: str, power: int) -> None:
    cells = grid(480, columns=(*RETURN_COLUMNS, "inflation"))
    for row in cells[1:]:
        row[cells[0].index(column)] = value
    (only,) = told(read, text_of(cells))
    steps = math.ceil(math.log(1e100) / abs(math.log1p(float(value))))
    assert round(steps * math.log10(1.0 + float(value))) == power
    assert only == f"returns.csv: the returns of {column} lead from 1 USD to 10^{power} USD"


@pytest.mark.parametrize("column", ["cash", "gold", "inflation"])
def test_small_returns_in_percent_are_told(read: Read, column: str) -> None:
    # 0.35% a month written as 0.35, and 0.16 as what is still taken: ln(1.16) is 0.148.
    cells = grid(12, columns=(*RETURN_COLUMNS, "inflation"))
    for value, refused in (("0.35", True), ("0.16", False)):
        for row in cells[1:]:
            row[cells[0].index(column)] = value
        if refused:
            message = f"the column {column} looks like percent: it grows by 35% a month on average"
            assert told(read, text_of(cells)) == [f"returns.csv: {message}"]
        else:
            assert len(read(text_of(cells)).rows) == 12


def test_a_year_in_which_crypto_grew_twentyfold_is_taken(read: Read) -> None:
    cells = grid(12)
    for row in cells[1:]:
        row[RETURN_COLUMNS.index("bitcoin")] = "0.28"
    assert 1.28**12 > 19.0
    assert len(read(text_of(cells)).rows) == 12


def test_many_wrong_cells_of_a_column_are_counted(read: Read) -> None:
    cells = grid(480)
    for row in cells[1:]:
        row[RETURN_COLUMNS.index("gold")] = "1%"
    assert told(read, text_of(cells)) == [
        *(f"returns.csv, line {line}: gold = 1%: has a percent sign" for line in (2, 3, 4)),
        "returns.csv: gold: and 477 more, to line 481",
    ]


def test_paths_of_the_model_are_taken_as_they_are(read: Read) -> None:
    wild = build_scenario("defaults", "").with_values({"run.years": 100, "market.volatility.bitcoin": 0.9})
    for replication in range(12):
        path = market_path(wild, Luck(1, replication))
        numbers = np.column_stack((path.fundamental, path.inflation, path.short_rate)).tolist()
        rows = [[format_month(FIRST + row), *map(repr, line)] for row, line in enumerate(numbers)]
        table = read(text_of([[*RETURN_COLUMNS, *OPTIONAL_COLUMNS], *rows]))
        assert [list(row[1:]) for row in table.rows] == numbers


def test_a_best_class_beyond_every_bound_is_told(read: Read) -> None:
    def rotating(months: int) -> str:
        """One class after the other multiplies tenfold and loses it again."""
        cells = grid(months)
        for row in range(1, months + 1):
            cells[row][1:] = 16 * ["0"]
            cells[row][1 + row % 16] = "9"
            cells[row][1 + (row + 15) % 16] = "-0.9"
        return text_of(cells)

    assert len(read(rotating(99)).rows) == 99
    assert told(read, rotating(102)) == [
        "returns.csv: the best class of every month leads from 1 USD to 10^102 USD"
    ]


@pytest.mark.parametrize(("separator", "name"), [(";", "semicolons"), ("\t", "tabs")])
def test_another_separator_is_told_once(read: Read, separator: str, name: str) -> None:
    assert told(read, text_of(grid(), separator)) == [f"returns.csv: has its columns separated by {name}"]


cell = st.one_of(
    st.sampled_from(["", "0", "1%", "0,01", '"0,01"', "-1", "11", "nan", "1e999", "2025-01", "x", '"']),
    st.floats(-3.0, 12.0).map(repr),
    st.text(max_size=6),
)


@given(st.lists(st.lists(cell, min_size=17, max_size=17), max_size=5), st.sampled_from(["\n", "\r\n", "\r"]))
def test_any_cells_give_returns_or_problems(read: Read, rows: Grid, end: str) -> None:
    content = (",".join(RETURN_COLUMNS) + end + text_of(rows, end=end)).encode("utf-8", "surrogatepass")
    problems, returns = [], []
    try:
        returns = [value for row in read(content).rows for value in row[1:]]
    except ScenarioError as error:
        problems = error.problems
    assert bool(problems) != bool(returns)
    assert all(str(one).isprintable() for one in problems)
    assert all(-1.0 < value <= 9999.0 for value in returns)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_without_another_error(read: Read, content: bytes) -> None:
    with pytest.raises(ScenarioError):
        read(content)


@given(st.lists(st.lists(st.floats(-0.2, 0.15), min_size=16, max_size=16), min_size=1, max_size=30))
def test_returns_written_are_the_returns_read(read: Read, returns: list[list[float]]) -> None:
    rows = [[format_month(FIRST + row), *map(repr, line)] for row, line in enumerate(returns)]
    table = read(text_of([list(RETURN_COLUMNS), *rows]))
    assert [list(row[1:]) for row in table.rows] == returns
    assert [row[0] for row in table.rows] == [float(FIRST + row) for row in range(len(returns))]


def test_the_file_lies_where_it_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_table(KEY, tmp_path / "none.csv", "none.csv")
