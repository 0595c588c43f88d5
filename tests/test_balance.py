"""What settles over decades when the market does nothing unexpected."""

import numpy as np
import pytest

from environment.model import World
from environment.payroll import pay_profiles
from environment.typing import FloatArray
from experiments.load import load_scenario

YEARS = 60


@pytest.fixture(scope="module")
def world() -> World:
    """Sixty years of `closed-door` with every class at its expected return."""
    scenario = load_scenario("closed-door", ["market.returns=constant"]).replace(savers=3_000, years=YEARS)
    one = World(scenario, handles=False)
    one.run_for(12 * YEARS)
    return one


def ratio(world: World) -> FloatArray:
    """Wealth over the yearly wage bill at the end of every year, each the mean of its twelve months."""
    monthly = world.record.tables["monthly"].columns()
    by_month = monthly["wealth_usd"] / monthly["wage_bill_usd"]
    return by_month.reshape(YEARS, 12).mean(axis=1)


def test_wealth_settles_against_pay(world: World) -> None:
    """Growing at first, since IRAs start empty; within a tenth for the last twenty years."""
    over_time = ratio(world)
    assert over_time[19] > 1.3 * over_time[4]
    settled = over_time[39:]
    assert np.abs(settled / settled.mean() - 1.0).max() < 0.1


def test_no_limit_binds_for_half_of_contributors(world: World) -> None:
    savers, limits = world.savers, world.state.law.limits
    pays = savers.contribution > 0.0
    at_limit = 12.0 * savers.own_contribution[pays] >= limits.elective_deferral - 1.0
    assert 0.02 < at_limit.mean() < 0.5
    assert (savers.pay[pays] > limits.compensation).mean() < 0.5
    assert (12.0 * savers.contribution[pays] >= limits.annual_additions - 1.0).mean() < 0.5


@pytest.mark.parametrize("year", [0, 25])
def test_median_pay_is_that_of_the_profile(year: int) -> None:
    """By education and age, scaled by the wage index, within sampling error."""
    world = World(load_scenario("closed-door").replace(savers=8_000, years=25), handles=False)
    if year:
        world.run_for(12 * year)
    savers, people, state = world.savers, world.savers.people, world.state
    scale = state.scenario.number("pay.scale") * float(state.wage_index[state.month])
    for education in range(3):
        for first_age in range(22, 65, 8):
            of_group = (people.education == education) & (people.age >= first_age) & (savers.pay > 0.0)
            rows = np.flatnonzero(of_group & (people.age < first_age + 8))
            profile = pay_profiles().log_profile[education, people.age[rows]]
            apart = np.log(savers.pay[rows]) - np.log(scale) - profile
            error = 1.2533 * apart.std() / np.sqrt(rows.size)  # of the median of a normal sample
            # Wages have grown since the last birthday, by half a year's growth on average.
            assert abs(np.median(apart)) < 4.0 * error + 0.03, (education, first_age)
