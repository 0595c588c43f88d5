"""Who the savers are: the columns of a person, the people of the opening and those who enter later."""

from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from environment.demography import AGES, Whole, population_shares
from environment.literacy import EDUCATIONS, entrant_literacy, opening_literacy
from environment.luck import Luck, normal_of
from environment.once import once_a_scenario
from environment.payroll import MONTHS_A_YEAR, pay_of_scores
from environment.scenario import Scenario
from environment.stratified import OPENING, by_kind, inverse, place, spread, spread_over_all
from environment.typing import FloatArray, IntArray

__all__ = [
    "EDUCATIONS",
    "FEMALE",
    "MALE",
    "OPENING",
    "SEXES",
    "Persons",
    "entrants",
    "opening_holders",
    "opening_persons",
]

FEMALE, MALE = 0, 1
SEXES = ("female", "male")


@dataclass(slots=True)
class Persons:
    """Columns of n persons, all of length n.

    Attributes
    ----------
    birth_month, birth_year
        Month of the year (1 to 12) and calendar year of birth.
    age
        Years at the last birthday.
    sex
        0 female, 1 male.
    education
        0 no high school, 1 high school, 2 college, as in `EDUCATIONS`.
    literacy
        Share of financial questions answered correctly, 0 to 1, on entering the model.
    employer
        Index of the plan type.
    holding_propensity, separation_propensity
        Latent numbers uniform on (0, 1): the lower, the sooner a person holds an account, or leaves the
        employer.
    log_permanent_pay
        Logarithm of permanent pay relative to the profile of education and age.
    transitory_pay
        Factor on the pay of this year, median 1.
    deferral_taste
        Factor on the usual deferral rate, mean 1.
    """

    birth_month: npt.NDArray[np.uint8]
    birth_year: npt.NDArray[np.int32]
    age: npt.NDArray[np.int32]
    sex: npt.NDArray[np.uint8]
    education: npt.NDArray[np.uint8]
    literacy: FloatArray
    employer: npt.NDArray[np.int32]
    holding_propensity: FloatArray
    separation_propensity: FloatArray
    log_permanent_pay: FloatArray
    transitory_pay: FloatArray
    deferral_taste: FloatArray

    def __len__(self) -> int:
        return self.age.size

    def part(self, some: slice) -> "Persons":
        """Some of them; their columns are views."""
        return Persons(*[getattr(self, name)[some] for name in _COLUMNS])


_COLUMNS = tuple(field.name for field in fields(Persons))


@dataclass(frozen=True, slots=True)
class _Chances:
    """Where each person stands in the distribution of each trait, shape (n,).

    Standard normal scores for pay, literacy and taste, for the others uniform on (0, 1).
    """

    employer: FloatArray
    permanent_pay: FloatArray
    transitory_pay: FloatArray
    literacy: FloatArray
    taste: FloatArray
    holding: FloatArray
    separation: FloatArray


_ENTRANT_STREAMS = tuple(
    f"entrant.{trait}" for trait in ("sex", "education", *(field.name for field in fields(_Chances)))
)


@dataclass(frozen=True, slots=True)
class _Origins:
    """What is known of people before anything else is drawn, shape (n,)."""

    birth_month: Whole
    birth_year: Whole
    age: Whole
    sex: Whole
    education: Whole


def opening_persons(scenario: Scenario, luck: Luck, plan_shares: FloatArray) -> Persons:
    """The people at the opening, of the ages of the scenario.

    Rows are sorted by birth month in twelve blocks as equal as the number of rows allows. Sex and age are a
    systematic sample of `population_shares`, both within a block and over all, in random order within the
    block. All other draws are stratified: spread evenly among twenty rows of like people at a time, so
    that shares and medians are near exact even in small populations.

    Parameters
    ----------
    scenario
        Gives `run.savers`, `run.start` and the parameters of population, pay and savers.
    luck
        Of the replication.
    plan_shares : shape (plans,), sum 1
        Shares of people by plan type.
    """
    origins, chances = _opening(scenario, luck)
    return _persons(scenario, origins, chances, inverse(plan_shares, chances.employer), entering=False)


def opening_holders(
    scenario: Scenario, luck: Luck, plan_shares: FloatArray, plan_holding: FloatArray
) -> Persons:
    """The people at the opening where every one of them holds an account (`population.ages` = `holders`).

    As `opening_persons`, given that the person holds: the plan types of an age are drawn in proportion to
    share x chance of holding, and the propensity to hold is uniform below the chance of plan and age.

    Parameters
    ----------
    scenario, luck, plan_shares
        As in `opening_persons`.
    plan_holding : shape (plans, 120)
        Chance that a person of a plan type holds an account, by age.
    """
    origins, chances = _opening(scenario, luck)
    employer = np.zeros(origins.age.size, dtype=np.int64)
    for age in np.unique(origins.age):
        weights = plan_shares * np.maximum(plan_holding[:, age], 0.0)
        members = origins.age == age
        employer[members] = inverse(weights / weights.sum(), chances.employer[members])
    chance = plan_holding[employer, origins.age]
    # Below the chance even where rounding would make the product equal to it.
    propensity = np.minimum(chances.holding * chance, np.nextafter(chance, 0.0))
    return _persons(scenario, origins, replace(chances, holding=propensity), employer, entering=False)


