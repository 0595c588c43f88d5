"""What is observed once a year: groups, inequality, managers, employers, the ledger."""

import numpy as np

from environment.adequacy import adequacy_rows
from environment.assets import IS_ALTERNATIVE, IS_PRIVATE, PRIVATE
from environment.books import MANAGERS
from environment.demography import AGE_BANDS, age_band
from environment.funds.book import PRIVATES, look_through
from environment.life import Departures
from environment.pillars import incomes, late_pay, pillar_rows, retired_all_year
from environment.record import Record, no_ended_lives
from environment.savers import EMPTY, RETIRED
from environment.state import MONTHS_A_YEAR, State
from environment.statistics import Distribution, theil_between
from environment.tables import Column, Value
from environment.typing import BoolArray, FloatArray, IntArray

QUINTILES = ("1", "2", "3", "4", "5")
ALL = "all"
PERCENTILES = (0.1, 0.5, 0.9)
LORENZ_POINTS = 51
LORENZ_YEARS = (0, 10, 20, 30, 40)


def observe_year(record: Record, state: State, year: int) -> None:
    """Take the rows of a year's end; year 0 is the opening."""
    observe_groups(record, state, year)
    observe_inequality(record, state, year)
    if year:
        observe_pensions(record, state, year)
        observe_managers(record, state, year)
        observe_employers(record, state, year)
        for payer, payee, flow, usd in state.books.close_year():
            record.tables["ledger"].add(
                replication=record.replication, year=year, payer=payer, payee=payee, flow=flow, usd=usd
            )


def saver_measures(state: State, frozen: FloatArray) -> dict[str, FloatArray]:
    """Columns a saver from which the figures of groups are made, shape (N,); nan where one does not count."""
    savers = state.savers
    rows = np.arange(savers.size)
    shares = look_through(state.funds, state.listed_targets)
    prices = state.funds.reported
    retired = (savers.status == RETIRED) & savers.has_held
    rate = np.divide(
        MONTHS_A_YEAR * savers.contribution, savers.pay, out=np.zeros(savers.size), where=savers.pay > 0.0
    )
    held = savers.fund != EMPTY
    single = (held.sum(axis=1) == 1) & (held & state.catalogue.is_target_date[savers.fund]).any(axis=1)
    owns = held.any(axis=1)
    return {
        "wealth": savers.account_values(rows, prices),
        "private": savers.account_values(rows, prices * shares[:, IS_PRIVATE].sum(axis=1)),
        "alternatives": savers.account_values(rows, prices * shares[:, IS_ALTERNATIVE].sum(axis=1)),
        "frozen": savers.account_values(rows, prices * frozen),
        "fees": savers.year_fees,
        "contribution_rate": np.where(savers.contribution > 0.0, rate, np.nan),
        "traded": (savers.year_traded > 0).astype(np.float64),
        "single_default": np.where(owns, single, np.nan),
        "replacement_rate": _replacement_rates(state),
        "unmet": np.where(retired, savers.year_unmet, np.nan),
    }


def _replacement_rates(state: State) -> FloatArray:
    """Income of the year over late-career pay, shape (N,); nan for who was not retired all year."""
    rates = np.full(state.savers.size, np.nan)
    if state.month:
        rows = retired_all_year(state.savers)
        rates[rows] = incomes(state.savers, rows).sum(axis=0) / late_pay(state.savers, rows)
    return rates


def observe_pensions(record: Record, state: State, year: int) -> None:
    """Retirement income by pillar, and whether it was enough."""
    place: dict[str, Value] = {"replication": record.replication, "year": year}
    record.tables["pillars"].extend(**place, **pillar_rows(state.savers))
    record.tables["adequacy"].extend(**place, **adequacy_rows(state.savers, record.ended, state.scenario))
    record.ended = no_ended_lives()


