"""What is observed at the end: savers or their sample, private funds by closed forms, every life once."""

import numpy as np
import pytest

from environment import endings
from environment.endings import fund_table, life_table, saver_table
from environment.funds.book import PRIVATES
from environment.model import World
from environment.typing import FloatArray
from experiments.load import load_scenario
from tests.runs import BUSY


@pytest.fixture(scope="module")
def world() -> World:
    """Two busy years."""
    ran = World(load_scenario("open-access", (*BUSY, "run.savers=200", "run.years=2")), handles=False)
    ran.run_for(24)
    return ran


@pytest.fixture(name="opening")
def world_at_its_opening() -> World:
    return World(load_scenario("open-access", ("run.savers=50", "run.years=1")), handles=False)


def flows(*amounts: float) -> FloatArray:
    """One amount, the same for the five funds."""
    return np.array(amounts, dtype=np.float64)


@pytest.mark.parametrize(
    ("amounts", "rate"),
    [
        ([-100.0, *[0.0] * 23, 121.0], 0.10),
        ([-100.0, *[0.0] * 11, 10.0, *[0.0] * 11, 110.0], 0.10),
        ([-100.0, *[0.0] * 11, 50.0], -0.50),
        ([100.0, 10.0], np.nan),
        ([-100.0, -10.0], np.nan),
        ([-100.0, 0.0, 0.0], np.nan),
    ],
)
def test_the_internal_rate_of_return(amounts: list[float], rate: float) -> None:
    """121 after two years, a coupon of 10%, half lost within a year, and flows that no rate explains."""
    assert endings._yearly_irr(flows(*amounts)) == pytest.approx(rate, abs=1e-9, nan_ok=True)


def test_a_fund_that_grows_as_listed_equity_has_a_public_market_equivalent_of_1(opening: World) -> None:
    """100 paid in; prices double; half of the money is paid out, the other half is left: 2 per dollar."""
    record, funds = opening.record, opening.state.funds
    nothing = np.zeros(5)
    record.private_flows = [
        (nothing + 100.0, nothing),
        *[(nothing, nothing)] * 11,
        (nothing, nothing + 100.0),
    ]
    record.equity_index = [1.0, *[1.5] * 11, 2.0]
    funds.units[PRIVATES], funds.reported[PRIVATES], funds.true[PRIVATES] = 50.0, 2.0, 3.0
    told = fund_table(record, opening.state)
    np.testing.assert_allclose(told["tvpi"], 2.0)
    np.testing.assert_allclose(told["pme"], 1.0)
    np.testing.assert_allclose(told["irr"], 1.0)
    np.testing.assert_allclose(told["nav_usd"], 100.0)
    np.testing.assert_allclose(told["true_nav_usd"], 150.0)
    np.testing.assert_allclose(told["distributed_usd"], 100.0)


def test_private_funds_at_the_opening_have_been_paid_in_what_they_are_worth(opening: World) -> None:
    told = fund_table(opening.record, opening.state)
    np.testing.assert_allclose(told["paid_in_usd"], told["nav_usd"])
    np.testing.assert_allclose(told["tvpi"], 1.0)
    np.testing.assert_allclose(told["pme"], 1.0)
    assert (told["vintage"] == 2024).all()


def test_multiples_lie_between_1_and_the_growth_of_the_price(world: World) -> None:
    """Since the money came in at all times; five points are left for prices that went beyond their last."""
    told, funds = fund_table(world.record, world.state), world.state.funds
    growth = funds.reported[PRIVATES]
    assert (told["tvpi"] >= np.minimum(1.0, growth) - 0.05).all()
    assert (told["tvpi"] <= np.maximum(1.0, growth) + 0.05).all()
    assert (told["distributed_usd"] > 0.0).all()


def test_a_large_population_is_sampled_evenly_and_always_alike(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    excess = np.arange(200, dtype=np.float64)
    whole = saver_table(world.record, world.state, excess)
    assert whole["saver"].size == 200
    monkeypatch.setattr(endings, "MOST_SAVERS", 8)
    sample = saver_table(world.record, world.state, excess)
    assert sample["perceived_excess"].tolist() == [0.0, 25.0, 50.0, 75.0, 100.0, 125.0, 150.0, 175.0]
    for name, column in sample.items():
        np.testing.assert_array_equal(column, whole[name][::25])


def test_shares_of_an_empty_account_are_null(world: World) -> None:
    told = saver_table(world.record, world.state, np.zeros(200))
    empty = told["wealth_usd"] == 0.0
    assert empty.any()
    assert not empty.all()
    for name in ("private_share", "alternatives_share", "frozen_share"):
        np.testing.assert_array_equal(np.isnan(told[name]), empty)
    np.testing.assert_array_equal(np.isnan(told["plan_alternatives_share"]), told["plan_usd"] == 0.0)


def test_plan_and_ira_are_apart(opening: World) -> None:
    """3 of gold in the plan, 1 of cash beside it; 4 of bitcoin and 2 of cash in the IRA."""
    state, savers = opening.state, opening.savers
    gold, bitcoin, cash = (state.catalogue.fund(name) for name in ("gold", "bitcoin", "cash"))
    savers.fund[0, :4], savers.units[0, :4] = (gold, cash, bitcoin, cash), (3.0, 1.0, 4.0, 2.0)
    savers.fund[0, 4:], savers.units[0, 4:] = -1, 0.0
    savers.in_ira[0] = [False, False, True, True, False, False]
    told = {name: column[0] for name, column in saver_table(opening.record, state, np.zeros(50)).items()}
    assert told["wealth_usd"] == pytest.approx(10.0)
    assert told["plan_usd"] == pytest.approx(4.0)
    assert told["ira_usd"] == pytest.approx(6.0)
    assert told["plan_alternatives_share"] == pytest.approx(0.75)
    assert told["alternatives_share"] == pytest.approx(0.7)
    assert told["private_share"] == 0.0


def test_every_life_is_there_once_in_the_order_of_its_number(world: World) -> None:
    lives = life_table(world.record, world.state)
    saver, generation = lives["saver"], world.savers.generation
    assert (np.diff(saver) > 0).all()
    assert saver.size == 200 + generation.sum()
    assert saver.size > 200
    living = np.isin(saver, world.savers.identity(np.arange(200)))
    assert living.sum() == 200
    np.testing.assert_allclose(
        np.sort(lives["wealth_real"][living]), np.sort(world.savers.wealth / world.state.level), rtol=1e-12
    )
