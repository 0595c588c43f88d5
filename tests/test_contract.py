"""What a stranger can rely on: files, columns, names and keys of a result, as in the public contract."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from environment.model import World
from environment.parameters import parameters
from experiments import load_scenario, run
from experiments.report import write_report
from experiments.results import read_result, write_result
from tests.house_rules import ROOT
from tests.runs import BUSY, simulated

BANDS = ["<25", "25-34", "35-44", "45-54", "55-64", "65+", "all"]
QUINTILES = ["1", "2", "3", "4", "5", "all"]
COLUMNS = {
    "monthly": """replication month date inflation short_rate policy_stage contributions_usd withdrawals_usd
        bequests_usd fees_usd gains_usd wealth_usd private_share alternatives_share frozen_share
        unmet_spending_usd exhausted_share gated_requests_usd redemptions_paid_usd ledger_residual""",
    "classes": """replication month asset_class total_return fundamental_return impact_return reported_return
        flow_usd holdings_usd market_value_usd""",
    "groups": """replication year age_band literacy_quintile savers_weight wealth_mean wealth_median
        wealth_p10 wealth_p90 private_share alternatives_share frozen_share fees_usd contribution_rate
        traded_share single_default_share replacement_rate unmet_months""",
    "inequality": "replication year gini top1_share top10_share bottom50_share theil theil_between_literacy",
    "savers": """replication saver weight birth_year sex literacy education employer status income_usd
        deferral_rate perceived_excess wealth_usd wealth_real plan_usd ira_usd plan_alternatives_share
        private_share alternatives_share frozen_share fees_paid_usd contributed_usd withdrawn_usd gated_months
        unmet_months""",
    "managers": """replication year manager strategy aum_usd market_share management_fees_usd
        performance_fees_usd net_return reported_return failed""",
    "funds": """replication fund manager strategy vehicle vintage paid_in_usd distributed_usd nav_usd
        true_nav_usd tvpi irr pme written_off closed""",
    "employers": "replication year employer participants offers_alternatives default_fund match_rate sued",
    "ledger": "replication year payer payee flow usd",
}


def names(text: str) -> list[str]:
    """Names in their order, with white space between them."""
    return text.split()


CLASSES = names("""us_equity tech_equity intl_equity treasuries corporate_bonds tips cash buyout venture
    private_credit real_estate hedge_funds gold commodities bitcoin broad_crypto""")
TEXTS = names("""date policy_stage asset_class age_band literacy_quintile sex education status manager
    strategy fund vehicle default_fund payer payee flow""")
WHOLE = names("replication month year saver birth_year employer gated_months vintage")
SWITCHES = names("failed written_off closed offers_alternatives sued")
MANIFEST = names("""schema status scenario seed savers months replications wall_seconds peak_rss_mb versions
    commit inputs content_sha256 warnings""")
HEADLINES = names("""wealth_mean_real wealth_median_real gini fees_usd private_share alternatives_share
    frozen_share_at_65 net_transfer_usd unmet_months replacement_rate""")
DEFAULTS = {
    "run.start": "2025-01",
    "run.years": 40,
    "run.savers": 20_000,
    "run.seed": 1,
    "run.replications": 8,
    "population.perimeter_usd": 8.7e12,
    "population.accounts": 58.7e6,
    "population.initial_balances": "calibrated",
    "population.ages": "stationary",
    "population.mode": "open",
    "population.mortality_improvement": 0.0,
    "market.returns": "regimes",
    "funds.gate.monthly": 0.02,
    "funds.gate.quarterly": 0.05,
    "funds.evergreen.management_fee": 0.0125,
    "funds.evergreen.incentive_fee": 0.125,
    "funds.evergreen.hurdle": 0.05,
    "funds.target_date.private_share": 0.15,
    "employers.plans": 500,
    "tax.withdrawal": 0.15,
    "compare.tolerance": 0.001,
}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def folder(out: Path) -> Path:
    """The result folder of two busy replications, with its report."""
    return write_result(simulated("open-access", *BUSY), out, finish=write_report)


@pytest.fixture(scope="module")
def manifest(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return content


def table(folder: Path, stem: str) -> pd.DataFrame:
    return pd.read_parquet(folder / f"{stem}.parquet")


@pytest.mark.parametrize("stem", COLUMNS)
def test_every_file_has_its_columns_in_their_kinds(folder: Path, stem: str) -> None:
    read = table(folder, stem)
    assert set(names(COLUMNS[stem])) <= set(read.columns)
    assert len(read)
    for name in names(COLUMNS[stem]):
        column = read[name]
        if name in TEXTS:
            assert pd.api.types.is_string_dtype(column.dtype), name
            assert not column.isna().any(), name
        elif name in WHOLE or (stem, name) == ("savers", "unmet_months"):
            assert pd.api.types.is_integer_dtype(column.dtype), name
        elif name in SWITCHES:
            assert pd.api.types.is_bool_dtype(column.dtype), name
        else:
            assert column.dtype == np.float64, name
            assert not np.isinf(column).any(), name


def test_the_report_and_its_figures_are_there_and_need_no_network(folder: Path) -> None:
    assert len(list((folder / "figures").glob("*.png"))) >= 4
    page = (folder / "report.html").read_text()
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//", page)


def test_the_folder_is_named_after_scenario_and_content(folder: Path, manifest: dict[str, Any]) -> None:
    lines = sorted(
        f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in folder.glob("*.parquet")
    )
    fingerprint = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    assert manifest["content_sha256"] == fingerprint
    assert folder.name == f"open-access-{fingerprint[:8]}"


def test_the_manifest_says_what_was_run(manifest: dict[str, Any]) -> None:
    assert set(MANIFEST) <= set(manifest)
    told = {key: manifest[key] for key in ("status", "seed", "savers", "months", "replications")}
    assert told == {"status": "complete", "seed": 1, "savers": 400, "months": 48, "replications": 2}
    assert manifest["wall_seconds"] > 0.0
    assert 50.0 < manifest["peak_rss_mb"] < 4_000.0
    assert {"python", "numpy", "mesa", "thirdwave"} <= set(manifest["versions"])
    assert manifest["commit"] is None or re.fullmatch(r"[0-9a-f]{40}\+?", manifest["commit"])
    assert all(isinstance(warning, str) for warning in manifest["warnings"])


def test_the_manifest_has_the_scenario_in_full(manifest: dict[str, Any]) -> None:
    assert manifest["scenario"]["name"] == "open-access"
    for key in parameters():
        value = manifest["scenario"]
        for part in key.split("."):
            value = value[part]
    assert manifest["scenario"]["funds"]["gate"]["monthly"] == 0.01
    assert manifest["scenario"]["run"]["start"] == "2025-01"


def test_the_manifest_has_the_hash_of_every_input(manifest: dict[str, Any]) -> None:
    assert "experiments/scenarios/open-access.toml" in manifest["inputs"]
    for name, fingerprint in manifest["inputs"].items():
        assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == fingerprint


def test_the_summary_has_every_headline_with_its_interval(folder: Path) -> None:
    """95% t interval over two replications: the mean plus or minus 12.7062 s / sqrt(2)."""
    summary = json.loads((folder / "summary.json").read_text())
    assert set(HEADLINES) <= set(summary)
    for one in summary.values():
        assert {"value", "low", "high", "unit", "replications"} <= set(one)
        assert one["unit"]
        assert one["replications"] == 2
    gini = table(folder, "inequality").query("year == 4")["gini"]
    assert summary["gini"]["value"] == pytest.approx(gini.mean())
    assert summary["gini"]["high"] - gini.mean() == pytest.approx(12.70620474 * gini.std() / np.sqrt(2))


def test_one_replication_has_no_interval() -> None:
    for one in simulated(
        "closed-door", "run.savers=300", "run.years=1", "run.replications=1"
    ).summary.values():
        assert one["low"] is None
        assert one["high"] is None
        assert one["replications"] == 1


def test_rows_of_every_month_and_year(folder: Path) -> None:
    rows = {stem: table(folder, stem) for stem in COLUMNS}
    for number in (0, 1):
        own = {stem: read[read["replication"] == number] for stem, read in rows.items()}
        assert own["monthly"]["month"].tolist() == list(range(1, 49))
        assert own["monthly"]["date"].tolist() == [f"{2025 + m // 12}-{m % 12 + 1:02}" for m in range(48)]
        assert own["classes"]["asset_class"].tolist() == 48 * CLASSES
        assert own["classes"]["month"].tolist() == [month for month in range(1, 49) for _ in CLASSES]
        keys = list(
            own["groups"][["year", "age_band", "literacy_quintile"]].itertuples(index=False, name=None)
        )
        assert keys == [(y, band, quintile) for y in range(5) for band in BANDS for quintile in QUINTILES]
        assert own["inequality"]["year"].tolist() == list(range(5))
        for stem in ("managers", "employers", "ledger"):
            assert sorted(set(own[stem]["year"])) == [1, 2, 3, 4]
        assert len(own["employers"]) == 4 * 500
        assert not own["managers"].duplicated(["year", "manager"]).any()
        assert not own["ledger"].duplicated(["year", "payer", "payee", "flow"]).any()
        assert not own["funds"]["fund"].duplicated().any()
    assert all(set(read["replication"]) == {0, 1} for read in rows.values())


def test_a_run_of_no_years_is_the_opening_alone(tmp_path: Path) -> None:
    result = simulated("open-access", "run.savers=300", "run.years=0", "run.replications=1")
    folder = write_result(result, tmp_path, finish=write_report)
    for stem in ("monthly", "classes", "managers", "employers", "ledger"):
        read = table(folder, stem)
        assert set(names(COLUMNS[stem])) <= set(read.columns)
        assert read.empty
        assert read.dtypes.equals(table_kinds(stem, read))
    assert set(table(folder, "groups")["year"]) == {0}
    assert len(table(folder, "savers")) == 300
    assert (folder / "report.html").is_file()
    assert json.loads((folder / "summary.json").read_text())["fees_usd"]["value"] == 0.0


def table_kinds(stem: str, read: pd.DataFrame) -> "pd.Series[Any]":
    """The kinds that the columns have in a run that has rows."""
    busy = simulated("open-access", *BUSY).tables[stem]
    return busy.dtypes[list(read.columns)]


def test_a_group_of_nobody_is_null() -> None:
    """With ten savers most of the thirty groups are empty."""
    groups = simulated("closed-door", "run.savers=10", "run.years=1", "run.replications=1").groups
    empty = groups[groups["savers_weight"] == 0.0]
    assert len(empty) > 20
    figures = [name for name in names(COLUMNS["groups"])[4:] if name != "savers_weight"]
    assert empty[figures].isna().all(axis=None)
    assert not groups[groups["savers_weight"] > 0.0]["wealth_mean"].isna().any()


def test_the_defaults_of_the_contract() -> None:
    known = parameters()
    assert {key: known[key].value for key in DEFAULTS} == DEFAULTS
    for name in CLASSES:
        assert {f"market.expected.{name}", f"market.volatility.{name}", f"market.impact.{name}"} <= set(known)
    for lever in ("cap", "fee_cap", "disclosure", "liquid_sleeve", "access"):
        assert {f"policy.{lever}_start", f"policy.{lever}_end"} <= set(known)


def test_an_empty_scenario_file_is_the_default_scenario(tmp_path: Path) -> None:
    (tmp_path / "empty.toml").write_text("")
    assert load_scenario(tmp_path / "empty.toml").values == load_scenario("open-access").values


def test_a_folder_read_back_is_the_result(folder: Path) -> None:
    result, read = simulated("open-access", *BUSY), read_result(folder)
    assert set(read.tables) == set(result.tables)
    for stem, written in result.tables.items():
        assert_frame_equal(read.tables[stem], written)
    assert read.summary == result.summary


def test_the_python_of_the_contract() -> None:
    result = run(load_scenario("open-access").replace(savers=200, years=1, replications=1), seed=3)
    assert result.manifest["seed"] == 3
    assert list(result.classes["asset_class"][:16]) == CLASSES
    assert result.plot("wealth").axes
    with pytest.raises(AttributeError, match="has no table 'clases'; it has adequacy, classes"):
        _ = result.clases


def test_a_world_of_agents() -> None:
    """Every saver, employer and manager is a Mesa agent, and handles change nothing."""
    scenario = load_scenario("capped").replace(savers=200, years=1)
    world, plain = World(scenario, seed=1, handles=True), World(scenario, seed=1, handles=False)
    world.run_for(12)
    plain.run_for(12)
    assert world.savers.wealth.shape == (200,)
    np.testing.assert_array_equal(world.savers.wealth, plain.savers.wealth)
    kinds = [type(agent).__name__ for agent in world.agents]
    assert kinds.count("Saver") == 200
    assert kinds.count("Employer") == 500
    assert {"Manager", "Government"} <= set(kinds)
