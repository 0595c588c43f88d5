"""The sixteen asset classes, in the one order that every array of classes follows.

No asset is in two classes: `us_equity` is the United States market without technology, `broad_crypto` is
crypto without bitcoin.
"""

from typing import Final

import numpy as np

from environment.typing import BoolArray

CLASSES: Final[tuple[str, ...]] = (
    "us_equity",
    "tech_equity",
    "intl_equity",
    "treasuries",
    "corporate_bonds",
    "tips",
    "cash",
    "buyout",
    "venture",
    "private_credit",
    "real_estate",
    "hedge_funds",
    "gold",
    "commodities",
    "bitcoin",
    "broad_crypto",
)

PRIVATE: Final[tuple[str, ...]] = ("buyout", "venture", "private_credit", "real_estate", "hedge_funds")

ALTERNATIVES: Final[tuple[str, ...]] = (*PRIVATE, "gold", "commodities", "bitcoin", "broad_crypto")


def index(name: str) -> int:
    """Position of the class `name` in `CLASSES` (0 to 15).

    Raises
    ------
    ValueError
        If there is no such class.
    """
    if name not in CLASSES:
        raise ValueError(f"{name!r} is not an asset class; the classes are {', '.join(CLASSES)}")
    return CLASSES.index(name)


def _members(names: tuple[str, ...]) -> BoolArray:
    """Mask over `CLASSES` (shape (16,), read-only): which classes are in `names`."""
    mask = np.array([name in names for name in CLASSES], dtype=np.bool_)
    mask.flags.writeable = False
    return mask


IS_PRIVATE: Final[BoolArray] = _members(PRIVATE)
IS_ALTERNATIVE: Final[BoolArray] = _members(ALTERNATIVES)

US_EQUITY: Final = index("us_equity")
TECH_EQUITY: Final = index("tech_equity")
INTL_EQUITY: Final = index("intl_equity")
TREASURIES: Final = index("treasuries")
CORPORATE_BONDS: Final = index("corporate_bonds")
TIPS: Final = index("tips")
CASH: Final = index("cash")
BUYOUT: Final = index("buyout")
VENTURE: Final = index("venture")
PRIVATE_CREDIT: Final = index("private_credit")
REAL_ESTATE: Final = index("real_estate")
HEDGE_FUNDS: Final = index("hedge_funds")
GOLD: Final = index("gold")
COMMODITIES: Final = index("commodities")
BITCOIN: Final = index("bitcoin")
BROAD_CRYPTO: Final = index("broad_crypto")
