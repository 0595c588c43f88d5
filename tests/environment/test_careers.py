"""Working lives: how often people change jobs, how long they are without one, what they leave behind."""

import numpy as np
import pytest

from agents import leaving
from environment.careers import (
    end_spells,
    find_employers,
    forfeit,
    leave_jobs,
    opening_tenure,
    stop_work,
    unvested,
)
from environment.demography import by_age_band
from environment.plans import vesting_schedules
from environment.savers import RETIRED, SEPARATED, WORKING
from tests.environment.living import alike, chance_error, chance_errors, living
from tests.environment.worlds import DEFAULTS, rows

MANY = 8_000
HAZARDS = by_age_band(DEFAULTS, "careers.job_change")
NOBODY_MOVES = {
    f"careers.job_change.{band}": 0.0 for band in ("under_25", "25_34", "35_44", "45_54", "55_64", "65_plus")
}


@pytest.mark.parametrize(("age", "band"), [(22, 0), (24, 0), (25, 1), (44, 2), (45, 3), (64, 4), (66, 5)])
def test_people_change_jobs_as_often_as_their_age_says(age: int, band: int) -> None:
    state = alike(age, MANY)
    left = leave_jobs(state, np.arange(MANY), leaving)
    assert left.size / MANY == pytest.approx(HAZARDS[band], abs=chance_error(HAZARDS[band], MANY))
    assert not state.savers.tenure[left].any()


def test_without_a_hazard_nobody_leaves() -> None:
    state = alike(30, 500, NOBODY_MOVES)
    employer = state.savers.people.employer.copy()
    assert leave_jobs(state, np.arange(500), leaving).size == 0
    np.testing.assert_array_equal(state.savers.people.employer, employer)
    assert (state.savers.status == WORKING).all()


def test_only_those_who_have_a_job_leave_it() -> None:
    state = alike(30, 900, {"careers.job_change.25_34": 1.0})
    savers = state.savers
    savers.status[:300], savers.status[300:600], savers.months_out[600:] = RETIRED, SEPARATED, 3
    savers.status[800:] = WORKING
    savers.months_out[850:] = 0
    assert leave_jobs(state, np.arange(900), leaving).tolist() == list(range(850, 900))


def test_spells_without_pay_are_as_frequent_and_as_long_as_the_parameters_say() -> None:
    """Mean m (1 - (1 - 1/m)^L) of a geometric law with mean m cut at L; its variance is below m^2."""
    state = alike(30, MANY, {"careers.job_change.25_34": 1.0})
    left = leave_jobs(state, np.arange(MANY), leaving)
    months = state.savers.months_out[left]
    out = months > 0
    chance, mean = DEFAULTS.number("careers.unemployment.chance"), 5.0
    assert out.mean() == pytest.approx(chance, abs=chance_error(chance, left.size))
    expected = mean * (1.0 - (1.0 - 1.0 / mean) ** 24)
    assert months[out].mean() == pytest.approx(expected, abs=4.5 * mean / np.sqrt(out.sum()))
    assert months[out].min() == 1
    assert months.max() == 24
    np.testing.assert_array_equal(state.savers.status[left] == SEPARATED, out)


def test_a_spell_ends_after_its_months() -> None:
    state = alike(30, 20)
    savers = state.savers
    savers.months_out[:3] = 1, 2, 3
    savers.status[:3] = SEPARATED
    state.standing.between_jobs = rows(0, 1, 2)
    assert [end_spells(state).tolist() for _ in range(4)] == [[0], [1], [2], []]
    assert not savers.months_out.any()
    assert (savers.status == WORKING).all()


def test_whoever_has_a_job_keeps_it_while_others_wait_for_one() -> None:
    state = alike(30, 20)
    state.savers.months_out[[4, 9, 11]] = 1, 7, 1
    state.standing.between_jobs = rows(4, 9, 11)
    status = state.savers.status.copy()
    assert end_spells(state).tolist() == [4, 11]
    assert np.flatnonzero(state.savers.months_out).tolist() == [9]
    np.testing.assert_array_equal(state.savers.status, status)


def test_new_employers_are_drawn_by_size() -> None:
    state = alike(30, MANY)
    state.savers.tenure[:] = 4
    find_employers(state, np.arange(MANY), state.luck.uniform("job.employer", 1, np.arange(MANY)))
    share = state.plans.share
    drawn = np.bincount(state.savers.people.employer, minlength=share.size) / MANY
    np.testing.assert_array_less(np.abs(drawn - share)[:20], chance_errors(share[:20], MANY))
    # Small types are rare one by one and common together.
    rest = share[100:].sum()
    assert drawn[100:].sum() == pytest.approx(rest, abs=chance_error(float(rest), MANY))
    assert not state.savers.tenure.any()


