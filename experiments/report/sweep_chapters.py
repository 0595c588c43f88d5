"""The chapters of a sweep's page: each a question, its figures and the table behind them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from experiments.figures import (
    sweep_breakeven,
    sweep_discovery,
    sweep_effects,
    sweep_interactions,
    sweep_morris,
    sweep_precision,
    sweep_regression,
    sweep_sobol,
)
from experiments.figures.style import save
from experiments.figures.sweep_families import Family
from experiments.figures.sweep_source import Swept, plain
from experiments.figures.sweep_style import capital
from experiments.figures.wording import percent
from experiments.report.html import bullets, heading, image, paragraph, table
from experiments.report.sweep_answer import between, in_words
from experiments.report.sweep_numbers import Numbers
from experiments.report.sweep_tables import by_outcome, share, variance_table

NO_BOX = (
    "No box of keys holds the lowest or highest quarter of any outcome better than chance would, or there "
    "are too few cells or different figures to look for one."
)

ONE_REPLICATION = (
    "Every cell has one replication: how far replications differ, and so how many are needed, cannot be told "
    "from this sweep."
)
MOST_TOLD, MANY = 1_000, "more than 1,000"
"""Replications that nobody runs are not counted."""
LEAST_FILLED = 0.5
"""Maps with a smaller share of fields that were simulated are not drawn."""

type Chapter = Callable[[Swept, Numbers, Path], list[str]]


def _picture(figure: Figure, path: Path, shows: str, reading: str) -> str:
    return image(save(figure, path), shows, reading)


def variance_shares(swept: Swept, numbers: Numbers, figures: Path) -> list[str]:
    """Tell how much of the variance belongs to each key or group."""
    if numbers.sobol is None:
        return []
    figure = sweep_sobol.draw(swept, numbers.sobol, {name: numbers.noise(name) for name in swept.outcomes})
    shows = (
        "Bars of first-order and total Sobol indices with intervals, one panel an outcome, the input ranges "
        "beside them."
    )
    reading = (
        "A key or group whose total bar is longer than its first-order bar works together with others. Where "
        "an interval reaches nought the share cannot be told from none."
    )
    what = "group" if swept.groups else "key"
    caption = (
        f"Share of the variance between cells by {what}. Small: 95% bootstrap interval over base samples. "
        f"{_dropped(numbers.sobol, 'Base samples')}"
    )
    return [
        heading(f"How much of the answer is each {what}?"),
        _picture(figure, figures / "sobol.png", shows, reading),
        by_outcome(swept, numbers.sobol, "name", {"first": share, "total": share}, caption),
    ]


def _dropped(table: pd.DataFrame, parts: str) -> str:
    """Say how many parts of the sample were left out for a failed cell or a missing figure."""
    most = int(table["dropped"].max())
    return f"{parts} left out whole for a cell without a figure: {most:,}."


def screening(swept: Swept, numbers: Numbers, figures: Path) -> list[str]:
    """Tell which keys matter by Morris' method."""
    if numbers.morris is None:
        return []
    figure = sweep_morris.draw(swept, numbers.morris)
    shows = "Points of keys by the mean size of their elementary effects and the spread of these."
    reading = (
        "Keys at the lower left may be held fixed in a closer study; those high up need others to be looked "
        "at with them."
    )
    columns = {
        "mu": lambda outcome, value: swept.write(outcome, value, change=True),
        "mu_star": swept.write,
        "sigma": swept.write,
    }
    caption = (
        "Elementary effects over the range of a key: mean, mean size and standard deviation. Small: 95% "
        f"bootstrap interval over trajectories. {_dropped(numbers.morris, 'Trajectories')}"
    )
    return [
        heading("Which keys matter?"),
        _picture(figure, figures / "morris.png", shows, reading),
        by_outcome(swept, numbers.morris, "name", columns, caption),
    ]


