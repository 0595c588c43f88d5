"""Whether retirement income is enough: replacement, shortfall against need, exhaustion, by literacy.

Two public models count those who run short in different ways, and both counts are made of every life that
ends: deficits against need in retirement, at their present value at retirement (EBRI Retirement Security
Projection Model, VanDerhei 2019), and savings exhausted before death while needs exceed other income
(Morningstar Model of U.S. Retirement Outcomes, Look and VanDerhei 2024, recalled). `docs/adequacy.md` says
what of the originals is left out.
"""

import numpy as np

from environment.pillars import (
    RetirementColumns,
    incomes,
    late_pay,
    means_with_all,
    ratio,
    retired_all_year,
    sums_with_all,
)
from environment.ranks import quantiles_of_unions, sorted_by_group
from environment.scenario import Scenario
from environment.tables import Column
from environment.typing import BoolArray, FloatArray, IntArray

QUINTILES = 5
LIVES, SHORT_BY_DEFICIT, DEFICIT_VALUE, SHORT_BY_EXHAUSTION = range(4)
QUINTILES_AND_ALL = np.vstack((np.eye(QUINTILES, dtype=np.bool_), np.ones(QUINTILES, dtype=np.bool_)))
MEDIAN = np.array([0.5])
QUINTILE_NAMES = np.array([*(str(1 + number) for number in range(QUINTILES)), "all"])
CLAIMED_EMPTY, CLAIMED_FROZEN = 2, 3
"""Values of `forced_claim`: Social Security claimed before the plan, accounts being empty or frozen."""


def yearly_shortfall(need_real: FloatArray, income_real: FloatArray, tolerance: float) -> FloatArray:
    """What a year's income lacks of the need, USD of the start, shape (n,).

    Parameters
    ----------
    need_real, income_real : FloatArray, shape (n,)
        USD of the start a year, >= 0.
    tolerance : float
        Share of the need, 0 to 1, up to which a gap counts as none; a larger gap counts in full. 0 counts
        every gap.
    """
    gap = need_real - income_real
    return np.where(gap > tolerance * need_real, gap, 0.0)


def value_at_retirement(amount: FloatArray, years_retired: IntArray, rate: float) -> FloatArray:
    """Amounts (n,) discounted over whole years (n,) at a real rate a year; rate 0 leaves them as they are."""
    value: FloatArray = amount * (1.0 + rate) ** -years_retired.astype(np.float64)
    return value


def shortfalls_of_year(
    savers: RetirementColumns, scenario: Scenario
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Shortfall of the calendar year that ends.

    The middle of a calendar year lies, on average over birthdays, age less age of retirement years after
    retirement, the age being that at the year's end.

    Returns
    -------
    rows : IntArray, shape (n,)
        Those retired all year; the year of retirement and the year of death are left out.
    shortfall, value : FloatArray, shape (n,)
        USD of the start: as it is, and discounted to the year of retirement.
    """
    rows = retired_all_year(savers)
    shortfall = yearly_shortfall(
        savers.need_real[rows], incomes(savers, rows).sum(axis=0), scenario.number("adequacy.tolerance")
    )
    years = savers.age[rows] - savers.retirement_age[rows]
    return rows, shortfall, value_at_retirement(shortfall, years, scenario.number("adequacy.discount_rate"))


def ended_lives(
    literacy_quintile: IntArray, counted: BoolArray, shortfall_value: FloatArray, exhausted: BoolArray
) -> FloatArray:
    """Counts of the lives that ended, to be added up over a year.

    Parameters
    ----------
    literacy_quintile : IntArray, shape (d,)
        0 to 4.
    counted : BoolArray, shape (d,)
        Died retired, and had held an account.
    shortfall_value : FloatArray, shape (d,)
        Shortfalls of the life discounted to retirement, USD of the start.
    exhausted : BoolArray, shape (d,)
        The account was found empty while the need exceeded Social Security.

    Returns
    -------
    FloatArray, shape (5, 4)
        By quintile: lives, lives with a shortfall, sum of the values, lives whose account was exhausted.
    """
    sums = np.zeros((QUINTILES, 4))
    if counted.any():
        value = shortfall_value[counted]
        lives = np.empty((value.size, 4))
        lives[:, LIVES], lives[:, SHORT_BY_DEFICIT] = 1.0, value > 0.0
        lives[:, DEFICIT_VALUE], lives[:, SHORT_BY_EXHAUSTION] = value, exhausted[counted]
        np.add.at(sums, literacy_quintile[counted], lives)
    return sums


def adequacy_rows(savers: RetirementColumns, ended: FloatArray, scenario: Scenario) -> dict[str, Column]:
    """One block of the table ``adequacy``: a year's end, five quintiles of literacy and all.

    Parameters
    ----------
    savers : RetirementColumns
    ended : FloatArray, shape (5, 4)
        `ended_lives` summed over the year.
    scenario : Scenario

    Returns
    -------
    dict of str to Column
        Columns of 6 rows, without ``replication`` and ``year``; nan where nobody counts.
    """
    rows = retired_all_year(savers)
    quintile, claimed = savers.literacy_quintile[rows], savers.forced_claim[rows]
    income = incomes(savers, rows).sum(axis=0)
    replaced = income / late_pay(savers, rows)
    tolerance = scenario.number("adequacy.tolerance")
    shortfall = yearly_shortfall(savers.need_real[rows], income, tolerance)

    count = sums_with_all(quintile, np.ones(rows.size), QUINTILES)

    def mean(values: FloatArray | BoolArray | IntArray) -> FloatArray:
        return means_with_all(quintile, values.astype(np.float64), count)

    return {
        "literacy_quintile": QUINTILE_NAMES,
        "retired_weight": savers.weight * count,
        "replacement_rate_mean": mean(replaced),
        "replacement_rate_median": _medians(quintile, replaced),
        "below_need_share": mean(shortfall > 0.0),
        "shortfall_real": mean(shortfall),
        "exhausted_share": mean(savers.exhausted[rows]),
        "unmet_months": mean(savers.year_unmet[rows]),
        "forced_claim_empty_share": mean(claimed == CLAIMED_EMPTY),
        "forced_claim_frozen_share": mean(claimed == CLAIMED_FROZEN),
        **_of_ended(ended, savers.weight),
    }


def _of_ended(ended: FloatArray, weight: float) -> dict[str, Column]:
    """Columns of the lives that ended, six rows."""
    sums = np.vstack((ended, ended.sum(axis=0)))
    lives = sums[:, LIVES]
    return {
        "ended_weight": weight * lives,
        "short_deficit_share": ratio(sums[:, SHORT_BY_DEFICIT], lives),
        "short_deficit_value": ratio(sums[:, DEFICIT_VALUE], lives),
        "short_exhausted_share": ratio(sums[:, SHORT_BY_EXHAUSTION], lives),
    }


def _medians(groups: IntArray, values: FloatArray) -> FloatArray:
    """Medians by quintile and of all, shape (6,); nan where a group is empty."""
    ascending, starts = sorted_by_group(groups, values, QUINTILES)
    medians: FloatArray = quantiles_of_unions(ascending, starts, QUINTILES_AND_ALL, MEDIAN)[0]
    return medians
