"""Finished replications are whole files or none."""

import math
from pathlib import Path

import pytest

from experiments.sweep.store import CELLS, Store
from experiments.sweep.work import Simulated

ONE = Simulated({"gini": 0.1 + 0.2, "wealth_mean_real": math.nan, "x": -0.0}, 1.5, ("a breakdown",))

GOOD = '{"values": {"gini": 0.5, "wealth_mean_real": null}, "seconds": 1.5, "warnings": []}'
NO_REPLICATIONS = (
    "[]",
    "{}",
    "null",
    '{"values": 3}',
    '{"values": {"gini": 1}}',
    "[" * 100_000,
    GOOD.replace("0.5", '"0.5"'),
    GOOD.replace("0.5", "true"),
    GOOD.replace("0.5", "NaN"),
    GOOD.replace("0.5", "1e999"),
    GOOD.replace("0.5", "[]"),
    GOOD.replace("1.5", '"soon"'),
    GOOD.replace("[]", "7"),
)


def store(folder: Path, *earlier: Path) -> Store:
    return Store(folder, ["gini", "wealth_mean_real"], earlier)


def same(one: Simulated | None, other: Simulated) -> bool:
    return repr(one) == repr(other)


def test_what_is_kept_comes_back_to_the_last_bit(tmp_path: Path) -> None:
    assert store(tmp_path).read("a", 0) is None
    store(tmp_path).write("a", 0, ONE)
    assert same(store(tmp_path).read("a", 0), ONE)
    assert store(tmp_path).read("a", 1) is None
    assert store(tmp_path).read("b", 0) is None
    assert list(store(tmp_path).seconds()) == [1.5]


@pytest.mark.parametrize("length", [0, 1, 10, 60])
def test_half_a_file_is_not_finished(tmp_path: Path, length: int) -> None:
    store(tmp_path).write("a", 0, ONE)
    (path,) = (tmp_path / CELLS).iterdir()
    path.write_bytes(path.read_bytes()[:length])
    assert store(tmp_path).read("a", 0) is None


def read_after_writing(folder: Path, text: str) -> Simulated | None:
    store(folder).write("a", 0, ONE)
    (path,) = (folder / CELLS).iterdir()
    path.write_text(text)
    return store(folder).read("a", 0)


def test_what_is_whole_is_finished(tmp_path: Path) -> None:
    assert read_after_writing(tmp_path, GOOD) is not None


@pytest.mark.parametrize("text", NO_REPLICATIONS)
def test_what_is_no_replication_is_not_finished(tmp_path: Path, text: str) -> None:
    assert read_after_writing(tmp_path, text) is None


def test_a_file_without_an_outcome_is_not_finished(tmp_path: Path) -> None:
    store(tmp_path).write("a", 0, Simulated({"gini": 1.0}, 1.0, ()))
    assert store(tmp_path).read("a", 0) is None


def test_what_an_earlier_sweep_finished_is_taken_over(tmp_path: Path) -> None:
    earlier, now = tmp_path / "earlier", tmp_path / "now"
    store(earlier).write("a", 3, ONE)
    assert same(store(now, earlier, now).read("a", 3), ONE)
    assert same(store(now).read("a", 3), ONE)


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    store(tmp_path).write("a", 0, ONE)
    (tmp_path / CELLS / "b-0000.json.17.part").write_text("{")
    store(tmp_path).clean()
    assert [path.name for path in (tmp_path / CELLS).iterdir()] == ["a-0000.json"]


def test_a_disk_that_takes_nothing_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        store(tmp_path).write("a", 0, ONE)
    assert list((tmp_path / CELLS).iterdir()) == []


def test_a_file_that_somebody_cleans_up_is_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sweep of the same folder that comes to its end removes what is half-written, ours among it."""
    replace = Path.replace
    cleaned: list[Path] = []

    def after_cleaning(path: Path, target: Path) -> Path:
        if not cleaned:
            cleaned.append(path)
            store(tmp_path).clean()
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", after_cleaning)
    store(tmp_path).write("a", 0, ONE)
    assert len(cleaned) == 1
    assert same(store(tmp_path).read("a", 0), ONE)


def test_who_cleans_up_before_a_file_is_on_the_disk_does_not_end_the_sweep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process finishes the same sweep meanwhile."""
    store = Store(tmp_path, ["gini"])
    calls = []

    def cleaned_up_first(path: Path) -> None:
        calls.append(path)
        if path.suffix == ".part" and len(calls) < 4:
            path.unlink()
            raise FileNotFoundError(path)

    monkeypatch.setattr("experiments.sweep.store.synchronise", cleaned_up_first)
    store.write("a", 0, Simulated({"gini": 0.5}, 1.0, ()))
    assert store.holds("a", 0)
    assert len(calls) > 4
