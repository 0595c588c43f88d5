"""What is observed at the end of a run: savers, private funds, lives."""

import numpy as np

from environment.assets import IS_ALTERNATIVE, IS_PRIVATE, PRIVATE
from environment.funds.book import PRIVATES, look_through
from environment.life import departures
from environment.persons import EDUCATIONS
from environment.record import Record
from environment.savers import STATUS
from environment.state import MONTHS_A_YEAR, State
from environment.tables import Column
from environment.typing import FloatArray
from environment.yearly import life_rows

MOST_SAVERS = 100_000
SEXES = ("female", "male")
IRR_WITHIN = (-0.99, 10.0)
HALVINGS = 60
FORCED = ("no", "no", "accounts empty", "accounts frozen")  # by the reason of a claim before its plan


def saver_table(record: Record, state: State, excess: FloatArray) -> dict[str, Column]:
    """Savers at the end: all of them, or a fixed, evenly spaced sample of 100,000.

    Parameters
    ----------
    record : Record
    state : State
    excess : FloatArray, shape (N,)
        Expected excess return of alternatives in each saver's eyes, a year.
    """
    savers, people = state.savers, state.savers.people
    living = np.flatnonzero(savers.alive)
    size = min(living.size, MOST_SAVERS)
    rows = living[np.arange(size) * living.size // max(size, 1)]
    prices, shares = state.funds.reported, look_through(state.funds, state.listed_targets)
    values = savers.slot_values(rows, prices)
    wealth = values.sum(axis=1)
    ira = np.where(savers.in_ira[rows], values, 0.0).sum(axis=1)
    alternative = shares[:, IS_ALTERNATIVE].sum(axis=1)
    in_plan = np.where(savers.in_ira[rows], 0.0, values * alternative[savers.fund[rows]]).sum(axis=1)

    def share(per_unit: FloatArray) -> FloatArray:
        return _ratio(savers.slot_values(rows, prices * per_unit).sum(axis=1), wealth)

    return {
        "replication": np.full(size, record.replication),
        "saver": savers.identity(rows),
        "weight": np.full(size, savers.weight),
        "birth_year": people.birth_year[rows],
        "sex": np.array(SEXES)[people.sex[rows]],
        "literacy": savers.literacy[rows],
        "education": np.array(EDUCATIONS)[people.education[rows]],
        "employer": people.employer[rows],
        "status": np.array(STATUS)[savers.status[rows]],
        "income_usd": savers.pay[rows],
        "deferral_rate": savers.deferral_rate[rows],
        "perceived_excess": excess[rows],
        "wealth_usd": wealth,
        "wealth_real": wealth / state.level,
        "plan_usd": wealth - ira,
        "ira_usd": ira,
        "plan_alternatives_share": _ratio(in_plan, wealth - ira),
        "private_share": share(shares[:, IS_PRIVATE].sum(axis=1)),
        "alternatives_share": share(alternative),
        "frozen_share": share(record.frozen),
        "fees_paid_usd": savers.fees_paid[rows],
        "contributed_usd": savers.contributed[rows],
        "withdrawn_usd": savers.withdrawn[rows],
        "gated_months": savers.gated_months[rows].astype(np.int64),
        "unmet_months": savers.unmet_months[rows].astype(np.int64),
        "has_held": savers.has_held[rows],
        "tenure_years": savers.tenure[rows].astype(np.int64),
        "loan_usd": savers.loan[rows],
        "claim_age": np.where(savers.claim_age[rows] > 0.0, savers.claim_age[rows], np.nan),
        "forced_claim": np.array(FORCED)[savers.forced_claim[rows]],
        "retirement_age": savers.retirement_age[rows].astype(np.int64),
        "social_security_usd": MONTHS_A_YEAR * savers.benefit_real[rows] * state.level,
    }


def fund_table(record: Record, state: State) -> dict[str, Column]:
    """Private funds over the run: what was paid in and out, multiples, and return against listed equity."""
    funds = state.funds
    paid_in = np.array([flow[0] for flow in record.private_flows])
    paid_out = np.array([flow[1] for flow in record.private_flows])
    nav = funds.units[PRIVATES] * funds.reported[PRIVATES]
    growth = record.equity_index[-1] / np.array(record.equity_index)
    count = len(PRIVATE)
    invested, returned = paid_in.sum(axis=0), paid_out.sum(axis=0)
    return {
        "replication": np.full(count, record.replication),
        "fund": np.array([f"evergreen_{name}" for name in PRIVATE]),
        "manager": np.array([manager.name for manager in record.managers[:count]]),
        "strategy": np.array(PRIVATE),
        "vehicle": np.full(count, "evergreen"),
        "vintage": np.full(count, (state.scenario.start - 1) // MONTHS_A_YEAR),
        "paid_in_usd": invested,
        "distributed_usd": returned,
        "nav_usd": nav,
        "true_nav_usd": funds.units[PRIVATES] * funds.true[PRIVATES],
        "tvpi": _ratio(returned + nav, invested),
        "irr": np.array([_yearly_irr(flow) for flow in _net_flows(paid_in, paid_out, nav).T]),
        "pme": _ratio(growth @ paid_out + nav, growth @ paid_in),
        "written_off": np.zeros(count, dtype=np.bool_),
        "closed": np.zeros(count, dtype=np.bool_),
    }


def life_table(record: Record, state: State) -> dict[str, Column]:
    """Everybody who was ever in the run: who died, and who is alive at the end."""
    rows = np.flatnonzero(state.savers.alive)
    alive = life_rows(state, departures(state, rows), state.savers.wealth[rows])
    parts = [*record.lives, alive]
    lives = {name: np.concatenate([part[name] for part in parts]) for name in alive}
    order = np.argsort(lives["saver"], kind="stable")
    return {name: column[order] for name, column in lives.items()}


def _net_flows(paid_in: FloatArray, paid_out: FloatArray, nav: FloatArray) -> FloatArray:
    flows = paid_out - paid_in
    flows[-1] += nav
    return flows


def _yearly_irr(flows: FloatArray) -> float:
    """Money-weighted return a year of monthly flows; nan when no rate above -100% explains them."""
    months = np.arange(flows.size)

    def value(rate: float) -> float:
        return float(flows @ (1.0 + rate) ** (-months / MONTHS_A_YEAR))

    low, high = IRR_WITHIN
    rises = value(high) > 0.0
    if not (flows > 0.0).any() or not (flows < 0.0).any() or value(low) * value(high) >= 0.0:
        return float("nan")
    for _ in range(
        HALVINGS
    ):  # to the last bit; scipy.optimize takes longer to import than a year to simulate
        middle = (low + high) / 2.0
        low, high = (low, middle) if (value(middle) > 0.0) == rises else (middle, high)
    return (low + high) / 2.0


def _ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    return np.divide(part, whole, out=np.full_like(whole, np.nan), where=whole > 0.0)
