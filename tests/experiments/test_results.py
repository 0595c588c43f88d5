"""Results in memory: how replications are put together, what the manifest knows, which attributes exist."""

import copy
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.headlines import UNITS
from experiments.manifest import summarise
from experiments.results import read_result, stack, write_result
from tests.runs import simulated

TINY = ("run.savers=20", "run.years=1", "run.replications=2")


def test_replications_are_stacked_in_their_order() -> None:
    parts = [
        {"replication": np.array([number] * 2), "name": np.array(["a", "b" * number])} for number in (0, 1)
    ]
    table = stack(parts)
    assert table["replication"].tolist() == [0, 0, 1, 1]
    assert table["name"].tolist() == ["a", "", "a", "b"]
    assert table.index.tolist() == [0, 1, 2, 3]


def test_a_headline_that_some_replications_lack_is_the_mean_of_the_others() -> None:
    """Values 1, 2 and 3: mean 2, standard error 1 / sqrt(3), t(0.975, 2) = 4.302653."""
    figures = {name: np.array([1.0, 2.0, 3.0]) for name in UNITS}
    figures["gini"][2] = np.nan
    figures["unmet_months"][:] = np.nan
    told = summarise(figures)
    assert told["fees_usd"]["value"] == 2.0
    assert told["fees_usd"]["high"] == pytest.approx(2.0 + 4.302653 / np.sqrt(3.0))
    assert told["gini"]["value"] == 1.5
    assert told["unmet_months"] == {
        "value": None,
        "low": None,
        "high": None,
        "unit": UNITS["unmet_months"],
        "replications": 3,
    }


def test_tables_are_attributes() -> None:
    result = simulated("closed-door", *TINY)
    for stem, table in result.tables.items():
        assert getattr(result, stem) is table
    assert result.replications == 2
    with pytest.raises(AttributeError, match="has no table 'nonsense'; it has adequacy, classes, employers"):
        _ = result.nonsense


def test_a_result_can_be_copied_and_sent() -> None:
    result = simulated("closed-door", *TINY)
    for other in (copy.copy(result), pickle.loads(pickle.dumps(result))):  # noqa: S301
        pd.testing.assert_frame_equal(other.monthly, result.monthly)


def test_a_figure_of_another_name_is_refused() -> None:
    with pytest.raises(ValueError, match="did you mean 'wealth'"):
        simulated("closed-door", *TINY).plot("welth")


def test_the_foot_of_a_figure_says_whether_the_result_is_written(tmp_path: Path) -> None:
    result = simulated("closed-door", *TINY)
    assert result.plot("wealth").texts[-1].get_text().endswith("run not written")
    folder = write_result(result, tmp_path)
    foot = read_result(folder).plot("wealth").texts[-1].get_text()
    assert foot.endswith(f"run {folder.name.removeprefix('closed-door-')}")


def test_finishing_comes_before_the_name(tmp_path: Path) -> None:
    """And when it fails nothing is left."""

    def fail(folder: Path) -> None:
        assert folder.parent == tmp_path
        assert (folder / "manifest.json.part").is_file()
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_result(simulated("closed-door", *TINY), tmp_path, finish=fail)
    assert list(tmp_path.iterdir()) == []
