"""The sections on adequacy and pillars: figures, tables, definitions, and results without such tables."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from experiments.figures import adequacy, pillars, style
from experiments.figures.gallery import RUN_CHAPTERS, SHARED_CHAPTERS
from experiments.figures.tables import ComparedRuns, Run, read_comparison, read_run
from experiments.report import write_report
from experiments.report.chapters import (
    compared_chapters,
    run_chapters,
    with_chapters,
    with_chapters_compared,
)
from experiments.report.measures import DEFINITIONS, MEASURES, TITLES
from experiments.report.plot import plot
from tests.experiments.synthetic import Shape, write_comparison, write_run
from tests.experiments.synthetic_income import below_need

SHORT = Shape(savers=200, years=12, replications=3, private=0.12)
LATE = range(3, 13)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = write_run(tmp_path_factory.mktemp("run") / "result", shape=SHORT)
    return with_chapters(read_run(folder), folder)


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> ComparedRuns:
    folder = tmp_path_factory.mktemp("compare") / "result"
    write_comparison(folder, ("open-access", "capped"), Shape(savers=200, years=12, replications=3))
    return with_chapters_compared(read_comparison(folder), folder)


@pytest.fixture(autouse=True)
def _drawn_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "DOTS_PER_INCH", 40)


def texts(figure: Figure) -> list[str]:
    """Every text in a figure."""
    return [item.get_text() for item in figure.findobj(Text)]


def cells(html: str, row: str) -> list[str]:
    """Figures of one row of a table, without their intervals."""
    line = re.search(rf'<th scope="row">{re.escape(row)}</th>(.*?)</tr>', html)
    assert line, row
    return re.findall(r"<td>([^<]*)", line[1])


def test_a_column_of_one_group_is_read_over_the_years(run: Run) -> None:
    years, values = pillars.by_year(run, "adequacy", "below_need_share", "2")
    assert years.tolist() == list(range(1, 13))
    assert values[2, 4] == pytest.approx(below_need("2", 5, 2, 0.12))


def test_late_means_weigh_the_last_ten_years(run: Run) -> None:
    """The first of twelve years, when nobody died retired, is not among the last ten."""
    shares = adequacy.ended_shares(run, "short_deficit_share")
    assert shares[1, 0] == pytest.approx(0.8 * np.mean([below_need("1", y, 1, 0.12) for y in LATE]))
    ira = pillars.late_means(run, "replacement_ira")
    assert ira.shape == (3, 11)
    assert ira[0] == pytest.approx(0.002 * 7.5)


def test_years_in_which_nobody_counts_have_no_weight(run: Run) -> None:
    table = run.tables["adequacy"]
    table = table[table["year"] <= 2]
    weight = np.where(table["year"] == 1, 1_000.0, 3_000.0)
    gap = table["short_deficit_share"].where(table["year"] == 2, np.nan)
    tables = {"adequacy": table.assign(ended_weight=weight, short_deficit_share=gap)}
    found = adequacy.ended_shares(replace(run, tables=tables), "short_deficit_share", ("all",))
    assert found[0, 0] == pytest.approx(0.8 * below_need("all", 2, 0, 0.12))
    nobody = replace(run, tables={"adequacy": table.assign(ended_weight=0.0)})
    assert np.isnan(adequacy.ended_shares(nobody, "short_deficit_share")).all()


def test_two_years_are_weighted_by_their_savers(run: Run) -> None:
    table = run.tables["adequacy"]
    table = table[table["year"] <= 2]
    first = table["year"] == 1
    values = table.assign(
        below_need_share=np.where(first, 0.1, 0.5), retired_weight=np.where(first, 3.0, 1.0)
    )
    small = replace(run, tables={"adequacy": values})
    found = pillars.late_mean(small, "adequacy", "below_need_share", "all", "retired_weight")
    assert found == pytest.approx([0.2] * 3)


def test_bars_of_the_pillars_stack_to_the_replacement_rate(run: Run) -> None:
    shares = pillars.draw(run).axes[0]
    bars = [patch for patch in shares.patches if isinstance(patch, Rectangle)]
    tops = [bar.get_y() + bar.get_height() for bar in bars[22:33]]
    assert tops == pytest.approx(pillars.late_means(run, "replacement_rate").mean(axis=0))
    # The lowest decile, paid 20,000: 8,000 and 15% from Social Security.
    assert bars[0].get_height() == pytest.approx(0.55)


def test_both_definitions_are_drawn_side_by_side(run: Run) -> None:
    figure = adequacy.draw(run)
    bars = [patch.get_height() for patch in figure.axes[1].patches if isinstance(patch, Rectangle)]
    assert bars[:6] == pytest.approx(adequacy.ended_shares(run, "short_deficit_share").mean(axis=0))
    assert bars[6:12] == pytest.approx(np.array(bars[:6]) / 2.0)
    assert {"deficits against need", "account exhausted"} <= set(texts(figure))


def test_the_change_of_income_is_paired(compared: ComparedRuns) -> None:
    """A private share p raises plan income of all by 0.1 x 110,000 p, in every replication alike."""
    changes = pillars.draw_compared(compared).axes[1]
    bars = [patch.get_height() for patch in changes.patches if isinstance(patch, Rectangle)]
    assert bars == pytest.approx([0.0, 11_000 * 0.12, 0.0, 0.0, 11_000 * 0.17, 0.0], abs=1e-6)


def test_figures_say_what_they_rest_on(run: Run, compared: ComparedRuns) -> None:
    for picture in RUN_CHAPTERS:
        question, _, foot = (item.get_text() for item in picture.draw(run).texts)
        assert question.endswith("?")
        assert "run 01234567" in foot
        assert "95% t interval" in foot
    for shared in SHARED_CHAPTERS:
        figure = shared.draw(compared)
        assert {"closed-door", "open-access", "capped"} <= set(texts(figure))
        assert "comparison 01234567" in figure.texts[-1].get_text()


def test_one_replication_and_one_year_are_drawn_without_a_band(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "result", shape=Shape(savers=200, years=1, replications=1))
    one = with_chapters(read_run(folder), folder)
    for picture in RUN_CHAPTERS:
        words = " ".join(texts(picture.draw(one)))
        assert "95%" not in words
        assert "none over replications, as there is only one" in words
        assert "the last year" in words
    assert "no retired life ended" in texts(adequacy.draw(one))


def test_the_section_on_adequacy_tells_every_measure_by_literacy(run: Run, tmp_path: Path) -> None:
    html = "".join(run_chapters(run, tmp_path))
    assert f'<h2 id="is-it-enough">{TITLES["adequacy"]}</h2>' in html
    below = cells(html, "Income below need")
    told = [float(share.rstrip("%")) / 100.0 for share in below]
    expected = [np.mean([below_need(q, y, 1, 0.12) for y in LATE]) for q in ("1", "2", "3", "4", "5", "all")]
    assert told == pytest.approx(expected, abs=0.00051)
    assert len(cells(html, "Lives that ended: short by exhaustion (after Morningstar)")) == 6
    assert "<small>" in html
    assert html.index(DEFINITIONS["adequacy"][0]) > html.index("Income below need")


def test_the_section_on_pillars_tells_every_decile(run: Run, tmp_path: Path) -> None:
    html = "".join(run_chapters(run, tmp_path))
    assert f'<h2 id="who-pays-the-pension">{TITLES["pillars"]}</h2>' in html
    first = cells(html, "1")
    assert first[0] == "$11,000"
    assert first[3] == "55.0%"
    assert len(first) == len(MEASURES["pillars"])
    assert len(cells(html, "all")) == len(first)


def test_a_comparison_tells_paired_changes_and_their_direction(
    compared: ComparedRuns, tmp_path: Path
) -> None:
    html = "".join(compared_chapters(compared, tmp_path))
    row = cells(html, "Income below need")
    assert row[2:4] == ["+1.20 points", "up"]
    assert row[5:7] == ["+1.70 points", "up"]
    assert cells(html, "Claimed Social Security early, accounts empty")[3] == "no change"
    assert cells(html, "401(k) plan")[2] == "+$1,320"


def test_results_of_older_versions_leave_the_sections_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("experiments.report.run_page.RUN_PICTURES", ())
    shape = Shape(savers=200, years=2, replications=2, older=True)
    older = write_run(tmp_path / "older", shape=shape)
    html = write_report(older).read_text(encoding="utf-8")
    assert TITLES["adequacy"] not in html
    assert TITLES["pillars"] not in html
    with pytest.raises(ValueError, match=r"no rows of adequacy\.parquet"):
        plot(read_run(older), "adequacy")
    opening = write_run(tmp_path / "opening", shape=replace(shape, years=0, older=False))
    assert TITLES["adequacy"] not in write_report(opening).read_text(encoding="utf-8")


def test_a_comparison_with_one_older_result_leaves_the_sections_out(
    compared: ComparedRuns, tmp_path: Path
) -> None:
    older = replace(compared.base, tables={"monthly": compared.base.tables["monthly"]})
    assert compared_chapters(replace(compared, base=older), tmp_path) == []
    assert list(tmp_path.iterdir()) == []
