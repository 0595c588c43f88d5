"""Figures of what rules change: readable when hardly anything changes, and honest about what is cut off."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from experiments.figures import adequacy, better, difference, flows, literacy
from experiments.figures.changes import changes_in
from experiments.figures.style import RUN_OUT, Heading, canvas, in_points
from experiments.figures.tables import ComparedRuns, Run, read_comparison, read_run
from experiments.figures.wording import MINUS, fine_percent
from experiments.report.chapters import with_chapters
from tests.experiments.synthetic import Shape, verdict_entry, write_comparison, write_run

SHORT = Shape(savers=200, years=3, replications=3)
FEE = ("savers", "managers", "management_fee")


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> ComparedRuns:
    folder = tmp_path_factory.mktemp("compare") / "result"
    return read_comparison(write_comparison(folder, shape=SHORT))


def texts(figure: Figure) -> set[str]:
    """Every text in a figure."""
    return {item.get_text() for item in figure.findobj(Text)}


def with_verdict(compared: ComparedRuns, **shares: float) -> ComparedRuns:
    """The comparison with other shares of all savers and none by group."""
    entry: Mapping[str, Any] = {**verdict_entry(SHORT, **shares), "by_literacy": {}, "by_age": {}}
    return replace(compared, verdict={"open-access": entry})


def with_flow(run: Run, flow: tuple[str, str, str], factor: float) -> Run:
    """The run with one flow of its ledger multiplied."""
    ledger = run.tables["ledger"]
    payer, payee, name = flow
    found = (ledger["payer"] == payer) & (ledger["payee"] == payee) & (ledger["flow"] == name)
    usd = np.where(found, factor * ledger["usd"], ledger["usd"])
    return replace(run, tables={**run.tables, "ledger": ledger.assign(usd=usd)})


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0.0%"),
        (0.00004, "under 0.01%"),
        (0.0034, "0.34%"),
        (0.0099, "0.99%"),
        (0.123, "12.3%"),
        (1.0, "100.0%"),
    ],
)
def test_a_small_share_is_told_from_none(share: float, text: str) -> None:
    assert fine_percent(share) == text


@pytest.mark.parametrize(
    ("worse", "better_off", "width", "reach", "words"),
    [
        (0.001, 0.004, 0.0002, 0.01, {"0.10%", "0.40%", "99.5%"}),
        (0.02, 0.03, 0.01, 0.04, {"2.0%", "3.0%", "95.0%"}),
        (0.08, 0.9, 0.05, 0.95, {"8.0%", "90.0%", "2.0%"}),
        (0.0, 0.0, 0.0, 0.01, {"0.0%", "100.0%"}),
    ],
)
def test_the_axis_of_better_and_worse_reaches_as_far_as_they_do(
    compared: ComparedRuns, worse: float, better_off: float, width: float, reach: float, words: set[str]
) -> None:
    figure = better.draw_compared(
        with_verdict(compared, worse=worse, better=better_off, width=width), "open-access"
    )
    left, right = figure.axes[0].get_xlim()
    assert (-left, right) == pytest.approx(2 * (better.ROOM_FOR_AMOUNTS * reach,))
    assert words <= texts(figure)


def differing(compared: ComparedRuns, changed: int, of: int) -> ComparedRuns:
    """The comparison with some savers, of so many, who gain 0.2%; the others are unchanged."""
    saver = np.arange(of)
    rows = pd.DataFrame({"replication": saver % 3, "difference": np.where(saver < changed, 0.2, 0.0)}).assign(
        weight=1.0, ever_held=True, base_wealth_real=100.0, base_spent_real=0.0
    )
    return replace(compared, changes={"open-access": changes_in(rows, tolerance=0.001, replications=3)})


def test_the_unchanged_do_not_dwarf_the_others(compared: ComparedRuns) -> None:
    """Six of 600 gain, two in each replication: one per cent, and the interval has no width."""
    figure = difference.draw_compared(differing(compared, 6, 600), "open-access")
    for panel in figure.axes:
        assert panel.get_xlim()[1] <= 0.0121
    assert {"1.0%", "gained under 0.25%", "gained under $100"} <= texts(figure)
    assert any(text.startswith(" 99.0%") for text in texts(figure))
    large = difference.draw_compared(differing(compared, 540, 600), "open-access")
    assert large.axes[0].get_xlim()[1] >= 0.9


def test_both_panels_of_the_differences_show_every_amount(compared: ComparedRuns) -> None:
    figure = difference.draw_compared(compared, "open-access")
    for panel in figure.axes:
        widths = [patch.get_width() for patch in panel.patches if isinstance(patch, Rectangle)]
        assert max(widths) < panel.get_xlim()[1]


def test_a_fee_that_differs_is_drawn_however_small_it_is(compared: ComparedRuns) -> None:
    """The base pays 2e10 x 1.04^y a year; half a per cent more is under a thousandth of contributions."""
    other = with_flow(compared.base, FEE, 1.005)
    two = replace(compared, others=(replace(other, name="open-access"),))
    base, changed = flows.real_flows(two.base), flows.real_flows(two.others[0])
    found = flows.largest_changes([base, changed])
    assert list(found) == [FEE]
    assert found[FEE][0] == pytest.approx(0.005 * base[FEE])
    figure = flows.draw_compared(two)
    panel = figure.axes[-1]
    assert panel.get_title(loc="left") == "Difference from closed-door, largest first"
    assert [label.get_text() for label in panel.get_yticklabels()] == [flows.in_words(FEE)]
    (amount,) = [text.get_text() for text in panel.texts]
    assert amount.startswith("+$")
    assert amount.endswith(" mn (+0.50%)")
    assert amount in texts(figure)
    (bar,) = [patch for patch in panel.patches if isinstance(patch, Rectangle)]
    assert bar.get_width() == pytest.approx(0.005 * base[FEE].mean())


def test_differences_come_the_largest_first_and_with_their_sign(compared: ComparedRuns) -> None:
    bequest = ("savers", "estates", "bequest")
    other = with_flow(with_flow(compared.base, bequest, 0.5), FEE, 0.0)
    panel = flows.draw_compared(replace(compared, others=(other,))).axes[-1]
    names = [label.get_text() for label in panel.get_yticklabels()]
    assert names == [flows.in_words(bequest), flows.in_words(FEE)]
    first, second = (text.get_text() for text in panel.texts)
    assert first.startswith(MINUS)
    assert first.endswith(f"({MINUS}50.00%)")
    assert second.endswith(f"({MINUS}100.00%)")
    assert panel.get_xlim()[1] < -panel.get_xlim()[0] / 5.0


def test_equal_flows_are_said_to_be_so(compared: ComparedRuns) -> None:
    same = replace(compared, others=(compared.base,))
    assert "no transfer differs by a dollar" in texts(flows.draw_compared(same))


def test_a_caption_says_when_an_interval_runs_out_of_the_frame(tmp_path: Path) -> None:
    run = read_run(write_run(tmp_path / "result", shape=SHORT))
    assert not literacy.draw(run).texts[1].get_text().endswith(RUN_OUT)
    groups = run.tables["groups"]
    # One replication of forty times the wealth: mean 14, t half-width 4.30 x 22.5 / sqrt(3) = 56.
    times = np.where(groups["replication"] == 2, 40.0, 1.0)
    wide = replace(
        run, tables={**run.tables, "groups": groups.assign(wealth_median=times * groups["wealth_median"])}
    )
    assert literacy.draw(wide).texts[1].get_text().endswith(f"95% t interval over replications. {RUN_OUT}")


def test_one_year_of_retirement_is_a_point_inside_the_frame(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "result", shape=Shape(savers=200, years=1, replications=1))
    living = adequacy.draw(with_chapters(read_run(folder), folder)).axes[0]
    assert all(line.get_marker() not in ("None", "") for line in living.lines)
    assert not any(line.get_clip_on() for line in living.lines)


def test_ticks_of_points_are_told_apart_however_close() -> None:
    _, panels = canvas(Heading("Q?", "caption", "foot"))
    panel = panels[0][0]
    in_points(panel.yaxis)
    for high, first in ((0.5, "+10.00"), (0.0002, "+0.004"), (0.000002, "+0.00004")):
        panel.set_ylim(0.0, high)
        ticks = [panel.yaxis.get_major_formatter()(share) for share in np.linspace(0.0, high, 6)]
        assert len(set(ticks)) == 6
        assert float(ticks[1]) == float(first)
