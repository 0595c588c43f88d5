"""The report of a sweep: every method has its figures and tables, and a page that says what it rests on."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.sobol import sobol_indices
from experiments.analysis.table import read_sweep
from experiments.figures import style
from experiments.report import sweep_page, write_report
from tests.experiments.synthetic_sweep import SweepShape, write_sweep

SHAPES = {
    "grid": SweepShape("grid", keys=2, outcomes=3, samples=3, failed=(4,)),
    "list": SweepShape("list", keys=1, outcomes=1, samples=5),
    "lhs": SweepShape("lhs", keys=2, outcomes=1, samples=48),
    "sobol": SweepShape("sobol", keys=5, outcomes=1, samples=64, grouped=True, failed=(11,)),
    "morris": SweepShape("morris", keys=3, outcomes=1, samples=8, stopping=True),
}
PICTURES = {
    "grid": {"effects", "interactions", "breakeven", "precision"},
    "list": {"effects", "precision"},
    "lhs": {"effects", "interactions", "regression", "discovery", "precision"},
    "sobol": {"sobol", "effects-1", "interactions", "regression", "discovery", "precision"},
    "morris": {"morris", "precision"},
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Folders of sweeps with their reports, drawn small to be quick, each made when it is first asked for."""
    made: dict[str, Path] = {}

    def folder(method: str) -> Path:
        if method not in made:
            path = write_sweep(tmp_path_factory.mktemp(method) / "result", SHAPES[method])
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(style, "DOTS_PER_INCH", 30)
                assert write_report(path) == path / "report.html"
            made[method] = path
        return made[method]

    return folder


def page(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("method", SHAPES)
def test_every_method_has_its_figures_and_tables(folders: Callable[[str], Path], method: str) -> None:
    folder = folders(method)
    assert {path.stem for path in (folder / "figures").iterdir()} == PICTURES[method]
    assert len(re.findall(r'<img [^>]*alt="[^"]{40,}"', page(folder))) == len(PICTURES[method])
    tables = {path.stem: pd.read_csv(path) for path in (folder / "analysis").glob("*.csv")}
    assert {"precision", "variance"} <= set(tables)
    assert all(len(table) and "outcome" in table for table in tables.values())
    assert list(folder.rglob("*.part")) == []


@pytest.mark.parametrize("method", SHAPES)
def test_the_page_says_what_it_rests_on(folders: Callable[[str], Path], method: str) -> None:
    html, shape = page(folders(method)), SHAPES[method]
    for fact in (
        "4 replications each",
        "2,000 savers over 40 years",
        "seed 1",
        "01234567",
        "thirdwave sweep",
    ):
        assert fact in html
    assert "0123456789abcdef" * 4 in html
    assert html.count('<th scope="row">') >= shape.keys
    assert re.findall(r"<(?:script|link|iframe|object|embed)\b", html) == []
    links = re.findall(r'<a href="#([^"]*)"', html)
    assert [html.count(f'<h2 id="{link}">') for link in links] == [1] * len(links) != []


@pytest.mark.parametrize("empty", [1, 2])
def test_outcomes_without_values_are_left_out_of_the_maps(tmp_path: Path, empty: int) -> None:
    """A sweep of the opening alone has no replacement rate: its page is written all the same."""
    folder = write_sweep(tmp_path / "result", SweepShape("grid", keys=2, outcomes=2, samples=2))
    path = folder / "sweep.parquet"
    rows = pd.read_parquet(path)
    rows[rows.columns[-empty:]] = np.nan
    rows.to_parquet(path)
    write_report(folder)
    assert (folder / "figures" / "interactions.png").exists() == (empty == 1)


def test_failed_cells_are_told(folders: Callable[[str], Path]) -> None:
    html = page(folders("grid"))
    assert "1 of 9 cells failed" in html
    assert "the ledger does not balance" in html
    assert "1 cell failed and had to be left out" in html
    assert "No cell failed." in page(folders("list"))


def test_the_same_folder_gives_the_same_bytes(
    folders: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(style, "DOTS_PER_INCH", 30)
    folder = folders("list")
    first = {path: path.read_bytes() for path in sorted(folder.rglob("*.*"))}
    write_report(folder)
    assert {path: path.read_bytes() for path in sorted(folder.rglob("*.*"))} == first


def test_bootstrap_intervals_are_the_same_twice(folders: Callable[[str], Path]) -> None:
    folder = folders("sobol")
    again = sobol_indices(read_sweep(folder))
    written = pd.read_csv(folder / "analysis" / "sobol.csv")
    pd.testing.assert_frame_equal(again, written, check_exact=False, rtol=1e-12)


def test_without_the_extra_the_page_says_what_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(style, "DOTS_PER_INCH", 30)
    monkeypatch.setattr("experiments.extras.find_spec", lambda _name: None)
    monkeypatch.setattr(sweep_page, "CHAPTERS", ())
    html = page(write_report(write_sweep(tmp_path / "result", SHAPES["sobol"])).parent)
    assert "Sobol indices are left out: this needs what the analysis extra installs" in html
    assert "Scenario discovery is left out" in html
    assert "pip install -e &#x27;.[analysis]&#x27;" in html
    assert "standardised coefficients" in html


def test_the_question_names_the_outcomes(folders: Callable[[str], Path]) -> None:
    asked = "What moves median wealth, frozen share at 65 and net transfer?"
    assert f"<h1>{asked}</h1>" in page(folders("grid"))
    assert "How much of the answer is" in page(folders("sobol"))


def test_rules_of_stopping_are_told(folders: Callable[[str], Path]) -> None:
    html = page(folders("morris"))
    assert "in batches of 4" in html
    assert "median wealth is known to ±$500" in html
    assert "or the cell had 64" in html
    assert "in batches of" not in page(folders("lhs"))
