"""Income by pillar: who counts, deciles of late-career pay, replacement rates by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from environment.pillars import (
    incomes,
    late_pay,
    means_with_all,
    pillar_rows,
    ranks_in_parts,
    retired_all_year,
    sums_with_all,
)
from environment.record import TABLES
from environment.savers import RETIRED, SEPARATED
from tests.environment.retirees import retirees


def test_who_counts_was_retired_all_year_held_an_account_and_had_pay() -> None:
    savers = retirees(
        [50_000.0, 50_000.0, 50_000.0, 50_000.0, 0.0, 50_000.0],
        status=[RETIRED, SEPARATED, RETIRED, RETIRED, RETIRED, RETIRED],
        has_held=[True, True, False, True, True, True],
        age=[66, 66, 66, 65, 66, 63],
        retirement_age=[65, 65, 65, 65, 65, 62],
    )
    assert retired_all_year(savers).tolist() == [0, 5]


def test_one_saver_by_hand() -> None:
    """60,000 a year before; 24,000 from Social Security, 9,000 from the plan, 3,000 from the IRA: 60%."""
    savers = retirees([60_000.0], year_benefit_real=[24e3], year_plan_real=[9e3], year_ira_real=[3e3])
    assert late_pay(savers, np.array([0])) == pytest.approx(60_000.0)
    assert incomes(savers, np.array([0])).ravel() == pytest.approx([24e3, 9e3, 3e3])
    told = pillar_rows(savers)
    last = {name: column[-1] for name, column in told.items()}
    assert last == {
        "pay_decile": "all",
        "savers_weight": 1_000.0,
        "social_security_real": 24e3,
        "plan_real": 9e3,
        "ira_real": 3e3,
        "replacement_social_security": pytest.approx(0.40),
        "replacement_plan": pytest.approx(0.15),
        "replacement_ira": pytest.approx(0.05),
        "replacement_rate": pytest.approx(0.60),
    }


def test_deciles_are_cut_by_pay_among_those_who_count() -> None:
    """Twenty pays in falling order and one who works: two savers a decile, the poorest first."""
    pay = [1_000.0 * number for number in range(20, 0, -1)]
    savers = retirees([5e5, *pay], status=[SEPARATED] + [RETIRED] * 20, year_benefit_real=[0.0, *pay])
    told = pillar_rows(savers)
    assert told["pay_decile"].tolist() == [*map(str, range(1, 11)), "all"]
    assert told["savers_weight"].tolist() == [2_000.0] * 10 + [20_000.0]
    assert told["social_security_real"] == pytest.approx([1_500 + 2_000 * d for d in range(10)] + [10_500])
    assert told["replacement_rate"] == pytest.approx(np.ones(11))


def test_a_replacement_rate_is_the_mean_of_savers_not_of_dollars() -> None:
    savers = retirees([10_000.0, 90_000.0], year_plan_real=[10_000.0, 0.0])
    assert pillar_rows(savers)["replacement_plan"][-1] == pytest.approx(0.5)


def test_nobody_retired_leaves_counts_of_nought_and_no_figures() -> None:
    told = pillar_rows(retirees([50_000.0], status=[SEPARATED]))
    assert told["savers_weight"].tolist() == [0.0] * 11
    assert np.isnan(told["replacement_rate"]).all()


def test_the_columns_are_those_of_the_table() -> None:
    assert ["replication", "year", *pillar_rows(retirees([1.0]))] == list(TABLES["pillars"])


@given(st.lists(st.floats(1.0, 1e6), max_size=60), st.integers(1, 12))
def test_parts_of_a_ranking_are_even_and_in_order(values: list[float], parts: int) -> None:
    part = ranks_in_parts(np.array(values), parts)
    counts = np.bincount(part, minlength=parts)
    assert counts.size == parts
    assert counts.max() - counts.min() <= 1
    ordered = np.array(values)[np.argsort(part, kind="stable")]
    edges = np.cumsum(counts)[:-1]
    for below, above in zip(np.split(ordered, edges), np.split(ordered, edges)[1:], strict=False):
        if below.size and above.size:
            assert below.max() <= above.min()


@given(st.lists(st.tuples(st.integers(0, 2), st.floats(0.0, 1e5)), min_size=1, max_size=40))
def test_parts_add_up_to_the_whole(members: list[tuple[int, float]]) -> None:
    groups, values = np.array([group for group, _ in members]), np.array([value for _, value in members])
    sums = sums_with_all(groups, values, 3)
    assert sums[-1] == pytest.approx(values.sum())
    means = means_with_all(groups, values, sums_with_all(groups, np.ones(values.size), 3))
    assert means[-1] == pytest.approx(values.mean())
    assert np.isnan(means[:3]).tolist() == [not (groups == number).any() for number in range(3)]


@given(st.lists(st.tuples(*[st.floats(0.0, 1e5)] * 3, st.floats(1e3, 1e6)), min_size=1, max_size=40))
def test_the_three_replacement_rates_add_up(savers: list[tuple[float, float, float, float]]) -> None:
    benefit, plan, ira, pay = (list(column) for column in zip(*savers, strict=True))
    told = pillar_rows(retirees(pay, year_benefit_real=benefit, year_plan_real=plan, year_ira_real=ira))
    parts = told["replacement_social_security"] + told["replacement_plan"] + told["replacement_ira"]
    assert parts == pytest.approx(told["replacement_rate"], nan_ok=True)
