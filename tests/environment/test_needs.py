"""Money wanted before retirement: hardship, cash-outs, loans, and the debts of those who lose their pay."""

import numpy as np
import pytest

from agents import borrowing, hardship
from agents.borrowing import level_payment
from environment.books import GOVERNMENT, HOUSEHOLDS
from environment.cash import Cash
from environment.needs import ask, cash_out, default_loans, lend, repay, still_wanted
from environment.savers import RETIRED, WORKING
from environment.typing import FloatArray
from tests.environment.living import LivingWorld, alike, chance_error, living
from tests.environment.worlds import DEFAULTS, rows, world

MANY = 6_000
HARDSHIP = DEFAULTS.number("careers.hardship.hazard")
LOANS = DEFAULTS.number("careers.loan.hazard")


def paid(who: list[int], *, lent: list[float], unmet: list[float], spent: list[float] | None = None) -> Cash:
    """What a month paid to some rows."""
    none = np.zeros(len(who))
    spends = none if spent is None else np.array(spent)
    return Cash(rows(*who), spends, none, none, none, np.array(lent), np.array(unmet))


@pytest.fixture(scope="module")
def lived() -> tuple[LivingWorld, FloatArray]:
    """A world after five years of life, with contributors and hardship withdrawals of every year, (5, 2)."""
    one = living(savers=5_000, years=5)
    counts = np.zeros((5, 2))
    for month in range(60):
        events = one.month()
        contributes = (one.savers.contribution > 0.0).sum()
        counts[month // 12] += contributes / 12.0, events.hardship
    return one, counts


def test_one_contributor_in_twenty_one_takes_a_hardship_withdrawal_a_year(
    lived: tuple[LivingWorld, FloatArray],
) -> None:
    contributors, withdrawals = lived[1].sum(axis=0)
    error = chance_error(HARDSHIP, int(contributors))
    assert withdrawals / contributors == pytest.approx(0.048, abs=error)


def test_after_five_years_13_per_cent_of_contributors_owe_on_a_loan(
    lived: tuple[LivingWorld, FloatArray],
) -> None:
    """Fitted: `careers.loan.hazard`. The first year begins without loans."""
    savers = lived[0].savers
    assert (savers.loan[savers.contribution > 0.0] > 0.0).mean() == pytest.approx(0.13, abs=0.02)


def test_only_those_with_pay_owe_and_they_repay(lived: tuple[LivingWorld, FloatArray]) -> None:
    savers = lived[0].savers
    owes = savers.loan > 0.0
    assert owes.sum() > 200
    assert (savers.status[owes] == WORKING).all()
    assert not savers.months_out[owes].any()
    assert savers.holds_plan[owes].all()
    assert (savers.loan_payment[owes] > 0.0).all()
    # The last payment of a loan is known until the next month begins.
    np.testing.assert_array_less(savers.loan_payment[~owes], 2_000.0)


def test_a_hardship_withdrawal_is_a_share_of_pay_or_all_that_is_there() -> None:
    state = alike(40, MANY, balance=1e5)
    savers = state.savers
    savers.contribution[: MANY - 1_000], savers.pay[:] = 100.0, 80_000.0
    savers.units[:MANY:2, 0] = 1_000.0
    savers.lump[:] = 7.0
    ask(state, np.arange(MANY), hardship, borrowing)
    asked = np.flatnonzero(savers.lump > 7.0)
    assert asked.max() < MANY - 1_000
    assert asked.size / (MANY - 1_000) == pytest.approx(HARDSHIP, abs=chance_error(HARDSHIP, MANY - 1_000))
    np.testing.assert_allclose(savers.lump[asked], np.where(asked % 2, 7.0 + 4_000.0, 7.0 + 1_000.0))


def test_hardship_does_not_reach_what_is_not_vested() -> None:
    """3,000 USD in the plan; 2,500 and 4,000 of match, of which three quarters are not vested."""
    state = alike(40, 20, {"careers.hardship.hazard": 1.0}, balance=3_000.0)
    savers = state.savers
    savers.contribution[:], savers.pay[:] = 100.0, 80_000.0
    state.plans.vesting[:, 0] = 0.25
    savers.employer_money[:3] = 0.0, 2_500.0, 4_000.0
    ask(state, rows(0, 1, 2), hardship, borrowing)
    assert savers.lump[:4].tolist() == [3_000.0, 1_125.0, 0.0, 0.0]


def test_a_cash_out_asks_for_everything() -> None:
    state = alike(40, 20, balance=1e5)
    cash_out(state, rows(3))
    assert np.flatnonzero(np.isinf(state.savers.lump)).tolist() == [3]


def test_loans_are_asked_by_contributors_without_one_who_want_nothing_else() -> None:
    state = alike(40, MANY, balance=50_000.0)
    savers = state.savers
    savers.contribution[:] = 100.0
    savers.contribution[:500], savers.loan[500:1_000], savers.lump[1_000:1_500] = 0.0, 1.0, 1.0
    ask(state, np.arange(MANY), hardship, borrowing)
    asked = np.flatnonzero(savers.borrowing)
    assert asked.min() >= 1_500
    assert asked.size / (MANY - 1_500) == pytest.approx(LOANS, abs=chance_error(LOANS, MANY - 1_500))
    np.testing.assert_allclose(savers.borrowing[asked], 0.3 * 50_000.0)


def test_nobody_borrows_what_is_not_vested() -> None:
    """30% of 50,000 USD less the part of the match that would go back, and never below nothing."""
    state = alike(40, 40, {"careers.loan.hazard": 1.0}, balance=50_000.0)
    savers = state.savers
    savers.contribution[:] = 100.0
    state.plans.vesting[:, 0] = 0.25
    savers.employer_money[:3] = 0.0, 20_000.0, 80_000.0
    ask(state, rows(0, 1, 2), hardship, borrowing)
    assert savers.borrowing[:4].tolist() == pytest.approx([15_000.0, 0.3 * 35_000.0, 0.0, 0.0])


def test_a_loan_is_paid_off_by_sixty_level_payments() -> None:
    """What is owed after k months is the annuity's closed form; 24,000 USD was lent of 30,000 asked."""
    state = alike(40, 20, balance=1e5)
    savers = state.savers
    savers.borrowing[2:4] = 30_000.0
    lend(state, paid([2, 3], lent=[24_000.0, 0.0], unmet=[0.0, 0.0]), borrowing)
    assert savers.loan[:5].tolist() == [0.0, 0.0, 24_000.0, 0.0, 0.0]
    assert not savers.borrowing.any()
    payment = float(level_payment(np.array([24_000.0]), 0.08, 5)[0])
    monthly = 1.0 + 0.08 / 12.0
    for month in range(1, 61):
        repay(state)
        grown = monthly**month
        owed = 24_000.0 * grown - payment * (grown - 1.0) / (monthly - 1.0)
        assert savers.loan[2] == pytest.approx(owed, abs=1e-6)
        assert savers.loan_payment[2] == pytest.approx(payment)
    assert savers.loan[2] == 0.0, "rounding is no debt"
    repay(state)
    assert (savers.loan[2], savers.loan_payment[2]) == (0.0, 0.0)
    assert not savers.loan_payment.any()


def test_the_last_payment_pays_what_is_left() -> None:
    state = alike(40, 20)
    state.savers.loan[1], state.savers.loan_payment[1] = 100.0, 400.0
    repay(state)
    assert state.savers.loan[1] == 0.0
    assert state.savers.loan_payment[1] == pytest.approx(100.0 * (1.0 + 0.08 / 12.0))


def test_a_debt_without_pay_is_written_off_and_taxed() -> None:
    state = alike(40, 20)
    savers = state.savers
    savers.loan[:3], savers.loan_payment[:3] = 1_000.0, 20.0
    default_loans(state, rows(1, 2, 5))
    assert savers.loan[:3].tolist() == [1_000.0, 0.0, 0.0]
    assert savers.loan_payment[:3].tolist() == [20.0, 0.0, 0.0]
    tax = 0.15 * 2_000.0 * savers.weight
    posted = state.books.year[HOUSEHOLDS, GOVERNMENT, "deemed_distribution_tax"]
    assert posted == pytest.approx(tax)


def test_what_is_frozen_of_a_lump_sum_waits_and_a_forfeiture_does_not() -> None:
    state = alike(40, 20)
    savers = state.savers
    savers.lump[:4], savers.forfeiture[:] = [np.inf, 500.0, 500.0, 0.0], 9.0
    savers.fund[:4, 0], savers.units[:4, 0], savers.in_ira[:4] = 0, 1e3, False
    still_wanted(state, paid([0, 1, 3], lent=[0.0] * 3, unmet=[300.0, 0.0, 40.0]))
    assert savers.frozen_lump[:4].tolist() == [300.0, 0.0, 0.0, 0.0]
    assert savers.lump[:4].tolist() == [0.0, 0.0, 500.0, 0.0]
    still_wanted(state, paid([0], lent=[0.0], unmet=[0.0], spent=[300.0 * (1.0 - 1e-12)]))
    assert savers.frozen_lump[0] == 0.0, "rounding is no wish"
    savers.frozen_lump[0] = 300.0
    savers.fund[0, 0] = 8  # no private units are left
    still_wanted(state, paid([0], lent=[0.0], unmet=[0.0]))
    assert savers.frozen_lump[0] == 0.0
    assert savers.forfeiture[:4].tolist() == [0.0, 0.0, 9.0, 0.0]


@pytest.mark.parametrize(
    ("off", "column"),
    [
        ({"careers.hardship.hazard": 0.0, "careers.loan.hazard": 0.0}, "withdrawn"),
        ({"careers.loan.hazard": 0.0}, "loan"),
    ],
)
def test_a_chance_of_nought_means_none(off: dict[str, float], column: str) -> None:
    off |= {key: 0.0 for key in DEFAULTS.values if key.startswith("careers.cash_out.share.")}
    one = world(off)
    for _ in range(12):
        one.run_for(1)
        assert not getattr(one.savers, column)[one.savers.status != RETIRED].any()
    assert not one.savers.loan_payment[one.savers.loan == 0.0].any()


def test_what_waits_after_a_month_is_the_plain_formula() -> None:
    """Old money less what was paid of it, and new money missed, while the plan holds private units."""
    state, random = alike(40, MANY), np.random.default_rng(7)
    savers, private = state.savers, state.catalogue.is_private
    columns = np.where(random.random((4, MANY)) < 0.5, 100.0 * random.random((4, MANY)), 0.0)
    savers.lump[:], savers.frozen_lump[:], savers.withdrawal[:], spent = columns
    savers.lump[::7] = np.inf
    savers.fund[:, :2] = random.integers(-1, 12, (MANY, 2))
    savers.in_ira[:, :2] = random.random((MANY, 2)) < 0.5
    unmet = 50.0 * random.random(MANY)
    asked = savers.lump > 0.0
    paid_late = np.where(~asked & (savers.withdrawal == 0.0), spent, 0.0)
    left = np.maximum(savers.frozen_lump - paid_late, 0.0) + np.where(
        asked, np.minimum(savers.lump, unmet), 0.0
    )
    keeps = (private[savers.fund] & (savers.fund >= 0) & ~savers.in_ira).any(axis=1)
    none = np.zeros(MANY)
    still_wanted(state, Cash(np.arange(MANY), spent, none, none, none, none, unmet))
    np.testing.assert_array_equal(savers.frozen_lump, np.where(keeps, left, 0.0))
    assert not savers.lump.any()
    assert keeps.sum() > 100 < (savers.frozen_lump > 0.0).sum()
