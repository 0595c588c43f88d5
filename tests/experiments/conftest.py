"""What several tests of experiments look at."""

import pytest

from experiments.figures.sweep_source import Swept, read_swept
from tests.experiments.synthetic_sweep import SweepShape, write_sweep


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Swept:
    """A sweep of three keys and two outcomes, read and not reported."""
    shape = SweepShape("grid", keys=3, outcomes=2, samples=2, replications=3)
    return read_swept(write_sweep(tmp_path_factory.mktemp("plain") / "result", shape))
