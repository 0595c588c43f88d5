"""The month on the books: its identity counted again, its checks seen to fail, losses at stale prices."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from environment import books as ledger
from environment.books import BooksError, Ownership
from environment.funds.book import PRIVATES
from environment.pricing import Prices
from environment.settlement import Asked, Filled, Terms
from environment.state import State
from environment.typing import FloatArray
from tests.environment.watching import MOVED, Passed, WatchedWorld, watched
from tests.environment.worlds import LIVELY, scenario

WORLDS = pytest.mark.parametrize("values", [{}, LIVELY, MOVED], ids=["defaults", "lively", "moved"])
Sabotage = Callable[[State], None]


@WORLDS
def test_wealth_changes_by_what_the_month_says(values: Mapping[str, object]) -> None:
    """Counted again from the savers' table: wealth of the living, contributions, withdrawals, fees paid."""
    world = watched(values, savers=600)
    savers, wealth = world.savers, world.savers.weight * float(world.savers.wealth.sum())
    for _ in range(24):
        before, generation = (savers.withdrawn.copy(), savers.contributed.copy()), savers.generation.copy()
        account = world.month().account
        for column in before:
            column[savers.generation > generation] = 0.0
        spent = (savers.withdrawn - before[0]).sum()
        put_in = (savers.contributed - before[1]).sum()
        assert account.contributions == pytest.approx(savers.weight * put_in)
        assert account.withdrawals == pytest.approx(savers.weight * spent, rel=1e-9, abs=1.0)
        flows = account.contributions - account.withdrawals - account.bequests
        change = flows - account.fees + account.gains
        now = savers.weight * float(savers.wealth.sum())
        assert account.wealth == pytest.approx(now, rel=1e-12)
        assert now - wealth == pytest.approx(change, abs=1e-11 * now)
        assert abs(account.residual) < 1e-12
        wealth = now


def fees_of_departed(world: WatchedWorld, month: Passed) -> float:
    """USD of fund fees on the units of those who died."""
    charged = month.terms.charges.total * month.prices.after.gross
    rate = np.divide(charged, month.own.units, out=np.zeros_like(charged), where=month.own.units > 0.0)
    inside = month.own.held @ rate[PRIVATES]
    rate = rate + np.divide(inside, month.own.units, out=np.zeros_like(rate), where=month.own.units > 0.0)
    held = month.departed.fund >= 0
    return world.savers.weight * float(
        (month.departed.units * rate[np.where(held, month.departed.fund, 0)])[held].sum()
    )


@WORLDS
def test_fees_of_the_month_are_what_savers_paid(values: Mapping[str, object]) -> None:
    """The sum over every saver's own account of fees, and over the dead."""
    world = watched(values, savers=600)
    for _ in range(24):
        paid, generation = world.savers.fees_paid.copy(), world.savers.generation.copy()
        month = world.month()
        paid[world.savers.generation > generation] = 0.0
        living = world.savers.weight * float((world.savers.fees_paid - paid).sum())
        assert living + fees_of_departed(world, month) == pytest.approx(month.account.fees, rel=1e-9)
        by_manager = month.account.management_by_manager + month.account.performance_by_manager
        charged = month.terms.charges.total * month.prices.after.gross
        assert by_manager[PRIVATES] == pytest.approx(charged[PRIVATES])
        assert by_manager[-1] == pytest.approx(charged[PRIVATES.stop :].sum())


class SabotagedWorld(WatchedWorld):
    """A world in which something happens between the fills and the books."""

    sabotage: Sabotage

    def _fills(self, asked: Asked, terms: Terms, prices: Prices, own: Ownership) -> Filled:
        filled = super()._fills(asked, terms, prices, own)
        if self.state.month == 6:
            self.sabotage(self.state)
        return filled


def sabotaged(sabotage: Sabotage) -> SabotagedWorld:
    """A lively world at the end of its fifth month."""
    world = SabotagedWorld(scenario(LIVELY, savers=200), handles=False)
    world.sabotage = staticmethod(sabotage)
    world.run_for(5)
    return world


def unit_planted(state: State) -> None:
    """One unit in a hundred billion of cash is nobody's."""
    state.funds.units[state.catalogue.fund("sp500")] *= 1.0 + 1e-11


