"""The report of a result folder: figures as PNG files, and one page that opens from the disk."""

from contextlib import closing
from pathlib import Path

COMPARISON = ""
"""Name of the page of a comparison among those of its scenarios."""


def write_report(folder: Path, workers: int = 1) -> Path:
    """Draw ``figures/*.png`` and write ``report.html`` from the files of a result folder alone.

    Parameters
    ----------
    folder : Path
        Result folder of ``run``, ``compare`` or ``sweep``. In a comparison the report of every scenario
        inside is written too; in a sweep the tables ``analysis/*.csv``.
    workers : int
        Processes that draw the pages of a comparison; the files are the same for any number.

    Returns
    -------
    Path
        The page. It holds its pictures and its style and needs no network. Files are replaced whole.

    Raises
    ------
    FileNotFoundError
        If the folder holds no manifest: it is not a result.
    """
    from experiments.folders import read_manifest
    from experiments.workers import each_finished

    folder = Path(folder)
    kind = read_manifest(folder).get("kind")
    if kind == "sweep":
        return _write_sweep(folder)
    if kind != "compare":
        return _write_run(folder)
    scenarios = sorted(path.parent.name for path in folder.glob("*/summary.json"))
    pages = {name: (folder, name) for name in (COMPARISON, *scenarios)}
    if workers > 1:
        with closing(each_finished(_write_one, pages, workers)) as finished:
            return dict(finished)[COMPARISON]
    return {name: _write_one(*page) for name, page in pages.items()}[COMPARISON]


def _write_one(folder: Path, name: str) -> Path:
    """Write the page of a comparison, or of one of its scenarios."""
    if name != COMPARISON:
        return _write_run(folder / name)
    from experiments.figures.tables import read_comparison
    from experiments.report.chapters import with_chapters_compared
    from experiments.report.compare_page import compare_page

    return _write_page(folder, compare_page(with_chapters_compared(read_comparison(folder), folder), folder))


def _write_run(folder: Path) -> Path:
    from experiments.figures.tables import read_run
    from experiments.report.chapters import with_chapters
    from experiments.report.run_page import run_page

    return _write_page(folder, run_page(with_chapters(read_run(folder), folder), folder))


def _write_sweep(folder: Path) -> Path:
    from experiments.figures.sweep_source import read_swept
    from experiments.report.sweep_page import sweep_page

    return _write_page(folder, sweep_page(read_swept(folder), folder))


def _write_page(folder: Path, content: str) -> Path:
    """Write ``report.html`` whole or not at all."""
    page, unfinished = folder / "report.html", folder / "report.html.part"
    unfinished.write_text(content, encoding="utf-8")
    unfinished.replace(page)
    return page