def test_who_leaves_gives_back_what_is_not_vested_of_the_match() -> None:
    schedules = [np.array(one) for one in vesting_schedules().values()]
    state = alike(40, 8 * len(schedules), balance=1e5)
    savers, everyone = state.savers, np.arange(8 * len(schedules))
    state.plans.vesting[: len(schedules)] = schedules
    savers.people.employer[:], savers.tenure[:] = everyone // 8, everyone % 8
    savers.employer_money[:] = 1_000.0 + everyone
    expected = [
        (1.0 - schedule[min(years, 6)]) * (1_000.0 + 8 * which + years)
        for which, schedule in enumerate(schedules)
        for years in range(8)
    ]
    np.testing.assert_allclose(unvested(state, everyone), expected)
    forfeit(state, everyone)
    np.testing.assert_allclose(savers.forfeiture, expected)
    assert not savers.employer_money.any()
    assert not savers.forfeiture[savers.tenure >= 6].any()
    assert savers.forfeiture[savers.tenure == 0].any()


def test_who_retires_owns_it_all() -> None:
    state = alike(65, 20, balance=1e5)
    savers = state.savers
    savers.employer_money[:] = 1_000.0
    state.plans.vesting[:, 0] = 0.0
    stop_work(state, rows(0))
    forfeit(state, rows(0, 1))
    assert savers.forfeiture[:3].tolist() == [0.0, 1_000.0, 0.0]


def test_what_is_not_vested_goes_back_also_when_the_account_leaves_on_the_same_day() -> None:
    state = alike(40, 20, balance=1e5)
    savers = state.savers
    state.plans.vesting[:, 0] = 0.0
    savers.employer_money[:], savers.holds_plan[:] = 500.0, False
    forfeit(state, rows(2))
    assert savers.forfeiture[2] == 500.0
    assert savers.employer_money[2] == 0.0


def test_retirement_ends_pay_and_the_search_for_a_job() -> None:
    state = alike(65, 20)
    savers = state.savers
    savers.pay[:], savers.months_out[:], savers.status[:] = 50_000.0, 4, SEPARATED
    stop_work(state, rows(3))
    assert (savers.status[3], savers.pay[3], savers.months_out[3]) == (RETIRED, 0.0, 0)
    assert (savers.status[4], savers.pay[4], savers.months_out[4]) == (SEPARATED, 50_000.0, 4)


def test_tenure_at_the_opening_is_what_the_changes_of_jobs_leave() -> None:
    """At 30 a tenure of t years has survived t birthdays: from 25 at 0.289, those at 23 and 24 at 0.508."""
    state = alike(30, MANY)
    tenure = opening_tenure(state, np.arange(MANY))
    stayed = np.cumprod(1.0 - np.array([*[HAZARDS[1]] * 6, *[HAZARDS[0]] * 2]))
    longer = np.array([(tenure >= years).mean() for years in range(1, 9)])
    np.testing.assert_array_less(np.abs(longer - stayed), chance_errors(stayed, MANY))
    assert tenure.max() <= 8


def test_tenure_at_the_opening_at_its_limits() -> None:
    assert opening_tenure(alike(22, 50), np.arange(50)).tolist() == [0] * 50
    never = alike(40, 50, NOBODY_MOVES)
    never.savers.people.age[:3] = 22, 23, 30
    assert opening_tenure(never, np.arange(50)).tolist() == [0, 1, 8] + [18] * 47
    always = alike(40, 50, dict.fromkeys(NOBODY_MOVES, 1.0))
    assert opening_tenure(always, np.arange(50)).tolist() == [0] * 50


def test_forfeitures_of_two_years_are_those_of_the_schedules() -> None:
    """Who leaves gives back (1 - schedule) x match since hire; who stays has what was matched all along."""
    late = {"cliff_of_three": 0.9, "graded_to_five": 0.05, "graded_to_six": 0.05}
    one = living({f"employers.vesting_mix.{name}": share for name, share in late.items()}, savers=600)
    savers, leavers = one.savers, 0
    opening, matched = savers.employer_money.copy(), np.zeros(savers.size)
    for _ in range(24):
        lived = one.month()
        matched += savers.match
        due = np.flatnonzero(lived.forfeiture)
        leavers += due.size
        # The birthday of the month has already counted as one more year with the employer.
        years = np.minimum(lived.before["tenure"][due] + 1, 6)
        kept = one.state.plans.vesting[lived.before["employer"][due], years]
        expected = (1.0 - kept) * lived.before["employer_money"][due]
        np.testing.assert_allclose(lived.forfeiture[due], expected)
        assert not savers.forfeiture.any()
    stayed = (savers.tenure >= 3) & (savers.contribution > 0.0)
    np.testing.assert_allclose(savers.employer_money[stayed], (opening + matched)[stayed])
    assert leavers > 20
    assert stayed.sum() > 50
