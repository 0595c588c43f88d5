"""Sobol', Morris, PRIM, break-even and precision against functions whose answer is known."""

import numpy as np
import pandas as pd
import pytest

from environment.typing import FloatArray
from experiments.analysis.breakeven import breakeven
from experiments.analysis.discovery import discover
from experiments.analysis.morris import morris_effects
from experiments.analysis.precision import half_widths, needed, replications_needed, spans
from experiments.analysis.sobol import closing, sobol_indices
from tests.experiments.analysis.tables import grid, sobol, table_of, unit, without

CIRCLE = {key: [-np.pi, np.pi] for key in ("x1", "x2", "x3")}


def ishigami(cells: FloatArray) -> FloatArray:
    """Ishigami and Homma (1990), with a = 7 and b = 0.1."""
    x1, x2, x3 = cells.T
    return np.asarray(np.sin(x1) + 7.0 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1))


def test_indices_of_ishigami() -> None:
    found = sobol_indices(sobol(CIRCLE, 1024, ishigami)).set_index("name")
    pi4, pi8 = np.pi**4, np.pi**8
    one, two = 0.5 * (1.0 + 0.1 * pi4 / 5.0) ** 2, 49.0 / 8.0
    both = 0.01 * pi8 * (1.0 / 18.0 - 1.0 / 50.0)
    total = one + two + both
    first = {"x1": one / total, "x2": two / total, "x3": 0.0}
    totals = {"x1": (one + both) / total, "x2": two / total, "x3": both / total}
    for name, index in first.items():
        row = found.loc[name]
        assert row["first"] == pytest.approx(index, abs=0.05)
        assert row["total"] == pytest.approx(totals[name], abs=0.03)
        assert row["first_low"] - 0.02 < index < row["first_high"] + 0.02
    assert (found["dropped"] == 0).all()


def test_groups_of_an_additive_function_share_its_variance() -> None:
    weights = np.array([1.0, 2.0, 2.0])
    sweep = sobol(unit("a", "b", "c"), 512, lambda cells: cells @ weights, one=["a", "b"], two=["c"])
    found = sobol_indices(sweep).set_index("name")
    for index in ("first", "total"):
        assert found[index].to_dict() == pytest.approx({"one": 5.0 / 9.0, "two": 4.0 / 9.0}, abs=0.02)
    end = closing(found.reset_index()).iloc[0]
    assert end["interactions"] == pytest.approx(0.0, abs=0.03)
    assert end["smallest_total"] == found["total"].min()


def test_groups_may_be_named_in_another_order_than_their_keys() -> None:
    weights = np.array([0.0, 1.0, 3.0])
    sweep = sobol(
        unit("a", "b", "c"), 512, lambda cells: cells @ weights, last=["c"], first=["a"], middle=["b"]
    )
    found = sobol_indices(sweep)
    assert found["name"].tolist() == ["last", "first", "middle"]
    assert found["total"].tolist() == pytest.approx([0.9, 0.0, 0.1], abs=0.02)


def test_a_base_sample_with_a_failed_cell_is_left_out_whole() -> None:
    whole = sobol(CIRCLE, 64, ishigami)
    part = without(whole, 7)  # of the second base sample, of five cells each
    found = sobol_indices(part)
    assert (found["dropped"] == 1).all()
    kept = whole.rows[~whole.rows["cell"].between(5, 9)]
    again = kept.assign(cell=np.arange(len(kept)))
    same = type(whole)({**whole.manifest, "cells": len(kept)}, again)
    pd.testing.assert_frame_equal(found.drop(columns="dropped"), sobol_indices(same).drop(columns="dropped"))


def test_a_constant_has_no_indices() -> None:
    found = sobol_indices(sobol(CIRCLE, 8, lambda cells: np.full(len(cells), 0.1)))
    assert found[["first", "total"]].isna().all(axis=None)


