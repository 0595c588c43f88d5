"""Figures: what is drawn follows from the tables, and every figure says what it rests on."""

import struct
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from experiments.figures import better, flows, frozen, holdings, literacy, lorenz, wealth
from experiments.figures.bands import band, share_band
from experiments.figures.changes import changes_in, read_changes, shares
from experiments.figures.gallery import RUN_PICTURES, SHARED_PICTURES, pair_pictures
from experiments.figures.style import BETTER, SCENARIOS, WORSE, save
from experiments.figures.tables import (
    AGE_BANDS,
    ComparedRuns,
    Run,
    parameter_values,
    read_comparison,
    read_run,
)
from experiments.figures.wording import MINUS, counted, money, number, percent, points
from experiments.report.chapters import with_chapters
from experiments.report.plot import PICTURES, plot
from tests.experiments.synthetic import BAND_MEANS, FLOWS, Shape, write_comparison, write_run

SHORT = Shape(savers=200, years=11, replications=3)
PRIVATE_RUN = Shape(savers=200, years=11, replications=3, private=0.12)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    path = write_run(tmp_path_factory.mktemp("run") / "result", shape=PRIVATE_RUN)
    return with_chapters(read_run(path), path)


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> ComparedRuns:
    folder = tmp_path_factory.mktemp("compare") / "result"
    return read_comparison(write_comparison(folder, ("open-access", "capped"), SHORT))


def texts(figure: Figure) -> list[str]:
    """Every text in a figure."""
    return [item.get_text() for item in figure.findobj(Text)]


@pytest.mark.parametrize(
    ("usd", "text"),
    [
        (0.0, "$0"),
        (950.4, "$950"),
        (1_234.5, "$1,230"),
        (43_000.0, "$43,000"),
        (148_153.0, "$148,000"),
        (999_400.0, "$999,000"),
        (1_200_000.0, "$1.20 mn"),
        (8.7e12, "$8.70 tn"),
        (-2.5e9, f"{MINUS}$2.50 bn"),
        (-0.2, "$0"),
        (float("nan"), "none"),
        (None, "none"),
    ],
)
def test_money_is_written_for_people(usd: float | None, text: str) -> None:
    assert money(usd) == text


def test_changes_carry_their_sign() -> None:
    assert money(1_500.0, sign=True) == "+$1,500"
    assert points(0.0042) == "+0.42 points"
    assert points(-0.0042) == f"{MINUS}0.42 points"
    assert number(0.01234, sign=True) == "+0.0123"
    assert percent(-0.123) == f"{MINUS}12.3%"
    assert percent(-0.0001) == "0.0%"
    assert points(0.00001) == "0.00 points"
    assert points(None) == number(None) == percent(float("nan")) == "none"
    assert counted(1, "replication") == "1 replication"
    assert counted(8, "replication") == "8 replications"


def test_the_band_is_students_interval_and_absent_with_one_replication() -> None:
    # t(0.975, 7) = 2.3646 and the sample deviation of 1..8 is sqrt(6), from printed tables.
    line = band(np.arange(1.0, 9.0)[:, None])
    assert line.value[0] == pytest.approx(4.5)
    assert line.high[0] - 4.5 == pytest.approx(2.3646 * np.sqrt(6.0) / np.sqrt(8.0), rel=1e-4)
    alone = band(np.array([[2.0, np.nan]]))
    assert not alone.exists
    assert np.array_equal(alone.reach, np.zeros((2, 2)))


def test_the_band_of_shares_ends_at_the_whole_and_at_nothing() -> None:
    """Half-widths are t(0.975, 1) = 12.706 times half the distance of two values, from printed tables."""
    line = share_band(np.array([[0.0, 0.5, 0.98, np.nan], [0.02, 0.502, 1.0, 0.5]]))
    assert line.value[:3] == pytest.approx([0.01, 0.501, 0.99])
    assert line.low[:3] == pytest.approx([0.0, 0.501 - 0.012706, 0.99 - 0.12706], rel=1e-4)
    assert line.high[:3] == pytest.approx([0.01 + 0.12706, 0.501 + 0.012706, 1.0], rel=1e-4)
    assert np.isnan(line.low[3])


def test_series_come_in_the_order_of_replication_and_time_whatever_the_order_of_rows(run: Run) -> None:
    shuffled = run.tables["inequality"].iloc[::-1]
    other = Run(run.name, run.manifest, run.summary, {**run.tables, "inequality": shuffled})
    years, gini = other.series("inequality", "gini")
    assert years.tolist() == list(range(12))
    assert np.array_equal(gini, run.series("inequality", "gini")[1])
    assert gini[2, 5] == pytest.approx(0.68 + 0.005 + 0.004 + 0.012)


