"""Levers act in their windows, and a lever of no strength is no lever."""

from collections.abc import Mapping

import pytest

from environment.model import World
from environment.policy import NO_LIMIT, Policy, ever_caps, lever_window, policy_at, turning_months
from tests.environment.worlds import LIVELY, assert_identical, scenario, world

STRONG: Mapping[str, object] = {
    "policy.start": "2025-03",
    "policy.end": "2025-09",
    "policy.cap": 0.2,
    "policy.fee_cap": 0.01,
    "policy.disclosure": 0.7,
    "policy.liquid_sleeve": 0.3,
}
AT_REST = ("none", NO_LIMIT, NO_LIMIT, 0.0, 0.0)
IN_FORCE = ("all", 0.2, 0.01, 0.7, 0.3)


def levers(values: Mapping[str, object], month: int) -> tuple[str, float, float, float, float]:
    policy = policy_at(scenario(values), month)
    return policy.access, policy.cap, policy.fee_cap, policy.disclosure, policy.liquid_sleeve


@pytest.mark.parametrize(
    ("month", "expected"), [(0, AT_REST), (2, AT_REST), (3, IN_FORCE), (8, IN_FORCE), (9, AT_REST)]
)
def test_levers_act_from_the_start_to_the_month_before_the_end(
    month: int, expected: tuple[str, float, float, float, float]
) -> None:
    assert levers(STRONG, month) == expected


@pytest.mark.parametrize(
    ("place", "lever"), list(enumerate(("access", "cap", "fee_cap", "disclosure", "liquid_sleeve")))
)
def test_every_lever_may_have_a_window_of_its_own(place: int, lever: str) -> None:
    own = {**STRONG, f"policy.{lever}_start": "2025-06", f"policy.{lever}_end": "2025-07"}
    for month in range(14):
        usual = IN_FORCE if 3 <= month < 9 else AT_REST
        expected = list(usual)
        expected[place] = IN_FORCE[place] if month == 6 else AT_REST[place]
        assert list(levers(own, month)) == expected


def test_a_lever_that_never_starts_never_acts_and_one_that_never_ends_stays() -> None:
    never = {**STRONG, "policy.cap_start": "never"}
    assert {levers(never, month)[1] for month in range(1, 25)} == {NO_LIMIT}
    for_ever = {**STRONG, "policy.cap_end": "never"}
    assert {levers(for_ever, month)[1] for month in range(3, 25)} == {0.2}
    assert lever_window(scenario(for_ever), "cap") == (3, None)


def test_levers_that_began_before_the_run_act_at_the_opening() -> None:
    assert levers({**STRONG, "policy.start": "2020-01"}, 0) == IN_FORCE


@pytest.mark.parametrize(
    "shut",
    [{"policy.access": "none"}, {"policy.cap": 0.0}, {"policy.classes": []}, {"policy.start": "never"}],
)
def test_nothing_is_open_without_access_room_or_classes(shut: Mapping[str, object]) -> None:
    policy = policy_at(scenario({"policy.start": "2025-01", **shut}), 1)
    assert policy.access == "none"
    assert not policy.open


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, True),
        ({"policy.cap": NO_LIMIT}, False),
        ({"policy.cap_start": "never"}, False),
        ({"policy.cap_start": "2025-09", "policy.cap_end": "2025-10"}, True),
        ({"policy.start": "2020-01"}, True),
    ],
)
def test_whether_a_run_ever_has_a_cap(values: Mapping[str, object], expected: bool) -> None:
    assert ever_caps(scenario({**STRONG, **values})) == expected


def test_the_policy_changes_only_in_turning_months() -> None:
    own = scenario({**STRONG, "policy.cap_start": "2025-06", "policy.cap_end": "never"})
    turning = turning_months(own)
    assert turning == {3, 6, 9}
    for month in range(1, 25):
        changes = policy_at(own, month) != policy_at(own, month - 1)
        assert changes == (month in turning)


def policy(access: str, *classes: str) -> Policy:
    return Policy(access, frozenset(classes), 1.0, 1.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("access", "menu", "default"),
    [("none", False, False), ("menu", True, False), ("default", False, True), ("all", True, True)],
)
def test_each_kind_of_access_opens_its_doors(access: str, menu: bool, default: bool) -> None:
    one = policy(access, "buyout", "gold")
    assert (one.opens_menu, one.opens_default, one.open) == (menu, default, menu or default)


def test_a_default_holds_private_funds_only_so_other_classes_do_not_open_it() -> None:
    assert not policy("default", "gold", "bitcoin").open
    assert policy("all", "gold").opens_menu
    assert not policy("all", "gold").opens_default


OPEN: Mapping[str, object] = LIVELY
BASES: Mapping[str, Mapping[str, object]] = {"closed": {**LIVELY, "policy.access": "none"}, "open": OPEN}


def lived(values: Mapping[str, object]) -> World:
    """A small world after two years."""
    one = world(values, savers=60)
    one.run_for(24)
    return one


@pytest.fixture(scope="module")
def bases() -> dict[str, World]:
    """The worlds that others are held against."""
    return {name: lived(values) for name, values in BASES.items()}


@pytest.mark.parametrize(
    ("base", "other"),
    [
        ("closed", {**OPEN, "policy.cap": 0.0}),
        ("closed", {**OPEN, "policy.classes": []}),
        ("closed", {**OPEN, "policy.start": "never"}),
        ("closed", {**OPEN, "policy.start": "2027-01"}),
        ("closed", {**OPEN, "policy.access_start": "never", "policy.cap": 0.3, "policy.disclosure": 1.0}),
        ("closed", {**OPEN, "policy.access": "default", "policy.classes": ["gold", "bitcoin"]}),
        ("open", {**OPEN, "policy.cap": 1.0, "policy.fee_cap": 1.0}),
        ("open", {**OPEN, "policy.cap": 0.05, "policy.cap_start": "2027-01"}),
        ("open", {**OPEN, "policy.fee_cap": 0.001, "policy.fee_cap_end": "2025-01"}),
        ("open", {**OPEN, "policy.disclosure": 0.0, "policy.liquid_sleeve": 0.0}),
    ],
)
def test_levers_without_strength_give_the_same_world_to_the_last_bit(
    bases: dict[str, World], base: str, other: Mapping[str, object]
) -> None:
    assert_identical(bases[base], lived(other))


def test_a_lever_with_strength_gives_another_world(bases: dict[str, World]) -> None:
    with pytest.raises(AssertionError):
        assert_identical(bases["open"], lived({**OPEN, "policy.cap": 0.05}))
    with pytest.raises(AssertionError):
        assert_identical(bases["open"], bases["closed"])
