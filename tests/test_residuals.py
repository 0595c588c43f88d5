"""The books close: what is left over every month of every shipped scenario is rounding."""

import pytest

from experiments.load import shipped_scenarios
from tests.runs import BUSY, simulated


@pytest.mark.parametrize("scenario", shipped_scenarios())
@pytest.mark.parametrize("settings", [("run.savers=300", "run.years=6", "run.replications=1"), BUSY])
def test_the_books_of_every_shipped_scenario_close(scenario: str, settings: tuple[str, ...]) -> None:
    residual = simulated(scenario, *settings).monthly["ledger_residual"]
    assert len(residual) >= 72
    assert not residual.isna().any()
    assert residual.abs().max() < 1e-9


def test_the_books_close_over_forty_years() -> None:
    monthly = simulated("open-access", "run.savers=1000", "run.years=40", "run.replications=1").monthly
    assert len(monthly) == 480
    assert monthly["ledger_residual"].abs().max() < 1e-9
    assert monthly["private_share"].iloc[-1] > 0.0
