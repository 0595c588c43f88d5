"""Claims of Social Security, planned and forced."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.claiming import FORCED_EMPTY, FORCED_FROZEN, NOT_YET, PLANNED, claims, planned_claim_ages

EVENLY = (np.arange(3000) + 0.5) / 3000


def claim(age: int, planned: int, out: bool, payable: float, wealth: float, need: float = 40_000.0) -> int:
    found = claims(
        np.array([age]),
        np.array([planned]),
        np.array([out]),
        np.array([payable]),
        np.array([wealth]),
        np.array([need]),
    )
    return int(found[0])


def test_without_a_spread_all_mean_to_claim_at_one_age() -> None:
    assert (planned_claim_ages(EVENLY, 65, 0) == 65).all()


def test_the_spread_is_even_and_stays_within_the_law() -> None:
    ages, counts = np.unique(planned_claim_ages(EVENLY, 65, 2), return_counts=True)
    np.testing.assert_array_equal(ages, [63, 64, 65, 66, 67])
    np.testing.assert_array_equal(counts, 600)
    assert set(planned_claim_ages(EVENLY, 68, 7)) == set(range(62, 71))


@pytest.mark.parametrize(
    ("age", "planned", "reason"),
    [
        (61, 62, NOT_YET),
        (62, 62, PLANNED),
        (62, 60, PLANNED),
        (61, 60, NOT_YET),
        (64, 65, NOT_YET),
        (65, 65, PLANNED),
        (69, 80, NOT_YET),
        (70, 80, PLANNED),
    ],
)
def test_who_can_wait_claims_as_planned_from_62_and_at_70_at_the_latest(
    age: int, planned: int, reason: int
) -> None:
    assert claim(age, planned, out=True, payable=1e6, wealth=1e6) == reason


@pytest.mark.parametrize(
    ("payable", "wealth", "reason"),
    [
        (40_000.0, 40_000.0, NOT_YET),
        (39_999.0, 39_999.0, FORCED_EMPTY),
        (0.0, 0.0, FORCED_EMPTY),
        (39_999.0, 40_000.0, FORCED_FROZEN),
        (0.0, 1e6, FORCED_FROZEN),
        (0.0, 39_999.0, FORCED_EMPTY),
    ],
)
def test_want_of_wealth_and_frozen_wealth_are_told_apart(payable: float, wealth: float, reason: int) -> None:
    assert claim(63, 67, out=True, payable=payable, wealth=wealth) == reason
    assert claim(61, 67, out=True, payable=payable, wealth=wealth) == NOT_YET
    assert claim(63, 67, out=False, payable=payable, wealth=wealth) == NOT_YET
    assert claim(67, 67, out=True, payable=payable, wealth=wealth) == PLANNED


@given(st.integers(50, 80), st.integers(62, 70), st.booleans(), st.floats(0.0, 1e6))
def test_without_a_need_all_claims_are_planned(age: int, planned: int, out: bool, wealth: float) -> None:
    expected = PLANNED if age >= planned else NOT_YET
    assert claim(age, planned, out, payable=0.0, wealth=wealth, need=0.0) == expected
