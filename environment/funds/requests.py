"""What is asked of all funds, by savers, estates and other funds, and the share of it that each one pays."""

import numpy as np
from numba import njit

from environment.funds.gates import fair_limit, paid_share
from environment.typing import FloatArray


@njit(cache=True, nogil=True)
def gate_share(
    asked: FloatArray, estates: FloatArray, held_asked: FloatArray, limit: FloatArray
) -> FloatArray:
    """Share of requests that each fund pays, shape (K,); 1 for funds that pay daily.

    Parameters
    ----------
    asked, estates : FloatArray, shape (K,)
        Units that savers ask for, and those of estates.
    held_asked : FloatArray, shape (K, 5)
        Units of the private funds that other funds ask back.
    limit : FloatArray, shape (5,)
        Most units that the private funds redeem.
    """
    paid, wanted = np.ones(asked.size), asked_of_all(asked + estates, held_asked)
    paid[: limit.size] = paid_share(wanted[: limit.size], limit)
    return paid


@njit(cache=True, nogil=True, error_model="numpy")
def direct_paid_share(
    asked: FloatArray,
    assets: FloatArray,
    gross: FloatArray,
    charged: FloatArray,
    reported: FloatArray,
    held: FloatArray,
) -> FloatArray:
    """Share of redemptions that a daily fund can pay out of what it holds directly, 1 of others, shape (K,).

    A fund without private holdings owns what it owes; its own rounding must not suspend it.

    Parameters
    ----------
    asked : FloatArray, shape (K,)
        Units.
    assets : FloatArray, shape (K, 16)
    gross, charged, reported : FloatArray, shape (K,)
        Gross assets, the share of them that is charged, and price.
    held : FloatArray, shape (K, 5)
        Units of the private funds held by each fund.
    """
    share = np.ones(asked.size)
    for fund in range(held.shape[1], asked.size):
        if asked[fund] > 0.0 and held[fund].sum() > 0.0:
            direct = max(assets[fund].sum() - charged[fund] * gross[fund], 0.0)
            share[fund] = min(1.0, direct / reported[fund] / asked[fund])
    return share


@njit(cache=True, nogil=True, error_model="numpy")
def excess_held(
    held: FloatArray, reported: FloatArray, gross: FloatArray, strategic: FloatArray, tolerance: float
) -> FloatArray:
    """Units of private funds, (K, 5), that funds hold beyond their strategic share.

    What is above it by no more than the tolerance, a share of it, is kept.

    Parameters
    ----------
    held, strategic : FloatArray, shape (K, 5)
        Units held, and the share of the whole fund to be in each private fund.
    reported, gross : FloatArray, shape (K,)
        Prices and gross assets.
    """
    excess = np.zeros(held.shape)
    for fund in range(held.shape[0]):
        for private in range(held.shape[1]):
            wanted = strategic[fund, private] * gross[fund]
            if held[fund, private] * reported[private] > (1.0 + tolerance) * wanted:
                excess[fund, private] = held[fund, private] - wanted / reported[private]
    return excess


@njit(cache=True, nogil=True)
def asked_of_all(asked: FloatArray, held_asked: FloatArray) -> FloatArray:
    """Units asked of every fund, (K,), with those of private funds, (K, 5), that other funds ask back."""
    total = asked.copy()
    for private in range(held_asked.shape[1]):
        for fund in range(held_asked.shape[0]):
            total[private] += held_asked[fund, private]
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def left_after_impact(
    asked: FloatArray,
    worth: tuple[FloatArray, FloatArray, FloatArray, FloatArray],
    charged: FloatArray,
    held: FloatArray,
    units: FloatArray,
    dilution: float,
) -> FloatArray:
    """Share of the units asked that every fund can pay at the prices after impact, shape (K,).

    Parameters
    ----------
    asked, charged, held
        As in `direct_paid_share`.
    worth : tuple of FloatArray
        Assets, (K, 16), and gross assets, true and reported prices, (K,), after impact.
    units : FloatArray, shape (K,)
    dilution : float
        As in `fair_limit`.
    """
    assets, gross, true, reported = worth
    privates = held.shape[1]
    share = direct_paid_share(asked, assets, gross, charged, reported, held)
    fair = fair_limit(units, true, reported, dilution, privates)
    share[:privates] = paid_share(asked[:privates], fair)
    return share
