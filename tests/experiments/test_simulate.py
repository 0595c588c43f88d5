"""Replications of several scenarios: their order, what progress is told, and what stops them."""

import sys

import pytest

from experiments.load import load_scenario
from experiments.simulate import peak_memory_mb, run, simulate_all

TINY = ("run.savers=20", "run.years=0")


def test_every_replication_of_every_scenario_in_its_place() -> None:
    one = load_scenario("closed-door", (*TINY, "run.replications=1"))
    three = load_scenario("open-access", (*TINY, "run.replications=3"))
    calls: list[tuple[int, int, str]] = []
    results = simulate_all([one, three], progress=lambda *call: calls.append(call))
    assert [result.name for result in results] == ["closed-door", "open-access"]
    assert [result.replications for result in results] == [1, 3]
    assert results[1].savers["replication"].unique().tolist() == [0, 1, 2]
    assert calls == [
        (0, 4, "closed-door"),
        (1, 4, "closed-door, replication 1"),
        (2, 4, "open-access, replication 1"),
        (3, 4, "open-access, replication 2"),
        (4, 4, "open-access, replication 3"),
    ]


def test_seed_of_a_run() -> None:
    scenario = load_scenario("closed-door", (*TINY, "run.replications=1"))
    assert run(scenario).manifest["seed"] == 1
    other = run(scenario, seed=5)
    assert other.manifest["seed"] == 5
    assert not other.savers.equals(run(scenario).savers)


def test_what_progress_raises_stops_the_work() -> None:
    """Ctrl-C arrives anywhere, and no further replication is begun."""
    calls: list[int] = []

    def interrupted(done: int, total: int, what: str) -> None:
        calls.append(done)
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate_all([load_scenario("closed-door", (*TINY, "run.replications=9"))], progress=interrupted)
    assert calls == [0, 1, 2]


def test_one_task_needs_no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("experiments.simulate.each_finished", None)
    (result,) = simulate_all([load_scenario("closed-door", (*TINY, "run.replications=1"))], workers=8)
    assert result.replications == 1


@pytest.mark.skipif(sys.platform == "win32", reason="needs the resource module")
def test_memory_is_counted_in_megabytes() -> None:
    """Python with numpy, pandas and Mesa takes between 60 MB and a few GB."""
    before = peak_memory_mb()
    assert 60.0 < before < 10_000.0
    block = bytearray(int((before + 100.0) * 1e6))
    assert peak_memory_mb() > before + 50.0
    del block
