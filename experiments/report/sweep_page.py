"""The page of a sweep: the question, what was swept, the answer in short, figures, tables, limits."""

from pathlib import Path

from experiments.figures.sweep_source import Swept
from experiments.figures.tables import Run, scenario_name
from experiments.figures.wording import counted
from experiments.report.html import block, bullets, contents, heading, page, paragraph
from experiments.report.limits import limits
from experiments.report.provenance import provenance
from experiments.report.sweep_answer import answers, question
from experiments.report.sweep_chapters import CHAPTERS
from experiments.report.sweep_numbers import Numbers, numbers_of
from experiments.report.sweep_tables import METHODS, failures, swept_table

COMMAND = "thirdwave sweep design.toml"
RANGES = (
    "The {given} are a choice: effects and shares speak of these {given} and of no others. A key that was "
    "given a wider range looks more important."
)
INDEPENDENT = (
    "Keys were moved independently of each other: that two of them may go together in the world is not in "
    "these figures."
)
NOISE = (
    "Means of cells rest on few replications: part of what differs between cells is noise, and how much it "
    "can be is told above."
)


def sweep_page(swept: Swept, folder: Path) -> str:
    """Work out the tables of a sweep, draw its figures into its folder and return its page.

    Parameters
    ----------
    swept : Swept
    folder : Path
        Result folder; tables go into ``analysis`` and PNG files into ``figures`` below it.

    Returns
    -------
    str
        HTML.
    """
    numbers = numbers_of(swept)
    numbers.write(folder / "analysis")
    for old in (folder / "figures").glob("*.png"):
        old.unlink()
    title = question(swept)
    opening = [f"<h1>{title}</h1>", paragraph(_size(swept), "lead")]
    if swept.manifest.get("description"):
        opening.append(paragraph(str(swept.manifest["description"])))
    opening.append(_answer(swept, numbers))
    content = [heading("What was swept"), paragraph(_subject(swept)), swept_table(swept), *failures(swept)]
    for chapter in CHAPTERS:
        content += chapter(swept, numbers, folder / "figures")
    content += [heading("Limits of a sweep"), bullets(_limits(swept))]
    content += limits([Run(scenario_name(swept.manifest, "sweep"), swept.manifest, {}, {})])
    content += provenance(swept.manifest, COMMAND)
    return page(title, [*opening, contents(content), *content])


def _size(swept: Swept) -> str:
    """Say how much was simulated."""
    manifest = swept.manifest
    return (
        f"Sweep {manifest['name']}: {counted(int(manifest['cells']), 'cell')}, "
        f"{swept.replications_in_words} each, {int(manifest['savers']):,} savers over "
        f"{counted(int(manifest['months']) // 12, 'year')}, seed {manifest['seed']}, base scenario "
        f"{scenario_name(manifest, 'unnamed')}, sweep {swept.fingerprint}."
    )


def _answer(swept: Swept, numbers: Numbers) -> str:
    """Return the box with the answer in short, and what could not be worked out."""
    alone = swept.replications[1] < 2 and not swept.sampled
    interval = "One replication: no intervals." if alone else "In brackets: 95% intervals."
    caution = f"{interval} What a key moves depends on the range it was given."
    box = paragraph("The answer in short", "lead") + bullets(answers(swept, numbers)) + paragraph(caution)
    missing = block(bullets(numbers.left_out), "warning") if numbers.left_out else ""
    return block(box, "answer") + missing


def _subject(swept: Swept) -> str:
    """Say how cells were chosen, and when replications were enough."""
    text = f"The cells are {METHODS[swept.method]}. All cells share the seed and so the same luck."
    rule = swept.manifest.get("stopping")
    if not rule:
        return text
    wanted = " and ".join(
        f"{swept.name(outcome)} is known to ±{swept.write(outcome, float(width))}"
        for outcome, width in rule["half_width"].items()
    )
    return (
        f"{text} Replications were added in batches of {swept.manifest['replications']} until, by the 95% t "
        f"interval of its mean, {wanted} in a cell, or the cell had {rule['most']}."
    )


def _limits(swept: Swept) -> list[str]:
    """Say what the figures of a sweep do not tell."""
    told = [
        RANGES.format(given="ranges" if swept.sampled else "values"),
        *([] if swept.method == "list" else [INDEPENDENT]),
        "Keys that are not in the design were left as the base scenario has them.",
        NOISE,
    ]
    if swept.failed:
        count = len({one["cell"] for one in swept.failed})
        told.append(f"{counted(count, 'cell')} failed and had to be left out: the sample is out of balance.")
    return told
