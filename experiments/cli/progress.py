"""Progress on stderr while a command works, for people only."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiments.simulate import Progress


@contextmanager
def progress_on_stderr(quiet: bool) -> "Iterator[Progress | None]":
    """Show a bar while the block runs.

    Yields
    ------
    callable or None
        What the work calls to move the bar; None when `quiet`, or when stderr is no terminal.
    """
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        bar.add_task("starting", total=None)

        def show(done: int, total: int, what: str) -> None:
            known = total or None
            if bar.tasks[0].total != known:  # other work: its speed is not that of what went before
                bar.remove_task(bar.tasks[0].id)
                bar.add_task(what, completed=done, total=known)
            bar.update(bar.tasks[0].id, completed=done, description=what)

        yield show
