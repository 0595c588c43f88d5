"""The page of a comparison: the question, the answer, the figures behind it, and its limits."""

from collections.abc import Sequence
from pathlib import Path

from experiments.figures.gallery import SHARED_PICTURES, Picture, pair_pictures
from experiments.figures.style import save
from experiments.figures.tables import ComparedRuns, Run
from experiments.figures.wording import counted, percent
from experiments.report.answer import details, question, share_in_words, verdict_in_words
from experiments.report.breakeven import remarks
from experiments.report.chapters import compared_chapters
from experiments.report.headlines import changes_table, years_table
from experiments.report.html import block, bullets, contents, heading, image, page, paragraph
from experiments.report.limits import limits
from experiments.report.provenance import command_for, provenance


def compare_page(compared: ComparedRuns, folder: Path) -> str:
    """Draw the figures of a comparison into its folder and return its page.

    Parameters
    ----------
    compared : ComparedRuns
        Tables of the comparison.
    folder : Path
        Result folder; the PNG files go into ``figures`` below it.

    Returns
    -------
    str
        HTML.
    """
    title = question(compared)
    opening = [f"<h1>{title}</h1>", paragraph(_subject(compared), "lead")]
    for run in compared.others:
        opening += _answer(compared, run)
    content: list[str] = []
    for run in compared.others:
        content.append(heading(f"Who gains and who loses under {run.name}"))
        content += _pictures(pair_pictures(run.name), compared, folder)
    content += remarks(compared)
    content += [heading("What changes in the headline figures"), changes_table(compared)]
    content += [heading("Through the years", 3), years_table(compared.runs)]
    content += compared_chapters(compared, folder)
    content.append(heading("The worlds side by side"))
    content += _pictures(SHARED_PICTURES, compared, folder)
    content += limits(compared.runs)
    command = command_for("compare", [run.manifest for run in compared.runs])
    content += provenance(compared.manifest, command)
    return page(title, [*opening, contents(content), *content])


def _subject(compared: ComparedRuns) -> str:
    """Say what was compared."""
    base = compared.base
    others = " and ".join(run.name for run in compared.others)
    return (
        f"The same {int(base.manifest['savers']):,} savers and the same luck over "
        f"{counted(base.years, 'year')} from {base.start}, under {base.name} and under {others}; "
        f"{counted(base.replications, 'replication')}, seed {base.manifest['seed']}, "
        f"returns: {base.returns}, comparison {compared.fingerprint}."
    )


def _answer(compared: ComparedRuns, run: Run) -> list[str]:
    """Return the box with the answer for one other scenario."""
    verdict = compared.verdict[run.name]
    title = f"{run.name} against {compared.base.name}"
    tolerance = percent(compared.base.number("compare.tolerance", 0.001))
    figures = "".join(
        _share(verdict[name], words)
        for name, words in (
            ("better", "of savers better off"),
            ("worse", "of savers worse off"),
            ("unchanged", f"unchanged, within {tolerance}"),
        )
    )
    box = (
        paragraph(title, "lead")
        + paragraph(verdict_in_words(verdict), "verdict")
        + block(figures, "shares")
        + bullets(details(compared, run))
    )
    return [block(box, "answer")]


def _share(interval: dict[str, float | None], words: str) -> str:
    """Return one large figure of the answer."""
    share, _, ends = share_in_words(interval).partition(" ")
    between = f"<br>{ends.strip('()')}" if ends else ""
    return f"<div><b>{share}</b><span>{words}{between}</span></div>"


def _pictures(pictures: Sequence[Picture[ComparedRuns]], compared: ComparedRuns, folder: Path) -> list[str]:
    """Draw pictures into the folder and return them as HTML."""
    content = []
    for picture in pictures:
        png = save(picture.draw(compared), folder / "figures" / f"{picture.name}.png")
        content.append(image(png, picture.shows, picture.reading))
    return content
