"""Dask clusters of the tests: real processes on the loopback address."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.house_rules import ROOT
from tests.processes import wait_for


class Cluster:
    """A scheduler, and workers that nobody replaces when they die.

    Parameters
    ----------
    folder : Path
        For what Dask writes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        file = folder / "scheduler.json"
        self._start("dask_scheduler", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
        wait_for(lambda: file.is_file() and file.read_text().endswith("}"))
        self.address: str = json.loads(file.read_text())["address"]

    def start_worker(self, threads: int = 1) -> subprocess.Popen[bytes]:
        """Start a worker, which joins when it is ready."""
        options = ("--no-nanny", "--no-dashboard", "--nthreads", str(threads))
        return self._start("dask_worker", self.address, *options, "--local-directory", str(self._folder))

    def close(self) -> None:
        """End whatever is left."""
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.wait()

    def _start(self, program: str, *options: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{program}", "--host", "127.0.0.1", *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self._processes.append(process)
        return process


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """Start a scheduler, and end all with the block."""
    started = Cluster(folder)
    try:
        yield started
    finally:
        started.close()
