"""Sweep files and engines that the tests of sweeps share."""

from collections.abc import Callable, Generator, Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from experiments.engines import Lost
from experiments.sweep.design import Design
from experiments.sweep.load import load_design

TINY = """
name = "tiny"
scenario = "open-access"
savers = 50
years = 1
replications = 2
outcomes = ["gini", "wealth_mean_real"]

[design]
method = "grid"

[design.parameters]
"policy.cap" = [0.05, 0.4]
"savers.inertia" = [0.2, 0.9]
"""


def written(folder: Path, text: str = TINY, name: str = "tiny.toml") -> Path:
    """A sweep file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def tiny(folder: Path, text: str = TINY) -> Design:
    """The design of a sweep file."""
    return load_design(written(folder, text))


class Here:
    """Works in this process, last task first, so that nothing may depend on the order of answers.

    Parameters
    ----------
    most : int, optional
        Tasks after which it is interrupted.
    """

    def __init__(self, most: int | None = None) -> None:
        self.most = most
        self.ran: list[object] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def each_finished[Task, Answer](
        self, work: Callable[..., Answer], tasks: Iterable[tuple[Task, tuple[object, ...]]]
    ) -> Generator[tuple[Task, Answer | Lost]]:
        """Answer all tasks."""
        with suppress(GeneratorExit):
            for task, arguments in reversed(list(tasks)):
                if len(self.ran) == self.most:
                    raise KeyboardInterrupt
                self.ran.append(task)
                yield task, work(*arguments)
