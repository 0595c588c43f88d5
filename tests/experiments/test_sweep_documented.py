"""The section of `docs/outputs.md` on the folder of a sweep against the files that are written."""

import json
import re
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from experiments.figures import style
from experiments.figures.sweep_source import read_swept
from experiments.folders import read_manifest
from experiments.report import write_report
from experiments.report.sweep_numbers import numbers_of
from experiments.sweep.runner import sweep
from tests.experiments.sweep.designs import TINY, Here, tiny
from tests.experiments.synthetic_sweep import SweepShape, write_sweep
from tests.experiments.test_sweep_report import PICTURES
from tests.house_rules import ROOT
from tests.runs import simulated

SHAPES = {
    "grid": SweepShape("grid", keys=2, samples=3),
    "list": SweepShape("list", keys=2, samples=5),
    "lhs": SweepShape("lhs", keys=2, samples=48),
    "sobol": SweepShape("sobol", keys=2, samples=64),
    "morris": SweepShape("morris", keys=2, samples=8),
}
"""Such that no analysis of a method lacks what it needs."""
CONTRADICTED = TINY.replace('"policy.cap" = [0.05, 0.4]', '"funds.evergreen.catch_up" = [0.1, 1.0]').replace(
    '"savers.inertia" = [0.2, 0.9]', '"funds.evergreen.incentive_fee" = [0.05, 0.2]'
)


@cache
def sections() -> dict[str, str]:
    """What is under each heading on the folder of a sweep, by the heading."""
    page = (ROOT / "docs" / "outputs.md").read_text(encoding="utf-8")
    (whole,) = re.findall(r"^(## Files of `sweep`\n.*?)^## ", page, re.MULTILINE | re.DOTALL)
    parts = re.split(r"^#+ ", whole, flags=re.MULTILINE)[1:]
    return {heading: text for heading, _, text in (part.partition("\n") for part in parts)}


def rows(heading: str) -> list[list[str]]:
    """The rows of the table under a heading, without its head."""
    lines = [line for line in sections()[heading].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def names(heading: str) -> list[str]:
    """What the first column of a table names."""
    return [name for row in rows(heading) for name in re.findall(r"`([^`]+)`", row[0])]


def of_method(heading: str, method: str) -> set[str]:
    """Files that a table says a method gives, without what their names end in."""
    return {Path(name.strip("`")).stem for name, methods, _ in rows(heading) if method in methods.split(", ")}


@pytest.mark.parametrize("method", SHAPES)
def test_the_tables_of_the_analysis_are_those_that_are_written(tmp_path: Path, method: str) -> None:
    numbers = numbers_of(read_swept(write_sweep(tmp_path / "result", SHAPES[method])))
    numbers.write(tmp_path / "analysis")
    written = {path.name: list(pd.read_csv(path)) for path in (tmp_path / "analysis").iterdir()}
    assert written == {name: names(f"`{name}`") for name in written}
    assert {Path(name).stem for name in written} == of_method("`analysis/` of a sweep", method)


def test_every_table_of_the_analysis_is_told_of_once() -> None:
    assert [heading.strip("`") for heading in sections() if heading.endswith(".csv`")] == names(
        "`analysis/` of a sweep"
    )


@pytest.mark.parametrize("method", PICTURES)
def test_the_pictures_are_those_that_are_drawn(method: str) -> None:
    """Of five keys there is one figure of effects an outcome; the list here has one key, and no pairs."""
    drawn = {name.removesuffix("-1") for name in PICTURES[method]}
    without_pairs = {"interactions"} if method == "list" else set()
    assert drawn | without_pairs == of_method("`figures/` of a sweep", method)


def test_a_list_with_half_of_its_pairs_has_maps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "DOTS_PER_INCH", 30)
    folder = write_sweep(tmp_path / "result", SweepShape("list", keys=2, samples=2))
    write_report(folder)
    assert (folder / "figures" / "interactions.png").exists()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sweep of four cells, one of which cannot be."""
    place = tmp_path_factory.mktemp("sweep")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(style, "DOTS_PER_INCH", 30)
        return sweep(tiny(place, CONTRADICTED), place / "out", Here(), write_report).folder


def test_every_file_of_the_folder_is_told_of(folder: Path) -> None:
    told = {name.strip("/") for name in names("Files of `sweep`")} - {"<scenario>.toml"}
    assert {path.name for path in folder.iterdir()} == told | {"open-access.toml"}


def test_the_manifest_has_the_keys_that_are_told_of(folder: Path) -> None:
    manifest = read_manifest(folder)
    own = set(manifest) - set(simulated("closed-door", "run.savers=20", "run.years=1").manifest)
    assert own == set(names("`manifest.json` of a sweep"))
    (design,) = [row for row in rows("`manifest.json` of a sweep") if row[0] == "`design`"]
    assert set(manifest["design"]) <= set(re.findall(r"`(\w+)`", design[2]))


def test_the_table_has_the_columns_that_are_told_of(folder: Path) -> None:
    manifest = read_manifest(folder)
    varied = [*manifest["design"]["parameters"], *manifest["outcomes"]]
    assert list(pd.read_parquet(folder / "sweep.parquet")) == [*names("`sweep.parquet`")[:2], *varied]


def test_failures_and_finished_replications_have_the_keys_that_are_told_of(folder: Path) -> None:
    (failed,) = json.loads((folder / "failed.json").read_text(encoding="utf-8"))
    assert list(failed) == names("`failed.json`")
    assert failed["replication"] is None
    for path in (folder / "cells").iterdir():
        assert list(json.loads(path.read_text(encoding="utf-8"))) == names("`cells/`")
