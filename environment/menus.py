"""What a saver can choose from, and what is written on the menu about it."""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from environment.assets import CASH, CLASSES
from environment.funds.catalogue import ALTERNATIVE_INDEX_FUNDS, INDEX_FUNDS, PRIVATE_CLASS, Catalogue
from environment.funds.fees import net_of_fees
from environment.policy import Policy
from environment.scenario import Scenario
from environment.typing import BoolArray, FloatArray, IntArray

LISTED_FUNDS = tuple(name for name in INDEX_FUNDS if name not in ALTERNATIVE_INDEX_FUNDS)
DEFAULT = 0  # the first option is the target-date fund of the saver's plan and age


@dataclass(frozen=True)
class Menu:
    """All options: the target-date fund, the listed index funds, the alternatives.

    Attributes
    ----------
    funds : IntArray, shape (F,)
        Position in the catalogue; -1 for the target-date fund, which differs by saver.
    is_alternative : BoolArray, shape (F,)
    asset_class : IntArray, shape (F,)
        Class that a rule on classes refers to; -1 for options without alternatives.
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
    asset_class: IntArray
    net_return: FloatArray
    advertised: FloatArray
    volatility: FloatArray
    ira_options: int

    @cached_property
    def is_duplicated(self) -> BoolArray:
        """Options of which a plan may offer near-duplicates, shape (F,): the listed index funds."""
        duplicated = ~self.is_alternative
        duplicated[DEFAULT] = False
        return duplicated

    def copies(self, plan_options: IntArray, holds_plan: BoolArray) -> FloatArray:
        """How many near-duplicates each listed fund stands for on a saver's menu, shape (n,), at least 1.

        A plan's options are one target-date family and m of each listed kind, m = (options - 1) / kinds.

        Parameters
        ----------
        plan_options : IntArray, shape (n,)
            Options of the saver's plan, without alternatives.
        holds_plan : BoolArray, shape (n,)
            Who chooses inside a plan; the others choose in an individual account.
        """
        options = np.where(holds_plan, plan_options, self.ira_options)
        copies: FloatArray = np.maximum((options - 1) / np.count_nonzero(self.is_duplicated), 1.0)
        return copies

    def positions(self, options: IntArray, default: IntArray) -> IntArray:
        """Catalogue positions of picked options (n, m), -1 where nothing is picked."""
        funds = self.funds[options]
        funds = np.where(options == DEFAULT, default[:, None], funds)
        return np.where(options < 0, -1, funds)

    def offered(self, alternatives: BoolArray, policy: Policy) -> BoolArray:
        """Options each saver is offered, shape (n, F).

        Parameters
        ----------
        alternatives : BoolArray, shape (n,)
            Whose plan has opened its menu to alternatives.
        policy : Policy
            Says which classes may be on it.
        """
        allowed = _allowed_classes(policy.classes)[self.asset_class]
        return ~self.is_alternative | (allowed & alternatives[:, None])

    def excess_return(self, returns: FloatArray) -> float:
        """Mean of the alternatives' returns over the first listed fund's net return, a year."""
        return float(returns[self.is_alternative].mean() - self.net_return[DEFAULT + 1])


@cache
def _allowed_classes(classes: frozenset[str]) -> BoolArray:
    """Whether each class may be offered, shape (17,); what is in no class, at -1, may."""
    return np.array([*(one in classes for one in CLASSES), True])


def build_menu(
    scenario: Scenario, catalogue: Catalogue, phi: FloatArray, listed_mix: FloatArray, correlation: FloatArray
) -> Menu:
    """Menu of a scenario.

    Parameters
    ----------
    scenario : Scenario
    catalogue : Catalogue
    phi : FloatArray, shape (K,)
        Monthly smoothing of reported prices.
    listed_mix : FloatArray, shape (16,)
        Class weights of a typical target-date fund, which stands for the default option.
    correlation : FloatArray, shape (16, 16)
        Of monthly class returns.
    """
    alternatives = [f"evergreen_{CLASSES[one]}" for one in PRIVATE_CLASS] + list(ALTERNATIVE_INDEX_FUNDS)
    funds = np.array([-1] + [catalogue.fund(name) for name in (*LISTED_FUNDS, *alternatives)])
    weights = catalogue.index_weights(scenario.by_class("market.size_usd"))[funds]
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
    classes = np.where(funds < 0, -1, catalogue.alternative_class[funds])
    risk = weights * scenario.by_class("market.volatility")
    volatility = np.sqrt(np.einsum("fi,ij,fj->f", risk, correlation, risk)) * reported_volatility(phi[funds])
    return Menu(
        funds=funds,
        is_alternative=classes >= 0,
        asset_class=classes,
        net_return=net,
        advertised=_advertised(scenario, classes, net),
        volatility=volatility,
        ira_options=scenario.whole("employers.menu_options.ira"),
    )


def reported_volatility(phi: FloatArray) -> FloatArray:
    """Volatility of a smoothed return over the true one: sqrt((1 - phi) / (1 + phi)) (Geltner 1991)."""
    ratio: FloatArray = np.sqrt((1.0 - phi) / (1.0 + phi))
    return ratio


def _advertised(scenario: Scenario, classes: IntArray, net: FloatArray) -> FloatArray:
    advertised = net.copy()
    for option in np.flatnonzero(classes >= 0):
        advertised[option] = scenario.number(f"savers.advertised_return.{CLASSES[classes[option]]}")
    return advertised
