"""What is observed once a year: groups, inequality, managers, employers, the ledger."""

import numpy as np

from environment.assets import IS_ALTERNATIVE, IS_PRIVATE, PRIVATE
from environment.books import MANAGERS
from environment.demography import AGE_BANDS, age_band
from environment.funds.book import PRIVATES, look_through
from environment.life import LATE_CAREER_YEARS, Departures
from environment.record import Record
from environment.savers import EMPTY, RETIRED
from environment.state import MONTHS_A_YEAR, State
from environment.statistics import Distribution, theil_between
from environment.tables import Column
from environment.typing import BoolArray, FloatArray

QUINTILES = ("1", "2", "3", "4", "5")
ALL = "all"
LORENZ_POINTS = 51
LORENZ_YEARS = (0, 10, 20, 30, 40)


def observe_year(record: Record, state: State, year: int, frozen: FloatArray) -> None:
    """Take the rows of a year's end; year 0 is the opening."""
    observe_groups(record, state, year, frozen)
    observe_inequality(record, state, year)
    if year:
        observe_managers(record, state, year)
        observe_employers(record, state, year)
        for payer, payee, flow, usd in state.books.close_year():
            record.tables["ledger"].add(
                replication=record.replication, year=year, payer=payer, payee=payee, flow=flow, usd=usd
            )


def saver_measures(state: State, frozen: FloatArray) -> dict[str, FloatArray]:
    """Columns a saver from which the groups' figures are made, shape (N,) each; nan where one does not count."""
    savers = state.savers
    rows = np.arange(savers.size)
    shares = look_through(state.funds, state.listed_targets)
    prices = state.funds.reported
    values = savers.slot_values(rows, prices)
    retired = (savers.status == RETIRED) & savers.has_held
    settled = retired & (savers.age > state.scenario.whole("savers.retirement_age"))
    working_pay = savers.late_career_pay_real / LATE_CAREER_YEARS
    replaced = np.divide(
        savers.year_withdrawn_real, working_pay, out=np.zeros(savers.size), where=working_pay > 0.0
    )
    rate = np.divide(
        MONTHS_A_YEAR * savers.contribution, savers.pay, out=np.zeros(savers.size), where=savers.pay > 0.0
    )
    held = savers.fund != EMPTY
    single = (held.sum(axis=1) == 1) & (held & state.catalogue.is_target_date[savers.fund]).any(axis=1)
    owns = held.any(axis=1)
    return {
        "wealth": values.sum(axis=1),
        "private": savers.slot_values(rows, prices * shares[:, IS_PRIVATE].sum(axis=1)).sum(axis=1),
        "alternatives": savers.slot_values(rows, prices * shares[:, IS_ALTERNATIVE].sum(axis=1)).sum(axis=1),
        "frozen": savers.slot_values(rows, prices * frozen).sum(axis=1),
        "fees": savers.year_fees,
        "contribution_rate": np.where(savers.contribution > 0.0, rate, np.nan),
        "traded": (savers.year_traded > 0).astype(np.float64),
        "single_default": np.where(owns, single, np.nan),
        "replacement_rate": np.where(settled & (working_pay > 0.0), replaced, np.nan),
        "unmet": np.where(retired, savers.year_unmet, np.nan),
    }


def observe_groups(record: Record, state: State, year: int, frozen: FloatArray) -> None:
    """Figures of every age band and literacy quintile, and of all."""
    savers = state.savers
    measures = saver_measures(state, frozen)
    bands, quintiles = age_band(savers.age), savers.literacy_quintile
    for band_number, band in enumerate((*AGE_BANDS, ALL)):
        in_band = savers.has_held & ((bands == band_number) | (band == ALL))
        for quintile_number, quintile in enumerate((*QUINTILES, ALL)):
            members = np.flatnonzero(in_band & ((quintiles == quintile_number) | (quintile == ALL)))
            record.tables["groups"].add(
                replication=record.replication,
                year=year,
                age_band=band,
                literacy_quintile=quintile,
                savers_weight=savers.weight * members.size,
                **group_figures({name: column[members] for name, column in measures.items()}, savers.weight),
            )


def group_figures(columns: dict[str, FloatArray], weight: float) -> dict[str, float]:
    """Figures of one group; nan for an empty one."""
    wealth = Distribution.of(columns["wealth"])
    total = float(columns["wealth"].sum())
    empty = not columns["wealth"].size

    def of_wealth(name: str) -> float:
        return float(columns[name].sum()) / total if total > 0.0 else float("nan")

    return {
        "wealth_mean": wealth.mean(),
        "wealth_median": wealth.quantile(0.5),
        "wealth_p10": wealth.quantile(0.1),
        "wealth_p90": wealth.quantile(0.9),
        "private_share": of_wealth("private"),
        "alternatives_share": of_wealth("alternatives"),
        "frozen_share": of_wealth("frozen"),
        "fees_usd": float("nan") if empty else weight * float(columns["fees"].sum()),
        "contribution_rate": _mean(columns["contribution_rate"]),
        "traded_share": _mean(columns["traded"]),
        "single_default_share": _mean(columns["single_default"]),
        "replacement_rate": _mean(columns["replacement_rate"]),
        "unmet_months": _mean(columns["unmet"]),
    }


def _mean(values: FloatArray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


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
    members = np.bincount(savers.people.employer[savers.holds_plan], minlength=rows.size)
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
        "literacy_quintile": departed.literacy_quintile + 1,
        "age_at_start": np.where(departed.generation == 0, age, np.nan),
        "has_held": departed.has_held,
        "wealth_real": wealth / state.level,
        "spent_real": departed.spent_real,
    }
