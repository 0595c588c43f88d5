"""Members of plans: who joins, who leaves for good, and what becomes of accounts that are left behind."""

import numpy as np
import pytest

from agents import leaving
from environment.careers import stop_work
from environment.demography import holding_by_age, separation_chances
from environment.membership import (
    BALANCE_BANDS,
    Moves,
    account_fates,
    settle,
    ties_to_plans,
    works_covered,
)
from environment.savers import RETIRED, SEPARATED, WORKING
from environment.state import State
from environment.typing import IntArray
from tests.environment.living import alike, chance_error
from tests.environment.worlds import DEFAULTS, rows, world

MANY = 6_000
NOBODY = rows()
SHARES = DEFAULTS.numbers("careers.cash_out.share", BALANCE_BANDS)
ROLLOVER = DEFAULTS.number("careers.rollover_share")


def birthdays(state: State, who: IntArray) -> Moves:
    """Birthdays without a change of jobs."""
    return settle(state, who, NOBODY, NOBODY, leaving)


def test_people_join_while_their_number_lies_below_the_chance_of_their_age() -> None:
    state = alike(22, MANY)
    savers, everyone = state.savers, np.arange(MANY)
    moves = birthdays(state, everyone)
    holds = savers.people.holding_propensity < ties_to_plans(state, everyone).chance
    np.testing.assert_array_equal(savers.holds_plan, holds)
    np.testing.assert_array_equal(savers.has_held, holds)
    np.testing.assert_array_equal(moves.enrolled, np.flatnonzero(holds))
    share = holding_by_age(DEFAULTS)[22]
    assert moves.enrolled.size / MANY == pytest.approx(share, abs=chance_error(share, MANY))
    assert birthdays(state, everyone).enrolled.size == 0


def test_at_65_the_plan_of_seven_in_ten_holders_moves_to_an_ira_and_nobody_cashes_out() -> None:
    """The share is that of the fall of the chances; 0.70 of those who hold at 64 (docs/population.md)."""
    state = alike(64, MANY, {"careers.rollover_share": 0.0}, balance=500.0)
    savers, everyone = state.savers, np.arange(MANY)
    savers.holds_plan[:] = ties_to_plans(state, everyone).member
    holders = savers.holds_plan.sum()
    savers.people.age[:] = 65
    stop_work(state, everyone)
    moves = birthdays(state, everyone)
    chances = holding_by_age(DEFAULTS)
    expected = 1.0 - chances[65] / chances[64]
    assert expected == pytest.approx(0.70, abs=0.01)
    assert moves.rolled.size / holders == pytest.approx(expected, abs=chance_error(0.7, int(holders)))
    assert (moves.cashed.size, moves.enrolled.size) == (0, 0)
    assert (savers.status == RETIRED).all()
    np.testing.assert_array_equal(savers.holds_plan, ties_to_plans(state, everyone).member)


@pytest.mark.parametrize(
    ("balance", "band"), [(990.0, 0), (4_900.0, 1), (5_100.0, 2), (20e3, 3), (60e3, 4), (102e3, 5)]
)
def test_small_accounts_are_cashed_out_and_of_the_others_some_roll_over(balance: float, band: int) -> None:
    state = alike(40, MANY, balance=balance)
    fate = account_fates(state, np.arange(MANY), leaving)
    cash, kept = SHARES[band], 1.0 - SHARES[band]
    assert (fate == leaving.CASH).mean() == pytest.approx(cash, abs=chance_error(cash, MANY))
    rolled = ROLLOVER * kept
    assert (fate == leaving.ROLL).mean() == pytest.approx(rolled, abs=chance_error(rolled, MANY))


