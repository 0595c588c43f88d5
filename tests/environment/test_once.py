"""What follows from a scenario alone is worked out once for each scenario."""

import pickle

from environment.once import once_a_scenario
from environment.scenario import Scenario
from tests.environment.worlds import DEFAULTS

ASKED: list[int] = []


@once_a_scenario
def rows_of(scenario: Scenario) -> int:
    """Rows of the savers; notes every time it works."""
    ASKED.append(scenario.whole("run.savers"))
    return ASKED[-1]


@once_a_scenario
def years_of(scenario: Scenario) -> int:
    """Years of the run."""
    return scenario.whole("run.years")


def test_it_works_once_a_scenario_and_answers_none_with_what_is_anothers() -> None:
    ASKED.clear()
    few, many = DEFAULTS.replace(savers=10), DEFAULTS.replace(savers=20)
    assert [rows_of(few), rows_of(many), rows_of(few), rows_of(many)] == [10, 20, 10, 20]
    assert ASKED == [10, 20]
    assert years_of(few) == few.whole("run.years")
    assert rows_of(few.replace(savers=30)) == 30


def test_what_was_worked_out_changes_neither_the_scenario_nor_its_copies() -> None:
    one, other = DEFAULTS.replace(savers=10), DEFAULTS.replace(savers=10)
    rows_of(one)
    assert one == other
    copy = pickle.loads(pickle.dumps(one))  # noqa: S301
    assert copy == one
    assert rows_of(copy) == 10
