"""Effects, interactions, regression and components of variance of functions with known ones."""

import numpy as np
import pandas as pd
import pytest

from environment.typing import FloatArray
from experiments.analysis.effects import interactions, main_effects, map_chances, pair_means
from experiments.analysis.regression import regression
from experiments.analysis.variance import variance_parts
from tests.experiments.analysis.tables import grid, table_of, unit, without

RANGES = {"a": [1.0, 2.0, 3.0], "b": [0.0, 10.0]}


def plane(cells: FloatArray) -> FloatArray:
    return np.asarray(2.0 * cells[:, 0] + 0.3 * cells[:, 1])


def with_luck(cells: FloatArray) -> FloatArray:
    """Luck of -1, 0 and 1 that is common to all cells."""
    return np.asarray(plane(cells)[:, None] + np.array([-1.0, 0.0, 1.0]))


def test_means_of_a_plane_at_every_value() -> None:
    effects = main_effects(grid(RANGES, plane)).set_index(["key", "value"])["mean"]
    assert effects["a"].tolist() == pytest.approx([3.5, 5.5, 7.5])
    assert effects["b"].tolist() == pytest.approx([4.0, 7.0])


def test_the_interval_of_a_grid_is_that_of_common_luck() -> None:
    one = main_effects(grid(RANGES, with_luck)).iloc[0]
    half = 4.302652729911275 * 1.0 / np.sqrt(3.0)  # t(0.975, 2), sample deviation 1
    assert (one["mean"], one["low"], one["high"]) == pytest.approx((3.5, 3.5 - half, 3.5 + half))


def test_one_replication_has_no_interval() -> None:
    assert main_effects(grid(RANGES, plane))[["low", "high"]].isna().all(axis=None)


def test_bins_of_a_sampled_key_have_equal_count_and_the_interval_of_their_cells() -> None:
    cells = np.column_stack([np.arange(16.0), np.zeros(16)])
    sweep = table_of("lhs", unit("a", "b"), cells, lambda cells: cells[:, 0] ** 2)
    effects = main_effects(sweep).query("key == 'a'")
    assert effects["value"].tolist() == [0.5 + 2 * part for part in range(8)]
    assert effects["cells"].tolist() == [2] * 8
    first = effects.iloc[0]
    half = 12.706204736174698 * np.sqrt(0.5) / np.sqrt(2.0)  # 0 and 1: t(0.975, 1)
    assert (first["mean"], first["high"] - first["mean"]) == pytest.approx((0.5, half))


def test_replications_beyond_those_of_all_cells_move_no_mean() -> None:
    """Under a stopping rule a cell may go on, with luck that the others have not met."""
    sweep = grid(RANGES, with_luck)
    more = pd.DataFrame({"cell": [0] * 3, "replication": [3, 4, 5], "a": 1.0, "b": 0.0, "y": 1e9})
    longer = type(sweep)(sweep.manifest, pd.concat([sweep.rows, more]).sort_values(["cell", "replication"]))
    pd.testing.assert_frame_equal(main_effects(longer), main_effects(sweep))
    pd.testing.assert_frame_equal(pair_means(longer), pair_means(sweep))


def test_a_cell_that_failed_is_left_out_of_means() -> None:
    sweep = without(grid(RANGES, plane), 1)  # a = 1, b = 10
    effects = main_effects(sweep).set_index(["key", "value"])["mean"]
    assert effects["a", 1.0] == pytest.approx(2.0)
    assert interactions(sweep)["share"].isna().all()


def test_pairs_of_a_grid_are_its_cells() -> None:
    pairs = pair_means(grid(RANGES, plane))
    assert len(pairs) == 6
    assert pairs["mean"].tolist() == pytest.approx(
        (2.0 * pairs["value"] + 0.3 * pairs["other_value"]).tolist()
    )


def test_a_plane_has_no_interaction_and_a_product_of_contrasts_nothing_else() -> None:
    assert interactions(grid(RANGES, plane))["share"].item() == pytest.approx(0.0, abs=1e-12)
    contrasts = {"a": [-1.0, 1.0], "b": [-1.0, 1.0], "c": [-1.0, 1.0]}
    shares = interactions(grid(contrasts, lambda cells: cells[:, 0] * cells[:, 1])).set_index(
        ["key", "other"]
    )
    assert shares["share"].to_dict() == pytest.approx({("a", "b"): 1.0, ("a", "c"): 0.0, ("b", "c"): 0.0})


def test_half_the_sum_of_squares_is_half() -> None:
    contrasts = {"a": [-1.0, 1.0], "b": [-1.0, 1.0]}
    sweep = grid(contrasts, lambda cells: cells[:, 0] + cells[:, 0] * cells[:, 1])
    assert interactions(sweep)["share"].item() == pytest.approx(0.5)


