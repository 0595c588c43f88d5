"""Adequacy: shortfalls by hand, their value at retirement, the two counts of who runs short."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.adequacy import (
    adequacy_rows,
    ended_lives,
    shortfalls_of_year,
    value_at_retirement,
    yearly_shortfall,
)
from environment.record import TABLES
from environment.savers import RETIRED, SEPARATED
from environment.scenario import Scenario, build_scenario
from tests.environment.retirees import retirees

NOBODY = np.zeros((5, 4))
money = st.floats(0.0, 1e6)


def judged(tolerance: float = 0.0, rate: float = 0.03) -> Scenario:
    """The default scenario with other yardsticks."""
    values = {"adequacy.tolerance": tolerance, "adequacy.discount_rate": rate}
    return build_scenario("defaults", "").with_values(values)


def test_a_shortfall_is_what_income_lacks_and_never_below_nought() -> None:
    need, income = np.array([40e3, 40e3, 40e3, 0.0]), np.array([30e3, 40e3, 70e3, 0.0])
    assert yearly_shortfall(need, income, 0.0).tolist() == [10e3, 0.0, 0.0, 0.0]


def test_a_gap_within_the_tolerance_is_none_and_a_larger_one_counts_in_full() -> None:
    income = np.array([38_001.0, 38_000.0, 37_999.0])
    assert yearly_shortfall(np.full(3, 40e3), income, 0.05).tolist() == [0.0, 0.0, 2_001.0]


@given(money, money)
def test_without_a_tolerance_every_gap_counts(need: float, income: float) -> None:
    found = yearly_shortfall(np.array([need]), np.array([income]), 0.0)
    assert found.tolist() == [max(need - income, 0.0)]


@given(money, money, st.floats(0.0, 1.0))
def test_a_tolerance_never_adds_a_shortfall(need: float, income: float, tolerance: float) -> None:
    pair = np.array([need]), np.array([income])
    assert yearly_shortfall(*pair, tolerance)[0] in (0.0, yearly_shortfall(*pair, 0.0)[0])


def test_deficits_of_three_years_at_retirement_by_hand() -> None:
    """1,050 after one year, 1,102.50 after two and nothing after three, at 5%: 1,000 each year."""
    value = value_at_retirement(np.array([1_050.0, 1_102.5, 0.0]), np.array([1, 2, 3]), 0.05)
    assert value == pytest.approx([1_000.0, 1_000.0, 0.0])


def test_at_a_rate_of_nought_nothing_is_discounted() -> None:
    amounts = np.array([1.0 / 3.0, 7.0])
    assert value_at_retirement(amounts, np.array([1, 40]), 0.0).tolist() == amounts.tolist()


def test_the_year_counts_for_those_retired_all_year_by_age_since_retirement() -> None:
    """Need 40,000, two years after retirement, at 10%: income 10,000 + 5,000 + 5,000, and one of 39,000.

    The second lacks 2.5% of the need, which is more than a tolerance of 2%.
    """
    savers = retirees(
        [60e3, 60e3, 60e3, 60e3],
        status=[RETIRED, SEPARATED, RETIRED, RETIRED],
        age=[67, 67, 65, 67],
        need_real=[40e3, 40e3, 40e3, 40e3],
        year_benefit_real=[10e3, 0.0, 0.0, 39e3],
        year_plan_real=[5e3, 0.0, 0.0, 0.0],
        year_ira_real=[5e3, 0.0, 0.0, 0.0],
    )
    rows, shortfall, value = shortfalls_of_year(savers, judged(tolerance=0.02, rate=0.10))
    assert rows.tolist() == [0, 3]
    assert shortfall.tolist() == [20e3, 1e3]
    assert value == pytest.approx([20e3 / 1.21, 1e3 / 1.21])


def test_ended_lives_are_counted_both_ways() -> None:
    """Least literate: one short by deficit alone, one by exhaustion alone; most literate: one by both."""
    sums = ended_lives(
        np.array([0, 0, 4, 4]),
        np.array([True, True, True, False]),
        np.array([500.0, 0.0, 300.0, 1e9]),
        np.array([False, True, True, True]),
    )
    assert sums[0].tolist() == [2.0, 1.0, 500.0, 1.0]
    assert sums[4].tolist() == [1.0, 1.0, 300.0, 1.0]
    assert sums[1:4].tolist() == [[0.0] * 4] * 3
    told = adequacy_rows(retirees([]), sums, judged())
    assert told["ended_weight"].tolist() == [2_000.0, 0.0, 0.0, 0.0, 1_000.0, 3_000.0]
    assert told["short_deficit_share"] == pytest.approx([0.5, *[np.nan] * 3, 1.0, 2 / 3], nan_ok=True)
    assert told["short_deficit_value"] == pytest.approx([250, *[np.nan] * 3, 300, 800 / 3], nan_ok=True)
    assert told["short_exhausted_share"] == pytest.approx([0.5, *[np.nan] * 3, 1.0, 2 / 3], nan_ok=True)


def test_a_month_in_which_nobody_died_adds_nothing() -> None:
    empty = np.zeros(0)
    none = empty.astype(np.bool_)
    assert ended_lives(empty.astype(np.int64), none, empty, none).tolist() == NOBODY.tolist()


def test_the_living_by_hand() -> None:
    """Three savers who earned 50,000: replaced 20, 40 and 68%, need 70%; and one who retired this year.

    The third lacks 2.9% of the need, which is within the tolerance.
    """
    savers = retirees(
        [50e3] * 4,
        age=[70, 70, 70, 65],
        literacy_quintile=[0, 0, 4, 0],
        need_real=[35e3] * 4,
        year_benefit_real=[10e3, 20e3, 20e3, 0.0],
        year_ira_real=[0.0, 0.0, 14e3, 0.0],
        exhausted=[True, False, False, True],
        year_unmet=[6, 0, 0, 12],
        forced_claim=[2, 3, 2, 3],
    )
    told = adequacy_rows(savers, NOBODY, judged(tolerance=0.05, rate=0.0))
    ends = {name: [column[0], column[4], column[5]] for name, column in told.items()}
    third = 1.0 / 3.0
    assert ends["literacy_quintile"] == ["1", "5", "all"]
    assert ends["retired_weight"] == [2_000.0, 1_000.0, 3_000.0]
    assert ends["replacement_rate_mean"] == pytest.approx([0.3, 0.68, 1.28 * third])
    assert ends["replacement_rate_median"] == pytest.approx([0.3, 0.68, 0.4])
    assert ends["below_need_share"] == pytest.approx([1.0, 0.0, 2.0 * third])
    assert ends["shortfall_real"] == pytest.approx([20e3, 0.0, 40e3 * third])
    assert ends["exhausted_share"] == pytest.approx([0.5, 0.0, third])
    assert ends["unmet_months"] == pytest.approx([3.0, 0.0, 2.0])
    assert ends["forced_claim_empty_share"] == pytest.approx([0.5, 1.0, 2.0 * third])
    assert ends["forced_claim_frozen_share"] == pytest.approx([0.5, 0.0, third])
    assert np.isnan(told["short_deficit_share"]).all()
    assert np.isnan(told["replacement_rate_mean"][1:4]).all()


def test_the_columns_are_those_of_the_table() -> None:
    columns = adequacy_rows(retirees([1.0]), NOBODY, judged())
    assert ["replication", "year", *columns] == list(TABLES["adequacy"])
    assert {len(column) for column in columns.values()} == {6}
