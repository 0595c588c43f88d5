"""When people stop working: all at one age, at ages drawn from a distribution, or once they can afford it."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

FIRST_AGE = 60  # of the ages 60 to 70 that the distribution covers


def retirement_ages(draw: Floats, fixed_age: int, shares_by_age: Floats) -> Ints:
    """Age at which each person stops working.

    Parameters
    ----------
    draw : shape (rows,), 0 to 1
        Uniform draws, one a person for life.
    fixed_age : int
        Age of all those whom the shares leave out.
    shares_by_age : shape (ages,), 0 to 1, sum at most 1
        Shares of people who stop at 60, 61, ...; with all of them 0 everybody stops at the fixed age.

    Returns
    -------
    shape (rows,), whole years
    """
    position = np.searchsorted(np.cumsum(shares_by_age), draw, side="right")
    return np.where(position < shares_by_age.size, FIRST_AGE + position, fixed_age).astype(np.int64)


def can_afford_to_stop(income_real: Floats, late_pay_real: Floats, target: float) -> Bools:
    """Whether the income that retirement would bring replaces enough of late-career pay.

    Parameters
    ----------
    income_real : shape (rows,), >= 0
        Social Security and planned withdrawals, USD a year at prices of the start.
    late_pay_real : shape (rows,), >= 0
        Mean pay of the last working years, in the same dollars.
    target : float, >= 0
        Share of that pay to be replaced.

    Returns
    -------
    shape (rows,)
    """
    return income_real >= target * late_pay_real


def retires_by_rule(age: npt.NDArray[np.integer], affordable: Bools, earliest: int, latest: int) -> Bools:
    """Who stops at this birthday under the rule: as soon as it is affordable, between two ages.

    Parameters
    ----------
    age : integers, shape (rows,)
        Age last birthday.
    affordable : shape (rows,)
        As from `can_afford_to_stop`.
    earliest, latest : int
        Nobody stops before the first, and everybody at the second; with both equal the rule is a fixed age.

    Returns
    -------
    shape (rows,)
    """
    return (age >= latest) | ((age >= earliest) & affordable)
