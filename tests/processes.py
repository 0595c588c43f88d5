"""Programs under test that are interrupted: each in a session of its own, with a terminal for its stderr."""

import contextlib
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PATIENCE = 240.0  # a machine may be busy with other things
PROCESSES = Path("/proc")

needs_processes = pytest.mark.skipif(not PROCESSES.is_dir(), reason="needs a list of processes")


class Program:
    """A program at work.

    Parameters
    ----------
    arguments : list of str
        Of the Python that runs the tests.
    """

    def __init__(self, arguments: list[str]) -> None:
        self._terminal, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            stdout=subprocess.DEVNULL,
            stderr=theirs,
            start_new_session=True,
            env={**os.environ, "TERM": "xterm"},
        )
        os.close(theirs)
        self._said = b""

    @property
    def said(self) -> str:
        """What came on the terminal so far, without the codes that move its cursor."""
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self._said.decode(errors="replace")).replace("\r", "\n")

    @property
    def last_line(self) -> str:
        """The last line on the terminal."""
        return self.said.strip().splitlines()[-1].strip()

    def group(self) -> list[int]:
        """Living processes of the session."""
        return [
            process for process, state, group in processes() if group == self.process.pid and state != "Z"
        ]

    def workers(self) -> list[int]:
        """Those of them that work for the program."""
        return [one for one in self.group() if "spawn_main" in (PROCESSES / str(one) / "cmdline").read_text()]

    def wait_until_it_says(self, words: str) -> None:
        """Read the terminal until some words come."""
        self.wait_for(lambda: words in self.said)

    def wait_for(self, condition: Callable[[], object], pause: float = 0.02) -> None:
        """Wait until something holds, and read the terminal meanwhile: full, it would hold the program up."""
        wait_for(lambda: self._read() and condition(), pause)

    def ended(self) -> int:
        """Wait for its end; its exit code."""
        self.wait_for(lambda: self.process.poll() is not None)
        return self.process.wait()

    def close(self) -> None:
        """End whatever is left."""
        if self.group():
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)
        os.close(self._terminal)

    def _read(self) -> bool:
        """Read what is on the terminal; always True."""
        with contextlib.suppress(OSError):  # nobody has the other end any more
            while select.select([self._terminal], [], [], 0)[0] and (read := os.read(self._terminal, 4096)):
                self._said += read
        return True


@contextlib.contextmanager
def program(*arguments: str) -> Iterator[Program]:
    """Start a program, and end what is left of it with the block."""
    started = Program(list(arguments))
    try:
        yield started
    finally:
        started.close()


def processes() -> Iterator[tuple[int, str, int]]:
    """Number, state and group of every process."""
    for folder in PROCESSES.iterdir():
        if folder.name.isdecimal():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it ended meanwhile
                continue
            yield int(folder.name), fields[0], int(fields[2])


def wait_for(condition: Callable[[], object], pause: float = 0.02) -> None:
    """Wait until something holds, looking again after a pause, s."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(pause)
