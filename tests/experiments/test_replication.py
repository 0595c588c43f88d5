"""One replication: what it hands over, what it warns of, and that it travels between processes."""

import gc
import pickle
import re
import subprocess
import sys
from weakref import ref

import numpy as np
import pytest

from environment.typing import FloatArray
from experiments.followed import FollowedWorld
from experiments.headlines import UNITS
from experiments.load import load_scenario
from experiments.replication import Replication, replicate
from tests.runs import BUSY

STEMS = "monthly classes groups inequality lorenz savers managers funds employers ledger adequacy pillars"


def test_what_a_replication_hands_over() -> None:
    one = replicate(load_scenario("open-access", (*BUSY, "run.savers=60", "run.years=1")), 3)
    assert one.number == 3
    assert set(one.tables) == set(STEMS.split())
    assert set(one.headlines) == set(UNITS)
    for columns in [*one.tables.values(), one.lives]:
        assert len({column.shape for column in columns.values()}) == 1
    assert all((columns["replication"] == 3).all() for columns in one.tables.values())
    assert one.weight == pytest.approx(one.tables["savers"]["weight"][0])


def test_a_replication_travels_unchanged() -> None:
    one = replicate(load_scenario("closed-door", ("run.savers=30", "run.years=1")), 0)
    other: Replication = pickle.loads(pickle.dumps(one))  # noqa: S301
    assert other.headlines == one.headlines
    for stem, columns in one.tables.items():
        for name, column in columns.items():
            np.testing.assert_array_equal(other.tables[stem][name], column)


def test_the_columns_of_a_world_go_with_its_replication(monkeypatch: pytest.MonkeyPatch) -> None:
    """At once, not when Python next looks for rings: the next world needs their memory."""
    seen: list[ref[FloatArray]] = []

    def made(*arguments: object) -> FollowedWorld:
        world = FollowedWorld(*arguments)  # type: ignore[arg-type]
        seen.append(ref(world.state.savers.units))
        return world

    monkeypatch.setattr("experiments.replication.FollowedWorld", made)
    scenario = load_scenario("open-access", ("run.savers=30", "run.years=1"))
    gc.disable()
    try:
        replicate(scenario, 0)
        assert [units() for units in seen] == [None]
    finally:
        gc.enable()


def test_a_replication_of_no_months_has_its_opening() -> None:
    one = replicate(load_scenario("open-access", ("run.savers=30", "run.years=0")), 0)
    assert one.tables["monthly"]["month"].size == 0
    assert one.tables["savers"]["saver"].tolist() == list(range(30))
    assert one.lives["saver"].tolist() == list(range(30))
    assert one.headlines["fees_usd"] == 0.0
    assert np.isnan(one.headlines["frozen_share_at_65"])


def test_a_market_that_breaks_down_is_a_warning() -> None:
    """Payroll buys more than a thousandth of a small market every month, at a multiplier of 1,000."""
    settings = ("run.savers=30", "run.years=1", "market.size_usd.tips=1e11", "market.impact.tips=1000")
    warnings = replicate(load_scenario("closed-door", settings), 0).warnings
    assert any(
        re.fullmatch(r"market breakdown in \d+ months?: tips met more orders than its market could bear", one)
        for one in warnings
    ), warnings


def test_more_than_the_market_has_is_newly_issued_with_a_warning() -> None:
    """In the first month: from then on savers are the market, nearly or wholly."""
    settings = ("run.savers=30", "run.years=1", "market.size_usd.tips=1e9")
    warnings = replicate(load_scenario("closed-door", settings), 0).warnings
    said = r"in [12] months? savers wanted more tips than there was: the rest was newly issued"
    assert any(re.fullmatch(said, one) for one in warnings), warnings


def test_a_quiet_world_has_no_warning() -> None:
    assert replicate(load_scenario("closed-door", ("run.savers=30", "run.years=1")), 0).warnings == ()


def test_a_worker_needs_neither_the_pictures_nor_the_files() -> None:
    script = (
        "import sys, experiments.workers; from experiments.load import load_scenario;"
        "from experiments.replication import replicate;"
        "replicate(load_scenario('open-access', ('run.savers=50', 'run.years=0')), 0); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "environment.model" in loaded
    assert not loaded & {
        "matplotlib",
        "seaborn",
        "rich",
        "scipy.stats",
        "scipy.optimize",
        "scipy.spatial",
        "networkx",
        "pandas",
        "pyarrow",
        "experiments.results",
    }
