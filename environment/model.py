"""The world: hosts everybody, and runs the month."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

import numpy as np
from mesa import Model

from agents.choosing import Attitude, Traits, advert_weight, choose, looks
from agents.employers import Employer
from agents.government import GUIDANCE, SAFE_HARBOUR, Government
from agents.managers import Manager
from agents.matching import employer_match
from agents.savers import Saver
from agents.saving import deferral_rate
from agents.spending import real_withdrawal
from environment import accounting, accounts, life, orders, payroll, reviews, settlement
from environment.accounting import MonthAccount
from environment.assets import PRIVATE
from environment.books import MANAGERS, Ownership
from environment.demography import by_age_band
from environment.funds.book import PRIVATES, Valuation
from environment.funds.charges import (
    Charges,
    age_marks,
    fee_terms,
    management_charge,
    mark_high_water,
    performance_charge,
    performance_owed,
    within_means,
)
from environment.funds.gates import start_quarter
from environment.funds.trading import settle
from environment.life import Departures
from environment.opening import invest, open_state
from environment.orders import Mapping, Switch
from environment.policy import policy_at
from environment.pricing import Prices, make_prices, pay_estates, value_before_impact
from environment.recorder import MonthEvents, month_events, observe_month, remember_departed, start_record
from environment.register import charge
from environment.savers import RETIRED, Savers
from environment.scenario import Scenario
from environment.settlement import Asked, Filled, Terms
from environment.splits import Split
from environment.typing import FloatArray, IntArray

MOST_HANDLES = 20_000
REVIEW_STAGES = (GUIDANCE, SAFE_HARBOUR)


class World(Model[Any, Any]):
    """One replication of a scenario: a Mesa model whose unit of time is a month.

    Parameters
    ----------
    scenario : Scenario
    seed : int, optional
        Non-negative; the scenario's ``run.seed`` by default.
    replication : int
        Counts from 0; replication 0 of many equals the only one.
    handles : bool, optional
        Register a Mesa agent for every saver; by default up to 20,000 savers. Results do not depend on it.

    Attributes
    ----------
    state : State
        Everything that makes up the world.
    savers : Savers
        The table of savers, one row each.
    record : Record
        What has been observed so far.
    """

    def __init__(
        self, scenario: Scenario, seed: int | None = None, replication: int = 0, handles: bool | None = None
    ) -> None:
        seed = scenario.whole("run.seed") if seed is None else seed
        super().__init__(rng=seed % 2**32)  # Mesa wants one; nothing here draws from it
        self.state, balances = open_state(scenario, seed, replication)
        self.terms = fee_terms(scenario, self.state.catalogue.management_fees(scenario))
        self._meet_agents(scenario.whole("run.savers") <= MOST_HANDLES if handles is None else handles)
        self._open(balances)
        self.record = start_record(self.state, replication, self.managers)

    @property
    def savers(self) -> Savers:
        """The table of savers."""
        return self.state.savers

    def perceived_excess(self) -> FloatArray:
        """Excess return of alternatives that each saver expects over listed equity, shape (N,), a year."""
        state, savers, menu = self.state, self.state.savers, self.state.menu
        weight = advert_weight(savers.literacy, self.attitude.advert_weight, state.policy.disclosure)
        advertised, truth = menu.excess_return(menu.advertised), menu.excess_return(menu.net_return)
        return weight * advertised + (1.0 - weight) * truth + savers.perception_bias

    def step(self) -> None:
        """One month. The order of these lines is the order of the month."""
        self._calendar()
        own, charges, before = self._market()
        departed = self._life()
        mapping = self._plans()
        switch = self._choices(mapping)
        self._payroll()
        asked = self._requests(switch, mapping, departed, before)
        terms = self._managers(asked, charges, before)
        prices = self._prices(asked, terms)
        filled = self._fills(asked, terms, prices, own)
        account, events = self._books(own, terms, prices, departed, filled)
        self._observe(prices, departed, account, events)

    def _calendar(self) -> None:
        state = self.state
        if state.month == state.scenario.months:
            raise ValueError(f"the scenario ends after month {state.month}: give it more years")
        state.month += 1
        last, state.policy = state.policy, policy_at(state.scenario, state.month)
        state.stage = self.government.proclaim(state.month, state.policy.open)
        state.set_listed_targets()
        reviews.shut_doors(state, last)

    def _market(self) -> tuple[Ownership, Charges, Valuation]:
        state, fee_cap = self.state, self.state.policy.fee_cap
        start_quarter(state.funds, state.month)
        own = accounting.ownership(state)
        management = management_charge(self.terms, fee_cap)
        before = value_before_impact(state, management)
        age_marks(state.funds, before)
        owed = performance_owed(state.funds, before, self.terms, state.month)
        taken = performance_charge(owed, self.terms, fee_cap)
        charges = Charges(management=within_means(management, before), performance=taken, owed=owed)
        return own, charges, value_before_impact(state, charges.total)

    def _life(self) -> Departures:
        state = self.state
        rows = state.birthday_rows()
        departed, survivors = life.deaths_and_entrants(state, rows)
        retired = life.grow_older(state, survivors)
        life.set_pay(state, survivors)
        life.set_pay(state, np.setdiff1d(rows, survivors), fresh_shocks=False)
        self._set_withdrawals(retired)
        self._enrol(life.set_status(state, rows))
        self._set_contributions(rows)
        accounts.index_withdrawals(state, rows)
        return departed

    def _plans(self) -> Mapping:
        state = self.state
        reviewing = self.reviews_in.get(state.calendar_month, [])
        rows = np.array([employer.row for employer in reviewing], dtype=np.int64)
        if not state.policy.open:
            return reviews.open_plans(state, rows[:0])
        draws = state.luck.uniform("employer.review", state.month, rows)
        opened = [
            employer.review(state.month, state.stage, self.hazards, float(draw))
            for employer, draw in zip(reviewing, draws, strict=True)
        ]
        return reviews.open_plans(state, rows[np.array(opened, dtype=np.bool_)])

    def _choices(self, mapping: Mapping) -> Switch:
        state = self.state
        rows = state.birthday_rows()
        reviews.keep_splits_within_cap(state, rows)
        draw = state.luck.uniform("look", state.month, rows)
        looking = looks(draw, state.scenario.number("savers.inertia")) & reviews.has_account(state, rows)
        rows = rows[looking & ~np.isin(rows, mapping.rows)]
        return reviews.switch_to(state, rows, self._choose(rows, "choice"))

    def _payroll(self) -> None:
        accounts.pay_in(self.state)

    def _requests(self, switch: Switch, mapping: Mapping, departed: Departures, before: Valuation) -> Asked:
        state, prices = self.state, before.reported
        orders.queue_switches(state.savers, switch, prices, state.catalogue)
        fees = accounts.record_keeping_due(state)
        withdrawals = orders.withdrawals(state.savers, fees, prices, state.catalogue)
        return Asked(withdrawals=withdrawals, switch=switch, mapping=mapping, departed=departed)

    def _managers(self, asked: Asked, charges: Charges, before: Valuation) -> Terms:
        state = self.state
        held_asked = settlement.excess_of_funds(state, before)
        paid = settlement.private_gate(state, before, asked.withdrawals, held_asked)
        return Terms(charges=charges, before=before, paid=paid, held_asked=held_asked)

    def _prices(self, asked: Asked, terms: Terms) -> Prices:
        return make_prices(self.state, asked, terms)

    def _fills(self, asked: Asked, terms: Terms, prices: Prices, own: Ownership) -> Filled:
        state, after = self.state, prices.after
        fees = accounting.month_fees(own, after, terms.charges)
        charge(state.savers, fees.per_unit)
        cash, dollars = settlement.fill(state, prices.sales, terms.before, after.reported)
        orders_filled = replace(prices.orders, dollars_in=dollars)
        from_funds = settle(
            state.funds, after, terms.charges.total * after.gross, orders_filled, prices.trades
        )
        pay_estates(state, asked, prices)
        mark_high_water(state.funds, terms.before, terms.charges.owed)
        return Filled(cash=cash, into_private=dollars[PRIVATES] + from_funds, fees=fees)

    def _books(
        self, own: Ownership, terms: Terms, prices: Prices, departed: Departures, filled: Filled
    ) -> tuple[MonthAccount, MonthEvents]:
        state = self.state
        account = accounting.close_month(state, own, prices.after, filled.fees, departed, filled.cash)
        self._pay_managers(account)
        events = month_events(state, own, terms, prices, filled)
        accounts.remember_cash(state, filled.cash, settlement.waiting(state.savers, prices.sales, terms.paid))
        return account, events

    def _observe(
        self, prices: Prices, departed: Departures, account: MonthAccount, events: MonthEvents
    ) -> None:
        remember_departed(self.record, self.state, departed, events)
        observe_month(self.record, self.state, prices, account, events)

    def _pay_managers(self, account: MonthAccount) -> None:
        for row, manager in enumerate(self.managers):
            manager.collect(
                float(account.management_by_manager[row]), float(account.performance_by_manager[row])
            )

    def _set_withdrawals(self, retired: IntArray) -> None:
        savers, rate = self.state.savers, self.state.scenario.number("savers.withdrawal_rate")
        balance = savers.account_values(retired, self.state.funds.reported)
        savers.withdrawal_real[retired] = real_withdrawal(balance, rate) / self.state.level

    def _set_contributions(self, rows: IntArray) -> None:
        state, savers, people = self.state, self.state.savers, self.state.savers.people
        limits = payroll.contribution_limits(state.scenario, state.level)
        rates = deferral_rate(people.age[rows], people.deferral_taste[rows], self.deferral_by_band)
        own = payroll.elective_deferrals(savers.pay[rows], people.age[rows], rates, limits)
        counted = np.minimum(savers.pay[rows], limits.compensation)
        put_in = np.divide(own, counted, out=np.zeros_like(own), where=counted > 0.0)
        promised = employer_match(counted, put_in, state.plans.match[people.employer[rows]])
        match = payroll.matches_within_limits(savers.pay[rows], own, promised, limits)
        accounts.set_contributions(state, rows, rates, own, match)

    def _enrol(self, rows: IntArray) -> None:
        state = self.state
        passive_share = state.scenario.number("savers.single_default_share")
        passive = state.luck.uniform("enrolment", state.month, rows) < passive_share
        reviews.set_enrolment(state, rows, self._choose(rows, "enrolment.choice"), passive)

    def _choose(self, rows: IntArray, stream: str) -> Split:
        state, savers, menu = self.state, self.state.savers, self.state.menu
        attitude = replace(self.attitude, disclosure=state.policy.disclosure)
        offered = menu.offered(state.menu_open(rows), state.policy)
        draws = state.luck.uniforms(stream, state.month, rows, menu.funds.size + 1)
        traits = Traits(savers.literacy[rows], savers.perception_bias[rows], savers.caution[rows])
        picks, shares = choose(attitude, traits, offered, menu, draws)
        return reviews.as_split(menu.positions(picks, state.plan_default(rows)), shares)

    def _open(self, balances: FloatArray) -> None:
        state, savers = self.state, self.state.savers
        rows = np.arange(savers.size)
        holders = rows[savers.has_held]
        self._enrol(holders)
        invest(state, holders, balances[holders])
        self._set_contributions(rows)
        self._set_withdrawals(rows[savers.status == RETIRED])
        accounts.index_withdrawals(state, rows)

    def _meet_agents(self, handles: bool) -> None:
        state, scenario, plans = self.state, self.state.scenario, self.state.plans
        self.government = Government(self, scenario.month("policy.safe_harbour"))
        strategies = (*PRIVATE, "listed")
        self.managers = [
            Manager(self, name, strategy) for name, strategy in zip(MANAGERS, strategies, strict=True)
        ]
        self.employers = [
            Employer(
                self,
                row,
                float(plans.share[row]),
                bool(plans.auto_enrolment[row]),
                int(plans.review_month[row]),
            )
            for row in range(plans.share.size)
        ]
        self.reviews_in = defaultdict(list)
        for employer in self.employers:
            self.reviews_in[employer.review_month].append(employer)
        self.hazards = {stage: scenario.number(f"employers.open_hazard.{stage}") for stage in REVIEW_STAGES}
        self.deferral_by_band = by_age_band(scenario, "savers.deferral")
        self.attitude = Attitude(
            advert_weight=scenario.number("savers.advert_weight"),
            disclosure=0.0,
            risk_aversion=scenario.number("savers.risk_aversion"),
            unfamiliarity=scenario.number("savers.unfamiliarity"),
            noise=scenario.number("savers.choice_noise"),
            most_funds=scenario.whole("savers.max_funds"),
        )
        if handles:
            Saver.create_agents(self, state.savers.size, state.savers, np.arange(state.savers.size))
