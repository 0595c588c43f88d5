"""Absurd but allowed values: whatever the scenario, the run ends, and what it leaves makes sense.

`THIRDWAVE_EXAMPLES=2000 python -m pytest tests/test_allowed_values.py` tries as many scenarios as it says,
others every time, where the suite always tries the same few.
"""

from collections.abc import Iterator
from fnmatch import fnmatch

import numpy as np

from environment.model import World
from environment.tables import Column
from tests.environment.worlds import columns

POSITIVE = (
    "FundBook.reported",
    "FundBook.true",
    "classes.market_value_usd",
    "State.market_value",
    "State.price_level",
    "State.wage_index",
)
NOT_NEGATIVE = (
    "monthly.wealth_usd",
    "monthly.withdrawals_usd",
    "monthly.bequests_usd",
    "monthly.fees_usd",
    "monthly.unmet_spending_usd",
    "monthly.gated_requests_usd",
    "monthly.redemptions_paid_usd",
    "monthly.*_share",
    "classes.holdings_usd",
    "groups.*",
    "inequality.*",
    "managers.aum_usd",
    "managers.*_fees_usd",
    "Savers.units",
    "Savers.queued",
    "Savers.pay",
    "Savers.contribution",
    "Savers.benefit_real",
    "Savers.withdrawn",
    "Savers.fees_paid",
    "Savers.loan",
    "FundBook.units",
    "FundBook.savers",
    "FundBook.outside",
    "FundBook.estates",
    "FundBook.held",
    "FundBook.assets",
)
ABOVE_MINUS_ONE = ("classes.*_return", "monthly.inflation", "monthly.short_rate")
AT_MOST_ONE = ("monthly.*_share", "groups.*_share", "inequality.gini", "inequality.*_share")

# Shares of nothing, and figures of groups in which there is nobody.
MAY_BE_UNKNOWN = (
    "monthly.*_share",
    "groups.*",
    "inequality.*",
    "lorenz.wealth_share",
    "adequacy.*",
    "pillars.*",
    "managers.market_share",
)
ROUNDING = 1e-9


def wrong_columns(world: World) -> Iterator[str]:
    """What is wrong with the columns of a world that has run, in words."""
    state = world.state
    parts = {name: getattr(state, name) for name in ("market_value", "price_level", "wage_index")}
    named = [*columns(world), *((f"State.{name}", column) for name, column in parts.items())]
    for name, column in named:
        if column.dtype.kind == "f":
            yield from (f"{name} {wrong}" for wrong in wrongs(name, column))
    wealth = world.record.tables["monthly"].columns()
    for name in ("private_share", "alternatives_share", "frozen_share"):
        if np.isnan(wealth[name][wealth["wealth_usd"] > 0.0]).any():
            yield f"monthly.{name} is unknown although there is wealth"


def wrongs(name: str, column: Column) -> Iterator[str]:
    """What is wrong with one column of numbers."""
    if np.isnan(column).any() and not matches(name, MAY_BE_UNKNOWN):
        yield "is not a number"
    known = column[~np.isnan(column)]
    if np.isinf(known).any():
        yield "is infinite"
    if matches(name, POSITIVE) and not (known > 0.0).all():
        yield f"is not positive: {known.min()}"
    if matches(name, NOT_NEGATIVE) and not (known >= 0.0).all():
        yield f"is negative: {known.min()}"
    if matches(name, ABOVE_MINUS_ONE) and not (known > -1.0).all():
        yield f"is not above -1: {known.min()}"
    if matches(name, AT_MOST_ONE) and not (known <= 1.0 + ROUNDING).all():
        yield f"is above 1: {known.max()}"


def matches(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether a name is one of some, or of their kind."""
    return any(fnmatch(name, pattern) for pattern in patterns)
