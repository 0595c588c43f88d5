"""A sweep against runs by hand, its bytes against interruptions, its stopping rule against the formula."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from time import sleep

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from environment.scenario import Scenario
from experiments.folders import read_manifest
from experiments.outcomes import Outcome
from experiments.replication import Replication, replicate
from experiments.simulate import run
from experiments.sweep import rounds
from experiments.sweep.load import load_design
from experiments.sweep.plan import scenario_of
from experiments.sweep.program_hash import program_hash
from experiments.sweep.runner import Sweep, sweep
from experiments.sweep.sampling import cells_of
from experiments.sweep.work import Broken, ChangedProgramError, Simulated, simulate_cell
from tests.experiments.sweep.designs import TINY, Here, tiny, written

FILES = {"cells", "design.toml", "failed.json", "manifest.json", "open-access.toml", "sweep.parquet"}


def swept(folder: Path, text: str = TINY, engine: Here | None = None) -> Sweep:
    return sweep(tiny(folder, text), folder / "out", engine or Here())


def table(done: Sweep) -> pd.DataFrame:
    return pd.read_parquet(done.folder / "sweep.parquet")


def test_cells_are_runs(tmp_path: Path) -> None:
    done = swept(tmp_path)
    rows = table(done)
    assert list(rows) == ["cell", "replication", "policy.cap", "savers.inertia", "gini", "wealth_mean_real"]
    assert rows["cell"].tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert rows["replication"].tolist() == [0, 1] * 4
    design = tiny(tmp_path)
    for number, values in enumerate(cells_of(design)):
        of_cell = rows[rows["cell"] == number]
        assert (of_cell[list(values)] == list(values.values())).all(axis=None)
        if number in (0, 3):
            alone = run(scenario_of(design, values)).headlines
            for name in ("gini", "wealth_mean_real"):
                assert of_cell[name].tolist() == alone[name].tolist()


def test_the_folder_tells_what_it_is(tmp_path: Path) -> None:
    done = swept(tmp_path)
    assert {path.name for path in done.folder.iterdir()} == FILES
    manifest = read_manifest(done.folder)
    assert (manifest["kind"], manifest["cells"], manifest["failed"], manifest["simulations"]) == (
        "sweep",
        4,
        0,
        8,
    )
    assert manifest["outcomes"] == {"gini": "0 to 1", "wealth_mean_real": "USD of the start, per saver"}
    assert manifest["design"]["parameters"] == {"policy.cap": [0.05, 0.4], "savers.inertia": [0.2, 0.9]}
    assert json.loads((done.folder / "failed.json").read_text()) == []


def test_the_design_in_the_folder_asks_for_the_same_sweep(tmp_path: Path) -> None:
    done = swept(tmp_path)
    again = load_design(done.folder / "design.toml")
    assert again.hash() == tiny(tmp_path).hash()


def test_nothing_finished_runs_again(tmp_path: Path) -> None:
    first = swept(tmp_path)
    engine = Here()
    again = swept(tmp_path, engine=engine)
    assert (first.ran, again.ran, engine.ran) == (8, 0, [])
    assert again.folder == first.folder


@pytest.mark.parametrize("most", [0, 1, 5])
def test_an_interrupted_sweep_goes_on_to_the_same_bytes(tmp_path: Path, most: int) -> None:
    whole = swept(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    engine = Here(most)
    with pytest.raises(KeyboardInterrupt):
        swept(other, engine=engine)
    assert not list(other.glob("out/*/manifest.json"))
    rest = swept(other)
    assert rest.ran == 8 - most
    content = [(one.folder / "sweep.parquet").read_bytes() for one in (whole, rest)]
    assert content[0] == content[1]


def test_more_replications_run_only_what_is_new(tmp_path: Path) -> None:
    swept(tmp_path)
    more = swept(tmp_path, TINY.replace("replications = 2", "replications = 3"))
    assert more.ran == 4


def simulated_or_not(
    scenario: Scenario, number: int, outcomes: Sequence[Outcome], program: str
) -> Simulated | Broken:
    """Fail in the second replication of every cell with a high inertia."""
    if number == 1 and scenario.number("savers.inertia") > 0.5:
        return Broken("MemoryError: too much")
    return simulate_cell(scenario, number, outcomes, program)


def test_a_finished_sweep_stays_a_result_until_the_next_is_whole(tmp_path: Path) -> None:
    """The disk is full while the report is written once more."""
    done = swept(tmp_path)
    before = {path.name: path.stat().st_mtime_ns for path in done.folder.iterdir()}

    def full(folder: Path) -> None:
        (folder / "report.html").write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        sweep(tiny(tmp_path), tmp_path / "out", Here(), full)
    assert {path.name: path.stat().st_mtime_ns for path in done.folder.iterdir()} == before


def test_what_killed_processes_left_is_removed(tmp_path: Path) -> None:
    done = swept(tmp_path)
    (done.folder / ".partial-killed").mkdir()
    (done.folder / "manifest.json").unlink()
    swept(tmp_path)
    assert {path.name for path in done.folder.iterdir()} == FILES


def test_what_bears_the_name_of_a_file_gives_way(tmp_path: Path) -> None:
    folder = swept(tmp_path).folder
    for name in ("failed.json", "sweep.parquet"):
        (folder / name).unlink()
        (folder / name / "inside").mkdir(parents=True)
    (folder / "figures").write_text("no folder")

    def draw(fresh: Path) -> None:
        (fresh / "figures").mkdir()
        (fresh / "figures" / "one.png").write_text("one")

    sweep(tiny(tmp_path), tmp_path / "out", Here(), draw)
    assert {path.name for path in folder.iterdir()} == {*FILES, "figures"}
    assert (folder / "figures" / "one.png").read_text() == "one"


def test_a_report_of_an_earlier_table_goes(tmp_path: Path) -> None:
    """Also where nobody writes a new one."""

    def report(fresh: Path) -> None:
        (fresh / "figures").mkdir()
        (fresh / "report.html").write_text("of this table")

    folder = sweep(tiny(tmp_path), tmp_path / "out", Here(), report).folder
    assert {path.name for path in folder.iterdir()} == {*FILES, "figures", "report.html"}
    swept(tmp_path)
    assert {path.name for path in folder.iterdir()} == FILES


def test_progress_counts_what_was_finished_before_and_tells_of_the_drawing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        swept(tmp_path, engine=Here(5))
    told: list[tuple[int, int, str]] = []
    sweep(tiny(tmp_path), tmp_path / "out", Here(), lambda _: None, lambda *one: told.append(one))
    assert [one[:2] for one in told if one[2].startswith("cell")] == [(6, 8), (7, 8), (8, 8)]
    assert (5, 8, "starting") in told
    assert told[-1] == (0, 0, "analysing and drawing")


def test_sweeps_of_one_folder_that_end_together_leave_one_whole_result(tmp_path: Path) -> None:
    """Each waits while another puts its files in place."""
    whole = swept(tmp_path)
    design, out = tiny(tmp_path), tmp_path / "out"
    with ThreadPoolExecutor(4) as threads:
        ended = [threads.submit(sweep, design, out, Here(), slow_report) for _ in range(4)]
    assert {one.result().folder for one in ended} == {whole.folder}
    assert {path.name for path in whole.folder.iterdir()} == {*FILES, "report.html"}


def slow_report(folder: Path) -> None:
    (folder / "report.html").write_text("report")
    sleep(0.05)
    assert [path.name for path in folder.parent.glob(".partial-*")] == [folder.name]


@pytest.mark.parametrize("infinite", [("gini",), ("gini", "wealth_mean_real")])
def test_a_figure_without_bound_sets_its_cell_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, infinite: tuple[str, ...]
) -> None:
    """A file of the store has no way to write it; what nobody asked for does no harm."""

    def without_bound(*arguments: object, **named: object) -> Replication:
        one = replicate(tiny(tmp_path).base, 0, lives=False)
        told = dict.fromkeys([*infinite, "fees_usd"], np.inf)
        return replace(one, headlines={**one.headlines, **told})

    monkeypatch.setattr("experiments.sweep.work.replicate", without_bound)
    design = tiny(tmp_path)
    answer = simulate_cell(design.base, 0, design.outcomes, program_hash())
    assert answer == Broken(f"{', '.join(infinite)} without bound")
    answer = simulate_cell(design.base, 0, (), program_hash())
    assert isinstance(answer, Simulated)
    assert not set(answer.values) & {*infinite, "fees_usd"}


def test_a_cell_that_fails_is_set_aside_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "simulate_cell", simulated_or_not)
    done = swept(tmp_path)
    assert sorted(set(table(done)["cell"])) == [0, 2]
    failed = json.loads((done.folder / "failed.json").read_text())
    assert [(one["cell"], one["replication"]) for one in failed] == [(1, 1), (3, 1)]
    assert failed[0]["reason"] == "MemoryError: too much"
    assert failed[0]["values"] == {"policy.cap": 0.05, "savers.inertia": 0.9}
    monkeypatch.undo()
    assert swept(tmp_path).ran == 2


def test_what_goes_wrong_in_a_simulation_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    design = tiny(tmp_path)

    def fails(*_: object, **__: object) -> None:
        raise MemoryError("no room\nat all")

    monkeypatch.setattr("experiments.sweep.work.replicate", fails)
    answer = simulate_cell(design.base, 0, design.outcomes, program_hash())
    assert answer == Broken("MemoryError: no room at all")


def test_a_worker_of_another_program_computes_nothing(tmp_path: Path) -> None:
    """One that took the place of a killed worker after an edit: its figures would bear the old address."""
    design = tiny(tmp_path)
    with pytest.raises(ChangedProgramError, match="have changed since the sweep began"):
        simulate_cell(design.base, 0, design.outcomes, "of another program")


def stopped(folder: Path, half_width: float, most: int) -> pd.DataFrame:
    text = f"{TINY}\n[stopping]\nmost = {most}\n[stopping.half_width]\ngini = {half_width}\n"
    return table(swept(folder, text))


def test_a_wide_enough_wish_stops_after_a_batch(tmp_path: Path) -> None:
    assert set(stopped(tmp_path, 1.0, 6)["replication"]) == {0, 1}


def test_a_wish_that_cannot_be_met_stops_at_the_most(tmp_path: Path) -> None:
    rows = stopped(tmp_path, 1e-12, 5)
    assert rows.groupby("cell")["replication"].max().tolist() == [4] * 4


def test_a_cell_stops_at_the_first_batch_that_is_narrow_enough(tmp_path: Path) -> None:
    everything = stopped(tmp_path, 1e-12, 8).set_index(["cell", "replication"])["gini"].unstack().to_numpy()
    halves = {
        count: t.ppf(0.975, count - 1) * everything[:, :count].std(axis=1, ddof=1) / np.sqrt(count)
        for count in (2, 4, 6, 8)
    }
    wanted = float(np.median(halves[4]))
    expected = [next((count for count in halves if halves[count][cell] <= wanted), 8) for cell in range(4)]
    rows = stopped(tmp_path, wanted, 8)
    assert rows.groupby("cell").size().tolist() == expected
    assert len(set(expected)) > 1


def test_names_and_switches_have_columns_of_their_own_type(tmp_path: Path) -> None:
    text = """
    years = 0
    savers = 20
    replications = 1
    outcomes = ["gini", "unmet_months"]
    [design]
    method = "list"
    [design.parameters]
    "policy.access" = ["none", "all"]
    "policy.classes" = [["gold", "bitcoin"], ["gold"]]
    "savers.max_funds" = [2, 3]
    "policy.start" = ["2025-08", "2026-01"]
    """
    done = sweep(load_design(written(tmp_path, text)), tmp_path, Here())
    rows = table(done)
    assert rows["policy.access"].tolist() == ["none", "all"]
    assert rows["policy.classes"].tolist() == ["gold,bitcoin", "gold"]
    assert rows["savers.max_funds"].dtype == np.int64
    assert rows["unmet_months"].isna().all()