def unit_lost(state: State) -> None:
    """A saver loses one unit in a million."""
    row = int(np.argmax(state.savers.units[:, 0]))
    state.savers.units[row, 0] *= 1.0 - 1e-6


def unit_forged_by_estates(state: State) -> None:
    """Estates claim a private unit that was never issued."""
    state.funds.estates[0] += 1e-10 * state.funds.units[0]


def dollar_planted(state: State) -> None:
    """The assets of every private fund grow by one part in a hundred million."""
    state.funds.assets[PRIVATES] *= 1.0 + 1e-8


def dollar_lost(state: State) -> None:
    """A target-date fund loses one part in a hundred million."""
    largest = int(np.argmax(np.where(state.catalogue.is_target_date, state.funds.units, 0.0)))
    state.funds.assets[largest] *= 1.0 - 1e-8


def fund_moved(state: State) -> None:
    """A target-date fund holds private units that the private fund counts for somebody else."""
    holder = int(np.argmax(state.funds.held[:, 0]))
    state.funds.held[holder, 0] *= 1.001


def not_a_number(state: State) -> None:
    """Assets that are not a number."""
    state.funds.assets[state.catalogue.fund("sp500")] = np.nan


def units_not_a_number(state: State) -> None:
    """Units that are not a number."""
    state.funds.estates[0] = np.nan


@pytest.mark.parametrize(
    ("sabotage", "message"),
    [
        (unit_planted, "month 6: the units of sp500 are not all"),
        (unit_lost, "are not all somebody's"),
        (unit_forged_by_estates, "units of evergreen_buyout are not"),
        (dollar_planted, "month 6: the assets of evergreen_buyout, .*evergreen_hedge_funds do not match"),
        (dollar_lost, "assets of target_date_.* do not match"),
        (fund_moved, "units of evergreen_buyout are not"),
        (not_a_number, "assets of sp500 do not match"),
        (units_not_a_number, "units of evergreen_buyout are not"),
    ],
)
def test_what_is_planted_or_lost_stops_the_run(sabotage: Sabotage, message: str) -> None:
    world = sabotaged(sabotage)
    with pytest.raises(BooksError, match=message):
        world.run_for(1)


def robbery(state: State) -> None:
    """A tenth of one account leaves at a fair price, and nobody has written it down."""
    savers, funds = state.savers, state.funds
    row = int(np.argmax(np.where(savers.fund[:, 0] >= PRIVATES.stop, savers.units[:, 0], 0.0)))
    fund = savers.fund[row, 0]
    stolen = 0.1 * savers.units[row, 0]
    savers.units[row, 0] -= stolen
    left = 1.0 - savers.weight * stolen / funds.units[fund]
    funds.units[fund] *= left
    worth = funds.assets[fund].sum() + funds.held[fund] @ funds.reported[PRIVATES]
    inside = funds.held[fund] @ funds.reported[PRIVATES]
    funds.assets[fund] *= (left * worth - inside) / funds.assets[fund].sum()


def test_a_flow_that_nobody_wrote_down_stops_the_run() -> None:
    """Every unit has an owner and every fund its assets, yet wealth changed by more than its flows."""
    world = sabotaged(robbery)
    with pytest.raises(BooksError, match="month 6: the wealth of savers"):
        world.run_for(1)


def test_rounding_is_no_error() -> None:
    """The register sums in another order than the funds: the funds take its count, whatever the last bits."""

    def last_bits(state: State) -> None:
        state.funds.units *= 1.0 + 4e-16

    world = sabotaged(last_bits)
    world.run_for(1)
    funds = world.state.funds
    owners = funds.savers + funds.estates + funds.outside
    owners[PRIVATES] += funds.held.sum(axis=0)
    assert owners.tobytes() == funds.units.tobytes()


def claims(units: FloatArray, total: FloatArray, held: FloatArray) -> FloatArray:
    """Private units that an owner has, its own and those inside funds, shape (5,)."""
    share = np.divide(units, total, out=np.zeros_like(units), where=total > 0.0)
    claim: FloatArray = units[PRIVATES] + share @ held
    return claim


