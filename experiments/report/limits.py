"""What a reader must know before using a figure: purpose, limits, what is absent, where numbers come from."""

from collections import Counter
from collections.abc import Sequence

from experiments.figures.tables import Run
from experiments.report.html import bullets, heading, paragraph, table

PURPOSE = (
    "This is a model for explanation and for exploring policies. It is not a prediction of what will "
    "happen and not advice to anybody about their money."
)

ABSENT = (
    "Flows do not move prices unless the impact multipliers are raised from 0: the market does not answer.",
    "Private money is held in one evergreen fund for each strategy: there are no drawdown vintages.",
    "Funds of one strategy do not differ: no spread of outcomes, no skill of managers, no failures.",
    "Social Security has no spouses, survivors or disability, no earnings test and no tax on benefits.",
    "Need in retirement is a share of late-career pay: health and nursing costs and houses are left out.",
    "Withdrawals pay one flat tax; taxes on pay and on contributions, and Roth accounts, are left out.",
    "There is no yen carry trade and no forced selling, no bubble and no panic after losses.",
    "Employers do not compete for staff; nobody lobbies, and no later government reverses the order.",
    "The money has no effect on firms, innovation or growth.",
)
"""Mechanisms that this version of the model does not have."""

STANDINGS = {
    "law": "set by law or regulation",
    "measured": "read in a published source",
    "calibrated": "chosen so that the model reproduces a published figure",
    "assumed": "assumed, or published but not checked; to be varied before anything rests on it",
}


def standing_counts() -> dict[str, int]:
    """Return the number of parameters and data tables of each standing."""
    from environment.parameters import data_tables, parameters

    count = Counter(parameter.standing for parameter in parameters().values())
    count.update(data_table.standing for data_table in data_tables())
    return {standing: count[standing] for standing in STANDINGS}


def _intervals(runs: Sequence[Run]) -> str:
    """Say what intervals tell: nothing about other markets where all replications replayed the same one."""
    replayed = sorted({run.returns for run in runs if run.replays})
    if replayed:
        return (
            f"Every replication replayed the same returns ({', '.join(replayed)}): intervals tell how far "
            "another draw of people and plans could move a figure, and nothing about other markets."
        )
    return "Intervals tell how far another set of draws, of the market above all, could move a figure."


def limits(runs: Sequence[Run]) -> list[str]:
    """Return the part of a page that tells the limits of what it shows of some runs."""
    counts, header = standing_counts(), ["Standing", "Parameters and tables", "Meaning"]
    rows = [[standing, f"{counts[standing]:,}", words] for standing, words in STANDINGS.items()]
    return [
        heading("Limits"),
        paragraph(PURPOSE),
        paragraph(
            f"{_intervals(runs)} They do not tell whether the assumptions are right. Figures that only "
            "return an assumption, such as the gross return of private funds, are not findings."
        ),
        heading("Not in this version", 3),
        bullets(ABSENT),
        heading("Where the numbers come from", 3),
        paragraph(
            "Every number of the model has a unit, a range, a source and a standing. The command thirdwave "
            "parameters lists them all."
        ),
        table(header, rows, "Numbers of the model by standing", "words"),
    ]
