import dataclasses
import json
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.assets import CLASSES, PRIVATE
from environment.parameters import parameters
from environment.problems import Problem
from environment.scenario import Scenario, ScenarioError, Written, build_scenario

DEFAULT = build_scenario("default", "")

HOSTILE: st.SearchStrategy[object] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.dates()
    | st.complex_numbers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def problems_of(changes: dict[Any, object]) -> list[Problem]:
    """Everything that is wrong with the changes."""
    with pytest.raises(ScenarioError) as caught:
        DEFAULT.with_values(changes)
    return caught.value.problems


def test_every_parameter_has_a_value_and_the_default_is_that_of_the_registry() -> None:
    assert dict(DEFAULT.values) == {key: one.value for key, one in parameters().items()}


def test_values_are_read_by_their_kind() -> None:
    assert DEFAULT.number("population.perimeter_usd") == 8.7e12
    assert DEFAULT.number("run.years") == 40.0
    assert DEFAULT.whole("run.savers") == 20_000
    assert DEFAULT.text("policy.access") == "all"
    assert DEFAULT.switch("employers.map_default") is True
    assert DEFAULT.texts("policy.classes")[:2] == ("buyout", "venture")


@pytest.mark.parametrize(
    ("method", "key"),
    [
        ("number", "employers.map_default"),
        ("number", "policy.access"),
        ("whole", "policy.cap"),
        ("whole", "employers.map_default"),
        ("text", "policy.cap"),
        ("switch", "policy.cap"),
        ("texts", "policy.access"),
        ("month", "policy.access"),
    ],
)
def test_a_value_is_not_read_as_another_kind(method: str, key: str) -> None:
    with pytest.raises(TypeError, match=f"{key} is not a"):
        getattr(DEFAULT, method)(key)


def test_a_class_vector_stands_in_the_order_of_the_classes() -> None:
    changed = DEFAULT.with_values(
        {f"market.impact.{name}": float(place) for place, name in enumerate(CLASSES)}
    )
    np.testing.assert_array_equal(changed.by_class("market.impact"), np.arange(16.0))
    outside = DEFAULT.with_values(
        {f"funds.outside_usd.{name}": float(place) for place, name in enumerate(PRIVATE)}
    )
    np.testing.assert_array_equal(outside.by_private("funds.outside_usd"), np.arange(5.0))
    np.testing.assert_array_equal(changed.numbers("market.impact", ["cash", "us_equity"]), [6.0, 0.0])


def test_months_count_from_the_start_of_the_run() -> None:
    changed = DEFAULT.with_values(
        {"run.start": "2026-03", "policy.start": "2026-03", "policy.cap_end": "2028-03"}
    )
    assert changed.start == 12 * 2026 + 2
    assert changed.month("run.start") == 1
    assert changed.month("policy.cap_end") == 25
    assert changed.month("policy.safe_harbour") == 11
    assert changed.month("policy.end") is None
    assert changed.with_values({"policy.start": "2025-12"}).month("policy.start") == -2


def test_an_empty_month_follows_the_policy() -> None:
    assert DEFAULT.month("policy.cap_start") == DEFAULT.month("policy.start") == 8
    assert DEFAULT.month("policy.cap_end") is None
    assert DEFAULT.with_values({"policy.end": "2030-01"}).month("policy.cap_end") == 61
    assert DEFAULT.text("policy.cap_start") == ""


def test_replace_changes_the_run_and_nothing_else() -> None:
    changed = DEFAULT.replace(savers=500, years=2, seed=7, replications=3)
    assert [changed.whole(f"run.{name}") for name in ("savers", "years", "seed", "replications")] == [
        500,
        2,
        7,
        3,
    ]
    assert changed.months == 24
    untouched = {key: value for key, value in changed.values.items() if not key.startswith("run.")}
    assert untouched == {key: value for key, value in DEFAULT.values.items() if not key.startswith("run.")}
    assert DEFAULT.replace(years=0).months == 0
    assert DEFAULT.replace() == DEFAULT


def test_a_scenario_cannot_be_changed_in_place() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        DEFAULT.name = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        DEFAULT.values["policy.cap"] = 0.5  # type: ignore[index]


def test_a_scenario_survives_the_way_to_another_process() -> None:
    scenario = build_scenario(
        "caps", "A cap.", [Written("caps.toml", "policy.cap", 0.1)], inputs={"caps.toml": "0f"}
    )
    assert pickle.loads(pickle.dumps(scenario)) == scenario  # noqa: S301 - made on this line
    assert scenario != DEFAULT


