"""What rounding leaves of a fund that nearly everybody has left, or that has spent all of its own."""

from numba import njit

from environment.assets import CASH
from environment.typing import FloatArray

_DUST = 1e-9  # of a fund's assets: units worth less than that are worth less than what rounding may leave
_ROUNDING = 1e-12  # of a fund's assets: as much as sums of sales and payments may miss each other


def clear_dust(
    assets: FloatArray,
    held: FloatArray,
    units: tuple[FloatArray, FloatArray],
    prices: tuple[FloatArray, FloatArray],
    gross: FloatArray,
) -> None:
    """Make the assets of a fund what its units are worth where rounding is more than that.

    When nearly everybody leaves a fund, the rounding of so great a sale can be many times what the units that
    stay are worth, on either side of zero: the fund then has that worth in cash. A debt that is rounding is
    none.

    Parameters
    ----------
    assets : FloatArray, shape (K, 16)
        USD after the trades; changed in place.
    held : FloatArray, shape (K, 5)
        Units of private funds, which come first among the funds.
    units : tuple of FloatArray, shape (K,)
        Outstanding before the trades and after them.
    prices : tuple of FloatArray, shape (K,)
        True and reported prices at which they traded.
    gross : FloatArray, shape (K,)
        USD of assets before the trades.
    """
    _clear_dust(assets, held, units, prices, gross, CASH)


@njit(cache=True, nogil=True)
def _clear_dust(
    assets: FloatArray,
    held: FloatArray,
    units: tuple[FloatArray, FloatArray],
    prices: tuple[FloatArray, FloatArray],
    gross: FloatArray,
    in_cash: int,
) -> None:
    (before, now), (true, reported) = units, prices
    for fund in range(gross.size):
        worth = now[fund] * reported[fund]
        if true[fund] != reported[fund]:
            worth = before[fund] * true[fund] + (now[fund] - before[fund]) * reported[fund]
        if 0.0 <= worth < _DUST * gross[fund]:
            for private in range(held.shape[1]):
                worth -= held[fund, private] * reported[private]
            assets[fund] = 0.0
            assets[fund, in_cash] = max(worth, 0.0)
        elif -_ROUNDING * gross[fund] < assets[fund, in_cash] < 0.0:
            assets[fund, in_cash] = 0.0
