"""Result folders made of arithmetic: the contract's columns, plausible sizes, no simulation.

The figures and the report read result folders and nothing else, so their tests need a folder and not a model.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from environment.typing import FloatArray
from tests.experiments.synthetic_income import adequacy_table, pillars_table

AGE_BANDS = ("<25", "25-34", "35-44", "45-54", "55-64", "65+")
GROUP_KEYS = [
    (band, quintile) for band in (*AGE_BANDS, "all") for quintile in ("1", "2", "3", "4", "5", "all")
]
BAND_MEANS = (8_000.0, 43_000.0, 104_000.0, 189_000.0, 271_000.0, 300_000.0, 148_126.0)
CLASS_SHARES = {
    "us_equity": 0.36,
    "tech_equity": 0.12,
    "intl_equity": 0.14,
    "treasuries": 0.12,
    "corporate_bonds": 0.08,
    "tips": 0.04,
    "cash": 0.06,
    "buyout": 0.25,
    "venture": 0.1,
    "private_credit": 0.25,
    "real_estate": 0.2,
    "hedge_funds": 0.1,
    "gold": 0.05,
    "commodities": 0.0,
    "bitcoin": 0.05,
    "broad_crypto": 0.0,
}
LISTED = 7
FLOWS = (
    ("employers", "savers", "contribution", 5e11),
    ("savers", "retirement", "withdrawal", 3e11),
    ("savers", "estates", "bequest", 2e11),
    ("savers", "managers", "management_fee", 2e10),
    ("savers", "managers", "performance_fee", 3e9),
    ("savers", "record_keeper", "record_keeping_fee", 5e9),
)
HEADLINES = {
    "wealth_mean_real": (250_000.0, "USD"),
    "wealth_median_real": (70_000.0, "USD"),
    "gini": (0.71, "fraction"),
    "fees_usd": (9e11, "USD"),
    "private_share": (0.0, "fraction"),
    "alternatives_share": (0.0, "fraction"),
    "frozen_share_at_65": (0.0, "fraction"),
    "net_transfer_usd": (8e11, "USD"),
    "unmet_months": (0.0, "months"),
    "replacement_rate": (None, "fraction"),
}


@dataclass(frozen=True)
class Shape:
    """Size and content of a made-up result."""

    savers: int = 2_000
    years: int = 40
    replications: int = 8
    private: float = 0.0
    """Share of wealth in private funds at the end; the share grows from 0 in a straight line."""
    nulls: bool = False
    """Whether the columns of groups that may be null are null."""
    older: bool = False
    """Whether an older version wrote the result, which had no tables of retirement income."""

    @property
    def months(self) -> int:
        """Number of simulated months."""
        return 12 * self.years


def _wave(replication: int, months: npt.ArrayLike) -> FloatArray:
    """Return a factor near 1 that differs between replications and moves with time."""
    return 1.0 + 0.05 * np.sin(replication + np.asarray(months) / 40.0) + 0.01 * replication


def _monthly(shape: Shape, replication: int) -> pd.DataFrame:
    """Return one replication of ``monthly.parquet``."""
    month = np.arange(1, shape.months + 1)
    wealth = 8.7e12 * 1.004**month * _wave(replication, month)
    private = shape.private * month / max(shape.months, 1)
    share = {"private_share": private, "alternatives_share": 1.1 * private, "frozen_share": 0.6 * private}
    names = ("unmet_spending_usd", "exhausted_share", "gated_requests_usd", "ledger_residual")
    zeros = dict.fromkeys(names, 0.0)
    return pd.DataFrame(
        {
            "replication": replication,
            "month": month,
            "inflation": np.full(len(month), 0.002),
            "short_rate": 0.03,
            "date": [f"{2025 + (m - 1) // 12}-{(m - 1) % 12 + 1:02d}" for m in month],
            "policy_stage": "none",
            "wealth_usd": wealth,
            "contributions_usd": 0.004 * wealth,
            "withdrawals_usd": 0.002 * wealth,
            "bequests_usd": 0.001 * wealth,
            "fees_usd": 0.0003 * wealth * (1 + private),
            "gains_usd": 0.004 * wealth,
            "redemptions_paid_usd": 0.001 * private * wealth,
            "excess_gain_usd": 0.003 * private * wealth,
            "stale_loss_usd": 0.0001 * private * wealth,
            **share,
            **zeros,
        }
    )


def _classes(shape: Shape, monthly: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of ``classes.parquet`` that go with `monthly`."""
    listed = sum(list(CLASS_SHARES.values())[:LISTED])
    parts = []
    for position, (name, weight) in enumerate(CLASS_SHARES.items()):
        alternatives = monthly["alternatives_share"]
        share = weight * (alternatives if position >= LISTED else (1.0 - alternatives) / listed)
        part = monthly[["replication", "month"]].assign(asset_class=name, market_value_usd=1e13 * weight)
        part["holdings_usd"] = share * monthly["wealth_usd"]
        part["fundamental_return"] = 0.001 * position + 0.01 * np.sin(monthly["month"])
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _groups(shape: Shape, replication: int) -> pd.DataFrame:
    """Return one replication of ``groups.parquet``."""
    year = np.arange(shape.years + 1)
    parts = []
    for band, quintile in GROUP_KEYS:
        level = BAND_MEANS[(*AGE_BANDS, "all").index(band)]
        skill = 0.7 + 0.1 * (3 if quintile == "all" else int(quintile))
        mean = level * skill * 1.035**year * _wave(replication, 12 * year)
        private = shape.private * year / max(shape.years, 1) * (1.5 if band == "65+" else 1.0)
        part = pd.DataFrame(
            {
                "replication": replication,
                "year": year,
                "age_band": band,
                "literacy_quintile": quintile,
                "savers_weight": 5.87e7 / 36,
                "wealth_mean": mean,
                "wealth_median": 0.35 * mean,
                "wealth_p10": 0.03 * mean,
                "wealth_p90": 2.4 * mean,
                "private_share": private,
                "alternatives_share": 1.1 * private,
                "frozen_share": 0.6 * private,
                "fees_usd": 1e10 * (year > 0),
            }
        )
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    if shape.nulls:
        empty = table["age_band"] == "<25"
        money = ["wealth_mean", "wealth_median", "wealth_p10", "wealth_p90", "private_share", "frozen_share"]
        table.loc[empty, money] = np.nan
    return table


