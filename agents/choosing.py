"""How a saver judges the menu and picks from it. Only what a saver can see comes in."""

import functools
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def looks(draw: Floats, inertia: float) -> Bools:
    """Who looks at the menu this year: all but the share ``inertia`` (Choi, Laibson et al. 2004)."""
    return draw >= inertia


@njit(cache=True, nogil=True)
def advert_weight(literacy: Floats, weight_of_least_literate: float, disclosure: float) -> Floats:
    """Weight a saver puts on the advertised return, falling with literacy and with disclosure.

    Parameters
    ----------
    literacy : Floats
        Share of literacy questions right, 0 to 1.
    weight_of_least_literate, disclosure : float
        0 to 1.
    """
    return weight_of_least_literate * (1.0 - literacy) * (1.0 - disclosure)


@njit(cache=True, nogil=True)
def perceived_return(advertised: Floats, net_of_fees: Floats, weight: Floats, bias: Floats) -> Floats:
    """Expected return a year in a saver's eyes: advert and net-of-fee truth mixed, plus a personal error.

    Parameters
    ----------
    advertised, net_of_fees : Floats, shape (F,)
    weight : Floats, shape (n,)
    bias : Floats, shape (n, F)

    Returns
    -------
    Floats, shape (n, F)
    """
    seen = np.empty(bias.shape)
    for row in range(weight.size):
        for option in range(advertised.size):
            promise = weight[row] * (advertised[option] - net_of_fees[option])
            seen[row, option] = promise + net_of_fees[option] + bias[row, option]
    return seen


@njit(cache=True, nogil=True)
def random_utility(perceived: Floats, volatility: Floats, risk_aversion: Floats, taste: Floats) -> Floats:
    """Mean-variance score with a Gumbel taste shock: picking the best is a logit choice (McFadden 1974).

    Parameters
    ----------
    perceived : Floats, shape (n, F)
        Expected return a year.
    volatility : Floats, shape (F,)
        Volatility a year as reported, which is what a saver sees of a smoothed fund.
    risk_aversion : Floats, shape (n,)
        Coefficient on half the variance.
    taste : Floats, shape (n, F)
        Gumbel draws in units of return.
    """
    score = np.empty(perceived.shape)
    for row in range(risk_aversion.size):
        for option in range(volatility.size):
            risk = -0.5 * risk_aversion[row] * (volatility[option] * volatility[option])
            score[row, option] = risk + perceived[row, option] + taste[row, option]
    return score


@njit(cache=True, nogil=True)
def gumbel(uniform: Floats, scale: float) -> Floats:
    """Gumbel draws from uniforms in (0, 1)."""
    return np.asarray(-scale * np.log(-np.log(uniform)))


def number_of_funds(draw: Floats, largest: int, ratio: float) -> Ints:
    """How many funds a saver picks: k = 1 to ``largest`` with weights ratio^k.

    The menu has 17 options and savers use two (How America Saves 2025), most of them a single default;
    conditional 1/n over at most four is Huberman and Jiang (2006).

    Parameters
    ----------
    draw : Floats, shape (n,)
        Uniform draws.
    largest : int
    ratio : float
        Frequency of one fund more relative to one less, >= 0; at 0 everybody picks one.

    Returns
    -------
    Ints, shape (n,)
    """
    return _number_of_funds(draw, _chances_of_fewer(largest, ratio))


@njit(cache=True, nogil=True)
def _number_of_funds(draw: Floats, chances_of_fewer: Floats) -> Ints:
    return 1 + np.searchsorted(chances_of_fewer, draw, side="right")


@functools.cache
def _chances_of_fewer(largest: int, ratio: float) -> Floats:
    """Chance of picking at most k funds, k = 1 to ``largest`` - 1."""
    weights = ratio ** np.arange(largest, dtype=np.float64)
    chances: Floats = np.cumsum(weights / weights.sum())[:-1]
    return chances


@njit(cache=True, nogil=True)
def bonus_of_copies(copies: Floats | float, noise: float) -> Floats:
    """What several near-duplicates add to the score of one option, in units of return.

    The best of m options of equal value with independent Gumbel tastes of scale s scores as one of them
    plus s ln(m) (max-stability of the Gumbel distribution), so that one option may stand for all m.

    Parameters
    ----------
    copies : Floats or float, shape (n,)
        Number m of duplicates, >= 1, not always whole; 1 adds nothing.
    noise : float
        Scale s of the tastes.
    """
    return np.asarray(noise * np.log(copies))