def observe_groups(record: Record, state: State, year: int) -> None:
    """Figures of every age band and literacy quintile, and of all.

    The fees of a group are those of its members and of those who died out of it during the year, so that the
    groups' fees add up to all that savers paid.
    """
    savers = state.savers
    members = np.flatnonzero(savers.has_held)
    measures = {name: column[members] for name, column in saver_measures(state, record.frozen).items()}
    cells = age_band(savers.age[members]) * len(QUINTILES) + savers.literacy_quintile[members]
    count = with_margins(cells, np.ones(members.size))
    fees = with_margins(cells, measures.pop("fees"))
    departed = _add_margins(record.fees_of_departed)
    figures = group_figures(cells, measures, count)
    record.tables["groups"].extend(
        replication=record.replication,
        year=year,
        age_band=np.repeat((*AGE_BANDS, ALL), len(QUINTILES) + 1),
        literacy_quintile=np.tile((*QUINTILES, ALL), len(AGE_BANDS) + 1),
        savers_weight=savers.weight * count.ravel(),
        fees_usd=np.where(count > 0.0, savers.weight * (fees + departed), np.nan).ravel(),
        **{name: values.ravel() for name, values in figures.items()},
    )
    record.fees_of_departed = np.zeros_like(record.fees_of_departed)


def with_margins(cells: IntArray, values: FloatArray) -> FloatArray:
    """Sums by age band and literacy quintile with those over all, shape (7, 6).

    Parameters
    ----------
    cells : IntArray, shape (n,)
        5 x age band + quintile.
    values : FloatArray, shape (n,)
    """
    size = len(AGE_BANDS) * len(QUINTILES)
    sums = np.bincount(cells, weights=values, minlength=size).astype(np.float64)
    return _add_margins(sums.reshape(len(AGE_BANDS), len(QUINTILES)))


def _add_margins(table: FloatArray) -> FloatArray:
    whole = np.zeros((table.shape[0] + 1, table.shape[1] + 1))
    whole[:-1, :-1] = table
    whole[-1, :-1] = table.sum(axis=0)
    whole[:, -1] = whole.sum(axis=1)
    return whole


def group_figures(
    cells: IntArray, measures: dict[str, FloatArray], count: FloatArray
) -> dict[str, FloatArray]:
    """Figures of every group, shape (7, 6) each; nan where a group has nobody who counts."""
    wealth = with_margins(cells, measures["wealth"])

    def mean(name: str) -> FloatArray:
        known = ~np.isnan(measures[name])
        return _ratio(
            with_margins(cells[known], measures[name][known]),
            with_margins(cells[known], np.ones(known.sum())),
        )

    low, middle, high = _quantiles(cells, measures["wealth"])
    return {
        "wealth_mean": _ratio(wealth, count),
        "wealth_median": middle,
        "wealth_p10": low,
        "wealth_p90": high,
        "private_share": _ratio(with_margins(cells, measures["private"]), wealth),
        "alternatives_share": _ratio(with_margins(cells, measures["alternatives"]), wealth),
        "frozen_share": _ratio(with_margins(cells, measures["frozen"]), wealth),
        "contribution_rate": mean("contribution_rate"),
        "traded_share": mean("traded"),
        "single_default_share": mean("single_default"),
        "replacement_rate": mean("replacement_rate"),
        "unmet_months": mean("unmet"),
    }


def _quantiles(cells: IntArray, wealth: FloatArray) -> FloatArray:
    """Tenth, fiftieth and ninetieth percentile of every group, shape (3, 7, 6)."""
    bands, quintiles = np.divmod(cells, len(QUINTILES))
    found = np.full((len(PERCENTILES), len(AGE_BANDS) + 1, len(QUINTILES) + 1), np.nan)
    for band in range(len(AGE_BANDS) + 1):
        in_band = np.flatnonzero(bands == band) if band < len(AGE_BANDS) else np.arange(cells.size)
        for quintile in range(len(QUINTILES) + 1):
            rows = in_band[quintiles[in_band] == quintile] if quintile < len(QUINTILES) else in_band
            if rows.size:
                found[:, band, quintile] = _percentiles(np.sort(wealth[rows]))
    return found


