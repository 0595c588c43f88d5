"""Hardship withdrawals: what a worker in need takes out of the plan for good."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def asks_hardship(draw: Floats, hazard: float) -> Bools:
    """Who asks for a hardship withdrawal this year.

    Parameters
    ----------
    draw : shape (rows,), 0 to 1
        Uniform draws.
    hazard : float, 0 to 1
        Chance a year; 4.8% of participants in 2024 (Vanguard, How America Saves 2025).

    Returns
    -------
    shape (rows,)
    """
    return draw < hazard


def hardship_amount(pay: Floats, balance: Floats, share_of_pay: float) -> Floats:
    """What is asked for, before tax and penalty.

    The need is a share of yearly pay. The law allows no more than the need and what the account holds
    (Treasury Regulation 1.401(k)-1(d)(3)).

    Parameters
    ----------
    pay : shape (rows,), >= 0
        USD a year.
    balance : shape (rows,), >= 0
        Vested balance, USD.
    share_of_pay : float, >= 0
        Need over yearly pay.

    Returns
    -------
    shape (rows,), USD
    """
    return np.minimum(share_of_pay * pay, balance)
