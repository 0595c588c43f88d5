"""What differs between two result folders: causes, figures, wrong folders."""

import copy
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from environment.problems import ScenarioError
from experiments.cli.main import main
from experiments.diff import Diff, diff
from tests.runs import simulated

Output = pytest.CaptureFixture[str]
HASH = "0123456789abcdef" * 4
SUMMARY: dict[str, dict[str, Any]] = {
    "gini": {"value": 0.7, "low": 0.68, "high": 0.72, "unit": "0 to 1", "replications": 2},
    "unmet_months": {"value": None, "low": None, "high": None, "unit": "months", "replications": 2},
}
MANIFEST: dict[str, Any] = {
    "schema": 1,
    "kind": "run",
    "status": "complete",
    "scenario": {
        "name": "open-access",
        "description": "The order.",
        "run": {"years": 1, "savers": 10, "seed": 1, "replications": 2},
        "policy": {"cap": 1.0, "access": "all"},
    },
    "seed": 1,
    "savers": 10,
    "months": 12,
    "replications": 2,
    "wall_seconds": 1.0,
    "peak_rss_mb": 100.0,
    "versions": {"python": "3.12.1", "numpy": "2.5.5", "seaborn": "0.13.2"},
    "commit": "a" * 40,
    "inputs": {"environment/numbers/life_table.csv": HASH, "experiments/scenarios/open-access.toml": HASH},
    "content_sha256": HASH,
    "warnings": [],
}
DESIGN = {
    "method": "grid",
    "parameters": {"policy.cap": [0.1, 0.2], "run.start": ["2025-01"]},
    "roles": {"policy.cap": "lever"},
}


