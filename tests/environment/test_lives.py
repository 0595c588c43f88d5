"""Whole lives: what never depends on policy or markets, rules switched off, forty years in balance."""

from dataclasses import dataclass, fields

import numpy as np
import pytest

from environment.demography import age_band, life_table
from environment.membership import ties_to_plans
from environment.model import World
from environment.persons import Persons
from environment.savers import RETIRED, SEPARATED, WORKING
from environment.typing import FloatArray
from tests.environment.living import living
from tests.environment.worlds import DEFAULTS, LIVELY, assert_identical, world

YEARS = 40
HAZARDS = {key: 0.0 for key in DEFAULTS.values if key.startswith("careers.job_change.")}
CASH_OUTS = {key: 0.0 for key in DEFAULTS.values if key.startswith("careers.cash_out.share.")}
BOUNDS = {"tiny": 1.0, "small": 2.0, "modest": 3.0, "middle": 4.0, "large": 5.0}


def fate(one: World) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]]:
    """What neither policy nor markets may change."""
    savers, everyone = one.savers, np.arange(one.savers.size)
    own = (
        "alive",
        "generation",
        "status",
        "has_held",
        "tenure",
        "months_out",
        "retirement_age",
        "planned_claim",
        "pay",
        "deferral_rate",
        "at_default",
        "contribution",
        "match",
        "late_career_pay_real",
        "career_earnings",
    )
    found = {name: getattr(savers, name).copy() for name in own}
    found |= {field.name: getattr(savers.people, field.name).copy() for field in fields(Persons)}
    ties = ties_to_plans(one.state, everyone)
    return found | {"member": ties.member, "covered": ties.covered}


def test_lives_depend_neither_on_policy_nor_on_markets() -> None:
    """Shares earn nothing here and 15% a year there, and the menus are shut here and open there."""
    bad = {"market.expected.us_equity": 0.0, "market.expected.intl_equity": 0.0}
    good = {"market.expected.us_equity": 0.15, "market.expected.intl_equity": 0.15}
    shut = world({**LIVELY, **bad, "policy.access": "none"}, savers=600, years=4)
    lively = world({**LIVELY, **good}, savers=600, years=4)
    for month in range(49):
        if month:
            shut.run_for(1)
            lively.run_for(1)
        left, right = fate(shut), fate(lively)
        for name, column in left.items():
            np.testing.assert_array_equal(column, right[name], err_msg=f"{name}, month {month}")
    assert lively.savers.wealth.mean() > 1.1 * shut.savers.wealth.mean()
    assert (shut.savers.months_out > 0).any()
    assert shut.savers.generation.max() > 0


@pytest.mark.parametrize(
    ("off", "idle"),
    [
        (HAZARDS, {"careers.unemployment.chance": 0.9, "careers.unemployment.mean_months": 12.0}),
        ({"careers.unemployment.chance": 0.0}, {"careers.unemployment.mean_months": 20.0}),
        (CASH_OUTS, {f"careers.cash_out.below_usd.{name}": usd for name, usd in BOUNDS.items()}),
        ({"careers.hardship.hazard": 0.0}, {"careers.hardship.share_of_pay": 0.5}),
        ({"careers.hardship.share_of_pay": 0.0, "careers.hardship.hazard": 0.0}, {}),
        ({"careers.loan.hazard": 0.0}, {"careers.loan.rate": 0.5, "careers.loan.share_wanted": 0.5}),
        ({"careers.loan.share_wanted": 0.0}, {"careers.loan.hazard": 0.0}),
        ({"savers.deferral.escalation_step": 0.0}, {"savers.deferral.escalation_ceiling": 0.2}),
        ({"savers.deferral.passive_share": 0.0}, {"savers.deferral.revision_hazard": 0.9}),
        ({"savers.deferral.pay_elasticity": 0.0}, {"savers.deferral.reference_pay_usd": 1_000.0}),
    ],
)
def test_a_rule_that_is_off_leaves_the_world_without_it(
    off: dict[str, object], idle: dict[str, object]
) -> None:
    """What only the rule would use changes nothing, to the last bit."""
    first, second = world(off, savers=200), world({**off, **idle}, savers=200)
    first.run_for(24)
    second.run_for(24)
    assert_identical(first, second)


def test_nobody_who_is_hired_leaves_on_the_same_day() -> None:
    """All spells last a year, so that everybody who left comes back on a birthday."""
    always = dict.fromkeys(HAZARDS, 1.0)
    spells = {"careers.unemployment.chance": 1.0, "careers.unemployment.mean_months": 60.0}
    one = living({**always, **spells, "careers.unemployment.most_months": 12})
    savers, year = one.savers, 0
    for _ in range(24):
        lived = one.month()
        back = (lived.before["months_out"] == 1) & (savers.generation == lived.before["generation"])
        back &= savers.status != RETIRED
        year += int(back[one.state.birthday_rows()].sum())
        assert not savers.months_out[back].any()
        assert (savers.pay[back] > 0.0).all()
        assert not savers.pay[savers.months_out > 0].any()
        assert not savers.contribution[savers.months_out > 0].any()
        assert (savers.status[savers.months_out > 0] == SEPARATED).all()
    assert year > 50


