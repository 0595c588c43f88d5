"""What employers add to their employees' own saving."""

import numpy as np
import numpy.typing as npt
from numba import njit


@njit(cache=True, nogil=True)
def employer_match(
    pay: npt.NDArray[np.float64], deferral_rate: npt.NDArray[np.float64], formula: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Employer's match by a formula of one or two tiers.

    The first `rate1` dollars are added for each dollar deferred up to `cap1` of pay, then `rate2` for each
    dollar between `cap1` and `cap2` of pay. Half of the first 6% of pay is (0.5, 0.06, 0, 0.06); the safe
    harbour's basic formula, all of the first 3% and half of the next 2%, is (1, 0.03, 0.5, 0.05), at most 4%
    of pay (Internal Revenue Code 401(k)(12)(B)).

    Parameters
    ----------
    pay : shape (rows,), USD a year
        Pay the plan may count, that is up to the limit of section 401(a)(17).
    deferral_rate : shape (rows,), 0 to 1
        Share of that pay the saver defers.
    formula : shape (rows, 4) or (4,)
        `rate1, cap1, rate2, cap2` of the saver's plan, each >= 0; `cap2` counts when it exceeds `cap1`.

    Returns
    -------
    shape (rows,), USD a year
        The match, before the limit of section 415(c).
    """
    match = np.empty(pay.size)
    for row in range(pay.size):
        rate1, cap1, rate2, cap2 = formula[row] if formula.ndim == 2 else formula
        first = min(deferral_rate[row], cap1)
        second = min(max(deferral_rate[row] - cap1, 0.0), max(cap2 - cap1, 0.0))
        match[row] = pay[row] * (rate1 * first + rate2 * second)
    return match
