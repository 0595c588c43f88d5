"""What happened in one saver's month, read off the row before and after: jobs, plans, loans, retirement."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from environment.law import required_distribution
from environment.plans import Plans
from environment.portraits import Portrait
from environment.savers import RETIRED, SEPARATED, WORKING
from environment.state import MONTHS_A_YEAR, State
from environment.transfers import RowMonth, defaulted, spending_kind
from environment.typing import FloatArray

NOTEWORTHY_RATE = 0.01  # a chosen deferral rate follows pay a little every year; less than this is not told
NOTEWORTHY_STEP = 1e-6  # a plan's rate at its ceiling may still change by rounding

ORDERS = {
    "rollover": "rolls_over",
    "transfer": "brings_along",
    "mapping": "plan_maps",
    "switch": "switches",
}
"""What happened when holdings were exchanged, by the order."""

type Shares = tuple[tuple[int, float], ...]
"""Funds, by their position in the catalogue, with their shares of a whole."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """Something that happened.

    Attributes
    ----------
    month : int
    kind : str
    numbers : mapping of str to float
        What is told of it; USD of the month.
    shares : Shares
        Funds that it is about.
    """

    month: int
    kind: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    shares: Shares = ()


def milestones(one: RowMonth, state: State) -> list[Milestone]:
    """Everything that happened to a saver who lives through the month, in the order of the month.

    Parameters
    ----------
    one : RowMonth
    state : State
        At the month's end.
    """
    return [
        *_job(one, state.plans),
        *_retirement(one),
        *_birthday(one, state),
        *_membership(one, state.plans),
        *_choices(one),
        *_money_wanted(one),
        *_loan(one),
        *_claim(one),
        *_gates(one),
        *_end_of_money(one),
    ]


def plan_rules(plans: Plans, employer: int) -> dict[str, float]:
    """Employer and the rules of their plan; years until the match is owned in full."""
    first, limit, second, upper = plans.match[employer].tolist()
    return {
        "employer": float(employer),
        "size_class": float(plans.size_class[employer]),
        "automatic": float(plans.auto_enrolment[employer]),
        "default_rate": float(plans.default_rate[employer]),
        "escalates": float(plans.escalates[employer]),
        "first_rate": first,
        "first_limit": limit,
        "second_rate": second,
        "second_limit": upper,
        "nonelective": float(plans.nonelective[employer]),
        "vested_after": float(np.argmax(plans.vesting[employer] >= 1.0)),
    }


def shares_held(held: Portrait, prices: FloatArray) -> Shares:
    """Funds of both accounts by value, the largest first."""
    total = held.wealth(prices)
    values: dict[int, float] = {}
    for (_, fund), units in held.units.items():
        values[fund] = values.get(fund, 0.0) + units * float(prices[fund])
    largest = sorted(values.items(), key=lambda pair: -pair[1])
    return tuple((fund, usd / total) for fund, usd in largest if usd > 0.0)


def has_birthday(one: RowMonth) -> bool:
    """Whether the saver is a year older than last month; entrants are not."""
    return one.before["age"] > 0.0 and one.after["age"] > one.before["age"]


def left_job(one: RowMonth) -> bool:
    """Whether the saver left an employer: a birthday adds a year of tenure to all others who have one."""
    had_one = one.before["status"] == WORKING and one.before["months_out"] == 0.0
    goes_on = one.after["status"] != RETIRED
    return has_birthday(one) and had_one and goes_on and one.after["tenure"] == 0.0


def found_job(one: RowMonth) -> bool:
    """Whether months without a job ended with a new one."""
    was_out, is_out = one.before["months_out"] > 0.0, one.after["months_out"] > 0.0
    return was_out and not is_out and one.after["status"] != RETIRED


def _birthday(one: RowMonth, state: State) -> list[Milestone]:
    if not has_birthday(one):
        return []
    now = one.after
    told = {name: now[name] for name in ("age", "pay", "deferral_rate", "withdrawal", "status")}
    told["employer_adds"] = MONTHS_A_YEAR * (now["contribution"] - now["own_contribution"])
    told["own"] = MONTHS_A_YEAR * now["own_contribution"]
    told["required"] = _required(one, state)
    return [Milestone(one.month, "birthday", told)]


def _required(one: RowMonth, state: State) -> float:
    """Distribution that the law requires this year, USD; 0 where the scenario leaves the law out."""
    if one.after["status"] != RETIRED or not state.scenario.switch("required_distributions.enforced"):
        return 0.0
    age, born = (np.array([int(one.middle[name])]) for name in ("age", "birth_year"))
    return float(required_distribution(age, born, np.array([one.middle.wealth(one.prices_before)]))[0])


def _job(one: RowMonth, plans: Plans) -> list[Milestone]:
    found = []
    if left_job(one):
        told = plan_rules(plans, int(one.after["employer"]))
        told |= {"from": one.before["employer"], "tenure": one.before["tenure"] + 1.0}
        told |= {"from_size_class": float(plans.size_class[int(one.before["employer"])])}
        told |= {"months_out": one.after["months_out"]}
        found.append(Milestone(one.month, "leaves_employer", told))
    if one.middle["forfeiture"] > 0.0:
        told = {"due": one.middle["forfeiture"], "usd": one.paid.forfeited}
        found.append(Milestone(one.month, "forfeiture", told))
    if found_job(one):
        told = plan_rules(plans, int(one.after["employer"]))
        found.append(Milestone(one.month, "starts_job", told | {"pay": one.after["pay"]}))
    apart = one.after["status"] == SEPARATED and one.after["months_out"] == 0.0
    was_apart = one.before["status"] == SEPARATED and one.before["months_out"] == 0.0
    if has_birthday(one) and apart and not was_apart:
        found.append(Milestone(one.month, "leaves_covered_work"))
    return found


def _retirement(one: RowMonth) -> list[Milestone]:
    if one.after["status"] != RETIRED or one.before["status"] == RETIRED:
        return []
    told = {name: one.after[name] for name in ("age", "need_real", "withdrawal_real", "withdrawal")}
    return [Milestone(one.month, "retires", told | {"wealth": one.middle.wealth(one.prices_before)})]


def _membership(one: RowMonth, plans: Plans) -> list[Milestone]:
    now, then = one.after, one.before
    moved = left_job(one) or found_job(one)
    if now["contribution"] > 0.0 and (then["contribution"] == 0.0 or moved):
        told = plan_rules(plans, int(now["employer"]))
        told |= {name: now[name] for name in ("deferral_rate", "at_default", "pay")}
        return [Milestone(one.month, "joins_plan", told, one.middle.split)]
    if then["contribution"] > 0.0 and now["contribution"] == 0.0:
        return [Milestone(one.month, "stops_contributing", {"status": now["status"]})]
    if now["contribution"] > 0.0 and has_birthday(one):
        return _rate_change(one)
    return []


def _rate_change(one: RowMonth) -> list[Milestone]:
    last, rate = one.before["deferral_rate"], one.after["deferral_rate"]
    told = {"from": last, "to": rate}
    if one.before["at_default"] and not one.after["at_default"]:
        return [Milestone(one.month, "leaves_default_rate", told)]
    if one.after["at_default"]:
        return [Milestone(one.month, "escalates", told)] if rate > last + NOTEWORTHY_STEP else []
    return [Milestone(one.month, "changes_rate", told)] if abs(rate - last) >= NOTEWORTHY_RATE else []


def _choices(one: RowMonth) -> list[Milestone]:
    """Rollovers, mappings and switches, and where new money goes when that changes without a new plan."""
    found = []
    for order, kind in ORDERS.items():
        if order in one.asked:
            told = {"usd": _bought(one, order), "in_kind": _moved_in_kind(one)}
            found.append(Milestone(one.month, kind, told, shares_held(one.after, one.prices_after)))
    joins = one.before["contribution"] == 0.0 or left_job(one) or found_job(one)
    if one.after["contribution"] > 0.0 and one.middle.split != one.before.split and not joins:
        found.append(Milestone(one.month, "new_money_goes", {}, one.middle.split))
    return found


def _bought(one: RowMonth, purpose: str) -> float:
    """USD of what was bought for a purpose."""
    bought = [trade for trade in one.trades if trade.purpose == purpose and trade.units > 0.0]
    return float(sum(trade.units * one.prices_after[trade.holding[1]] for trade in bought))


def _moved_in_kind(one: RowMonth) -> float:
    """USD of private units that went to the IRA as they were."""
    left = {
        place: units - one.middle.units.get(place, 0.0)
        for place, units in one.before.units.items()
        if place[0] == "plan"
    }
    return float(sum(units * one.prices_after[fund] for (_, fund), units in left.items()))


def _money_wanted(one: RowMonth) -> list[Milestone]:
    """Sums wanted at once before retirement, and planned spending that was not paid."""
    found = []
    wanted = one.middle["lump"]
    if wanted > 0.0:
        told = {"wanted": wanted, "usd": one.paid.spent, "unmet": one.paid.unmet}
        found.append(Milestone(one.month, f"asks_{one.lump_purpose}", told))
    elif one.middle["frozen_lump"] > 0.0 and one.paid.spent > 0.0:
        told = {"usd": one.paid.spent, "unmet": one.paid.unmet}
        found.append(Milestone(one.month, f"is_paid_{spending_kind(one)}", told))
    return found


def _loan(one: RowMonth) -> list[Milestone]:
    found = []
    owed = defaulted(one)
    if owed:
        found.append(Milestone(one.month, "loan_defaults", {"usd": owed}))
    elif one.before["loan"] > 0.0 and one.middle["loan"] == 0.0:
        found.append(Milestone(one.month, "loan_is_repaid"))
    if one.paid.lent > 0.0:
        told = {"usd": one.paid.lent, "payment": one.after["loan_payment"]}
        found.append(Milestone(one.month, "takes_loan", told))
    elif one.middle["borrowing"] > 0.0:
        found.append(Milestone(one.month, "loan_is_frozen", {"wanted": one.middle["borrowing"]}))
    return found


def _claim(one: RowMonth) -> list[Milestone]:
    if one.before["claim_age"] > 0.0 or one.after["claim_age"] == 0.0:
        return []
    told = {name: one.after[name] for name in ("claim_age", "forced_claim", "planned_claim")}
    return [Milestone(one.month, "claims", told | {"benefit": one.after["benefit_real"] * one.level})]


def _gates(one: RowMonth) -> list[Milestone]:
    """Requests that wait at a fund, and withdrawals that were missed for it."""
    waits = one.after["gated_months"] > one.before["gated_months"]
    found = []
    if waits:
        queued = one.after.queued.items()
        usd = float(sum(units * one.prices_after[fund] for (_, fund), units in queued))
        found.append(Milestone(one.month, "waits", {"usd": usd, "left": usd}))
    if one.paid.unmet > 0.0:
        told = {"planned": one.middle["withdrawal"], "usd": one.paid.spent, "unmet": one.paid.unmet}
        found.append(Milestone(one.month, "goes_without", told))
    return found


def _end_of_money(one: RowMonth) -> list[Milestone]:
    found = []
    if one.after["status"] == RETIRED and one.middle.units and not one.after.units:
        found.append(Milestone(one.month, "accounts_are_empty"))
    if one.after["exhausted"] and not one.before["exhausted"]:
        found.append(Milestone(one.month, "is_exhausted"))
    return found
