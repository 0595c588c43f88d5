"""Two sections of a report: whether retirement income is enough, and who pays it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from environment.typing import FloatArray
from experiments.figures.adequacy import GROUPS
from experiments.figures.bands import Band, band
from experiments.figures.better import LITERACY_NAMES
from experiments.figures.gallery import RUN_CHAPTERS, SHARED_CHAPTERS
from experiments.figures.pillars import DECILES, late_mean, span, tells
from experiments.figures.style import save
from experiments.figures.tables import ComparedRuns, Run
from experiments.report.headlines import Headline, cell, direction, interval_words
from experiments.report.html import bullets, heading, image, table
from experiments.report.measures import DEFINITIONS, MEASURES, TITLES


def with_chapters(run: Run, folder: Path) -> Run:
    """Add the tables of the two sections to a run; results of older versions do not have them."""
    paths = {name: folder / f"{name}.parquet" for name in TITLES}
    found = {name: pd.read_parquet(path) for name, path in paths.items() if path.exists()}
    return replace(run, tables={**run.tables, **found})


def with_chapters_compared(compared: ComparedRuns, folder: Path) -> ComparedRuns:
    """Add the tables of the two sections to every run of a comparison."""
    base, *others = (with_chapters(run, folder / run.name) for run in compared.runs)
    return replace(compared, base=base, others=tuple(others))


def run_chapters(run: Run, folder: Path) -> list[str]:
    """Return the sections of a run that its tables tell: figure, table, definitions."""
    content: list[str] = []
    tables = {"adequacy": _by_literacy, "pillars": _by_decile}
    for picture in RUN_CHAPTERS:
        if tells(run, picture.name):
            png = save(picture.draw(run), folder / "figures" / f"{picture.name}.png")
            content += [
                heading(TITLES[picture.name]),
                image(png, picture.shows, picture.reading),
                tables[picture.name](run),
                bullets(DEFINITIONS[picture.name]),
            ]
    return content


def compared_chapters(compared: ComparedRuns, folder: Path) -> list[str]:
    """Return the sections of a comparison that the tables of all its runs tell."""
    content: list[str] = []
    for picture in SHARED_CHAPTERS:
        if all(tells(run, picture.name) for run in compared.runs):
            png = save(picture.draw(compared), folder / "figures" / f"{picture.name}.png")
            content += [
                heading(TITLES[picture.name]),
                image(png, picture.shows, picture.reading),
                _changes(compared, picture.name),
                bullets(DEFINITIONS[picture.name]),
            ]
    return content


def _caption(run: Run) -> str:
    """Say what the figures of a table are."""
    return f"Mean of {span(run)}; money in USD of {run.start}. {interval_words(run.replications)}"


def _told(figure: Band, words: Headline) -> str:
    """Write a figure with its interval."""
    return cell(float(figure.value), float(figure.low), float(figure.high), words.write)


def _at(run: Run, name: str, column: str, group: str) -> str:
    """Write one measure of one group."""
    words, weight = MEASURES[name][column]
    return _told(band(late_mean(run, name, column, group, weight)), words)


def _by_literacy(run: Run) -> str:
    """Return the measures of adequacy, a row a measure, a column a literacy quintile."""
    rows = [
        [
            words.name,
            *(_told(band(late_mean(run, "adequacy", name, group, weight)), words) for group in GROUPS),
        ]
        for name, (words, weight) in MEASURES["adequacy"].items()
    ]
    header = ["By literacy quintile", *(LITERACY_NAMES.get(group, group) for group in GROUPS)]
    return table(header, rows, _caption(run))


def _by_decile(run: Run) -> str:
    """Return income by pillar, a row a decile of late-career pay."""
    measures = MEASURES["pillars"]
    rows = [[decile, *(_at(run, "pillars", name, decile) for name in measures)] for decile in DECILES]
    header = ["Decile of late-career pay", *(words.name for words, _ in measures.values())]
    return table(header, rows, f"Income a year. {_caption(run)}")


def _changes(compared: ComparedRuns, name: str) -> str:
    """Return the measures of all savers under every scenario, with their changes paired by replication."""
    header = ["All retired savers", compared.base.name]
    for run in compared.others:
        header += [run.name, "change", "direction"]
    rows = []
    for column, (words, weight) in MEASURES[name].items():
        base, *others = (late_mean(run, name, column, "all", weight) for run in compared.runs)
        row = [words.name, _told(band(base), words)]
        for values in others:
            row += [_told(band(values), words), *_change(values - base, words)]
        rows.append(row)
    return table(header, rows, _caption(compared.base))


def _change(difference: FloatArray, words: Headline) -> tuple[str, str]:
    """Write a paired change and its direction."""
    change = band(difference)
    ends: Mapping[str, float | None] = {
        end: None if np.isnan(value) else float(value)
        for end, value in (("value", change.value), ("low", change.low), ("high", change.high))
    }
    return cell(ends["value"], ends["low"], ends["high"], words.write_change), direction(ends)
