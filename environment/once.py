"""Things that follow from a scenario alone, worked out at their first use and kept as long as it lives."""

import functools
from collections.abc import Callable

from environment.scenario import Scenario


def once_a_scenario[Made](make: Callable[[Scenario], Made]) -> Callable[[Scenario], Made]:
    """Make a function of a scenario work only once for each scenario.

    Scenarios never change, and what was made is kept with the scenario itself: nothing outlives it, and no
    other scenario is answered with it. Callers must not change what they get.
    """
    attribute = f"_{make.__module__}.{make.__qualname__}"

    @functools.wraps(make)
    def made(scenario: Scenario) -> Made:
        known = scenario.__dict__
        if attribute not in known:
            known[attribute] = make(scenario)
        found: Made = known[attribute]
        return found

    return made
