"""Figures of groups: margins and figures by hand, who counts, and the passes against plain formulas."""

import numpy as np
import pytest

from environment import groups
from environment.funds.book import look_through
from environment.groups import (
    CELLS,
    cells_of,
    group_figures,
    measures_in_blocks,
    saver_measures,
    sum_known,
    with_margins,
)
from environment.model import World
from environment.savers import EMPTY, RETIRED, WORKING
from environment.typing import FloatArray
from experiments.load import load_scenario

NOTHING = np.nan


@pytest.fixture(name="world")
def world_at_its_opening() -> World:
    scenario = load_scenario("open-access", ("run.savers=200", "run.years=1", "run.start=2025-04"))
    return World(scenario, handles=False)


def test_a_cell_is_five_times_the_age_band_plus_the_quintile() -> None:
    ages = np.array([22, 25, 64, 65, 119], dtype=np.int32)
    assert cells_of(ages, np.array([0, 1, 2, 3, 4])).tolist() == [0, 6, 22, 28, 29]


def test_sums_leave_out_what_is_not_known() -> None:
    """The same bits as a sum in the order of the entries."""
    random = np.random.default_rng(1)
    groups, values = random.integers(0, 4, 500), random.lognormal(size=500)
    values[::7] = NOTHING
    known = ~np.isnan(values)
    sums, counts = sum_known(groups, values, 5)
    expected = np.bincount(groups[known], weights=values[known], minlength=5)
    assert sums.tolist() == expected.tolist()
    assert counts.tolist() == np.bincount(groups[known], minlength=5).tolist()
    assert (sums[4], counts[4]) == (0.0, 0.0)


def measures(**columns: list[float]) -> dict[str, FloatArray]:
    names = ("wealth", "private", "alternatives", "frozen")
    others = ("contribution_rate", "traded", "single_default", "replacement_rate", "unmet")
    count = len(columns["wealth"])
    plain = {name: [0.0] * count for name in names} | {name: [NOTHING] * count for name in others}
    return {name: np.array(values, dtype=np.float64) for name, values in (plain | columns).items()}


def test_margins_are_sums_over_bands_over_quintiles_and_over_both() -> None:
    """Savers in band 0, quintile 0 (twice) and in band 5, quintile 4, which is cell 29."""
    sums, counts = sum_known(np.array([0, 0, 29]), np.array([1.0, 2.0, 10.0]), CELLS)
    table = with_margins(sums)
    np.testing.assert_array_equal(with_margins(np.stack((counts, sums)))[1], table)
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
    halves = [{name: column[part] for name, column in columns.items()} for part in (slice(1), slice(1, 3))]
    count, told, wealth = group_figures(cells, halves)
    assert wealth.tolist() == [100.0, 300.0, 0.0]
    assert (count[0, 0], count[5, 4], count[6, 5]) == (2.0, 1.0, 3.0)
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
    rows, nothing = np.arange(savers.size), np.zeros(world.state.catalogue.size)
    told = saver_measures(world.state, rows, nothing)["replacement_rate"]
    np.testing.assert_allclose(told[:3], [NOTHING, 0.3, NOTHING])
    savers.status[:] = WORKING
    assert np.isnan(saver_measures(world.state, rows, nothing)["replacement_rate"]).all()


def test_measures_of_those_who_pay_in_and_of_what_they_hold(world: World) -> None:
    """With the match: 500 a month of 60,000 a year is 10%; a target-date fund alone is the default."""
    state, savers = world.state, world.savers
    savers.contribution[:3], savers.pay[:3] = (500.0, 0.0, 0.0), (60_000.0, 60_000.0, 0.0)
    savers.fund[:4], savers.units[:4] = EMPTY, 0.0
    plain, other = state.catalogue.plain.start, state.catalogue.fund("sp500")
    savers.fund[0, 0], savers.fund[1, 3] = plain, other
    savers.fund[2, :2] = plain, other
    told = saver_measures(state, np.arange(savers.size), np.zeros(state.catalogue.size))
    np.testing.assert_allclose(told["contribution_rate"][:3], [0.1, NOTHING, NOTHING])
    np.testing.assert_allclose(told["single_default"][:4], [1.0, 0.0, 0.0, NOTHING])


def test_holdings_are_sums_over_slots_at_the_prices_and_shares_of_the_funds(world: World) -> None:
    """Of some savers, in any order, against a loop over their slots."""
    state, savers = world.state, world.savers
    frozen = np.linspace(0.0, 1.0, state.catalogue.size)
    shares = look_through(state.funds, state.listed_targets)
    rows = np.flatnonzero(savers.has_held)[::-3]
    savers.fund[rows[0], :2] = state.catalogue.fund("sp500"), state.catalogue.plain.start
    savers.units[rows[0], :2] = 3.0, 2.0
    savers.fund[rows[0], 2:] = EMPTY
    told = saver_measures(state, rows, frozen)
    for place, row in enumerate(rows):
        held = [(savers.fund[row, slot], savers.units[row, slot]) for slot in range(6)]
        value = {fund: units * state.funds.reported[fund] for fund, units in held if fund != EMPTY}
        expected = {
            "wealth": sum(value.values()),
            "private": sum(usd * shares[fund, 7:12].sum() for fund, usd in value.items()),
            "alternatives": sum(usd * shares[fund, 7:].sum() for fund, usd in value.items()),
            "frozen": sum(usd * frozen[fund] for fund, usd in value.items()),
        }
        alone = len(value) == 1 and state.catalogue.is_target_date[list(value)].all()
        assert told["single_default"][place] == alone
        for name, usd in expected.items():
            assert told[name][place] == pytest.approx(usd, rel=1e-12), name


def test_blocks_of_savers_change_no_bit(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.run_for(12)
    state, members = world.state, np.flatnonzero(world.savers.has_held)
    frozen = np.linspace(0.0, 0.5, state.catalogue.size)
    cells = cells_of(state.savers.people.age[members], state.savers.literacy_quintile[members])
    told = []
    for block in (7, members.size):
        monkeypatch.setattr(groups, "BLOCK", block)
        told.append(group_figures(cells, measures_in_blocks(state, members, frozen)))
    (count, figures, wealth), (count_at_once, figures_at_once, wealth_at_once) = told
    np.testing.assert_array_equal(count, count_at_once)
    np.testing.assert_array_equal(wealth, wealth_at_once)
    for name, table in figures.items():
        np.testing.assert_array_equal(table, figures_at_once[name])
