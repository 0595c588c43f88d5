"""Samples of the market that several tests look at."""

import pytest

from tests.environment.market.paths import DEFAULTS, NO_BETAS, Sample, at_long_run_levels, drawn


@pytest.fixture(scope="session")
def sample() -> Sample:
    """400 replications at the defaults, without betas; a calm short rate leaves cash its room."""
    scenario = DEFAULTS.with_values({**NO_BETAS, "market.short_rate.volatility": 0.004})
    return drawn(at_long_run_levels(scenario), 400)
