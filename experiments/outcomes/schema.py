"""What a name may point to: tables, columns with their units, and values that columns are known to take.

Tables that grow during a run are declared in `environment.record`. Those made at its end are built without a
declaration, so theirs is here, and a test holds it against a replication: a tiny world would tell them too,
but takes more than a minute where nothing is compiled yet.
"""

from typing import Final

import numpy as np

import experiments.lean  # noqa: F401  first, since whatever follows imports Mesa
from agents.government import CLOSED, GUIDANCE, SAFE_HARBOUR
from environment.assets import CLASSES, PRIVATE
from environment.books import (
    EMPLOYERS,
    ESTATES,
    FEE_FLOWS,
    GOVERNMENT,
    HOUSEHOLDS,
    MANAGERS,
    OUTSIDE,
    RECORD_KEEPERS,
    SAVERS,
    VALUATION_FLOW,
)
from environment.demography import AGE_BANDS
from environment.endings import FORCED, SEXES
from environment.groups import ALL, QUINTILES
from environment.persons import EDUCATIONS
from environment.pillars import PAY_DECILES
from environment.record import TABLES
from environment.savers import STATUS
from environment.tables import NUMBER, SWITCH, TEXT, WHOLE, Kind
from environment.yearly import LORENZ_POINTS

SAVER_COLUMNS: Final[dict[str, Kind]] = {
    **dict.fromkeys(("replication", "saver", "birth_year", "employer"), WHOLE),
    **dict.fromkeys(("sex", "education", "status", "forced_claim"), TEXT),
    **dict.fromkeys(("weight", "literacy", "income_usd", "deferral_rate", "perceived_excess"), NUMBER),
    **dict.fromkeys(("wealth_usd", "wealth_real", "plan_usd", "ira_usd", "loan_usd"), NUMBER),
    **dict.fromkeys(("plan_alternatives_share", "private_share", "alternatives_share"), NUMBER),
    **dict.fromkeys(("frozen_share", "claim_age", "social_security_usd"), NUMBER),
    **dict.fromkeys(("fees_paid_usd", "contributed_usd", "withdrawn_usd"), NUMBER),
    **dict.fromkeys(("gated_months", "unmet_months", "tenure_years", "retirement_age"), WHOLE),
    "has_held": SWITCH,
}
FUND_COLUMNS: Final[dict[str, Kind]] = {
    **dict.fromkeys(("replication", "vintage"), WHOLE),
    **dict.fromkeys(("fund", "manager", "strategy", "vehicle"), TEXT),
    **dict.fromkeys(("paid_in_usd", "distributed_usd", "nav_usd", "true_nav_usd"), NUMBER),
    **dict.fromkeys(("tvpi", "irr", "pme"), NUMBER),
    **dict.fromkeys(("written_off", "closed"), SWITCH),
}
COLUMNS: Final[dict[str, dict[str, Kind]]] = {**TABLES, "savers": SAVER_COLUMNS, "funds": FUND_COLUMNS}
"""Kind of every column of every result table."""

TIMES: Final = ("month", "year")
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "monthly": ("month",),
    "classes": ("month", "asset_class"),
    "groups": ("year", "age_band", "literacy_quintile"),
    "inequality": ("year",),
    "lorenz": ("year", "population_share"),
    "managers": ("year", "manager"),
    "employers": ("year", "employer"),
    "ledger": ("year", "payer", "payee", "flow"),
    "adequacy": ("year", "literacy_quintile"),
    "pillars": ("year", "pay_decile"),
    "savers": ("saver",),
    "funds": ("fund",),
}
"""The columns that tell the rows of a replication apart; time, where there is one, comes first."""

MARGINS: Final[dict[str, tuple[str, ...]]] = {
    "groups": ("age_band", "literacy_quintile"),
    "adequacy": ("literacy_quintile",),
    "pillars": ("pay_decile",),
}
"""Keys in which a row ``all`` repeats the others."""

OPENED: Final = ("groups", "inequality", "lorenz")
"""Tables with a year 0, the opening."""

ZERO_WITHOUT_ROW: Final = ("ledger",)
"""Tables in which what is 0 has no row."""

_OPENING_FLOWS = ("deferral", "match", "nonelective", "forfeiture", "loan", "loan_repayment", "withdrawal")
_OTHER_FLOWS = ("withdrawal_tax", "early_penalty", "deemed_distribution_tax", "social_security", "bequest")
_SECTORS = (SAVERS, EMPLOYERS, HOUSEHOLDS, ESTATES, GOVERNMENT, RECORD_KEEPERS, OUTSIDE, *MANAGERS)