def _inequality(shape: Shape, replication: int) -> pd.DataFrame:
    """Return one replication of ``inequality.parquet``."""
    year = np.arange(shape.years + 1)
    gini = 0.68 + 0.001 * year + 0.002 * replication + 0.1 * shape.private
    return pd.DataFrame({"replication": replication, "year": year, "gini": gini, "top10_share": 0.55})


def _lorenz(shape: Shape, replication: int) -> pd.DataFrame:
    """Return one replication of ``lorenz.parquet``: L(p) = p^k, whose Gini is (k - 1)/(k + 1)."""
    population = np.linspace(0.0, 1.0, 51)
    parts = []
    for year in sorted({year for year in (0, 10, 20, 30, 40, shape.years) if year <= shape.years}):
        power = 5.0 + 0.02 * year + 0.05 * replication + shape.private * year / 40.0
        rows = {"replication": replication, "year": year, "population_share": population}
        parts.append(pd.DataFrame({**rows, "wealth_share": population**power}))
    return pd.concat(parts, ignore_index=True)


def _ledger(shape: Shape, replication: int) -> pd.DataFrame:
    """Return one replication of ``ledger.parquet``."""
    rows = [
        (replication, year, payer, payee, flow, usd * 1.04**year * float(_wave(replication, year)))
        for year in range(1, shape.years + 1)
        for payer, payee, flow, usd in FLOWS
        if flow != "performance_fee" or shape.private > 0
    ]
    return pd.DataFrame(rows, columns=["replication", "year", "payer", "payee", "flow", "usd"])


def _interval(value: float | None, width: float, replications: int) -> dict[str, float | None]:
    """Return an interval as the contract writes it: null ends with one replication."""
    if value is None or replications < 2:
        return {"value": value, "low": None, "high": None}
    return {"value": value, "low": value - width, "high": value + width}


def _manifest(name: str, shape: Shape) -> dict[str, Any]:
    """Return the manifest of a run."""
    values = {
        "run.start": "2025-01",
        "run.years": shape.years,
        "run.savers": shape.savers,
        "run.seed": 1,
        "policy.access": "all" if shape.private else "none",
        "compare.tolerance": 0.001,
        "market.expected.us_equity": 0.07,
        "market.expected.tech_equity": 0.08,
        "market.expected.gold": 0.03,
        "market.expected.bitcoin": 0.07,
        "market.expected.buyout": 0.126,
        "market.expected.venture": 0.12,
        "market.expected.private_credit": 0.09,
        "market.expected.real_estate": 0.08,
        "market.expected.hedge_funds": 0.065,
    }
    return {
        "schema": 1,
        "kind": "run",
        "status": "complete",
        "seed": 1,
        "savers": shape.savers,
        "months": shape.months,
        "scenario": {"name": name, "description": "Made of arithmetic.", "values": values},
        "replications": shape.replications,
        "wall_seconds": 1.0,
        "peak_rss_mb": 100.0,
        "versions": {"python": "3.12.1", "thirdwave": "0.1.0", "numpy": "2.5.5"},
        "commit": None,
        "inputs": {},
        "content_sha256": "0123456789abcdef" * 4,
        "warnings": [],
    }


