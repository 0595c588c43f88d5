"""Flows of the ledger: each has its mechanism, and at a parameter of nought there is none of it."""

from collections.abc import Mapping

import numpy as np
import pytest

from environment import books as ledger
from environment.model import World
from environment.savers import RETIRED, SEPARATED, WORKING
from tests.environment.watching import loans_of, watched
from tests.environment.worlds import DEFAULTS, NO_RECORD_KEEPING, QUIET, give, give_ira, world

NO_VESTING = {name: 0.0 for name in DEFAULTS.values if name.startswith("employers.vesting_mix.")}
NO_CASH_OUTS = {name: 0.0 for name in DEFAULTS.values if name.startswith("careers.cash_out.share.")}
NO_LOANS = {"careers.loan.hazard": 0.0}
SIZE = 600


def flows(one: World) -> dict[str, float]:
    """USD of the second year, but for its last month, by name of the flow, whoever paid it."""
    one.run_for(23)
    total: dict[str, float] = {}
    for (_, _, flow), usd in one.state.books.year.items():
        total[flow] = total.get(flow, 0.0) + usd
    return total


@pytest.fixture(name="usual", scope="module")
def flows_of_the_defaults() -> dict[str, float]:
    """Flows of the scenario that changes nothing."""
    return flows(world(savers=SIZE))


@pytest.mark.parametrize(
    ("values", "none"),
    [
        (NO_LOANS, {"loan", "loan_repayment", "deemed_distribution_tax"}),
        (NO_RECORD_KEEPING, {"record_keeping_fee"}),
        (NO_VESTING, {"forfeiture"}),
        ({"tax.early_penalty": 0.0}, {"early_penalty"}),
        ({"tax.withdrawal": 0.0}, {"withdrawal_tax", "deemed_distribution_tax"}),
        ({"careers.hardship.hazard": 0.0, **NO_CASH_OUTS}, {"early_penalty"}),
    ],
    ids=["loans", "record-keeping", "vesting", "penalty", "tax", "early"],
)
def test_without_its_parameter_there_is_no_such_flow(
    usual: dict[str, float], values: Mapping[str, object], none: set[str]
) -> None:
    assert min(usual[flow] for flow in none) > 0.0
    found = flows(world(values, savers=SIZE))
    assert not none & set(found)
    assert set(found) == set(usual) - none


def test_deferral_match_and_nonelective_are_all_that_employers_pay() -> None:
    """Counted again every month from the parts of the table."""
    one = world(savers=SIZE)
    paid = {"deferral": 0.0, "match": 0.0, "nonelective": 0.0}
    for _ in range(11):
        one.run_for(1)
        savers = one.savers
        paid["deferral"] += savers.weight * float(savers.own_contribution.sum())
        paid["match"] += savers.weight * float(savers.match.sum())
        rest = savers.contribution - savers.own_contribution - savers.match
        assert rest.min() > -1e-9
        paid["nonelective"] += savers.weight * float(rest.sum())
    year = one.state.books.year
    posted = {flow: year[ledger.EMPLOYERS, ledger.SAVERS, flow] for flow in paid}
    assert posted == pytest.approx(paid)
    assert min(posted.values()) > 0.0


def test_without_interest_what_is_lent_is_repaid_owed_or_written_off() -> None:
    """To the cent, over two years; the debts of the dead die with them."""
    one = watched({"careers.loan.rate": 0.0}, savers=SIZE)
    savers = one.savers
    lent = returned = lost = 0.0
    for _ in range(24):
        owed, generation = savers.loan.copy(), savers.generation.copy()
        month = one.month()
        repaid, written_off = loans_of(one, month, owed, generation)
        lent += float(month.filled.cash.lent.sum())
        returned += repaid
        lost += written_off + float(owed[savers.generation > generation].sum())
    assert lost > 0.0
    assert returned > 0.0
    assert lent == pytest.approx(returned + lost + savers.loan.sum(), abs=0.005)


@pytest.mark.parametrize(
    ("age", "status", "plan", "ira", "early"),
    [
        (40, WORKING, 1.0, 0.0, 1.0),
        (58, WORKING, 1.0, 0.0, 1.0),
        (59, WORKING, 1.0, 0.0, 0.0),
        (54, SEPARATED, 1.0, 0.0, 1.0),
        (55, SEPARATED, 1.0, 0.0, 0.0),
        (58, RETIRED, 1.0, 0.0, 0.0),
        (58, RETIRED, 0.0, 1.0, 1.0),  # who left an employer is exempt for its plan alone
        (58, RETIRED, 1.0, 3.0, 0.75),
        (59, RETIRED, 1.0, 3.0, 0.0),
        (85, RETIRED, 1.0, 3.0, 0.0),
    ],
)
def test_who_takes_money_early_pays_a_tenth_more(
    age: int, status: int, plan: float, ira: float, early: float
) -> None:
    """One saver takes 1,000 dollars out of accounts in one fund; else nobody takes any before 65."""
    one = world({**QUIET, "policy.access": "none"}, savers=200)
    savers = one.savers
    rich = (savers.wealth > 10_000.0) & ((savers.fund >= 0).sum(axis=1) == 1)
    row = int(np.flatnonzero(rich & (savers.people.birth_month > 1))[0])
    fund, units = int(savers.fund[row, 0]), float(savers.units[row, 0])
    savers.holds_plan[row] = True
    give(savers, row, {fund: units * plan / (plan + ira)} if plan else {})
    give_ira(savers, row, {fund: units * ira / (plan + ira)} if ira else {})
    savers.people.age[row], savers.status[row], savers.withdrawal[row], savers.lump[row] = (
        age,
        status,
        0.0,
        1e3,
    )
    one.run_for(1)
    assert savers.withdrawn[row] == pytest.approx(1000.0)
    year = one.state.books.year
    penalty = year.get((ledger.SAVERS, ledger.GOVERNMENT, "early_penalty"), 0.0)
    assert penalty / savers.weight == pytest.approx(100.0 * early, abs=1e-6)
    tax = year[ledger.SAVERS, ledger.GOVERNMENT, "withdrawal_tax"]
    spent = tax / 0.15
    assert year[ledger.SAVERS, ledger.HOUSEHOLDS, "withdrawal"] == pytest.approx(spent - tax - penalty)
