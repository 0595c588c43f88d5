"""The process that hands out the work of a sweep does not grow with the number of its cells.

Nothing is simulated here: ``python -m tests.scale`` measures whole sweeps, and their time.
"""

import json
import subprocess
import sys
from pathlib import Path

from tests.scale import FEW, MANY, design

# Peak memory only ever grows, so the larger sweep comes second.
PEAKS = """
import json, resource, sys
from contextlib import nullcontext
from pathlib import Path
from experiments.simulate import BYTES_A_UNIT
from experiments.sweep.load import load_design
from experiments.sweep.runner import sweep
from experiments.sweep.work import Simulated
from experiments.headlines import UNITS

class Instant(nullcontext):
    def each_finished(self, work, tasks):
        for task, arguments in tasks:
            yield task, Simulated(dict.fromkeys(UNITS, 0.5), 1.0, ("a warning",) * 3)

peaks = []
for path in sys.argv[2:]:
    done = sweep(load_design(path), Path(sys.argv[1]), Instant())
    assert done.manifest["failed"] == 0
    peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * BYTES_A_UNIT / 1e6)
print(json.dumps(peaks))
"""


def test_memory_does_not_grow_with_the_cells(tmp_path: Path) -> None:
    paths = [str(design(tmp_path, cells, 20, 0)) for cells in (FEW, MANY)]
    command = [sys.executable, "-c", PEAKS, str(tmp_path / "out"), *paths]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    few, many = json.loads(done.stdout)
    assert many - few < 20, (few, many)