def write_run(folder: Path, name: str = "open-access", shape: Shape | None = None) -> Path:
    """Write a result folder of ``run`` with the tables that the report reads."""
    shape = shape or Shape(private=0.12)
    folder.mkdir(parents=True)
    replications = range(shape.replications)
    monthly = pd.concat([_monthly(shape, r) for r in replications], ignore_index=True)
    tables = {
        "monthly": monthly,
        "classes": _classes(shape, monthly),
        "groups": pd.concat([_groups(shape, r) for r in replications], ignore_index=True),
        "inequality": pd.concat([_inequality(shape, r) for r in replications], ignore_index=True),
        "lorenz": pd.concat([_lorenz(shape, r) for r in replications], ignore_index=True),
        "ledger": pd.concat([_ledger(shape, r) for r in replications], ignore_index=True),
    }
    if not shape.older:
        tables["adequacy"] = adequacy_table(shape.years, shape.private, shape.replications)
        tables["pillars"] = pillars_table(shape.years, shape.private, shape.replications)
    if shape.years == 0:
        tables |= dict.fromkeys(("monthly", "classes", "ledger"), pd.DataFrame())
    for stem, table in tables.items():
        table.to_parquet(folder / f"{stem}.parquet")
    summary = {
        headline: {
            **_interval(value, 0.02 * abs(value or 0.0), shape.replications),
            "unit": unit,
            "replications": shape.replications,
        }
        for headline, (value, unit) in HEADLINES.items()
    }
    (folder / "summary.json").write_text(json.dumps(summary))
    (folder / "manifest.json").write_text(json.dumps(_manifest(name, shape)))
    return folder


def differences(shape: Shape, other: str, drift: float) -> pd.DataFrame:
    """Return the differences of one other scenario; `drift` moves the relative change of everybody."""
    saver = np.arange(shape.savers)
    parts = []
    for replication in range(shape.replications):
        literacy = (saver * 7919 % shape.savers) / shape.savers
        base = 1_000.0 * np.exp(6.0 * (saver * 104729 % shape.savers) / shape.savers)
        change = drift + 0.12 * (literacy - 0.5) + 0.01 * (replication - 3.5)
        change = np.where(saver % 4 == 0, 0.0, change) if drift else np.zeros(shape.savers)
        age = np.where(saver % 3 == 0, np.nan, 22 + saver % 60)
        parts.append(
            pd.DataFrame(
                {
                    "replication": replication,
                    "saver": saver,
                    "weight": 2_900.0,
                    "literacy": literacy,
                    "other": other,
                    "ever_held": True,
                    "literacy_quintile": (1 + np.floor(5 * literacy)).astype(int).astype(str),
                    "age_at_start": age,
                    "base_wealth_real": base,
                    "other_wealth_real": base * (1 + change),
                    "base_spent_real": 0.0,
                    "other_spent_real": 0.0,
                    "difference": base * change,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _shares(better: float, worse: float, width: float, replications: int) -> dict[str, Any]:
    """Return the three shares of a verdict."""
    rest = 1.0 - better - worse
    named = {"better": better, "worse": worse, "unchanged": rest}
    return {name: _interval(value, width, replications) for name, value in named.items()}


def verdict_entry(
    shape: Shape, better: float = 0.5, worse: float = 0.3, width: float = 0.04
) -> dict[str, Any]:
    """Return the verdict on one other scenario with the given shares and half widths."""
    changes = {
        headline: _interval(
            None if value is None else 0.02 * value, 0.01 * abs(value or 0.0), shape.replications
        )
        for headline, (value, _) in HEADLINES.items()
    }
    slopes = {quintile: 0.03 * (int(quintile) - 3) for quintile in "12345"}
    return {
        **_shares(better, worse, width, shape.replications),
        "by_literacy": {
            key: _shares(max(better + slope, 0.0), max(worse - slope, 0.0), width, shape.replications)
            for key, slope in slopes.items()
        },
        "by_age": {band: _shares(better, worse, width, shape.replications) for band in AGE_BANDS},
        "changes": changes,
    }


def write_comparison(
    folder: Path, others: tuple[str, ...] = ("open-access",), shape: Shape | None = None, drift: float = 0.03
) -> Path:
    """Write a result folder of ``compare`` with ``closed-door`` as the base."""
    shape = shape or Shape()
    write_run(folder / "closed-door", "closed-door", shape)
    tables = []
    for position, name in enumerate(others):
        private = 0.12 + 0.05 * position if drift else 0.0
        fields = {**shape.__dict__, "private": private}
        write_run(folder / name, name, Shape(**fields))
        tables.append(differences(shape, name, drift))
    pd.concat(tables, ignore_index=True).to_parquet(folder / "differences.parquet")
    shares = (0.5, 0.3, 0.04) if drift else (0.0, 0.0, 0.0)
    verdict = {name: verdict_entry(shape, *shares) for name in others}
    (folder / "verdict.json").write_text(json.dumps(verdict))
    manifest = {
        **_manifest("closed-door", shape),
        "kind": "compare",
        "base": "closed-door",
        "others": list(others),
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder
