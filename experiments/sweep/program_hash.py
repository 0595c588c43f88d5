"""The hash of the program that the figures of a cell depend on beside its values."""

import hashlib
from functools import cache
from importlib.metadata import version
from platform import python_version
from typing import Final

from environment.parameters import number_contents
from experiments.engines.identity import identity
from experiments.program import ROOT

_SOURCES: Final = (
    "experiments/replication.py",
    "experiments/followed.py",
    "agents/**/*.py",
    "environment/**/*.py",
    "experiments/headlines.py",
    "experiments/outcomes*/**/*.py",
)
_PACKAGES: Final = ("numpy", "numba", "scipy")


@cache
def program_hash() -> str:
    """SHA-256 of sources and numbers of the model, and of versions and arithmetic its bits depend on.

    As they were when this process first asked; a process that starts later may find others.
    """
    found = hashlib.sha256()
    for path in sorted({path for pattern in _SOURCES for path in ROOT.glob(pattern)}):
        found.update(f"{path.relative_to(ROOT)} ".encode() + hashlib.sha256(path.read_bytes()).digest())
    for name, content in number_contents().items():  # what this process computes with, not what is there now
        found.update(f"{name} ".encode() + hashlib.sha256(content).digest())
    versions = [python_version(), *(version(name) for name in _PACKAGES), identity()["arithmetic"]]
    found.update(" ".join(versions).encode())
    return found.hexdigest()
