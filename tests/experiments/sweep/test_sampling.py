"""Cells of every method, against what the method promises."""

from pathlib import Path

import numpy as np
import pytest

from experiments.sweep.sampling import cells_of, count_of
from tests.experiments.sweep.designs import TINY, tiny

RANGES = TINY.replace("[0.05, 0.4]", "[0.2, 0.6]")


def drawn(folder: Path, method: str, samples: int, extra: str = "") -> np.ndarray:
    design = tiny(folder, RANGES.replace('"grid"', f'"{method}"\nsamples = {samples}') + extra)
    cells = cells_of(design)
    assert len(cells) == count_of(design)
    return np.array([list(cell.values()) for cell in cells])


def test_a_grid_has_all_combinations_the_last_key_fastest(tmp_path: Path) -> None:
    values = [tuple(cell.values()) for cell in cells_of(tiny(tmp_path))]
    assert values == [(0.05, 0.2), (0.05, 0.9), (0.4, 0.2), (0.4, 0.9)]


def test_a_list_has_a_cell_a_line(tmp_path: Path) -> None:
    values = [tuple(cell.values()) for cell in cells_of(tiny(tmp_path, TINY.replace('"grid"', '"list"')))]
    assert values == [(0.05, 0.2), (0.4, 0.9)]


def test_a_latin_hypercube_has_one_value_in_every_slice_of_every_range(tmp_path: Path) -> None:
    cells = drawn(tmp_path, "lhs", 20)
    slices = np.floor((cells - [0.2, 0.2]) / [0.4, 0.7] * 20).astype(int)
    assert (np.sort(slices, axis=0) == np.arange(20)[:, None]).all()


def test_rows_of_a_sobol_design_cross_two_base_samples(tmp_path: Path) -> None:
    blocks = drawn(tmp_path, "sobol", 8).reshape(8, 4, 2)
    first, last = blocks[:, 0], blocks[:, 3]
    for key in range(2):
        crossed = first.copy()
        crossed[:, key] = last[:, key]
        np.testing.assert_array_equal(blocks[:, 1 + key], crossed)
    assert (blocks >= [0.2, 0.2]).all()
    assert (blocks <= [0.6, 0.9]).all()


def test_groups_of_a_sobol_design_are_crossed_whole(tmp_path: Path) -> None:
    more = '"savers.advert_weight" = [0, 1]\n'
    groups = '[design.groups]\na = ["policy.cap", "savers.advert_weight"]\nb = ["savers.inertia"]'
    blocks = drawn(tmp_path, "sobol", 4, more + groups).reshape(4, 4, 3)
    changed = blocks[:, 1:3] != blocks[:, :1]
    assert changed[:, 0].tolist() == [[True, False, True]] * 4
    assert changed[:, 1].tolist() == [[False, True, False]] * 4


def test_a_morris_trajectory_moves_one_key_a_step_by_two_thirds_of_its_range(tmp_path: Path) -> None:
    steps = np.diff(drawn(tmp_path, "morris", 5).reshape(5, 3, 2), axis=1) / [0.4, 0.7]
    assert (np.count_nonzero(np.abs(steps) > 1e-12, axis=2) == 1).all()
    np.testing.assert_allclose(np.abs(steps).max(axis=2), 2.0 / 3.0)


def test_whole_numbers_stay_whole(tmp_path: Path) -> None:
    more = '"savers.max_funds" = [1, 4]\n'
    design = tiny(tmp_path, RANGES.replace('"grid"', '"lhs"\nsamples = 12') + more)
    values = [cell["savers.max_funds"] for cell in cells_of(design)]
    assert all(isinstance(value, int) for value in values)
    assert sorted(values) == sorted([1, 2, 3, 4] * 3)


@pytest.mark.parametrize("method", ["lhs", "sobol", "morris"])
def test_the_seed_settles_what_is_drawn(tmp_path: Path, method: str) -> None:
    first = drawn(tmp_path, method, 8)
    np.testing.assert_array_equal(first, drawn(tmp_path, method, 8))
    design = tiny(tmp_path, "seed = 2\n" + RANGES.replace('"grid"', f'"{method}"\nsamples = 8'))
    assert not np.array_equal(first, [list(cell.values()) for cell in cells_of(design)])
