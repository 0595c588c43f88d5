"""People of an opening with plan types of known shares, for the tests of people, balances and payroll."""

from dataclasses import dataclass

import numpy as np

from environment.demography import holding_chances, separation_chances
from environment.luck import Luck
from environment.payroll import yearly_pay
from environment.persons import Persons, opening_persons
from environment.scenario import Scenario, build_scenario
from environment.typing import BoolArray, FloatArray

DEFAULTS = build_scenario("defaults", "")

# Ten plan types; three in four people are in one that enrols automatically.
PLAN_SHARES = np.array([0.25, 0.2, 0.15, 0.1, 0.05, 0.1, 0.05, 0.05, 0.03, 0.02])
AUTOMATIC = np.array([True, True, True, True, True, False, False, False, False, False])
AUTOMATIC_SHARE = 0.75


@dataclass(frozen=True)
class Opening:
    """The people of one replication: who they are, who holds an account, who contributes, what they earn."""

    persons: Persons
    holds: BoolArray
    contributes: BoolArray
    pay: FloatArray


def holders(scenario: Scenario, persons: Persons) -> tuple[BoolArray, BoolArray]:
    """Who holds an account and who contributes to it."""
    chances = holding_chances(scenario, AUTOMATIC_SHARE)
    automatic = AUTOMATIC[persons.employer].astype(np.int64)
    holds = persons.holding_propensity < chances[automatic, persons.age]
    separated = persons.separation_propensity < separation_chances(scenario)[persons.age]
    return holds, holds & ~separated & (persons.age < scenario.whole("savers.retirement_age"))


def opening(seed: int, scenario: Scenario = DEFAULTS) -> Opening:
    """The opening of the first replication of a seed."""
    persons = opening_persons(scenario, Luck(seed, 0), PLAN_SHARES)
    pay = yearly_pay(
        scenario.number("pay.scale"),
        persons.education,
        persons.age,
        persons.log_permanent_pay,
        persons.transitory_pay,
        wage_index=1.0,
    )
    return Opening(persons, *holders(scenario, persons), pay)
