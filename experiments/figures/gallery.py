"""Every figure of a report: its file name, the question it answers, how to read it, and who draws it."""

from collections.abc import Callable
from dataclasses import dataclass

from matplotlib.figure import Figure

from experiments.figures import (
    adequacy,
    better,
    difference,
    flows,
    frozen,
    holdings,
    literacy,
    lorenz,
    pillars,
    wealth,
)
from experiments.figures.tables import ComparedRuns, Run


@dataclass(frozen=True)
class Picture[Source]:
    """One figure of a report.

    Attributes
    ----------
    name : str
        Stem of the PNG file, and the name by which `experiments.report.plot.plot` knows it.
    shows : str
        What is in the picture, for a reader who cannot see it.
    reading : str
        What to look for, in a sentence or two.
    draw : callable
        Draws it from its source.
    """

    name: str
    shows: str
    reading: str
    draw: Callable[[Source], Figure]


RUN_PICTURES: tuple[Picture[Run], ...] = (
    Picture(
        "wealth",
        "Real wealth per account by age band, at the opening and in later years: 10th to 90th percentile "
        "of savers, median and mean.",
        "The mean lies above the median because some accounts are very large. The shading is the spread "
        "between savers; the error bars show how far other draws of luck could move median and mean.",
        wealth.draw,
    ),
    Picture(
        "literacy",
        "Lines of real median wealth per account over time, one a literacy quintile, and the medians at the "
        "end by age band and quintile.",
        "The market moves all quintiles together, so that bands overlap even where the order is sure: the "
        "ratio of the outer two, above the panels, is taken within each replication.",
        literacy.draw,
    ),
    Picture(
        "lorenz",
        "Lorenz curves of wealth at the opening and after 10, 20 and 40 years, with their Gini coefficients.",
        "Read it from the left: the poorest half of the savers (50%) hold the share at which the curve "
        "stands there.",
        lorenz.draw,
    ),
    Picture(
        "holdings",
        "Stacked areas of what savers hold by family of asset classes over time, in real money and as "
        "shares.",
        "Alternatives are drawn on top in warm colours and green; when the door is closed there are none.",
        holdings.draw,
    ),
    Picture(
        "flows",
        "Bars of the transfers between sectors over the whole run, in real money.",
        "Every payment has a payer and a payee; the fees among them are what managers and record-keepers "
        "earned.",
        flows.draw,
    ),
    Picture(
        "frozen",
        "Lines of the private and the frozen share of wealth over time, one panel an age band.",
        "Private money is not frozen while the fund that holds it pays. The frozen share matters most from "
        "55 on, when savers begin to need the money.",
        frozen.draw,
    ),
)

RUN_CHAPTERS: tuple[Picture[Run], ...] = (
    Picture(
        "adequacy",
        "Lines of the share of retired savers below their need and with an empty account over time, and bars "
        "of the share of retired lives that ran short, by literacy quintile and by two definitions.",
        "The two definitions differ where somebody spends less than the need while money is left, or needs "
        "nothing beyond Social Security when the account is empty.",
        adequacy.draw,
    ),
    Picture(
        "pillars",
        "Stacked bars of Social Security, plan and IRA as shares of late-career pay by decile of that pay, "
        "and lines of the three in real money over time.",
        "Social Security replaces most for the least paid, by law. IRAs start empty and fill as accounts "
        "move into them, so that plan and IRA are best read together.",
        pillars.draw,
    ),
)
"""Figures that stand in a section of their own, named after the table that they are drawn from."""

SHARED_CHAPTERS: tuple[Picture[ComparedRuns], ...] = (
    Picture(
        "adequacy",
        "Lines of the share of retired savers below their need and with an empty account over time under "
        "each scenario, and bars of the share of retired lives that ran short by two definitions.",
        "Early in the run most retired savers had saved under the same rules before it began: the late "
        "years tell most.",
        adequacy.draw_compared,
    ),
    Picture(
        "pillars",
        "Income over late-career pay by decile of that pay under each scenario, and bars of the change of "
        "Social Security, plan and IRA income from the base.",
        "The rules of plans leave Social Security as it is, unless they move when people stop working or "
        "claim.",
        pillars.draw_compared,
    ),
)

SHARED_PICTURES: tuple[Picture[ComparedRuns], ...] = (
    Picture(
        "wealth",
        "Real wealth per account by age band at the end under each scenario, and the relative change of "
        "median and mean against the base.",
        "The upper panel shows how much people have and how far they lie apart, the lower one what the rules "
        "change.",
        wealth.draw_compared,
    ),
    Picture(
        "literacy",
        "Real wealth per account by literacy quintile at the end under each scenario, and the relative "
        "change of median and mean against the base.",
        "The upper panel shows how far the quintiles lie apart whatever the rules, the lower one whom the "
        "rules change most: compare its sizes with the steps above.",
        literacy.draw_compared,
    ),
    Picture(
        "flows",
        "Bars of the transfers between sectors over the whole run under each scenario, and of the largest "
        "differences from the base, in real money.",
        "The difference between the bars of one flow is what the rules change for those two parties; the "
        "lowest panel magnifies it, with its interval.",
        flows.draw_compared,
    ),
    Picture(
        "holdings",
        "Stacked areas of the shares of what savers hold over time, one panel a scenario.",
        "What the alternatives displaced can be read from the layers below them.",
        holdings.draw_compared,
    ),
    Picture(
        "frozen",
        "Lines of the private and the frozen share of wealth over time under each scenario, one panel an "
        "age band.",
        "The gap between the solid and the dashed line of one colour is private money that could be had "
        "within three months.",
        frozen.draw_compared,
    ),
    Picture(
        "lorenz",
        "Lorenz curves of wealth under each scenario in three years, and their difference from the base.",
        "The lower panels magnify the difference between the curves: mind their scale.",
        lorenz.draw_compared,
    ),
)


def pair_pictures(other: str) -> tuple[Picture[ComparedRuns], ...]:
    """Return the figures that set one other scenario against the base."""
    return (
        Picture(
            f"better-{other}",
            f"Bars of the shares of savers worse off, to the left, and better off, to the right, under "
            f"{other}: all savers, by literacy quintile and by age at the start; the unchanged beside them.",
            "Where the error bars are wide, other draws of luck could have given another picture. "
            "While flows do not move prices, a saver who never holds an alternative is unchanged.",
            lambda compared: better.draw_compared(compared, other),
        ),
        Picture(
            f"difference-{other}",
            f"Bars of the share of savers by size of their gain or loss under {other}, relative and in "
            "money.",
            "The same person in the same market under both sets of rules; the bars and the unchanged "
            "add up to all savers.",
            lambda compared: difference.draw_compared(compared, other),
        ),
    )