def morris(function: object, **groups: list[str]) -> pd.DataFrame:
    from SALib.sample.morris import sample

    ranges = {"a": [0.0, 2.0], "b": [1.0, 5.0], "c": [0.0, 1.0]}
    empty = table_of("morris", ranges, np.zeros((1, 3)), lambda cells: cells[:, 0], groups=groups)
    cells = sample(empty.problem(), 10, num_levels=4, seed=1)
    return morris_effects(table_of("morris", ranges, cells, function, groups=groups)).set_index("name")  # type: ignore[arg-type]


def test_effects_of_a_linear_function_are_its_slopes_times_the_ranges() -> None:
    found = morris(lambda cells: 3.0 * cells[:, 0] - 2.0 * cells[:, 1])
    assert found["mu"].to_dict() == pytest.approx({"a": 6.0, "b": -8.0, "c": 0.0})
    assert found["mu_star"].to_dict() == pytest.approx({"a": 6.0, "b": 8.0, "c": 0.0})
    assert found["sigma"].to_dict() == pytest.approx(dict.fromkeys("abc", 0.0), abs=1e-9)


def test_a_product_has_effects_that_spread() -> None:
    found = morris(lambda cells: cells[:, 0] * cells[:, 1])
    assert (found.loc[["a", "b"], "sigma"] > 0.5).all()
    assert found["mu_star"].to_dict()["c"] == 0.0


def test_effects_of_a_group_have_no_sign() -> None:
    found = morris(lambda cells: 3.0 * cells[:, 0] + 2.0 * cells[:, 1], one=["a", "b"], two=["c"])
    assert list(found.index) == ["one", "two"]
    assert found["mu"].isna().all()
    assert found["mu_star"].to_dict()["one"] > 0.0


def test_a_planted_box_is_found_and_told() -> None:
    cells = np.random.default_rng(5).random((600, 3))
    inside = (cells[:, 0] > 0.6) & (cells[:, 1] < 0.625)  # a quarter
    noise = np.random.default_rng(6).random(600)
    sweep = table_of("lhs", unit("a", "b", "c"), cells, lambda _: inside + 0.5 * noise)
    boxes = discover(sweep)
    assert set(boxes["side"]) <= {"lowest", "highest"}
    found = boxes[boxes["side"] == "highest"].set_index("key")
    assert list(found.index) == ["a", "b"]
    assert found["low"].to_dict()["a"] == pytest.approx(0.6, abs=0.03)
    assert found["high"].to_dict()["b"] == pytest.approx(0.625, abs=0.03)
    assert (found["density"] > 0.9).all()
    assert (found["coverage"] > 0.9).all()
    assert found["rule"].iloc[0].startswith("Where a is from 0.")
    assert "of cells are in the highest quarter of y" in found["rule"].iloc[0]


def test_both_sides_are_looked_at() -> None:
    """The lowest quarter of a lies in one box, the highest in another."""
    cells = np.random.default_rng(8).random((400, 2))
    found = discover(table_of("lhs", unit("a", "b"), cells, lambda values: values[:, 0])).set_index("side")
    assert list(found.index) == ["lowest", "highest"]
    assert (found["key"] == "a").all()
    assert found["high"].to_dict()["lowest"] == pytest.approx(0.25, abs=0.05)
    assert found["low"].to_dict()["highest"] == pytest.approx(0.75, abs=0.05)


def test_noise_gives_no_box_worth_its_name() -> None:
    draws = np.random.default_rng(7)
    cells, noise = draws.random((300, 2)), draws.random(300)
    found = discover(table_of("lhs", unit("a", "b"), cells, lambda _: noise))
    assert found.empty or found["density"].iloc[0] < 0.6


def test_few_cells_are_not_searched() -> None:
    assert discover(grid(unit("a"), lambda cells: cells[:, 0])).empty


def test_a_plane_crosses_nought_along_a_known_line() -> None:
    ranges = {"a": [-1.0, 0.0, 1.0, 2.0], "b": [0.0, 0.25, 2.0]}
    found = breakeven(grid(ranges, lambda cells: 2.0 * cells[:, 0] - cells[:, 1]))
    crossing = found.set_index("other_value")["crossing"]
    assert crossing.to_dict() == pytest.approx({0.0: 0.0, 0.25: 0.125, 2.0: 1.0})
    assert (found["replications"] == 1).all()


