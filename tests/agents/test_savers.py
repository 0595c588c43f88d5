"""Savers as agents: views of one row that change nothing, beside employers, managers and the government."""

from dataclasses import dataclass

import numpy as np
import pytest
from mesa import Model

from agents.employers import Employer
from agents.government import Government
from agents.managers import Manager
from agents.savers import Floats, Ints, Saver
from environment.model import World
from tests.environment.worlds import LIVELY, assert_identical, scenario, world

SMALL = {**LIVELY, "employers.plans": 20}


@dataclass
class Rows:
    """A table of three savers."""

    age: Ints
    literacy: Floats
    pay: Floats
    fees: Floats

    def wealth_of(self, row: int) -> float:
        return 100.0 * row

    def fees_of(self, row: int) -> float:
        return float(self.fees[row])


@pytest.fixture(scope="module")
def small() -> World:
    """A world with handles after a year and a half, some of whose rows have been taken over."""
    one = World(scenario(SMALL, savers=100), handles=True)
    one.run_for(18)
    return one


def test_a_view_reads_its_own_row() -> None:
    table = Rows(
        age=np.array([22, 40, 70]),
        literacy=np.array([0.1, 0.5, 0.9]),
        pay=np.array([3e4, 9e4, 0.0]),
        fees=np.array([0.0, 5.0, 7.0]),
    )
    model = Model(rng=1)
    view = Saver(model, table, 1)
    assert (view.age, view.literacy, view.pay, view.wealth, view.fees_paid) == (40, 0.5, 9e4, 100.0, 5.0)
    table.age[1] = 41
    assert view.age == 41


def test_every_view_of_a_world_shows_its_row(small: World) -> None:
    savers = small.savers
    assert savers.generation.max() > 0
    views = small.agents_by_type[Saver]
    assert sorted(view.row for view in views) == list(range(100))
    for view in views:
        assert view.age == savers.age[view.row]
        assert view.literacy == savers.literacy[view.row]
        assert view.pay == savers.pay[view.row]
        assert view.fees_paid == savers.fees_paid[view.row]
        assert view.wealth == pytest.approx(savers.wealth[view.row], rel=1e-14)


def test_a_world_knows_all_its_agents(small: World) -> None:
    count = {kind: len(members) for kind, members in small.agents_by_type.items()}
    assert count == {Saver: 100, Employer: 20, Manager: 6, Government: 1}
    assert len(small.agents) == 127


def test_reading_changes_nothing_and_results_do_not_depend_on_handles(small: World) -> None:
    without = World(scenario(SMALL, savers=100), handles=False)
    assert Saver not in without.agents_by_type
    without.run_for(18)
    assert_identical(small, without)


def test_handles_are_there_by_default_in_small_worlds() -> None:
    assert Saver in World(scenario(SMALL, savers=20, years=0)).agents_by_type


def test_worlds_alive_at_once_are_independent(small: World) -> None:
    first = world(SMALL, savers=100)
    other = World(scenario({**SMALL, "policy.access": "none"}, savers=100), seed=5, handles=False)
    for _ in range(18):
        other.run_for(1)
        first.run_for(1)
    assert_identical(small, first)


def test_running_in_pieces_is_running_at_once(small: World) -> None:
    pieces = world(SMALL, savers=100)
    for months in (1, 5, 12):
        pieces.run_for(months)
    assert_identical(small, pieces)


def test_another_seed_and_another_replication_are_other_luck() -> None:
    base = scenario(SMALL, savers=50, years=0)
    first, again = World(base), World(base, seed=1)
    others = World(base, seed=2), World(base, replication=1)
    assert_identical(first, again)
    for other in others:
        assert (other.savers.literacy != first.savers.literacy).any()


def test_running_beyond_the_end_is_refused_and_what_was_reached_stays() -> None:
    short = world(SMALL, savers=20, years=1)
    with pytest.raises(ValueError, match="the scenario ends after month 12: give it more years"):
        short.run_for(13)
    assert short.state.month == 12
    assert short.record.tables["monthly"].columns()["month"].tolist() == list(range(1, 13))
