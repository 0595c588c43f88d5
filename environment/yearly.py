"""What is observed once a year: groups, inequality, managers, employers, the ledger."""

import numpy as np

from environment.adequacy import adequacy_rows
from environment.assets import PRIVATE
from environment.books import MANAGERS
from environment.counts import count_members
from environment.demography import AGE_BANDS
from environment.funds.book import PRIVATES
from environment.groups import (
    ALL,
    CELLS,
    QUINTILES,
    cells_of,
    group_figures,
    measures_in_blocks,
    sum_known,
    with_margins,
)
from environment.life import Departures
from environment.pillars import pillar_rows
from environment.record import Record, no_ended_lives
from environment.state import MONTHS_A_YEAR, State
from environment.statistics import Distribution, theil_between
from environment.tables import Column, Value
from environment.typing import BoolArray, FloatArray, IntArray

QUINTILE_NAMES = np.array(QUINTILES)
BANDS_OF_GROUPS = np.repeat((*AGE_BANDS, ALL), len(QUINTILES) + 1)
QUINTILES_OF_GROUPS = np.tile((*QUINTILES, ALL), len(AGE_BANDS) + 1)
LORENZ_POINTS = 51
LORENZ_YEARS = (0, 10, 20, 30, 40)


def observe_year(record: Record, state: State, year: int) -> None:
    """Take the rows of a year's end; year 0 is the opening."""
    members = np.flatnonzero(state.savers.has_held)
    wealth = observe_groups(record, state, year, members)
    observe_inequality(record, state, year, members, wealth)
    if year:
        observe_pensions(record, state, year)
        observe_managers(record, state, year)
        observe_employers(record, state, year)
        observe_ledger(record, state, year)


def observe_pensions(record: Record, state: State, year: int) -> None:
    """Retirement income by pillar, and whether it was enough."""
    place: dict[str, Value] = {"replication": record.replication, "year": year}
    record.tables["pillars"].extend(**place, **pillar_rows(state.savers))
    record.tables["adequacy"].extend(**place, **adequacy_rows(state.savers, record.ended, state.scenario))
    record.ended = no_ended_lives()


def observe_groups(record: Record, state: State, year: int, members: IntArray) -> FloatArray:
    """Figures of every age band and literacy quintile, and of all.

    The fees of a group are those of its members and of those who died out of it during the year, so that the
    groups' fees add up to all that savers paid.

    Parameters
    ----------
    record : Record
    state : State
    year : int
    members : IntArray, shape (n,)
        Rows of those who hold or have held an account.

    Returns
    -------
    FloatArray, shape (n,)
        Their wealth.
    """
    savers = state.savers
    cells = cells_of(savers.people.age[members], savers.literacy_quintile[members])
    blocks = measures_in_blocks(state, members, record.frozen)
    count, figures, wealth = group_figures(cells, blocks)
    fees = with_margins(sum_known(cells, savers.year_fees[members], CELLS)[0])
    departed = with_margins(record.fees_of_departed.ravel())
    record.tables["groups"].extend(
        replication=record.replication,
        year=year,
        age_band=BANDS_OF_GROUPS,
        literacy_quintile=QUINTILES_OF_GROUPS,
        savers_weight=savers.weight * count.ravel(),
        fees_usd=np.where(count > 0.0, savers.weight * (fees + departed), np.nan).ravel(),
        **{name: values.ravel() for name, values in figures.items()},
    )
    record.fees_of_departed = np.zeros_like(record.fees_of_departed)
    return wealth


def observe_inequality(
    record: Record, state: State, year: int, members: IntArray, wealth: FloatArray
) -> None:
    """Inequality of wealth (n,) among members (n,), and points of the Lorenz curve."""
    sorted_wealth = Distribution.of(wealth)
    record.tables["inequality"].add(
        replication=record.replication,
        year=year,
        gini=sorted_wealth.gini(),
        top1_share=sorted_wealth.top_share(0.01),
        top10_share=sorted_wealth.top_share(0.10),
        bottom50_share=sorted_wealth.bottom_share(0.50),
        theil=sorted_wealth.theil(),
        theil_between_literacy=theil_between(wealth, state.savers.literacy_quintile[members]),
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
    members = count_members(savers.people.employer, savers.units, savers.in_ira, rows.size)
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


def observe_ledger(record: Record, state: State, year: int) -> None:
    """Every flow of the year between two sectors; nothing in a year without flows."""
    flows = state.books.close_year()
    if flows:
        names = ("payer", "payee", "flow", "usd")
        columns = {
            name: np.array(column) for name, column in zip(names, zip(*flows, strict=True), strict=True)
        }
        record.tables["ledger"].extend(replication=record.replication, year=year, **columns)


def life_rows(state: State, departed: Departures, wealth: FloatArray) -> dict[str, Column]:
    """One row a life: who, and what was left and spent in real terms."""
    opening_year = (state.scenario.start - 1) // MONTHS_A_YEAR
    start_month = (state.scenario.start - 1) % MONTHS_A_YEAR + 1
    had_birthday: BoolArray = departed.birth_month <= start_month
    age = opening_year - departed.birth_year - np.where(had_birthday, 0, 1)
    return {
        "saver": departed.saver,
        "literacy": departed.literacy,
        "literacy_quintile": QUINTILE_NAMES[departed.literacy_quintile],
        "age_at_start": np.where(departed.generation == 0, age, np.nan),
        "has_held": departed.has_held,
        "wealth_real": wealth / state.level,
        "spent_real": departed.spent_real,
    }
