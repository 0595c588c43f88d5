"""What the report of a sweep is made of: its manifest, its table, what failed, and their words."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter

from experiments.figures.style import percentages
from experiments.figures.tables import fingerprint_of
from experiments.figures.wording import MINUS, counted, money, number, percent, points
from experiments.folders import read_manifest

SHORT_NAMES = {
    "wealth_mean_real": "mean wealth",
    "wealth_median_real": "median wealth",
    "gini": "Gini of wealth",
    "fees_usd": "fees",
    "private_share": "private share",
    "alternatives_share": "share of alternatives",
    "frozen_share_at_65": "frozen share at 65",
    "net_transfer_usd": "net transfer",
    "unmet_months": "unmet months a year",
    "replacement_rate": "replacement rate",
}
"""Headlines in the words of a panel; every other outcome goes by its name in the design."""
ROLES = {"parameter": "parameter", "uncertainty": "uncertainty (X)", "lever": "lever (L)"}
"""Roles of a key after Lempert, Popper and Bankes (2003)."""
SMALL, LARGE = 1e-4, 1e7
"""Numbers below the first or from the second on are written with an exponent."""
MOST_VALUES = 8
"""More values of a key than these are told by their number and ends."""

type Kind = Literal["money", "share", "number"]


@dataclass(frozen=True)
class Swept:
    """A sweep as its report needs it: what it was, what came out, what failed.

    Attributes
    ----------
    manifest : Mapping
        Contents of ``manifest.json``.
    table : pandas.DataFrame
        ``sweep.parquet``: a row a cell and replication.
    failed : sequence of Mapping
        Contents of ``failed.json``.
    """

    manifest: Mapping[str, Any]
    table: pd.DataFrame
    failed: Sequence[Mapping[str, Any]]

    @property
    def design(self) -> Mapping[str, Any]:
        """The design as the manifest has it."""
        design: Mapping[str, Any] = self.manifest["design"]
        return design

    @property
    def method(self) -> str:
        """``grid``, ``list``, ``lhs``, ``sobol`` or ``morris``."""
        return str(self.design["method"])

    @property
    def sampled(self) -> bool:
        """Whether keys have ranges from which cells were drawn, instead of values."""
        return self.method not in ("grid", "list")

    @property
    def keys(self) -> list[str]:
        """Keys of the design in the order of the file."""
        return list(self.design["parameters"])

    @property
    def outcomes(self) -> list[str]:
        """Names of the outcomes in the order of the file."""
        return list(self.manifest["outcomes"])

    @property
    def groups(self) -> Mapping[str, Sequence[str]]:
        """Keys by the name of their group; empty in a design without groups."""
        return self.design.get("groups") or {}

    @property
    def fingerprint(self) -> str:
        """First eight characters of the content hash."""
        return fingerprint_of(self.manifest)

    @cached_property
    def replications(self) -> tuple[int, int]:
        """Fewest and most replications of a cell that has rows."""
        counts = self.table.groupby("cell").size()
        return (int(counts.min()), int(counts.max())) if len(counts) else (0, 0)

    @property
    def replications_in_words(self) -> str:
        """Replications a cell: ``4 replications``, ``4 to 16 replications``."""
        fewest, most = self.replications
        return counted(most, "replication") if fewest == most else f"{fewest} to {most} replications"

    @property
    def finished(self) -> int:
        """Number of cells with rows."""
        return int(self.table["cell"].nunique())

    def name(self, outcome: str) -> str:
        """Return an outcome in few words."""
        return SHORT_NAMES.get(outcome, outcome)

    def kind(self, outcome: str) -> Kind:
        """Return how figures of an outcome are written, by its unit."""
        unit = str(self.manifest["outcomes"][outcome])
        if unit.startswith("USD"):
            return "money"
        return "share" if unit.startswith("share") else "number"

    def write(self, outcome: str, value: float, *, change: bool = False) -> str:
        """Write a value of an outcome, or a change of it, for people."""
        writers: Mapping[Kind, tuple[Callable[[float], str], Callable[[float], str]]] = {
            "money": (money, lambda one: money(one, sign=True)),
            "share": (percent, points),
            "number": (figure, lambda one: figure(one, sign=True)),
        }
        return writers[self.kind(outcome)][change](value)

    def scale(self, outcome: str, axis: Axis) -> None:
        """Write the figures of an axis as those of an outcome."""
        kind = self.kind(outcome)
        if kind == "money":
            axis.set_major_formatter(FuncFormatter(_finely))
        elif kind == "share":
            percentages(axis)
        else:
            axis.set_major_formatter(FuncFormatter(lambda value, _: plain(float(value), 6)))

    def span(self, key: str, *, unit: bool = True) -> str:
        """Write the range of a key, or its values, with or without the unit."""
        name = str(self.design.get("units", {}).get(key, "")) if unit else ""
        given = self.design["parameters"][key]
        if self.sampled:
            text = f"{plain(given[0])} to {plain(given[1])}"
        else:
            texts = list(dict.fromkeys(plain(value) for value in given))
            text = ", ".join(texts)
            if len(texts) > MOST_VALUES:
                text = f"{len(texts)} values"
                if all(isinstance(value, int | float) for value in given):
                    text += f" from {plain(min(given))} to {plain(max(given))}"
        return f"{text} ({name})" if name else text


def read_swept(folder: Path) -> Swept:
    """Read what a report is made of from the folder of a sweep."""
    failed = folder / "failed.json"
    told = json.loads(failed.read_text(encoding="utf-8")) if failed.exists() else []
    return Swept(read_manifest(folder), pd.read_parquet(folder / "sweep.parquet"), told)


def _finely(usd: float, _position: int | None) -> str:
    """Write an amount of an axis whose ticks may lie close together, without noughts after its point."""
    figures, space, unit = money(usd, digits=5).partition(" ")
    return f"{_trimmed(figures)}{space}{unit}"


def plain(value: object, digits: int = 4) -> str:
    """Write a value of a key: 0.005, 24,534, 2e7, true, none.

    From 1,000 to 1e7 all digits before the point are told, as those of money are; smaller and larger numbers
    have no more than `digits`.
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return _plain_number(value, digits).replace("-", MINUS)
    if isinstance(value, list | tuple):
        return ",".join(str(part) for part in value)
    return str(value)


def figure(value: float, sign: bool = False) -> str:
    """Write a figure without a unit; one that is very small or large with an exponent, as `plain` does."""
    if np.isnan(value) or value == 0.0 or SMALL <= abs(value) < LARGE:
        return number(value, sign)
    return f"{'+' if sign and value > 0 else ''}{plain(value, 3)}"


def _plain_number(value: float, digits: int) -> str:
    """Write a number with as many digits after the point as it needs."""
    size = abs(value)
    if not np.isfinite(value):
        return str(value)
    if size and not SMALL <= size < LARGE:
        figures, _, power = f"{value:.{digits - 1}e}".partition("e")
        return f"{_trimmed(figures)}e{int(power)}"
    decimals = max(digits - 1 - math.floor(math.log10(size)), 0) if size else 0
    return _trimmed(f"{value:,.{decimals}f}")


def _trimmed(figures: str) -> str:
    """Drop noughts after the point."""
    return figures.rstrip("0").rstrip(".") if "." in figures else figures
