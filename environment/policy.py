"""Policy levers: what the law of the month allows."""

from dataclasses import dataclass

from environment.assets import PRIVATE
from environment.funds.catalogue import ALTERNATIVE_INDEX_FUNDS
from environment.scenario import Scenario

NO_LIMIT = 1.0
LEVERS = ("access", "cap", "fee_cap", "disclosure", "liquid_sleeve")
OFFERED = frozenset((*PRIVATE, *ALTERNATIVE_INDEX_FUNDS))  # alternatives of which there is a fund


@dataclass(frozen=True, slots=True)
class Policy:
    """The levers as they stand in one month.

    Attributes
    ----------
    access : str
        ``none``, ``menu``, ``default`` or ``all``.
    classes : frozenset of str
        Alternatives that may be offered.
    cap : float
        Greatest share of one plan account in alternatives, looked through; 1 is no limit.
    fee_cap : float
        Greatest all-in fee of a fund, a share a year; 1 is no limit.
    disclosure : float
        0 to 1; takes that share off the weight of the advert.
    liquid_sleeve : float
        Floor under the liquid sleeve of private funds.
    """

    access: str
    classes: frozenset[str]
    cap: float
    fee_cap: float
    disclosure: float
    liquid_sleeve: float

    @property
    def opens_menu(self) -> bool:
        """Savers may choose alternatives themselves."""
        return self.access in ("menu", "all")

    @property
    def opens_default(self) -> bool:
        """The default may hold private funds."""
        return self.access in ("default", "all") and not self.classes.isdisjoint(PRIVATE)

    @property
    def open(self) -> bool:
        """There is anything to open."""
        return self.opens_menu or self.opens_default


def policy_at(scenario: Scenario, month: int) -> Policy:
    """Levers in force in a simulated month; each has its own start and end or those of the policy.

    A cap of 0 shuts the door as ``access = "none"`` does, so that the two give the same world.
    """
    cap = scenario.number("policy.cap") if _acts(scenario, "cap", month) else NO_LIMIT
    classes = frozenset(scenario.texts("policy.classes")) & OFFERED
    shut = not _acts(scenario, "access", month) or cap == 0.0 or not classes
    return Policy(
        access="none" if shut else scenario.text("policy.access"),
        classes=classes,
        cap=cap,
        fee_cap=scenario.number("policy.fee_cap") if _acts(scenario, "fee_cap", month) else NO_LIMIT,
        disclosure=scenario.number("policy.disclosure") if _acts(scenario, "disclosure", month) else 0.0,
        liquid_sleeve=scenario.number("policy.liquid_sleeve")
        if _acts(scenario, "liquid_sleeve", month)
        else 0.0,
    )


def turning_months(scenario: Scenario) -> frozenset[int]:
    """Simulated months in which a lever starts or ends; else the policy is that of the month before."""
    ends = [month for lever in LEVERS for month in lever_window(scenario, lever)]
    return frozenset(month for month in ends if month is not None)


def ever_caps(scenario: Scenario) -> bool:
    """Whether any month of the run may have a cap."""
    return any(policy_at(scenario, month).cap < NO_LIMIT for month in (0, *turning_months(scenario)))


def lever_window(scenario: Scenario, lever: str) -> tuple[int | None, int | None]:
    """First month of a lever and first month after it; None means never."""
    return scenario.month(f"policy.{lever}_start"), scenario.month(f"policy.{lever}_end")


def _acts(scenario: Scenario, lever: str, month: int) -> bool:
    start, end = lever_window(scenario, lever)
    return start is not None and start <= month and (end is None or month < end)
