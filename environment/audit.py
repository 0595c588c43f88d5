"""What must hold every month: every unit and every dollar of a fund is somebody's, and wealth has reasons."""

import numpy as np
from numba import njit

from environment.books import UNITS_TOLERANCE, BooksError, Ownership
from environment.funds.book import Valuation
from environment.funds.dust import clear_dust
from environment.reading import units_of_savers
from environment.state import State
from environment.typing import FloatArray, IntArray

TOLERANCE = 1e-9  # of wealth, or of a fund's assets


def check_units(state: State, own: Ownership) -> None:
    """Count the units that savers hold, and check that every unit outstanding is somebody's.

    Raises
    ------
    BooksError
        When units outstanding and units held differ by more than 1e-12 of what was outstanding.
    """
    funds = state.funds
    funds.savers = units_of_savers(state.standing, state.savers)
    owners = (funds.savers, funds.estates, funds.outside)
    held, wrong = _count_units(owners, funds.held, funds.units, own.units)
    if wrong.size:
        raise BooksError(f"month {state.month}: the units of {_names(state, wrong)} are not all somebody's")
    # The register is the truth from here on, so that the rounding of many sums cannot build up.
    funds.units = held


@njit(cache=True, nogil=True)
def _count_units(
    owners: tuple[FloatArray, FloatArray, FloatArray], held: FloatArray, units: FloatArray, before: FloatArray
) -> tuple[FloatArray, IntArray]:
    """Units that owners and funds hold, (K,), and the funds where they are not the units outstanding."""
    savers, estates, outside = owners
    counted, wrong = np.empty(units.size), np.zeros(units.size, dtype=np.bool_)
    for fund in range(units.size):
        counted[fund] = savers[fund] + estates[fund] + outside[fund]
        if fund < held.shape[1]:
            inside = 0.0
            for holder in range(units.size):
                inside += held[holder, fund]
            counted[fund] += inside
        tolerance = UNITS_TOLERANCE * max(before[fund], counted[fund])
        # Asked this way round, what is not a number is wrong too.
        wrong[fund] = not abs(counted[fund] - units[fund]) <= tolerance
    return counted, wrong.nonzero()[0]


def check_assets(state: State, own: Ownership, after: Valuation) -> None:
    """Set true prices after trades; first check that trades at reported prices explain all assets.

    What the issuer of a wrap has paid in is explained too.

    Raises
    ------
    BooksError
        When assets differ from units x true price before the trades plus units issued x reported price
        by more than 1e-9 of themselves, or of a dollar where they are less.
    """
    funds = state.funds
    clear_dust(funds.assets, funds.held, (own.units, funds.units), (after.true, after.reported), after.gross)
    units, prices = (own.units, funds.units), (own.reported, after.true, funds.reported)
    true, wrong = _count_assets(funds.assets, funds.held, units, prices, after.gross, funds.paid_up)
    if wrong.size:
        raise BooksError(f"month {state.month}: the assets of {_names(state, wrong)} do not match its units")
    funds.true = true


@njit(cache=True, nogil=True)
def _count_assets(
    assets: FloatArray,
    held: FloatArray,
    units: tuple[FloatArray, FloatArray],
    prices: tuple[FloatArray, FloatArray, FloatArray],
    gross: FloatArray,
    paid_up: FloatArray,
) -> tuple[FloatArray, IntArray]:
    """True prices after trades, (K,), and the funds that own what their units do not explain.

    What rounding has left in a fund that nobody owns any more is cleared.

    Parameters
    ----------
    assets : FloatArray, shape (K, 16)
    held : FloatArray, shape (K, 5)
    units : tuple of FloatArray, shape (K,)
        At the month's start and now.
    prices : tuple of FloatArray, shape (K,)
        Reported at the month's start, true before the trades, and reported now.
    gross, paid_up : FloatArray, shape (K,)
        Assets before the trades, and what issuers of wraps paid in after them.
    """
    before, now = units
    started, true, reported = prices
    worth, wrong = true.copy(), np.zeros(gross.size, dtype=np.bool_)
    for fund in range(gross.size):
        owned = 0.0
        for place in range(assets.shape[1]):
            owned += assets[fund, place]
        for private in range(held.shape[1]):
            owned += held[fund, private] * reported[private]
        explained = (now[fund] - before[fund]) * reported[fund] + paid_up[fund]
        if before[fund] > 0.0:
            explained += before[fund] * true[fund]
        tolerance = TOLERANCE * max(gross[fund], owned, before[fund] * started[fund], 1.0)
        wrong[fund] = not abs(owned - explained) <= tolerance
        if now[fund] > 0.0 and owned > 0.0:  # rounding may leave units without assets: they keep their price
            worth[fund] = owned / now[fund]
        if not now[fund] > 0.0:
            assets[fund] = 0.0
    return worth, wrong.nonzero()[0]


def check_wealth(state: State, opening: float, moved: float, wealth: float) -> float:
    """Residual of the savers' account relative to wealth, which must be no more than rounding.

    Parameters
    ----------
    state : State
    opening, wealth : float
        Wealth at the month's start and end, USD.
    moved : float
        Flows and gains of the month, USD.

    Raises
    ------
    BooksError
        When the residual exceeds 1e-9.
    """
    residual = (wealth - opening - moved) / max(wealth, opening, 1.0)
    if not abs(residual) <= TOLERANCE:
        raise BooksError(f"month {state.month}: the wealth of savers is {residual:g} of itself off its flows")
    return residual


def _names(state: State, wrong: IntArray) -> str:
    return ", ".join(state.catalogue.names[fund] for fund in wrong.tolist())
