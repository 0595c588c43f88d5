"""What was fed in about the returns of alternatives, and the excess at which they pay their way."""

from dataclasses import dataclass

import numpy as np

from environment.assets import ALTERNATIVES
from environment.typing import FloatArray
from experiments.figures.bands import Band, band
from experiments.figures.tables import ComparedRuns, Run
from experiments.figures.wording import percent, points
from experiments.report.html import heading, paragraph, table

LISTED = ("us_equity", "tech_equity")
WARNING = (
    "How much alternatives earn before fees is an assumption of the model, and a contested one. What is "
    "fed in is not a finding: a higher figure makes every scenario with alternatives look better."
)
CAVEAT = (
    "The yardstick is listed U.S. equity. In a target-date fund alternatives displace bonds too, so that a "
    "saver can gain at a smaller excess than this, and carries another risk for it."
)


@dataclass(frozen=True)
class Excess:
    """Gross excess return of alternatives over listed U.S. equity, fractions a year.

    Attributes
    ----------
    by_class : dict of str to float
        Return of each alternative that savers held less that of listed equity, compound, before fees:
        expected, or where returns are replayed or resampled as observed, what the market gave.
    fed_in : float
        The same for the mix that savers held.
    cost : Band
        What the alternatives cost beyond the base: extra fees and losses to stale prices, per dollar held in
        alternatives and year. At a gross excess of this size the net transfer would not have changed.
    realised : Band
        What they earned over listed equity on the same dollars in the runs.
    """

    by_class: dict[str, float]
    fed_in: float
    cost: Band
    realised: Band


def excess_of(base: Run, other: Run) -> Excess | None:
    """Return what was fed in, what the alternatives cost and what they earned in one other scenario.

    Returns
    -------
    Excess or None
        None unless savers held more in alternatives than in the base in every replication.
    """
    if other.years == 0:
        return None
    dollar_years = _dollar_years(other) - _dollar_years(base)
    if (dollar_years <= 0).any():
        return None
    by_class, fed_in = _fed_in(other)
    costs = [_real_sum(run, "fees_usd") + _real_sum(run, "stale_loss_usd") for run in (base, other)]
    gains = [_real_sum(run, "excess_gain_usd") for run in (base, other)]
    cost, realised = (band((after - before) / dollar_years) for before, after in (costs, gains))
    return Excess(by_class, fed_in, cost, realised)


def _real_sum(run: Run, column: str) -> FloatArray:
    """Return a monthly flow summed over the run, USD of the start month, shape (replications,)."""
    return np.sum(run.series("monthly", column, "month")[1] / run.price_level[:, 1:], axis=1)


def _dollar_years(run: Run) -> FloatArray:
    """Return real dollars in alternatives summed over years, shape (replications,)."""
    share = run.series("monthly", "alternatives_share", "month")[1]
    wealth = run.series("monthly", "wealth_usd", "month")[1]
    return np.sum(share * wealth / run.price_level[:, 1:], axis=1) / 12.0


def _fed_in(run: Run) -> tuple[dict[str, float], float]:
    """Return the expected excess of every alternative held, and that of the mix held."""
    classes = run.tables["classes"]
    sums = classes.groupby(classes["asset_class"].astype(str))[["holdings_usd", "market_value_usd"]].sum()
    weights = [float(sums["market_value_usd"][name]) for name in LISTED]
    fed_in = _given(run) if _gives_its_own(run) else _expected(run)
    listed = float(np.average([fed_in[name] for name in LISTED], weights=weights))
    held = {name: float(sums["holdings_usd"][name]) for name in ALTERNATIVES}
    held = {name: usd for name, usd in held.items() if usd > 0}
    by_class = {name: fed_in[name] - listed for name in held}
    return by_class, float(np.average(list(by_class.values()), weights=list(held.values())))


def _gives_its_own(run: Run) -> bool:
    """Whether returns came with means of their own instead of `market.expected`."""
    observed = run.text("market.history.means", "observed") == "observed"
    return run.replays or (run.returns == "bootstrap" and observed)


def _expected(run: Run) -> dict[str, float]:
    """Return the expected compound return a year of every class that is needed here."""
    return {name: run.number(f"market.expected.{name}", 0.0) for name in (*LISTED, *ALTERNATIVES)}


def _given(run: Run) -> dict[str, float]:
    """Return the compound return a year that the market gave every class, over all replications."""
    classes = run.tables["classes"]
    monthly = np.log1p(classes["fundamental_return"]).groupby(classes["asset_class"].astype(str)).mean()
    return {str(name): float(np.expm1(12.0 * one)) for name, one in monthly.items()}


def remarks(compared: ComparedRuns) -> list[str]:
    """Return the part of the page that tells what was fed in, one block a scenario with alternatives."""
    content = [heading("What was fed in, and the break-even"), paragraph(WARNING)]
    for run in compared.others:
        excess = excess_of(compared.base, run)
        if excess is None:
            text = f"Under {run.name} savers held no more in alternatives than under {compared.base.name}."
            content.append(paragraph(text))
        else:
            content += _told(compared.base.name, run, excess)
    return [*content, paragraph(CAVEAT)]


def in_short(base: Run, other: Run) -> str | None:
    """Return fed-in excess and break-even in one sentence, or None where `excess_of` has nothing to tell."""
    excess = excess_of(base, other)
    if excess is None:
        return None
    own = f"{other.returns} gave the alternatives held"
    gave = own if _gives_its_own(other) else "the alternatives held were given"
    needed = points(float(excess.cost.value))
    return (
        f"Before fees {gave} {points(excess.fed_in)} a year over listed U.S. equity; to pay for their own "
        f"extra cost they needed {needed}."
    )


def _told(base: str, run: Run, excess: Excess) -> list[str]:
    """Return the break-even in words and the excess fed in as a table."""
    text = (
        f"Under {run.name} a dollar in alternatives cost {_with_ends(excess.cost)} a year more in fees and "
        f"losses to stale prices than under {base}. That is the break-even: the gross excess over listed "
        "equity at which the alternatives would just have paid for themselves. Fed in was "
        f"{percent(excess.fed_in, 2)} a year for the mix that savers held; in these runs it came to "
        f"{_with_ends(excess.realised)}, weighted by the dollars held."
    )
    rows = [[name.replace("_", " "), points(value)] for name, value in excess.by_class.items()]
    rows.append(["the mix that savers held", points(excess.fed_in)])
    source = f"compound return that {run.returns} gave" if _gives_its_own(run) else "expected compound return"
    caption = f"Fed in under {run.name}: {source} before fees, above listed U.S. equity, a year"
    return [paragraph(text), table(["Alternative", "Gross excess"], rows, caption)]


def _with_ends(figure: Band) -> str:
    """Write a rate with its interval."""
    text = percent(float(figure.value), 2)
    if figure.exists:
        text += f" ({percent(float(figure.low), 2)} to {percent(float(figure.high), 2)})"
    return text