def test_the_resolved_scenario_is_plain_json_with_every_value() -> None:
    tree = DEFAULT.resolved()
    assert json.loads(json.dumps(tree)) == tree
    assert tree["name"] == "default"
    assert tree["policy"]["classes"][0] == "buyout"
    for key, value in DEFAULT.values.items():
        found: Any = tree
        for part in key.split("."):
            found = found[part]
        assert found == (list(value) if isinstance(value, tuple) else value)


def test_every_problem_comes_at_once_with_place_key_value_allowed_and_nearest_name() -> None:
    written = [
        Written("a.toml", "policy.capp", 0.2),
        Written("a.toml", "policy.cap", 2),
        Written("--set", "run.savers", "many"),
        Written("--set", "population.education.college", 0.9),
        Written("a.toml", "policy.end", "2024-01"),
    ]
    with pytest.raises(ScenarioError) as caught:
        build_scenario("a", "", written, problems=[Problem("a.toml", "", "", "", None, "was found before")])
    found = [(one.place, one.key, one.value, one.nearest) for one in caught.value.problems]
    assert found == [
        ("a.toml", "", "", None),
        ("a.toml", "policy.capp", "0.2", "policy.cap"),
        ("a.toml", "policy.cap", "2", None),
        ("--set", "run.savers", "many", None),
        ("--set", "population.education.college", "0.9", None),
        ("a.toml", "policy.end", "2024-01", None),
    ]
    assert caught.value.problems[2].allowed == "a number from 0 to 1"


def test_a_contradiction_is_reported_where_one_of_its_values_was_written() -> None:
    assert [
        (one.key, one.value) for one in problems_of({"policy.start": "2030-01", "policy.end": "2029-12"})
    ] == [("policy.end", "2029-12")]
    (only,) = problems_of({"funds.evergreen.incentive_fee": 0.5, "funds.evergreen.catch_up": 0.4})
    assert only.message == "the catch-up of 0.4 does not exceed the incentive fee of 0.5"
    later = DEFAULT.with_values({"policy.end": "2026-01"})
    with pytest.raises(
        ScenarioError, match=r"with_values: policy\.start = 2027-01: policy\.end, which is 2026-01"
    ):
        later.with_values({"policy.start": "2027-01"})


def test_a_wrong_value_is_not_also_a_contradiction() -> None:
    assert [one.message for one in problems_of({"population.education.college": 1.5})] == ["is out of range"]


def test_every_value_written_is_checked_and_the_last_one_holds() -> None:
    twice = [Written("a.toml", "policy.cap", 0.2), Written("b.toml", "policy.cap", 0.3)]
    assert build_scenario("a", "", twice).number("policy.cap") == 0.3
    with pytest.raises(ScenarioError, match=r"a\.toml: policy\.cap = -1"):
        build_scenario("a", "", [Written("a.toml", "policy.cap", -1), twice[1]])


def test_a_group_of_keys_is_not_a_key() -> None:
    (only,) = problems_of({"policy": 1})
    assert only.message == "is a group of keys, not a key"
    assert only.nearest is not None
    assert only.nearest.startswith("policy.")


@given(st.dictionaries(st.sampled_from(sorted(parameters())) | st.text(), HOSTILE, max_size=4))
def test_hostile_values_give_a_scenario_or_a_scenario_error(changes: dict[str, object]) -> None:
    try:
        scenario, problems = DEFAULT.with_values(changes), []
    except ScenarioError as error:
        scenario, problems = DEFAULT, error.problems
    assert scenario.values.keys() == DEFAULT.values.keys()
    assert all(type(scenario.values[key]) is type(value) for key, value in DEFAULT.values.items())
    assert len(problems) <= 3 * len(changes)
    assert all(line.isprintable() for line in map(str, problems))


@given(st.sampled_from(sorted(parameters())), st.data())
def test_a_number_within_its_range_is_taken_and_one_beyond_is_not(key: str, data: st.DataObject) -> None:
    one = parameters()[key]
    if one.range is None or isinstance(one.range[0], str):
        return
    low, high = float(one.range[0]), float(one.range[1])
    outside = data.draw(
        st.floats(max_value=low, exclude_max=True) | st.floats(min_value=high, exclude_min=True)
    )
    with pytest.raises(ScenarioError, match=r"out of range|not a (finite|whole) number"):
        DEFAULT.with_values({key: outside})


def test_a_scenario_can_be_made_by_hand() -> None:
    assert Scenario("by hand", "", {"policy.cap": 1.0}).inputs == {}
