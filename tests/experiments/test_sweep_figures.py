"""What the figures of a sweep are made of: words, ticks, families, colours."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from experiments.figures import sweep_effects, sweep_interactions, sweep_precision
from experiments.figures.sweep_effects import figures_of_effects
from experiments.figures.sweep_families import families
from experiments.figures.sweep_interactions import shown_pairs
from experiments.figures.sweep_morris import apart
from experiments.figures.sweep_source import Swept, figure, plain, read_swept
from experiments.figures.sweep_style import broken, key_axis, spread_out, sweep_footer
from experiments.report.sweep_numbers import numbers_of
from tests.experiments.synthetic_sweep import SweepShape, write_sweep


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


def test_differences_beyond_the_figures_of_a_scale_fill_no_axis(swept: Swept) -> None:
    first, second = swept.outcomes
    table = swept.table.copy()
    table[first], table[second] = 71_500.0 + 1e-3 * table["cell"], 0.0
    flat = Swept(swept.manifest, table, [])
    found = numbers_of(flat)
    assert found.effects is not None
    figure = sweep_effects.draw(flat, found.effects, found.paired, [first, second])
    figure.draw_without_rendering()
    for panel in figure.axes[:: len(swept.keys)]:
        texts = [label.get_text() for label in panel.get_yticklabels()]
        assert len(set(texts)) == len(texts) > 2


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


def test_maps_within_noise_are_grey_and_say_so(tmp_path: Path) -> None:
    made = read_swept(write_sweep(tmp_path / "result", SweepShape("grid", keys=2, outcomes=2)))
    noisy = made.outcomes[0]
    dice = np.random.default_rng(1).standard_normal(len(made.table))
    some = Swept(made.manifest, made.table.assign(**{noisy: dice}), [])
    found = numbers_of(some)
    assert found.maps is not None
    assert found.interactions is not None
    assert found.effects is not None
    figure = sweep_interactions.draw(some, found.maps, found.interactions, found.effects)
    told = [["within noise" in text.get_text() for text in panel.texts] for panel in figure.axes]
    assert [any(one) for one in told] == [True, False]
    assert [panel.images[0].get_cmap().N for panel in figure.axes] == [1, 256]


@pytest.mark.parametrize(
    ("width", "span", "told"),
    [
        (2.0, 4.0, " (50%)"),
        (40.0, 4.0, " (1,000%)"),
        (41.0, 4.0, " (> 1,000%)"),
        (1.0, 0.0, " (the cells do not differ)"),
    ],
)
def test_widths_far_beyond_the_span_are_not_counted(width: float, span: float, told: str) -> None:
    assert sweep_precision.relative(width, span) == told


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