def changed(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return a deep copy in which the values at some paths, `a/b`, are others; None removes."""
    made = copy.deepcopy(base)
    for path, value in changes.items():
        *inner, last = path.split("/")
        place = made
        for name in inner:
            place = place[name]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return made


def write_run(folder: Path, summary: object = SUMMARY, **changes: object) -> Path:
    folder.mkdir(parents=True)
    paths = {name.replace("__", "/"): value for name, value in changes.items()}
    (folder / "manifest.json").write_text(json.dumps(changed(MANIFEST, paths)))
    (folder / "summary.json").write_text(json.dumps(summary))
    return folder


def share(value: float) -> dict[str, float]:
    return {"value": value, "low": value - 0.1, "high": value + 0.1}


def write_pair(folder: Path, others: dict[str, float], **changes: object) -> Path:
    """Write a comparison in which a share of savers is better off under each other scenario."""
    write_run(folder, kind="compare", base="closed-door", others=list(others), **changes)
    (folder / "summary.json").unlink()
    for name in ("closed-door", *others):
        write_run(folder / name, scenario__name=name)
    verdict = {
        name: {
            "better": share(better),
            "by_literacy": {"1": {"better": share(better / 2)}},
            "by_age": {"65+": {"better": share(better)}},
            "changes": {"gini": share(0.0)},
        }
        for name, better in others.items()
    }
    (folder / "verdict.json").write_text(json.dumps(verdict))
    return folder


def write_sweep(folder: Path, rows: list[tuple[Any, ...]], **changes: object) -> Path:
    """Write a sweep; a row is cell, replication, cap and Gini."""
    kind = {"kind": "sweep", "design": DESIGN, "outcomes": {"gini": "0 to 1"}, "cells": 2, "failed": 0}
    write_run(folder, **{**kind, **changes})
    table = pd.DataFrame(rows, columns=["cell", "replication", "policy.cap", "gini"])
    table.assign(**{"run.start": "2025-01"}).to_parquet(folder / "sweep.parquet")
    (folder / "failed.json").write_text("[]")
    return folder


def told(found: Diff, part: str) -> dict[str, tuple[object, object]]:
    return {one.name: (one.first, one.second) for one in found.changes if one.part == part}


def test_nothing_differs(tmp_path: Path, capsys: Output) -> None:
    """But the time it took; names and descriptions of scenarios are not looked at."""
    one = write_run(tmp_path / "one")
    two = write_run(
        tmp_path / "two", wall_seconds=9.0, scenario__description="Another.", scenario__name="mine"
    )
    assert diff(one, two).changes == []
    assert main(["diff", str(one), str(two)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "the same results to the last byte",
        "nothing that could matter differs",
        "",
        "2 of 2 figures are the same",
    ]


def test_every_cause_is_told(tmp_path: Path) -> None:
    one = write_run(tmp_path / "one")
    two = write_run(
        tmp_path / "two",
        scenario__policy={"cap": 0.15, "audit": 1.0, "access": "all"},
        seed=2,
        months=24,
        scenario__run__years=2,
        versions__numpy="2.6.0",
        commit="b" * 40,
        inputs={"environment/numbers/life_table.csv": "f" * 64},
        content_sha256="f" * 64,
    )
    found = diff(one, two)
    assert not found.same
    assert found.causes == {"parameters": 2, "inputs": 1, "code": 1, "versions": 1, "seed and size": 2}
    assert told(found, "parameters") == {"policy.cap": (1.0, 0.15), "policy.audit": (None, 1.0)}
    assert told(found, "seed and size") == {"seed": (1, 2), "months": (12, 24)}
    assert told(found, "inputs") == {
        "environment/numbers/life_table.csv": (HASH, "f" * 64),
        "experiments/scenarios/open-access.toml": (HASH, None),
    }


def test_what_cannot_move_a_result_is_no_cause(tmp_path: Path) -> None:
    """A scenario file with the same values, and the library that draws; both are told all the same."""
    one = write_run(tmp_path / "one")
    files = {"environment/numbers/life_table.csv": HASH, "mine.toml": "f" * 64}
    two = write_run(tmp_path / "two", inputs=files, versions__seaborn="0.14")
    found = diff(one, two)
    assert found.causes == {}
    assert set(told(found, "inputs")) == {"mine.toml", "experiments/scenarios/open-access.toml"}
    assert told(found, "versions") == {"seaborn": ("0.13.2", "0.14")}


def test_code_that_is_not_recorded_is_not_taken_for_the_same(tmp_path: Path, capsys: Output) -> None:
    one = write_run(tmp_path / "one", commit="a" * 40 + "+")
    two = write_run(tmp_path / "two", commit="a" * 40 + "+")
    assert not diff(one, two).code_known
    assert main(["diff", str(one), str(two)]) == 0
    assert "whether the code is the same is not recorded" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("other", "verdict", "difference"),
    [
        ((0.7, 0.68, 0.72), "same", 0.0),
        ((0.75, 0.72, 0.78), "intervals overlap", 0.05),
        ((0.65, 0.61, 0.68), "intervals overlap", -0.05),
        ((0.75, 0.73, 0.77), "intervals apart", 0.05),
        ((0.65, 0.61, 0.67), "intervals apart", -0.05),
        ((0.75, None, None), "no interval", 0.05),
        ((None, None, None), "no interval", None),
    ],
)
def test_what_intervals_say_of_a_difference(
    other: tuple[float | None, ...], verdict: str, difference: float | None, tmp_path: Path
) -> None:
    """Of the Gini 0.7 [0.68, 0.72]; intervals that touch overlap."""
    ends = dict(zip(("value", "low", "high"), other, strict=True))
    two = write_run(tmp_path / "two", summary={**SUMMARY, "gini": {**SUMMARY["gini"], **ends}})
    gini, unmet = diff(write_run(tmp_path / "one"), two).figures
    assert (gini.name, gini.unit, gini.verdict) == ("gini", "0 to 1", verdict)
    assert gini.difference == (None if difference is None else pytest.approx(difference))
    assert (unmet.verdict, unmet.difference) == ("same", None)


def test_warnings_of_one_only(tmp_path: Path, capsys: Output) -> None:
    one = write_run(tmp_path / "one", warnings=["both", "first"])
    two = write_run(tmp_path / "two", warnings=["second", "both"])
    assert diff(one, two).warnings == (["first"], ["second"])
    assert main(["diff", str(one), str(two)]) == 0
    printed = capsys.readouterr().out
    assert "warning only in the first: first\nwarning only in the second: second\n" in printed
    assert "both" not in printed


def test_two_comparisons(tmp_path: Path) -> None:
    one = write_pair(tmp_path / "one", {"capped": 0.4, "sleeve": 0.5})
    two = write_pair(tmp_path / "two", {"capped": 0.8})
    (two / "capped" / "manifest.json").write_text(
        json.dumps(changed(MANIFEST, {"scenario/policy/cap": 0.2, "content_sha256": "f" * 64}))
    )
    found = diff(one, two)
    assert not found.same
    assert told(found, "parameters") == {"capped: policy.cap": (1.0, 0.2)}
    assert told(found, "scenarios") == {"sleeve": (True, None)}
    moved: dict[str, tuple[object, str]] = {one.name: (one.difference, one.verdict) for one in found.figures}
    assert {name: told for name, told in moved.items() if told[1] != "same"} == {
        "capped: better": (pytest.approx(0.4), "intervals apart"),
        "capped: better, literacy 1": (pytest.approx(0.2), "intervals overlap"),
        "capped: better, age 65+": (pytest.approx(0.4), "intervals apart"),
    }
    assert {"capped: change of gini", "closed-door: gini"} <= {one.name for one in found.figures}
    assert {one.unit for one in found.figures if "better" in one.name} == {"share of savers"}


def test_the_hash_of_a_comparison_is_that_of_all_its_scenarios(tmp_path: Path) -> None:
    """Its own covers the differences alone, which may be equal where the worlds are not."""
    one, two = (write_pair(tmp_path / name, {"capped": 0.4}) for name in ("one", "two"))
    assert diff(one, two).same
    (two / "capped" / "manifest.json").write_text(json.dumps(changed(MANIFEST, {"content_sha256": "f" * 64})))
    assert not diff(one, two).same


def test_two_sweeps_are_compared_over_the_cells_of_both(tmp_path: Path) -> None:
    """Cells 0 and 1 of the second are cells 1 and 2 of the first; the mean is over these alone.

    By replication: (0.5 + 0.7) / 2 = 0.6 and (0.7 + 0.9) / 2 = 0.8, so 0.7 with half a width of
    12.706 x 0.1414 / sqrt(2), t(0.975, 1) being 12.706 (Student 1908); 0.1 more in the second.
    """
    shared = [(0, 0.2, (0.5, 0.7)), (1, 0.3, (0.7, 0.9))]
    rows = [(cell, place, cap, gini) for cell, cap, ginis in shared for place, gini in enumerate(ginis)]
    first = [(0, 0, 0.1, 9.0), (0, 1, 0.1, 9.0), *((cell + 1, *rest) for cell, *rest in rows)]
    second = [(cell, place, cap, gini + 0.1) for cell, place, cap, gini in rows]
    one = write_sweep(tmp_path / "one", first)
    two = write_sweep(tmp_path / "two", second, design=changed(DESIGN, {"parameters/policy.cap": [0.2, 0.3]}))
    found = diff(one, two)
    assert found.cells == ([{"policy.cap": 0.1, "run.start": "2025-01"}], [], 2)
    assert told(found, "design") == {"parameters.policy.cap": ([0.1, 0.2], [0.2, 0.3])}
    (gini,) = found.figures
    assert (gini.name, gini.unit, gini.verdict) == ("mean of gini", "0 to 1", "intervals overlap")
    assert gini.first == pytest.approx({"value": 0.7, "low": 0.7 - 1.2706, "high": 0.7 + 1.2706}, rel=1e-4)
    assert gini.difference == pytest.approx(0.1)


def test_cells_with_more_replications_weigh_no_more(tmp_path: Path) -> None:
    """A sweep that stops by itself leaves them: the mean is over replications that every cell has."""
    rows = [(0, 0, 0.1, 1.0), (0, 1, 0.1, 3.0), (1, 0, 0.2, 2.0), (1, 1, 0.2, 4.0), (1, 2, 0.2, 99.0)]
    folder = write_sweep(tmp_path / "one", rows)
    (gini,) = diff(folder, folder).figures
    assert gini.first["value"] == 2.5


def test_a_role_is_a_word(tmp_path: Path) -> None:
    one = write_sweep(tmp_path / "one", [(0, 0, 0.1, 1.0)])
    design = changed(DESIGN, {"roles/policy.cap": "uncertainty", "groups": {"execution": ["policy.cap"]}})
    two = write_sweep(tmp_path / "two", [(0, 0, 0.1, 1.0)], design=design)
    assert set(told(diff(one, two), "design")) == {"roles.policy.cap", "groups.execution"}
    assert diff(one, two).causes == {"design": 1}


def test_keys_in_another_order_draw_another_sample(tmp_path: Path) -> None:
    """Of the same ranges: the columns of a Sobol' sequence go to the keys in their order."""
    ranges = {"policy.cap": [0.1, 0.2], "savers.inertia": [0.5, 0.9]}
    rows = [(0, 0, 0.1, 1.0)]
    one, two = (
        write_sweep(tmp_path / name, rows, design=changed(DESIGN, {"parameters": given}))
        for name, given in (("one", ranges), ("two", dict(reversed(ranges.items()))))
    )
    for folder in (one, two):
        table = pd.read_parquet(folder / "sweep.parquet").assign(**{"savers.inertia": 0.5})
        table.to_parquet(folder / "sweep.parquet", index=False)
    assert told(diff(one, two), "design") == {"order of keys": (list(ranges), list(reversed(ranges)))}
    assert diff(one, two).causes == {"design": 1}


def test_cells_that_are_only_in_one_are_named_up_to_five(tmp_path: Path, capsys: Output) -> None:
    one = write_sweep(tmp_path / "one", [(number, 0, number / 10, 1.0) for number in range(8)])
    two = write_sweep(tmp_path / "two", [(0, 0, 0.0, 1.0)])
    assert main(["diff", str(one), str(two)]) == 0
    lines = capsys.readouterr().out.splitlines()
    named = [line for line in lines if line.startswith("cell only in the first: ")]
    caps = [line.split(", ")[0] for line in named]
    assert caps == [f"cell only in the first: policy.cap = {number / 10}" for number in range(1, 6)]
    assert "cells only in the first that are not named: 2" in lines


def test_an_outcome_that_a_cell_never_has(tmp_path: Path) -> None:
    rows = [(0, 0, 0.1, None), (0, 1, 0.1, None), (1, 0, 0.2, 2.0), (1, 1, 0.2, 4.0)]
    folder = write_sweep(tmp_path / "one", rows)
    (gini,) = diff(folder, folder).figures
    assert gini.first["value"] == 3.0
    nothing = write_sweep(tmp_path / "two", [(0, 0, 0.1, None)])
    (gini,) = diff(nothing, nothing).figures
    assert gini.first["value"] is None


def test_sweeps_without_a_cell_in_common(tmp_path: Path, capsys: Output) -> None:
    one = write_sweep(tmp_path / "one", [(0, 0, 0.1, 1.0), (1, 0, 0.2, 3.0)])
    two = write_sweep(tmp_path / "two", [(0, 0, 0.5, 5.0)], outcomes={"gini": "0 to 1"}, stopping={"most": 8})
    failure = {"cell": 1, "values": {"policy.cap": 0.6}, "replication": 0, "reason": "no market"}
    (two / "failed.json").write_text(json.dumps([failure]))
    assert main(["diff", str(one), str(two)]) == 0
    printed = capsys.readouterr().out
    assert "cells only in the first: 2, only in the second: 1, in both: 0\n" in printed
    assert "means are over all cells of each" in printed
    assert 'failed cell only in the second: {"policy.cap": 0.6}, replication 0: no market' in printed
    assert "stopping.most" in printed
    assert "+3" in printed


def test_the_table_and_json_tell_the_same(tmp_path: Path, capsys: Output) -> None:
    one = write_run(tmp_path / "one")
    gini = {**SUMMARY["gini"], "value": 0.75, "low": 0.73, "high": 0.77}
    two = write_run(
        tmp_path / "two", {**SUMMARY, "gini": gini}, scenario__policy__cap=0.15, content_sha256="f" * 64
    )
    assert main(["diff", str(one), str(two)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["the results differ", "what differs and could matter: parameters (1)"]
    (row,) = [line for line in lines if "policy.cap" in line]
    assert " ".join(row.split()) == "parameters policy.cap 1.0 0.15"
    (row,) = [line for line in lines if line.startswith("gini")]
    assert " ".join(row.split()) == "gini 0.7 [0.68, 0.72] 0.75 [0.73, 0.77] +0.05 intervals apart 0 to 1"
    assert lines[-1] == "1 of 2 figures are the same"
    assert main(["diff", str(one), str(two), "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["causes"] == ["parameters"]
    assert not content["same_results"]
    change = {"part": "parameters", "name": "policy.cap", "first": 1.0, "second": 0.15, "matters": True}
    assert content["changes"] == [change]
    assert content["figures"][0]["second"] == {"value": 0.75, "low": 0.73, "high": 0.77}
    assert content["cells"] is None


def test_real_runs(tmp_path: Path) -> None:
    """A run differs from itself with a cap in that cap, and in nothing else that went in."""
    from experiments.results import write_result

    sizes = ("run.savers=40", "run.years=0", "run.replications=2")
    folders = [
        write_result(simulated("open-access", *sizes, cap), tmp_path / cap)
        for cap in ("policy.cap=1", "policy.cap=0.05")
    ]
    found = diff(folders[0], folders[1])
    assert told(found, "parameters") == {"policy.cap": (1.0, 0.05)}
    assert found.causes == {"parameters": 1}
    assert len(found.figures) == 10


def broken(folder: Path, name: str, text: str | None) -> Path:
    if text is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("manifest.json", None, "has no manifest.json"),
        ("manifest.json", "{", "is not JSON"),
        ("manifest.json", "[]", "is something else; allowed: a JSON object"),
        ("manifest.json", '{"schema": 2, "kind": "run"}', "has layout 2"),
        ("manifest.json", '{"schema": 1, "kind": "story"}', "is of kind story"),
        ("manifest.json", '{"schema": 1, "kind": "run"}', "lacks or garbles scenario, seed"),
        ("summary.json", None, "does not exist"),
        ("summary.json", "[" * 100_000, "is not JSON"),
        ("summary.json", '{"gini": {"value": NaN, "low": 0, "high": 1}}', "is not JSON: NaN is no number"),
        ("summary.json", '{"gini": 0.7}', "holds something that is no figure"),
        (
            "summary.json",
            '{"gini": {"value": "high", "low": 0, "high": 1}}',
            "holds something that is no figure",
        ),
    ],
)
def test_folders_that_cannot_be_used(name: str, text: str | None, message: str, tmp_path: Path) -> None:
    """Of each is told what is wrong, at once."""
    wrong = broken(write_run(tmp_path / "wrong"), name, text)
    with pytest.raises(ScenarioError) as caught:
        diff(wrong, tmp_path / "nowhere")
    assert len(caught.value.problems) == 2
    assert message in caught.value.problems[0].message + "; allowed: " + caught.value.problems[0].allowed
    assert str(caught.value.problems[1]).endswith(
        "is not a folder; allowed: a result folder of run, compare, sweep"
    )


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("sweep.parquet", None, "does not exist"),
        ("sweep.parquet", "PAR1", "sweep.parquet"),
        ("failed.json", '["no market"]', "holds something else"),
    ],
)
def test_sweeps_that_cannot_be_used(name: str, text: str | None, message: str, tmp_path: Path) -> None:
    wrong = broken(write_sweep(tmp_path / "wrong", [(0, 0, 0.1, 1.0)]), name, text)
    with pytest.raises(ScenarioError, match=message):
        diff(wrong, write_sweep(tmp_path / "right", [(0, 0, 0.1, 1.0)]))


def test_a_table_that_is_not_that_of_the_manifest(tmp_path: Path) -> None:
    one = write_sweep(tmp_path / "one", [(0, 0, 0.1, 1.0)], outcomes={"theil": ""})
    two = write_sweep(tmp_path / "two", [(0, 0, 0.1, 1.0), (0, 0, 0.1, 2.0)])
    with pytest.raises(ScenarioError) as caught:
        diff(one, two)
    assert [problem.message for problem in caught.value.problems] == ["has no column theil", "has several"]


def test_two_kinds(tmp_path: Path, capsys: Output) -> None:
    one = write_run(tmp_path / "one")
    two = write_pair(tmp_path / "two", {"capped": 0.5})
    assert main(["diff", str(one), str(two)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "is a result of compare, and" in printed.err
    assert "one of run; allowed: two results of one kind: run, compare, sweep" in printed.err
