"""Counts in one pass over the savers, against masks."""

import numpy as np

from environment.counts import count_members, count_retired
from environment.savers import RETIRED, SEPARATED, WORKING


def test_the_retired_are_counted_who_hold_or_have_held_an_account() -> None:
    """Three retired, one of whom never held; of the others one owns something in the last slot."""
    status = np.array([RETIRED, RETIRED, RETIRED, WORKING, SEPARATED])
    has_held = np.array([True, True, False, True, True])
    units = np.zeros((5, 6))
    units[[0, 3], [5, 0]] = 1.0
    assert count_retired(status, has_held, units) == (2, 1)
    assert count_retired(status[3:], has_held[3:], units[3:]) == (0, 0)


def test_members_have_money_in_the_plan_of_their_employer() -> None:
    random = np.random.default_rng(5)
    employer = random.integers(0, 7, 300).astype(np.int32)
    units = np.where(random.random((300, 6)) < 0.2, 1.0, 0.0)
    in_ira = random.random((300, 6)) < 0.5
    expected = np.bincount(employer[((units > 0.0) & ~in_ira).any(axis=1)], minlength=9)
    assert count_members(employer, units, in_ira, 9).tolist() == expected.tolist()
