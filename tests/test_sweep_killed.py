"""A sweep that is killed three times on the way comes to the bytes of one that nothing disturbed.

``python -m tests.killed`` does the same with more kills and the report as it is.
"""

from pathlib import Path

import numpy as np

from tests.killed import SHORT_REPORT, Trial
from tests.processes import needs_processes


@needs_processes
def test_a_sweep_killed_on_the_way_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    trial = Trial(tmp_path, np.random.default_rng(3), ("-c", SHORT_REPORT), cells=8)
    trial.run(kills=3)
    assert trial.killed.total() == 3
