"""Retired savers as columns, for the tests of pillars and adequacy."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from environment.life import LATE_CAREER_YEARS
from environment.savers import RETIRED
from environment.typing import BoolArray, FloatArray, IntArray


@dataclass
class Retirees:
    """The columns that pillars and adequacy read, shape (n,) each."""

    status: IntArray
    has_held: BoolArray
    age: IntArray
    retirement_age: IntArray
    literacy_quintile: IntArray
    forced_claim: IntArray
    year_unmet: IntArray
    exhausted: BoolArray
    late_career_pay_real: FloatArray
    need_real: FloatArray
    year_benefit_real: FloatArray
    year_plan_real: FloatArray
    year_ira_real: FloatArray
    weight: float = 1_000.0


def retirees(pay: list[float], **changes: list[float] | list[int] | list[bool]) -> Retirees:
    """Savers aged 70, retired at 65, with a mean late-career pay; nothing else unless changed."""
    size = len(pay)
    columns: dict[str, Any] = {
        "status": np.full(size, RETIRED),
        "has_held": np.ones(size, dtype=np.bool_),
        "age": np.full(size, 70),
        "retirement_age": np.full(size, 65),
        "literacy_quintile": np.zeros(size, dtype=np.int64),
        "forced_claim": np.zeros(size, dtype=np.int64),
        "year_unmet": np.zeros(size, dtype=np.int64),
        "exhausted": np.zeros(size, dtype=np.bool_),
        "late_career_pay_real": LATE_CAREER_YEARS * np.array(pay, dtype=np.float64),
        "need_real": np.zeros(size),
        "year_benefit_real": np.zeros(size),
        "year_plan_real": np.zeros(size),
        "year_ira_real": np.zeros(size),
    }
    return Retirees(**columns | {name: np.array(values) for name, values in changes.items()})