def test_real_amounts_are_deflated_by_the_product_of_inflation(run: Run) -> None:
    assert run.price_level[0, 24] == pytest.approx(1.002**24)
    nominal, real = run.group("wealth_mean", "65+")[1], run.real_group("wealth_mean", "65+")[1]
    assert real[1, 11] == pytest.approx(nominal[1, 11] / 1.002**132)
    assert np.array_equal(real[:, 0], nominal[:, 0])


def test_a_scenario_is_read_flat_nested_or_under_values() -> None:
    flat = {"scenario": {"run.years": 40}}
    nested = {"scenario": {"run": {"years": 40}}}
    under = {"scenario": {"name": "x", "values": {"run.years": 40}}}
    assert parameter_values(flat) == parameter_values(nested) == parameter_values(under) == {"run.years": 40}


def test_wealth_by_age_takes_every_band_of_the_year(run: Run) -> None:
    opening = wealth.wealth_by_age(run, 0)
    # A wave of 1 + 0.05 sin(0) and the skill of the middle quintile, 1.0, in replication 0.
    assert opening["wealth_mean"][0] == pytest.approx(BAND_MEANS[:6])
    assert opening["wealth_median"] == pytest.approx(0.35 * opening["wealth_mean"])
    assert opening["wealth_p90"].shape == (3, len(AGE_BANDS))


def with_medians(run: Run, quintile: str, factor: list[float]) -> Run:
    """The same run with the medians of one literacy quintile multiplied, a factor a replication."""
    groups = run.tables["groups"]
    times = np.where(groups["literacy_quintile"] == quintile, np.array(factor)[groups["replication"]], 1.0)
    changed = groups.assign(wealth_median=groups["wealth_median"] * times)
    return Run(run.name, run.manifest, run.summary, {**run.tables, "groups": changed})


def test_the_gap_of_literacy_is_taken_within_each_replication(run: Run) -> None:
    """The fifths stand at 1.2 and 0.8 times the middle one, in every replication alike."""
    assert literacy.gap_in_words(run) == "1.50 (1.50 to 1.50)"
    apart = literacy.gap(with_medians(run, "5", [1.0, 2.0, 3.0]))
    # t(0.975, 2) = 4.3027 from printed tables; 1.5, 3 and 4.5 have a sample deviation of 1.5.
    assert (apart.value, apart.high) == pytest.approx((3.0, 3.0 + 4.3027 * 1.5 / np.sqrt(3.0)), rel=1e-4)
    assert literacy.gap_in_words(with_medians(run, "1", [0.0, 0.0, 0.0])) == "none"


def test_wealth_by_literacy_is_drawn_over_time_and_by_age(run: Run) -> None:
    over_time, by_age = literacy.draw(run).axes
    least = np.asarray(over_time.lines[-1].get_ydata(), dtype=float)
    assert over_time.lines[-1].get_label() == "1 (least literate)"
    wave = np.mean([1.0 + 0.05 * np.sin(r) + 0.01 * r for r in range(3)])
    assert least[0] == pytest.approx(0.35 * BAND_MEANS[6] * 0.8 * wave)
    assert least.size == 12
    assert len(by_age.containers) == 5


def test_the_change_by_literacy_is_paired_and_stands_by_its_quintile(compared: ComparedRuns) -> None:
    other = with_medians(compared.others[0], "4", [1.1, 1.2, 1.3])
    two = ComparedRuns(compared.manifest, compared.base, (other,), compared.verdict, compared.changes)
    figure = literacy.draw_compared(two)
    medians = np.asarray(figure.axes[1].lines[0].get_ydata(), dtype=float)
    assert medians == pytest.approx([0.0, 0.0, 0.0, 0.2, 0.0, 0.0], abs=1e-9)
    names = [tick.get_text().partition("\n")[0] for tick in figure.axes[1].get_xticklabels()]
    assert names == ["1", "2", "3", "4", "5", "all"]
    assert "open-access, 5 over 1: 1.50 (1.50 to 1.50)" in texts(figure)


def test_lorenz_curves_are_the_points_of_the_file(run: Run) -> None:
    population, held = lorenz.lorenz_curve(run, 10)
    assert population == pytest.approx(np.linspace(0.0, 1.0, 51))
    assert held[1, 25] == pytest.approx(0.5 ** (5.0 + 0.2 + 0.05 + 0.03))
    assert lorenz.years_drawn(run) == [0, 10, 11]
    assert lorenz.gini(run, 10) == pytest.approx(0.68 + 0.010 + 0.002 + 0.012)