def _opening(scenario: Scenario, luck: Luck) -> tuple[_Origins, _Chances]:
    """Origins and chances of the people of the opening."""
    savers = scenario.whole("run.savers")
    birth_month = np.sort(1 + np.arange(savers) % MONTHS_A_YEAR)
    sex, age = _sexes_and_ages(luck, birth_month, population_shares(scenario))
    # Whoever was born in a later month than that of the opening has yet to have this year's birthday.
    year, month = divmod(scenario.start - 1, MONTHS_A_YEAR)
    birth_year = year - age - (birth_month > month + 1)
    education = _educations(scenario, spread(luck, "opening.education", by_kind(age, np.arange(savers))))
    origins = _Origins(birth_month, birth_year, age, sex, education)
    return origins, _opening_chances(luck, age, education)


def entrants(
    scenario: Scenario,
    luck: Luck,
    months: IntArray,
    rows: IntArray,
    birth_months: Whole,
    birth_years: Whole,
    plan_shares: FloatArray,
) -> Persons:
    """The people who take over rows, all of age `population.entry_age`.

    Parameters
    ----------
    scenario
        Gives the parameters of population, pay and savers.
    luck, months, rows
        Address of the draws, shape (n,): months of entry and rows; who enters never depends on policy.
    birth_months, birth_years : shape (n,)
        Of the entrants.
    plan_shares : shape (plans,), sum 1
        Shares of people by plan type.
    """
    draws = luck.uniform_dated(_ENTRANT_STREAMS, months, rows)
    of_sex, of_education, of_employer = draws[:3]
    sex = (of_sex < scenario.number("population.male_share")).astype(np.int64)  # FEMALE is 0, MALE is 1
    age = np.array([scenario.whole("population.entry_age")]).repeat(rows.size)
    origins = _Origins(birth_months, birth_years, age, sex, _educations(scenario, of_education))
    chances = _Chances(of_employer, *normal_of(draws[3:7]), *draws[7:])
    return _persons(scenario, origins, chances, inverse(plan_shares, chances.employer), entering=True)


def _sexes_and_ages(luck: Luck, birth_month: IntArray, shares: FloatArray) -> tuple[IntArray, IntArray]:
    """Systematic sample of the cells of `shares` (2, 120) within each block of birth months.

    The blocks' grids are shifted against each other by twelfths of their step, so that blocks of equal size
    together are one systematic sample of all rows.
    """
    rows = np.arange(birth_month.size)
    block_size = np.bincount(birth_month, minlength=MONTHS_A_YEAR + 1)[1:]
    block_start = np.cumsum(block_size) - block_size
    shift = np.argsort(luck.uniform("opening.block", OPENING, np.arange(MONTHS_A_YEAR)))
    offset = (shift + luck.uniform("opening.age", OPENING, np.zeros(1, dtype=np.int64))) / MONTHS_A_YEAR
    block = birth_month - 1
    position = (rows - block_start[block] + offset[block]) / block_size[block]
    last = np.flatnonzero(shares)[-1]  # rounding may leave the sum of the shares below the last position
    cells = np.minimum(np.searchsorted(np.cumsum(shares), position, side="right"), last)
    shuffled = by_kind(birth_month, luck.uniform("opening.order", OPENING, rows).argsort())
    sex, age = np.divmod(cells[shuffled], AGES.size)
    return sex, age


def _opening_chances(luck: Luck, age: IntArray, education: IntArray) -> _Chances:
    """Draws of the opening, each spread evenly among rows that are alike in what matters for it."""
    by_education = by_kind(AGES.size * education + age, np.arange(age.size))
    permanent_pay = spread(luck, "opening.permanent_pay", by_education)
    by_pay = permanent_pay.argsort()
    holding = spread(luck, "opening.holding", by_kind(len(EDUCATIONS) * age + education, by_pay))
    # The separated count among holders only: rows with like propensities to hold hold alike.
    by_holding = by_kind(AGES.size * (4.0 * holding).astype(np.int64) + age, by_pay)
    return _Chances(
        employer=spread_over_all(luck, "opening.employer", by_education),
        permanent_pay=normal_of(permanent_pay),
        transitory_pay=normal_of(spread(luck, "opening.transitory_pay", by_education)),
        literacy=normal_of(spread(luck, "opening.literacy", by_education)),
        taste=normal_of(spread(luck, "opening.taste", by_education)),
        holding=holding,
        separation=spread(luck, "opening.separation", by_holding),
    )


def _educations(scenario: Scenario, chance: FloatArray) -> IntArray:
    """Education of people by the shares of the scenario, shape (n,)."""
    return place(_education_ends(scenario), chance)


@once_a_scenario
def _education_ends(scenario: Scenario) -> FloatArray:
    """Where the educations but the last end on (0, 1), shape (2,)."""
    return scenario.numbers("population.education", EDUCATIONS).cumsum()[:-1]


def _persons(
    scenario: Scenario, origins: _Origins, chances: _Chances, employer: IntArray, *, entering: bool
) -> Persons:
    """The columns of people of known origins from their chances."""
    sex, age, education = origins.sex, origins.age, origins.education
    pay, transitory = pay_of_scores(scenario, education, age, chances.permanent_pay, chances.transitory_pay)
    taste_spread = scenario.number("savers.deferral.spread")
    if entering:
        literacy = entrant_literacy(scenario, sex, education, chances.permanent_pay, chances.literacy)
    else:
        literacy = opening_literacy(scenario, sex, age, education, chances.permanent_pay, chances.literacy)
    return Persons(
        birth_month=origins.birth_month.astype(np.uint8),
        birth_year=origins.birth_year.astype(np.int32),
        age=age.astype(np.int32),
        sex=sex.astype(np.uint8),
        education=education.astype(np.uint8),
        literacy=literacy,
        employer=employer.astype(np.int32),
        holding_propensity=chances.holding,
        separation_propensity=chances.separation,
        log_permanent_pay=pay,
        transitory_pay=transitory,
        deferral_taste=np.exp(taste_spread * chances.taste - 0.5 * taste_spread**2),
    )
