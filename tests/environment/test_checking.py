import math

import numpy as np
import pytest

from environment.checking import Refusal, accept, allowed_text
from environment.parameters import parameters

CAP = parameters()["policy.cap"]
SAVERS = parameters()["run.savers"]
SEED = parameters()["run.seed"]
ACCESS = parameters()["policy.access"]
CLASSES = parameters()["policy.classes"]
MAP_DEFAULT = parameters()["employers.map_default"]
START = parameters()["run.start"]
POLICY_END = parameters()["policy.end"]
CAP_START = parameters()["policy.cap_start"]


@pytest.mark.parametrize(("written", "value"), [(0, 0.0), (1, 1.0), (0.15, 0.15), (np.float32(0.5), 0.5)])
def test_numbers_are_taken_whole_or_not(written: object, value: float) -> None:
    accepted = accept(CAP, written)
    assert accepted == value
    assert type(accepted) is float


@pytest.mark.parametrize("written", [True, "0.1", None, [0.1], {"a": 1}, 1j])
def test_what_is_no_number_is_refused(written: object) -> None:
    assert accept(CAP, written) == Refusal("is not a number")


@pytest.mark.parametrize("written", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_refused(written: float) -> None:
    assert accept(CAP, written) == Refusal("is not a finite number")


@pytest.mark.parametrize("written", [-1e-9, 1.0000001, 10**400])
def test_a_number_outside_its_range_is_refused(written: float) -> None:
    assert accept(CAP, written) == Refusal("is out of range")


@pytest.mark.parametrize(("written", "value"), [(10, 10), (2e4, 20_000), (np.int64(50), 50)])
def test_whole_numbers_are_taken_however_written(written: object, value: int) -> None:
    accepted = accept(SAVERS, written)
    assert accepted == value
    assert type(accepted) is int


@pytest.mark.parametrize("written", [0.5, True, "20", math.nan, math.inf, None])
def test_what_is_no_whole_number_is_refused(written: object) -> None:
    assert accept(SAVERS, written) == Refusal("is not a whole number")


@pytest.mark.parametrize(("written", "inside"), [(2**63 - 1, True), (2**63, False), (-1, False)])
def test_the_range_of_whole_numbers_is_exact(written: int, inside: bool) -> None:
    assert isinstance(accept(SEED, written), Refusal) is not inside


def test_a_name_is_one_of_the_allowed() -> None:
    assert accept(ACCESS, "menu") == "menu"
    assert accept(ACCESS, "menus") == Refusal("is not known", "menu")
    assert accept(ACCESS, 1) == Refusal("is not a text")


def test_a_file_is_one_of_the_allowed_names_or_a_path_that_ends_in_csv() -> None:
    ages = parameters()["population.ages"]
    for written in ("holders", "a.csv", "../b/A.CSV"):
        assert accept(ages, written) == written
    assert accept(ages, "holder") == Refusal("is not known", "holders")
    assert accept(ages, "a.csv.gz") == Refusal("is not known")
    assert accept(ages, ["a.csv"]) == Refusal("is not a text")


def test_a_switch_is_true_or_false() -> None:
    assert accept(MAP_DEFAULT, False) is False
    assert accept(MAP_DEFAULT, 0) == Refusal("is neither true nor false")


def test_a_list_holds_allowed_names_once_each() -> None:
    assert accept(CLASSES, ["gold", "bitcoin"]) == ("gold", "bitcoin")
    assert accept(CLASSES, []) == ()
    assert accept(CLASSES, "gold") == Refusal("is not a list of names")
    assert accept(CLASSES, ["gold", 3]) == Refusal("has the entry 3, which is not a text")
    assert accept(CLASSES, ["golt"]) == Refusal("has the unknown entry golt", "gold")
    assert accept(CLASSES, ["gold", "gold"]) == Refusal("names gold twice")


def test_a_month_is_a_month_and_never_or_empty_only_where_that_means_something() -> None:
    assert accept(START, "2030-12") == "2030-12"
    assert accept(POLICY_END, "never") == "never"
    assert accept(CAP_START, "") == ""
    assert accept(START, "never") == Refusal("is not a month")
    assert accept(POLICY_END, "") == Refusal("is not a month")
    assert accept(POLICY_END, "nevr") == Refusal("is not a month", "never")
    assert accept(START, "1492-10") == Refusal("is out of range")
    assert accept(START, 2025) == Refusal("is not a text")


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("policy.cap", "a number from 0 to 1"),
        ("run.years", "a whole number from 0 to 100"),
        ("policy.access", "one of none, menu, default, all"),
        (
            "population.ages",
            "one of stationary, holders, or the path of a CSV file, which ends in .csv",
        ),
        ("employers.map_default", "true or false"),
        ("run.start", "a month as text, YYYY-MM from 1950-01 to 2200-12"),
        (
            "policy.cap_end",
            "a month as text, YYYY-MM from 1900-01 to 2999-12, or never, or empty for that of policy.end",
        ),
    ],
)
def test_what_is_allowed_is_said_in_words(key: str, words: str) -> None:
    assert allowed_text(parameters()[key]) == words