def test_the_bounds_of_balances_move_with_prices() -> None:
    state = alike(40, MANY, balance=1_500.0)
    small = account_fates(state, np.arange(MANY), leaving)
    state.price_level[1] = 2.0
    tiny = account_fates(state, np.arange(MANY), leaving)
    assert ((tiny == leaving.CASH) >= (small == leaving.CASH)).all()
    assert (tiny == leaving.CASH).mean() == pytest.approx(SHARES[0], abs=chance_error(SHARES[0], MANY))


def test_what_leavers_do_with_their_account_and_what_they_are_then() -> None:
    """Members who leave: half have the next job at once, half are without one for some months."""
    state = alike(40, MANY, balance=20_000.0)
    savers, everyone = state.savers, np.arange(MANY)
    savers.people.holding_propensity[:], savers.people.separation_propensity[:] = 0.0, 1.0
    savers.contribution[:] = 100.0
    out = everyone[: MANY // 2]
    savers.months_out[out], savers.status[out] = 3, SEPARATED
    moves = settle(state, everyone, everyone, NOBODY, leaving)
    cashed, rolled = np.isin(everyone, moves.cashed), np.isin(everyone, moves.rolled)
    assert not (cashed & rolled).any()
    assert cashed.mean() == pytest.approx(SHARES[3], abs=chance_error(SHARES[3], MANY))
    expected = ROLLOVER * (1.0 - SHARES[3])
    assert rolled.mean() == pytest.approx(expected, abs=chance_error(expected, MANY))
    np.testing.assert_array_equal(moves.enrolled, everyone[MANY // 2 :])
    np.testing.assert_array_equal(savers.holds_plan[out], ~(cashed | rolled)[out])
    assert savers.holds_plan[MANY // 2 :].all()
    assert moves.stopped.size == 0
    savers.months_out[out], savers.status[out] = 0, WORKING
    hired = settle(state, out, NOBODY, out, leaving)
    np.testing.assert_array_equal(hired.enrolled, out)
    assert savers.holds_plan.all()
    assert (savers.status == WORKING).all()


def test_who_is_between_jobs_waits_for_the_next_one() -> None:
    state = alike(40, 20, balance=20_000.0)
    savers = state.savers
    savers.people.holding_propensity[:] = 1.0
    savers.months_out[:2], savers.status[:2] = 3, SEPARATED
    moves = birthdays(state, rows(0, 1, 2))
    assert np.union1d(moves.rolled, moves.cashed).tolist() == [2]
    assert savers.status[:2].tolist() == [SEPARATED, SEPARATED]


def test_a_membership_that_ends_takes_the_account_out_of_the_plan_in_any_case() -> None:
    state = alike(60, MANY, {"careers.rollover_share": 0.0}, balance=2e5)
    state.savers.people.holding_propensity[:] = 0.999
    state.savers.people.separation_propensity[:] = 1.0
    state.savers.contribution[:], state.savers.tenure[:] = 100.0, 10
    moves = birthdays(state, np.arange(MANY))
    assert not state.savers.holds_plan.any()
    assert moves.cashed.size / MANY == pytest.approx(SHARES[5], abs=chance_error(SHARES[5], MANY))
    assert moves.rolled.size + moves.cashed.size == MANY
    assert moves.stopped.size == MANY


def test_only_those_who_have_held_an_account_are_separated() -> None:
    """Rows: left covered work, stayed, never joined, moved to an IRA."""
    state = alike(60, 20, {"careers.rollover_share": 0.0, "careers.cash_out.share.tiny": 0.0})
    savers, people = state.savers, state.savers.people
    people.holding_propensity[:4] = 0.0, 0.0, 1.0, 1.0
    people.separation_propensity[:4] = 0.0, 1.0, 0.0, 0.0
    savers.holds_plan[:4] = True, True, False, False
    savers.has_held[:4] = True, True, False, True
    savers.contribution[:2] = 100.0
    moves = birthdays(state, rows(0, 1, 2, 3))
    assert savers.status[:4].tolist() == [SEPARATED, WORKING, WORKING, SEPARATED]
    assert savers.holds_plan[:4].tolist() == [True, True, False, False]
    assert moves.stopped.tolist() == [0]
    assert moves.enrolled.size == 0


def test_a_debt_ends_with_the_job_also_where_nothing_was_contributed() -> None:
    state = alike(65, 20, balance=1e4)
    state.savers.loan[:] = 500.0
    stop_work(state, rows(4))
    assert birthdays(state, rows(4)).stopped.tolist() == [4]


def test_between_the_chances_people_may_join_and_do_not() -> None:
    """Rows: a member, who may and does not, who has no plan to join."""
    state = alike(50, 20)
    people = state.savers.people
    people.separation_propensity[:] = 1.0
    members = ties_to_plans(state, np.arange(20)).chance
    automatic = state.plans.automatic_share
    eligible = float(holding_by_age(DEFAULTS)[50]) / (0.94 * automatic + 0.64 * (1.0 - automatic))
    people.holding_propensity[:3] = members[0] - 0.01, 0.5 * (members[1] + eligible), eligible + 0.01
    assert members[1] < eligible < 1.0
    assert works_covered(state, rows(0, 1, 2)).tolist() == [True, True, False]
    assert ties_to_plans(state, rows(0, 1, 2)).member.tolist() == [True, False, False]


def test_ties_are_those_of_the_tables_at_the_age_and_plan_of_each() -> None:
    state = world(savers=900, years=0).state
    savers, people = state.savers, state.savers.people
    who = np.arange(900)[::2]
    retired, age = savers.status[who] == RETIRED, people.age[who].astype(np.int64)
    assert 0 < retired.sum() < who.size
    automatic = state.plans.auto_enrolment[people.employer[who]].astype(np.int64)
    last = DEFAULTS.whole("savers.retirement_age") - 1
    chance = np.where(
        retired, state.holding_table[automatic, -1], state.holding_table[automatic, np.minimum(age, last)]
    )
    may_join = people.holding_propensity[who] < np.maximum(chance, state.eligible_table[age])
    stays = people.separation_propensity[who] >= state.separation_table[age]
    ties = ties_to_plans(state, who)
    np.testing.assert_array_equal(ties.chance, chance)
    np.testing.assert_array_equal(ties.member, people.holding_propensity[who] < chance)
    np.testing.assert_array_equal(ties.covered, may_join & stays & ~retired)


def test_where_everybody_takes_part_nobody_stays_out() -> None:
    rates = ("automatic", "voluntary")
    one = world({f"population.holding.participation.{name}": 1.0 for name in rates}, savers=2_000, years=0)
    savers = one.savers
    covered = works_covered(one.state, np.arange(2_000))
    np.testing.assert_array_equal(savers.contribution > 0.0, covered)
    assert not (savers.contribution > 0.0)[~covered].any()


def test_those_who_have_left_covered_work_are_as_many_as_their_age_says() -> None:
    state = alike(55, MANY)
    state.savers.people.holding_propensity[:] = 0.0
    chance = 1.0 - separation_chances(DEFAULTS)[55]
    covered = works_covered(state, np.arange(MANY))
    assert covered.mean() == pytest.approx(chance, abs=chance_error(chance, MANY))


def test_after_retirement_the_chance_of_membership_is_that_of_the_retired_at_any_age() -> None:
    state = alike(61, 20)
    stop_work(state, rows(0, 1))
    chances = ties_to_plans(state, np.arange(20)).chance
    np.testing.assert_array_equal(
        chances[:2],
        state.holding_table[
            state.plans.auto_enrolment[state.savers.people.employer[:2]].astype(np.int64), 65
        ],
    )
    state.savers.people.age[2:] = 70
    late = ties_to_plans(state, np.arange(20)).chance[2:]
    state.savers.people.age[2:] = 64
    np.testing.assert_array_equal(late, ties_to_plans(state, np.arange(20)).chance[2:])
    assert not works_covered(state, rows(0, 1)).any()
