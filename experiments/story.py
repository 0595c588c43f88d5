"""One row's lives as a page to read, and every transfer as a table."""

import csv
import io
import textwrap
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from environment.follow import FollowedRow, Life
from environment.milestones import Milestone
from environment.transfers import WITHIN, Transfer
from experiments.story_lines import Teller, person

WIDTH = 110
INDENT = " " * 9
REPEATED = ("waits", "goes_without", "is_paid_hardship", "is_paid_cash_out", "is_paid_withdrawal")
COLUMNS = (
    "saver", "month", "date", "kind", "effect", "account", "fund", "units", "price_usd", "usd", "usd_real"
)  # fmt: skip

# What a year's line tells, in this order: words, and the kinds of transfers that they sum.
PAID_IN = {
    "own": ("deferral",),
    "match": ("match",),
    "other from the employer": ("nonelective",),
    "loan paid back": ("loan_repayment",),
}
TAKEN_OUT = {
    "withdrawals": ("withdrawal",),
    "hardship": ("hardship",),
    "cashed out": ("cash_out",),
    "loan": ("loan",),
    "forfeited": ("forfeiture",),
}
FEES = {"funds": ("fund_fee",), "record-keeping": ("record_keeping_fee",)}
TAXES = {
    "on withdrawals": ("withdrawal_tax",),
    "for early ones": ("early_penalty",),
    "on the loan in default": ("deemed_distribution_tax",),
}


def files(followed: FollowedRow, title: str) -> dict[str, str]:
    """The two files of a row by name: the story and the transfers."""
    return {
        f"story-{followed.row}.txt": story(followed, title),
        f"story-{followed.row}.csv": transfers_table(followed),
    }


def story(followed: FollowedRow, title: str) -> str:
    """All lives that had a row, as a page.

    Parameters
    ----------
    followed : FollowedRow
    title : str
        Scenario and seed, for the first line.
    """
    teller = Teller(followed.funds, followed.start, followed.levels)
    head = [
        f"Row {followed.row} of {title}, replication 0",
        "",
        f"Amounts are USD of the day for one account, in brackets at prices of {teller.date(0)}.",
        "Every transfer is in the table of the same name.",
    ]
    lines = [line for number, life in enumerate(followed.lives) for line in _life(life, number, teller)]
    return "\n".join([*head, *lines]) + "\n"


