"""Quality of plans by size: when the match is owned, what membership costs, who has reasons to open."""

import numpy as np
import pytest

from environment.luck import Luck
from environment.plans import SIZE_CLASSES, Plans, build_plans, match_formulas, vesting_schedules
from tests.environment.test_plans import MANY, agrees
from tests.environment.worlds import DEFAULTS


@pytest.fixture(scope="module")
def plans() -> Plans:
    """Many plan types, so that shares are sharp."""
    return build_plans(DEFAULTS.with_values({"employers.plans": MANY}), Luck(1, 0))


def test_no_schedule_is_slower_than_the_law_allows() -> None:
    """Section 411(a)(2)(B): nothing before three years and then all, or a fifth a year from the second to
    the sixth; a member must own at least what one of the two gives at every length of service."""
    cliff, graded = [0, 0, 0, 1, 1, 1, 1], [0, 0, 0.2, 0.4, 0.6, 0.8, 1]
    for name, owned in vesting_schedules().items():
        assert np.all(np.diff(owned) >= 0.0), name
        assert owned[-1] == 1.0, name
        assert np.all(np.array(owned) >= cliff) or np.all(np.array(owned) >= graded), name
    assert vesting_schedules()["cliff_of_three"] == tuple(cliff)
    assert vesting_schedules()["graded_to_six"] == tuple(graded)


def test_vesting_follows_the_mix_and_the_law_of_safe_harbours(plans: Plans) -> None:
    """About 48% of matching plans vest at once: all of 401(k)(12), half of 401(k)(13), a third of others."""
    formulas, matches = match_formulas(), plans.match[:, 0] > 0.0
    basic = (plans.match == formulas["full_of_three_half_of_two"]).all(axis=1)
    automatic = (plans.match == formulas["full_of_one_half_of_five"]).all(axis=1)
    at_once = plans.vesting[:, 0] == 1.0
    assert at_once[basic].all()
    assert np.all(plans.vesting[automatic, 2:] == 1.0)
    assert agrees(int(at_once[automatic].sum()), int(automatic.sum()), 0.5)
    assert 0.47 <= at_once[matches].mean() <= 0.50
    free = ~basic & ~automatic
    for name, share in (("cliff_of_three", 0.14), ("graded_to_five", 0.27), ("graded_to_six", 0.26)):
        count = int((plans.vesting[free] == vesting_schedules()[name]).all(axis=1).sum())
        assert agrees(count, int(free.sum()), share), name


# 401k Averages Book: members, balance a member in USD, total cost a year as a share of balances.
INSIDE = [(50, 10_000, 0.0223), (50, 50_000, 0.0137), (50, 100_000, 0.0109), (200, 10_000, 0.0164)]
AT_A_BOUND = [("micro", 50_000, 0.0123), ("small", 10_000, 0.0138), ("small", 50_000, 0.0085)]


def total_cost(size: str, balance: float) -> float:
    """Fund fee, record-keeping and administration of a member with the target-date fund."""
    record_keeping = DEFAULTS.number(f"employers.record_keeping_fee_usd.{size}") / balance
    asset_fee = DEFAULTS.number(f"employers.asset_fee.{size}")
    return DEFAULTS.number("funds.target_date.fee") + record_keeping + asset_fee


@pytest.mark.parametrize(("members", "balance", "published"), INSIDE)
def test_total_cost_inside_a_class_is_near_the_published_one(
    members: int, balance: float, published: float
) -> None:
    size = "micro" if members < 100 else "small"
    assert total_cost(size, balance) == pytest.approx(published, abs=0.001)


@pytest.mark.parametrize(("below", "balance", "published"), AT_A_BOUND)
def test_total_cost_at_a_bound_lies_between_those_of_both_classes(
    below: str, balance: float, published: float
) -> None:
    """At 100 members with 5 million USD, at 1,000 with 10 and with 50 million."""
    above = SIZE_CLASSES[SIZE_CLASSES.index(below) + 1]
    assert total_cost(above, balance) <= published <= total_cost(below, balance)


def test_costs_fall_and_reasons_to_open_rise_with_size(plans: Plans) -> None:
    first = [int(np.flatnonzero(plans.size_class == one)[0]) for one in range(4)]
    columns = {
        "record_keeping_fee_usd": plans.record_keeping_usd,
        "asset_fee": plans.asset_fee,
        "open_factor": plans.open_factor,
    }
    for name, column in columns.items():
        given = DEFAULTS.numbers(f"employers.{name}", SIZE_CLASSES)
        np.testing.assert_array_equal(column, given[plans.size_class])
        falls = np.diff(column[first]) < 0.0
        assert not falls.any() if name == "open_factor" else falls.all()
    assert plans.share @ plans.open_factor == pytest.approx(1.0, abs=0.01)
