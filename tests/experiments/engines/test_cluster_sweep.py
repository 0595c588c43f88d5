"""A sweep on a cluster of which a worker is killed half-way has the bytes of one in a single process."""

from pathlib import Path

from experiments.engines.cluster import DaskEngine
from experiments.engines.local import LocalEngine
from experiments.sweep.runner import sweep
from tests.experiments.engines.clusters import cluster
from tests.experiments.sweep.designs import tiny


def test_the_bytes_are_those_of_one_process(tmp_path: Path) -> None:
    design = tiny(tmp_path)
    killed: list[int] = []
    with cluster(tmp_path, workers=2) as started:

        def kill_once(done: int, total: int, _: str) -> None:
            if 2 <= done < total and not killed:
                killed.append(done)
                started.kill_worker()

        there = sweep(design, tmp_path / "there", DaskEngine(started.address), progress=kill_once)
    here = sweep(design, tmp_path / "here", LocalEngine(1))
    assert killed
    assert there.failures == []
    assert (there.ran, here.ran) == (8, 8)
    assert there.manifest["content_sha256"] == here.manifest["content_sha256"]
    contents = [(one.folder / "sweep.parquet").read_bytes() for one in (there, here)]
    assert contents[0] == contents[1]