@njit(cache=True, nogil=True)
def pick_evenly(score: Floats, offered: Bools, number: Ints, most: int) -> tuple[Ints, Floats]:
    """Best ``number`` of the offered funds, in equal shares (conditional 1/n).

    Parameters
    ----------
    score : Floats, shape (n, F)
    offered : Bools, shape (n, F)
    number : Ints, shape (n,)
        Funds wanted, 1 to ``most``.
    most : int

    Returns
    -------
    picks : Ints, shape (n, most)
        Option positions, -1 where unused.
    shares : Floats, shape (n, most)
        Equal shares of the funds picked; every row with an offered fund sums to 1.
    """
    picks, shares = np.full((number.size, most), -1), np.zeros((number.size, most))
    for row in range(number.size):
        left = np.where(offered[row], score[row], -np.inf)
        picked = min(number[row], most, np.count_nonzero(offered[row]))
        for place in range(picked):
            best = left.argmax()
            left[best] = -np.inf
            picks[row, place], shares[row, place] = best, 1.0 / picked
    return picks, shares


@dataclass(frozen=True, slots=True)
class Attitude:
    """What all savers share when they look at a menu.

    Attributes
    ----------
    advert_weight : float
        Weight of the advert for the least literate, 0 to 1.
    disclosure : float
        Share of that weight that disclosure takes away, 0 to 1.
    risk_aversion : float
        Median coefficient on half the variance.
    unfamiliarity : float
        Return a year that a saver wants more from what is new to retirement accounts.
    noise : float
        Scale of the taste shocks, a return a year.
    most_funds : int
        Most funds a saver picks.
    funds_used_ratio : float
        How much more often one fund more is picked, >= 0.
    """

    advert_weight: float
    disclosure: float
    risk_aversion: float
    unfamiliarity: float
    noise: float
    most_funds: int
    funds_used_ratio: float = 1.0


@dataclass(frozen=True, slots=True)
class Traits:
    """What differs between savers who look, shape (n,) each.

    Attributes
    ----------
    literacy : Floats
        Share of literacy questions right.
    bias : Floats
        Personal error in the expected return of alternatives, a year.
    caution : Floats
        Risk aversion relative to the median.
    """

    literacy: Floats
    bias: Floats
    caution: Floats


def choose(
    attitude: Attitude,
    traits: "Traits",
    offered: Bools,
    label: "Label",
    draws: Floats,
    copies: Floats | float = 1.0,
) -> tuple[Ints, Floats]:
    """Look at the menu and pick.

    People hold what they know (Huberman 2001, "Familiarity breeds investment"): an alternative has to
    promise more by ``unfamiliarity`` to be chosen as often.

    Parameters
    ----------
    attitude : Attitude
    traits : Traits
        Of n savers.
    offered : Bools, shape (n, F)
    label : Label
        What is written on the menu about its F options.
    draws : Floats, shape (n, F + 1)
        Uniform draws: one for the number of funds, then one an option.
    copies : Floats or float, shape (n,)
        Near-duplicates of each listed option on the saver's menu, >= 1; 1 where each stands alone.

    Returns
    -------
    picks : Ints, shape (n, most_funds)
        Options, -1 where unused.
    shares : Floats, shape (n, most_funds)
    """
    weight = advert_weight(traits.literacy, attitude.advert_weight, attitude.disclosure)
    wants_more = traits.bias - attitude.unfamiliarity
    caution, duplicates = attitude.risk_aversion * traits.caution, np.full(draws.shape[0], copies)
    said = label.is_alternative, label.is_duplicated, label.advertised, label.net_return, label.volatility
    fewer = _chances_of_fewer(attitude.most_funds, attitude.funds_used_ratio)
    personal = weight, wants_more, caution, duplicates
    return _choose(said, personal, offered, draws, fewer, attitude.noise, attitude.most_funds)


@njit(cache=True, nogil=True)
def _choose(
    said: tuple[Bools, Bools, Floats, Floats, Floats],
    personal: tuple[Floats, Floats, Floats, Floats],
    offered: Bools,
    draws: Floats,
    chances_of_fewer: Floats,
    noise: float,
    most: int,
) -> tuple[Ints, Floats]:
    """What `choose` says: what a menu says (F,), and what differs between savers (n,), in its order."""
    is_alternative, is_duplicated, advertised, net_return, volatility = said
    weight, wants_more, risk_aversion, copies = personal
    bias = wants_more.reshape(-1, 1) * is_alternative
    perceived = perceived_return(advertised, net_return, weight, bias)
    bonus = bonus_of_copies(copies, noise).reshape(-1, 1) * is_duplicated
    taste = gumbel(draws[:, 1:], noise) + bonus
    score = random_utility(perceived, volatility, risk_aversion, taste)
    return pick_evenly(score, offered, _number_of_funds(draws[:, 0], chances_of_fewer), most)


class Label(Protocol):
    """What a menu says about its F options, shape (F,) each."""

    @property
    def is_alternative(self) -> Bools:
        """Options that stand for an alternative class."""

    @property
    def is_duplicated(self) -> Bools:
        """Options of which a menu may hold near-duplicates."""

    @property
    def advertised(self) -> Floats:
        """Advertised return a year."""

    @property
    def net_return(self) -> Floats:
        """Expected return a year after fees."""

    @property
    def volatility(self) -> Floats:
        """Volatility a year as reported."""