def test_where_it_does_not_cross_there_is_no_crossing() -> None:
    ranges = {"a": [-1.0, 1.0], "b": [0.0, 9.0]}
    found = breakeven(grid(ranges, lambda cells: 2.0 * cells[:, 0] - cells[:, 1]))
    assert found["crossing"].isna().tolist() == [False, True]
    assert breakeven(grid(ranges, lambda cells: cells[:, 0] + 5.0)).empty


def test_to_touch_nought_is_not_to_cross_it() -> None:
    ranges = {"a": [0.0, 1.0, 2.0], "b": [0.0, 1.0]}
    assert breakeven(grid(ranges, lambda cells: np.maximum(cells[:, 0] - 1.0, 0.0))).empty


def test_the_crossing_is_that_of_the_mean_also_where_a_replication_does_not_cross() -> None:
    ends = np.array([[-1.0, -1.0, -9.0, 1.0], [9.0, 9.0, 1.0, 3.0]])  # means -2.5 and 5.5
    found = breakeven(grid({"a": [0.0, 1.0], "b": [5.0, 6.0]}, lambda _: np.repeat(ends, 2, axis=0)))
    assert found["crossing"].tolist() == pytest.approx([0.3125, 0.3125])
    assert found[["low", "high"]].isna().all(axis=None)


def test_cells_that_tie_at_the_limit_are_not_all_of_interest() -> None:
    cells = np.random.default_rng(8).random((200, 2))
    sweep = table_of("lhs", unit("a", "b"), cells, lambda cells: np.maximum(cells[:, 0] - 0.85, 0.0))
    found = discover(sweep)
    assert found["key"].tolist() == ["a"]
    assert found["low"].item() == pytest.approx(0.85, abs=0.03)
    assert "highest quarter" not in found["rule"].item()


def test_the_interval_of_a_crossing_is_over_replications() -> None:
    ranges = {"a": [-1.0, 1.0], "b": [0.0, 1.0]}
    luck = np.array([-0.2, 0.0, 0.2])
    found = breakeven(grid(ranges, lambda cells: (2.0 * cells[:, 0] - cells[:, 1])[:, None] + luck)).iloc[0]
    half = 4.302652729911275 * 0.1 / np.sqrt(3.0)  # crossings 0.1, 0, -0.1
    assert (found["crossing"], found["high"]) == pytest.approx((0.0, half), abs=1e-9)


def test_half_widths_are_those_of_the_formula() -> None:
    values = np.array([[0.0, 2.0], [0.0, 4.0], [0.0, 6.0]])  # deviations of sqrt(2) times 1, 2, 3
    sweep = grid({"a": [0.0, 1.0, 2.0]}, lambda _: values)
    two = half_widths(sweep, counts=[2]).iloc[0]
    factor = 12.706204736174698 / np.sqrt(2.0)
    expected = (factor * 2.0 * np.sqrt(2.0), factor * 3.0 * np.sqrt(2.0))
    assert (two["median"], two["worst"]) == pytest.approx(expected)
    assert spans(sweep) == {"y": 2.0}
    assert replications_needed(sweep, [0.5])["half_width"].item() == 1.0


@pytest.mark.parametrize(
    ("deviation", "half_width", "count"),
    [
        (1.0, 1.0, 7),  # 2.4469 / sqrt(7) = 0.925, 2.5706 / sqrt(6) = 1.049
        (1.0, 0.5, 18),  # 2.1098 / sqrt(18) = 0.4973, 2.1199 / sqrt(17) = 0.5142
        (0.0, 0.1, 2),
        (1.0, 20.0, 2),
    ],
)
def test_needed_by_hand(deviation: float, half_width: float, count: int) -> None:
    assert needed(deviation, half_width) == count


def test_what_is_not_known_is_not_needed() -> None:
    assert np.isnan(needed(np.nan, 1.0))
    assert np.isnan(needed(1.0, 0.0))