def test_families_of_holdings_add_up_to_real_wealth(run: Run) -> None:
    years, held = holdings.real_holdings(run)
    real = run.series("monthly", "wealth_usd", "month")[1] / run.price_level[:, 1:]
    assert held.sum(axis=0) == pytest.approx(real.mean(axis=0))
    assert years[[0, -1]] == pytest.approx([1 / 12, 11.0])


def test_transfers_are_summed_over_the_years_at_the_price_level_of_each(run: Run) -> None:
    found = flows.real_flows(run)
    payer, payee, name, usd = FLOWS[0]
    months = np.arange(1, 133).reshape(11, 12)
    level = (1.002**months).mean(axis=1)
    years = np.arange(1, 12)
    wave = 1.0 + 0.05 * np.sin(1 + years / 40.0) + 0.01
    assert found[payer, payee, name][1] == pytest.approx((usd * 1.04**years * wave / level).sum())
    assert len(found) == len(FLOWS)


def test_transfers_that_never_happen_are_left_out(run: Run) -> None:
    ledger = run.tables["ledger"]
    empty = ledger.assign(usd=np.where(ledger["flow"] == "bequest", 0.0, ledger["usd"]))
    other = Run(run.name, run.manifest, run.summary, {**run.tables, "ledger": empty})
    assert ("savers", "estates", "bequest") not in flows.real_flows(other)


def test_the_houses_of_private_managers_are_one_party(run: Run) -> None:
    ledger = run.tables["ledger"]
    houses = ledger["payee"].where(ledger["flow"] != "management_fee", "buyout_house")
    houses = houses.where(ledger["flow"] != "performance_fee", "venture_house")
    other = Run(run.name, run.manifest, run.summary, {**run.tables, "ledger": ledger.assign(payee=houses)})
    found = flows.real_flows(other)
    fee = ("savers", "private_fund_managers", "management_fee")
    assert found[fee] == pytest.approx(flows.real_flows(run)["savers", "managers", "management_fee"])
    assert ("savers", "private_fund_managers", "performance_fee") in found
    assert flows.in_words(fee) == "savers → private fund managers: management fee"


def people(rows: list[tuple[float, float, float, float]]) -> pd.DataFrame:
    columns = ["base_wealth_real", "other_wealth_real", "base_spent_real", "other_spent_real"]
    table = pd.DataFrame(rows, columns=columns).assign(replication=0, weight=1.0, other="open-access")
    table["ever_held"] = (table[columns] != 0).any(axis=1)
    gain = table["other_wealth_real"] + table["other_spent_real"]
    return table.assign(difference=gain - table["base_wealth_real"] - table["base_spent_real"])


def test_changes_are_relative_to_the_larger_base_amount_and_skip_who_never_held() -> None:
    """Changes of 20%, 10% and 0.09%; the last is within the tolerance."""
    rows = [
        (0.0, 0.0, 0.0, 0.0),
        (100.0, 120.0, 0.0, 0.0),
        (100.0, 100.0, -400.0, -360.0),
        (1e6, 1e6 + 900, 0.0, 0.0),
    ]
    found = changes_in(people(rows), tolerance=0.001, replications=1)
    assert found.relative.tolist() == [[0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0, 0]]
    assert found.money.tolist() == [[0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0]]
    assert (found.differing, found.weight.tolist()) == (2, [3.0])
    assert float(found.mean().value) == pytest.approx((20.0 + 40.0 + 900.0) / 3.0)


def test_buckets_hold_every_saver_once() -> None:
    rows = [(100.0, factor * 100.0, 0.0, 0.0) for factor in (1.0, 1.002, 1.005, 1.03, 1.2, 3.0, 0.97, 0.2)]
    expected = np.zeros(15)
    expected[[0, 4, 7, 8, 9, 10, 12, 14]] = 1.0 / 8.0
    assert shares(changes_in(people(rows), 0.001, 1).relative).value == pytest.approx(expected)


def test_changes_read_in_parts_are_those_of_the_whole(tmp_path: Path) -> None:
    """Three row groups with the rows of two scenarios and two replications in each."""
    draws = np.random.default_rng(1)
    table = people([tuple(row) for row in draws.normal(1e5, 1e4, (60, 4))])
    table["replication"], table["other"] = np.arange(60) % 2, np.where(np.arange(60) % 3, "one", "two")
    table.to_parquet(tmp_path / "differences.parquet", row_group_size=20)
    found = read_changes(tmp_path / "differences.parquet", ("one", "two"), 0.001, 2)
    for name, changes in found.items():
        whole = changes_in(table[table["other"] == name], 0.001, 2)
        assert changes.relative.tolist() == whole.relative.tolist()
        assert changes.difference == pytest.approx(whole.difference)
        assert changes.differing == whole.differing


