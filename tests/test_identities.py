"""Identities between the columns of a result, from its tables alone: money, shares, fees, returns, people."""

from collections.abc import Hashable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from environment.typing import FloatArray
from experiments.load import load_scenario
from experiments.results import Result
from experiments.simulate import simulate
from tests.runs import BUSY, everybody, one_replication, price_level, simulated

PRIVATE = ["buyout", "venture", "private_credit", "real_estate", "hedge_funds"]
ALTERNATIVES = [*PRIVATE, "gold", "commodities", "bitcoin", "broad_crypto"]
FEES = ["management_fee", "performance_fee", "record_keeping_fee"]
BANDS = ["<25", "25-34", "35-44", "45-54", "55-64", "65+"]
QUINTILES = ["1", "2", "3", "4", "5"]
LAST_YEAR = 4


@pytest.fixture(params=[0, 1], name="tables")
def one_of_two_replications(request: pytest.FixtureRequest) -> dict[str, pd.DataFrame]:
    result = simulated("open-access", *BUSY)
    return {stem: one_replication(table, request.param) for stem, table in result.tables.items()}


def yearly(monthly: pd.DataFrame, name: str) -> FloatArray:
    return monthly[name].to_numpy().reshape(-1, 12).sum(axis=1)


def by_class(classes: pd.DataFrame, name: str) -> pd.DataFrame:
    return classes.pivot_table(index="month", columns="asset_class", values=name)


def paid(ledger: pd.DataFrame, payer: str, payee: str, *flows: str) -> FloatArray:
    """What one sector paid another under some names, year by year; an empty name is every sector."""
    chosen = ledger[ledger["flow"].isin(flows)]
    chosen = chosen[(chosen["payer"] == payer) & ((chosen["payee"] == payee) | (payee == ""))]
    by_year = chosen.groupby("year")["usd"].sum()
    return by_year.reindex(range(1, LAST_YEAR + 1), fill_value=0.0).to_numpy()


def test_wealth_changes_by_its_flows_and_gains(tables: dict[str, pd.DataFrame]) -> None:
    """Change of wealth = contributions - withdrawals - bequests - fees + gains, from the opening on."""
    monthly, opening = tables["monthly"], everybody(tables["groups"]).iloc[0]
    wealth = monthly["wealth_usd"].to_numpy()
    before = np.concatenate(([opening["savers_weight"] * opening["wealth_mean"]], wealth[:-1]))
    moved = monthly["contributions_usd"] - monthly["withdrawals_usd"] - monthly["bequests_usd"]
    moved += monthly["gains_usd"] - monthly["fees_usd"]
    assert np.abs((wealth - before - moved) / wealth).max() < 1e-9
    assert monthly["ledger_residual"].abs().max() < 1e-9
    for name in ("contributions_usd", "withdrawals_usd", "bequests_usd", "fees_usd"):
        assert (monthly[name] >= 0.0).all()
        assert monthly[name].sum() > 0.0


def test_classes_add_up_to_wealth_and_to_the_shares(tables: dict[str, pd.DataFrame]) -> None:
    monthly, holdings = tables["monthly"], by_class(tables["classes"], "holdings_usd")
    wealth = monthly["wealth_usd"].to_numpy()
    np.testing.assert_allclose(holdings.sum(axis=1), wealth, rtol=1e-12)
    np.testing.assert_allclose(holdings[PRIVATE].sum(axis=1) / wealth, monthly["private_share"], atol=1e-12)
    alternatives = holdings[ALTERNATIVES].sum(axis=1) / wealth
    np.testing.assert_allclose(alternatives, monthly["alternatives_share"], atol=1e-12)
    assert monthly["private_share"].iloc[-1] > 0.05
    assert (by_class(tables["classes"], "market_value_usd") >= holdings * (1.0 - 1e-12)).all(axis=None)


def test_total_return_is_fundamental_and_impact_compounded(tables: dict[str, pd.DataFrame]) -> None:
    classes = tables["classes"]
    fundamental, impact = classes["fundamental_return"].to_numpy(), classes["impact_return"].to_numpy()
    np.testing.assert_array_equal(classes["total_return"], fundamental + impact + fundamental * impact)
    moved = set(classes["asset_class"][impact != 0.0])
    assert moved == {"us_equity", "tech_equity", "bitcoin"}


