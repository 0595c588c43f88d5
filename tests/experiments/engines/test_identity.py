"""What a program is known by, and how the differences of workers are told."""

from pathlib import Path

import numpy as np
import pytest

from experiments.engines import identity as module
from experiments.engines.identity import differences, identity, with_threads

OURS = {"numpy": "2.5", "sources": "abc", "threads": "1"}


def test_workers_that_are_the_same_do_not_differ() -> None:
    assert differences(OURS, {"tcp://a:1": dict(OURS), "tcp://b:1": dict(OURS)}) == []


def test_every_difference_is_told_once_with_those_who_have_it() -> None:
    theirs: dict[str, dict[str, str] | BaseException] = {
        "tcp://a:1": {**OURS, "numpy": "2.4"},
        "tcp://b:1": {**OURS, "numpy": "2.4", "threads": "8"},
        "tcp://c:1": ModuleNotFoundError("No module named 'experiments'"),
        "tcp://d:1": {"numpy": "2.5", "threads": "1"},
    }
    assert differences(OURS, theirs) == [
        "tcp://a:1 and 1 more: numpy 2.4 instead of 2.5",
        "tcp://b:1: threads 8 instead of 1: start it with --nthreads 1",
        "tcp://c:1: cannot be asked: ModuleNotFoundError: No module named 'experiments'",
        "tcp://d:1: sources unknown instead of abc",
    ]


def test_the_threads_of_a_worker_are_part_of_it() -> None:
    assert with_threads(4) == {**identity(), "threads": "4"}


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of its own, of one room."""
    monkeypatch.setattr(module, "ROOT", tmp_path)
    (tmp_path / "agents" / "numbers").mkdir(parents=True)
    (tmp_path / "agents" / "saving.py").write_text("a = 1\n")
    return tmp_path / "agents"


def sources() -> str:
    identity.cache_clear()
    try:
        return identity()["sources"]
    finally:
        identity.cache_clear()


@pytest.mark.parametrize("name", ["saving.py", "numbers/pay.toml", "numbers/ages.csv"])
def test_a_change_of_program_or_numbers_changes_the_sources(name: str, room: Path) -> None:
    before = sources()
    (room / name).write_text("a = 2\n")
    assert sources() != before


def test_what_python_and_others_leave_there_does_not(room: Path) -> None:
    before = sources()
    (room / "saving.cpython-312.pyc").write_bytes(b"1")
    (room / "notes.txt").write_text("2")
    assert sources() == before


@pytest.mark.parametrize("name", ["exp", "expm1", "log", "log1p"])
def test_a_last_bit_changes_the_arithmetic(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a library that rounds in another way."""
    before = identity()["arithmetic"]
    exact = getattr(np, name)
    monkeypatch.setattr(np, name, lambda values: np.nextafter(exact(values), np.inf))
    identity.cache_clear()
    after = identity()["arithmetic"]
    identity.cache_clear()
    assert after != before
