"""Splits of new money: nothing is lost, caps and doors hold, and six slots are always enough."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.register import buy, sell
from environment.savers import EMPTY, SLOTS, SPLIT
from environment.splits import Split, fit_slots, forbid, free_slots, keep_to_cap, move_to_plain, replace_fund
from environment.typing import FloatArray, IntArray
from tests.environment.worlds import CATALOGUE, PLAIN, SLEEVE, holding, marks, ones, plans, rows, table

HOME = int(PLAIN[3])  # the plain target-date fund of the saver in these tests
ITS_SLEEVE = int(SLEEVE[3])
SLOW = (*range(5), ITS_SLEEVE)  # cannot be sold at once
MENU = (HOME, *range(14), ITS_SLEEVE)
ALTERNATIVE = np.where(CATALOGUE.is_alternative, 1.0, 0.0)
ALTERNATIVE[SLEEVE] = 0.15

fractions = st.floats(0.0, 1.0)
choices = st.lists(st.sampled_from(MENU), min_size=1, max_size=4, unique=True)


def even(*chosen: list[int]) -> Split:
    """Splits in equal shares over what each saver chose."""
    funds, shares = np.full((len(chosen), SPLIT), EMPTY), np.zeros((len(chosen), SPLIT))
    for row, picked in enumerate(chosen):
        funds[row, : len(picked)], shares[row, : len(picked)] = picked, 1.0 / len(picked)
    return funds, shares


def homes(split: Split) -> IntArray:
    """The plain fund of each saver."""
    return np.full(split[0].shape[0], HOME)


def by_fund(split: Split, row: int = 0) -> dict[int, float]:
    """Share of each fund in one row."""
    used = split[0][row] != EMPTY
    assert len(set(split[0][row, used].tolist())) == used.sum(), "a fund stands in two columns"
    assert not split[1][row, ~used].any()
    return dict(zip(split[0][row, used].tolist(), split[1][row, used].tolist(), strict=True))


def in_alternatives(split: Split) -> FloatArray:
    """Share of each row in alternatives, looked through."""
    inside: FloatArray = np.where(split[0] != EMPTY, ALTERNATIVE[split[0]], 0.0)
    return np.asarray((inside * split[1]).sum(axis=1))


@given(choices, st.lists(fractions, min_size=SPLIT, max_size=SPLIT))
def test_what_is_moved_arrives_in_the_plain_fund(chosen: list[int], parts: list[float]) -> None:
    split = even(chosen)
    moved = split[1] * np.array([parts])
    after = move_to_plain(split, moved, homes(split))
    expected = dict.fromkeys(chosen, 0.0) | {HOME: 0.0}
    for column, fund in enumerate(chosen):
        expected[fund] += split[1][0, column] - moved[0, column]
        expected[HOME] += moved[0, column]
    found = by_fund(after)
    assert sum(found.values()) == pytest.approx(1.0, abs=1e-15 * 8)
    for fund, share in expected.items():
        assert found.get(fund, 0.0) == pytest.approx(share, abs=1e-15)


def test_a_split_is_never_changed_in_place() -> None:
    split = even([0, 6, HOME])
    before = split[0].copy(), split[1].copy()
    forbid(split, marks(0), homes(split))
    keep_to_cap(split, ALTERNATIVE, np.zeros(1), homes(split))
    fit_slots(split, np.array([[1, 2, 3, 4, ITS_SLEEVE, EMPTY]]), rows(0), homes(split))
    np.testing.assert_array_equal(split[0], before[0])
    np.testing.assert_array_equal(split[1], before[1])


def test_every_staying_fund_but_the_plain_one_takes_a_slot_beside_one_plain_fund_an_account() -> None:
    staying = np.array([[0, 6, HOME, EMPTY, EMPTY, EMPTY], [EMPTY] * 6, [0, 1, 2, 3, 4, 0]])
    assert free_slots(staying, np.full(3, HOME)).tolist() == [SLOTS - 2 - 2, SLOTS - 2, SLOTS - 2 - 6]


def test_forbidden_funds_give_all_they_got_to_the_plain_fund() -> None:
    split = even([0, 6, 12, 13], [0, HOME], [6, 7], [0, 1])
    after = forbid(split, marks(0, 1, 12), homes(split))
    assert by_fund(after, 0) == {6: 0.25, 13: 0.25, HOME: 0.5}
    assert by_fund(after, 1) == {HOME: 1.0}
    assert by_fund(after, 2) == {6: 0.5, 7: 0.5}
    assert by_fund(after, 3) == {HOME: 1.0}


@given(st.lists(choices, min_size=1, max_size=5), st.lists(fractions, min_size=5, max_size=5))
def test_a_cap_is_kept_and_reached_but_never_left_unused(chosen: list[list[int]], caps: list[float]) -> None:
    split, room = even(*chosen), np.array(caps[: len(chosen)])
    after = keep_to_cap(split, ALTERNATIVE, room, homes(split))
    np.testing.assert_allclose(after[1].sum(axis=1), 1.0, rtol=1e-14)
    np.testing.assert_allclose(
        in_alternatives(after), np.minimum(in_alternatives(split), room), rtol=1e-12, atol=1e-15
    )


@given(st.lists(choices, min_size=1, max_size=5), st.lists(fractions, min_size=5, max_size=5))
def test_a_split_within_the_cap_by_rounding_is_left_as_it_is(
    chosen: list[list[int]], caps: list[float]
) -> None:
    """Else a trillionth of a cent would be bought of the plain fund."""
    split, room = even(*chosen), np.array(caps[: len(chosen)])
    once = keep_to_cap(split, ALTERNATIVE, room, homes(split))
    for shaken in (room, room * (1.0 - 1e-14)):
        twice = keep_to_cap(once, ALTERNATIVE, shaken, homes(split))
        np.testing.assert_array_equal(twice[0], once[0])
        np.testing.assert_array_equal(twice[1], once[1])


def test_a_cap_scales_alternatives_alike_and_leaves_listed_funds_alone() -> None:
    split = even([0, 13, 6, 7])
    after = keep_to_cap(split, ALTERNATIVE, np.array([0.2]), homes(split))
    assert by_fund(after) == pytest.approx({0: 0.1, 13: 0.1, 6: 0.25, 7: 0.25, HOME: 0.3})


def test_a_cap_of_nothing_leaves_no_alternative_and_a_cap_of_one_changes_nothing() -> None:
    split = even([0, 13, 6, ITS_SLEEVE], [0])
    none = keep_to_cap(split, ALTERNATIVE, np.zeros(2), homes(split))
    assert by_fund(none, 0) == {6: 0.25, HOME: 0.75}
    assert by_fund(none, 1) == {HOME: 1.0}
    same = keep_to_cap(split, ALTERNATIVE, np.ones(2), homes(split))
    np.testing.assert_array_equal(same[0], split[0])
    np.testing.assert_array_equal(same[1], split[1])


def test_the_last_choices_give_way_when_slots_are_short() -> None:
    staying = np.array([[0, 1, 2, EMPTY, EMPTY, EMPTY]])
    after, dropped = fit_slots(even([6, 7, 8, 9]), staying, rows(2), rows(HOME))
    assert by_fund(after) == {6: 0.25, 7: 0.25, HOME: 0.5}
    assert dropped == 2


def test_what_is_held_already_and_wanted_needs_no_second_slot() -> None:
    staying = np.array([[0, 1, 2, 3, EMPTY, EMPTY]])
    split = even([6, 0, 1, HOME])
    after, dropped = fit_slots(split, staying, rows(1), rows(HOME))
    assert by_fund(after) == {6: 0.25, 0: 0.25, 1: 0.25, HOME: 0.25}
    assert dropped == 0


def test_what_nobody_else_may_take_is_for_the_plain_fund_whatever_the_room() -> None:
    """Each saver has its own room; with none, what is held stays and all else goes to the plain fund."""
    staying = np.array([[0, EMPTY, EMPTY, EMPTY, EMPTY, EMPTY]] * 3)
    split = even([6, 0, 7], [6, 0, 7], [6, 0, HOME])
    after, dropped = fit_slots(split, staying, rows(0, 1, -2), rows(HOME, HOME, HOME))
    assert by_fund(after, 0) == pytest.approx({0: 1 / 3, HOME: 2 / 3})
    assert by_fund(after, 1) == pytest.approx({6: 1 / 3, 0: 1 / 3, HOME: 1 / 3})
    assert by_fund(after, 2) == pytest.approx({0: 1 / 3, HOME: 2 / 3})
    assert dropped == 4


years = st.lists(st.tuples(choices, st.sampled_from([0.0, 0.3, 1.0])), min_size=1, max_size=6)


@given(choices, st.booleans(), years)
def test_six_slots_are_enough_for_years_of_changing_ones_mind(
    first: list[int], is_mapped: bool, later: list[tuple[list[int], float]]
) -> None:
    """Gates pay all, some or nothing; what is paid goes to the plain fund; a plan may map it at first."""
    savers = table(1)
    listed_first = [fund for fund in first if fund not in SLOW] or [HOME]
    split = even(listed_first)
    buy(savers, rows(0), plans(1), split[0], 1000.0 * split[1], ones())
    if is_mapped and HOME in listed_first:
        sold = np.where(savers.fund[[0]] == HOME, savers.units[[0]], 0.0)
        proceeds = sell(savers, rows(0), sold, ones()).sum()
        buy(savers, rows(0), plans(1), np.array([[ITS_SLEEVE]]), np.array([[proceeds]]), ones())
        split = replace_fund(split, rows(HOME), rows(ITS_SLEEVE))
    for chosen, paid in later:
        slow = np.isin(savers.fund[[0]], SLOW)
        staying = np.where(slow, savers.fund[[0]], EMPTY)
        room = SLOTS - 1 - (staying != EMPTY).sum(axis=1)  # beside the plain fund
        split, _ = fit_slots(even(chosen), staying, room, rows(HOME))
        # What is no longer wanted: listed funds are sold, of the slow ones the gate pays a part.
        unwanted = ~np.isin(savers.fund[[0]], split[0][0]) & (savers.fund[[0]] != EMPTY)
        queue = sell(savers, rows(0), np.where(unwanted & slow, paid, 0.0) * savers.units[[0]], ones()).sum()
        buy(savers, rows(0), plans(1), np.array([[HOME]]), np.array([[queue]]), ones())
        listed = np.where(unwanted & ~np.isin(savers.fund[[0]], SLOW), savers.units[[0]], 0.0)
        proceeds = sell(savers, rows(0), listed, ones()).sum()
        buy(savers, rows(0), plans(1), split[0], split[1] * (proceeds + 100.0), ones())
        assert len(holding(savers, 0)) <= SLOTS


def test_a_successor_takes_the_place_and_the_share_of_a_fund() -> None:
    split = even([6, HOME], [7], [HOME])
    after = replace_fund(split, rows(HOME, HOME, 9), rows(ITS_SLEEVE, ITS_SLEEVE, 10))
    assert by_fund(after, 0) == {6: 0.5, ITS_SLEEVE: 0.5}
    assert by_fund(after, 1) == {7: 1.0}
    assert by_fund(after, 2) == {HOME: 1.0}
