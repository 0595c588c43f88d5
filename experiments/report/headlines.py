"""The headline figures as tables: over the years of a run, and as changes between runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from environment.typing import FloatArray, IntArray
from experiments.figures.bands import Band, band
from experiments.figures.tables import HORIZONS, ComparedRuns, Run
from experiments.figures.wording import MISSING, counted, money, number, percent, points
from experiments.report.html import table

Wording = Callable[[float | None], str]


def signed_money(usd: float | None) -> str:
    """Write a change in money with its sign."""
    return money(usd, sign=True)


def signed_number(value: float | None) -> str:
    """Write a change of a plain number with its sign."""
    return number(value, sign=True)


@dataclass(frozen=True)
class Headline:
    """A headline of ``summary.json``: its name for people, and how to write it and its change."""

    name: str
    write: Wording
    write_change: Wording


HEADLINES: dict[str, Headline] = {
    "wealth_mean_real": Headline("Mean wealth per account", money, signed_money),
    "wealth_median_real": Headline("Median wealth per account", money, signed_money),
    "gini": Headline("Inequality of wealth (Gini: 0 equal, 1 one has all)", number, signed_number),
    "fees_usd": Headline("Fees over the whole run", money, signed_money),
    "private_share": Headline("Share of wealth in private funds", percent, points),
    "alternatives_share": Headline("Share of wealth in all alternatives", percent, points),
    "frozen_share_at_65": Headline("Share frozen in the month of the 65th birthday", percent, points),
    "net_transfer_usd": Headline(
        "Net transfer: fees and stale-price losses less gross excess return", money, signed_money
    ),
    "unmet_months": Headline("Unmet months a year, per retired saver", number, signed_number),
    "replacement_rate": Headline("Retirement income over late working pay", percent, points),
}
"""Headlines in the order in which the report tells them."""


def headline(key: str) -> Headline:
    """Return how to write a headline; one that is not known here is written as a plain number."""
    return HEADLINES.get(key, Headline(key.replace("_", " "), number, signed_number))


def with_interval(interval: Mapping[str, Any], write: Wording) -> str:
    """Write an interval ``{value, low, high}`` for a table cell: the value, and below it the ends."""
    return cell(interval["value"], interval["low"], interval["high"], write)


def cell(value: float | None, low: float | None, high: float | None, write: Wording) -> str:
    """Write a value, and below it the ends of its interval where there is one."""
    text = write(value)
    if text == MISSING or low is None or high is None or np.isnan(low) or np.isnan(high):
        return text
    return f"{text}\n{write(low).removesuffix(' points')} to {write(high)}"


def horizons(run: Run) -> list[int]:
    """Return the years reported: those of `HORIZONS` in the run, and its end (the opening if 0 years)."""
    within = [year for year in HORIZONS if year <= run.years]
    return within if run.years in within else [*within, run.years]


def cumulative_fees(run: Run) -> tuple[IntArray, FloatArray]:
    """Fees paid since the start, by year, replications x (years + 1), USD of the start month.

    Every month's fees are divided by the price level of that month.
    """
    years = np.arange(run.years + 1)
    total = np.zeros((run.replications, run.years + 1))
    if run.years:
        fees = run.series("monthly", "fees_usd", "month")[1] / run.price_level[:, 1:]
        total[:, 1:] = np.cumsum(fees, axis=1)[:, 11::12]
    return years, total


def _through_the_years(run: Run) -> list[tuple[str, Wording, IntArray, Band]]:
    """Return name, wording, years and values of every headline that has a value each year."""
    sources = (
        ("Mean wealth per account", money, run.real_group("wealth_mean")),
        ("Median wealth per account", money, run.real_group("wealth_median")),
        ("Inequality of wealth (Gini: 0 equal, 1 one has all)", number, run.series("inequality", "gini")),
        ("Share of wealth in private funds", percent, run.group("private_share")),
        ("Share of wealth frozen", percent, run.group("frozen_share")),
        ("Fees paid since the start, all savers", money, cumulative_fees(run)),
    )
    return [(name, write, years, band(values)) for name, write, (years, values) in sources]


def years_table(runs: tuple[Run, ...]) -> str:
    """Return the headline figures after 1, 10, 30 and 40 years as a table, a row a headline and scenario."""
    shown = horizons(runs[0])
    told = [_through_the_years(run) for run in runs]
    rows = []
    for position in range(len(told[0])):
        for run, lines in zip(runs, told, strict=True):
            name, write, years, values = lines[position]
            label = f"{name}, {run.name}" if len(runs) > 1 else name
            rows.append([label, *(_at(year, years, values, write) for year in shown)])
    columns = ["the opening" if year == 0 else f"after {counted(year, 'year')}" for year in shown]
    header = ["Headline", *columns]
    return table(header, rows, f"Money in USD of {runs[0].start}. {interval_words(runs[0].replications)}")


def _at(year: int, years: IntArray, values: Band, write: Wording) -> str:
    """Write the cell of one year."""
    place = int(np.searchsorted(years, year))
    return cell(float(values.value[place]), float(values.low[place]), float(values.high[place]), write)


def summary_table(run: Run) -> str:
    """Return the headlines of ``summary.json`` as a table."""
    rows = [
        [headline(key).name, with_interval(entry, headline(key).write)]
        for key, entry in _ordered(run.summary)
    ]
    caption = f"End of the run or whole run; money in USD of {run.start}. {interval_words(run.replications)}"
    return table(["Headline", run.name], rows, caption)


def changes_table(compared: ComparedRuns) -> str:
    """Return what every other scenario changes in the headlines, paired by replication, as a table."""
    header = ["Headline", compared.base.name]
    for run in compared.others:
        header += [run.name, "change", "direction"]
    rows = []
    for key, entry in _ordered(compared.base.summary):
        words = headline(key)
        row = [words.name, with_interval(entry, words.write)]
        for run in compared.others:
            change = compared.verdict[run.name]["changes"].get(key, NOTHING)
            own = run.summary.get(key, NOTHING)
            row += [
                with_interval(own, words.write),
                with_interval(change, words.write_change),
                direction(change),
            ]
        rows.append(row)
    start, count = compared.base.start, compared.base.replications
    caption = (
        f"End of the run or whole run; money in USD of {start}. The change is that of the same people in "
        f"the same market. {interval_words(count)}"
    )
    return table(header, rows, caption)


NOTHING: Mapping[str, Any] = {"value": None, "low": None, "high": None}


def direction(change: Mapping[str, Any]) -> str:
    """Say whether a change can be told from none: by its interval, and only by that."""
    if change["value"] is None:
        return MISSING
    if change["value"] == 0 and change["low"] in (None, 0) and change["high"] in (None, 0):
        return "no change"
    if change["low"] is None or change["high"] is None:
        return "one draw, no interval"
    if change["low"] > 0:
        return "up"
    return "down" if change["high"] < 0 else "cannot be told from none"


def interval_words(replications: int) -> str:
    """Say what the small figures are."""
    if replications < 2:
        return "One replication: no intervals."
    return f"Small: 95% t interval over {replications} replications."


def _ordered(summary: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the headlines in the order of `HEADLINES`, unknown ones last."""
    known = [key for key in HEADLINES if key in summary]
    return [(key, summary[key]) for key in (*known, *(key for key in summary if key not in HEADLINES))]
