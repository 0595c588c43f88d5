"""A small world in its first month under the order, for the tests of plans and savers at their reviews."""

from collections.abc import Mapping

import numpy as np

from environment.orders import Rollover
from environment.policy import policy_at
from environment.savers import EMPTY, SPLIT
from environment.splits import Split, as_split
from environment.state import State
from tests.environment.worlds import rows, world

NOBODY = Rollover(rows(), np.empty((0, SPLIT), np.int64), np.empty((0, SPLIT)))
FROM_START: Mapping[str, object] = {"policy.start": "2025-01"}


def opened(values: Mapping[str, object] | None = None) -> State:
    """A world in its first month, levers in force, whose rows 0 to 9 are working members of plan 0."""
    state = world({**FROM_START, **(values or {})}, savers=20).state
    savers = state.savers
    savers.people.employer[:10], savers.holds_plan[:10], savers.contribution[:10] = 0, True, 100.0
    savers.people.employer[10:] = 1
    state.month, state.policy = 1, policy_at(state.scenario, 1)
    return state


def home(state: State, row: int = 0) -> int:
    """Plain target-date fund of a row."""
    return int(state.plain_default(rows(row))[0])


def split_of(state: State, row: int = 0) -> dict[int, float]:
    """Where the new money of a row goes."""
    funds, shares = state.savers.split_fund[row], state.savers.split_share[row]
    return {int(fund): float(share) for fund, share in zip(funds, shares, strict=True) if fund != EMPTY}


def set_split(state: State, row: int, wanted: Mapping[int, float]) -> None:
    """Let the new money of a row go into a mix, as wanted."""
    state.savers.split_fund[row], state.savers.split_share[row] = EMPTY, 0.0
    state.savers.split_fund[row, : len(wanted)] = list(wanted)
    state.savers.split_share[row, : len(wanted)] = list(wanted.values())
    state.savers.wanted_fund[row] = state.savers.split_fund[row]
    state.savers.wanted_share[row] = state.savers.split_share[row]


def wish(*funds: int) -> Split:
    """One saver's wish: some funds in equal shares."""
    return as_split(np.array([funds]), np.full((1, len(funds)), 1.0 / len(funds)))