def effects(swept: Swept, numbers: Numbers, figures: Path) -> list[str]:
    """Tell how the outcomes move with each key."""
    if numbers.effects is None:
        return []
    content = [heading("How do the outcomes move with each key?")]
    for stem, drawn in sweep_effects.figures_of_effects(swept).items():
        if isinstance(drawn, Family):
            names, alone = drawn.name, True
            figure = sweep_effects.draw_family(swept, numbers.effects, numbers.paired, drawn)
        else:
            names, alone = " and ".join(swept.name(outcome) for outcome in drawn), len(drawn) == 1
            figure = sweep_effects.draw(swept, numbers.effects, numbers.paired, drawn)
        shows = f"Lines of the mean of {names} over the values of every key, with intervals."
        sharing = f"The panels of {names}" if alone else "Panels of one row"
        reading = f"{sharing} share their axis, so that a steeper line is a larger effect."
        content.append(_picture(figure, figures / f"{stem}.png", shows, reading))
    return content


def breakeven(swept: Swept, numbers: Numbers, figures: Path) -> list[str]:
    """Tell where an outcome crosses nought, in the plane of two keys."""
    lines = numbers.breakeven
    if lines is None or numbers.maps is None or lines["crossing"].isna().all():
        return []
    figure = sweep_breakeven.draw(swept, lines, numbers.maps)
    reading = (
        "On one side of the line the outcome is above nought, on the other below. Where the line ends, it "
        "leaves the values that were simulated."
    )
    shows = "A line in the plane of two keys along which an outcome is nought, with intervals."
    return [
        heading("Where is the break-even?"),
        _picture(figure, figures / "breakeven.png", shows, reading),
        bullets(_crossings(swept, numbers)),
    ]


def _crossings(swept: Swept, numbers: Numbers) -> list[str]:
    """Write the points of the break-even lines."""
    if numbers.breakeven is None or numbers.maps is None:
        return []
    most = swept.replications[1]
    return [
        f"{capital(swept.name(str(one['outcome'])))} is nought at {one['key']} = "
        f"{between(plain, one['crossing'], one['low'], one['high'])} "
        f"when {one['other']} is {plain(one['other_value'])} "
        f"({one['replications']} of {most} replications cross)."
        for one in numbers.breakeven.dropna(subset=["crossing"]).to_dict("records")
    ] + _sides(swept, numbers.breakeven, numbers.maps)


def _sides(swept: Swept, lines: pd.DataFrame, maps: pd.DataFrame) -> list[str]:
    """Say on which side of nought an outcome is all along where it does not cross."""
    told = []
    uncrossed = lines[lines["crossing"].isna()].groupby(["outcome", "key", "other"], sort=False)[
        "other_value"
    ]
    for (outcome, key, other), values in uncrossed:
        rows = maps[(maps["outcome"] == outcome) & maps["other_value"].isin(values)]
        ends = rows.groupby("other_value")["mean"].agg(["min", "max"])
        for side, there in (("above", ends.index[ends["min"] > 0]), ("below", ends.index[ends["max"] < 0])):
            if len(there):
                where = in_words([plain(value) for value in there])
                told.append(
                    f"{capital(swept.name(str(outcome)))} is {side} nought at every value of {key} that was "
                    f"simulated when {other} is {where}."
                )
    return told


def interactions(swept: Swept, numbers: Numbers, figures: Path) -> list[str]:
    """Tell which keys work together, unless hardly any pair of values was simulated, as in most lists."""
    if numbers.maps is None or numbers.interactions is None or numbers.effects is None:
        return []
    if numbers.effects["mean"].isna().all():  # no outcome has a value
        return []
    pairs = numbers.maps.groupby(["key", "other"])[["value", "other_value"]].nunique().prod(axis=1)
    if len(numbers.maps) < LEAST_FILLED * len(swept.outcomes) * pairs.sum():
        return []
    figure = sweep_interactions.draw(swept, numbers.maps, numbers.interactions, numbers.effects)
    shows = "Heat maps of the mean of an outcome over the values of two keys."
    reading = (
        "Without interaction every row is the same but for its level. In a map of bins, fields rest on few "
        "cells and differ by chance too."
    )
    return [
        heading("Which keys work together?"),
        _picture(figure, figures / "interactions.png", shows, reading),
    ]


