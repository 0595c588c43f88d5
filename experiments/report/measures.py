"""What the sections on retirement income tell: measures, their wording, and definitions."""

from experiments.figures.pillars import PILLARS
from experiments.figures.wording import money, number, percent, points
from experiments.report.headlines import Headline, signed_money, signed_number

TITLES = {"adequacy": "Is it enough?", "pillars": "Who pays the pension?"}
"""Headings of the sections by the table that each is made of."""

Measure = tuple[Headline, str]


def _share(name: str, weight: str) -> Measure:
    """Return a measure that is a fraction, and the column by which its years are weighted."""
    return Headline(name, percent, points), weight


def _money(name: str, weight: str) -> Measure:
    """Return a measure in money, and the column by which its years are weighted."""
    return Headline(name, money, signed_money), weight


RETIRED, ENDED, PAID = "retired_weight", "ended_weight", "savers_weight"

MEASURES: dict[str, dict[str, Measure]] = {
    "adequacy": {
        "replacement_rate_mean": _share("Income over late-career pay, mean", RETIRED),
        "replacement_rate_median": _share("Income over late-career pay, median", RETIRED),
        "below_need_share": _share("Income below need", RETIRED),
        "shortfall_real": _money("Shortfall a year, mean of all retired", RETIRED),
        "exhausted_share": _share("Account found empty while needed", RETIRED),
        "unmet_months": (Headline("Months a year unpaid, money frozen", number, signed_number), RETIRED),
        "forced_claim_empty_share": _share("Claimed Social Security early, accounts empty", RETIRED),
        "forced_claim_frozen_share": _share("Claimed Social Security early, accounts frozen", RETIRED),
        "short_deficit_share": _share("Lives that ended: short by deficits (after EBRI)", ENDED),
        "short_deficit_value": _money("Lives that ended: deficits at retirement, mean of all", ENDED),
        "short_exhausted_share": _share("Lives that ended: short by exhaustion (after Morningstar)", ENDED),
    },
    "pillars": {
        **{f"{name}_real": _money(words, PAID) for name, words in PILLARS.items()},
        **{f"replacement_{name}": _share(f"{words} over pay", PAID) for name, words in PILLARS.items()},
        "replacement_rate": _share("All three over pay", PAID),
    },
}
"""Columns told of each table: their name and wording, and the column by which years are weighted."""

WHO = (
    "Retired savers are those retired all year who hold or have held an account. Income is Social Security "
    "and what was withdrawn from plan and IRA, before tax; late-career pay is mean real pay of the last five "
    "working years."
)
NEED = (
    "Need is a fixed share of late-career pay (savers.need_share), an assumption. A year is below need when "
    "its income lacks more than a small share of it (adequacy.tolerance); the shortfall is then the gap."
)
BY_DEFICITS = (
    "Short by deficits, after the Retirement Security Projection Model of the Employee Benefit Research "
    "Institute (EBRI): some year of retirement had a shortfall; deficits are discounted to retirement "
    "(adequacy.discount_rate). There a deficit means that all resources are used up; here also that "
    "somebody withdraws less than the need while money is left."
)
BY_EXHAUSTION = (
    "Short by exhaustion, after the Morningstar Model of U.S. Retirement Outcomes: the account was found "
    "empty before death while the need exceeded Social Security."
)
LEFT_OUT = (
    "Both originals also count health and nursing-home costs, households, more kinds of wealth and people "
    "who never held an account, so that their levels and these cannot be compared."
)
BEFORE_THE_RUN = (
    "Lives that had retired before the run began count with what happened since; this understates both for "
    "about the first thirty years."
)
PARTS = (
    "Deciles are cut each year by late-career pay among these savers. A share over pay is the mean of "
    "savers' own ratios, so that the three add up to the whole."
)
DEFINITIONS = {
    "adequacy": (WHO, NEED, BY_DEFICITS, BY_EXHAUSTION, LEFT_OUT, BEFORE_THE_RUN),
    "pillars": (WHO, PARTS),
}
