"""Whether other machines would compute the same bytes: their versions, their sources and their arithmetic."""

import hashlib
import math
from collections.abc import Mapping
from functools import cache
from typing import Final

import numpy as np

from experiments.folders import file_hash
from experiments.program import ROOT, versions

_ROOMS: Final = ("agents", "environment", "experiments")
_KINDS: Final = (".py", ".toml", ".csv")
_LENGTH: Final = 12  # of the hashes, enough to tell programs apart
_THREADS: Final = "threads"


@cache
def identity() -> Mapping[str, str]:
    """What the figures of this process depend on beside scenario and seed, by name."""
    return {**versions(), "sources": _sources(), "arithmetic": _arithmetic()}


def with_threads(threads: int) -> dict[str, str]:
    """`identity`, and how many tasks a worker of this process does at once."""
    return {**identity(), _THREADS: str(threads)}


def differences(
    ours: Mapping[str, str], theirs: Mapping[str, Mapping[str, str] | BaseException]
) -> list[str]:
    """Everything in which workers differ from this program, each difference once with all who have it.

    Parameters
    ----------
    ours : mapping
        From `with_threads`.
    theirs : mapping
        The same of every worker, or why it could not be told, by the worker's address.

    Returns
    -------
    list of str
        In words; empty when all are the same.
    """
    found: dict[str, list[str]] = {}
    for address, told in theirs.items():
        if isinstance(told, BaseException):
            found.setdefault(f"cannot be asked: {type(told).__name__}: {told}", []).append(address)
            continue
        for name, value in ours.items():
            if told.get(name) != value:
                text = f"{name} {told.get(name, 'unknown')} instead of {value}"
                hint = ": start it with --nthreads 1" if name == _THREADS else ""
                found.setdefault(text + hint, []).append(address)
    return [f"{_named(addresses)}: {text}" for text, addresses in found.items()]


def _named(addresses: list[str]) -> str:
    more = len(addresses) - 1
    return addresses[0] + (f" and {more} more" if more else "")


def _sources() -> str:
    """Hash of the program and its numbers."""
    paths = sorted(
        path.relative_to(ROOT).as_posix()
        for room in _ROOMS
        for path in (ROOT / room).rglob("*")
        if path.suffix in _KINDS
    )
    lines = "\n".join(f"{path} {file_hash(ROOT / path)}" for path in paths)
    return hashlib.sha256(lines.encode()).hexdigest()[:_LENGTH]


def _arithmetic() -> str:
    """Hash of functions whose last bit libraries may choose by the kind of processor, at a few values.

    IEEE 754 fixes sums, products and roots, but neither exponentials nor the order of sums in a product
    of matrices.
    """
    values = np.linspace(-2.0, 2.0, 1001)
    places = np.arange(17.0)
    matrix = np.exp(-np.abs(np.subtract.outer(places, places)) / 5.0)
    results = (
        np.exp(values),
        np.expm1(values),
        np.log(values + 3.0),
        np.log1p(values / 3.0),
        np.array([(math.exp(x), math.expm1(x), math.log(x + 3.0), math.log1p(x / 3.0)) for x in values]),
        matrix @ matrix,
        np.linalg.solve(matrix, places),
        np.linalg.eigvalsh(matrix),
    )
    return hashlib.sha256(b"".join(result.tobytes() for result in results)).hexdigest()[:_LENGTH]
