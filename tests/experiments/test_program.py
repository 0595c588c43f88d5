"""Which program this is: versions, and the commit of its tree."""

import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import program
from experiments.program import commit, versions


def test_versions_are_those_installed() -> None:
    known = versions()
    assert known["numpy"] == np.__version__
    assert known["pandas"] == pd.__version__


def git(folder: Path, *words: str) -> str:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *identity, *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_commit_is_that_of_the_program_and_marks_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "ROOT", tmp_path)
    assert commit() is None
    git(tmp_path, "init")
    assert commit() is None
    (tmp_path / "file").write_text("one")
    git(tmp_path, "add", "file")
    git(tmp_path, "commit", "-m", "first")
    head = git(tmp_path, "rev-parse", "HEAD")
    assert commit() == head
    (tmp_path / "untracked").touch()
    assert commit() == head
    (tmp_path / "file").write_text("two")
    assert commit() == f"{head}+"


def test_a_copy_inside_another_project_has_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init")
    (tmp_path / "copy").mkdir()
    monkeypatch.setattr(program, "ROOT", tmp_path / "copy")
    assert commit() is None
