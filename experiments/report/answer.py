"""The answer of a comparison in words; the wording is chosen by the intervals and by nothing else."""

from collections.abc import Mapping
from typing import Any

from experiments.figures.tables import ComparedRuns, Run
from experiments.figures.wording import counted, money, percent
from experiments.pairs import too_few
from experiments.report.breakeven import in_short
from experiments.report.headlines import direction, headline

Shares = Mapping[str, Mapping[str, Any]]


def question(compared: ComparedRuns) -> str:
    """Return the question that a comparison answers."""
    others = [run.name for run in compared.others]
    return f"Are savers better off under {' or '.join(others)} than under {compared.base.name}?"


def verdict_in_words(shares: Shares) -> str:
    """Say whether more savers are better or worse off.

    Parameters
    ----------
    shares : Mapping
        ``better``, ``worse`` and ``unchanged``, each ``{value, low, high}``, fractions of savers.

    Returns
    -------
    str
        One of five sentences. "More" is said only when the two intervals do not overlap: where nearly nobody
        is unchanged this is the paired 95% interval of better minus worse excluding zero, else it is
        stricter.
    """
    better, worse = shares["better"], shares["worse"]
    if better["value"] is None or worse["value"] is None:
        return "Nobody ever held an account, so nobody is better or worse off."
    if better["value"] == 0 and worse["value"] == 0:
        return "Nobody is better off and nobody is worse off: the rules change nothing for any saver."
    if better["low"] is None or worse["low"] is None:
        return "One replication is one draw of the market: better and worse cannot be told apart from it."
    if better["low"] > worse["high"]:
        return "More savers are better off than worse off."
    if worse["low"] > better["high"]:
        return "More savers are worse off than better off."
    return "Better off and worse off cannot be told apart: their intervals overlap."


def share_in_words(interval: Mapping[str, Any]) -> str:
    """Write a share and its interval within 0 and 100%: ``52.1% (48.0% to 56.2%)``."""
    if interval["low"] is None or interval["high"] is None:
        return percent(interval["value"])
    low, high = (min(max(interval[end], 0.0), 1.0) for end in ("low", "high"))
    return f"{percent(interval['value'])} ({percent(low)} to {percent(high)})"


def details(compared: ComparedRuns, other: Run) -> list[str]:
    """Return the sentences below the verdict: too few savers, mean, groups, headlines, what was fed in."""
    verdict = compared.verdict[other.name]
    sentences = [_mean_change(compared, other)]
    literacy = verdict.get("by_literacy", {})
    if "1" in literacy and "5" in literacy:
        sentences.append(
            f"Of the least literate fifth, {_better_and_worse(literacy['1'])}; "
            f"of the most literate fifth, {_better_and_worse(literacy['5'])}."
        )
    ages = verdict.get("by_age", {})
    for band_name, words in (
        ("25-34", "Of those aged 25 to 34 at the start"),
        ("55-64", "of those aged 55 to 64"),
    ):
        if band_name in ages:
            sentences.append(f"{words[0].upper()}{words[1:]}, {_better_and_worse(ages[band_name])}.")
    changes = verdict.get("changes", {})
    told = [key for key in ("wealth_median_real", "fees_usd", "gini") if key in changes]
    sentences += [_change(key, changes[key]) for key in told]
    fed_in = in_short(compared.base, other)
    few = too_few(compared.changes[other.name].differing, compared.base.name)
    return [sentence for sentence in (few, *sentences, fed_in) if sentence]


def _better_and_worse(shares: Shares) -> str:
    """Write the two shares of one group."""
    return (
        f"{share_in_words(shares['better'])} are better off and {share_in_words(shares['worse'])} worse off"
    )


def _change(key: str, change: Mapping[str, Any]) -> str:
    """Write one change of a headline as a sentence."""
    words = headline(key)
    text = words.write_change(change["value"])
    if change["low"] is not None and change["high"] is not None:
        text += f" ({words.write_change(change['low'])} to {words.write_change(change['high'])})"
    return f"{words.name}: {text}, {direction(change)}."


def _mean_change(compared: ComparedRuns, other: Run) -> str:
    """Write the mean paired change of wealth and spending per saver."""
    mean = compared.changes[other.name].mean()
    text = money(float(mean.value), sign=True)
    if mean.exists:
        text += f" ({money(float(mean.low), sign=True)} to {money(float(mean.high), sign=True)})"
    spread = f"over {counted(compared.base.replications, 'replication')}"
    return (
        f"Wealth at the end (or at death) plus money spent changes by {text} a saver on average {spread}, "
        f"in USD of {compared.base.start}."
    )
