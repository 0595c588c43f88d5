"""The answer in short of a sweep: what moved the outcomes, what moved nothing, and how sure that is."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.analysis.paired import paired_effects
from experiments.analysis.table import SweepTable
from experiments.figures.sweep_source import Swept, read_swept
from experiments.report import sweep_chapters
from experiments.report.sweep_answer import answers, question
from experiments.report.sweep_numbers import Numbers, numbers_of
from tests.experiments.synthetic_sweep import SweepShape, write_sweep


def numbers(sobol: pd.DataFrame | None = None) -> Numbers:
    """Numbers without any but these."""
    nothing = pd.DataFrame({"outcome": [], "noise": []})
    return Numbers(precision=nothing, needed=nothing, variance=nothing, spans={}, sobol=sobol)


def test_changes_and_differences_are_paired_by_luck(swept: Swept) -> None:
    """Luck shared by the cells of a replication must not widen the interval of an effect."""
    key, other = "funds.evergreen.management_fee", "private_excess"
    table = swept.table.assign(wealth_median_real=1_000.0 * swept.table["replication"])
    table.loc[table[key] == 0.02, "wealth_median_real"] += 50.0
    table.loc[(table[key] == 0.02) & (table["replication"] == 0), "wealth_median_real"] += 3.0
    lucky = Swept(swept.manifest, table, [])
    # Changes 53, 50, 50: mean 51, s = sqrt(3), t(0.975, 2) = 4.303: half width 4.303.
    told = answers(lucky, numbers_of(lucky))[0]
    assert f"{key} from 0.005 to 0.02: +$51 (+$47 to +$55)" in told
    assert told.index(key) < told.index(f"{other} from")
    paired = paired_effects(SweepTable(swept.manifest, table))
    upper = paired[(paired["outcome"] == "wealth_median_real") & (paired["value"] == 0.02)].set_index("key")
    assert upper["deviation"].tolist() == pytest.approx([25.5, 0.0], abs=1e-9)
    assert upper["half"].tolist() == pytest.approx([4.3027 / 2, 0.0], rel=1e-4, abs=1e-9)
    assert upper.index.tolist() == [key, other]


def test_keys_that_change_nothing_are_told(swept: Swept) -> None:
    key, other, idle = swept.keys
    table = swept.table.copy()
    for name in swept.outcomes:
        table[name] = table[key] * table["replication"] + table[other]
    still = Swept(swept.manifest, table[table["cell"] != 3], [])
    *outcomes, told = answers(still, numbers_of(still))
    assert told.startswith(f"{idle} changed nothing: every figure is the same at all its values. Is the ")
    assert len(outcomes) == 2
    assert all(idle not in one and key in one for one in outcomes)
    table.loc[table["cell"] == 7, swept.outcomes[1]] += 1e-9
    assert "nothing" not in " ".join(answers(still, numbers_of(Swept(swept.manifest, table, []))))


@pytest.mark.parametrize("method", ["sobol", "morris"])
def test_ranges_that_change_nothing_are_told(tmp_path: Path, method: str) -> None:
    sampled = read_swept(write_sweep(tmp_path / "result", SweepShape(method, keys=3, outcomes=1, samples=8)))
    name, key, idle = sampled.outcomes[0], sampled.keys[0], sampled.keys[2]
    table = sampled.table.assign(**{name: sampled.table[key] + sampled.table[sampled.keys[1]]})
    still = Swept(sampled.manifest, table, [])
    told = answers(still, numbers_of(still))[1:]
    assert [one.partition(". Is ")[0] for one in told] == [
        f"{idle} changed nothing: every figure is the same over its range"
    ]


def test_a_family_has_one_line_in_the_answer(tmp_path: Path) -> None:
    family_sweep = read_swept(write_sweep(tmp_path / "result", SweepShape("grid", keys=2, outcomes=10)))
    told = answers(family_sweep, numbers_of(family_sweep))
    assert len(told) == 6
    line = next(one for one in told if one.startswith("groups.wealth_median by literacy_quintile: change of"))
    assert re.findall(r"\[(\d)\] (?:funds|private)", line) == list("12345")


def test_the_answer_of_variance_names_the_largest_share_first(swept: Swept) -> None:
    indices = pd.DataFrame(
        {
            "outcome": "gini",
            "name": ["small", "large"],
            "first": [0.1, 0.5],
            "first_low": [0.05, 0.4],
            "first_high": [0.15, 0.6],
            "total": [0.2, 0.8],
            "total_low": [0.1, 0.7],
            "total_high": [0.3, 0.9],
        }
    )
    manifest = {**swept.manifest, "outcomes": {"gini": "0 to 1"}}
    told = answers(Swept(manifest, swept.table, []), numbers(sobol=indices))
    assert told[0].startswith("Gini of wealth: ")
    assert "large 80% (70% to 90%), alone 50% (40% to 60%); small 20% (10% to 30%)" in told[0]
    assert "add up to 60%; noise unknown" in told[0]


def test_many_outcomes_are_counted_in_the_question(swept: Swept) -> None:
    names = dict.fromkeys(("fees_usd", "gini", "a.b", "c.d", "e.f"), "USD")
    asked = question(Swept({**swept.manifest, "outcomes": names}, swept.table, []))
    assert asked == "What moves fees, Gini of wealth, a.b and 2 more outcomes?"


def test_replications_that_nobody_runs_are_not_counted(swept: Swept, tmp_path: Path) -> None:
    first, second = swept.outcomes
    dice = np.random.default_rng(1).standard_normal(len(swept.table))
    table = swept.table.assign(
        **{first: 1e-6 * swept.table["cell"] + dice, second: swept.table["replication"]}
    )
    noisy = Swept(swept.manifest, table, [])
    told = " ".join(sweep_chapters.replications(noisy, numbers_of(noisy), tmp_path))
    assert "<td>more than 1,000</td>" in told
    assert "<td>the cells do not differ</td>" in told
    assert "None" not in told


def test_where_nothing_crosses_the_side_is_told(tmp_path: Path) -> None:
    """Nought lies at 0.005 * 2.4 only for the lowest excess; from the middle on the outcome is above."""
    made = read_swept(write_sweep(tmp_path / "result", SweepShape("grid", keys=2, outcomes=1, samples=3)))
    fee, excess = made.keys
    table = made.table.assign(
        wealth_median_real=made.table[fee] - 0.012 + 100.0 * (made.table[excess] + 0.02)
    )
    crossed = Swept(made.manifest, table, [])
    told = " ".join(sweep_chapters.breakeven(crossed, numbers_of(crossed), tmp_path))
    assert (
        f"Median wealth is nought at {fee} = 0.012 (0.012 to 0.012) when {excess} is \N{MINUS SIGN}0.02"
        in told
    )
    side = f"is above nought at every value of {fee} that was simulated when {excess} is 0 and 0.02."
    assert side in told
    assert "below nought at every" not in told
