"""What a saver can choose from, and what is written on the menu about it."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from environment.assets import CASH, CLASSES, IS_ALTERNATIVE
from environment.funds.catalogue import (
    ACTIVE,
    ALTERNATIVE_INDEX_FUNDS,
    HYBRID,
    INDEX_FUNDS,
    PRIVATE_CLASS,
    STABLE,
    Catalogue,
)
from environment.funds.fees import net_of_fees
from environment.policy import Policy
from environment.scenario import Scenario
from environment.typing import BoolArray, FloatArray, IntArray

LISTED_FUNDS = tuple(name for name in INDEX_FUNDS if name not in ALTERNATIVE_INDEX_FUNDS)
MAY_BE_LEFT_OUT = ("commodities", "broad_crypto", ACTIVE, STABLE, HYBRID)
# New options come last: the tastes of a saver for the others are drawn by their place.
OPTIONS = (
    *LISTED_FUNDS,
    *(f"evergreen_{CLASSES[one]}" for one in PRIVATE_CLASS),
    *ALTERNATIVE_INDEX_FUNDS,
    STABLE,
    ACTIVE,
    HYBRID,
)
DEFAULT = 0  # the first option is the target-date fund of the saver's plan and age


@dataclass(frozen=True)
class Menu:
    """All options: the target-date fund, then those of ``OPTIONS``.

    Attributes
    ----------
    funds : IntArray, shape (F,)
        Position in the catalogue; -1 for the target-date fund, which differs by saver.
    is_alternative : BoolArray, shape (F,)
    classes : BoolArray, shape (F, 16)
        Alternatives of which one has to be allowed for an option to be offered; none for the others.
    is_sold : BoolArray, shape (F,)
        Options that exist in the scenario.
    in_plans_only : BoolArray, shape (F,)
        Options that an individual account cannot hold.
    net_return : FloatArray, shape (F,)
        Expected return a year after the fund's fees, as a good disclosure document would state it.
    advertised : FloatArray, shape (F,)
        Return a year as advertised; the net return for options that are not advertised.
    volatility : FloatArray, shape (F,)
        Volatility a year of the reported price.
    ira_options : int
        Options among which the owner of an individual account chooses.
    """

    funds: IntArray
    is_alternative: BoolArray
    classes: BoolArray
    is_sold: BoolArray
    in_plans_only: BoolArray
    net_return: FloatArray
    advertised: FloatArray
    volatility: FloatArray
    ira_options: int

    @cached_property
    def is_duplicated(self) -> BoolArray:
        """Options of which a plan may offer near-duplicates, shape (F,): listed funds but stable value."""
        duplicated = ~self.is_alternative & self.is_sold & ~self.in_plans_only
        duplicated[DEFAULT] = False
        return duplicated

    def plan_copies(self, options: IntArray) -> FloatArray:
        """How many near-duplicates each listed fund stands for on the menus of plans, shape (n,), at least 1.

        A plan's options are one target-date family, at most one stable value fund and m of each other listed
        kind: m = (options - 1 - stable value) / kinds.

        Parameters
        ----------
        options : IntArray, shape (n,)
            Options of each plan, without alternatives.
        """
        return self._copies(options - np.count_nonzero(self.in_plans_only & self.is_sold))

    @cached_property
    def ira_copies(self) -> float:
        """As `plan_copies`, on the menu of individual accounts."""
        return float(self._copies(np.array(self.ira_options)))

    def _copies(self, options: IntArray) -> FloatArray:
        copies: FloatArray = np.maximum((options - 1) / np.count_nonzero(self.is_duplicated), 1.0)
        return copies

    def positions(self, options: IntArray, default: IntArray) -> IntArray:
        """Catalogue positions of picked options (n, m), -1 where nothing is picked."""
        return np.where(options == DEFAULT, default[:, None], self._funds_or_none[options])

    @cached_property
    def _funds_or_none(self) -> IntArray:
        """The funds, and what no pick, -1, stands for behind them, shape (F + 1,)."""
        return np.append(self.funds, -1)

    def offered(self, alternatives: BoolArray, holds_plan: BoolArray, policy: Policy) -> BoolArray:
        """Options each saver is offered, shape (n, F).

        Parameters
        ----------
        alternatives : BoolArray, shape (n,)
            Whose plan has opened its menu to alternatives.
        holds_plan : BoolArray, shape (n,)
            Who chooses inside a plan; the others choose in an individual account.
        policy : Policy
            Says which classes may be on it.
        """
        if policy.classes not in self._known_offers:
            self._known_offers[policy.classes] = self._offers(policy.classes)
        offered: BoolArray = self._known_offers[policy.classes][2 * alternatives + holds_plan]
        return offered

    @cached_property
    def _known_offers(self) -> dict[frozenset[str], BoolArray]:
        return {}

    def _offers(self, classes: frozenset[str]) -> BoolArray:
        """Options offered in four cases, shape (4, F): closed and open menus, of accounts and plans each."""
        holds_plan, alternatives = np.array([[False], [True]] * 2), np.array([[False]] * 2 + [[True]] * 2)
        allowed = (self.classes & np.array([one in classes for one in CLASSES])).any(axis=1)
        listed = ~self.is_alternative & (~self.in_plans_only | holds_plan)
        offers: BoolArray = self.is_sold & (listed | (allowed & alternatives))
        return offers

    def excess_return(self, returns: FloatArray) -> float:
        """Mean of the alternatives' returns over the first listed fund's net return, a year."""
        sold = self.is_alternative & self.is_sold
        return float(returns[sold].mean() - self.net_return[DEFAULT + 1])


def build_menu(
    scenario: Scenario,
    catalogue: Catalogue,
    phi: FloatArray,
    weights: FloatArray,
    listed_mix: FloatArray,
    correlation: FloatArray,
) -> Menu:
    """Menu of a scenario.

    Parameters
    ----------
    scenario : Scenario
    catalogue : Catalogue
    phi : FloatArray, shape (K,)
        Monthly smoothing of reported prices.
    weights : FloatArray, shape (K, 16)
        Class weights of the funds at the opening; those of target-date funds are not used.
    listed_mix : FloatArray, shape (16,)
        Class weights of a typical target-date fund, which stands for the default option.
    correlation : FloatArray, shape (16, 16)
        Of monthly class returns.
    """
    funds = np.array([-1, *(catalogue.fund(name) for name in OPTIONS)])
    weights = weights[funds]
    weights[DEFAULT] = listed_mix
    sleeve = scenario.number("funds.liquid_sleeve") * catalogue.is_private[funds] * (funds >= 0)
    weights = (1.0 - sleeve)[:, None] * weights
    weights[:, CASH] += sleeve
    fees = catalogue.management_fees(scenario)[funds]
    fees[DEFAULT] = scenario.number("funds.target_date.fee")
    gross = weights @ scenario.by_class("market.expected")
    carry = np.where(catalogue.is_private[funds], scenario.number("funds.evergreen.incentive_fee"), 0.0)
    net = np.array(
        [net_of_fees(*terms) for terms in zip(gross.tolist(), fees.tolist(), carry.tolist(), strict=True)]
    )
    net[1 + OPTIONS.index(ACTIVE)] += scenario.number("funds.active.alpha")
    classes = catalogue.alternative_classes[funds]
    classes[DEFAULT] = False
    risk = weights * scenario.by_class("market.volatility")
    variance = np.einsum("fi,ij,fj->f", risk, correlation, risk)
    variance[1 + OPTIONS.index(ACTIVE)] += scenario.number("funds.active.tracking_error") ** 2
    left_out = [name for name in MAY_BE_LEFT_OUT if not scenario.switch(f"funds.offered.{name}")]
    return Menu(
        funds=funds,
        is_alternative=classes.any(axis=1),
        classes=classes,
        is_sold=np.array([True, *(name not in left_out for name in OPTIONS)]),
        in_plans_only=np.array([False, *(name == STABLE for name in OPTIONS)]),
        net_return=net,
        advertised=_advertised(scenario, classes, net, weights),
        volatility=np.sqrt(variance) * reported_volatility(phi[funds]),
        ira_options=scenario.whole("employers.menu_options.ira"),
    )


def reported_volatility(phi: FloatArray) -> FloatArray:
    """Volatility of a smoothed return over the true one: sqrt((1 - phi) / (1 + phi)) (Geltner 1991)."""
    ratio: FloatArray = np.sqrt((1.0 - phi) / (1.0 + phi))
    return ratio


def _advertised(scenario: Scenario, classes: BoolArray, net: FloatArray, weights: FloatArray) -> FloatArray:
    """Return a year as advertised: of a mixed fund its net return, but its alternatives as advertised."""
    promised = scenario.by_class("market.expected")
    alternatives = np.flatnonzero(IS_ALTERNATIVE)
    promised[alternatives] = scenario.numbers(
        "savers.advertised_return", [CLASSES[one] for one in alternatives]
    )
    pure = classes.sum(axis=1) == 1
    mixed = net + (weights * classes) @ (promised - scenario.by_class("market.expected"))
    return np.where(pure, classes @ promised, mixed)