def regression(swept: Swept, numbers: Numbers, figures: Path) -> list[str]:
    """Tell which way each key pulls."""
    if numbers.regression is None:
        return []
    shows = "Bars of standardised regression coefficients with intervals, one panel an outcome."
    reading = "To the right: more of the key, more of the outcome; to the left: more of the key, less of it."
    return [
        heading("Which way does each key pull?"),
        _picture(
            sweep_regression.draw(swept, numbers.regression), figures / "regression.png", shows, reading
        ),
    ]


def discovery(swept: Swept, numbers: Numbers, figures: Path) -> list[str]:
    """Tell where the cells with the lowest or highest outcomes lie."""
    if numbers.boxes is None:
        return []
    title = heading("Where are the extreme cells?")
    if numbers.boxes.empty:
        return [title, paragraph(NO_BOX)]
    shows = "Bars of the limits of the keys of a box within their ranges, one panel a side of an outcome."
    reading = (
        "A box holds many of the cells looked for and few others. It describes these cells: it is no law, "
        "and another sample would give somewhat other limits."
    )
    named = numbers.boxes.drop_duplicates(["outcome", "side"])
    picture = _picture(sweep_discovery.draw(swept, numbers.boxes), figures / "discovery.png", shows, reading)
    return [title, picture, bullets(named["rule"])]


def replications(swept: Swept, numbers: Numbers, figures: Path) -> list[str]:
    """Tell how many replications a question needs, and where the variance comes from."""
    title = heading("How many replications does it need?")
    if numbers.precision["median"].isna().all():
        return [title, paragraph(ONE_REPLICATION)]
    shows = "Lines of the half width of a cell's interval against the number of replications."
    reading = (
        "Four times the replications halve the width. A comparison of two cells usually needs fewer than "
        "either of them alone, as luck is common to both."
    )
    targets = [float(target) for target in dict.fromkeys(numbers.needed["target"])]
    header = ["Outcome", *(f"for {percent(target, 0)}" for target in targets)]
    rows = [
        [capital(swept.name(outcome)), *(_needed(numbers, outcome, target) for target in targets)]
        for outcome in swept.outcomes
    ]
    caption = (
        "Replications for a half width of the 95% t interval of a cell's mean, relative to the highest less "
        "the lowest cell mean: the middle cell, and below it the widest one. More than "
        "1,000 means that the cells hardly differ beside what luck does to each of them; where they do not "
        "differ at all there is nothing that replications could tell apart."
    )
    figure = sweep_precision.draw(swept, numbers.precision, numbers.spans)
    return [
        title,
        _picture(figure, figures / "precision.png", shows, reading),
        table(header, rows, caption),
        variance_table(swept, numbers.variance),
    ]


def _needed(numbers: Numbers, outcome: str, target: float) -> str:
    """Write how many replications a half width needs."""
    needed = numbers.needed
    chosen = needed[(needed["outcome"] == outcome) & (needed["target"] == target)]
    span = numbers.spans.get(outcome, float("nan"))
    if not span > 0.0:
        return "no value" if np.isnan(span) else "the cells do not differ"
    if numbers.precision.loc[numbers.precision["outcome"] == outcome, "median"].isna().all():
        return "unknown"
    middle, widest = (_count(float(chosen[end].iloc[0])) for end in ("median", "worst"))
    return middle if middle == widest == MANY else f"{middle}\nwidest: {widest}"


def _count(needed: float) -> str:
    """Write a number of replications; one that is not known is beyond what was looked at."""
    return f"{int(needed):,}" if needed <= MOST_TOLD else MANY


CHAPTERS: tuple[Chapter, ...] = (
    variance_shares,
    screening,
    effects,
    breakeven,
    interactions,
    regression,
    discovery,
    replications,
)
"""Chapters in the order of the page; one that has nothing to tell gives nothing."""
