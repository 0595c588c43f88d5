import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.calendar import format_month, parse_month


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("0000-01", 0),
        ("0000-12", 11),
        ("0001-01", 12),
        ("2025-01", 24300),
        ("2025-08", 24307),
        ("9999-12", 119999),
    ],
)
def test_a_month_counts_from_the_year_zero(text: str, month: int) -> None:
    assert parse_month(text) == month
    assert format_month(month) == text


@given(st.integers(0, 119_999))
def test_reading_a_written_month_gives_the_month(month: int) -> None:
    assert parse_month(format_month(month)) == month


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2025",
        "2025-1",
        "2025-00",
        "2025-13",
        "25-01",
        "2025-01-01",
        " 2025-01",
        "2025-01\n",
        "2025/01",
        "٢٠٢٥-01",
    ],
)
def test_anything_but_a_year_and_a_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a month written YYYY-MM"):
        parse_month(text)


@pytest.mark.parametrize("month", [-1, 120_000])
def test_a_month_outside_four_digit_years_is_refused(month: int) -> None:
    with pytest.raises(ValueError, match="outside the years"):
        format_month(month)
