"""Scenarios that were allowed and went wrong, made small: 60 savers and 3 years, or as told."""

from collections.abc import Mapping

from environment.assets import CLASSES, PRIVATE

_MATCHES = (0.18, 0.19, 0.12, 0.18, 0.0, 0.0, 0.19, 0.14)
_FORMULAS = (
    "none",
    "half_of_six",
    "full_of_four",
    "full_of_five",
    "full_of_six",
    "full_of_eight",
    "full_of_three_half_of_two",
    "full_of_one_half_of_five",
)

SHRUNK: Mapping[str, dict[str, object]] = {
    "a fee takes all of a fund": {
        "market.size_usd.venture": 1e6,
        "funds.outside_usd.venture": 1e6,
        "market.impact.venture": 1000.0,
        "funds.evergreen.incentive_fee": 0.9,
        "market.returns": "history",
        "savers.free_ira": True,
        "employers.plans": 1,
    },
    "contributions far below a cent": {
        "run.savers": 110,
        "limits.compensation_usd.2026": 1.6e-209,
        "employers.plans": 139,
        **{f"employers.match_mix.{name}": share for name, share in zip(_FORMULAS, _MATCHES, strict=True)},
    },
    "a price that rises every month": {
        "market.impact.corporate_bonds": 1000.0,
        "market.expected_flow.corporate_bonds": -0.0001,
        "market.expected.venture": 1.0,
        "population.perimeter_usd": 1e15,
        "run.seed": 0,
        "run.savers": 96,
    },
    "a price that falls to nothing": {
        **{f"market.impact.{name}": 1000.0 for name in ("cash", "us_equity", "real_estate")},
        "market.size_usd.real_estate": 1e6,
        "funds.outside_usd.real_estate": 1e6,
        "employers.menu_options.ira": 10000.0,
        "savers.single_default_share": 0.0,
        "savers.max_funds": 1,
        "run.savers": 120,
        "run.years": 1,
    },
    "every multiplier at its greatest": {
        **{f"market.impact.{name}": 1000.0 for name in CLASSES},
        **{f"market.size_usd.{name}": 1e6 for name in CLASSES},
        **{f"funds.outside_usd.{name}": 0.0 for name in PRIVATE},
        "funds.gate.monthly": 1.0,
        "funds.gate.quarterly": 1.0,
        "funds.private_sale_limit": 1.0,
        "savers.free_ira": True,
        "policy.access": "all",
    },
    "protected bonds and cash are all bonds by a rounding more than all": {
        "funds.target_date.glide.tips_share_of_bonds_at_end": 0.9,
        "funds.target_date.glide.cash_share_of_bonds_at_end": 0.1,
        "market.impact.cash": 1000.0,
    },
}
