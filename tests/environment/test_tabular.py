"""CSV files of users: what may be sloppy, what is refused, and that nothing in them raises anything else."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.tabular import InputTable, Sheet, read_sheet

COLUMNS = ("month", "gold")


def sheet_of(text: str) -> Sheet:
    return read_sheet("a.csv", text.encode(), COLUMNS)


def told(text: str) -> list[str]:
    """The problems of a file, a line each, without what is allowed."""
    return [str(one).partition("; allowed")[0] for one in sheet_of(text).problems]


def cells(sheet: Sheet) -> list[tuple[int, str, str]]:
    return [(row.line, row.cells["month"], row.cells["gold"]) for row in sheet.rows]


def number(text: str) -> tuple[float | None, list[str]]:
    """The number from -1 to 10 that a cell gives, and what is wrong with it."""
    sheet = read_sheet("a.csv", b"", COLUMNS)
    sheet.problems.clear()
    (row,) = read_sheet("a.csv", f'month,gold\n1,"{text}"\n'.encode(), COLUMNS).rows
    value = sheet.number(row, "gold", -1.0, 10.0, "a number")
    return value, [one.message for one in sheet.problems]


def test_rows_come_with_their_lines_and_only_the_columns_asked_for() -> None:
    sheet = sheet_of("note,gold,month\nx,1,2025-01\ny,2,2025-02\n")
    assert sheet.problems == []
    assert cells(sheet) == [(2, "2025-01", "1"), (3, "2025-02", "2")]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffmonth,gold\n1,2\n",
        "month,gold\r\n1,2\r\n",
        "month,gold\r1,2\r",
        " month , gold \n 1 ,  2\n",
        '"month","gold"\n"1","2"',
        "month,gold,,\n1,2,,\n",
    ],
)
def test_marks_blanks_line_ends_and_quotation_marks_do_not_matter(text: str) -> None:
    assert [(first, second) for _, first, second in cells(sheet_of(text))] == [("1", "2")]
    assert told(text) == []


def test_blank_lines_count_as_lines_and_are_passed_over() -> None:
    assert cells(sheet_of("\nmonth,gold\n\n1,2\n , \n3,4\n")) == [(4, "1", "2"), (6, "3", "4")]


def test_a_cell_may_hold_commas_in_quotation_marks() -> None:
    sheet = sheet_of('month,note,gold\n1,"a, b",2\n')
    assert cells(sheet) == [(2, "1", "2")]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", ["a.csv: is empty"]),
        ("\n\n", ["a.csv: is empty"]),
        ("month,gold\n", ["a.csv: has no rows below the heading"]),
        ("month\n1\n", ["a.csv: has no column gold"]),
        ("x\n1\n", ["a.csv: has none of its columns in the first line, x"]),
        ("# a,b\nmonth,gold\n1,2\n", ["a.csv: has none of its columns in the first line, # a,b"]),
        ("Month,x\n1,2\n", ["a.csv: has no columns month (has Month instead), gold"]),
        ("month,gold,gold\n1,2,3\n", ["a.csv: has 2 columns gold"]),
        ("month;gold\n1;2\n", ["a.csv: has its columns separated by semicolons"]),
        ("month\tgold\n1\t2\n", ["a.csv: has its columns separated by tabs"]),
        (
            "month,gold\n1\n1,2,3\n4,5\n",
            [
                "a.csv, line 2: the line has 1 cell, the heading has 2",
                "a.csv, line 3: the line has 3 cells, the heading has 2 (a comma as decimal point?)",
            ],
        ),
        ('month,gold\n1,"2\n', ["a.csv, line 2: is not CSV: unexpected end of data"]),
    ],
)
def test_what_is_wrong_with_a_file_as_a_whole_is_told(text: str, problems: list[str]) -> None:
    assert told(text) == problems


def test_of_many_problems_alike_three_are_told_and_the_others_counted() -> None:
    rows = [f"{month},{'x' if month % 2 else '1%'}" for month in range(1, 11)]
    sheet = sheet_of("\n".join(["month,gold", *rows, "1,2,3"]))
    for row in sheet.rows:
        sheet.number(row, "gold", 0.0, 1.0, "")
    assert [str(one).partition("; allowed")[0] for one in sheet.told()] == [
        "a.csv, line 12: the line has 3 cells, the heading has 2 (a comma as decimal point?)",
        "a.csv, line 2: gold = x: is not a number",
        "a.csv, line 3: gold = 1%: has a percent sign",
        "a.csv, line 4: gold = x: is not a number",
        "a.csv, line 5: gold = 1%: has a percent sign",
        "a.csv, line 6: gold = x: is not a number",
        "a.csv: gold: and 2 more, to line 10",
        "a.csv, line 7: gold = 1%: has a percent sign",
        "a.csv: gold: and 2 more, to line 11",
    ]
    assert len(sheet.problems) == 11


def test_a_misspelt_column_is_named() -> None:
    (only,) = sheet_of("month,goldd\n1,2\n").problems
    assert only.message == "has no column gold, has goldd instead"
    assert only.nearest is None
    assert only.allowed == "a heading with the columns month, gold"


def test_rows_have_the_columns_that_are_there_and_the_others_are_listed() -> None:
    sheet = read_sheet("a.csv", b"note,gold,b\nx,1,2\n", COLUMNS, ("a", "b"))
    assert (sheet.columns, sheet.others) == (("gold", "b"), ("note",))
    assert [dict(row.cells) for row in sheet.rows] == [{"gold": "1", "b": "2"}]
    assert [one.message for one in sheet.problems] == ["has no column month"]
    assert sheet.number(sheet.rows[0], "month", 0.0, 1.0, "") is None
    assert len(sheet.problems) == 1
    double = read_sheet("a.csv", b"month,gold,a,a\n1,2,3,4\n", COLUMNS, ("a", "b"))
    assert [one.message for one in double.problems] == ["has 2 columns a"]


def test_a_file_that_is_no_text_is_refused_with_the_line() -> None:
    (only,) = read_sheet("a.csv", b"month,gold\n1,\xe9\n", COLUMNS).problems
    assert only.message == "is not UTF-8 text, line 2"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("month,gold\n1,2".encode("utf-16"), "is text in UTF-16, not CSV"),
        ("\ufeffmonth,gold\n1,2".encode("utf-16-be"), "is text in UTF-16, not CSV"),
        (b"PK\x03\x04\x14\x00\x06\x00", "is a workbook or another ZIP file, not CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is a workbook, not CSV"),
    ],
)
def test_a_workbook_is_told_from_text(content: bytes, message: str) -> None:
    (only,) = read_sheet("a.csv", content, COLUMNS).problems
    assert only.message == message


@pytest.mark.parametrize(
    ("text", "value"), [("1", 1.0), ("-.5", -0.5), ("+2.", 2.0), ("1e-3", 0.001), (" 10 ", 10.0)]
)
def test_numbers_have_a_decimal_point(text: str, value: float) -> None:
    assert number(text) == (value, [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("5%", "has a percent sign"),
        ("#N/A", "is what a spreadsheet writes for an error"),
        ("#DIV/0!", "is what a spreadsheet writes for an error"),
        ("\N{MINUS SIGN}0.5", "has a long minus sign, not a hyphen"),
        ("(0.5)", "is in brackets: a loss has a minus sign"),
        ("(x)", "is not a number"),
        ("(", "is not a number"),
        ("0,5", "has a comma for a decimal point or between thousands"),
        ("6,899", "has a comma for a decimal point or between thousands"),
        ("nan", "is not a number"),
        ("inf", "is not a number"),
        ("1_0", "is not a number"),
        ("٣", "is not a number"),
        ("$5", "is not a number"),
        ("1e999", "is out of range"),
        ("-1.01", "is out of range"),
    ],
)
def test_what_is_no_number_in_the_range_is_told_why(text: str, message: str) -> None:
    assert number(text) == (None, [message])


def test_whole_numbers_may_have_a_point_but_no_fraction() -> None:
    sheet = sheet_of("month,gold\n1.0,2.5\n")
    (row,) = sheet.rows
    assert sheet.whole(row, "month", 0, 9, "a whole number") == 1
    assert sheet.whole(row, "gold", 0, 9, "a whole number") is None
    assert str(sheet.problems[0]) == (
        "a.csv, line 2: gold = 2.5: is not a whole number; allowed: a whole number"
    )


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"month,gold\n{text}".encode()))
def test_any_bytes_give_rows_or_problems(content: bytes) -> None:
    sheet = read_sheet("a.csv", content, COLUMNS)
    assert sheet.rows or sheet.problems
    for row in sheet.rows:
        found = len(sheet.problems)
        assert (sheet.number(row, "gold", -1.0, 1.0, "") is None) == (len(sheet.problems) > found)
    assert all(str(one).isprintable() for one in sheet.problems)


@given(st.lists(st.tuples(st.integers(0, 99), st.floats(-1e6, 1e6)), min_size=1))
def test_numbers_written_are_the_numbers_read(rows: list[tuple[int, float]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    sheet = sheet_of(text.getvalue())
    read = [
        (sheet.whole(row, "month", 0, 99, ""), sheet.number(row, "gold", -1e6, 1e6, "")) for row in sheet.rows
    ]
    assert read == rows


def test_a_table_gives_its_numbers_as_an_array() -> None:
    table = InputTable("inputs/a.csv", "a.csv", "0f", b"", COLUMNS, ((1.0, 2.0), (3.0, 4.0), (5.0, 6.0)))
    np.testing.assert_array_equal(table.numbers(), [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
