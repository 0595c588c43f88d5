"""The golden run: what a small run gives, kept in `golden.json` and renewed by `python -m tests.golden`.

The figures are copied from the program's own output: they say that results changed, never that they are
right.
"""

import json
from pathlib import Path

from tests.runs import everybody, simulated

FILE = Path(__file__).with_suffix(".json")
SCENARIOS = ("closed-door", "open-access")
SETTINGS = ("run.savers=300", "run.years=5", "run.replications=1")
MONTHS = (1, 12, 60)
FLOWS = ("contributions_usd", "withdrawals_usd", "bequests_usd", "fees_usd", "gains_usd", "wealth_usd")
SHARES = ("private_share", "alternatives_share", "frozen_share")
NOTE = (
    "Copied from the program's own output by `make golden`: tells that results changed, not that they hold."
)

type Figures = dict[str, int | float | None]


def measured(scenario: str) -> Figures:
    """Figures of the golden run of one scenario: counts as integers, the others as floats."""
    result = simulated(scenario, *SETTINGS)
    savers, monthly = result.savers, result.monthly.set_index("month")
    figures: Figures = {
        "persons ever": len(result.lives),
        "persons who ever held an account": int(result.lives["has_held"].sum()),
        "women at the end": int((savers["sex"] == "female").sum()),
        "sum of birth years at the end": int(savers["birth_year"].sum()),
        "sum of plan types at the end": int(savers["employer"].sum()),
        "months with an unpaid request": int(savers["gated_months"].sum()),
        "years with open plan types": int(result.employers["offers_alternatives"].sum()),
        "entries of the ledger": len(result.ledger),
    }
    for status in ("working", "separated", "retired"):
        figures[f"{status} at the end"] = int((savers["status"] == status).sum())
    for month in MONTHS:
        for name in (*FLOWS, *SHARES):
            figures[f"{name} of month {month}"] = float(monthly[name][month])
    traded = everybody(result.groups)["traded_share"]
    figures["mean share of savers who traded"] = float(traded.mean())
    figures["literacy of all"] = float(savers["literacy"].sum())
    figures["pay of all"] = float(savers["income_usd"].sum())
    return figures | {name: one["value"] for name, one in result.summary.items()}


def main() -> None:
    """Renew the file."""
    content = {"note": NOTE, **{scenario: measured(scenario) for scenario in SCENARIOS}}
    FILE.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(f"Renewed {FILE.name}: look at its changes before you keep them.")


if __name__ == "__main__":
    main()
