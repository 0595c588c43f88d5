"""Folders that are whole or are not there; hashes by the definition of the contract; strict JSON."""

import errno
import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pytest

from experiments import folders
from experiments.folders import (
    TableFiles,
    content_hash,
    file_hash,
    read_json,
    read_manifest,
    staged,
    write_inputs,
    write_json,
    write_manifest,
)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_folder_gets_its_name_and_its_manifest_at_the_end(tmp_path: Path) -> None:
    with staged(tmp_path / "new" / "out") as folder:
        write_manifest({"kind": "run"}, folder.path)
        assert folder.path.name.startswith(".partial-")
        assert names(folder.path) == ["manifest.json.part"]
        published = folder.publish("result")
    assert published == tmp_path / "new" / "out" / "result"
    assert names(tmp_path / "new" / "out") == ["result"]
    assert names(published) == ["manifest.json"]
    assert published.stat().st_mode & 0o777 == 0o755


def test_manifests_inside_get_their_names_too(tmp_path: Path) -> None:
    with staged(tmp_path) as folder:
        (folder.path / "inside").mkdir()
        write_manifest({}, folder.path)
        write_manifest({}, folder.path / "inside")
        published = folder.publish("result")
    assert sorted(str(path.relative_to(published)) for path in published.rglob("*.json")) == [
        "inside/manifest.json",
        "manifest.json",
    ]


def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    def fail() -> None:
        with staged(tmp_path) as folder:
            write_manifest({}, folder.path)
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        fail()
    assert names(tmp_path) == []


def test_a_result_of_the_same_name_is_replaced_whole(tmp_path: Path) -> None:
    for content in ("first", "second"):
        with staged(tmp_path) as folder:
            (folder.path / content).touch()
            write_manifest({}, folder.path)
            folder.publish("result")
    assert names(tmp_path) == ["result"]
    assert names(tmp_path / "result") == ["manifest.json", "second"]


def test_a_folder_that_goes_loses_its_manifests_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in between, it is no result."""
    (tmp_path / "old" / "inside").mkdir(parents=True)
    for folder in (tmp_path / "old", tmp_path / "old" / "inside"):
        (folder / "manifest.json").touch()
        (folder / "monthly.parquet").touch()
    monkeypatch.setattr("shutil.rmtree", lambda *_, **__: None)
    folders._discard(tmp_path / "old")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == 2 * ["monthly.parquet"]


def test_the_content_hash_is_that_of_the_sorted_lines(tmp_path: Path) -> None:
    """Sorted, whatever the order of writing; joined by newlines, none at the end; parquet files alone."""
    for name in ("b.parquet", "a.parquet", "c.json"):
        (tmp_path / name).write_text(name)
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "d.parquet").touch()
    hashes = {name: hashlib.sha256(name.encode()).hexdigest() for name in ("a.parquet", "b.parquet")}
    text = f"a.parquet {hashes['a.parquet']}\nb.parquet {hashes['b.parquet']}"
    assert content_hash(tmp_path) == hashlib.sha256(text.encode()).hexdigest()
    assert file_hash(tmp_path / "a.parquet") == hashes["a.parquet"]


def test_tables_grow_by_a_row_group_at_a_time_and_nan_is_null(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    with TableFiles(tmp_path) as files:
        for year, share in enumerate((0.5, np.nan)):
            columns = {"year": np.array([year]), "share": np.array([share]), "name": np.array(["a" * year])}
            files.add({"groups": columns})
    file = pq.ParquetFile(tmp_path / "groups.parquet")
    assert file.num_row_groups == 2
    assert file.read().to_pydict() == {"year": [0, 1], "share": [0.5, None], "name": ["", "a"]}


def test_folders_made_for_what_fails_go_with_it(tmp_path: Path) -> None:
    """But no folder in which something lies."""

    def fail(out: Path, beside: Path | None = None) -> None:
        with staged(out):
            if beside is not None:
                beside.touch()
            raise OSError(28, "No space left on device")

    for out in (tmp_path / "new" / "out", tmp_path):
        with pytest.raises(OSError, match="No space"):
            fail(out)
        assert names(tmp_path) == []
    with pytest.raises(OSError, match="No space"):
        fail(tmp_path / "new" / "out", tmp_path / "new" / "other")
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")] == ["new", "new/other"]


def test_inputs_are_written_byte_by_byte_below_the_folder(tmp_path: Path) -> None:
    inputs = {"inputs/a.csv": b"\xef\xbb\xbfage\r\n", "inputs/b.csv": b""}
    write_inputs(inputs, tmp_path)
    assert {name: (tmp_path / name).read_bytes() for name in inputs} == inputs
    write_inputs({}, tmp_path)
    assert names(tmp_path) == ["inputs"]


def test_json_has_no_nan(tmp_path: Path) -> None:
    write_json({"a": 1.5, "b": None, "c": "ü"}, tmp_path / "good.json")
    assert read_json(tmp_path / "good.json") == {"a": 1.5, "b": None, "c": "ü"}
    assert "ü" in (tmp_path / "good.json").read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="JSON"):
        write_json({"a": float("nan")}, tmp_path / "bad.json")
    assert not (tmp_path / "bad.json").exists()


def test_a_manifest_goes_before_its_draft(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="holds no manifest"):
        read_manifest(tmp_path)
    write_manifest({"status": "draft"}, tmp_path)
    assert read_manifest(tmp_path) == {"status": "draft"}
    (tmp_path / "manifest.json").write_text(json.dumps({"status": "complete"}))
    assert read_manifest(tmp_path) == {"status": "complete"}


@pytest.mark.parametrize("number", [errno.EINVAL, errno.EBADF, errno.ENOTSUP])
def test_a_file_system_that_cannot_synchronise_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Some network disks refuse it for folders."""

    def refuse(_: int) -> None:
        raise OSError(number, "cannot")

    monkeypatch.setattr(os, "fsync", refuse)
    folders.to_disk(tmp_path)


def test_a_disk_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="Input/output error"):
        folders.synchronise(tmp_path)
