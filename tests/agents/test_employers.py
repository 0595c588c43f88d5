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


def test_an_employer_reviews_with_its_own_reasons() -> None:
    assert not employer(open_factor=0.5).review(5, SAFE_HARBOUR, HAZARDS, 0.03)
    assert employer(open_factor=2.0).review(5, SAFE_HARBOUR, HAZARDS, 0.09)


def test_a_plan_opens_once_and_remembers_when() -> None:
    one = employer()
    assert not one.review(5, SAFE_HARBOUR, HAZARDS, 0.05)
    assert one.open_since is None
    assert one.review(17, SAFE_HARBOUR, HAZARDS, 0.0499)
    assert not one.review(29, SAFE_HARBOUR, HAZARDS, 0.0)
    assert one.open_since == 17


@pytest.mark.parametrize("hazard", [0.01, 0.05, 0.3])
def test_the_share_open_after_n_years_is_that_of_a_constant_hazard(hazard: float) -> None:
    """1 - (1 - h)^n, each year within 4.5 standard errors."""
    count, years = 4000, 20
    model = Model(rng=1)
    employers = [Employer(model, row, 1.0 / count, True, 1) for row in range(count)]
    luck = Luck(2, 0)
    for year in range(1, years + 1):
        draws = luck.uniform("employer.review", 12 * year, np.arange(count))
        for one, draw in zip(employers, draws.tolist(), strict=True):
            one.review(12 * year, GUIDANCE, {GUIDANCE: hazard}, draw)
        expected = 1.0 - (1.0 - hazard) ** year
        found = np.mean([one.open_since is not None for one in employers])
        assert abs(found - expected) < 4.5 * np.sqrt(expected * (1.0 - expected) / count)
