"""What an active fund earns beside its benchmark: on average its alpha, month by month its tracking error.

Before costs the average actively managed dollar earns what the market earns, since active and passive owners
together hold the market (Sharpe 1991, "The arithmetic of active management"): alpha is 0 unless a scenario
says otherwise, and what the fund wins in a month somebody outside the model loses.
"""

import math

import numpy as np

from environment.luck import Luck
from environment.scenario import Scenario
from environment.typing import FloatArray

MONTHS_A_YEAR = 12


def active_returns(scenario: Scenario, luck: Luck) -> FloatArray:
    """Return of the active fund relative to its benchmark in each month, shape (months,), above -1.

    One plus it is log-normal, with mean (1 + alpha)^(1/12) and deviation of logs tracking error / sqrt(12);
    it multiplies one plus the benchmark's return. It is exactly 0 when both parameters are.
    """
    months = np.arange(1, scenario.months + 1)
    deviation = scenario.number("funds.active.tracking_error") / math.sqrt(MONTHS_A_YEAR)
    drift = math.log1p(scenario.number("funds.active.alpha")) / MONTHS_A_YEAR - 0.5 * deviation**2
    luck_of_month = luck.normal_grid("funds.active", months, np.array([0]))[:, 0]
    return np.expm1(drift + deviation * luck_of_month)
