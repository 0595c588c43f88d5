"""Stages of the government's rule on alternatives."""

from mesa import Model

from agents.government import CLOSED, GUIDANCE, SAFE_HARBOUR, Government, policy_stage


def test_the_door_is_shut_while_nothing_may_be_offered_whatever_the_safe_harbour() -> None:
    assert {policy_stage(month, False, 5) for month in range(1, 20)} == {CLOSED}


def test_guidance_comes_before_the_safe_harbour_and_the_safe_harbour_stays() -> None:
    stages = [policy_stage(month, True, 3) for month in range(1, 6)]
    assert stages == [GUIDANCE, GUIDANCE, SAFE_HARBOUR, SAFE_HARBOUR, SAFE_HARBOUR]


def test_a_safe_harbour_that_never_comes_leaves_guidance() -> None:
    assert {policy_stage(month, True, None) for month in range(1, 500)} == {GUIDANCE}


def test_a_safe_harbour_before_the_run_holds_from_the_first_month() -> None:
    assert policy_stage(1, True, -20) == SAFE_HARBOUR


def test_the_government_shows_the_stage_it_proclaimed_last() -> None:
    government = Government(Model(rng=1), safe_harbour=2)
    assert government.stage == CLOSED
    for month, allowed, stage in [(1, True, GUIDANCE), (2, True, SAFE_HARBOUR), (3, False, CLOSED)]:
        assert government.proclaim(month, allowed) == stage
        assert government.stage == stage
