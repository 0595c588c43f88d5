"""Cells are known by their content, and what cannot be is known before anything runs."""

from pathlib import Path

import pytest

from environment.assets import CLASSES
from environment.problems import ScenarioError
from experiments.load import load_scenario
from experiments.sweep.plan import address_of, plan, scenario_of
from experiments.sweep.sampling import cells_of
from tests.experiments.sweep.designs import TINY, tiny

CATCH_UP = TINY.replace('"policy.cap" = [0.05, 0.4]', '"funds.evergreen.catch_up" = [0.1, 1.0]').replace(
    "savers.inertia", "funds.evergreen.incentive_fee"
)


def test_the_address_is_of_the_content(tmp_path: Path) -> None:
    base = load_scenario("open-access")
    address = address_of(base)
    assert address_of(base.replace(replications=3)) == address
    assert address_of(base.with_values({"policy.cap": base.number("policy.cap")})) == address
    assert len({address_of(base.replace(seed=seed)) for seed in (1, 2, 3)} | {address}) == 3


def test_cells_with_the_values_of_the_base_have_its_address(tmp_path: Path) -> None:
    design = tiny(tmp_path, TINY.replace("0.4]", "1.0]").replace("0.9]", "0.95]"))
    assert plan(design).cells[3].address == address_of(design.base)


def test_values_that_contradict_each_other_set_their_cell_aside(tmp_path: Path) -> None:
    text = CATCH_UP.replace("[0.2, 0.9]", "[0.05, 0.2]")
    planned = plan(tiny(tmp_path, text))
    assert [one.number for one in planned.impossible] == [1]
    assert "catch_up" in planned.impossible[0].reason
    assert [cell.number for cell in planned.cells] == [0, 2, 3]


def test_a_design_without_a_cell_that_can_be_is_refused(tmp_path: Path) -> None:
    text = CATCH_UP.replace("[0.1, 1.0]", "[0.1, 0.15]").replace("[0.2, 0.9]", "[0.2, 0.5]")
    with pytest.raises(ScenarioError, match="catch_up"):
        plan(tiny(tmp_path, text))


def test_a_csv_among_the_values_is_read_once(tmp_path: Path) -> None:
    names = ",".join(CLASSES)
    rows = "".join(f"2025-{month:02d}{',0.01' * 16}\n" for month in range(1, 13))
    (tmp_path / "mine.csv").write_text(f"month,{names}\n{rows}")
    text = TINY.replace('"policy.cap" = [0.05, 0.4]', '"market.returns" = ["regimes", "mine.csv"]')
    design = tiny(tmp_path, text)
    before = [cell.address for cell in plan(design).cells]
    (tmp_path / "mine.csv").unlink()
    assert [cell.address for cell in plan(design).cells] == before
    scenario = scenario_of(design, cells_of(design)[2])
    assert scenario.tables["market.returns"].rows[0][1:] == (0.01,) * 16
    assert len(set(before)) == 4
