"""The record of earnings of every saver: what is added each year, and the benefits that follow."""

import numpy as np
import pytest

from environment import social_security
from environment.earnings import benefits, career_of, open_careers, remember_earnings, set_career
from environment.social_security import Career
from environment.state import State
from tests.environment.living import alike
from tests.environment.worlds import DEFAULTS, rows, world


def start(age: int) -> State:
    """People without a record, in a world in which wages have grown by a tenth a year for five years."""
    state = alike(age, 20)
    set_career(state, np.arange(20), Career(np.zeros(20), np.zeros(20), np.zeros(20)))
    state.wage_index[:] = 1.1 ** (np.arange(state.wage_index.size) / 12.0)
    state.month = 60
    return state


def test_pay_is_indexed_to_the_wages_of_the_start() -> None:
    state = start(50)
    remember_earnings(state, rows(0, 1), np.array([1.1**5 * 40_000.0, 0.0]))
    years, earnings, squares = (column[:3].tolist() for column in career_of(state, np.arange(20)))
    assert years == [1.0, 0.0, 0.0]
    assert earnings == pytest.approx([40_000.0, 0.0, 0.0])
    assert squares == pytest.approx([40_000.0**2, 0.0, 0.0])


@pytest.mark.parametrize(("age", "indexed"), [(60, 0), (61, 1), (64, 4), (66, 5)])
def test_pay_after_60_counts_as_it_is(age: int, indexed: int) -> None:
    """It is held against the wages of the 60th birthday, or of the start where that was before."""
    state = start(age)
    remember_earnings(state, rows(0), np.array([50_000.0]))
    expected = 50_000.0 / 1.1 ** (5 - indexed)
    assert state.savers.career_earnings[0] == pytest.approx(expected)


def test_pay_above_the_taxable_maximum_does_not_count() -> None:
    state = alike(40, 20, {"run.start": "2025-01"})
    state.wage_index[1] = 1.0
    before = state.savers.career_earnings[0]
    remember_earnings(state, rows(0), np.array([1e6]))
    assert state.savers.career_earnings[0] - before == pytest.approx(176_100.0)


def test_benefits_of_a_level_career_by_hand() -> None:
    """60,000 USD for 35 years: 5,000 a month; bends of 2026 are 1,286 and 7,749 USD a month.

    0.9 x 1,286 + 0.32 x 3,714 = 2,345.88 at 67; 70% of it at 62, 124% at 70; the 62nd birthday is in 2026.
    """
    state = alike(62, 20, {"run.start": "2026-01"})
    state.savers.people.birth_year[:] = 1964
    state.month = 0
    level = Career(np.full(20, 35.0), np.full(20, 35 * 60_000.0), np.full(20, 35 * 60_000.0**2))
    set_career(state, np.arange(20), level)
    found = benefits(state, rows(0, 1, 2), np.array([67.0, 62.0, 70.0]))
    np.testing.assert_allclose(found, 2_345.88 * np.array([1.0, 0.7, 1.24]), rtol=1e-9)


def test_benefits_are_those_of_each_persons_own_record() -> None:
    one = world(savers=300, years=3)
    one.run_for(36)
    state, savers = one.state, one.savers
    claimed = np.flatnonzero((savers.claim_age > 0.0) & (savers.generation == 0) & (savers.age >= 70))
    now = benefits(state, claimed, savers.claim_age[claimed])
    np.testing.assert_allclose(savers.benefit_real[claimed], now, rtol=1e-12)
    for row in claimed[:5]:
        career = Career(*(column[row : row + 1] for column in career_of(state, np.arange(300))))
        year = int(savers.people.birth_year[row]) + 62
        law = social_security.law_of_cohort(state.scenario, year, state.wages_at_year_end)
        laws = np.array([[one] for one in (*law, state.price_at_year_end(year - 1))])
        alone = social_security.benefits(state.scenario, career, laws, savers.claim_age[row : row + 1])
        assert savers.benefit_real[row] == pytest.approx(float(alone[0]), rel=1e-12)


def test_the_record_of_a_year_of_life_grows_by_that_years_pay() -> None:
    one = world({"careers.unemployment.chance": 0.0}, savers=300)
    savers = one.savers
    before = savers.career_years.copy(), savers.career_earnings.copy()
    one.run_for(12)
    works = (savers.generation == 0) & (savers.age <= 60)
    np.testing.assert_array_equal(savers.career_years[works], before[0][works] + 1.0)
    grown = savers.career_earnings[works] - before[1][works]
    assert (grown > 0.0).all()
    assert (grown <= 1.001 * savers.pay[works]).all()
    retired = (savers.generation == 0) & (savers.age > 66)
    np.testing.assert_array_equal(savers.career_earnings[retired], before[1][retired])


def test_records_of_the_opening_have_a_year_for_every_year_of_work() -> None:
    state = world(savers=500, years=0).state
    open_careers(state, np.arange(500))
    age = state.savers.age
    np.testing.assert_array_equal(state.savers.career_years, np.minimum(age, 64) - 21)
    assert DEFAULTS.whole("population.entry_age") == 22