def test_a_debt_ends_when_its_owner_leaves_or_retires() -> None:
    one = living({"careers.loan.hazard": 1.0}, savers=500)
    defaults = 0
    for _ in range(24):
        lived = one.month()
        savers = one.savers
        owed, left = lived.before["loan"] > 0.0, savers.people.employer != lived.before["employer"]
        over = owed & (savers.generation == lived.before["generation"])
        over &= left | (savers.months_out > 0) | (savers.status != lived.before["status"])
        defaults += int(over.sum())
        # A new loan may follow in the new job; an old one is gone, and with it its payment.
        assert not (savers.loan[over] == lived.before["loan"][over]).any()
        assert not savers.loan[savers.contribution == 0.0].any()
    assert defaults > 20


def test_in_a_closed_population_savers_only_fall_and_the_dead_do_nothing() -> None:
    one = world({"population.mode": "closed"}, savers=400, years=15)
    savers, alive = one.savers, 400
    for _ in range(180):
        one.run_for(1)
        dead = ~savers.alive
        assert savers.alive.sum() <= alive
        alive = int(savers.alive.sum())
        for name in (
            "contribution",
            "withdrawal",
            "lump",
            "loan",
            "pay",
            "benefit_real",
            "months_out",
            "wealth",
        ):
            assert not getattr(savers, name)[dead].any(), name
        assert not savers.holds_plan[dead].any()
    assert alive < 330
    assert (savers.generation == 0).all()
    assert savers.age[savers.alive].min() >= 22 + 15


@dataclass(frozen=True)
class Decades:
    """Five thousand people for forty years, shape (41, 6) each: shares and tenure by age band, survivors."""

    people: FloatArray
    holders: FloatArray
    tenure: FloatArray
    between_jobs: FloatArray
    cohort: FloatArray
    expected: FloatArray
    error: FloatArray


@pytest.fixture(scope="module")
def decades() -> Decades:
    """A world of the defaults, looked at once a year."""
    one = world(savers=5_000, years=YEARS)
    savers, lines = one.savers, []
    age, sex = savers.age.copy(), savers.people.sex.copy()
    living_on = np.ones(age.size)
    for year in range(YEARS + 1):
        if year:
            living_on *= 1.0 - life_table()[sex, np.minimum(age + year - 1, 119)]
            one.run_for(12)
        band, holds = age_band(savers.age), savers.holds_plan
        people = np.bincount(band, minlength=6)
        has_job = ((savers.status == WORKING) & (savers.months_out == 0)).astype(np.float64)
        worked = np.maximum(np.bincount(band, weights=has_job, minlength=6), 1.0)
        out = (savers.months_out > 0).sum() / ((savers.months_out > 0) | (savers.pay > 0.0)).sum()
        lines.append(
            (
                people / age.size,
                np.bincount(band[holds], minlength=6) / holds.sum(),
                np.bincount(band, weights=has_job * savers.tenure, minlength=6) / worked,
                np.full(6, out),
                np.full(6, (savers.generation == 0).sum()),
                np.full(6, living_on.sum()),
                np.full(6, 4.5 * np.sqrt((living_on * (1.0 - living_on)).sum())),
            )
        )
    return Decades(*(np.array(column) for column in zip(*lines, strict=True)))


def test_ages_of_people_and_of_holders_stay_what_they_are_for_forty_years(decades: Decades) -> None:
    """Within 2 points: people in every year, holders, who are fewer, in the mean of every five."""
    assert np.abs(decades.people - decades.people[0]).max() < 0.02
    of_five = decades.holders[1:].reshape(YEARS // 5, 5, 6).mean(axis=1)
    assert np.abs(of_five - decades.holders[0]).max() < 0.02


def test_as_many_live_on_as_the_life_table_says(decades: Decades) -> None:
    """Each person of the opening lives on with the chance of the table; survivals are independent."""
    assert (np.abs(decades.cohort - decades.expected) <= decades.error).all()
    assert decades.cohort[-1, 0] < 2_500


def test_tenure_by_age_stays_what_it_is_for_forty_years(decades: Decades) -> None:
    """Mean of those at work, by band, from the fifth year on."""
    later = decades.tenure[5:, :5].mean(axis=0)
    np.testing.assert_allclose(later, decades.tenure[0, :5], rtol=0.12)


def test_about_two_in_a_hundred_workers_are_between_jobs(decades: Decades) -> None:
    """0.22 x 0.35 x 4.98 / 12 is 3% of contributors; who has left covered work stays where they are."""
    assert decades.between_jobs[0, 0] == 0.0
    assert decades.between_jobs[3:, 0].mean() == pytest.approx(0.025, abs=0.01)