def transfers_table(followed: FollowedRow) -> str:
    """Every transfer of a row as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    teller = Teller(followed.funds, followed.start, followed.levels)
    for life in followed.lives:
        writer.writerows(_table_row(life, one, teller) for one in life.transfers)
    return text.getvalue()


def _table_row(life: Life, one: Transfer, teller: Teller) -> tuple[object, ...]:
    fund = teller.funds[one.fund] if one.fund >= 0 else ""
    units = (one.units, one.price) if one.units else ("", "")
    real = one.usd / teller.levels[one.month]
    when = (life.saver, one.month, teller.date(one.month))
    return (*when, one.kind, one.effect, one.account, fund, *units, one.usd, real)


def _life(life: Life, number: int, teller: Teller) -> Iterator[str]:
    """Heading, person, and month by month what happened, each year closed by its sums."""
    heading = f"Saver {life.saver}" if not number else f"A new life takes the row over: saver {life.saver}"
    yield from ("", "", heading, "=" * len(heading), "")
    yield from textwrap.wrap(person(life.first, life.first_month, teller), WIDTH)
    told, moved = _by_year(compressed(life.milestones), teller), _by_year(life.transfers, teller)
    for year in sorted({*told, *moved}):
        yield ""
        for one in told.get(year, []):
            text = f"{teller.date(one.month)}  {teller.sentence(one)}"
            yield from textwrap.wrap(text, WIDTH, subsequent_indent=INDENT)
        if year in moved:
            yield from _year(year, moved[year], life, teller)


def _by_year[Item: (Milestone, Transfer)](items: Sequence[Item], teller: Teller) -> dict[int, list[Item]]:
    years: defaultdict[int, list[Item]] = defaultdict(list)
    for one in items:
        years[int(teller.date(one.month)[:4])].append(one)
    return years


def compressed(milestones: Sequence[Milestone]) -> list[Milestone]:
    """One milestone for what repeats itself in months on end, with its amounts summed and ``months``.

    The queue of a request that waits is a stock: its first amount stands, and its last as ``left``.
    """
    kept: list[Milestone] = []
    running: dict[str, tuple[int, int]] = {}
    for one in milestones:
        at, last = running.get(one.kind, (-1, -1))
        if one.kind in REPEATED and at >= 0 and one.month == last + 1:
            kept[at] = _joined(kept[at], one)
            running[one.kind] = (at, one.month)
            continue
        if one.kind in REPEATED:
            running[one.kind] = (len(kept), one.month)
        kept.append(one)
    return kept


def _joined(first: Milestone, again: Milestone) -> Milestone:
    months = first.numbers.get("months", 1.0) + 1.0
    if first.kind == "waits":
        numbers = {**first.numbers, "left": again.numbers["left"]}
    else:
        numbers = {name: first.numbers[name] + usd for name, usd in again.numbers.items()}
    return replace(first, numbers={**numbers, "months": months})


def _year(year: int, moved: Sequence[Transfer], life: Life, teller: Teller) -> Iterator[str]:
    """The sums of a calendar year."""
    sums = [
        _sum("Paid in", moved, PAID_IN, teller),
        _sum("Taken out", moved, TAKEN_OUT, teller),
        _sum("Taxes", moved, TAXES, teller),
        _sum("Social Security", moved, {"": ("social_security",)}, teller),
        _sum("Gains before fees", moved, {"": ("gain",)}, teller),
        _sum("Fees", moved, FEES, teller),
        _sum("Left to the estate", moved, {"": ("bequest",)}, teller),
    ]
    end = max(one.month for one in moved)
    if end in life.wealth:
        sums.append(f"Accounts at the end: {teller.money(life.wealth[end], end)}.")
    text = f"{year}     {' '.join(part for part in sums if part)}"
    yield from textwrap.wrap(text, WIDTH, subsequent_indent=INDENT)
    traded = _traded(moved, teller)
    if traded:
        yield from textwrap.wrap(traded, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)


def _sum(name: str, moved: Sequence[Transfer], parts: Mapping[str, tuple[str, ...]], teller: Teller) -> str:
    """The sum of some kinds of transfers with its parts; empty when there are none."""
    amounts = {part: [one for one in moved if one.kind in kinds] for part, kinds in parts.items()}
    told = {part: sum(one.usd for one in found) for part, found in amounts.items() if found}
    if not told:
        return ""
    usd = _without_sign(name, sum(told.values()))
    real = _without_sign(
        name, sum(one.usd / teller.levels[one.month] for found in amounts.values() for one in found)
    )
    details = ", ".join(f"{part} {_without_sign(name, amount):,.0f}" for part, amount in told.items() if part)
    return f"{name} {usd:,.0f} ({real:,.0f}){': ' if details else ''}{details}."


def _without_sign(name: str, usd: float) -> float:
    """Gains may be losses; of everything else the name tells the direction. No minus before a zero."""
    return (usd if name.startswith("Gains") else abs(usd)) + 0.0


def _traded(moved: Sequence[Transfer], teller: Teller) -> str:
    """Units bought and sold by fund, at the mean price."""
    units: defaultdict[tuple[str, int], float] = defaultdict(float)
    dollars: defaultdict[tuple[str, int], float] = defaultdict(float)
    for one in moved:
        if one.effect == WITHIN and one.kind != "moved_in_kind":
            side = "Bought" if one.units > 0.0 else "Sold"
            units[side, one.fund] += abs(one.units)
            dollars[side, one.fund] += abs(one.usd)
    told = []
    for side in ("Bought", "Sold"):
        parts = [
            f"{teller.fund(fund)} {amount:,.1f} units at {dollars[key, fund] / amount:,.3f}"
            for (key, fund), amount in units.items()
            if key == side
        ]
        told += [f"{side} {'; '.join(parts)}."] if parts else []
    return " ".join(told)