def test_private_prices_are_reported_more_smoothly_and_public_ones_as_they_are() -> None:
    for name, rows in tables_of_one_class():
        if name in PRIVATE:
            assert rows["reported_return"].std() < rows["total_return"].std()
        else:
            np.testing.assert_array_equal(rows["reported_return"], rows["total_return"])


def tables_of_one_class() -> Iterator[tuple[str, pd.DataFrame]]:
    for name, rows in simulated("open-access", *BUSY).classes.groupby("asset_class"):
        yield str(name), rows


def test_without_impact_returns_are_fundamental_and_without_smoothing_reported_bit_for_bit() -> None:
    flat = [f"funds.smoothing.{name}=0" for name in PRIVATE]
    scenario = load_scenario("open-access", [*BUSY, *flat, "run.replications=1"])
    classes = simulate(
        scenario.with_values({"market.impact.us_equity": 0.0, "market.impact.bitcoin": 0.0})
    ).classes
    assert (classes["impact_return"] == 0.0).all()
    assert classes["total_return"].to_numpy().tobytes() == classes["fundamental_return"].to_numpy().tobytes()
    assert classes["reported_return"].to_numpy().tobytes() == classes["total_return"].to_numpy().tobytes()


def test_three_flows_of_savers_make_up_the_fees(tables: dict[str, pd.DataFrame]) -> None:
    fees = paid(tables["ledger"], "savers", "", *FEES)
    np.testing.assert_allclose(fees, yearly(tables["monthly"], "fees_usd"), rtol=1e-9)
    groups = everybody(tables["groups"])["fees_usd"].to_numpy()
    np.testing.assert_allclose(fees, groups[1:], rtol=1e-9)
    assert groups[0] == 0.0


def test_the_ledger_has_every_flow_of_the_months(tables: dict[str, pd.DataFrame]) -> None:
    ledger, monthly = tables["ledger"], tables["monthly"]
    paid_in = paid(ledger, "employers", "savers", "deferral", "match", "nonelective")
    repaid = paid(ledger, "households", "savers", "loan_repayment")
    contributions = paid_in + repaid - paid(ledger, "savers", "employers", "forfeiture")
    spent = paid(ledger, "savers", "", "withdrawal", "withdrawal_tax", "early_penalty")
    lent = paid(ledger, "savers", "households", "loan")
    np.testing.assert_allclose(contributions, yearly(monthly, "contributions_usd"), rtol=1e-9)
    np.testing.assert_allclose(spent + lent, yearly(monthly, "withdrawals_usd"), rtol=1e-9)
    tax = paid(ledger, "savers", "government", "withdrawal_tax")
    np.testing.assert_allclose(tax, 0.15 * spent, rtol=1e-9)
    penalty = paid(ledger, "savers", "government", "early_penalty")
    assert (penalty > 0.0).all()
    assert (penalty < 0.1 * spent).all()
    bequests = paid(ledger, "savers", "estates", "bequest")
    np.testing.assert_allclose(bequests, yearly(monthly, "bequests_usd"), rtol=1e-9)
    assert (ledger["usd"] > 0.0).all()


def test_managers_get_what_the_ledger_says_they_are_paid(tables: dict[str, pd.DataFrame]) -> None:
    ledger, managers = tables["ledger"], tables["managers"]
    for flow in ("management_fee", "performance_fee"):
        got = ledger[ledger["flow"] == flow].groupby(["year", "payee"])["usd"].sum()
        named = managers.set_index(["year", "manager"])[f"{flow}s_usd"]
        named.index.names = ["year", "payee"]
        np.testing.assert_allclose(got, named[named > 0.0].sort_index(), rtol=1e-9)
    shares = managers.groupby("year")["market_share"].sum()
    np.testing.assert_allclose(shares, 1.0, rtol=1e-12)