VALUES: Final[dict[str, tuple[str, ...]]] = {
    "age_band": (*AGE_BANDS, ALL),
    "literacy_quintile": (*QUINTILES, ALL),
    "pay_decile": tuple(PAY_DECILES.tolist()),
    "asset_class": CLASSES,
    "policy_stage": (CLOSED, GUIDANCE, SAFE_HARBOUR),
    "manager": MANAGERS,
    "strategy": (*PRIVATE, "listed"),
    "fund": tuple(f"evergreen_{name}" for name in PRIVATE),
    "vehicle": ("evergreen",),
    "default_fund": ("target_date", "target_date_sleeve"),
    "payer": _SECTORS,
    "payee": _SECTORS,
    "flow": (*_OPENING_FLOWS, *_OTHER_FLOWS, *FEE_FLOWS, VALUATION_FLOW),
    "sex": SEXES,
    "education": EDUCATIONS,
    "status": STATUS,
    "forced_claim": tuple(dict.fromkeys(FORCED)),
}
"""All values of every column of text but ``date``."""

POINTS: Final = tuple(np.linspace(0.0, 1.0, LORENZ_POINTS).round(9).tolist())
"""All values of ``population_share`` in ``lorenz``."""

_BY_UNIT: dict[str, tuple[str, ...]] = {
    "USD": ("usd",),
    "USD an account": ("wealth_mean", "wealth_median", "wealth_p10", "wealth_p90"),
    "USD a year": ("wage_bill_usd", "income_usd", "savers.social_security_usd"),
    "USD of the start": ("short_deficit_value",),
    "USD of the start a year": ("social_security_real", "plan_real", "ira_real"),
    "fraction": (
        "inflation",
        "literacy",
        "replacement_rate",
        "replacement_rate_mean",
        "replacement_rate_median",
        "replacement_social_security",
        "replacement_plan",
        "replacement_ira",
    ),
    "fraction of pay": ("contribution_rate", "match_rate", "deferral_rate"),
    "fraction of wealth": (
        "private_share",
        "alternatives_share",
        "frozen_share",
        "top1_share",
        "top10_share",
        "bottom50_share",
        "ledger_residual",
    ),
    "fraction of the group's wealth": (
        "groups.private_share",
        "groups.alternatives_share",
        "groups.frozen_share",
    ),
    "fraction of the plan": ("plan_alternatives_share",),
    "fraction of savers": ("traded_share",),
    "fraction of holders": ("single_default_share",),
    "a month": ("total_return", "fundamental_return", "impact_return", "classes.reported_return"),
    "a year": ("short_rate", "perceived_excess", "irr"),
    "of the year": ("net_return", "reported_return"),
    "accounts": ("savers_weight", "weight", "participants", "retired_weight", "ended_weight"),
    "months": ("unmet_months", "gated_months"),
    "years": ("tenure_years", "claim_age", "retirement_age"),
    "multiple": ("tvpi", "pme"),
}
_UNITS = {name: unit for unit, names in _BY_UNIT.items() for name in names}
_BY_ENDING = {"_usd": "USD", "_real": "USD of the start", "_share": "fraction"}


def unit_of(table: str, column: str) -> str:
    """Unit of a column, as ``docs/outputs.md`` has it; by its ending unless it is written down.

    A switch counts 1 and 0; a figure without a unit, such as an index, gives an empty text.
    """
    if COLUMNS[table][column] is SWITCH:
        return "0 or 1"
    written = _UNITS.get(f"{table}.{column}") or _UNITS.get(column)
    return written or next((unit for ending, unit in _BY_ENDING.items() if column.endswith(ending)), "")


def figures_of(table: str) -> list[str]:
    """Columns of a table that are figures, and not texts or what tells rows and employers apart."""
    apart = {*KEYS[table], "replication", "employer", "vintage"}
    return [name for name, kind in COLUMNS[table].items() if kind is not TEXT and name not in apart]


def filters_of(table: str) -> list[str]:
    """Columns of a table by which rows can be picked: its keys, and texts, whole numbers and switches."""
    kinds = COLUMNS[table]
    return [
        name
        for name, kind in kinds.items()
        if name in KEYS[table] or (kind is not NUMBER and name != "replication")
    ]
