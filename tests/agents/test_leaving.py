"""Job changes, spells without pay, and what becomes of accounts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.leaving import CASH, KEEP, ROLL, account_fate, changes_job, spell_months

HAZARDS = np.array([0.508, 0.289, 0.171, 0.124, 0.102, 0.099])  # BLS, January 2016
BOUNDS = np.array([1e3, 5e3, 1e4, 5e4, 1e5])
CASH_OUTS = np.array([0.80, 0.65, 0.45, 0.35, 0.15, 0.08])


def evenly(count: int) -> np.ndarray:
    """Middles of equal parts of (0, 1): a sample without luck."""
    return (np.arange(count) + 0.5) / count


def test_each_age_changes_jobs_as_often_as_its_band() -> None:
    draws = evenly(1000)
    for age, hazard in zip((24, 25, 44, 45, 64, 65), HAZARDS[[0, 1, 2, 3, 4, 5]], strict=True):
        changed = changes_job(draws, np.full(1000, age), HAZARDS)
        assert changed.mean() == pytest.approx(hazard, abs=1e-12)


def test_workers_change_jobs_about_as_often_as_participants_were_seen_to() -> None:
    """22% of active participants a year (14.8 of 66.2 million, 2017); holders by band: 6/23/24/21/17/9%."""
    holders = np.array([0.06, 0.23, 0.24, 0.21, 0.17, 0.09])
    assert holders @ HAZARDS == pytest.approx(14.8 / 66.2, abs=0.04)


def test_without_a_hazard_nobody_leaves_and_with_certainty_everybody() -> None:
    draws, ages = evenly(100), np.arange(100)
    assert not changes_job(draws, ages, np.zeros(6)).any()
    assert changes_job(draws, ages, np.ones(6)).all()


def test_spells_are_geometric_with_their_mean() -> None:
    months = spell_months(np.zeros(100_000), evenly(100_000), 1.0, 5.0, 10_000)
    assert months.min() == 1
    assert months.mean() == pytest.approx(5.0, abs=0.001)
    for length in range(1, 20):
        assert (months > length).mean() == pytest.approx(0.8**length, abs=2e-5)


def test_the_cut_spell_has_the_mean_of_its_formula() -> None:
    months = spell_months(np.zeros(100_000), evenly(100_000), 1.0, 5.0, 24)
    assert months.max() == 24
    assert months.mean() == pytest.approx(5.0 * (1.0 - 0.8**24), abs=0.001)


def test_a_mean_of_one_month_is_always_one_month() -> None:
    assert (spell_months(np.zeros(9), evenly(9), 1.0, 1.0, 24) == 1).all()


def test_the_chance_decides_who_has_a_spell() -> None:
    draws, lengths = evenly(1000), np.full(1000, 0.5)
    assert (spell_months(draws, lengths, 0.35, 5.0, 24) > 0).mean() == pytest.approx(0.35)
    assert not spell_months(draws, lengths, 0.0, 5.0, 24).any()


@given(st.floats(1e-9, 1.0, exclude_max=True), st.floats(1.0, 60.0), st.integers(1, 120))
def test_spells_are_whole_and_within_their_bounds(draw: float, mean: float, most: int) -> None:
    months = spell_months(np.zeros(1), np.array([draw]), 1.0, mean, most)
    assert 1 <= months[0] <= most


@pytest.mark.parametrize(
    ("balance", "share"), [(0.0, 0.8), (999.0, 0.8), (1e3, 0.65), (7e3, 0.45), (3e4, 0.35), (1e5, 0.08)]
)
def test_small_accounts_are_cashed_out_more_often(balance: float, share: float) -> None:
    draws = evenly(1000)
    fate = account_fate(np.full(1000, balance), draws, np.zeros(1000), BOUNDS, CASH_OUTS, 0.5)
    assert (fate == CASH).mean() == pytest.approx(share, abs=1e-12)


def test_of_what_is_not_cashed_out_the_given_share_is_rolled_over() -> None:
    draws = np.meshgrid(evenly(100), evenly(100))
    balance = np.full(10_000, 2e5)
    fate = account_fate(balance, draws[0].ravel(), draws[1].ravel(), BOUNDS, CASH_OUTS, 0.25)
    assert (fate == ROLL).mean() == pytest.approx(0.92 * 0.25, abs=1e-12)
    assert (fate == KEEP).mean() == pytest.approx(0.92 * 0.75, abs=1e-12)


def test_without_cash_outs_and_rollovers_every_account_is_kept() -> None:
    draws = evenly(500)
    balances = np.geomspace(1.0, 1e7, 500)
    assert (account_fate(balances, draws, draws[::-1], BOUNDS, np.zeros(6), 0.0) == KEEP).all()
