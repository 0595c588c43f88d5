"""The report of a result folder: figures as PNG files, and one page that opens from the disk."""

from pathlib import Path


def write_report(folder: Path) -> Path:
    """Draw ``figures/*.png`` and write ``report.html`` from the files of a result folder alone.

    Parameters
    ----------
    folder : Path
        Result folder of ``run`` or ``compare``. In the latter the report of every scenario inside is written
        too.

    Returns
    -------
    Path
        The page. It holds its pictures and its style and needs no network. Files are replaced whole.

    Raises
    ------
    FileNotFoundError
        If the folder holds no manifest: it is not a result.
    """
    from experiments.figures.tables import read_comparison, read_run
    from experiments.folders import read_manifest
    from experiments.report.chapters import with_chapters, with_chapters_compared
    from experiments.report.compare_page import compare_page
    from experiments.report.run_page import run_page

    folder = Path(folder)
    if read_manifest(folder).get("kind") != "compare":
        return _write_page(folder, run_page(with_chapters(read_run(folder), folder), folder))
    compared = with_chapters_compared(read_comparison(folder), folder)
    for run in {run.name: run for run in compared.runs}.values():
        _write_page(folder / run.name, run_page(run, folder / run.name))
    return _write_page(folder, compare_page(compared, folder))


def _write_page(folder: Path, content: str) -> Path:
    """Write ``report.html`` whole or not at all."""
    page, unfinished = folder / "report.html", folder / "report.html.part"
    unfinished.write_text(content, encoding="utf-8")
    unfinished.replace(page)
    return page
