"""Figures of groups of savers: age bands by quintiles of literacy, with those over all.

A cell is one age band and one quintile; its number is 5 x age band + quintile.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numba import njit

from environment.assets import IS_ALTERNATIVE, IS_PRIVATE
from environment.blocks import blocks
from environment.demography import AGE_BANDS, LAST_AGE, Whole, age_band
from environment.funds.book import look_through
from environment.pillars import incomes, late_pay, were_retired_all_year
from environment.ranks import quantiles_of_unions, sorted_by_group
from environment.savers import RETIRED
from environment.state import MONTHS_A_YEAR, State
from environment.typing import BoolArray, FloatArray, IntArray

QUINTILES = ("1", "2", "3", "4", "5")
ALL = "all"
CELLS = len(AGE_BANDS) * len(QUINTILES)
PERCENTILES = np.array([0.1, 0.5, 0.9])
MEASURES = (
    "wealth",
    "private",
    "alternatives",
    "frozen",
    "contribution_rate",
    "traded",
    "single_default",
    "replacement_rate",
    "unmet",
)
BLOCK = 65_536
"""Savers whose measures are in memory at the same time."""

_BAND_OF_AGE = age_band(np.arange(LAST_AGE + 1)).astype(np.int8)


def cells_of(age: Whole, quintile: IntArray) -> IntArray:
    """Cells, shape (n,), of ages at the last birthday and quintiles 0 to 4, shape (n,) each."""
    cells: IntArray = _BAND_OF_AGE[age] * np.int8(len(QUINTILES)) + quintile
    return cells


def measures_in_blocks(state: State, rows: IntArray, frozen: FloatArray) -> Iterator[dict[str, FloatArray]]:
    """What `saver_measures` says of rows (n,), a block of them after the other."""
    # On one thread: they are array statements, two of which wait for each other more than they gain.
    return (saver_measures(state, rows[part], frozen) for part in blocks(rows.size, BLOCK))


def saver_measures(state: State, rows: IntArray, frozen: FloatArray) -> dict[str, FloatArray]:
    """Columns a saver from which the figures of groups are made; nan where one does not count.

    Parameters
    ----------
    state : State
    rows : IntArray, shape (n,)
    frozen : FloatArray, shape (K,)
        Share of a holding in each fund that could not be turned into cash.

    Returns
    -------
    dict of str to FloatArray, shape (n,)
        By the names of ``MEASURES``.
    """
    savers = state.savers
    shares, prices = look_through(state.funds, state.listed_targets), state.funds.reported
    private, alternative = (shares[:, marked].sum(axis=1) for marked in (IS_PRIVATE, IS_ALTERNATIVE))
    values, single = _holdings(
        savers.fund,
        savers.units,
        rows,
        np.stack((prices, prices * private, prices * alternative, prices * frozen), axis=1),
        state.catalogue.is_target_date,
    )
    contribution, pay = savers.contribution[rows], savers.pay[rows]
    rate = np.divide(MONTHS_A_YEAR * contribution, pay, out=np.zeros(rows.size), where=pay > 0.0)
    retired = (savers.status[rows] == RETIRED) & savers.has_held[rows]
    return {
        "wealth": values[0],
        "private": values[1],
        "alternatives": values[2],
        "frozen": values[3],
        "contribution_rate": np.where(contribution > 0.0, rate, np.nan),
        "traded": (savers.year_traded[rows] > 0).astype(np.float64),
        "single_default": single,
        "replacement_rate": _replacement_rates(state, rows),
        "unmet": np.where(retired, savers.year_unmet[rows], np.nan),
    }


@njit(cache=True, nogil=True)
def _holdings(
    fund: IntArray, units: FloatArray, rows: IntArray, per_unit: FloatArray, is_target_date: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """What savers hold, and whether it is one target-date fund alone.

    Parameters
    ----------
    fund, units : shape (N, 6)
    rows : IntArray, shape (n,)
    per_unit : FloatArray, shape (K, m)
        Things a unit of each fund is worth.
    is_target_date : BoolArray, shape (K,)

    Returns
    -------
    values : FloatArray, shape (m, n)
        Sums over the slots of units times each of these things.
    single : FloatArray, shape (n,)
        1 for who holds one target-date fund alone, 0 for other holders, nan for who holds nothing.
    """
    values, single = np.zeros((per_unit.shape[1], rows.size)), np.full(rows.size, np.nan)
    for place in range(rows.size):
        row, held, last = rows[place], 0, 0
        for slot in range(fund.shape[1]):
            if fund[row, slot] >= 0:
                held, last = held + 1, fund[row, slot]
                for thing in range(per_unit.shape[1]):
                    values[thing, place] += units[row, slot] * per_unit[last, thing]
        if held:
            single[place] = held == 1 and is_target_date[last]
    return values, single


def _replacement_rates(state: State, rows: IntArray) -> FloatArray:
    """Income of the year over late-career pay of rows (n,), shape (n,); nan if not retired all year."""
    rates = np.full(rows.size, np.nan)
    if state.month:
        marked = were_retired_all_year(state.savers, rows)
        counted = rows[marked]
        rates[marked] = incomes(state.savers, counted).sum(axis=0) / late_pay(state.savers, counted)
    return rates


def sum_known(groups: IntArray, values: FloatArray, size: int) -> tuple[FloatArray, FloatArray]:
    """Sums of values (n,) by group (n,) in the order of the entries, and how many there are, nan left out.

    Returns
    -------
    sums, counts : FloatArray, shape (size,)
    """
    sums, counts = np.zeros(size), np.zeros(size)
    _add_known(groups, values, sums, counts)
    return sums, counts


@njit(cache=True, nogil=True)
def _add_known(groups: IntArray, values: FloatArray, sums: FloatArray, counts: FloatArray) -> None:
    for entry in range(values.size):
        if not np.isnan(values[entry]):
            sums[groups[entry]] += values[entry]
            counts[groups[entry]] += 1.0


def with_margins(sums: FloatArray) -> FloatArray:
    """Sums by cell with those over all bands, over all quintiles and over both.

    Parameters
    ----------
    sums : FloatArray, shape (..., 30)

    Returns
    -------
    FloatArray, shape (..., 7, 6)
    """
    bands, quintiles = len(AGE_BANDS), len(QUINTILES)
    whole = np.zeros((*sums.shape[:-1], bands + 1, quintiles + 1))
    whole[..., :-1, :-1] = sums.reshape(*sums.shape[:-1], bands, quintiles)
    whole[..., -1, :-1] = whole[..., :-1, :-1].sum(axis=-2)
    whole[..., -1] = whole.sum(axis=-1)
    return whole


def group_figures(
    cells: IntArray, blocks: Iterable[dict[str, FloatArray]]
) -> tuple[FloatArray, dict[str, FloatArray], FloatArray]:
    """Figures of every group, in one pass over blocks of savers.

    Parameters
    ----------
    cells : IntArray, shape (n,)
    blocks : iterable of dict of str to FloatArray
        The measures of the same savers in the same order, as `measures_in_blocks` yields them.

    Returns
    -------
    count : FloatArray, shape (7, 6)
        How many are in every group.
    figures : dict of str to FloatArray, shape (7, 6)
        nan where nobody counts.
    wealth : FloatArray, shape (n,)
        Of every saver.
    """
    by_cell, wealth_of = _sums_by_cell(cells, blocks)
    known = {name: with_margins(sums) for name, sums in by_cell.items()}
    sums, counts = ({name: one[part] for name, one in known.items()} for part in (0, 1))
    wealth, count = sums["wealth"], counts["wealth"]
    low, middle, high = _percentiles(cells, wealth_of)
    figures = {
        "wealth_mean": _ratio(wealth, count),
        "wealth_median": middle,
        "wealth_p10": low,
        "wealth_p90": high,
        "private_share": _ratio(sums["private"], wealth),
        "alternatives_share": _ratio(sums["alternatives"], wealth),
        "frozen_share": _ratio(sums["frozen"], wealth),
        "contribution_rate": _ratio(sums["contribution_rate"], counts["contribution_rate"]),
        "traded_share": _ratio(sums["traded"], counts["traded"]),
        "single_default_share": _ratio(sums["single_default"], counts["single_default"]),
        "replacement_rate": _ratio(sums["replacement_rate"], counts["replacement_rate"]),
        "unmet_months": _ratio(sums["unmet"], counts["unmet"]),
    }
    return count, figures, wealth_of


def _sums_by_cell(
    cells: IntArray, blocks: Iterable[dict[str, FloatArray]]
) -> tuple[dict[str, FloatArray], FloatArray]:
    """Sums and counts of every measure by cell, shape (2, 30) each, and the wealth of all, (n,)."""
    by_cell = {name: np.zeros((2, CELLS)) for name in MEASURES}
    wealth, start = np.empty(cells.size), 0
    for measures in blocks:
        end = start + measures["wealth"].size
        wealth[start:end] = measures["wealth"]
        for name, (sums, counts) in by_cell.items():
            _add_known(cells[start:end], measures[name], sums, counts)
        start = end
    return by_cell, wealth


def _percentiles(cells: IntArray, wealth: FloatArray) -> FloatArray:
    """Tenth, fiftieth and ninetieth percentile of every group, shape (3, 7, 6)."""
    ascending, starts = sorted_by_group(cells, wealth, CELLS)
    found = quantiles_of_unions(ascending, starts, _GROUPS, PERCENTILES)
    return found.reshape(PERCENTILES.size, len(AGE_BANDS) + 1, len(QUINTILES) + 1)


def _cells_of_groups() -> BoolArray:
    """Which cells each of the 42 groups is made of, in the order of the table, shape (42, 30)."""
    return with_margins(np.eye(CELLS)).reshape(CELLS, -1).T > 0.0


_GROUPS = _cells_of_groups()


def _ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    return np.divide(part, whole, out=np.full_like(whole, np.nan), where=whole > 0.0)
