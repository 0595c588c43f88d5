"""The match by formulas whose generosity the law and surveys state."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.matching import employer_match

HALF_OF_SIX = (0.5, 0.06, 0.0, 0.06)
SAFE_HARBOUR = (1.0, 0.03, 0.5, 0.05)
AUTOMATIC_SAFE_HARBOUR = (1.0, 0.01, 0.5, 0.06)


@pytest.mark.parametrize(
    ("formula", "most"), [(HALF_OF_SIX, 0.03), (SAFE_HARBOUR, 0.04), (AUTOMATIC_SAFE_HARBOUR, 0.035)]
)
def test_who_defers_enough_gets_the_most_the_formula_promises(
    formula: tuple[float, ...], most: float
) -> None:
    match = employer_match(np.array([100_000.0]), np.array([0.2]), np.array(formula))
    assert match[0] == pytest.approx(100_000.0 * most)


def test_each_tier_counts_only_its_own_deferral() -> None:
    pay = np.full(4, 50_000.0)
    match = employer_match(pay, np.array([0.0, 0.02, 0.04, 0.05]), np.array(SAFE_HARBOUR))
    np.testing.assert_allclose(match, [0.0, 1_000.0, 1_750.0, 2_000.0])


def test_each_saver_has_the_formula_of_their_own_plan() -> None:
    formulas = np.array([HALF_OF_SIX, SAFE_HARBOUR, (0.0, 0.0, 0.0, 0.0)])
    match = employer_match(np.full(3, 80_000.0), np.full(3, 0.06), formulas)
    np.testing.assert_allclose(match, [2_400.0, 3_200.0, 0.0])


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_deferring_more_never_lowers_the_match(one: float, other: float) -> None:
    low, high = employer_match(np.full(2, 1.0), np.sort([one, other]), np.array(AUTOMATIC_SAFE_HARBOUR))
    assert low <= high
