"""Retirement income by pillar: Social Security, plan, IRA, by decile of late-career pay."""

from typing import Protocol

import numpy as np

from environment.life import LATE_CAREER_YEARS
from environment.savers import RETIRED
from environment.tables import Column
from environment.typing import BoolArray, FloatArray, IntArray

DECILES = 10
PAY_DECILES = np.array([*(str(1 + number) for number in range(DECILES)), "all"])
PILLARS = ("social_security", "plan", "ira")


class RetirementColumns(Protocol):
    """What is read of the savers, shape (N,); USD of the start an account, flows of the calendar year."""

    status: IntArray
    has_held: BoolArray
    retirement_age: IntArray
    literacy_quintile: IntArray
    forced_claim: IntArray
    year_unmet: IntArray
    exhausted: BoolArray
    late_career_pay_real: FloatArray
    need_real: FloatArray
    year_benefit_real: FloatArray
    year_plan_real: FloatArray
    year_ira_real: FloatArray
    weight: float

    @property
    def age(self) -> IntArray:
        """Age at the last birthday."""


def retired_all_year(savers: RetirementColumns) -> IntArray:
    """Rows of those who were retired from the first day of the calendar year that ends, shape (n,).

    They hold or have held an account and had pay in the last working years. Who has had a birthday since
    the one of retirement has been retired for twelve months at the year's end.
    """
    rows = np.flatnonzero(savers.status == RETIRED)
    return rows[were_retired_all_year(savers, rows)]


def were_retired_all_year(savers: RetirementColumns, rows: IntArray) -> BoolArray:
    """Which of some rows (n,) are among `retired_all_year`, shape (n,)."""
    retired = (savers.status[rows] == RETIRED) & savers.has_held[rows]
    all_year = savers.age[rows] > savers.retirement_age[rows]
    marked: BoolArray = retired & all_year & (savers.late_career_pay_real[rows] > 0.0)
    return marked


def late_pay(savers: RetirementColumns, rows: IntArray) -> FloatArray:
    """Mean real pay of the last five working years, shape (n,), USD of the start a year."""
    mean: FloatArray = savers.late_career_pay_real[rows] / LATE_CAREER_YEARS
    return mean


def incomes(savers: RetirementColumns, rows: IntArray) -> FloatArray:
    """Income of the year before tax in the order of ``PILLARS``, shape (3, n), USD of the start."""
    return np.stack((savers.year_benefit_real[rows], savers.year_plan_real[rows], savers.year_ira_real[rows]))


def ranks_in_parts(values: FloatArray, parts: int) -> IntArray:
    """Part of the ranking that each value is in, 0 the lowest, shape (n,).

    Parts differ by at most one member; equal values keep the order of their rows.
    """
    rank = np.empty(values.size, dtype=np.int64)
    rank[np.argsort(values, kind="stable")] = np.arange(values.size)
    return rank * parts // max(values.size, 1)


def sums_with_all(groups: IntArray, values: FloatArray, size: int) -> FloatArray:
    """Sums of values (n,) by group (n,), and over all in the last place, shape (size + 1,)."""
    sums = np.empty(size + 1)
    sums[:size] = np.bincount(groups, weights=values, minlength=size)
    sums[size] = sums[:size].sum()
    return sums


def means_with_all(groups: IntArray, values: FloatArray, count: FloatArray) -> FloatArray:
    """Means of values (n,) by group (n,), and over all in the last place, shape (size + 1,); nan if empty.

    Parameters
    ----------
    groups, values : shape (n,)
    count : FloatArray, shape (size + 1,)
        Members of each group and of all: `sums_with_all` of ones.
    """
    return ratio(sums_with_all(groups, values, count.size - 1), count)


def ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Parts of wholes, one shape; nan where the whole is 0."""
    shares: FloatArray = np.divide(part, whole, out=np.full_like(whole, np.nan), where=whole > 0.0)
    return shares


def pillar_rows(savers: RetirementColumns) -> dict[str, Column]:
    """One block of the table ``pillars``: a year's end, ten deciles of late-career pay and all.

    Deciles are cut anew each year among those retired all year. A replacement rate is the mean over savers of
    income over their own late-career pay, so that the three parts add up to the whole.

    Returns
    -------
    dict of str to Column
        Columns of 11 rows, without ``replication`` and ``year``; nan where a decile is empty.
    """
    rows = retired_all_year(savers)
    pay, income = late_pay(savers, rows), incomes(savers, rows)
    decile = ranks_in_parts(pay, DECILES)
    count = sums_with_all(decile, np.ones(rows.size), DECILES)

    def mean(values: FloatArray) -> FloatArray:
        return means_with_all(decile, values, count)

    return {
        "pay_decile": PAY_DECILES,
        "savers_weight": savers.weight * count,
        **{f"{name}_real": mean(usd) for name, usd in zip(PILLARS, income, strict=True)},
        **{f"replacement_{name}": mean(usd / pay) for name, usd in zip(PILLARS, income, strict=True)},
        "replacement_rate": mean(income.sum(axis=0) / pay),
    }
