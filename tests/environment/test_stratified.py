"""Draws that are spread evenly among rows that are alike."""

import numpy as np

from environment.luck import Luck
from environment.stratified import GROUP, OPENING, by_kind, inverse, spread, spread_over_all

LUCK = Luck(7, 0)
ORDER = np.random.default_rng(1).permutation(47)  # two groups of 20 and one of 7


def test_every_group_has_one_chance_in_each_of_its_intervals() -> None:
    chances = spread(LUCK, "a", ORDER)
    for first in range(0, ORDER.size, GROUP):
        of_group = chances[ORDER[first : first + GROUP]]
        assert sorted((of_group * of_group.size).astype(int).tolist()) == list(range(of_group.size))


def test_the_rank_of_a_draw_decides_on_the_interval() -> None:
    """As by sorting the draws of each group."""
    rows = np.arange(ORDER.size)
    draw, within = LUCK.uniform("a", OPENING, rows), LUCK.uniform("a", OPENING, rows, number=1)
    expected = np.empty(rows.size)
    for first in range(0, rows.size, GROUP):
        members = ORDER[first : first + GROUP]
        shuffled = members[np.argsort(draw[members])]
        places = np.arange(members.size) + within[first : first + members.size]
        expected[shuffled] = places / members.size
    np.testing.assert_array_equal(spread(LUCK, "a", ORDER), expected)


def test_up_to_twenty_rows_are_one_group() -> None:
    few = ORDER.argsort()[:GROUP].argsort()
    np.testing.assert_array_equal(spread(LUCK, "a", few), spread_over_all(LUCK, "a", few))


def test_over_all_rows_every_interval_has_one_chance() -> None:
    chances = spread_over_all(LUCK, "a", ORDER)
    assert sorted((chances * 47).astype(int).tolist()) == list(range(47))


def test_rows_by_kind_keep_their_order_within_it() -> None:
    kind, order = np.array([2, 0, 1, 0, 2]), np.array([4, 3, 2, 1, 0])
    assert by_kind(kind, order).tolist() == [3, 1, 2, 4, 0]


def test_no_rows_have_no_chances() -> None:
    assert spread(LUCK, "a", np.zeros(0, dtype=np.int64)).size == 0


def test_inversion_of_shares() -> None:
    assert inverse(np.array([0.2, 0.5, 0.3]), np.array([0.1, 0.2, 0.69, 0.71])).tolist() == [0, 1, 1, 2]
