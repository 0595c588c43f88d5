"""How retired savers spend: a constant real share of what they had when they stopped working."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def real_withdrawal(balance: Floats, rate: float) -> Floats:
    """Planned withdrawal a month in the dollars of the day it is set.

    The rule of Bengen (1994): a share of the balance at retirement, kept constant in real terms.

    Parameters
    ----------
    balance : Floats
        USD at retirement.
    rate : float
        Share a year.
    """
    return rate * balance / 12.0
