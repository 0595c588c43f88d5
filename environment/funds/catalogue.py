"""Every fund of the model, in one fixed order: private, index, managed and target-date funds.

Private funds come first because they are valued before the funds that hold them.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from environment.assets import (
    BITCOIN,
    BROAD_CRYPTO,
    CASH,
    CLASSES,
    CORPORATE_BONDS,
    PRIVATE,
    TREASURIES,
    index,
)
from environment.scenario import Scenario
from environment.typing import BoolArray, FloatArray, IntArray

INDEX_FUNDS: dict[str, tuple[str, ...]] = {
    "sp500": ("us_equity", "tech_equity"),
    "technology": ("tech_equity",),
    "international": ("intl_equity",),
    "treasuries": ("treasuries",),
    "corporate_bonds": ("corporate_bonds",),
    "tips": ("tips",),
    "cash": ("cash",),
    "gold": ("gold",),
    "bitcoin": ("bitcoin",),
    "commodities": ("commodities",),
    "broad_crypto": ("broad_crypto",),
}
ALTERNATIVE_INDEX_FUNDS = ("gold", "bitcoin", "commodities", "broad_crypto")
STABLE, ACTIVE, HYBRID = "stable_value", "active_equity", "crypto_hybrid"
MANAGED_FUNDS = (STABLE, ACTIVE, HYBRID)
ACTIVE_BENCHMARK = INDEX_FUNDS["sp500"]
FIRST_TARGET_DATE = len(PRIVATE) + len(INDEX_FUNDS) + len(MANAGED_FUNDS)
VINTAGE_STEP = 5
PRIVATE_CLASS = np.array([index(name) for name in PRIVATE])


@dataclass(frozen=True)
class Catalogue:
    """The funds on offer and what each one is.

    Attributes
    ----------
    names : tuple of str
        Length K, in valuation order.
    target_years : IntArray, shape (V,)
        Target years of the target-date family, five years apart.
    stable_mix : FloatArray, shape (16,)
        Class weights of the stable value fund.
    """

    names: tuple[str, ...]
    target_years: IntArray
    stable_mix: FloatArray

    @property
    def size(self) -> int:
        """Number of funds K."""
        return len(self.names)

    @property
    def privates(self) -> slice:
        """Where the evergreen private funds lie, one a strategy, in the order of ``PRIVATE``."""
        return slice(0, len(PRIVATE))

    @property
    def plain(self) -> slice:
        """Where the plain target-date funds lie, by target year."""
        return slice(FIRST_TARGET_DATE, FIRST_TARGET_DATE + self.target_years.size)

    @property
    def sleeve(self) -> slice:
        """Where the target-date funds with a private sleeve lie, by target year."""
        return slice(self.plain.stop, self.plain.stop + self.target_years.size)

    def fund(self, name: str) -> int:
        """Position of a fund by its name."""
        return self.names.index(name)

    def plain_default(self, birth_year: IntArray, retirement_age: int) -> IntArray:
        """Plain target-date fund nearest to the year in which someone retires.

        Parameters
        ----------
        birth_year : IntArray, shape (n,)
        retirement_age : int
            Years.

        Returns
        -------
        IntArray, shape (n,)
            Positions in the catalogue.
        """
        years = birth_year + (retirement_age - self.target_years[0])
        wanted = np.rint(years / VINTAGE_STEP).astype(np.int64)
        positions: IntArray = self.plain.start + np.minimum(np.maximum(wanted, 0), self.target_years.size - 1)
        return positions

    def with_sleeve(self, plain: IntArray) -> IntArray:
        """Sleeve variant of each plain target-date fund."""
        return plain + self.target_years.size

    @cached_property
    def is_private(self) -> BoolArray:
        """Shape (K,): an evergreen private fund, which pays redemptions by its gate."""
        return self._marks(self.privates)

    @cached_property
    def is_slow(self) -> BoolArray:
        """Shape (K,): a fund that may not pay at once: a private fund, or a sleeve fund, which holds some."""
        return self.is_private | self._marks(self.sleeve)

    @cached_property
    def is_target_date(self) -> BoolArray:
        """Shape (K,): a target-date fund of either variant."""
        return self._marks(slice(self.plain.start, self.sleeve.stop))

    @cached_property
    def active(self) -> int:
        """Where the active fund lies."""
        return self.fund(ACTIVE)

    @cached_property
    def hybrid(self) -> int:
        """Where the fund held to a volatility target lies."""
        return self.fund(HYBRID)

    @cached_property
    def is_alternative(self) -> BoolArray:
        """Shape (K,): a fund that brings an alternative class into accounts and nothing without it."""
        return self.alternative_classes.any(axis=1)

    @cached_property
    def alternative_classes(self) -> BoolArray:
        """Shape (K, 16): the classes of which one has to be allowed for an alternative fund to be offered."""
        marks = np.zeros((self.size, len(CLASSES)), dtype=np.bool_)
        marks[np.arange(len(PRIVATE)), PRIVATE_CLASS] = True
        for name in ALTERNATIVE_INDEX_FUNDS:
            marks[self.fund(name), index(name)] = True
        marks[self.hybrid, [BITCOIN, BROAD_CRYPTO]] = True
        return marks

    def management_fees(self, scenario: Scenario) -> FloatArray:
        """Management fee of every fund, shape (K,), a share of its assets a year."""
        fees = np.empty(self.size)
        fees[self.privates] = scenario.number("funds.evergreen.management_fee")
        for name in INDEX_FUNDS:
            fees[self.fund(name)] = scenario.number(f"funds.index_fee.{name}")
        fees[self.fund(STABLE)] = scenario.number("funds.stable_value.fee")
        fees[self.active] = scenario.number("funds.active.fee")
        fees[self.hybrid] = scenario.number("funds.hybrid.fee")
        fees[self.is_target_date] = scenario.number("funds.target_date.fee")
        return fees

    def index_weights(self, market_value: FloatArray) -> FloatArray:
        """Class weights that need no more than market weights, shape (K, 16).

        Rows of target-date funds and of the fund held to a volatility target are zero.

        Parameters
        ----------
        market_value : FloatArray, shape (16,)
            USD; splits a fund that holds two classes at market weight.
        """
        weights = self._one_class_weights.copy()
        funds, members = self._class_groups
        held = members * market_value
        weights[funds] = held / held.sum(axis=1, keepdims=True)
        return weights

    @cached_property
    def _one_class_weights(self) -> FloatArray:
        """Weights of the funds of one class and of stable value, shape (K, 16); other rows are zero."""
        weights = np.zeros((self.size, len(CLASSES)))
        weights[np.arange(len(PRIVATE)), PRIVATE_CLASS] = 1.0
        for name, classes in INDEX_FUNDS.items():
            if len(classes) == 1:
                weights[self.fund(name), index(classes[0])] = 1.0
        weights[self.fund(STABLE)] = self.stable_mix
        return weights

    @cached_property
    def _class_groups(self) -> tuple[IntArray, BoolArray]:
        """Funds of several classes at market weight, shape (g,), and which classes, shape (g, 16)."""
        groups = {name: classes for name, classes in INDEX_FUNDS.items() if len(classes) > 1}
        groups[ACTIVE] = ACTIVE_BENCHMARK
        members = np.array([[one in classes for one in CLASSES] for classes in groups.values()])
        return np.array([self.fund(name) for name in groups]), members

    def _marks(self, where: slice) -> BoolArray:
        marks = np.zeros(self.size, dtype=np.bool_)
        marks[where] = True
        return marks


def build_catalogue(scenario: Scenario) -> Catalogue:
    """Catalogue of a scenario: target years cover everybody who retires during and after the run.

    Funds whose target year passed long before the opening are merged into the oldest one, as real
    families merge theirs into an income fund.
    """
    opening_year = (scenario.start - 1) // 12
    merged_after = round(scenario.number("funds.target_date.glide.years_after"))
    career = scenario.whole("savers.retirement_age") - scenario.whole("population.entry_age")
    first = _round_up(opening_year - merged_after)
    last = _round_up(opening_year + scenario.whole("run.years") + career)
    target_years = np.arange(first, last + 1, VINTAGE_STEP, dtype=np.int64)
    names = (
        *(f"evergreen_{name}" for name in PRIVATE),
        *INDEX_FUNDS,
        *MANAGED_FUNDS,
        *(f"target_date_{year}" for year in target_years),
        *(f"target_date_{year}_sleeve" for year in target_years),
    )
    return Catalogue(names=names, target_years=target_years, stable_mix=_stable_mix(scenario))


def _stable_mix(scenario: Scenario) -> FloatArray:
    """Class weights of the stable value fund, shape (16,): cash, treasuries and corporate bonds."""
    cash = scenario.number("funds.stable_value.cash_share")
    corporate = scenario.number("funds.stable_value.corporate_share")
    mix = np.zeros(len(CLASSES))
    mix[[CASH, TREASURIES, CORPORATE_BONDS]] = (
        cash,
        (1.0 - cash) * (1.0 - corporate),
        (1.0 - cash) * corporate,
    )
    return mix


def _round_up(year: int) -> int:
    return -(-year // VINTAGE_STEP) * VINTAGE_STEP
