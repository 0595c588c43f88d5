"""Generations: who dies on which birthday of a calendar year, and who takes over their rows.

Luck alone decides both, neither policy nor markets, so that they are drawn for all birthdays to come in the
year at once: a month of a small population has two or three deaths, and the steps cost the same for a year of
them.
"""

import numpy as np

from environment.blocks import blocks
from environment.demography import death_probabilities, dies
from environment.luck import normal_of
from environment.persons import Persons, entrants
from environment.rules import Claiming, Retiring
from environment.scenario import Scenario
from environment.state import MONTHS_A_YEAR, State
from environment.successors import Columns, Successors
from environment.typing import FloatArray, IntArray

DRAWN_AGES = tuple(str(age) for age in range(60, 71))  # of the distribution of retirement


def settle_generations(state: State, retiring: Retiring, claiming: Claiming) -> Successors:
    """Those who die this calendar year and their successors, drawn in the first month that asks for them."""
    known = state.known_successors
    if known is None or known.year != state.calendar_year:
        rows, months = _deaths_to_come(state)
        known = state.known_successors = draw_successors(state, rows, months, retiring, claiming)
    return known


def _deaths_to_come(state: State) -> tuple[IntArray, IntArray]:
    """Rows of those who die on a birthday of this calendar year, from this month on, and its month."""
    improvement = state.scenario.number("population.mortality_improvement")
    left_of_year = range(state.month, state.month + MONTHS_A_YEAR - state.calendar_month + 1)
    tables = np.stack([death_probabilities(improvement, one / MONTHS_A_YEAR) for one in left_of_year])
    first, end = state.block_ends[state.calendar_month - 1], state.savers.size
    parts = [
        _deaths_among(state, first + part.start, first + part.stop, tables) for part in blocks(end - first)
    ]
    rows, months = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return rows, months


def _deaths_among(state: State, first: int, end: int, tables: FloatArray) -> tuple[IntArray, IntArray]:
    """As `_deaths_to_come`, of rows from the first up to the end, by the tables of the months to come."""
    savers, people = state.savers, state.savers.people
    rows = np.arange(first, end)
    rows = rows[savers.alive[rows]]
    after = people.birth_month[rows].astype(np.int64) - state.calendar_month
    months = state.month + after
    died = dies(state.luck, months, rows, people.sex[rows], people.age[rows], state.month, tables)
    return rows[died], months[died]


def draw_successors(
    state: State, rows: IntArray, months: IntArray, retiring: Retiring, claiming: Claiming
) -> Successors:
    """People who enter in some rows, each in its own month of this calendar year, shape (n,) both."""
    scenario, luck = state.scenario, state.luck
    birth_year = np.full(rows.size, state.calendar_year - scenario.whole("population.entry_age"))
    birth_month = state.savers.people.birth_month[rows]
    people = entrants(scenario, luck, months, rows, birth_month, birth_year, state.plans.share)
    traits = draw_traits(state, months, rows, people)
    plans = draw_plans(state, months, rows, retiring, claiming)
    return Successors(state.calendar_year, rows, people, {**traits, **plans})


def draw_traits(state: State, months: IntArray, rows: IntArray, people: Persons) -> Columns:
    """Target-date fund, literacy quintile by the cuts of the opening, error of perception, caution.

    Risk aversion is log-normal over people (Kimball, Sahm and Shapiro 2008, table 3).

    Parameters
    ----------
    state : State
    months, rows : IntArray, shape (n,)
        Address of the draws.
    people : Persons
        Of the rows.
    """
    scenario, literacy = state.scenario, people.literacy
    retirement = scenario.whole("savers.retirement_age")
    noise = scenario.number("savers.perception_noise")
    error, caution = normal_of(state.luck.uniform_dated(("perception", "caution"), months, rows))
    return {
        "plain_fund": state.catalogue.plain_default(people.birth_year, retirement),
        "literacy_quintile": state.literacy_cuts.searchsorted(literacy, side="right"),
        "caution": np.exp(scenario.number("savers.risk_aversion_spread") * caution),
        "perception_bias": noise * (1.0 - literacy) * error,
    }


def draw_plans(
    state: State, months: IntArray, rows: IntArray, retiring: Retiring, claiming: Claiming
) -> Columns:
    """Ages at which new people mean to stop working and to claim; under the rule the age is the last one."""
    scenario = state.scenario
    drawn = DRAWN_AGES if scenario.text("savers.retirement.kind") == "distribution" else ()
    streams = "retirement.age", "claim.age"
    of_retirement, of_claim = state.luck.uniform_dated(streams, months, rows)
    shares = scenario.numbers("savers.retirement.share", drawn)
    claim_age, spread = (scenario.whole(f"retirement.claim_{name}") for name in ("age", "spread"))
    return {
        "retirement_age": retiring.retirement_ages(of_retirement, _age_if_not_drawn(scenario), shares),
        "planned_claim": claiming.planned_claim_ages(of_claim, claim_age, spread),
    }


def _age_if_not_drawn(scenario: Scenario) -> int:
    """Age of retirement of those whom the distribution leaves out; the last one under the rule."""
    under_rule = scenario.text("savers.retirement.kind") == "rule"
    return scenario.whole("savers.retirement.latest" if under_rule else "savers.retirement_age")