def test_the_chance_of_a_range_is_that_of_tables() -> None:
    """The 5% point of the studentised range for 4 fields and 3 degrees of freedom is 6.825 (Harter 1960)."""
    rest = np.array([[1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [-1.0, 1.0]])  # 8 / 3 a degree, over 2
    span = 6.825 * np.sqrt(8.0 / 3.0 / 2.0)
    luck = np.array([100.0, -100.0])
    heights = span * np.array([0.0, 0.3, 0.6, 1.0])
    corners = {"a": [0.0, 1.0], "b": [0.0, 1.0]}
    found = map_chances(grid(corners, lambda cells: heights[:, None] + rest + luck))
    assert found["chance"].item() == pytest.approx(0.05, abs=2e-5)
    same = map_chances(grid(corners, lambda cells: 0.1 + np.outer(np.ones(len(cells)), luck)))
    assert same["chance"].item() == 1.0
    assert map_chances(grid(RANGES, plane))["chance"].isna().all()


def test_nothing_that_varies_has_no_share() -> None:
    assert interactions(grid(RANGES, lambda cells: np.full(len(cells), 0.1)))["share"].isna().all()


def test_standardised_coefficients_of_a_plane() -> None:
    draws = np.random.default_rng(1).random((200, 2))
    sweep = table_of("lhs", unit("a", "b"), draws, lambda cells: 3.0 * cells[:, 0] - 4.0 * cells[:, 1])
    found = regression(sweep)
    outcome = 3.0 * draws[:, 0] - 4.0 * draws[:, 1]
    expected = np.array([3.0, -4.0]) * draws.std(axis=0) / outcome.std()
    np.testing.assert_allclose(found["coefficient"], expected)
    np.testing.assert_allclose(found["r_squared"], 1.0)
    np.testing.assert_allclose(found["low"], found["high"])


def test_the_interval_of_a_coefficient_is_that_of_a_straight_line() -> None:
    draws = np.random.default_rng(2).random((30, 1))
    noise = np.random.default_rng(3).random(30)
    sweep = table_of("lhs", unit("a"), draws, lambda cells: cells[:, 0] + noise)
    from scipy.stats import linregress, t

    line = linregress(draws[:, 0], draws[:, 0] + noise)
    scale = draws.std() / (draws[:, 0] + noise).std()
    found = regression(sweep).iloc[0]
    assert found["coefficient"] == pytest.approx(line.slope * scale)
    assert found["high"] - found["coefficient"] == pytest.approx(t.ppf(0.975, 28) * line.stderr * scale)
    assert found["r_squared"] == pytest.approx(line.rvalue**2)


def test_luck_common_to_all_cells_is_no_noise() -> None:
    parts = variance_parts(grid(RANGES, with_luck)).iloc[0]
    between = plane(np.array([[a, b] for a in RANGES["a"] for b in RANGES["b"]])).var(ddof=1)
    assert parts["luck"] == pytest.approx(1.0 / (1.0 + between))  # luck -1, 0, 1 has variance 1
    assert (parts["rest"], parts["noise"]) == pytest.approx((0.0, 0.0), abs=1e-12)


def test_two_by_two_by_hand() -> None:
    values = np.array([[1.0, 2.0], [4.0, 9.0]])  # means 1.5, 6.5 and 2.5, 5.5; rest +-1
    sweep = grid({"a": [0.0, 1.0]}, lambda cells: values)
    parts = variance_parts(sweep).iloc[0]
    rest, cells, luck = 4.0, 2.0 * 12.5, 2.0 * 4.5  # mean squares
    between, common = (cells - rest) / 2.0, (luck - rest) / 2.0
    total = between + common + rest
    expected = {"cells": between / total, "luck": common / total, "rest": rest / total, "noise": rest / cells}
    assert {name: parts[name] for name in expected} == pytest.approx(expected)


@pytest.mark.parametrize("function", [plane, lambda cells: np.full((len(cells), 3), 0.7)])
def test_one_replication_or_a_constant_tells_nothing(function: object) -> None:
    parts = variance_parts(grid(RANGES, function))  # type: ignore[arg-type]  # two functions of one kind
    assert parts[["cells", "luck", "rest", "noise"]].isna().all(axis=None)


def test_replications_that_only_some_cells_have_are_not_looked_at() -> None:
    sweep = grid(RANGES, with_luck)
    more = pd.DataFrame({"cell": [0], "replication": [3], "a": [1.0], "b": [0.0], "y": [1e9]})
    longer = type(sweep)(sweep.manifest, pd.concat([sweep.rows, more]).sort_values(["cell", "replication"]))
    pd.testing.assert_frame_equal(variance_parts(longer), variance_parts(sweep))
