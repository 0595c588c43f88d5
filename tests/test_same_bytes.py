"""The same command gives the same bytes, on any number of workers; more replications change none of them."""

from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

from experiments.compare import compare
from experiments.load import load_scenario
from experiments.results import Result, write_result
from experiments.simulate import simulate_all, simulate_to_folder
from tests.runs import BUSY, one_replication, simulated

SMALL = (*BUSY, "run.savers=200", "run.years=2", "run.replications=3")
LONG_SUMS = ("run.savers=20001", "run.years=0", "run.replications=2")
WORLDS = [("open-access", SMALL), ("closed-door", SMALL), ("sleeve", LONG_SUMS)]


def parquet_bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.parquet")}


@pytest.fixture(scope="module")
def by_workers() -> list[Result]:
    """Eight replications of three worlds, handed in by two workers in the order in which they finish."""
    return simulate_all([load_scenario(name, settings) for name, settings in WORLDS], workers=2)


@pytest.mark.parametrize("position", range(len(WORLDS)))
def test_workers_do_not_change_a_byte(by_workers: list[Result], position: int, tmp_path: Path) -> None:
    name, settings = WORLDS[position]
    alone = write_result(simulated(name, *settings), tmp_path / "alone")
    together = write_result(by_workers[position], tmp_path / "together")
    assert together.name == alone.name
    assert parquet_bytes(together) == parquet_bytes(alone)
    assert len(parquet_bytes(alone)) == 12
    assert (together / "summary.json").read_bytes() == (alone / "summary.json").read_bytes()
    assert_frame_equal(by_workers[position].lives, simulated(name, *settings).lives, check_exact=True)


@pytest.mark.parametrize("workers", [1, 2])
def test_replications_written_as_they_finish_give_the_same_bytes(workers: int, tmp_path: Path) -> None:
    scenario = load_scenario("open-access", SMALL)
    at_once = write_result(simulated("open-access", *SMALL), tmp_path / "at once")
    bit_by_bit, summary = simulate_to_folder(scenario, tmp_path, lambda folder: None, workers)
    assert bit_by_bit.name == at_once.name
    assert parquet_bytes(bit_by_bit) == parquet_bytes(at_once)
    assert summary == simulated("open-access", *SMALL).summary
    assert (bit_by_bit / "summary.json").read_bytes() == (at_once / "summary.json").read_bytes()


def test_comparisons_have_the_same_bytes_on_any_number_of_workers(tmp_path: Path) -> None:
    """And the results inside are those of the scenarios alone."""
    base, *others = (load_scenario(name, SMALL) for name in ("closed-door", "open-access", "capped"))
    alone, told = compare(base, others, tmp_path / "alone")
    together, told_together = compare(base, others, tmp_path / "together", workers=2)
    assert together.name == alone.name
    assert told_together == told
    assert parquet_bytes(together) == parquet_bytes(alone)
    for name in ("closed-door", "open-access", "capped"):
        assert parquet_bytes(together / name) == parquet_bytes(alone / name)
    run = write_result(simulated("open-access", *SMALL), tmp_path)
    assert parquet_bytes(run) == parquet_bytes(alone / "open-access")
    assert (run / "summary.json").read_bytes() == (alone / "open-access" / "summary.json").read_bytes()


def test_the_same_result_again_replaces_it(tmp_path: Path) -> None:
    """Today or tomorrow: the same name, the same bytes, one folder."""
    result = simulated("open-access", *SMALL)
    first = write_result(result, tmp_path)
    before = parquet_bytes(first)
    (first / "left-behind").touch()
    assert write_result(result, tmp_path) == first
    assert parquet_bytes(first) == before
    assert [path.name for path in tmp_path.iterdir()] == [first.name]
    assert not (first / "left-behind").exists()


def test_the_first_of_three_replications_is_the_only_one() -> None:
    three, one = simulated("open-access", *SMALL), simulated("open-access", *SMALL, "run.replications=1")
    for stem, table in three.tables.items():
        assert_frame_equal(one_replication(table, 0), one.tables[stem], check_exact=True, obj=stem)
    assert_frame_equal(one_replication(three.lives, 0), one.lives, check_exact=True)


def test_replications_and_seeds_differ() -> None:
    one = simulated("open-access", *SMALL)
    other = simulated("open-access", *SMALL, "run.replications=1", "run.seed=2")
    worlds = [one_replication(one.monthly, number)["gains_usd"] for number in (0, 1, 2)]
    worlds.append(other.monthly["gains_usd"])
    assert len({tuple(world) for world in worlds}) == 4
