"""The report of a sweep: every method has its figures and tables, and a page that says what it rests on."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from experiments.analysis.paired import paired_effects
from experiments.analysis.sobol import sobol_indices
from experiments.analysis.table import SweepTable, read_sweep
from experiments.figures import style, sweep_effects
from experiments.figures.sweep_effects import figures_of_effects
from experiments.figures.sweep_families import families
from experiments.figures.sweep_interactions import shown_pairs
from experiments.figures.sweep_morris import apart
from experiments.figures.sweep_source import Swept, figure, plain, read_swept
from experiments.figures.sweep_style import broken, key_axis, spread_out, sweep_footer
from experiments.report import sweep_page, write_report
from experiments.report.sweep_answer import answers, question
from experiments.report.sweep_numbers import Numbers, numbers_of
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


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Swept:
    """A sweep of three keys and two outcomes, read and not reported."""
    shape = SweepShape("grid", keys=3, outcomes=2, samples=2, replications=3)
    return read_swept(write_sweep(tmp_path_factory.mktemp("plain") / "result", shape))


def numbers(sobol: pd.DataFrame | None = None) -> Numbers:
    """Numbers without any but these."""
    nothing = pd.DataFrame({"outcome": [], "noise": []})
    return Numbers(precision=nothing, needed=nothing, variance=nothing, spans={}, sobol=sobol)


def test_changes_and_differences_are_paired_by_luck(swept: Swept) -> None:
    """Luck shared by the cells of a replication must not widen the interval of an effect."""
    key, other = "funds.evergreen.management_fee", "private_excess"
    table = swept.table.assign(wealth_median_real=1_000.0 * swept.table["replication"])
    table.loc[table[key] == 0.02, "wealth_median_real"] += 50.0
    table.loc[(table[key] == 0.02) & (table["replication"] == 0), "wealth_median_real"] += 3.0
    lucky = Swept(swept.manifest, table, [])
    # Changes 53, 50, 50: mean 51, s = sqrt(3), t(0.975, 2) = 4.303: half width 4.303.
    told = answers(lucky, numbers_of(lucky))[0]
    assert f"{key} from 0.005 to 0.02: +$51 (+$47 to +$55)" in told
    assert told.index(key) < told.index(f"{other} from")
    paired = paired_effects(SweepTable(swept.manifest, table))
    upper = paired[(paired["outcome"] == "wealth_median_real") & (paired["value"] == 0.02)].set_index("key")
    assert upper["deviation"].tolist() == pytest.approx([25.5, 0.0], abs=1e-9)
    assert upper["half"].tolist() == pytest.approx([4.3027 / 2, 0.0], rel=1e-4, abs=1e-9)
    assert upper.index.tolist() == [key, other]


def test_keys_that_change_nothing_are_told(swept: Swept) -> None:
    key, other, idle = swept.keys
    table = swept.table.copy()
    for name in swept.outcomes:
        table[name] = table[key] * table["replication"] + table[other]
    still = Swept(swept.manifest, table[table["cell"] != 3], [])
    *outcomes, told = answers(still, numbers_of(still))
    assert told.startswith(f"{idle} changed nothing: every figure is the same at all its values. Is the ")
    assert len(outcomes) == 2
    assert all(idle not in one and key in one for one in outcomes)
    table.loc[table["cell"] == 7, swept.outcomes[1]] += 1e-9
    assert "nothing" not in " ".join(answers(still, numbers_of(Swept(swept.manifest, table, []))))


@pytest.mark.parametrize("method", ["sobol", "morris"])
def test_ranges_that_change_nothing_are_told(tmp_path: Path, method: str) -> None:
    sampled = read_swept(write_sweep(tmp_path / "result", SweepShape(method, keys=3, outcomes=1, samples=8)))
    name, key, idle = sampled.outcomes[0], sampled.keys[0], sampled.keys[2]
    table = sampled.table.assign(**{name: sampled.table[key] + sampled.table[sampled.keys[1]]})
    still = Swept(sampled.manifest, table, [])
    told = answers(still, numbers_of(still))[1:]
    assert [one.partition(". Is ")[0] for one in told] == [
        f"{idle} changed nothing: every figure is the same over its range"
    ]


def test_a_family_has_one_line_in_the_answer(tmp_path: Path) -> None:
    family_sweep = read_swept(write_sweep(tmp_path / "result", SweepShape("grid", keys=2, outcomes=10)))
    told = answers(family_sweep, numbers_of(family_sweep))
    assert len(told) == 6
    line = next(one for one in told if one.startswith("groups.wealth_median by literacy_quintile: change of"))
    assert re.findall(r"\[(\d)\] (?:funds|private)", line) == list("12345")


def test_the_answer_of_variance_names_the_largest_share_first(swept: Swept) -> None:
    indices = pd.DataFrame(
        {
            "outcome": "gini",
            "name": ["small", "large"],
            "first": [0.1, 0.5],
            "first_low": [0.05, 0.4],
            "first_high": [0.15, 0.6],
            "total": [0.2, 0.8],
            "total_low": [0.1, 0.7],
            "total_high": [0.3, 0.9],
        }
    )
    manifest = {**swept.manifest, "outcomes": {"gini": "0 to 1"}}
    told = answers(Swept(manifest, swept.table, []), numbers(sobol=indices))
    assert told[0].startswith("Gini of wealth: ")
    assert "large 80% (70% to 90%), alone 50% (40% to 60%); small 20% (10% to 30%)" in told[0]
    assert "add up to 60%; noise unknown" in told[0]


def test_many_outcomes_are_counted_in_the_question(swept: Swept) -> None:
    names = dict.fromkeys(("fees_usd", "gini", "a.b", "c.d", "e.f"), "USD")
    asked = question(Swept({**swept.manifest, "outcomes": names}, swept.table, []))
    assert asked == "What moves fees, Gini of wealth, a.b and 2 more outcomes?"


def test_the_footer_has_cells_replications_savers_seed_and_hash(swept: Swept) -> None:
    told = sweep_footer(swept, "some interval")
    for fact in ("8 cells x 3 replications", "some interval", "2,000 savers", "seed 1", "sweep 01234567"):
        assert fact in told
    uneven = swept.table[(swept.table["cell"] > 0) | (swept.table["replication"] < 2)]
    assert "2 to 3 replications" in sweep_footer(Swept(swept.manifest, uneven, []), "")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.005, "0.005"),
        (-0.02, "\N{MINUS SIGN}0.02"),
        (True, "true"),
        (2, "2"),
        (0, "0"),
        (999.96, "1,000"),
        (1_000, "1,000"),
        (-20_300.4, "\N{MINUS SIGN}20,300"),
        (24_534.0, "24,534"),
        (9_999_999, "9,999,999"),
        (10_000_000, "1e7"),
        (1.25e9, "1.25e9"),
        (0.0001, "0.0001"),
        (0.00005, "5e\N{MINUS SIGN}5"),
        (float("nan"), "nan"),
        (["a", "b"], "a,b"),
        ("all", "all"),
    ],
)
def test_values_are_written_as_in_a_design(value: object, text: str) -> None:
    assert plain(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (24_534.0, "24,500"),
        (-0.5, "\N{MINUS SIGN}0.500"),
        (2e7, "2e7"),
        (-3e-6, "\N{MINUS SIGN}3e\N{MINUS SIGN}6"),
    ],
)
def test_figures_without_a_unit_have_exponents_only_far_from_one(value: float, text: str) -> None:
    assert figure(value) == text
    assert figure(abs(value), sign=True) == f"+{text.removeprefix(chr(0x2212))}"


def test_long_names_are_broken_and_not_cut() -> None:
    name = "savers.literacy.education.no_high_school"
    lines = broken(name, 20).split("\n")
    assert "".join(lines) == name
    assert max(map(len, lines)) <= 20


@pytest.mark.parametrize(
    ("count", "shape"), [(1, (1, 1)), (3, (1, 3)), (4, (2, 2)), (5, (2, 3)), (6, (2, 3)), (7, (3, 3))]
)
def test_panels_are_spread_over_rows(count: int, shape: tuple[int, int]) -> None:
    assert spread_out(count) == shape


def test_labels_are_moved_apart_and_keep_their_order() -> None:
    heights = np.array([0.0, 0.01, 0.02, 0.5, 0.99, 1.0])
    moved = apart(heights, 1 / 6)
    assert np.diff(moved).min() >= 1 / 6 - 1e-12
    assert moved[0] >= 1 / 12 - 1e-12
    assert moved[-1] <= 11 / 12 + 1e-12
    assert apart(np.array([0.2, 0.8]), 0.1).tolist() == pytest.approx([0.2, 0.8])


def test_few_keys_share_a_figure_and_many_do_not(swept: Swept) -> None:
    assert figures_of_effects(swept) == {"effects": swept.outcomes}
    many = {**swept.manifest, "design": {**swept.design, "parameters": {key: [0, 1] for key in "abcde"}}}
    assert figures_of_effects(Swept(many, swept.table, [])) == {
        "effects-1": [swept.outcomes[0]],
        "effects-2": [swept.outcomes[1]],
    }


QUINTILES = [f"groups.wealth_median[literacy_quintile={quintile}]" for quintile in range(1, 6)]


def test_outcomes_that_differ_in_one_filter_are_a_family() -> None:
    names = ["gini", *QUINTILES[:2], "no.outcome", QUINTILES[2], "monthly.fees_usd:sum", *QUINTILES[3:]]
    (family,) = families(names)
    assert family.name == "groups.wealth_median by literacy_quintile"
    assert family.members == dict(zip(QUINTILES, "12345", strict=True))
    assert families([QUINTILES[0], "groups.wealth_mean[literacy_quintile=2]"]) == []
    assert families([QUINTILES[0], "groups.wealth_median[literacy_quintile=2, year=3]"]) == []
    whole = families(["groups.wealth_median", *QUINTILES])
    assert [list(one.members.values()) for one in whole] == [["all", *"12345"]]
    years = [f"groups.wealth_median[literacy_quintile=1, year={year}]" for year in range(1, 8)]
    assert families(years) == []
    assert [one.name for one in families(years[:3])] == ["groups.wealth_median[literacy_quintile=1] by year"]


def test_a_family_has_one_figure_of_effects(swept: Swept) -> None:
    units = dict.fromkeys(("gini", *QUINTILES, "fees_usd"), "USD")
    made = figures_of_effects(Swept({**swept.manifest, "outcomes": units}, swept.table, []))
    assert made == {"effects": ["gini", "fees_usd"], "effects-2": families(QUINTILES)[0]}


def test_a_family_is_drawn_with_a_line_a_member(tmp_path: Path) -> None:
    family_sweep = read_swept(write_sweep(tmp_path / "result", SweepShape("grid", keys=2, outcomes=10)))
    found = numbers_of(family_sweep)
    (family,) = families(family_sweep.outcomes)
    assert found.effects is not None
    figure = sweep_effects.draw_family(family_sweep, found.effects, found.paired, family)
    panel = figure.axes[0]
    lines = [line for line in panel.get_lines() if str(line.get_label()).startswith("literacy")]
    assert [line.get_label() for line in lines] == [
        f"literacy_quintile {quintile}" for quintile in range(1, 6)
    ]
    assert len({(line.get_color(), line.get_marker()) for line in lines}) == 5


def test_ticks_stand_at_the_values_of_a_key_unless_they_collide() -> None:
    panel = Figure(figsize=(4.0, 4.0)).subplots()
    panel.set(xlim=(0.0, 0.5), ylim=(0.0, 0.5))
    for values, at in (([0.0, 0.0125, 0.5], False), ([0.0, 0.2, 0.5], True), ([0.1, 0.1, 0.4], True)):
        key_axis(panel.xaxis, values)
        assert (panel.get_xticks().tolist() == sorted(set(values))) == at


def test_names_are_broken_at_their_words_first() -> None:
    assert broken("monthly.unmet_spending_usd:sum", 24).split("\n") == ["monthly.", "unmet_spending_usd:sum"]
    told = broken("groups.wealth_median[literacy_quintile=1]", 26).split("\n")
    assert told == ["groups.wealth_median", "[literacy_quintile=1]"]


def test_of_many_pairs_the_strongest_is_drawn(swept: Swept) -> None:
    """Where strengths are unknown the two keys with the largest main effects stand for it."""
    first, second = swept.outcomes
    keys = ["a", "b", "c", "d"]
    pairs = pd.DataFrame(
        {
            "outcome": [first] * 4 + [second] * 4,
            "key": ["a", "a", "b", "c"] * 2,
            "other": ["b", "c", "d", "d"] * 2,
            "share": [0.1, np.nan, 0.4, 0.2] + [np.nan] * 4,
        }
    )
    effects = pd.DataFrame(
        {"outcome": second, "key": keys * 2, "mean": [0.0, 0.0, 0.0, 0.0, 3.0, 1.0, -5.0, 2.0]}
    )
    chosen = shown_pairs(swept, pairs, effects)
    assert [one[:3] for one in chosen] == [(first, "b", "d"), (second, "a", "c")]
