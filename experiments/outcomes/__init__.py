"""One figure of a replication by its name, such as ``gini`` or ``monthly.unmet_spending_usd:sum``."""

from experiments.outcomes.outcome import Outcome
from experiments.outcomes.parsing import parse_outcome, parse_outcomes

__all__ = ["Outcome", "parse_outcome", "parse_outcomes"]
