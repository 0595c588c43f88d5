"""The engine of a Dask cluster: a real scheduler and real workers, one of them killed half-way."""

import os
import time
from collections.abc import Iterator

import pytest

from environment.blocks import threads
from experiments.engines.cluster import DaskEngine
from tests.experiments.engines.clusters import Cluster, cluster
from tests.experiments.engines.tasks import refuse, square

pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("dask")) as started:
        started.start_worker()
        started.start_worker()
        yield started


def test_play(two_workers: Cluster) -> None:
    t = time.monotonic()
    with DaskEngine(two_workers.address) as engine:
        print("connected", time.monotonic() - t)
        tasks = [(number, (number,)) for number in range(200)]
        t = time.monotonic()
        assert sorted(engine.each_finished(square, tasks)) == [(number, number**2) for number in range(200)]
        print("200", time.monotonic() - t)
        t = time.monotonic()
        print(len({pid for _, pid in engine.each_finished(os.getpid, ((n, ()) for n in range(10)))}))
        assert list(engine.each_finished(threads, [(0, ())])) == [(0, 1)]
        with pytest.raises(ValueError, match="7 is refused"):
            list(engine.each_finished(refuse, [(0, (7,))]))
        print("t", time.monotonic() - t)
        t = time.monotonic()
        print(engine._client.run_on_scheduler(lambda dask_scheduler: list(dask_scheduler.tasks)))
        print(engine._client.futures)
    print("closed", time.monotonic() - t)
