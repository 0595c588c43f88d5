"""Small worlds and empty tables of savers, for the tests of plans, choices, orders and accounts."""

from collections.abc import Iterator, Mapping
from dataclasses import fields

import numpy as np

from environment.funds.book import open_fund_book
from environment.funds.catalogue import build_catalogue
from environment.luck import Luck
from environment.model import World
from environment.persons import entrants
from environment.savers import Savers, empty_savers
from environment.scenario import Scenario, build_scenario
from environment.sums import rows_with_any
from environment.tables import Column
from environment.typing import BoolArray, FloatArray, IntArray

DEFAULTS = build_scenario("defaults", "")
YEARS = 2
CATALOGUE = build_catalogue(DEFAULTS.replace(years=YEARS))  # of every world that runs for these years
PLAIN = np.arange(CATALOGUE.plain.start, CATALOGUE.plain.stop)
SLEEVE = np.arange(CATALOGUE.sleeve.start, CATALOGUE.sleeve.stop)

# Every plan opens at its first review and everybody looks every year at a menu without a bias against
# alternatives: whatever choices can do happens within two years.
LIVELY: Mapping[str, object] = {
    "policy.start": "2025-01",
    "employers.open_hazard.guidance": 1.0,
    "employers.open_hazard.safe_harbour": 1.0,
    "savers.inertia": 0.0,
    "savers.unfamiliarity": 0.0,
    "savers.choice_noise": 0.1,
    "savers.single_default_share": 0.3,
}

# Money leaves accounts only to be spent in retirement, but for what is not vested of those who stop
# contributing: no fees of record-keepers, no change of jobs, no cash-outs, no loans, no hardship.
_FREE = tuple(f"employers.{fee}." for fee in ("record_keeping_fee_usd", "asset_fee"))
NO_RECORD_KEEPING = {name: 0.0 for name in DEFAULTS.values if name.startswith(_FREE)}
NO_LEAKS = {name: 0.0 for name in DEFAULTS.values if name.startswith("careers.job_change.")}
NO_LEAKS |= {name: 0.0 for name in DEFAULTS.values if name.startswith("careers.cash_out.share.")}
NO_LEAKS |= {"careers.hardship.hazard": 0.0, "careers.loan.hazard": 0.0}
QUIET: Mapping[str, object] = {**NO_RECORD_KEEPING, **NO_LEAKS}


def scenario(
    values: Mapping[str, object] | None = None, *, savers: int = 300, years: int = YEARS
) -> Scenario:
    """The default scenario, small, with some values changed."""
    return DEFAULTS.replace(savers=savers, years=years).with_values(values or {})


def world(values: Mapping[str, object] | None = None, *, savers: int = 300, years: int = YEARS) -> World:
    """A small world at its opening, without handles."""
    return World(scenario(values, savers=savers, years=years), handles=False)


def columns(one: World) -> Iterator[tuple[str, Column]]:
    """Every column that was recorded, and every column of the savers, the persons and the funds."""
    for name, table in one.record.tables.items():
        for column, values in table.columns().items():
            yield f"{name}.{column}", values
    for owner in (one.savers, one.savers.people, one.state.funds, one.state.plans):
        for field in fields(owner):
            values = getattr(owner, field.name)
            if isinstance(values, np.ndarray):
                yield f"{type(owner).__name__}.{field.name}", values


def assert_identical(first: World, second: World) -> None:
    """Two worlds recorded and hold the same, to the last bit."""
    for (name, left), (other, right) in zip(columns(first), columns(second), strict=True):
        assert name == other
        np.testing.assert_array_equal(left, right, err_msg=name, strict=True)


def table(rows: int) -> Savers:
    """Savers in plans who own nothing, one real account a row, every fund at a dollar a unit."""
    birth_months, birth_years = 1 + np.arange(rows) % 12, np.full(rows, 2000)
    shares = np.array([0.5, 0.3, 0.2])
    at_opening, people = np.zeros(rows, dtype=np.int64), np.arange(rows)
    persons = entrants(DEFAULTS, Luck(1, 0), at_opening, people, birth_months, birth_years, shares)
    savers = empty_savers(persons, open_fund_book(CATALOGUE.size, np.zeros(CATALOGUE.size)), 1.0)
    savers.holds_plan[:] = True
    return savers


def give(
    savers: Savers, row: int, units: Mapping[int, float], queued: Mapping[int, float] | None = None
) -> None:
    """Let a row hold units of funds, some of them asked back."""
    savers.fund[row], savers.units[row], savers.queued[row] = -1, 0.0, 0.0
    for slot, (fund, amount) in enumerate(units.items()):
        savers.fund[row, slot], savers.units[row, slot] = fund, amount
        savers.queued[row, slot] = (queued or {}).get(fund, 0.0)
        savers.in_ira[row, slot] = not savers.holds_plan[row]


def give_ira(
    savers: Savers, row: int, units: Mapping[int, float], queued: Mapping[int, float] | None = None
) -> None:
    """Let a row hold units of funds in an IRA, beside what it holds already."""
    free = np.flatnonzero(savers.fund[row] < 0).tolist()
    for slot, (fund, amount) in zip(free[: len(units)], units.items(), strict=True):
        savers.fund[row, slot], savers.units[row, slot] = fund, amount
        savers.queued[row, slot] = (queued or {}).get(fund, 0.0)
        savers.in_ira[row, slot] = True


def holding(savers: Savers, row: int) -> dict[int, float]:
    """Units of a row by fund, both accounts together."""
    plan = account(savers, row, in_ira=False)
    ira = account(savers, row, in_ira=True)
    return {fund: plan.get(fund, 0.0) + ira.get(fund, 0.0) for fund in {**plan, **ira}}


def rows_that_wait(savers: Savers) -> IntArray:
    """Rows that have asked back any units."""
    return rows_with_any(np.arange(savers.size), savers.queued)


def account(savers: Savers, row: int, *, in_ira: bool) -> dict[int, float]:
    """Units by fund in one account of a row, in which every fund has one slot."""
    slots = np.flatnonzero((savers.fund[row] >= 0) & (savers.in_ira[row] == in_ira))
    funds = savers.fund[row, slots].tolist()
    assert len(set(funds)) == len(funds), "a fund has two slots in one account"
    return dict(zip(funds, savers.units[row, slots].tolist(), strict=True))


def plans(count: int) -> BoolArray:
    """So many orders for plans, and none for IRAs."""
    return np.zeros(count, dtype=np.bool_)


def iras(count: int) -> BoolArray:
    """So many orders for IRAs."""
    return np.ones(count, dtype=np.bool_)


def ones(size: int = CATALOGUE.size) -> FloatArray:
    """Prices of a dollar, or shares of one."""
    return np.ones(size)


def rows(*numbers: int) -> IntArray:
    """An array of row or fund numbers."""
    return np.array(numbers, dtype=np.int64)


def marks(*positions: int) -> BoolArray:
    """Funds that are marked."""
    marked = np.zeros(CATALOGUE.size, dtype=np.bool_)
    marked[list(positions)] = True
    return marked
