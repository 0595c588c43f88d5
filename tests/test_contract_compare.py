"""What a stranger can rely on in the result folder of a comparison: persons, differences, verdict."""

import hashlib
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.compare import compare
from experiments.load import load_scenario
from tests.runs import BUSY, one_replication, price_level

COLUMNS = """replication saver weight literacy literacy_quintile age_at_start base_wealth_real
    other_wealth_real base_spent_real other_spent_real difference other"""
BANDS = ["<25", "25-34", "35-44", "45-54", "55-64", "65+"]
QUINTILES = ["1", "2", "3", "4", "5"]
OUTCOMES = ["better", "worse", "unchanged"]
SAVERS, REPLICATIONS = 400, 2
T_OF_TWO = math.tan(0.475 * math.pi)  # Student's t with one degree of freedom is Cauchy's distribution


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Closed door against two others, two busy replications each."""
    base, *others = (load_scenario(name, BUSY) for name in ("closed-door", "open-access", "capped"))
    return compare(base, others, tmp_path_factory.mktemp("results"))[0]


@pytest.fixture(scope="module")
def differences(folder: Path) -> pd.DataFrame:
    return pd.read_parquet(folder / "differences.parquet")


@pytest.fixture(scope="module")
def verdict(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "verdict.json").read_text())
    return content


@pytest.fixture(scope="module")
def opened(differences: pd.DataFrame) -> pd.DataFrame:
    return differences[differences["other"] == "open-access"].reset_index(drop=True)


def test_the_folder_holds_whole_results(folder: Path) -> None:
    for inside, prefix in [(folder, "compare-closed-door")] + [
        (folder / name, "") for name in ("closed-door", "open-access", "capped")
    ]:
        manifest = json.loads((inside / "manifest.json").read_text())
        lines = sorted(f"{path.name} {file_hash(path)}" for path in inside.glob("*.parquet"))
        assert manifest["content_sha256"] == hashlib.sha256("\n".join(lines).encode()).hexdigest()
        assert inside.name == (f"{prefix}-{manifest['content_sha256'][:8]}" if prefix else inside.name)
        assert manifest["months"] == 48
        assert manifest["savers"] == SAVERS
    assert not list(folder.rglob("*.part"))


def file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_columns_of_differences(differences: pd.DataFrame) -> None:
    assert set(COLUMNS.split()) <= set(differences.columns)
    assert differences["other"].unique().tolist() == ["open-access", "capped"]
    assert sorted(differences["literacy_quintile"].unique()) == QUINTILES
    assert pd.api.types.is_integer_dtype(differences["saver"].dtype)


def test_everybody_ever_in_the_run_has_one_row(differences: pd.DataFrame) -> None:
    """A number is row + savers x generation, and no generation of a row is missing."""
    for _, rows in differences.groupby(["other", "replication"]):
        row, generation = rows["saver"] % SAVERS, rows["saver"] // SAVERS
        assert not rows["saver"].duplicated().any()
        assert sorted(row.unique()) == list(range(SAVERS))
        last = generation.groupby(row).max()
        assert len(rows) == (last + 1).sum()
        assert len(rows) > SAVERS
        born_later = generation > 0
        assert born_later.equals(rows["age_at_start"].isna())
        assert rows["age_at_start"].dropna().between(22, 119).all()


def test_difference_is_change_of_wealth_and_of_spending(differences: pd.DataFrame) -> None:
    wealth = differences["other_wealth_real"] - differences["base_wealth_real"]
    spent = differences["other_spent_real"] - differences["base_spent_real"]
    np.testing.assert_allclose(differences["difference"], wealth + spent, rtol=0.0, atol=1e-6)
    assert (differences["difference"] != 0.0).mean() > 0.3


@pytest.mark.parametrize("side", ["base", "other"])
def test_the_living_are_those_of_the_results(folder: Path, opened: pd.DataFrame, side: str) -> None:
    name = {"base": "closed-door", "other": "open-access"}[side]
    savers = pd.read_parquet(folder / name / "savers.parquet").set_index(["replication", "saver"])
    own = opened.set_index(["replication", "saver"]).loc[savers.index]
    np.testing.assert_allclose(own[f"{side}_wealth_real"], savers["wealth_real"], rtol=1e-12)
    np.testing.assert_array_equal(own["literacy"], savers["literacy"])
    np.testing.assert_array_equal(own["weight"], savers["weight"])
    first = own["age_at_start"].notna()
    np.testing.assert_array_equal(own["age_at_start"][first], 2024 - savers["birth_year"][first])


@pytest.mark.parametrize("number", range(REPLICATIONS))
@pytest.mark.parametrize("side", ["base", "other"])
def test_what_persons_left_and_spent_is_what_the_months_say(
    folder: Path, opened: pd.DataFrame, side: str, number: int
) -> None:
    """In real terms, what the dead left is all bequests; what all spent, withdrawals less contributions."""
    inside = folder / {"base": "closed-door", "other": "open-access"}[side]
    monthly = one_replication(pd.read_parquet(inside / "monthly.parquet"), number)
    living = one_replication(pd.read_parquet(inside / "savers.parquet"), number)["saver"]
    persons, level = one_replication(opened, number), price_level(monthly)
    dead = persons[~persons["saver"].isin(living)]
    left = (dead["weight"] * dead[f"{side}_wealth_real"]).sum()
    assert left == pytest.approx((monthly["bequests_usd"] / level).sum(), rel=1e-9)
    spent = (persons["weight"] * persons[f"{side}_spent_real"]).sum()
    flows = (monthly["withdrawals_usd"] - monthly["contributions_usd"]) / level
    assert spent == pytest.approx(flows.sum(), rel=1e-9)


def test_policy_changes_neither_people_nor_pay_nor_the_fundamental_market(folder: Path) -> None:
    base, other = folder / "closed-door", folder / "open-access"
    who = [
        "replication",
        "saver",
        "birth_year",
        "sex",
        "education",
        "literacy",
        "employer",
        "income_usd",
        "status",
    ]
    pd.testing.assert_frame_equal(
        pd.read_parquet(base / "savers.parquet")[who], pd.read_parquet(other / "savers.parquet")[who]
    )
    for stem, columns in (("monthly", ["inflation", "short_rate"]), ("classes", ["fundamental_return"])):
        pd.testing.assert_frame_equal(
            pd.read_parquet(base / f"{stem}.parquet")[columns],
            pd.read_parquet(other / f"{stem}.parquet")[columns],
        )


def test_the_shares_of_the_verdict_are_counted_over_those_who_held(
    folder: Path, differences: pd.DataFrame, verdict: dict[str, Any]
) -> None:
    for other, told in verdict.items():
        held = differences[(differences["other"] == other) & differences["ever_held"]]
        larger = held[["base_wealth_real", "base_spent_real"]].abs().max(axis=1)
        better, worse = held["difference"] > 0.001 * larger, held["difference"] < -0.001 * larger
        marks = {"better": better, "worse": worse, "unchanged": ~better & ~worse}
        band = np.searchsorted([25, 35, 45, 55, 65], held["age_at_start"], side="right")
        known = held["age_at_start"].notna()
        everyone = pd.Series(data=True, index=held.index)
        check_shares(told, marks, everyone, held)
        for quintile in QUINTILES:
            check_shares(told["by_literacy"][quintile], marks, held["literacy_quintile"] == quintile, held)
        for position, name in enumerate(BANDS):
            check_shares(told["by_age"][name], marks, known & (band == position), held)


def check_shares(
    told: dict[str, Any], marks: "dict[str, pd.Series[bool]]", members: "pd.Series[bool]", held: pd.DataFrame
) -> None:
    """Mean over two replications, and t s / sqrt(2) to either side."""
    for outcome in OUTCOMES:
        shares = marks[outcome][members].groupby(held["replication"][members]).mean()
        assert told[outcome]["value"] == pytest.approx(shares.mean())
        reach = T_OF_TWO * shares.std() / np.sqrt(2.0)
        assert told[outcome]["high"] - told[outcome]["value"] == pytest.approx(reach, abs=1e-12)
        assert told[outcome]["value"] - told[outcome]["low"] == pytest.approx(reach, abs=1e-12)
    assert sum(told[outcome]["value"] for outcome in OUTCOMES) == pytest.approx(1.0)


def test_the_changes_of_the_verdict_are_those_of_the_summaries(folder: Path, verdict: dict[str, Any]) -> None:
    """A mean of differences is the difference of the means."""
    base = json.loads((folder / "closed-door" / "summary.json").read_text())
    assert list(verdict) == ["open-access", "capped"]
    for other, told in verdict.items():
        summary = json.loads((folder / other / "summary.json").read_text())
        assert set(told["changes"]) == set(summary)
        for headline, change in told["changes"].items():
            assert set(change) == {"value", "low", "high"}
            difference = summary[headline]["value"] - base[headline]["value"]
            assert change["value"] == pytest.approx(difference, rel=1e-6, abs=1e-12)


def test_paired_changes_are_surer_than_the_worlds_themselves(folder: Path, verdict: dict[str, Any]) -> None:
    """The same people and the same luck on both sides: most of the spread between replications cancels."""
    told = verdict["capped"]["changes"]["wealth_mean_real"]
    summary = json.loads((folder / "capped" / "summary.json").read_text())["wealth_mean_real"]
    assert told["high"] - told["low"] < 0.5 * (summary["high"] - summary["low"])