def inherited(world: WatchedWorld, month: Passed) -> FloatArray:
    """Private units that the dead left in kind, shape (5,)."""
    left = np.zeros(world.state.catalogue.size)
    held = month.departed.fund >= 0
    np.add.at(left, month.departed.fund[held], world.savers.weight * month.departed.units[held])
    return left[PRIVATES]


def lost_to_stale_prices(world: WatchedWorld, month: Passed, owner: str) -> float:
    """USD by which an owner's claim on the valuation reserves fell in the month's trades.

    What estates inherit in kind comes with its claim: it is theirs when trading begins.
    """
    own, funds, after = month.own, world.state.funds, month.prices.after
    gap_before = (after.true - after.reported)[PRIVATES]
    gap_after = (funds.true - funds.reported)[PRIVATES]
    before = claims(getattr(own, owner), own.units, own.held)
    before += {"savers": -1.0, "estates": 1.0, "outside": 0.0}[owner] * inherited(world, month)
    now = claims(getattr(funds, owner), funds.units, funds.held)
    return float(before @ gap_before - now @ gap_after)


@WORLDS
def test_what_some_lose_at_stale_prices_others_gain(values: Mapping[str, object]) -> None:
    """Over all owners nothing, and what the ledger says each sector received is what its claim has gained."""
    world = watched(values, savers=600)
    gained = dict.fromkeys(("savers", "estates", "outside"), 0.0)
    for _ in range(11):
        month = world.month()
        losses = {owner: lost_to_stale_prices(world, month, owner) for owner in gained}
        scale = float(np.abs(month.own.units @ month.own.reported))
        assert sum(losses.values()) == pytest.approx(0.0, abs=1e-12 * scale)
        assert month.account.stale_loss == pytest.approx(losses["savers"], abs=1e-12 * scale)
        for owner, usd in losses.items():
            gained[owner] -= usd
    sectors = {"savers": ledger.SAVERS, "estates": ledger.ESTATES, "outside": ledger.OUTSIDE}
    for owner, sector in sectors.items():
        posted = sum(
            usd * ((payee == sector) - (payer == sector))
            for (payer, payee, flow), usd in world.state.books.year.items()
            if flow == ledger.VALUATION_FLOW
        )
        assert posted == pytest.approx(gained[owner], abs=1e-12 * world.passed.account.wealth)


def test_an_inheritance_in_kind_is_no_trade_at_a_stale_price() -> None:
    """The menu is shut and the gate pays nothing: savers die, and no claim is lost to a stale price."""
    shut = {"policy.access": "menu", "policy.end": "2026-07", "funds.gate.monthly": 0.0}
    world = watched({**LIVELY, **shut}, savers=2000, years=3)
    world.run_for(18)
    bequeathed = 0.0
    for _ in range(12):
        month = world.month()
        gap = np.abs(month.prices.after.true - month.prices.after.reported)[PRIVATES]
        bequeathed += float(inherited(world, month) @ gap)
        assert not month.prices.orders.units_out[PRIVATES].any()
        assert month.account.stale_loss == pytest.approx(0.0, abs=1e-12 * month.account.wealth)
    assert bequeathed > 1e-6 * world.passed.account.wealth


def test_without_smoothing_nothing_is_lost_to_stale_prices() -> None:
    """Reported prices are then true prices bit for bit, and no claim on a reserve changes hands."""
    smoothing = {f"funds.smoothing.{name[:-6]}": 0.0 for name in ledger.MANAGERS[:5]}
    world = watched({**LIVELY, **smoothing, "funds.stable_value.duration": 0.0})
    for _ in range(12):
        month = world.month()
        assert month.prices.after.reported.tobytes() == month.prices.after.true.tobytes()
        assert month.account.stale_loss == pytest.approx(0.0, abs=1e-9 * month.account.wealth * 1e-3)


def test_who_buys_below_true_value_gains_from_outsiders() -> None:
    """In a steady market reported prices trail true ones: the first money in gains from those who own."""
    world = watched({**LIVELY, "market.returns": "constant"})
    losses = [world.month().account.stale_loss for _ in range(6)]
    assert min(losses) < 0.0
    assert sum(losses) < 0.0
    year = world.state.books.year
    assert year[ledger.OUTSIDE, ledger.SAVERS, ledger.VALUATION_FLOW] == pytest.approx(-sum(losses), rel=1e-6)
