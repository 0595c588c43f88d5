"""Stable value: short bonds in a wrap, traded at book value.

The issuer of the wrap lets savers trade at book value and passes what the bonds gain and lose on to them
slowly. With T the market value a unit, R the book value, D the duration of the bonds in years and g what they
are expected to bring in a month, net of the fee, the crediting rate of a month is, on logs,

    log R(t) - log R(t-1)  =  g + (log T(t) - log R(t-1) - g) / (12 D),     never below 0:

expected yield, and the gap between market and book spread over the duration. That is the appraisal smoothing
of `environment.funds.smoothing` with phi = 1 - 1 / (12 D) and a trend of g: the rate is an exponential
moving average of what the bonds earned. D of a month or less is a bond fund at market value.
"""

from environment.funds.book import FundBook
from environment.funds.catalogue import STABLE, Catalogue
from environment.scenario import Scenario
from environment.typing import FloatArray

MONTHS_A_YEAR = 12


def smoothing_of_duration(years: float) -> float:
    """Monthly smoothing phi = 1 - 1 / (12 D) that spreads a gap over D years; 0 up to a month."""
    return max(0.0, 1.0 - 1.0 / max(MONTHS_A_YEAR * years, 1.0))


def expected_growth(scenario: Scenario, mix: FloatArray) -> float:
    """One plus what the fund is expected to bring in a month after its fee, at least 1.

    Parameters
    ----------
    scenario : Scenario
    mix : FloatArray, shape (16,)
        Class weights of the fund.
    """
    net = float(mix @ scenario.by_class("market.expected")) - scenario.number("funds.stable_value.fee")
    return float((1.0 + max(net, 0.0)) ** (1.0 / MONTHS_A_YEAR))


def wrap(scenario: Scenario, catalogue: Catalogue, book: FundBook) -> None:
    """Wrap the fund in a book that owns nothing yet; without smoothing there is nothing to promise."""
    fund = catalogue.fund(STABLE)
    phi = smoothing_of_duration(scenario.number("funds.stable_value.duration"))
    book.smoothing[fund] = phi
    if phi > 0.0:
        book.trend[fund] = expected_growth(scenario, catalogue.stable_mix)
        book.promised[fund] = scenario.number("funds.stable_value.issuer_pays_below")