def _percentiles(ascending: FloatArray) -> FloatArray:
    """Percentiles with linear interpolation between order statistics, shape (3,)."""
    found: FloatArray = np.interp(
        np.array(PERCENTILES) * (ascending.size - 1), np.arange(ascending.size), ascending
    )
    return found


def _ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    return np.divide(part, whole, out=np.full_like(whole, np.nan), where=whole > 0.0)


def observe_inequality(record: Record, state: State, year: int) -> None:
    """Inequality of wealth among savers who hold or have held an account, and points of the Lorenz curve."""
    savers = state.savers
    members = savers.has_held
    wealth = savers.wealth[members]
    sorted_wealth = Distribution.of(wealth)
    record.tables["inequality"].add(
        replication=record.replication,
        year=year,
        gini=sorted_wealth.gini(),
        top1_share=sorted_wealth.top_share(0.01),
        top10_share=sorted_wealth.top_share(0.10),
        bottom50_share=sorted_wealth.bottom_share(0.50),
        theil=sorted_wealth.theil(),
        theil_between_literacy=theil_between(wealth, savers.literacy_quintile[members]),
    )
    if year in LORENZ_YEARS or year == state.scenario.whole("run.years"):
        population = np.linspace(0.0, 1.0, LORENZ_POINTS)
        shares = [sorted_wealth.bottom_share(float(point)) for point in population]
        record.tables["lorenz"].extend(
            replication=record.replication,
            year=year,
            population_share=population,
            wealth_share=np.array(shares),
        )


def observe_managers(record: Record, state: State, year: int) -> None:
    """Assets, fees and returns of every manager's funds."""
    funds = state.funds
    value = funds.units * funds.reported
    inside = (funds.held * funds.reported[PRIVATES]).sum()
    aum = np.append(value[PRIVATES], value[len(PRIVATE) :].sum() - inside)
    total = float(aum.sum())
    growth = record.growth - 1.0
    for row, manager in enumerate(record.managers):
        management, performance = manager.close_year()
        record.tables["managers"].add(
            replication=record.replication,
            year=year,
            manager=manager.name,
            strategy=manager.strategy,
            aum_usd=float(aum[row]),
            market_share=float(aum[row]) / total if total > 0.0 else float("nan"),
            management_fees_usd=management,
            performance_fees_usd=performance,
            net_return=float(growth[row, 0]),
            reported_return=float(growth[row, 1]),
            failed=False,
        )
    record.growth = np.ones((len(MANAGERS), 2))


def observe_employers(record: Record, state: State, year: int) -> None:
    """What every plan type offers and how many take part."""
    plans, savers = state.plans, state.savers
    rows = np.arange(plans.share.size)
    members = np.bincount(savers.people.employer[savers.in_plan], minlength=rows.size)
    sleeve = plans.sleeve_default & state.policy.opens_default
    record.tables["employers"].extend(
        replication=record.replication,
        year=year,
        employer=rows,
        participants=savers.weight * members,
        offers_alternatives=(plans.open & state.policy.opens_menu) | sleeve,
        default_fund=np.where(sleeve, "target_date_sleeve", "target_date"),
        match_rate=plans.best_match,
        sued=False,
    )


def life_rows(state: State, departed: Departures, wealth: FloatArray) -> dict[str, Column]:
    """One row a life: who, and what was left and spent in real terms."""
    opening_year = (state.scenario.start - 1) // MONTHS_A_YEAR
    start_month = (state.scenario.start - 1) % MONTHS_A_YEAR + 1
    had_birthday: BoolArray = departed.birth_month <= start_month
    age = opening_year - departed.birth_year - np.where(had_birthday, 0, 1)
    return {
        "saver": departed.saver,
        "literacy": departed.literacy,
        "literacy_quintile": np.array(QUINTILES)[departed.literacy_quintile],
        "age_at_start": np.where(departed.generation == 0, age, np.nan),
        "has_held": departed.has_held,
        "wealth_real": wealth / state.level,
        "spent_real": departed.spent_real,
    }
