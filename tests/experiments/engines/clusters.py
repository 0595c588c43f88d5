"""Dask clusters of the tests: real processes on the loopback address."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from distributed import Client, Scheduler

from tests.house_rules import ROOT
from tests.processes import PATIENCE, wait_for


class Cluster:
    """A scheduler, and workers that nobody replaces when they die.

    Parameters
    ----------
    folder : Path
        For what Dask writes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._workers: list[subprocess.Popen[bytes]] = []
        file = folder / "scheduler.json"
        self._scheduler = _started("scheduler", "--port", "0", "--scheduler-file", str(file))
        wait_for(lambda: file.is_file() and file.read_text().endswith("}"))
        self.address: str = json.loads(file.read_text())["address"]

    def start_workers(self, count: int, threads: int = 1) -> None:
        """Start workers, which join when they are ready."""
        options = ("--no-nanny", "--nthreads", str(threads), "--local-directory", str(self._folder))
        self._workers += [_started("worker", self.address, *options) for _ in range(count)]

    def wait_for_workers(self, count: int) -> None:
        """Wait until so many have joined."""
        with self._client() as client:
            client.wait_for_workers(count, timeout=PATIENCE)

    def kill_worker(self) -> None:
        self._workers[0].kill()

    def kill_scheduler(self) -> None:
        self._scheduler.kill()

    def allow_failures(self, count: int) -> None:
        """Let the scheduler give a task up when more than so many workers have died that had it."""

        def allow(dask_scheduler: Scheduler) -> None:
            dask_scheduler.allowed_failures = count

        with self._client() as client:
            client.run_on_scheduler(allow)

    def tasks_kept(self) -> int:
        """Tasks that the scheduler knows of, each of which may hold an answer on a worker."""

        def count(dask_scheduler: Scheduler) -> int:
            return len(dask_scheduler.tasks)

        with self._client() as client:
            kept: int = client.run_on_scheduler(count)
        return kept

    def close(self) -> None:
        """End whatever is left."""
        for process in (self._scheduler, *self._workers):
            process.kill()
            process.wait()

    def _client(self) -> Client:
        return Client(self.address, set_as_default=False)  # type: ignore[no-untyped-call]


def _started(program: str, *options: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            f"distributed.cli.dask_{program}",
            "--host",
            "127.0.0.1",
            *options,
            "--no-dashboard",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[Cluster]:
    """Start a scheduler and workers, wait for these, and end all with the block."""
    started = Cluster(folder)
    try:
        started.start_workers(workers)
        if workers:
            started.wait_for_workers(workers)
        yield started
    finally:
        started.close()