def test_bands_and_quintiles_add_up_to_all(tables: dict[str, pd.DataFrame]) -> None:
    groups = tables["groups"].assign(
        wealth=tables["groups"]["savers_weight"] * tables["groups"]["wealth_mean"].fillna(0.0)
    )
    for share in ("private_share", "alternatives_share", "frozen_share"):
        groups[share] = groups[share].fillna(0.0) * groups["wealth"]
    columns = ["savers_weight", "wealth", "fees_usd", "private_share", "alternatives_share", "frozen_share"]
    by_key = groups.set_index(["year", "age_band", "literacy_quintile"])[columns]
    whole = everybody(groups).set_index("year")[columns]
    for parts in (
        by_key.loc[(slice(None), BANDS, ["all"]), :],
        by_key.loc[(slice(None), ["all"], QUINTILES), :],
        by_key.loc[(slice(None), BANDS, QUINTILES), :],
    ):
        np.testing.assert_allclose(parts.groupby("year").sum(), whole, rtol=1e-9)


def test_groups_at_the_end_are_made_of_the_savers(tables: dict[str, pd.DataFrame]) -> None:
    savers = tables["savers"][tables["savers"]["has_held"]]
    age = 2024 + LAST_YEAR - savers["birth_year"]
    band = np.array(BANDS)[np.searchsorted([25, 35, 45, 55, 65], age, side="right")]
    rows = tables["groups"].query("year == @LAST_YEAR and literacy_quintile == 'all'").to_dict("records")
    assert [row["age_band"] for row in rows] == [*BANDS, "all"]
    for row in rows:
        everyone = row["age_band"] == "all"
        check_group(row, savers if everyone else savers[band == row["age_band"]])


def check_group(told: dict[Hashable, Any], members: pd.DataFrame) -> None:
    """Figures of one group, against the statistics of numpy over its members."""
    wealth = members["wealth_usd"].to_numpy()
    assert told["savers_weight"] == pytest.approx(members["weight"].sum())
    assert told["wealth_mean"] == pytest.approx(wealth.mean())
    for name, share in (("median", 0.5), ("p10", 0.1), ("p90", 0.9)):
        assert told[f"wealth_{name}"] == pytest.approx(np.quantile(wealth, share), abs=1e-6)
    for name in ("private_share", "alternatives_share", "frozen_share"):
        mixed = (members[name].fillna(0.0) * wealth).sum() / wealth.sum()
        assert told[name] == pytest.approx(mixed, abs=1e-12)


def test_inequality_at_the_end_is_that_of_the_savers(tables: dict[str, pd.DataFrame]) -> None:
    """The Gini by mean absolute difference, Theil's T by its formula, the shares by counting."""
    wealth = np.sort(tables["savers"].query("has_held")["wealth_usd"].to_numpy())
    told = tables["inequality"].query("year == @LAST_YEAR").iloc[0]
    differences = np.abs(wealth[:, None] - wealth[None, :]).mean()
    assert told["gini"] == pytest.approx(differences / 2.0 / wealth.mean())
    ratio = wealth[wealth > 0.0] / wealth.mean()
    assert told["theil"] == pytest.approx((ratio * np.log(ratio)).sum() / len(wealth))
    assert 0.0 <= told["theil_between_literacy"] <= told["theil"]
    held = np.concatenate(([0.0], np.cumsum(wealth))) / wealth.sum()
    place = np.linspace(0.0, 1.0, len(held))
    assert told["top1_share"] == pytest.approx(1.0 - np.interp(0.99, place, held))
    assert told["top10_share"] == pytest.approx(1.0 - np.interp(0.9, place, held))
    assert told["bottom50_share"] == pytest.approx(np.interp(0.5, place, held))


def test_savers_hold_the_wealth_of_the_last_month(tables: dict[str, pd.DataFrame]) -> None:
    savers, last = tables["savers"], tables["monthly"].iloc[-1]
    weight = savers["weight"]
    assert weight.nunique() == 1
    assert (weight * savers["wealth_usd"]).sum() == pytest.approx(last["wealth_usd"])
    np.testing.assert_allclose(savers["plan_usd"] + savers["ira_usd"], savers["wealth_usd"], atol=1e-6)
    level = price_level(tables["monthly"])[-1]
    np.testing.assert_allclose(savers["wealth_real"] * level, savers["wealth_usd"], rtol=1e-12)
    for name in ("private_share", "alternatives_share", "frozen_share", "plan_alternatives_share"):
        assert savers[name].dropna().between(0.0, 1.0 + 1e-12).all()
    plan_only = savers[savers["ira_usd"] == 0.0]
    np.testing.assert_allclose(
        plan_only["plan_alternatives_share"], plan_only["alternatives_share"], rtol=1e-9
    )
    assert savers["private_share"].isna().equals(savers["wealth_usd"] == 0.0)