@pytest.mark.parametrize("name", PICTURES)
def test_figures_of_a_run_ask_a_question_and_say_what_they_rest_on(run: Run, name: str) -> None:
    question, _, foot = (item.get_text() for item in plot(run, name).texts)
    assert question.endswith("?")
    for fact in ("3 replications", "200 savers", "seed 1", "run 01234567"):
        assert fact in foot


def test_figures_of_a_comparison_name_scenarios_and_the_comparison(compared: ComparedRuns) -> None:
    pictures = (*SHARED_PICTURES, *pair_pictures("open-access"))
    for picture in pictures:
        figure = picture.draw(compared)
        words = " ".join(texts(figure))
        assert "closed-door" in words, picture.name
        assert "comparison 01234567" in figure.texts[-1].get_text()
        assert picture.shows
        assert picture.reading


def test_one_replication_says_that_there_is_no_band(tmp_path: Path) -> None:
    shape = Shape(savers=200, years=2, replications=1, nulls=True)
    one = read_run(write_run(tmp_path / "result", shape=shape))
    for picture in RUN_PICTURES:
        words = " ".join(texts(picture.draw(one)))
        assert "95%" not in words, picture.name
        if picture.name != "holdings":
            assert "none over replications, as there is only one" in words
    panels = texts(frozen.draw(one))
    assert "no saver of this age" in panels
    assert panels.count("nothing private, so nothing frozen") == 5


def test_the_opening_alone_is_drawn(tmp_path: Path) -> None:
    opening = read_run(write_run(tmp_path / "result", shape=Shape(savers=200, years=0, replications=2)))
    words = [text for picture in RUN_PICTURES for text in texts(picture.draw(opening))]
    assert "no transfers in this run" in words
    assert "no month was simulated" in words
    assert "Opening" in words


def test_better_and_worse_show_their_shares_and_intervals(compared: ComparedRuns) -> None:
    figure = better.draw_compared(compared, "open-access")
    words = texts(figure)
    assert {"All savers", "Literacy quintile 1 (least literate)", "Age at the start 65+"} <= set(words)
    parts = [patch for patch in figure.axes[0].patches[:2] if isinstance(patch, Rectangle)]
    assert [part.get_width() for part in parts] == pytest.approx([-0.3, 0.5])
    assert {"30.0%", "20.0%", "50.0%"} <= set(words)
    bars = [line for line in figure.axes[0].collections[:2] if isinstance(line, LineCollection)]
    ends = [line.get_segments()[0][:, 0] for line in bars]
    assert np.array(ends) == pytest.approx(np.array([[-0.34, -0.26], [0.46, 0.54]]))


def test_groups_without_anybody_are_drawn_as_such(compared: ComparedRuns) -> None:
    nothing = {"value": None, "low": None, "high": None}
    entry = compared.verdict["open-access"]
    ages = {**entry["by_age"], "<25": dict.fromkeys(("better", "worse", "unchanged"), nothing)}
    verdict = {**compared.verdict, "open-access": {**entry, "by_age": ages}}
    other = ComparedRuns(compared.manifest, compared.base, compared.others, verdict, compared.changes)
    assert "nobody in this group" in texts(better.draw_compared(other, "open-access"))


def test_drawing_leaves_the_callers_settings_alone(run: Run) -> None:
    with matplotlib.rc_context({"font.size": 3.0, "axes.edgecolor": "red", "text.parse_math": True}):
        before = dict(matplotlib.rcParams)
        lorenz.draw(run)
        assert dict(matplotlib.rcParams) == before


def test_pictures_are_crisp_and_written_whole(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "figures" / "lorenz.png"
    content = save(lorenz.draw(run), path)
    assert path.read_bytes() == content
    assert [item.name for item in path.parent.iterdir()] == ["lorenz.png"]
    width, height = struct.unpack(">II", content[16:24])
    assert (width, height) == (1500, 1050)


def test_scenario_colours_are_told_apart_by_the_colour_blind() -> None:
    import seaborn

    safe = set(seaborn.color_palette("colorblind").as_hex())
    assert set(SCENARIOS) <= safe
    assert {WORSE, BETTER} <= safe


def test_an_unknown_figure_is_refused_with_the_nearest(run: Run) -> None:
    with pytest.raises(
        ValueError, match=r"no figure 'welth'.*wealth, literacy, lorenz.*did you mean 'wealth'\?"
    ):
        plot(run, "welth")


def test_a_folder_without_a_manifest_is_not_a_result(tmp_path: Path) -> None:
    for read in (read_run, read_comparison):
        with pytest.raises(FileNotFoundError, match=r"not a result folder: it holds no manifest\.json"):
            read(tmp_path)
