"""How retired savers spend: what they plan to take from their accounts, set at each birthday.

Every plan is in USD a month. `real_withdrawal` is set once and kept in real terms; the others are set anew
each year from what is known then.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

MONTHS_A_YEAR = 12


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


def need_less_income(need_year: Floats, social_security_year: Floats) -> Floats:
    """What a fixed need leaves to be taken from the accounts after Social Security.

    Parameters
    ----------
    need_year, social_security_year : shape (rows,), >= 0
        USD a year, in the same dollars.

    Returns
    -------
    shape (rows,), USD a month
        0 where Social Security covers the need.
    """
    return np.maximum(need_year - social_security_year, 0.0) / MONTHS_A_YEAR


def guardrails(
    last_real: Floats,
    wealth_real: Floats,
    initial_rate: float,
    *,
    upper: float,
    lower: float,
    cut: float,
    raise_: float,
) -> Floats:
    """Planned withdrawal under two of the decision rules of Guyton and Klinger (2006).

    The current rate is a year of the last withdrawal over present wealth. Above `upper` times the initial
    rate the withdrawal is cut (their capital preservation rule); below `lower` times the initial rate it is
    raised (their prosperity rule); between the rails it stays the same in real terms.

    Parameters
    ----------
    last_real : shape (rows,), >= 0
        Withdrawal so far, USD a month at prices of the start.
    wealth_real : shape (rows,), >= 0
        Accounts, USD at prices of the start.
    initial_rate : float, >= 0
        Share a year withdrawn at retirement.
    upper, lower : float, >= 1 and 0 to 1
        The rails as multiples of the initial rate; 1.2 and 0.8 in the article.
    cut, raise_ : float, 0 to 1, and >= 0
        Changes of the withdrawal; 0.1 each in the article. With both 0 the withdrawal is constant.

    Returns
    -------
    shape (rows,), USD a month at prices of the start
    """
    a_year = MONTHS_A_YEAR * last_real
    initial = initial_rate * wealth_real
    raised = np.where(a_year < lower * initial, 1.0 + raise_, 1.0)
    planned: Floats = last_real * np.where(a_year > upper * initial, 1.0 - cut, raised)
    return planned


def at_least_required(planned: Floats, required_year: Floats) -> Floats:
    """The plan, or the distribution that the law requires where that is more (section 401(a)(9)).

    With nothing planned it is the required distribution alone.

    Parameters
    ----------
    planned : shape (rows,), >= 0
        USD a month.
    required_year : shape (rows,), >= 0
        Required distribution of the year, USD; 0 before the age at which it starts.

    Returns
    -------
    shape (rows,), USD a month
    """
    return np.maximum(planned, required_year / MONTHS_A_YEAR)
