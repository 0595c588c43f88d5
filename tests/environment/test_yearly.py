"""What is observed once a year: fees of the dead, plans, managers, lives, the Lorenz curve."""

import numpy as np
import pytest

from environment.funds.book import PRIVATES
from environment.life import departures
from environment.model import World
from environment.yearly import life_rows, observe_employers, observe_groups, observe_managers
from experiments.load import load_scenario

NOTHING = np.nan


@pytest.fixture(name="world")
def world_at_its_opening() -> World:
    scenario = load_scenario("open-access", ("run.savers=200", "run.years=1", "run.start=2025-04"))
    return World(scenario, handles=False)


def test_the_fees_of_the_dead_stay_with_their_group(world: World) -> None:
    record, savers = world.record, world.savers
    savers.year_fees[:] = 0.0
    record.fees_of_departed[5, 2] = 7.0
    members = np.flatnonzero(savers.has_held)
    observe_groups(record, world.state, 1, members)
    groups = record.tables["groups"].columns()
    last = groups["year"] == 1
    named = {
        (band, quintile): fees / savers.weight
        for band, quintile, fees in zip(
            groups["age_band"][last], groups["literacy_quintile"][last], groups["fees_usd"][last], strict=True
        )
    }
    paid = {key for key, fees in named.items() if fees > 0.0}
    assert paid == {("65+", "3"), ("65+", "all"), ("all", "3"), ("all", "all")}
    assert named["all", "all"] == pytest.approx(7.0)
    assert not record.fees_of_departed.any()


def test_plans_tell_what_they_offer(world: World) -> None:
    """The menu and the default open apart, and only while the law allows it."""
    state, record = world.state, world.record
    state.plans.open[0] = state.plans.sleeve_default[1] = True
    observe_employers(record, state, 1)
    world.run_for(12)
    state.plans.open[:], state.plans.sleeve_default[:] = False, False
    state.plans.open[0] = state.plans.sleeve_default[1] = True
    observe_employers(record, state, 2)
    columns = record.tables["employers"].columns()
    before, after = (columns["year"] == year for year in (1, 2))
    assert not columns["offers_alternatives"][before][:500].any()
    assert np.flatnonzero(columns["offers_alternatives"][after]).tolist() == [0, 1]
    assert np.flatnonzero(columns["default_fund"][after] == "target_date_sleeve").tolist() == [1]
    assert columns["participants"][after].sum() == pytest.approx(
        world.savers.weight * world.savers.holds_plan.sum()
    )


def test_managers_are_paid_once_and_start_the_year_anew(world: World) -> None:
    record, state = world.record, world.state
    record.growth[0] = 1.08, 1.05
    world.managers[0].collect(3.0, 2.0)
    observe_managers(record, state, 1)
    observe_managers(record, state, 2)
    columns = record.tables["managers"].columns()
    assert columns["management_fees_usd"].tolist() == [3.0] + [0.0] * 11
    assert columns["performance_fees_usd"].tolist() == [2.0] + [0.0] * 11
    assert columns["net_return"][0] == pytest.approx(0.08)
    assert columns["reported_return"][0] == pytest.approx(0.05)
    assert columns["net_return"][6] == 0.0
    assert columns["aum_usd"][:5].tolist() == state.funds.units[PRIVATES].tolist()
    assert columns["market_share"][:6].sum() == pytest.approx(1.0)


def test_age_at_the_start_is_that_of_the_last_birthday(world: World) -> None:
    """The opening is the end of March 2025: born in March 1985 one is 40, in April still 39."""
    savers, rows = world.savers, np.array([0, 1, 2])
    savers.people.birth_month[rows], savers.people.birth_year[rows] = (3, 4, 4), 1985
    savers.generation[2] = 1
    lives = life_rows(world.state, departures(world.state, rows), np.array([10.0, 20.0, 30.0]))
    np.testing.assert_array_equal(lives["age_at_start"], [40.0, 39.0, NOTHING])
    assert lives["saver"].tolist() == [0, 1, 202]
    assert set(lives["literacy_quintile"]) <= {"1", "2", "3", "4", "5"}
    np.testing.assert_array_equal(lives["wealth_real"], [10.0, 20.0, 30.0])


def test_points_of_the_lorenz_curve_at_the_opening_and_at_the_end(world: World) -> None:
    world.run_for(12)
    curve = world.record.tables["lorenz"].columns()
    for year in (0, 1):
        population, wealth = (
            curve[name][curve["year"] == year] for name in ("population_share", "wealth_share")
        )
        np.testing.assert_allclose(population, np.linspace(0.0, 1.0, 51))
        assert wealth[0] == 0.0
        assert wealth[-1] == pytest.approx(1.0)
        assert (np.diff(wealth, 2) >= -1e-12).all()