def test_savers_are_rows_and_generations(tables: dict[str, pd.DataFrame]) -> None:
    savers = tables["savers"]
    row, generation = savers["saver"] % 400, savers["saver"] // 400
    assert row.tolist() == list(range(400))
    assert generation.max() > 0
    age = 2024 + LAST_YEAR - savers["birth_year"]
    assert age[generation > 0].between(22, 22 + LAST_YEAR).all()
    assert age[generation == 0].between(22 + LAST_YEAR, 119).all()
    assert (savers["status"] == "retired").equals(age >= 65)
    assert set(savers["sex"]) == {"female", "male"}
    assert set(savers["education"]) <= {"no_high_school", "high_school", "college"}
    assert savers["literacy"].between(0.0, 1.0).all()
    assert savers["employer"].between(0, 499).all()


def test_what_savers_did_fits_their_status(tables: dict[str, pd.DataFrame]) -> None:
    savers = tables["savers"]
    retired, working = savers[savers["status"] == "retired"], savers[savers["status"] == "working"]
    assert (retired[["income_usd", "deferral_rate"]] == 0.0).all(axis=None)
    assert (working["income_usd"] > 0.0).all()
    young = savers[savers["status"] != "retired"]
    assert retired["withdrawn_usd"].sum() > 0.0
    assert 0.0 < young["withdrawn_usd"].sum() < young["wealth_usd"].sum()
    assert (young["ira_usd"] > 0.0).any()
    never = savers[~savers["has_held"]]
    assert (never[["wealth_usd", "contributed_usd", "withdrawn_usd", "fees_paid_usd"]] == 0.0).all(axis=None)
    for name in ("fees_paid_usd", "contributed_usd", "withdrawn_usd", "gated_months", "unmet_months"):
        assert (savers[name] >= 0).all()


def test_the_opening_is_the_perimeter(tables: dict[str, pd.DataFrame]) -> None:
    opening = everybody(tables["groups"]).iloc[0]
    assert opening["savers_weight"] * opening["wealth_mean"] == pytest.approx(8.7e12, rel=1e-3)
    flows = ["fees_usd", "traded_share", "unmet_months"]
    assert (opening[flows] == 0.0).all()


def test_plans_count_their_members(tables: dict[str, pd.DataFrame]) -> None:
    savers, employers = tables["savers"], tables["employers"].query("year == @LAST_YEAR")
    members = savers[savers["plan_usd"] > 0.0].groupby("employer")["weight"].sum()
    told = employers.set_index("employer")["participants"]
    np.testing.assert_allclose(told, members.reindex(told.index, fill_value=0.0), rtol=1e-9)


def test_a_busy_world_uses_every_column(tables: dict[str, pd.DataFrame]) -> None:
    """Or the tests above would compare zeros."""
    monthly = tables["monthly"]
    for name in ("frozen_share", "gated_requests_usd", "redemptions_paid_usd", "unmet_spending_usd"):
        assert monthly[name].iloc[-1] >= 0.0
        assert monthly[name].max() > 0.0, name


def test_headlines_are_read_off_the_tables() -> None:
    result = simulated("open-access", *BUSY)
    values = pd.DataFrame([headlines(result, number) for number in (0, 1)]).mean()
    for name, value in values.items():
        assert result.summary[str(name)]["value"] == pytest.approx(value), name


def headlines(result: Result, number: int) -> dict[str, float]:
    """What can be worked out from the tables of one replication."""
    monthly = one_replication(result.monthly, number)
    level = price_level(monthly)
    years = everybody(one_replication(result.groups, number))
    last = years.iloc[-1]
    fees = (monthly["fees_usd"] / level).sum()
    stale = ((monthly["stale_loss_usd"] - monthly["excess_gain_usd"]) / level).sum()
    return {
        "wealth_mean_real": last["wealth_mean"] / level[-1],
        "wealth_median_real": last["wealth_median"] / level[-1],
        "fees_usd": fees,
        "net_transfer_usd": fees + stale,
        "private_share": last["private_share"],
        "alternatives_share": last["alternatives_share"],
        "unmet_months": years["unmet_months"].iloc[1:].mean(),
        "replacement_rate": last["replacement_rate"],
    }
