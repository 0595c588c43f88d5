"""The engine of a Dask cluster: a real scheduler and real workers, some of which are killed."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from environment.blocks import threads
from environment.problems import ScenarioError
from experiments.engines import Lost
from experiments.engines.cluster import DaskEngine
from experiments.engines.identity import identity
from experiments.engines.local import LocalEngine
from experiments.extras import MissingExtra
from tests.experiments.engines.clusters import Cluster, cluster
from tests.experiments.engines.tasks import kill, refuse, square, square_slowly
from tests.experiments.engines.test_local import Counted
from tests.processes import wait_for

type Tasks = list[tuple[int, tuple[object, ...]]]

SLOW: Tasks = [(number, (number, 0.03)) for number in range(40)]
ENDLESS: Tasks = [(number, (number, 300.0)) for number in range(3)]
SHORT_PATIENCE = 0.5


def test_workers_that_die_and_join_change_no_answer(tmp_path: Path) -> None:
    """One is killed half-way, another joins; then a task kills both that are left, and one differs.

    The scheduler gives up at once here, and blames all that a dead worker had.
    """
    with LocalEngine(1) as here:
        expected = dict(here.each_finished(square_slowly, SLOW))
    with cluster(tmp_path, workers=2) as started, DaskEngine(started.address, patience=1.0) as engine:
        started.allow_failures(0)
        answers = {}
        for task, answer in engine.each_finished(square_slowly, SLOW):
            answers[task] = answer
            if len(answers) == 10:
                started.kill_worker()
                started.start_workers(1)
        assert answers == expected
        started.wait_for_workers(2)
        lost = Lost("1 workers of the cluster were killed over it, perhaps for want of memory")
        assert list(engine.each_finished(kill, [(0, (0,))])) == [(0, lost)]
        with pytest.raises(ConnectionError, match="no worker for 1 seconds"):
            list(engine.each_finished(square, [(0, (0,))]))
        started.start_workers(1, threads=2)
        started.wait_for_workers(1)
        with pytest.raises(ConnectionError, match="threads 2 instead of 1: start it with --nthreads 1"):
            list(engine.each_finished(square, [(0, (0,))]))


def test_rounds_on_a_cluster(tmp_path: Path) -> None:
    """Until the scheduler goes."""
    with cluster(tmp_path, workers=2) as started, DaskEngine(started.address, patience=5.0) as engine:
        assert list(engine.each_finished(threads, [(0, ())])) == [(0, 1)]
        raised_work_ends_the_round(engine)
        tasks_are_taken_when_a_worker_is_free(engine)
        other_programs_are_refused(started, engine)
        nothing_is_left_of_a_closed_round(started, engine)
        a_scheduler_that_goes_is_an_error(started, engine)


def raised_work_ends_the_round(engine: DaskEngine) -> None:
    with pytest.raises(ValueError, match="7 is refused") as caught:
        list(engine.each_finished(refuse, [(0, (7,))]))
    assert caught.value.__notes__[0].startswith("In a worker process:\nTraceback")
    assert list(engine.each_finished(square, [(0, (7,))])) == [(0, 49)]


def tasks_are_taken_when_a_worker_is_free(engine: DaskEngine) -> None:
    """Two a worker, out of endlessly many."""
    tasks = Counted()
    with closing(engine.each_finished(square, tasks)) as finished:
        for done in range(1, 21):
            task, answer = next(finished)
            assert answer == task * task
            assert tasks.taken <= done + 4


def nothing_is_left_of_a_closed_round(started: Cluster, engine: DaskEngine) -> None:
    """Neither for the next nor on the cluster, though workers have begun what takes long."""
    with closing(engine.each_finished(square_slowly, SLOW)) as finished:
        next(finished)
    assert dict(engine.each_finished(square, [(50, (50,)), (51, (51,))])) == {50: 2500, 51: 2601}
    with closing(engine.each_finished(square_slowly, [(0, (0, 0.0)), *ENDLESS])) as finished:
        next(finished)
    wait_for(lambda: started.tasks_kept() == 0)


def a_scheduler_that_goes_is_an_error(started: Cluster, engine: DaskEngine) -> None:
    def tasks() -> Iterator[tuple[int, tuple[object, ...]]]:
        yield from ENDLESS
        started.kill_scheduler()

    with pytest.raises(ConnectionError, match="the scheduler of the cluster is gone"):
        list(engine.each_finished(square_slowly, tasks()))


def other_programs_are_refused(started: Cluster, engine: DaskEngine) -> None:
    """Before anything runs, and when they come later."""
    told = {**identity(), "numpy": "1.0"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("experiments.engines.identity.identity", lambda: told)
        with pytest.raises(ConnectionError, match=r"and 1 more: numpy \S+ instead of 1\.0$"):
            DaskEngine(started.address).__enter__()
        with pytest.raises(ConnectionError, match=r"numpy \S+ instead of 1\.0$"):
            list(engine.each_finished(square, [(0, (7,))]))


def test_a_scheduler_without_workers_is_an_error(tmp_path: Path) -> None:
    with cluster(tmp_path, workers=0) as started:
        with pytest.raises(ConnectionError, match=r"has had no worker for 0\.5 seconds"):
            DaskEngine(started.address, SHORT_PATIENCE).__enter__()
        with pytest.raises(RuntimeError, match="block"):
            next(DaskEngine(started.address).each_finished(square, [(0, (1,))]))


def test_a_scheduler_that_does_not_answer_is_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
    with pytest.raises(ConnectionError, match=f"no scheduler answers at {address}"):
        DaskEngine(address, SHORT_PATIENCE).__enter__()


@pytest.mark.parametrize("address", ["", "nonsense", "tcp://10.0.0.1:port", "gopher://10.0.0.1:70"])
def test_what_is_no_address_is_wrong_input(address: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        DaskEngine(address)
    assert [problem.place for problem in caught.value.problems] == ["--scheduler"]


def test_without_dask_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.extras.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match="cluster"):
        DaskEngine("tcp://10.0.0.1:8786")
