"""One replication under two sets of rules, person by person: who is better off, and by how much."""

import numpy as np

from environment.demography import AGE_BANDS, age_band
from environment.groups import QUINTILES
from environment.typing import BoolArray, FloatArray
from experiments.replication import Columns, Replication

OUTCOMES = ("better", "worse", "unchanged")
GROUPS = 1 + len(QUINTILES) + len(AGE_BANDS)
"""Groups whose shares are told: everybody, quintiles of literacy, bands of age at the start."""
FEW = 100
"""From so many simulated savers, all replications together, shares and their intervals can be told."""


def paired(base: Replication, other: Replication, name: str) -> Columns:
    """Differences of every person ever in a replication, base against other; see docs/outputs.md.

    The difference is the change of wealth at the end, or at death, plus the change of what was spent less
    contributed so far, in USD of the start.

    Parameters
    ----------
    base, other : Replication
        With the tables of all lives.
    name : str
        Of the other scenario.
    """
    one, two = base.lives, other.lives
    if base.number != other.number or not np.array_equal(one["saver"], two["saver"]):
        raise RuntimeError("the scenarios do not share their people: births or deaths depended on policy")
    persons = one["saver"].size
    spent = two["spent_real"] - one["spent_real"]
    return {
        "replication": np.full(persons, base.number),
        "saver": one["saver"],
        "weight": np.full(persons, base.weight),
        "literacy": one["literacy"],
        "literacy_quintile": one["literacy_quintile"],
        "age_at_start": one["age_at_start"],
        "ever_held": one["has_held"] | two["has_held"],
        "base_wealth_real": one["wealth_real"],
        "other_wealth_real": two["wealth_real"],
        "base_spent_real": one["spent_real"],
        "other_spent_real": two["spent_real"],
        "difference": two["wealth_real"] - one["wealth_real"] + spent,
        "other": np.full(persons, name, dtype=object),
    }


def shares(part: Columns, tolerance: float) -> FloatArray:
    """Shares better, worse and unchanged of those who ever held an account in either world.

    Parameters
    ----------
    part : Columns
        From `paired`.
    tolerance : float
        As in `outcomes`.

    Returns
    -------
    FloatArray, shape (GROUPS, 3)
        nan for a group without anybody.
    """
    held = {name: column[part["ever_held"]] for name, column in part.items()}
    marks, members = outcomes(held, tolerance), _members(held)
    return np.array([[_share(marks[name], group) for name in OUTCOMES] for group in members])


def outcomes(part: Columns, tolerance: float) -> dict[str, BoolArray]:
    """Who is better off, worse off and, within ``tolerance`` of the larger base amount, unchanged."""
    amount = np.maximum(np.abs(part["base_wealth_real"]), np.abs(part["base_spent_real"]))
    difference = part["difference"]
    better, worse = difference > tolerance * amount, difference < -tolerance * amount
    return {"better": better, "worse": worse, "unchanged": ~(better | worse)}


def differing(part: Columns, tolerance: float) -> int:
    """Count those who ever held an account and are better or worse off; arguments as in `shares`."""
    return int((part["ever_held"] & ~outcomes(part, tolerance)["unchanged"]).sum())


def too_few(savers: int, base: str) -> str | None:
    """Say that some simulated savers differ from the base, but too few to tell shares by, or None."""
    if savers == 0 or savers >= FEW:
        return None
    return (
        f"Only {savers:,} simulated savers, all replications together, fare differently than under {base}: "
        "more savers are needed (--savers) to tell shares and their intervals."
    )


def _members(part: Columns) -> list[BoolArray]:
    """Who is in each of the groups; who was born later is in no band of age."""
    quintile, at_start = part["literacy_quintile"], part["age_at_start"]
    band = age_band(np.nan_to_num(at_start, nan=0.0).astype(np.int64))
    known = ~np.isnan(at_start)
    return [
        np.ones(at_start.size, dtype=np.bool_),
        *(quintile == one for one in QUINTILES),
        *(known & (band == row) for row in range(len(AGE_BANDS))),
    ]


def _share(marked: BoolArray, members: BoolArray) -> float:
    return float(marked[members].mean()) if members.any() else float("nan")
