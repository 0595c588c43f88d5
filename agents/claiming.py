"""When people claim Social Security: as planned, or earlier because the accounts cannot pay."""

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

EARLIEST_CLAIM, LATEST_CLAIM = 62, 70  # Social Security Act 202(a) and 202(w)(2)(A)

NOT_YET, PLANNED, FORCED_EMPTY, FORCED_FROZEN = 0, 1, 2, 3


def planned_claim_ages(draw: Floats, claim_age: int, spread: int) -> Ints:
    """Age at which each person means to claim: all ages within the spread are equally likely.

    Parameters
    ----------
    draw : shape (rows,), 0 to 1, 1 left out
        Uniform draws.
    claim_age : int, 62 to 70
        Middle of the ages.
    spread : int, >= 0
        Years to either side; 0 makes all claim alike.

    Returns
    -------
    shape (rows,), 62 to 70
        Whole years; what falls outside the law's ages is moved to the nearest of them.
    """
    age = claim_age - spread + np.floor((2 * spread + 1) * draw).astype(np.int64)
    planned: Ints = np.minimum(np.maximum(age, EARLIEST_CLAIM), LATEST_CLAIM)
    return planned


@njit(cache=True, nogil=True)
def claims(
    age: npt.NDArray[np.integer],
    planned_age: npt.NDArray[np.integer],
    without_pay: Bools,
    payable_usd: Floats,
    wealth_usd: Floats,
    need_usd: Floats,
) -> Ints:
    """Who claims now, among those who have not claimed, and why.

    Nobody can before 62, and everybody does at the planned age or at 70, after which waiting adds nothing. In
    between, those without pay claim early when the accounts cannot pay a year's need within three months: for
    want of wealth, or because enough wealth is there and too much of it is frozen.

    Parameters
    ----------
    age, planned_age : integers, shape (rows,)
        Age last birthday, and that at which the person means to claim.
    without_pay : shape (rows,)
        Who is retired or has no job.
    payable_usd : shape (rows,), >= 0
        What the accounts can pay out within three months, USD.
    wealth_usd : shape (rows,), >= payable_usd
        What the accounts hold, USD.
    need_usd : shape (rows,), >= 0
        A year's need, USD; without a need nobody is forced.

    Returns
    -------
    shape (rows,)
        `NOT_YET`, `PLANNED`, `FORCED_EMPTY` (wealth below the need) or `FORCED_FROZEN` (wealth would do).
    """
    reason = np.full(age.size, NOT_YET)
    for row in range(age.size):
        if age[row] < EARLIEST_CLAIM:
            continue
        if age[row] >= min(planned_age[row], LATEST_CLAIM):
            reason[row] = PLANNED
        elif without_pay[row] and wealth_usd[row] < need_usd[row]:
            reason[row] = FORCED_EMPTY
        elif without_pay[row] and payable_usd[row] < need_usd[row]:
            reason[row] = FORCED_FROZEN
    return reason
