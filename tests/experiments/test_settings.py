import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.parameters import parameters
from environment.scenario import ScenarioError
from experiments.settings import parse_setting


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("policy.cap=0.15", "policy.cap", 0.15),
        ("policy.cap=1", "policy.cap", 1.0),
        (" policy.cap = 1.5e-1 ", "policy.cap", 0.15),
        ("run.savers=20_000", "run.savers", 20_000),
        ("run.savers=2e4", "run.savers", 2e4),
        ("run.seed=9223372036854775807", "run.seed", 2**63 - 1),
        ("policy.access=menu", "policy.access", "menu"),
        ('policy.access="menu"', "policy.access", "menu"),
        ("policy.cap_start=", "policy.cap_start", ""),
        ("population.ages=holders", "population.ages", "holders"),
        ("population.ages='my ages.csv'", "population.ages", "my ages.csv"),
        ("policy.start='2030-01'", "policy.start", "2030-01"),
        ("employers.map_default=false", "employers.map_default", False),
        ("policy.classes=gold,bitcoin", "policy.classes", ["gold", "bitcoin"]),
        ('policy.classes=["gold", "bitcoin"]', "policy.classes", ["gold", "bitcoin"]),
        ("policy.classes=", "policy.classes", []),
    ],
)
def test_a_setting_is_read_as_the_kind_of_its_parameter(text: str, key: str, value: object) -> None:
    read = parse_setting(text)
    assert read == (key, value)
    assert type(read[1]) is type(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("policy.cap=much", "much"),
        ("run.savers=many", "many"),
        ("employers.map_default=maybe", "maybe"),
        ("policy.classes=[gold", "[gold"),
        ("policy.capp=0.1", "0.1"),
        ("policy.capp=a=b", "a=b"),
    ],
)
def test_what_cannot_be_read_stays_a_text_for_the_check_to_refuse(text: str, value: str) -> None:
    assert parse_setting(text)[1] == value


def test_not_a_number_is_read_and_left_to_the_check() -> None:
    value = parse_setting("policy.cap=nan")[1]
    assert isinstance(value, float)
    assert math.isnan(value)


@pytest.mark.parametrize("text", ["", "policy.cap", "=0.1", " = "])
def test_a_setting_without_key_or_equals_sign_is_refused(text: str) -> None:
    with pytest.raises(ScenarioError, match=r"--set: .*is not a setting; allowed: KEY=VALUE"):
        parse_setting(text)


@given(st.sampled_from(sorted(parameters())), st.text())
def test_any_text_after_a_known_key_is_read_somehow(key: str, text: str) -> None:
    assert parse_setting(f"{key}={text}")[0] == key
