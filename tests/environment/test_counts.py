"""Counts in one pass over the savers, against masks."""

import numpy as np

from environment.counts import count_members


def test_members_have_money_in_the_plan_of_their_employer() -> None:
    random = np.random.default_rng(5)
    employer = random.integers(0, 7, 300).astype(np.int32)
    units = np.where(random.random((300, 6)) < 0.2, 1.0, 0.0)
    in_ira = random.random((300, 6)) < 0.5
    expected = np.bincount(employer[((units > 0.0) & ~in_ira).any(axis=1)], minlength=9)
    assert count_members(employer, units, in_ira, 9).tolist() == expected.tolist()
