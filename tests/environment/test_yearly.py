"""What is observed once a year: figures of groups by hand, who counts, plans, managers, lives."""

import numpy as np
import pytest

from environment.funds.book import PRIVATES
from environment.life import departures
from environment.model import World
from environment.savers import EMPTY, RETIRED, WORKING
from environment.typing import FloatArray
from environment.yearly import (
    group_figures,
    life_rows,
    observe_employers,
    observe_groups,
    observe_managers,
    saver_measures,
    with_margins,
)
from experiments.load import load_scenario

NOTHING = np.nan


@pytest.fixture(name="world")
def world_at_its_opening() -> World:
    scenario = load_scenario("open-access", ("run.savers=200", "run.years=1", "run.start=2025-04"))
    return World(scenario, handles=False)


def measures(**columns: list[float]) -> dict[str, FloatArray]:
    names = ("wealth", "private", "alternatives", "frozen")
    others = ("contribution_rate", "traded", "single_default", "replacement_rate", "unmet")
    count = len(columns["wealth"])
    plain = {name: [0.0] * count for name in names} | {name: [NOTHING] * count for name in others}
    return {name: np.array(values, dtype=np.float64) for name, values in (plain | columns).items()}


def test_margins_are_sums_over_bands_over_quintiles_and_over_both() -> None:
    """Savers in band 0, quintile 0 (twice) and in band 5, quintile 4, which is cell 29."""
    table = with_margins(np.array([0, 0, 29]), np.array([1.0, 2.0, 10.0]))
    assert table.shape == (7, 6)
    assert table[0, 0] == table[0, 5] == table[6, 0] == 3.0
    assert table[5, 4] == table[5, 5] == table[6, 4] == 10.0
    assert table[6, 5] == 13.0
    assert table.sum() == 4 * 13.0


def test_figures_of_groups_by_hand() -> None:
    """Two savers in the first group with 100 and 300, of which 60 is private; one alone with nothing."""
    cells = np.array([0, 0, 29])
    columns = measures(
        wealth=[100.0, 300.0, 0.0],
        private=[60.0, 0.0, 0.0],
        frozen=[10.0, 30.0, 0.0],
        contribution_rate=[0.1, NOTHING, NOTHING],
        traded=[1.0, 0.0, 0.0],
        unmet=[NOTHING, 3.0, 1.0],
    )
    told = group_figures(cells, columns, with_margins(cells, np.ones(3)))
    first = {name: table[0, 0] for name, table in told.items()}
    assert first["wealth_mean"] == first["wealth_median"] == 200.0
    assert first["wealth_p10"] == pytest.approx(120.0)
    assert first["wealth_p90"] == pytest.approx(280.0)
    assert first["private_share"] == pytest.approx(0.15)
    assert first["alternatives_share"] == 0.0
    assert first["frozen_share"] == pytest.approx(0.1)
    assert first["contribution_rate"] == pytest.approx(0.1)
    assert first["traded_share"] == 0.5
    assert first["unmet_months"] == 3.0
    assert np.isnan([first["replacement_rate"], first["single_default_share"]]).all()
    assert told["unmet_months"][6, 5] == 2.0
    assert told["wealth_mean"][6, 5] == pytest.approx(400.0 / 3.0)
    assert np.isnan(told["private_share"][5, 4])
    assert all(np.isnan(table[2]).all() for table in told.values())


def test_the_fees_of_the_dead_stay_with_their_group(world: World) -> None:
    record, savers = world.record, world.savers
    savers.year_fees[:] = 0.0
    record.fees_of_departed[5, 2] = 7.0
    observe_groups(record, world.state, 1)
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


def test_replacement_counts_those_retired_all_year(world: World) -> None:
    """6,000 from Social Security, 4,000 from the plan, 2,000 from the IRA against 40,000 a year are 30%."""
    savers = world.savers
    world.state.month = 12
    savers.status[:], savers.has_held[:] = RETIRED, True
    savers.people.age[:3] = (65, 66, 90)
    savers.year_benefit_real[:], savers.year_plan_real[:], savers.year_ira_real[:] = 6e3, 4e3, 2e3
    savers.retirement_age[:] = 65
    savers.late_career_pay_real[:] = 5 * 40_000.0
    savers.late_career_pay_real[2] = 0.0
    told = saver_measures(world.state, np.zeros(world.state.catalogue.size))["replacement_rate"]
    np.testing.assert_allclose(told[:3], [NOTHING, 0.3, NOTHING])
    savers.status[:] = WORKING
    assert np.isnan(
        saver_measures(world.state, np.zeros(world.state.catalogue.size))["replacement_rate"]
    ).all()


def test_measures_of_those_who_pay_in_and_of_what_they_hold(world: World) -> None:
    """With the match: 500 a month of 60,000 a year is 10%; a target-date fund alone is the default."""
    state, savers = world.state, world.savers
    savers.contribution[:3], savers.pay[:3] = (500.0, 0.0, 0.0), (60_000.0, 60_000.0, 0.0)
    savers.fund[:4], savers.units[:4] = EMPTY, 0.0
    plain, other = state.catalogue.plain.start, state.catalogue.fund("sp500")
    savers.fund[0, 0], savers.fund[1, 3] = plain, other
    savers.fund[2, :2] = plain, other
    told = saver_measures(state, np.zeros(state.catalogue.size))
    np.testing.assert_allclose(told["contribution_rate"][:3], [0.1, NOTHING, NOTHING])
    np.testing.assert_allclose(told["single_default"][:4], [1.0, 0.0, 0.0, NOTHING])


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
