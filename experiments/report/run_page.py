"""The page of one run."""

from pathlib import Path

from experiments.figures.gallery import RUN_PICTURES
from experiments.figures.style import save
from experiments.figures.tables import Run
from experiments.figures.wording import counted
from experiments.report.chapters import run_chapters
from experiments.report.headlines import summary_table, years_table
from experiments.report.html import contents, heading, image, page, paragraph
from experiments.report.limits import limits
from experiments.report.provenance import command_for, provenance


def run_page(run: Run, folder: Path) -> str:
    """Draw the figures of a run into its folder and return its page.

    Parameters
    ----------
    run : Run
        Tables of the run.
    folder : Path
        Result folder; the PNG files go into ``figures`` below it.

    Returns
    -------
    str
        HTML.
    """
    title = f"What became of savers under {run.name}"
    size = (
        f"{int(run.manifest['savers']):,} savers over {counted(run.years, 'year')} from {run.start}, "
        f"{counted(run.replications, 'replication')}, seed {run.manifest['seed']}, "
        f"returns: {run.returns}, run {run.fingerprint}"
    )
    opening = [f"<h1>{title}</h1>", paragraph(size, "lead")]
    description = run.manifest.get("scenario", {}).get("description")
    if description:
        opening.append(paragraph(str(description)))
    content = [heading("Headline figures")]
    if run.summary:
        content.append(summary_table(run))
    content += [heading("Through the years", 3), years_table((run,))]
    content += run_chapters(run, folder)
    content.append(heading("Pictures"))
    for picture in RUN_PICTURES:
        png = save(picture.draw(run), folder / "figures" / f"{picture.name}.png")
        content.append(image(png, picture.shows, picture.reading))
    content += limits([run])
    content += provenance(run.manifest, command_for("run", [run.manifest]))
    return page(title, [*opening, contents(content), *content])
