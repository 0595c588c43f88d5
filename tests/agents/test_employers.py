"""Employers open their plans by a hazard that depends on the stage of the rule."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mesa import Model

from agents.employers import Employer, opens_plan
from agents.government import CLOSED, GUIDANCE, SAFE_HARBOUR
from environment.luck import Luck

HAZARDS = {GUIDANCE: 0.01, SAFE_HARBOUR: 0.05}


def employer(open_factor: float = 1.0) -> Employer:
    return Employer(
        Model(rng=1), row=3, size_share=0.1, auto_enrolment=True, review_month=5, open_factor=open_factor
    )


def test_a_plan_never_opens_while_the_door_is_shut() -> None:
    assert not opens_plan(CLOSED, {CLOSED: 1.0, **HAZARDS}, 5.0, 0.0)


def test_a_stage_without_a_hazard_opens_nothing_and_a_hazard_of_one_everything() -> None:
    assert not opens_plan(GUIDANCE, {}, 1.0, 1e-12)
    assert opens_plan(GUIDANCE, {GUIDANCE: 1.0}, 1.0, 1.0 - 1e-12)
    assert not opens_plan(GUIDANCE, {GUIDANCE: 0.0}, 1.0, 1e-12)


def test_the_stage_decides_which_hazard_counts() -> None:
    assert not opens_plan(GUIDANCE, HAZARDS, 1.0, 0.03)
    assert opens_plan(SAFE_HARBOUR, HAZARDS, 1.0, 0.03)


def test_reasons_to_open_multiply_the_hazard() -> None:
    assert not opens_plan(SAFE_HARBOUR, HAZARDS, 0.5, 0.03)
    assert opens_plan(SAFE_HARBOUR, HAZARDS, 0.5, 0.02)
    assert opens_plan(GUIDANCE, HAZARDS, 4.0, 0.03)
    assert opens_plan(SAFE_HARBOUR, HAZARDS, 100.0, 1.0 - 1e-12)
    assert not opens_plan(SAFE_HARBOUR, HAZARDS, 0.0, 0.0)


@given(st.floats(0, 1), st.floats(0, 1, exclude_max=True))
def test_a_factor_of_one_leaves_the_hazard_of_the_stage(hazard: float, draw: float) -> None:
    assert opens_plan(GUIDANCE, {GUIDANCE: hazard}, 1.0, draw) == (draw < hazard)


def test_every_employer_reviews_with_its_own_reasons_and_draw() -> None:
    opens = opens_plan(SAFE_HARBOUR, HAZARDS, np.array([0.5, 2.0, 2.0]), np.array([0.03, 0.09, 0.1]))
    assert opens.tolist() == [False, True, False]


def test_a_plan_remembers_when_it_opened() -> None:
    one = employer()
    assert one.open_since is None
    one.open_plan(17)
    assert one.open_since == 17


@pytest.mark.parametrize("hazard", [0.01, 0.05, 0.3])
def test_the_share_open_after_n_years_is_that_of_a_constant_hazard(hazard: float) -> None:
    """1 - (1 - h)^n, each year within 4.5 standard errors."""
    count, years = 4000, 20
    closed = np.arange(count)
    luck = Luck(2, 0)
    for year in range(1, years + 1):
        draws = luck.uniform("employer.review", 12 * year, closed)
        closed = closed[~opens_plan(GUIDANCE, {GUIDANCE: hazard}, 1.0, draws)]
        expected = 1.0 - (1.0 - hazard) ** year
        found = 1.0 - closed.size / count
        assert abs(found - expected) < 4.5 * np.sqrt(expected * (1.0 - expected) / count)
