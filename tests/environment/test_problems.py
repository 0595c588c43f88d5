import pickle

from hypothesis import given
from hypothesis import strategies as st

from environment.problems import Problem, ScenarioError, nearest_name, shown

CAP = Problem("caps.toml", "policy.capp", "0.2", "a known key", "policy.cap", "is not a known key")
FILE = Problem("caps.toml", "", "", "", None, "cannot be read")


def test_a_problem_says_place_key_value_what_is_wrong_what_is_right_and_the_nearest_name() -> None:
    assert str(CAP) == (
        "caps.toml: policy.capp = 0.2: is not a known key; "
        "allowed: a known key; nearest known name: policy.cap"
    )


def test_a_problem_with_a_whole_place_leaves_out_what_it_does_not_have() -> None:
    assert str(FILE) == "caps.toml: cannot be read"


def test_a_problem_fits_one_printable_line_whatever_a_file_is_called() -> None:
    assert str(Problem("a\nb\x1b.toml", "", "", "", None, "is wrong")) == r"a\nb\x1b.toml: is wrong"


def test_an_error_lists_every_problem_and_survives_the_way_to_another_process() -> None:
    error = ScenarioError([CAP, FILE])
    assert str(error) == f"{CAP}\n{FILE}"
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - made one line above
    assert again.problems == [CAP, FILE]


def test_the_nearest_name_is_found_whole_or_by_its_last_part() -> None:
    names = ["policy.cap", "policy.start", "run.start", "run.savers"]
    assert nearest_name("policy.capp", names) == "policy.cap"
    assert nearest_name("saver", names) == "run.savers"
    assert nearest_name("cap", names) == "policy.cap"
    assert nearest_name("POLICY.CAP", names) == "policy.cap"
    assert nearest_name("Cash", ["Cush", "CASH"]) == "CASH"
    assert nearest_name("xyzzy", names) is None


def test_values_are_shown_as_they_were_written() -> None:
    assert [shown(value) for value in (True, 0.15, 20, "all", "", ["gold"])] == [
        "true",
        "0.15",
        "20",
        "all",
        "''",
        "['gold']",
    ]


@given(st.text() | st.binary() | st.lists(st.text()) | st.integers() | st.floats())
def test_whatever_is_shown_fits_one_printable_line(value: object) -> None:
    text = shown(value)
    assert text.isprintable()
    assert 0 < len(text) <= 80


def test_what_python_will_not_write_is_shown_in_words() -> None:
    nested: list[object] = []
    for _ in range(100_000):
        nested = [nested]
    assert shown(10**5000) == shown([10**5000]) == shown(nested) == "a value too long to show"
    while nested:
        nested = nested.pop()  # type: ignore[assignment]
